//! `/api/v1/webhook-endpoints/{id}/deliveries` and `…/replay`: what became of each event at an endpoint, and sending events again.

use super::app_connections::limit;
use super::webhook_attempts::AttemptView;
use super::webhook_endpoint_view::{EndpointView, view};
use super::webhook_endpoints::endpoint_id;
use crate::access::auth;
use crate::api::endpoint::{Built, JsonBody};
use crate::api::input::invalid;
use crate::api::input::moment::moment;
use crate::connections::event_view::{event_id, event_number};
use crate::error::Result;
use crate::http::Request;
use crate::ports::Platform;
use crate::store::protocol::{ListWebhookDeliveries, ReplayWebhooks, WebhookDelivery};
use crate::time::iso;
use latchkey_shared::ProjectId;
use latchkey_shared::event::EventType;
use latchkey_shared::webhook::DeliveryState;
use serde::{Deserialize, Serialize};

/// A page of deliveries.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct WebhookDeliveries {
    /// The newest event first.
    deliveries: Vec<Delivery>,
    /// The cursor of the next page. Null: this is the last page.
    next_cursor: Option<String>,
}

/// What became of an event at an endpoint.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct Delivery {
    /// The id of the event, which is also `webhook-id`.
    event_id: String,
    /// What happened.
    event_type: EventType,
    /// The account that the event is about. Null: it is about no account.
    connection_id: Option<String>,
    /// How it stands.
    state: DeliveryState,
    /// When it is tried next. Null: it is not tried again.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Time>"))]
    next_try_at: Option<String>,
    /// The latest attempts, the oldest first; at most ten.
    attempts: Vec<AttemptView>,
}

/// What is sent again: one of the two.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Replay {
    /// The id of the event to send again.
    event: Option<String>,
    /// All events since this time are sent again, in order.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Time>"))]
    since: Option<String>,
}

/// The endpoint that gets events again.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Replayed {
    /// The endpoint.
    webhook_endpoint: EndpointView,
}

/// A page of the deliveries to an endpoint.
///
/// # Errors
/// When the endpoint is not there, without the scope `admin`, or when a parameter is not valid.
pub(crate) async fn list(platform: &impl Platform, request: &Request, id: &str) -> Result<WebhookDeliveries> {
    let caller = auth::key_caller(platform, request)?;
    let before =
        request.query.get("cursor").map(|text| event_number(caller.project, text).ok_or_else(wrong_cursor));
    let operation = ListWebhookDeliveries {
        key: caller.proof(),
        id: endpoint_id(id)?,
        state: request.query.get("state").map(|word| state(word)).transpose()?,
        before: before.transpose()?,
        limit: limit(request)?,
    };
    let page = caller.call(operation).await?;
    let project = caller.project;
    Ok(WebhookDeliveries {
        deliveries: page.deliveries.into_iter().map(|row| delivery(project, row)).collect(),
        next_cursor: page.next.map(|event| event_id(project, event)),
    })
}

fn delivery(project: ProjectId, row: WebhookDelivery) -> Delivery {
    Delivery {
        event_id: event_id(project, row.event),
        event_type: row.event_type,
        connection_id: Some(row.connection).filter(|id| !id.is_empty()),
        state: row.state,
        next_try_at: row.due.map(iso),
        attempts: row.attempts.into_iter().map(AttemptView::of).collect(),
    }
}

fn wrong_cursor() -> crate::error::Error {
    invalid("cursor", "This cursor is not valid.", "Send nextCursor of the page before, without changing it.")
}

fn state(word: &str) -> Result<DeliveryState> {
    DeliveryState::parse(word).ok_or_else(|| {
        let known = DeliveryState::ALL.map(DeliveryState::as_str).join(", ");
        invalid("state", "Deliveries have no such state.", format!("Use one of: {known}."))
    })
}

/// Sends events to an endpoint again.
///
/// # Errors
/// When the endpoint or the event is not there, without the scope `admin`, or when the body names neither or both.
pub(crate) async fn replay(
    platform: &impl Platform,
    request: &Request,
    id: &str,
    body: JsonBody<'_, Replay>,
) -> Result<Built<Replayed>> {
    let caller = auth::key_caller(platform, request)?;
    let id = endpoint_id(id)?;
    let Replay { event, since } = body.read()?;
    if event.is_some() == since.is_some() {
        let fix = "Send event with the id of one event, or since with a time.";
        return Err(invalid("event", "The request must name one event, or a time, and not both.", fix));
    }
    let number = |id: String| {
        // Another project's event does not exist.
        event_number(caller.project, &id).ok_or_else(|| {
            invalid(
                "event",
                "There is no such event.",
                "Send the id of an event that GET /api/v1/events lists.",
            )
        })
    };
    let time = |text: String| {
        moment(&text)
            .ok_or_else(|| invalid("since", "since is not a time.", "Write it as in 2026-11-28T12:00:00Z."))
    };
    let operation = ReplayWebhooks {
        key: caller.proof(),
        id,
        event: event.map(number).transpose()?,
        since: since.map(time).transpose()?,
    };
    let endpoint = caller.call(operation).await?;
    Ok(Built::json(202, &Replayed { webhook_endpoint: view(platform, &caller, endpoint) }))
}
