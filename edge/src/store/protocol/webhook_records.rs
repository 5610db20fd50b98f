//! Webhook endpoints, batches and deliveries, as operations take and return them. No record has a signing key: it follows from the
//! endpoint's id and the deployment's `ROUTE_KEY`.

use super::{EventRow, ProjectView};
use latchkey_shared::Mode;
use latchkey_shared::event::EventType;
use latchkey_shared::webhook::{AttemptError, DeliveryState, DisabledReason};
use serde::{Deserialize, Serialize};

positional! {
    /// An endpoint.
    #[derive(Clone, Debug)]
    pub struct WebhookEndpoint {
        /// Its id.
        pub id: String,
        /// Test or live.
        pub mode: Mode,
        /// Where events go.
        pub url: String,
        /// The types that it gets. Empty: all.
        pub types: Vec<EventType>,
        /// For people.
        pub description: Option<String>,
        /// Why it gets no events. `None`: it gets them.
        pub disabled: Option<DisabledReason>,
        /// Since when it gets none. Milliseconds since 1970.
        pub disabled_at: Option<i64>,
        /// When it was made. Milliseconds since 1970.
        pub created: i64,
        /// Rises with each change.
        pub revision: u32,
        /// The number of its signing keys. It rises when they are replaced.
        pub secret: i64,
        /// Until when the keys before sign too. Milliseconds since 1970.
        pub secret_until: Option<i64>,
        /// How many attempts failed since the last one that was accepted.
        pub failures: u32,
        /// Since when it has accepted nothing. Milliseconds since 1970.
        pub failing_since: Option<i64>,
        /// When it accepted an event last. Milliseconds since 1970.
        pub delivered_at: Option<i64>,
        /// It gets nothing before this time, because it asked for that. Milliseconds since 1970.
        pub paused_until: Option<i64>,
        /// How many deliveries wait, up to a thousand.
        pub waiting: u32,
        /// How many deliveries were given up, up to a thousand.
        pub failed: u32,
        /// When a delivery is tried next. Milliseconds since 1970.
        pub next_try: Option<i64>,
    }
}

positional! {
    /// What sending to an endpoint needs.
    #[derive(Clone, Debug)]
    pub struct WebhookTarget {
        /// The id of the endpoint.
        pub id: String,
        /// Test or live.
        pub mode: Mode,
        /// Where events go.
        pub url: String,
        /// The number of its signing keys.
        pub secret: i64,
        /// Until when the keys before sign too. Milliseconds since 1970.
        pub secret_until: Option<i64>,
    }
}

/// An attempt to deliver an event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// When it began. Milliseconds since 1970.
    pub at: i64,
    /// How long it took, in milliseconds.
    pub ms: i64,
    /// The status of the answer. `None`: there was no answer.
    pub status: Option<u16>,
    /// Why it failed. `None`: the endpoint accepted the event.
    pub error: Option<AttemptError>,
    /// The first bytes of the answer's body as a text, with escapes for what is not plain text.
    pub answer: String,
    /// For how many seconds the endpoint asked to be left alone.
    pub retry_after: Option<u32>,
}

positional! {
    /// What became of an event of a batch.
    #[derive(Clone, Debug)]
    pub struct SentEvent {
        /// Its number.
        pub event: i64,
        /// The attempt. `None`: there was none, because an earlier event of the same account was not accepted, or there was no time.
        pub attempt: Option<Attempt>,
    }
}

positional! {
    /// Events that are being sent to an endpoint.
    #[derive(Clone, Debug)]
    pub struct WebhookBatch {
        /// The lease under which they are settled.
        pub lease: i64,
        /// The endpoint.
        pub target: WebhookTarget,
        /// Its project.
        pub project: ProjectView,
        /// The events, in order, each with the account that it is about, or an empty text.
        pub events: Vec<(EventRow, String)>,
    }
}

positional! {
    /// A delivery.
    #[derive(Clone, Debug)]
    pub struct WebhookDelivery {
        /// The number of its event.
        pub event: i64,
        /// What happened.
        pub event_type: EventType,
        /// The account that it is about, or an empty text.
        pub connection: String,
        /// How it stands.
        pub state: DeliveryState,
        /// When it is tried next. Milliseconds since 1970.
        pub due: Option<i64>,
        /// The latest attempts, the oldest first.
        pub attempts: Vec<Attempt>,
    }
}

positional! {
    /// A page of deliveries.
    #[derive(Clone, Debug)]
    pub struct WebhookDeliveryPage {
        /// The newest event first.
        pub deliveries: Vec<WebhookDelivery>,
        /// The cursor of the next page.
        pub next: Option<i64>,
    }
}
