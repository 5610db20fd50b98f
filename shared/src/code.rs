//! The closed list of error codes. Clients branch on these; a provider file may only name one of them.
//!
//! To add one: add a line here; the compiler finds the rest.

use crate::mark;

macro_rules! codes {
    ($( $(#[$meta:meta])* $variant:ident = $word:literal, $status:literal, $title:expr; )*) => {
        string_enum! {
            /// Why something was refused. Stable: a code is never renamed and never reused for another cause.
            pub enum ErrorCode { $( $(#[$meta])* $variant = $word, )* }
        }

        impl ErrorCode {
            /// Every code, in the order of this file.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )* ];

            /// The HTTP status a problem with this code carries.
            #[must_use]
            pub fn status(self) -> u16 {
                match self { $( Self::$variant => $status, )* }
            }

            /// The problem's `title` (RFC 9457, section 3.1.3): the same for every occurrence.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $( Self::$variant => $title, )* }
            }
        }
    };
}

codes! {
    // The request itself.
    /// The body is no JSON, or JSON of another shape.
    MalformedBody = "malformed_body", 400, mark!("The body could not be read");
    /// The body is longer than 64 KiB.
    BodyTooLarge = "body_too_large", 413, mark!("The body is too large");
    /// The body is not declared as JSON.
    UnsupportedMediaType = "unsupported_media_type", 415, mark!("The body is not declared as JSON");
    /// A member of the body or of the query has a value that is not allowed.
    InvalidParameter = "invalid_parameter", 422, mark!("A value is not allowed");
    /// Nothing here, or nothing that this key may see.
    NotFound = "not_found", 404, mark!("Nothing was found here");
    /// The path exists, with another method.
    MethodNotAllowed = "method_not_allowed", 405, mark!("The method is not allowed here");

    // Who is asking.
    /// No `Authorization: Bearer` header.
    CredentialsMissing = "credentials_missing", 401, mark!("A key is missing");
    /// The API key is not one of this deployment's, or was revoked.
    InvalidApiKey = "invalid_api_key", 401, mark!("The API key is not valid");
    /// The session token is not one of this deployment's, or was revoked.
    InvalidSessionToken = "invalid_session_token", 401, mark!("This link does not work");
    /// The deployment's admin token is wrong.
    InvalidAdminToken = "invalid_admin_token", 401, mark!("The admin token is not valid");

    /// The caller makes more requests in a minute than they may.
    RateLimited = "rate_limited", 429, mark!("Too many requests");
    /// The provider refused too many keys of this session, or from this address, in a short time.
    TooManyAttempts = "too_many_attempts", 429, mark!("Too many refused keys");

    /// The key is right, and may not do this.
    InsufficientScope = "insufficient_scope", 403, mark!("The key lacks a scope");

    // Connect sessions.
    /// The session's time is over.
    SessionExpired = "session_expired", 410, mark!("This link has expired");
    /// The session has linked its account already.
    SessionUsed = "session_used", 409, mark!("This link has been used");
    /// The backend took the session back.
    SessionRevoked = "session_revoked", 410, mark!("This link was withdrawn");
    /// The account that the session was to change is not there any more.
    ConnectionGone = "connection_gone", 410, mark!("The account no longer exists");
    /// The person took the attempt back before anything was stored.
    AttemptCancelled = "attempt_cancelled", 409, mark!("The attempt was canceled");
    /// A link that was shared cannot be shared on.
    ShareNotAllowed = "share_not_allowed", 403, mark!("A shared link cannot be shared again");
    /// Another attempt of the same session is being checked right now.
    SessionBusy = "session_busy", 409, mark!("Another attempt is being checked");
    /// The session does not offer this provider.
    ProviderNotOffered = "provider_not_offered", 422, mark!("This link is for another service");
    /// No provider has this id.
    UnknownProvider = "unknown_provider", 422, mark!("This provider does not exist");
    /// An origin is not among the project's.
    OriginNotAllowed = "origin_not_allowed", 422, mark!("An origin is not allowed");
    /// What was to be changed has changed meanwhile.
    PreconditionFailed = "precondition_failed", 412, mark!("It has changed in the meantime");
    /// The project still has accounts.
    ProjectInUse = "project_in_use", 409, mark!("The project still has accounts");
    /// The credential before the last change is not kept any more, or there was none.
    VersionNotKept = "version_not_kept", 409, mark!("No earlier version is kept");
    /// Another connection of the project has this name.
    NameTaken = "name_taken", 409, mark!("The name is taken");
    /// The host name is another project's.
    DomainTaken = "domain_taken", 409, mark!("The host name is taken");

    // Fields.
    /// A required field is empty.
    FieldRequired = "field_required", 422, mark!("A field is empty");
    /// The provider has no such field.
    UnknownField = "unknown_field", 422, mark!("A field does not exist");
    /// A field is longer than it can be.
    FieldTooLong = "field_too_long", 422, mark!("A field is too long");
    /// The text is no host name.
    HostMalformed = "host_malformed", 422, mark!("The domain cannot be read");
    /// The host is an IP address or `localhost`.
    HostIsAddress = "host_is_address", 422, mark!("The domain is an IP address or localhost");
    /// The host does not belong to the provider.
    HostNotAllowed = "host_not_allowed", 422, mark!("The domain does not belong to the service");
    /// The host is the provider's, but nobody's organization lives there.
    HostUnknown = "host_unknown", 422, mark!("No organization uses this domain");
    /// The key holds characters that no key holds.
    KeyMalformed = "key_malformed", 422, mark!("The key cannot be read");
    /// The identifier holds characters that no identifier holds.
    IdMalformed = "id_malformed", 422, mark!("The identifier cannot be read");
    /// The provider knows no such account.
    AccountUnknown = "account_unknown", 422, mark!("There is no such account");
    /// Two answers belong to different accounts.
    AccountMismatch = "account_mismatch", 422, mark!("Two fields do not belong together");
    /// The text holds characters that it may not.
    TextMalformed = "text_malformed", 422, mark!("The text cannot be read");
    /// The key looks like something else, or has another length than such keys have. Only ever a warning.
    UnusualShape = "unusual_shape", 422, mark!("The key has an unusual shape");
    /// A secret stands in a field that is shown again.
    SecretMisplaced = "secret_misplaced", 422, mark!("A secret is in the wrong field");
    /// Test mode takes only the documented magic values.
    TestValueRequired = "test_value_required", 422, mark!("Test mode takes only test values");
    /// A secret came in clear with a session token.
    SealingRequired = "sealing_required", 422, mark!("A secret is not sealed");
    /// A field was sealed to a key that this deployment does not have, or not any more; `GET connect` tells the one it has.
    UnknownSealingKey = "unknown_sealing_key", 422, mark!("The sealing key is not known");
    /// A sealed field does not open: it was altered, or sealed for another attempt, field or session.
    SealedValueUnreadable = "sealed_value_unreadable", 422, mark!("A sealed field does not open");
    /// The same sealed field came with another attempt before.
    SealedValueReused = "sealed_value_reused", 409, mark!("A sealed field was used before");

    // What the provider said.
    /// The provider does not know the key.
    KeyRejected = "key_rejected", 422, mark!("The service refused the key");
    /// The key is known, but may not do what is needed; as a warning: less than the guide asks for.
    InsufficientRights = "insufficient_rights", 422, mark!("The key has too few rights");
    /// The key's time is over.
    KeyExpired = "key_expired", 422, mark!("The key has expired");
    /// It is a key of the service, but of another kind than the one that is needed.
    WrongKeyKind = "wrong_key_kind", 422, mark!("The key is of another kind");
    /// What was asked for is not part of the organization's plan, or is switched off there.
    FeatureUnavailable = "feature_unavailable", 422, mark!("The organization lacks a feature");
    /// The key's time will soon be over. Only ever a warning.
    ExpiresSoon = "expires_soon", 422, mark!("The key expires soon");
    /// The key belongs to a person, and ends with that person's account. Only ever a warning.
    PersonalKey = "personal_key", 422, mark!("The key belongs to a person");
    /// The key may read, and change nothing. Only ever a warning.
    ReadOnlyKey = "read_only_key", 422, mark!("The key may only read");
    /// The key works from certain networks only. Only ever a warning.
    NetworkRestricted = "network_restricted", 422, mark!("The key is restricted to networks");
    /// The key opens another organization than the one that was linked before. Only ever a warning.
    OrganizationChanged = "organization_changed", 422, mark!("The key opens another organization");
    /// Whether the key may do what is needed could not be read. Only ever a warning.
    RightsUnknown = "rights_unknown", 422, mark!("The key’s rights could not be read");
    /// The provider refused the request before it looked at the key.
    AccessRefused = "access_refused", 422, mark!("The service refused the request");
    /// The account behind the key is not active.
    AccountInactive = "account_inactive", 422, mark!("The account is not active");
    /// The organization was closed by the provider.
    OrganizationClosed = "organization_closed", 422, mark!("The organization is closed");
    /// The provider is down, too slow, or cannot be reached.
    ProviderUnavailable = "provider_unavailable", 503, mark!("The service cannot be reached");
    /// The provider wants us to wait.
    ProviderRateLimited = "provider_rate_limited", 503, mark!("The service limits how often we may ask");
    /// The provider answered with something its documentation does not name.
    ProviderUnexpected = "provider_unexpected", 502, mark!("The service gave an unexpected answer");

    // Ours.
    /// The wrapping key of one credential is not on the key ring any more; others are not concerned.
    VaultKeyMissing = "vault_key_missing", 503, mark!("A vault key is missing");
    /// What is stored of one credential does not open; others are not concerned.
    CredentialUnreadable = "credential_unreadable", 500, mark!("A stored credential does not open");
    /// The same idempotency key is being answered right now.
    IdempotencyInFlight = "idempotency_in_flight", 409, mark!("The same request is under way");
    /// The idempotency key was used for another request.
    IdempotencyMismatch = "idempotency_mismatch", 422, mark!("The idempotency key belongs to another request");
    /// The credential could not be stored; nothing was kept.
    StorageUnavailable = "storage_unavailable", 503, mark!("The storage does not answer");
    /// Whether it was stored could not be found out in time; repeating the same attempt is safe.
    OutcomeUnknown = "outcome_unknown", 503, mark!("The outcome is not known yet");
    /// A fault of ours; the request id leads to the detail in the log.
    Internal = "internal", 500, mark!("Something went wrong on our side");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back_and_is_an_error() {
        for &code in ErrorCode::ALL {
            assert_eq!(ErrorCode::parse(code.as_str()), Some(code));
            assert!((400..600).contains(&code.status()), "{code}");
        }
    }
}
