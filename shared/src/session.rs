//! A connect session as its two readers see it: the backend that made it and the page that uses it.

string_enum! {
    /// Where a session stands. Whether it has expired is a question of the time, not a state.
    pub enum SessionState {
        /// Waiting for an attempt.
        Open = "open",
        /// One attempt is being checked.
        Leased = "leased",
        /// The account is linked; nothing new is accepted.
        Done = "done",
        /// The backend took it back; nothing is accepted.
        Revoked = "revoked",
    }
}

wire! {
    /// The person who fills in the form, as the backend knows them.
    pub struct EndUser {
        /// The backend's own id of the person.
        #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 200)))]
        "id" id: String,
        /// For display.
        #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 200)))]
        "email" email: Option<String>,
        /// For display.
        #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 200)))]
        "name" name: Option<String>,
    }

    /// The customer the person belongs to, as the backend knows them.
    pub struct EndOrganization {
        /// The backend's own id of the customer.
        #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 200)))]
        "id" id: String,
        /// For display.
        #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 200)))]
        "name" name: Option<String>,
    }
}
