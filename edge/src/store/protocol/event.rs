//! Events as the store returns them, and the operation that lists them.

use super::{KeyProof, Operation, ProjectView};
use latchkey_shared::event::EventType;

operations! {
    /// Returns a page of the events of the key's mode, oldest first.
    ListEvents("list-events") -> EventPage {
        /// Who calls.
        key: KeyProof,
        /// Returns only events with a larger number.
        after: i64,
        /// Returns only events of these types. Empty: of all.
        types: Vec<EventType>,
        /// Returns only events of this connection.
        connection: Option<String>,
        /// The most entries of a page.
        limit: u32,
    }
}

positional! {
    /// One event.
    #[derive(Clone, Debug)]
    pub struct EventRow {
        /// Rises with each event of the project.
        pub id: i64,
        /// When it happened. Milliseconds since 1970.
        pub created: i64,
        /// What happened.
        pub event: EventType,
        /// The account as it was then: JSON of a `ConnectionRow`. Empty: it is about no account.
        pub account: String,
        /// What the type adds: a JSON object, or `null`.
        pub more: String,
        /// The id of the session that it is about, in base62.
        pub session: Option<String>,
        /// That session as it was then: JSON of a `SessionRow`.
        pub shown: Option<String>,
    }
}

positional! {
    /// A page of events, with the project that they belong to.
    #[derive(Clone, Debug)]
    pub struct EventPage {
        /// Oldest first.
        pub events: Vec<EventRow>,
        /// Whether another page follows.
        pub more: bool,
        /// The project they belong to.
        pub project: ProjectView,
    }
}
