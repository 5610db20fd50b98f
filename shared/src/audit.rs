//! The closed lists of the audit log: every action that writes an entry, and every kind of actor.
//!
//! Each operation of the store that changes something that matters writes one entry. `tests/support/audited.rs` watches
//! every operation of every test; `tests/core/audit.rs` compares the lists with the table in `edge/README.md`.

string_enum! {
    /// What was done. The subject of an entry is the id of the thing that the action names first.
    pub enum AuditAction {
        /// A project was made, with its first API keys. The detail has their ids.
        ProjectCreate = "project.create",
        /// A project's settings were changed. The detail has the members that changed, and `changes` their values before and after.
        ProjectChange = "project.change",
        /// A project was deleted. The detail has the time until which it can be restored.
        ProjectDelete = "project.delete",
        /// A project that was deleted was restored.
        ProjectRestore = "project.restore",
        /// An API key was made. The detail has its scopes, limits and name.
        ApiKeyCreate = "api-key.create",
        /// An API key was narrowed. The detail has its scopes, limits and name.
        ApiKeyNarrow = "api-key.narrow",
        /// An API key was revoked. The detail has its name and the number of sessions that were revoked with it.
        ApiKeyRevoke = "api-key.revoke",
        /// Requests with the id of an API key were refused. The detail has the reason and how many.
        ApiKeyRefuse = "api-key.refuse",
        /// A link that signs in to the console once was made. The detail has its role and name.
        ConsoleLinkCreate = "console-link.create",
        /// Somebody signed in to the console. The detail has the role, how, and who.
        ConsoleSessionCreate = "console-session.create",
        /// A console session ended by hand. The detail says whether its person signed out or somebody revoked it.
        ConsoleSessionEnd = "console-session.end",
        /// Requests with the id of a console session or of a sign-in link were refused, or a sign-in was. The detail has the reason and
        /// how many.
        ConsoleSessionRefuse = "console-session.refuse",
        /// A session was made. The detail has its providers, or the account whose key it is to replace.
        SessionCreate = "session.create",
        /// A session expires at another time, or got a new link. The detail says which.
        SessionChange = "session.change",
        /// A link for somebody else was made. An earlier one stopped working.
        SessionShare = "session.share",
        /// The link for somebody else was withdrawn.
        SessionUnshare = "session.unshare",
        /// A session was revoked, or the tokens of one that is done. The detail is `done` then.
        SessionRevoke = "session.revoke",
        /// Requests with the id of a session were refused. The detail has the reason and how many.
        SessionRefuse = "session.refuse",
        /// An account was made by a key, or linked by a session, which is done then. The detail has its name.
        ConnectionCreate = "connection.create",
        /// An account's name or description was changed. The detail has which.
        ConnectionChange = "connection.change",
        /// A check of an account began, and the detail is empty. Or it failed without a refusal, because the provider did not answer or
        /// was not asked; the detail is the code then, and how often within an hour.
        ConnectionVerify = "connection.verify",
        /// The health of an account changed. The detail has the new state and the code of its cause.
        ConnectionHealth = "connection.health",
        /// An account was suspended. The detail has the reason.
        ConnectionSuspend = "connection.suspend",
        /// An account was resumed.
        ConnectionResume = "connection.resume",
        /// The push channel of an account has another state, which the detail has.
        ConnectionHook = "connection.hook",
        /// An account was deleted. The detail has its name.
        ConnectionDelete = "connection.delete",
        /// An account got another credential. If a rollback brought it back, the detail has its version.
        CredentialChange = "credential.change",
        /// The key of an account was replaced by a new one with the same rights. The detail has the version.
        CredentialRotate = "credential.rotate",
        /// The key of an account was ended at its provider, and the account deleted. The detail has its name, and says if the
        /// provider could not be asked yet, or did not do it.
        CredentialRevoke = "credential.revoke",
        /// The credential of an account was opened.
        CredentialRead = "credential.read",
        /// A provider refused a key that was to be stored, or that a check asked about. The subject is the account; without one, the
        /// session or the provider. The detail is the error code and the field, and of checks how often within an hour.
        CredentialRefuse = "credential.refuse",
        /// The credential of an account was moved to another vault key. The detail has its version and the keys.
        CredentialRewrap = "credential.rewrap",
        /// A webhook endpoint was made. The detail has its host name.
        WebhookEndpointCreate = "webhook-endpoint.create",
        /// A webhook endpoint was changed. The detail has which members.
        WebhookEndpointChange = "webhook-endpoint.change",
        /// The signing keys of a webhook endpoint were replaced.
        WebhookEndpointRotate = "webhook-endpoint.rotate",
        /// Events were sent to a webhook endpoint again. The detail has which.
        WebhookEndpointReplay = "webhook-endpoint.replay",
        /// A webhook endpoint was disabled, because it accepted nothing or is gone.
        WebhookEndpointDisable = "webhook-endpoint.disable",
        /// A webhook endpoint was deleted. The detail has its host name.
        WebhookEndpointDelete = "webhook-endpoint.delete",
        /// The audit log was exported. The subject is the project. The detail has the format and the filters.
        AuditLogExport = "audit-log.export",
        /// The test clock was moved ahead. The detail has by how much.
        TestClockAdvance = "test-clock.advance",
        /// The test clock was returned to now, and the data of test mode was deleted.
        TestClockReset = "test-clock.reset",
    }
}

impl AuditAction {
    /// Every action.
    pub const ALL: [Self; 41] = [
        Self::ProjectCreate,
        Self::ProjectChange,
        Self::ProjectDelete,
        Self::ProjectRestore,
        Self::ApiKeyCreate,
        Self::ApiKeyNarrow,
        Self::ApiKeyRevoke,
        Self::ApiKeyRefuse,
        Self::ConsoleLinkCreate,
        Self::ConsoleSessionCreate,
        Self::ConsoleSessionEnd,
        Self::ConsoleSessionRefuse,
        Self::SessionCreate,
        Self::SessionChange,
        Self::SessionShare,
        Self::SessionUnshare,
        Self::SessionRevoke,
        Self::SessionRefuse,
        Self::ConnectionCreate,
        Self::ConnectionChange,
        Self::ConnectionVerify,
        Self::ConnectionHealth,
        Self::ConnectionHook,
        Self::ConnectionSuspend,
        Self::ConnectionResume,
        Self::ConnectionDelete,
        Self::CredentialChange,
        Self::CredentialRotate,
        Self::CredentialRevoke,
        Self::CredentialRead,
        Self::CredentialRefuse,
        Self::CredentialRewrap,
        Self::WebhookEndpointCreate,
        Self::WebhookEndpointChange,
        Self::WebhookEndpointRotate,
        Self::WebhookEndpointReplay,
        Self::WebhookEndpointDisable,
        Self::WebhookEndpointDelete,
        Self::AuditLogExport,
        Self::TestClockAdvance,
        Self::TestClockReset,
    ];
}

string_enum! {
    /// Who acted.
    pub enum ActorType {
        /// An API key. The id is the key's.
        ApiKey = "api-key",
        /// Whoever has a token of a session. The id is the session's.
        Session = "session",
        /// Whoever has the link that a session was shared with. The id is the session's.
        Share = "share",
        /// A person in the console. The id is the console session's, and the end user's id is who signed in: the name of a key or of a
        /// link, or an e-mail address.
        Console = "console",
        /// The owner of the deployment, with the admin token.
        Owner = "owner",
        /// The deployment itself, by a timer.
        Timer = "timer",
        /// The provider of an account, by its push channel. The id is the provider's.
        Provider = "provider",
        /// Somebody who did not prove who they are.
        Unknown = "unknown",
    }
}

impl ActorType {
    /// Every kind of actor.
    pub const ALL: [Self; 8] = [
        Self::ApiKey,
        Self::Session,
        Self::Share,
        Self::Console,
        Self::Owner,
        Self::Timer,
        Self::Provider,
        Self::Unknown,
    ];
}

string_enum! {
    /// How an action ended.
    pub enum AuditOutcome {
        /// It was done.
        Done = "done",
        /// It was refused: by us, or a key by its provider.
        Refused = "refused",
        /// It was tried, and did not work or is not finished.
        Failed = "failed",
    }
}

impl AuditOutcome {
    /// Every outcome.
    pub const ALL: [Self; 3] = [Self::Done, Self::Refused, Self::Failed];
}

impl AuditAction {
    /// How the action ended, if nothing else is known.
    #[must_use]
    pub fn usual_outcome(self) -> AuditOutcome {
        match self {
            Self::ApiKeyRefuse
            | Self::ConsoleSessionRefuse
            | Self::SessionRefuse
            | Self::CredentialRefuse => AuditOutcome::Refused,
            _ => AuditOutcome::Done,
        }
    }
}

string_enum! {
    /// How an entry has the network address of the client.
    pub enum AddressForm {
        /// A keyed hash of the address, which tells whether two are the same.
        Hash = "hash",
        /// The network: the first 24 bits of an IPv4 address, the first 48 of an IPv6 address.
        Network = "network",
        /// The whole address.
        Full = "full",
    }
}

impl AddressForm {
    /// All forms.
    pub const ALL: [Self; 3] = [Self::Hash, Self::Network, Self::Full];
}
