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
        /// List and read the connect sessions of every key.
        SessionsRead = "sessions:read",
        /// Make and revoke connect sessions, and read those that the key made itself.
        SessionsWrite = "sessions:write",
        /// Manage the project's keys, vault and audit log.
        Admin = "admin",
        /// Sign in to the console, where a person then has the key's other scopes, except `credentials:read`.
        Console = "console",
    }
}

impl KeyScope {
    /// Every scope.
    pub const ALL: [Self; 7] = [
        Self::ConnectionsRead,
        Self::ConnectionsWrite,
        Self::CredentialsRead,
        Self::SessionsRead,
        Self::SessionsWrite,
        Self::Admin,
        Self::Console,
    ];

    /// The scopes of a project's first keys. They lack `credentials:read`, and `admin`, because a key grants only scopes
    /// that it has. The owner of the deployment makes keys with those.
    pub const FIRST: [Self; 4] =
        [Self::ConnectionsRead, Self::ConnectionsWrite, Self::SessionsRead, Self::SessionsWrite];
}
