//! A webhook endpoint as the API shows it, with how its deliveries go. It refuses to show the secret.

use crate::access::auth::KeyCaller;
use crate::ports::{Clock, Platform};
use crate::store::protocol::WebhookEndpoint;
use crate::time::iso;
use crate::webhooks::signing::SigningKeys;
use latchkey_shared::Mode;
use latchkey_shared::event::EventType;
use latchkey_shared::webhook::DisabledReason;
use serde::Serialize;

/// An endpoint, without its secret.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct EndpointView {
    /// Identifies it.
    id: String,
    /// Test or live.
    mode: Mode,
    /// Where events are sent.
    url: String,
    /// The types of events that it gets. Empty: all.
    types: Vec<EventType>,
    /// For people.
    description: Option<String>,
    /// Whether it gets events.
    enabled: bool,
    /// Why it gets none. Null: it gets them.
    disabled: Option<Disabled>,
    /// The key that checks the signature `v1a`: `whpk_` and the base64 of an Ed25519 public key. It is not secret.
    public_key: String,
    /// Until when the keys before sign too. Null: only these keys sign.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Time>"))]
    previous_secret_until: Option<String>,
    /// How the deliveries go.
    deliveries: Deliveries,
    /// When it was made.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    created_at: String,
}

/// Why an endpoint gets no events.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Disabled {
    /// Who or what disabled it.
    reason: DisabledReason,
    /// Since when.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    since: String,
    /// The cause.
    message: &'static str,
    /// What to do.
    fix: &'static str,
}

/// How the deliveries to an endpoint go.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct Deliveries {
    /// How many events are to be tried again, or wait for one that is. At most 1,000 are counted.
    waiting: u32,
    /// How many events were given up. They can be replayed. At most 1,000 are counted.
    failed: u32,
    /// How many attempts failed since the last event that was accepted.
    failures_in_a_row: u32,
    /// Since when nothing was accepted. Null: the last attempt was accepted, or there was none.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Time>"))]
    failing_since: Option<String>,
    /// When it accepted an event last.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Time>"))]
    last_delivered_at: Option<String>,
    /// When an event is tried again next.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Time>"))]
    next_try_at: Option<String>,
}

/// An endpoint as the API shows it.
pub(super) fn view<P: Platform>(
    platform: &P,
    caller: &KeyCaller<'_, P::Store>,
    endpoint: WebhookEndpoint,
) -> EndpointView {
    let keys = SigningKeys::of(platform.config(), caller.project, &endpoint.id, endpoint.secret);
    let now = platform.clock().now_ms();
    let next = endpoint.next_try.map(|at| at.max(endpoint.paused_until.unwrap_or(0)));
    EndpointView {
        id: endpoint.id,
        mode: endpoint.mode,
        url: endpoint.url,
        types: endpoint.types,
        description: endpoint.description,
        enabled: endpoint.disabled.is_none(),
        disabled: endpoint.disabled.map(|reason| disabled(reason, endpoint.disabled_at.unwrap_or(0))),
        public_key: keys.public_key(),
        previous_secret_until: endpoint.secret_until.filter(|until| *until > now).map(iso),
        deliveries: Deliveries {
            waiting: endpoint.waiting,
            failed: endpoint.failed,
            failures_in_a_row: endpoint.failures,
            failing_since: endpoint.failing_since.map(iso),
            last_delivered_at: endpoint.delivered_at.map(iso),
            next_try_at: next.filter(|_| endpoint.disabled.is_none()).map(iso),
        },
        created_at: iso(endpoint.created),
    }
}

fn disabled(reason: DisabledReason, since: i64) -> Disabled {
    let (message, fix) = match reason {
        DisabledReason::ByHand => ("Somebody disabled this endpoint.", "Send enabled: true to go on."),
        DisabledReason::Failing => (
            "This endpoint accepted no event for five days.",
            "Mend it, test it with POST …/test, then send enabled: true. It goes on where it stopped.",
        ),
        DisabledReason::Gone => (
            "This endpoint answered 410 Gone, which means that it wants no more events.",
            "If that was a mistake, send enabled: true. It goes on where it stopped.",
        ),
    };
    Disabled { reason, since: iso(since), message, fix }
}
