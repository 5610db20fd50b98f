//! The closed list of error codes. Clients branch on these; a provider file may only name one of them.
//!
//! To add one, add a line here. Its title is translated: the build fails until each language has it. A code that only a
//! backend or the owner gets is left out of the browser (`not(feature = "browser")`), because each weighs on the form.

use crate::mark;

macro_rules! codes {
    ($( $(#[$meta:meta])* $variant:ident = $word:literal, $status:literal, $title:expr; )*) => {
        string_enum! {
            /// The cause of a refusal. Stable: a code is never renamed, and never reused for another cause.
            pub enum ErrorCode { $( $(#[$meta])* $variant = $word, )* }
        }

        impl ErrorCode {
            /// Every code, in the order of this file.
            #[allow(unused_doc_comments, reason = "an attribute may leave a code out, and its documentation is one")]
            pub const ALL: &'static [Self] = &[ $( $(#[$meta])* Self::$variant, )* ];

            /// The HTTP status a problem with this code carries.
            #[must_use]
            #[allow(unused_doc_comments, reason = "as above")]
            pub fn status(self) -> u16 {
                match self { $( $(#[$meta])* Self::$variant => $status, )* }
            }

            /// The problem's `title` (RFC 9457, section 3.1.3): the same for every occurrence.
            #[must_use]
            #[allow(unused_doc_comments, reason = "as above")]
            pub fn title(self) -> &'static str {
                match self { $( $(#[$meta])* Self::$variant => $title, )* }
            }
        }
    };
}

codes! {
    // The request itself.
    /// The body is not JSON, or has another shape.
    MalformedBody = "malformed_body", 400, mark!("The body could not be read");
    /// The body is longer than 64 KiB.
    BodyTooLarge = "body_too_large", 413, mark!("The body is too large");
    /// The body is not declared as JSON.
    UnsupportedMediaType = "unsupported_media_type", 415, mark!("The body is not declared as JSON");
    /// A member of the body or of the query has a value that is not allowed.
    InvalidParameter = "invalid_parameter", 422, mark!("A value is not allowed");
    /// Nothing exists at this address, or nothing that this key may see.
    NotFound = "not_found", 404, mark!("Nothing was found here");
    /// The path exists, but not with this method.
    MethodNotAllowed = "method_not_allowed", 405, mark!("The method is not allowed here");

    // Authentication.
    /// No `Authorization: Bearer` header.
    CredentialsMissing = "credentials_missing", 401, mark!("A key is missing");
    /// The API key is not one of this deployment's, or was revoked.
    #[cfg(not(feature = "browser"))]
    InvalidApiKey = "invalid_api_key", 401, mark!("The API key is not valid");
    /// The API key has expired. Only a caller with the right secret learns this.
    #[cfg(not(feature = "browser"))]
    ApiKeyExpired = "api_key_expired", 401, mark!("The API key has expired");
    /// The API key may not be used from this network address. Only a caller with the right secret learns this.
    #[cfg(not(feature = "browser"))]
    AddressNotAllowed = "address_not_allowed", 403, mark!("The API key may not be used from this address");
    /// The session token is not one of this deployment's, or was revoked.
    InvalidSessionToken = "invalid_session_token", 401, mark!("This link does not work");
    /// A delivery to a push channel does not prove that it comes from the provider.
    #[cfg(not(feature = "browser"))]
    InvalidDelivery = "invalid_delivery", 401, mark!("The delivery is not genuine");
    /// The deployment's admin token is wrong.
    #[cfg(not(feature = "browser"))]
    InvalidAdminToken = "invalid_admin_token", 401, mark!("The admin token is not valid");

    /// The caller sent more requests in a minute than allowed.
    RateLimited = "rate_limited", 429, mark!("Too many requests");
    /// The provider refused too many keys of this session, or from this address, in a short time.
    TooManyAttempts = "too_many_attempts", 429, mark!("Too many refused keys");
    /// The project, or the session, has as many of something as it may have. The message names it.
    LimitReached = "limit_reached", 409, mark!("A limit is reached");

    /// The key is valid, but lacks the scope for this.
    #[cfg(not(feature = "browser"))]
    InsufficientScope = "insufficient_scope", 403, mark!("The key lacks a scope");

    /// The person's role in the console does not allow this. The message names the role.
    #[cfg(not(feature = "browser"))]
    InsufficientRole = "insufficient_role", 403, mark!("Your role may not do this");
    /// The request to the console comes from a page of another origin, or does not say from which.
    #[cfg(not(feature = "browser"))]
    ForeignOrigin = "foreign_origin", 403, mark!("The request comes from another site");
    /// The console session has ended: it expired, was not used for too long, was signed out or revoked, or its key ended.
    #[cfg(not(feature = "browser"))]
    ConsoleSessionEnded = "console_session_ended", 401, mark!("The console session has ended");
    /// The sign-in link is not one of this deployment's, or another key or mode made it.
    #[cfg(not(feature = "browser"))]
    InvalidConsoleLink = "invalid_console_link", 401, mark!("This sign-in link does not work");
    /// The sign-in link was used already.
    #[cfg(not(feature = "browser"))]
    ConsoleLinkUsed = "console_link_used", 409, mark!("This sign-in link has been used");
    /// The sign-in link has expired.
    #[cfg(not(feature = "browser"))]
    ConsoleLinkExpired = "console_link_expired", 410, mark!("This sign-in link has expired");
    /// Cloudflare Access has not let the person in, or its statement is not valid.
    #[cfg(not(feature = "browser"))]
    InvalidAccessToken = "invalid_access_token", 401, mark!("The sign-in by Cloudflare Access is not valid");
    /// The person is not a member of the project's console, or not in this mode.
    #[cfg(not(feature = "browser"))]
    NotAMember = "not_a_member", 403, mark!("You are not a member of this console");

    /// The caller's key is a live key, and only test mode has this.
    #[cfg(not(feature = "browser"))]
    TestKeyRequired = "test_key_required", 403, mark!("A test key is needed");

    // Connect sessions.
    /// The session has expired.
    SessionExpired = "session_expired", 410, mark!("This link has expired");
    /// The session has linked its account already.
    SessionUsed = "session_used", 409, mark!("This link has been used");
    /// The backend revoked the session.
    SessionRevoked = "session_revoked", 410, mark!("This link was withdrawn");
    /// The account that the session updates no longer exists.
    ConnectionGone = "connection_gone", 410, mark!("The account no longer exists");
    /// The person canceled the attempt before anything was stored.
    AttemptCancelled = "attempt_cancelled", 409, mark!("The attempt was canceled");
    /// A shared link cannot be shared again.
    ShareNotAllowed = "share_not_allowed", 403, mark!("A shared link cannot be shared again");
    /// Another attempt of the same session is running.
    SessionBusy = "session_busy", 409, mark!("Another attempt is being checked");
    /// The session does not offer this provider.
    ProviderNotOffered = "provider_not_offered", 422, mark!("This link is for another service");
    /// No provider has this id.
    UnknownProvider = "unknown_provider", 422, mark!("This provider does not exist");
    /// An origin is not one of the project's allowed origins.
    #[cfg(not(feature = "browser"))]
    OriginNotAllowed = "origin_not_allowed", 422, mark!("An origin is not allowed");
    /// The resource has changed since it was read.
    #[cfg(not(feature = "browser"))]
    PreconditionFailed = "precondition_failed", 412, mark!("It has changed in the meantime");
    /// The project was deleted, and can still be restored. The message says until when.
    #[cfg(not(feature = "browser"))]
    ProjectDeleted = "project_deleted", 403, mark!("The project was deleted");
    /// The project still has accounts.
    #[cfg(not(feature = "browser"))]
    ProjectInUse = "project_in_use", 409, mark!("The project still has accounts");
    /// The previous credential is no longer kept, or there was none.
    #[cfg(not(feature = "browser"))]
    VersionNotKept = "version_not_kept", 409, mark!("No earlier version is kept");
    /// Another check of the account is running.
    #[cfg(not(feature = "browser"))]
    CheckInProgress = "check_in_progress", 409, mark!("The account is being checked");
    /// Another connection of the project has this name.
    #[cfg(not(feature = "browser"))]
    NameTaken = "name_taken", 409, mark!("The name is taken");
    /// The host name is another project's.
    #[cfg(not(feature = "browser"))]
    DomainTaken = "domain_taken", 409, mark!("The host name is taken");

    // Fields.
    /// A required field is empty.
    FieldRequired = "field_required", 422, mark!("A field is empty");
    /// The provider has no such field.
    UnknownField = "unknown_field", 422, mark!("A field does not exist");
    /// A field is longer than it can be.
    FieldTooLong = "field_too_long", 422, mark!("A field is too long");
    /// The text is not a host name.
    HostMalformed = "host_malformed", 422, mark!("The domain cannot be read");
    /// The host is an IP address or `localhost`.
    HostIsAddress = "host_is_address", 422, mark!("The domain is an IP address or localhost");
    /// The host does not belong to the provider.
    HostNotAllowed = "host_not_allowed", 422, mark!("The domain does not belong to the service");
    /// The host is the provider's, but no organization uses it.
    HostUnknown = "host_unknown", 422, mark!("No organization uses this domain");
    /// The key has characters that no key can have, or it is not a whole key.
    KeyMalformed = "key_malformed", 422, mark!("The key cannot be read");
    /// The identifier has characters that no identifier can have.
    IdMalformed = "id_malformed", 422, mark!("The identifier cannot be read");
    /// The provider knows no such account.
    AccountUnknown = "account_unknown", 422, mark!("There is no such account");
    /// Two field values belong to different accounts.
    AccountMismatch = "account_mismatch", 422, mark!("Two fields do not belong together");
    /// The key opens several organizations, workspaces or sites, and one of them must be chosen.
    ChoiceRequired = "choice_required", 422, mark!("One of several must be chosen");
    /// The key does not open what was chosen, or opens nothing.
    ChoiceUnknown = "choice_unknown", 422, mark!("The key does not open what was chosen");
    /// The text has characters that are not allowed.
    TextMalformed = "text_malformed", 422, mark!("The text cannot be read");
    /// The key has an unusual shape or length. Always a warning.
    UnusualShape = "unusual_shape", 422, mark!("The key has an unusual shape");
    /// A field that is shown again holds a secret.
    SecretMisplaced = "secret_misplaced", 422, mark!("A secret is in the wrong field");
    /// Test mode accepts only documented test values.
    TestValueRequired = "test_value_required", 422, mark!("Test mode takes only test values");
    /// A secret was sent in clear with a session token.
    SealingRequired = "sealing_required", 422, mark!("A secret is not sealed");
    /// A field was sealed to a key that this deployment does not have, or no longer has. `GET connect` returns the current one.
    UnknownSealingKey = "unknown_sealing_key", 422, mark!("The sealing key is not known");
    /// A sealed field does not open: it was altered, or sealed for another attempt, field or session.
    SealedValueUnreadable = "sealed_value_unreadable", 422, mark!("A sealed field does not open");
    /// The same sealed field was sent with another attempt before.
    SealedValueReused = "sealed_value_reused", 409, mark!("A sealed field was used before");

    // The provider's response.
    /// The provider does not know the key.
    KeyRejected = "key_rejected", 422, mark!("The service refused the key");
    /// The key is valid, but lacks a necessary right. As a warning: it has fewer rights than the guide asks for.
    InsufficientRights = "insufficient_rights", 422, mark!("The key has too few rights");
    /// The key has expired.
    KeyExpired = "key_expired", 422, mark!("The key has expired");
    /// The key is one of the service, but of the wrong kind.
    WrongKeyKind = "wrong_key_kind", 422, mark!("The key is of another kind");
    /// The necessary feature is not in the organization's plan, or is switched off.
    FeatureUnavailable = "feature_unavailable", 422, mark!("The organization lacks a feature");
    /// The key expires soon. Always a warning.
    ExpiresSoon = "expires_soon", 422, mark!("The key expires soon");
    /// The key belongs to a person, and ends with that person's account. Always a warning.
    PersonalKey = "personal_key", 422, mark!("The key belongs to a person");
    /// The key may only read. Always a warning.
    ReadOnlyKey = "read_only_key", 422, mark!("The key may only read");
    /// The key works from certain networks only. Always a warning.
    NetworkRestricted = "network_restricted", 422, mark!("The key is restricted to networks");
    /// The key opens another organization than the one that was linked before. Always a warning.
    OrganizationChanged = "organization_changed", 422, mark!("The key opens another organization");
    /// The rights of the key could not be read. Always a warning.
    RightsUnknown = "rights_unknown", 422, mark!("The key’s rights could not be read");
    /// A time that the provider reports cannot be read. Always a warning.
    TimeUnreadable = "time_unreadable", 422, mark!("A time could not be read");
    /// The provider refused the request before it looked at the key.
    AccessRefused = "access_refused", 422, mark!("The service refused the request");
    /// The account behind the key is not active.
    AccountInactive = "account_inactive", 422, mark!("The account is not active");
    /// The organization was closed by the provider.
    OrganizationClosed = "organization_closed", 422, mark!("The organization is closed");
    /// The provider is down, too slow, or cannot be reached.
    ProviderUnavailable = "provider_unavailable", 503, mark!("The service cannot be reached");
    /// For some time no check could find out whether the key works. Only as the cause of an account's health.
    #[cfg(not(feature = "browser"))]
    NotChecked = "not_checked", 503, mark!("The account was not checked for some time");
    /// The provider limits the rate of requests.
    ProviderRateLimited = "provider_rate_limited", 503, mark!("The service limits how often we may ask");
    /// The provider's response is not one that its file describes.
    ProviderUnexpected = "provider_unexpected", 502, mark!("The service gave an unexpected answer");

    // Ending and replacing a key.
    /// The key may not end itself at the provider. Somebody must do it by hand.
    RevokeNotPermitted = "revoke_not_permitted", 409, mark!("The key may not end itself");
    /// The provider has no call that replaces a key.
    RotationNotOffered = "rotation_not_offered", 409, mark!("The service cannot replace this key");
    /// The provider, or a policy of the customer, does not let this key be replaced. The old key stays.
    RotationRefused = "rotation_refused", 409, mark!("The service refused to replace the key");
    /// The key was replaced, but the answer with the new one was lost. The account needs a new key.
    RotationLost = "rotation_lost", 409, mark!("The new key was lost on its way");
    /// The key of the account is being ended or replaced, so it is not given out and not changed.
    Ending = "ending", 409, mark!("The key is being ended or replaced");
    /// We replace the key of this account by ourselves, so nobody edits it by hand.
    ManagedCredentials = "managed_credentials", 409, mark!("The key is managed here");

    /// The provider has a push channel of ours that it has not verified.
    #[cfg(not(feature = "browser"))]
    HookUnverified = "hook_unverified", 422, mark!("The push channel is not verified");
    /// The provider does not take the push channel. Another one may have its name, or there may be too many.
    #[cfg(not(feature = "browser"))]
    HookRefused = "hook_refused", 422, mark!("The service does not take the push channel");

    // Latchkey itself.
    /// The wrapping key of one credential is no longer on the key ring. Other credentials are not affected.
    #[cfg(not(feature = "browser"))]
    VaultKeyMissing = "vault_key_missing", 503, mark!("A vault key is missing");
    /// One stored credential does not open. Other credentials are not affected.
    #[cfg(not(feature = "browser"))]
    CredentialUnreadable = "credential_unreadable", 500, mark!("A stored credential does not open");
    /// The account is suspended, so its credential is not given out.
    #[cfg(not(feature = "browser"))]
    Suspended = "suspended", 409, mark!("The account is suspended");
    /// A request with the same idempotency key is running.
    #[cfg(not(feature = "browser"))]
    IdempotencyInFlight = "idempotency_in_flight", 409, mark!("The same request is under way");
    /// The idempotency key was used for another request.
    #[cfg(not(feature = "browser"))]
    IdempotencyMismatch = "idempotency_mismatch", 422, mark!("The idempotency key belongs to another request");
    /// The credential could not be stored; nothing was kept.
    StorageUnavailable = "storage_unavailable", 503, mark!("The storage does not answer");
    /// It is unknown whether the credential was stored. Repeating the same attempt is safe.
    OutcomeUnknown = "outcome_unknown", 503, mark!("The outcome is not known yet");
    /// A fault of Latchkey. The log has the detail, by request id.
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
