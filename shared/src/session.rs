//! The parts of a connect session that both the backend and the page see.

string_enum! {
    /// The state of a session. Expiry depends on the time and is not a state.
    pub enum SessionState {
        /// Waiting for an attempt.
        Open = "open",
        /// One attempt is being checked.
        Leased = "leased",
        /// The account is linked. No further attempt is accepted.
        Done = "done",
        /// The backend revoked the session. No attempt is accepted.
        Revoked = "revoked",
    }
}

wire! {
    /// The person who fills in the form, as the backend knows them.
    pub struct EndUser {
        /// The backend's id of the person.
        #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 200)))]
        "id" id: String,
        /// For display.
        #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 200)))]
        "email" email: Option<String>,
        /// For display.
        #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 200)))]
        "name" name: Option<String>,
    }

    /// The customer that the person belongs to, as the backend knows it.
    pub struct EndOrganization {
        /// The backend's id of the customer.
        #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 200)))]
        "id" id: String,
        /// For display.
        #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 200)))]
        "name" name: Option<String>,
    }
}
