//! Operations on webhook endpoints and their deliveries.

use super::{
    KeyProof, Once, Operation, SentEvent, WebhookBatch, WebhookDeliveryPage, WebhookEndpoint, WebhookTarget,
};
use latchkey_shared::event::EventType;
use latchkey_shared::webhook::DeliveryState;

operations! {
    /// Makes an endpoint, which gets the events from now on.
    CreateWebhookEndpoint("create-webhook-endpoint") -> WebhookEndpoint {
        /// Who calls.
        key: KeyProof,
        /// The id of the new endpoint.
        id: String,
        /// Where events go.
        url: String,
        /// The types that it gets. Empty: all.
        types: Vec<EventType>,
        /// For people.
        description: Option<String>,
        /// The idempotency key of the request. A repeat returns the endpoint that the first request made.
        once: Option<Once>,
    }

    /// Returns the endpoints of the key's mode.
    ListWebhookEndpoints("list-webhook-endpoints") -> Vec<WebhookEndpoint> {
        /// Who calls.
        key: KeyProof,
    }

    /// Returns an endpoint.
    ReadWebhookEndpoint("read-webhook-endpoint") -> WebhookEndpoint {
        /// Who calls.
        key: KeyProof,
        /// The endpoint.
        id: String,
    }

    /// Changes an endpoint. Members that are `None` stay.
    UpdateWebhookEndpoint("update-webhook-endpoint") -> WebhookEndpoint {
        /// Who calls.
        key: KeyProof,
        /// The endpoint.
        id: String,
        /// The header `If-Match`.
        if_match: Option<String>,
        /// Where events go.
        url: Option<String>,
        /// The types that it gets. Empty: all.
        types: Option<Vec<EventType>>,
        /// For people. An empty text removes it.
        description: Option<String>,
        /// Whether it gets events.
        enabled: Option<bool>,
    }

    /// Deletes an endpoint with its deliveries, and returns it as it was.
    DeleteWebhookEndpoint("delete-webhook-endpoint") -> WebhookEndpoint {
        /// Who calls.
        key: KeyProof,
        /// The endpoint.
        id: String,
        /// The header `If-Match`.
        if_match: Option<String>,
    }

    /// Gives an endpoint new signing keys. The old ones sign too for a day.
    RotateWebhookSecret("rotate-webhook-secret") -> WebhookEndpoint {
        /// Who calls.
        key: KeyProof,
        /// The endpoint.
        id: String,
        /// The idempotency key of the request. A repeat changes nothing.
        once: Option<Once>,
    }

    /// Counts a test delivery, and returns the endpoint that gets it.
    BeginWebhookTest("begin-webhook-test") -> WebhookTarget {
        /// Who calls.
        key: KeyProof,
        /// The endpoint.
        id: String,
    }

    /// Returns a page of the deliveries of an endpoint, the newest event first.
    ListWebhookDeliveries("list-webhook-deliveries") -> WebhookDeliveryPage {
        /// Who calls.
        key: KeyProof,
        /// The endpoint.
        id: String,
        /// Returns only those in this state.
        state: Option<DeliveryState>,
        /// Returns only those of events with a smaller number.
        before: Option<i64>,
        /// The most entries of a page.
        limit: u32,
    }

    /// Sends events again: one, or all since a time.
    ReplayWebhooks("replay-webhooks") -> WebhookEndpoint {
        /// Who calls.
        key: KeyProof,
        /// The endpoint.
        id: String,
        /// The number of the one event.
        event: Option<i64>,
        /// All that happened from this time on. Milliseconds since 1970, by the clock of the mode.
        since: Option<i64>,
    }

    /// Settles the events of a batch that were sent, and takes the next ones. `None`: there is nothing more to do, or the lease is
    /// somebody else's.
    NextWebhooks("next-webhooks") -> Option<WebhookBatch> {
        /// The endpoint.
        endpoint: String,
        /// The lease of the batch before.
        lease: i64,
        /// What became of its events.
        sent: Vec<SentEvent>,
        /// The most events of the next batch. Zero gives the lease back.
        most: u32,
    }
}
