//! The scopes of API keys.

string_enum! {
    /// One permission of an API key. A key has any number of them. Each endpoint checks the scope that it needs.
    pub enum KeyScope {
        /// List and read accounts, without their secrets.
        ConnectionsRead = "connections:read",
        /// Create, change, verify and delete accounts.
        ConnectionsWrite = "connections:write",
        /// Open the credential of an account. Every use is audited.
        CredentialsRead = "credentials:read",
        /// Make connect sessions.
        SessionsWrite = "sessions:write",
        /// Manage the project's keys, vault and audit log.
        Admin = "admin",
    }
}

impl KeyScope {
    /// Every scope.
    pub const ALL: [Self; 5] = [
        Self::ConnectionsRead,
        Self::ConnectionsWrite,
        Self::CredentialsRead,
        Self::SessionsWrite,
        Self::Admin,
    ];

    /// The scopes of a project's first keys: all but `credentials:read`, which needs a key of its own.
    pub const FIRST: [Self; 4] =
        [Self::ConnectionsRead, Self::ConnectionsWrite, Self::SessionsWrite, Self::Admin];
}
