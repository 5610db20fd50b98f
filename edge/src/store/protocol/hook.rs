//! Operations on push channels, and the events that they deliver.

use super::Operation;
use latchkey_shared::FieldError;
use latchkey_shared::hook::{Effect, Subject};

positional! {
    /// An event that a provider pushed.
    #[derive(Clone, Debug, PartialEq)]
    pub struct PushedEvent {
        /// A hash of its id.
        pub id: String,
        /// When it happened, if it says so. Milliseconds since 1970.
        pub at: Option<i64>,
        /// What it means.
        pub effect: Effect,
        /// Which of the account's ids it must name. `None`: it concerns every account of the organization.
        pub about: Option<Subject>,
        /// The ids that it names.
        pub named: Vec<String>,
        /// The cause of the account's state.
        pub cause: Option<FieldError>,
    }
}

operations! {
    /// Refuses unless the push channel waits for the provider's challenge, or has passed one.
    AwaitsChallenge("awaits-challenge") -> () {
        /// The provider's id.
        app: String,
        /// The random part of the channel's id.
        hook: String,
    }

    /// Takes the events of a delivery, which has proved that it comes from the provider. Events that were taken before change
    /// nothing.
    DeliverEvents("deliver-events") -> () {
        /// The provider's id.
        app: String,
        /// The random part of the channel's id.
        hook: String,
        /// What happened.
        events: Vec<PushedEvent>,
        /// Whether the delivery had more than was read, so that the account must be checked.
        unread: bool,
    }
}
