//! The message of each refusal of the store, for its caller. To add one, add a variant in `protocol` and its message here.

use crate::error::Error;
use crate::store::protocol::{Limit, Refusal};
use crate::time::iso;
use latchkey_shared::console::ConsoleRole;
use latchkey_shared::i18n::Sentence;
use latchkey_shared::limits::{
    ATTEMPTS_MAX, ATTEMPTS_PER_SHARE, CHECKS_PER_MINUTE, CONNECTIONS_MAX, INTENTS_MAX, SESSION_BYTES_MAX,
    SESSION_LIFE_DAYS, SESSIONS_MAX, STORAGE_MAX, TEST_CLOCK_DAYS, WEBHOOK_ENDPOINTS_MAX,
    WEBHOOK_TESTS_PER_MINUTE,
};
use latchkey_shared::{ErrorCode, msg};

/// The kind of caller. Some messages depend on it.
#[derive(Clone, Copy, Debug)]
pub enum CallerKind {
    /// The owner of the deployment, or a job of ours: without key or token.
    Owner,
    /// A backend with an API key.
    ApiKey,
    /// A page with a session token.
    SessionToken,
    /// A person in the console.
    Console,
}

/// The refusal as an error with code, message and fix.
pub(crate) fn refused(refusal: &Refusal, caller: CallerKind) -> Error {
    match (refusal, caller) {
        (Refusal::Unknown, CallerKind::ApiKey) => invalid_api_key(),
        (Refusal::Unknown, CallerKind::SessionToken) => invalid_session_token(),
        (Refusal::Unknown | Refusal::KeyExpired, CallerKind::Console) => console_session_ended(),
        (Refusal::NotFound, _) | (Refusal::Unknown, CallerKind::Owner) => Error::not_found(),
        (Refusal::Expired, _) => Error::new(
            ErrorCode::SessionExpired,
            msg!("This link has expired."),
            msg!("Ask the product that sent it for a new link. What you typed is not stored."),
        ),
        (Refusal::Used, _) => Error::new(
            ErrorCode::SessionUsed,
            msg!("This link has been used: an account is linked already."),
            msg!("There is nothing left to do. To link another account, ask for a new link."),
        ),
        (Refusal::Revoked, _) | (Refusal::ProjectDeleted(_), CallerKind::SessionToken) => Error::new(
            ErrorCode::SessionRevoked,
            msg!("This link was withdrawn by the product that made it."),
            msg!("Ask that product for a new link, if you still need one."),
        ),
        (Refusal::Gone, _) => Error::new(
            ErrorCode::ConnectionGone,
            msg!("The account that this link should update no longer exists."),
            msg!("Ask the product that sent the link for a new one, to connect the account again."),
        ),
        (Refusal::Shared, _) => Error::new(
            ErrorCode::ShareNotAllowed,
            msg!("This link was shared with you, so you cannot share it again."),
            msg!("Ask the person who sent it to share it with somebody else."),
        ),
        (Refusal::NoSuchConnection, _) => Error::on(
            "connectionId",
            ErrorCode::InvalidParameter,
            "This project has no such account of this provider in this mode.",
            "Send the id of a listed account, and name its provider alone in providers.",
        ),
        (Refusal::Busy(seconds), _) => Error::new(
            ErrorCode::SessionBusy,
            msg!("This link is being used in another window right now."),
            msg!("Wait until that attempt has ended, or go on in that window."),
        )
        .retry_in(*seconds),
        (Refusal::Checking(seconds), _) => Error::new(
            ErrorCode::CheckInProgress,
            "Another check of this account is running right now.",
            "Wait a few seconds, and read the account: it shows what that check found.",
        )
        .retry_in(*seconds),
        (Refusal::TooManyChecks(seconds), _) => Error::new(
            ErrorCode::RateLimited,
            format!("This account was checked {CHECKS_PER_MINUTE} times within a minute."),
            "Wait for the seconds in Retry-After. Until then, read the account: it shows what the last check found.",
        )
        .retry_in(*seconds),
        (Refusal::TooManyTests(seconds), _) => Error::new(
            ErrorCode::RateLimited,
            format!("This endpoint got {WEBHOOK_TESTS_PER_MINUTE} test deliveries within a minute."),
            "Wait for the seconds in Retry-After, then test it again.",
        )
        .retry_in(*seconds),
        (Refusal::SecretReplaced(seconds), _) => Error::new(
            ErrorCode::RateLimited,
            "The secret of this endpoint was replaced within a day, and the one before still signs. Replacing it again would end that one at once.",
            "Wait until previousSecretUntil. If somebody knows the new secret who must not have it, make another endpoint and delete this one.",
        )
        .retry_in(*seconds),
        (Refusal::NoSuchEvent, _) => Error::on(
            "event",
            ErrorCode::InvalidParameter,
            "This project has no such event in this mode.",
            "Send the id of an event that GET /api/v1/events lists. Events are kept for thirty days.",
        ),
        (Refusal::Suspended, _) => Error::new(
            ErrorCode::Suspended,
            "This account is suspended, so its credential is not given out.",
            "Read the account: details.suspended says since when and why. POST …/resume ends it.",
        ),
        (Refusal::Ending, CallerKind::SessionToken) => Error::new(
            ErrorCode::Ending,
            msg!("The key of this account is being ended or replaced right now."),
            msg!("Ask the product that sent the link for a new one, to connect the account again."),
        ),
        (Refusal::Ending, _) => Error::new(
            ErrorCode::Ending,
            "The key of this account is being ended or replaced right now.",
            "Read the account: details.task says what is to be done, and when it is tried next.",
        ),
        (Refusal::Managed, CallerKind::SessionToken) => Error::new(
            ErrorCode::ManagedCredentials,
            msg!(
                "The key of this account was replaced by one that nobody outside knows, so it is not changed by hand."
            ),
            msg!("Ask the product that sent the link for a new one, to connect the account again."),
        ),
        (Refusal::Managed, _) => Error::new(
            ErrorCode::ManagedCredentials,
            "The key of this account was replaced by one that nobody outside knows, so it is not changed by hand.",
            "Replace it with POST …/rotate. A key that does not work anymore can be changed.",
        ),
        (Refusal::RotationNotOffered, _) => Error::new(
            ErrorCode::RotationNotOffered,
            "This provider has no call that replaces a key.",
            "Ask the person who linked the account for a new key, with POST …/relink.",
        ),
        (Refusal::DoesNotWork, _) => Error::new(
            ErrorCode::RotationNotOffered,
            "The key of this account does not work now, so it is not used to replace itself.",
            "Check the account with POST …/verify. If it needs a new key, ask for one with POST …/relink.",
        ),
        (Refusal::NobodyLinked, _) => Error::on(
            "endUser",
            ErrorCode::InvalidParameter,
            "Nobody linked this account: your backend made it.",
            "Send endUser, the person who gets the form.",
        ),
        (Refusal::NameTaken, _) => Error::on(
            "name",
            ErrorCode::NameTaken,
            "Another connection of this project has this name.",
            "Choose another name.",
        ),
        (Refusal::DomainTaken(host), _) => Error::on(
            "domains",
            ErrorCode::DomainTaken,
            format!("The host name {host} belongs to another project."),
            "Use another host name, or remove it from that project first.",
        ),
        (Refusal::OriginNotAllowed, _) => Error::on(
            "allowedOrigins",
            ErrorCode::OriginNotAllowed,
            "An origin is not one of the project’s allowed origins.",
            "Add the origin to the project, or leave it out.",
        ),
        (Refusal::Reused, _) => Error::new(
            ErrorCode::SealedValueReused,
            msg!("A sealed value was sent with another attempt before, so it was not opened again."),
            msg!("Press Connect again: each attempt must be sealed anew."),
        ),
        (Refusal::Superseded, _) => Error::new(
            ErrorCode::SessionBusy,
            msg!("Another attempt took over while this one was being checked. This one was not stored."),
            msg!("Wait until the other attempt has ended."),
        )
        .retry_in(5),
        (Refusal::Forbidden(scope), _) => Error::new(
            ErrorCode::InsufficientScope,
            format!("This key does not have the scope {scope}."),
            "Use a key with this scope. A key grants only scopes that it has; the owner of the deployment grants any, with POST /api/v1/projects/{id}/api-keys.",
        ),
        (Refusal::RoleLacks(role, scope), _) => Error::new(
            ErrorCode::InsufficientRole,
            format!("Your role, {role}, may not do this."),
            match role {
                ConsoleRole::Admin => format!("Nobody in the console may. Use an API key with the scope {scope}."),
                _ => "Ask an admin.".to_owned(),
            },
        ),
        (Refusal::UnknownLink, _) => Error::new(
            ErrorCode::InvalidConsoleLink,
            "This sign-in link is not known here.",
            "Open the whole link, or ask the person who sent it for a new one.",
        ),
        (Refusal::LinkUsed, _) => Error::new(
            ErrorCode::ConsoleLinkUsed,
            "This sign-in link has been used. It works once.",
            "Ask the person who sent it for a new one. If nobody of yours has used it, ask them to end its session too.",
        ),
        (Refusal::LinkExpired, _) => Error::new(
            ErrorCode::ConsoleLinkExpired,
            "This sign-in link has expired.",
            "Ask the person who sent it for a new one.",
        ),
        (Refusal::NotAMember, _) => Error::new(
            ErrorCode::NotAMember,
            "Your e-mail address is not a member of this project’s console in this mode.",
            "Ask the owner of the deployment to add you to the project’s consoleMembers.",
        ),
        (Refusal::Changed, _) => Error::new(
            ErrorCode::PreconditionFailed,
            "It has changed since you read it.",
            "Read it again, and send its new ETag as If-Match.",
        ),
        (Refusal::InUse, _) => Error::new(
            ErrorCode::ProjectInUse,
            "The project still has accounts, or as many keys as it may have.",
            "Delete them first. To delete a project with its accounts, send ?force=true.",
        ),
        (Refusal::ProjectDeleted(until), _) => Error::new(
            ErrorCode::ProjectDeleted,
            format!("This project was deleted. Everything of it is kept until {}.", iso(*until)),
            "Restore it until then: POST /api/v1/project/restore with a key that has the scope admin, or POST /api/v1/projects/{id}/restore as the owner of the deployment.",
        ),
        (Refusal::KeyExpired, _) => Error::new(
            ErrorCode::ApiKeyExpired,
            "This API key has expired.",
            "Use another key. POST /api/v1/api-keys makes one.",
        ),
        (Refusal::AddressNotAllowed, CallerKind::Console) => Error::new(
            ErrorCode::AddressNotAllowed,
            "The API key that you signed in with may not be used from the address that the request came from.",
            "Use the console from one of the key’s allowedAddresses, or sign in in another way.",
        ),
        (Refusal::AddressNotAllowed, _) => Error::new(
            ErrorCode::AddressNotAllowed,
            "This API key may not be used from the address that the request came from.",
            "Send the request from one of the key’s allowedAddresses, or use another key.",
        ),
        (Refusal::Wider(member), _) => Error::on(
            member,
            ErrorCode::InvalidParameter,
            "A key can only be narrowed, and cannot make a key that may do more than itself.",
            "Send some of its scopes, no later expiry, and addresses inside its own. Only the owner of the deployment makes wider keys.",
        ),
        (Refusal::OtherRequest, _) => Error::on(
            "Idempotency-Key",
            ErrorCode::IdempotencyMismatch,
            "This idempotency key was used for another request.",
            "Use a new key for each request.",
        ),
        (Refusal::Limited(seconds), caller) => Error::new(
            ErrorCode::RateLimited,
            match caller {
                CallerKind::Owner | CallerKind::ApiKey => Sentence::from("This key sent more requests in a minute than allowed."),
                CallerKind::SessionToken | CallerKind::Console => msg!("This page sent more requests in a minute than allowed."),
            },
            msg!("Wait for the seconds in Retry-After, then send the same request again. The RateLimit header says how many requests are left."),
        )
        .retry_in(*seconds),
        (Refusal::TooManyFailures(seconds), CallerKind::ApiKey | CallerKind::Console) => Error::new(
            ErrorCode::TooManyAttempts,
            "Providers refused too many keys in a short time. This one was not checked.",
            "Wait for the seconds in Retry-After. Meanwhile, check where the keys come from.",
        )
        .retry_in(*seconds),
        (Refusal::LimitReached(limit), CallerKind::ApiKey | CallerKind::Owner | CallerKind::Console) => limit_reached(*limit),
        (Refusal::LimitReached(limit @ (Limit::Attempts | Limit::SharedAttempts)), CallerKind::SessionToken) => {
            let most = if *limit == Limit::Attempts { ATTEMPTS_MAX } else { ATTEMPTS_PER_SHARE };
            Error::new(
                ErrorCode::LimitReached,
                msg!("This link was tried {count} times, and that is the limit.", count = most.to_string()),
                msg!("Ask the product that sent it for a new link. What you typed is not stored."),
            )
        }
        (Refusal::LimitReached(_), CallerKind::SessionToken) => Error::new(
            ErrorCode::LimitReached,
            msg!("The product that sent this link cannot store more accounts right now."),
            msg!("Contact that product. Your key was not checked, and nothing was stored."),
        ),
        (Refusal::SessionTooLong(left), _) => Error::on(
            "expiresIn",
            ErrorCode::InvalidParameter,
            format!("A session lives at most {SESSION_LIFE_DAYS} days after it was made."),
            match left {
                60.. => format!("Send at most {left}, or make a new session."),
                _ => "Make a new session.".to_owned(),
            },
        ),
        (Refusal::SessionTooLarge, _) => Error::new(
            ErrorCode::InvalidParameter,
            format!("The session is larger than {SESSION_BYTES_MAX} bytes."),
            "Shorten its texts and lists: metadata, prefill, scopes, origins and URLs.",
        ),
        (Refusal::TooManyFailures(seconds), _) => Error::new(
            ErrorCode::TooManyAttempts,
            msg!("The service refused too many keys in a short time. The last one was not checked."),
            msg!(
                "Wait {minutes} minutes, then try again. What you typed is still there. Meanwhile, check in the guide where the key comes from.",
                minutes = seconds.div_ceil(60).to_string()
            ),
        )
        .retry_in(*seconds),
        (Refusal::TestOnly, _) => Error::new(
            ErrorCode::TestKeyRequired,
            "Only test mode has a test clock, and this is a live key.",
            "Send a test key, lk_test_…, with the scope admin.",
        ),
        (Refusal::TooFarAhead(left), _) => Error::on(
            "advance",
            ErrorCode::InvalidParameter,
            format!("The test clock may be at most {TEST_CLOCK_DAYS} days ahead."),
            format!("Advance it by at most {left} seconds more, or return it to now with DELETE /api/v1/test-clock."),
        ),
        (Refusal::Exists, _) => Error::fault("a new project's id exists already"),
    }
}

/// The error for a backend whose project has reached a limit.
fn limit_reached(limit: Limit) -> Error {
    let (what, most, fix) = match limit {
        Limit::Attempts | Limit::SharedAttempts => {
            ("attempts of this session", ATTEMPTS_MAX, "Make a new session.")
        }
        Limit::Sessions => (
            "sessions of this mode",
            SESSIONS_MAX,
            "Revoke sessions that are not needed, or wait until some have expired.",
        ),
        Limit::Connections => {
            ("accounts of this mode", CONNECTIONS_MAX, "Delete accounts that are not needed.")
        }
        Limit::WebhookEndpoints => {
            ("webhook endpoints of this mode", WEBHOOK_ENDPOINTS_MAX, "Delete endpoints that are not needed.")
        }
        Limit::Writes => {
            ("values that are being written or deleted", INTENTS_MAX, "Try again in ten minutes.")
        }
        Limit::Storage => (
            "bytes of storage",
            STORAGE_MAX,
            "Delete accounts that are not needed, or wait until sessions end.",
        ),
    };
    Error::new(
        ErrorCode::LimitReached,
        format!("The project has the most {what} that are allowed: {most}."),
        fix,
    )
}

/// The error if the store does not reply. It is unknown whether the call took effect.
pub(crate) fn unanswered(log: String) -> Error {
    Error::new(
        ErrorCode::StorageUnavailable,
        msg!("Our storage does not answer right now."),
        msg!("Try again in a moment."),
    )
    .retry_in(2)
    .logged(log)
}

/// The error for a key that is unknown, revoked, or of another deployment. It is the same for all three.
#[must_use]
pub fn invalid_api_key() -> Error {
    Error::new(
        ErrorCode::InvalidApiKey,
        "This is not a valid API key of this deployment.",
        "Send the whole key, lk_test_… or lk_live_…, as Authorization: Bearer.",
    )
}

/// The error for a console session that has ended, or that never was.
pub(crate) fn console_session_ended() -> Error {
    Error::new(
        ErrorCode::ConsoleSessionEnded,
        "The console session has ended.",
        "Sign in again, at /console.",
    )
}

/// The error for a session token that is unknown or incomplete. It is the same for both.
#[must_use]
pub fn invalid_session_token() -> Error {
    Error::new(
        ErrorCode::InvalidSessionToken,
        msg!("This link is not valid, or not complete."),
        msg!("Open the link again exactly as you received it, or ask for a new one."),
    )
}
