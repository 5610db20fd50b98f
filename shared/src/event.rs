//! The closed list of events: what happened to an account, told to the backend that has it.
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
        /// A webhook endpoint was disabled, because it accepted nothing or is gone.
        EndpointDisabled = "endpoint.disabled",
    }
}

impl EventType {
    /// Every type.
    pub const ALL: [Self; 11] = [
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
        Self::EndpointDisabled,
    ];
}
