//! The closed list of events: what happened to an account or a session, told to the backend that has it.
//!
//! An event is written in the transaction of what it reports. Names are stable.

string_enum! {
    /// What happened.
    pub enum EventType {
        /// An account was made or linked.
        ConnectionCreated = "connection.created",
        /// An account got another credential, name or description, or was suspended or resumed.
        ConnectionUpdated = "connection.updated",
        /// A check that somebody asked for ended.
        ConnectionVerified = "connection.verified",
        /// The health of an account has another state.
        ConnectionHealthChanged = "connection.health_changed",
        /// The key of an account ends in so many days.
        ConnectionExpiring = "connection.expiring",
        /// An account needs a new key.
        ConnectionNeedsNewKey = "connection.needs_new_key",
        /// The key of an account works again.
        ConnectionRecovered = "connection.recovered",
        /// The key of an account was replaced by a new one of the same rights.
        ConnectionRotated = "connection.rotated",
        /// The key of an account was ended at its provider.
        ConnectionRevoked = "connection.revoked",
        /// An account was deleted.
        ConnectionDeleted = "connection.deleted",
        /// A page read a session with its token for the first time.
        SessionOpened = "session.opened",
        /// An attempt of a session linked an account, or gave it another key.
        SessionCompleted = "session.completed",
        /// A session expired, and nothing was linked with it.
        SessionExpired = "session.expired",
        /// An attempt of a session was refused: by the provider, or because its values are wrong.
        SessionRejected = "session.rejected",
        /// A webhook endpoint was disabled, because it accepted nothing or is gone.
        EndpointDisabled = "endpoint.disabled",
        /// The database of the project is nearly full.
        StorageNearlyFull = "storage.nearly_full",
    }
}

impl EventType {
    /// Every type.
    pub const ALL: [Self; 16] = [
        Self::ConnectionCreated,
        Self::ConnectionUpdated,
        Self::ConnectionVerified,
        Self::ConnectionHealthChanged,
        Self::ConnectionExpiring,
        Self::ConnectionNeedsNewKey,
        Self::ConnectionRecovered,
        Self::ConnectionRotated,
        Self::ConnectionRevoked,
        Self::ConnectionDeleted,
        Self::SessionOpened,
        Self::SessionCompleted,
        Self::SessionExpired,
        Self::SessionRejected,
        Self::EndpointDisabled,
        Self::StorageNearlyFull,
    ];

    /// Whether it is about a session. Names and e-mail addresses are in sessions, so only a key that may read them gets it.
    #[must_use]
    pub fn is_of_session(self) -> bool {
        self.as_str().starts_with("session.")
    }
}
