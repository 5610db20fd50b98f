//! The words of each refusal of the store, for the one who called. To add one: its variant in `protocol`, its words here.

use crate::error::Error;
use crate::store::protocol::Refusal;
use latchkey_shared::ErrorCode;

/// Who calls, which decides how a refusal is worded.
#[derive(Clone, Copy, Debug)]
pub enum CallerKind {
    /// A backend with an API key.
    ApiKey,
    /// A page with a session token.
    SessionToken,
}

/// The refusal in words.
pub(crate) fn refused(refusal: &Refusal, caller: CallerKind) -> Error {
    match (refusal, caller) {
        (Refusal::Unknown, CallerKind::ApiKey) => invalid_api_key(),
        (Refusal::Unknown, CallerKind::SessionToken) => invalid_session_token(),
        (Refusal::NotFound, _) => Error::not_found(),
        (Refusal::Expired, _) => Error::new(
            ErrorCode::SessionExpired,
            "This link has expired.",
            "Ask the product that sent it for a new link. What you typed is not stored.",
        ),
        (Refusal::Used, _) => Error::new(
            ErrorCode::SessionUsed,
            "This link has been used: an account is linked already.",
            "There is nothing left to do. To link another account, ask for a new link.",
        ),
        (Refusal::Revoked, _) => Error::new(
            ErrorCode::SessionRevoked,
            "This link was withdrawn by the product that made it.",
            "Ask there for a new link, if you still need one.",
        ),
        (Refusal::Gone, _) => Error::new(
            ErrorCode::ConnectionGone,
            "The account that this link was to update does not exist any more.",
            "Ask the product that sent the link for a new one, to connect the account again.",
        ),
        (Refusal::Shared, _) => Error::new(
            ErrorCode::ShareNotAllowed,
            "This link was shared with you, so it cannot be shared on.",
            "Ask the person who sent it to share it with somebody else.",
        ),
        (Refusal::NoSuchConnection, _) => Error::on(
            "connectionId",
            ErrorCode::InvalidParameter,
            "There is no such account of this provider in this project and mode.",
            "Send the id of an account that is listed, and its provider as the only one.",
        ),
        (Refusal::Busy(seconds), _) => Error::new(
            ErrorCode::SessionBusy,
            "This link is being used in another window right now.",
            "Wait until that attempt has ended, or go on there.",
        )
        .retry_in(*seconds),
        (Refusal::NameTaken, _) => Error::on(
            "name",
            ErrorCode::NameTaken,
            "Another connection of this project has this name.",
            "Choose another name.",
        ),
        (Refusal::DomainTaken(host), _) => Error::on(
            "domains",
            ErrorCode::DomainTaken,
            format!("The host name {host} is another project’s."),
            "Use another one, or take it from that project first.",
        ),
        (Refusal::OriginNotAllowed, _) => Error::on(
            "allowedOrigins",
            ErrorCode::OriginNotAllowed,
            "An origin is not among the project’s allowed origins.",
            "Add it to the project, or leave it out.",
        ),
        (Refusal::Reused, _) => Error::new(
            ErrorCode::SealedValueReused,
            "A sealed answer came with another attempt before. It was not opened again.",
            "Press Connect again: each attempt is sealed afresh.",
        ),
        (Refusal::Superseded, _) => Error::new(
            ErrorCode::SessionBusy,
            "Another attempt took over while this one was being checked. This one was not stored.",
            "Wait until the other attempt has ended.",
        )
        .retry_in(5),
        (Refusal::Forbidden(scope), _) => Error::new(
            ErrorCode::InsufficientScope,
            format!("This key has not the scope {scope}."),
            "Use a key that has it; POST /api/v1/api-keys makes one.",
        ),
        (Refusal::Changed, _) => Error::new(
            ErrorCode::PreconditionFailed,
            "It was changed since you read it.",
            "Read it again, and send its new ETag as If-Match.",
        ),
        (Refusal::InUse, _) => Error::new(
            ErrorCode::ProjectInUse,
            "The project still has accounts, or as many keys as it may have.",
            "Delete them first; a project with accounts is deleted with ?force=true.",
        ),
        (Refusal::Limited(seconds), caller) => Error::new(
            ErrorCode::RateLimited,
            match caller {
                CallerKind::ApiKey => "This key makes more requests in a minute than it may.",
                CallerKind::SessionToken => "This page makes more requests in a minute than it may.",
            },
            "Wait as long as Retry-After says, then send the same request again. The RateLimit header tells what is left.",
        )
        .retry_in(*seconds),
        (Refusal::TooManyFailures(seconds), _) => Error::new(
            ErrorCode::TooManyAttempts,
            "The service refused too many keys in a short time. The last one was not checked.",
            format!(
                "Wait {} minutes, then try again; what you typed is still there. Meanwhile, check in the guide where the key comes from.",
                seconds.div_ceil(60)
            ),
        )
        .retry_in(*seconds),
        (Refusal::Exists, _) => Error::fault("a new project's id exists already"),
    }
}

/// What is said when the store does not reply: whether it acted is unknown.
pub(crate) fn unanswered(log: String) -> Error {
    Error::new(
        ErrorCode::StorageUnavailable,
        "Our storage does not answer right now.",
        "Try again in a moment.",
    )
    .retry_in(2)
    .logged(log)
}

/// The answer to a key that is not one of ours, revoked, or of another deployment: never told apart.
#[must_use]
pub fn invalid_api_key() -> Error {
    Error::new(
        ErrorCode::InvalidApiKey,
        "This is not a valid API key of this deployment.",
        "Send the whole key, lk_test_… or lk_live_…, as Authorization: Bearer.",
    )
}

/// The same for a session token.
#[must_use]
pub fn invalid_session_token() -> Error {
    Error::new(
        ErrorCode::InvalidSessionToken,
        "This link is not valid, or not complete.",
        "Open the link again exactly as you received it, or ask for a new one.",
    )
}
