//! `/api/v1/webhook-endpoints…`.

use super::operation::Operation;
use super::samples::{ID, TIME};
use super::schemas::Schemas;
use latchkey_shared::ErrorCode;
use latchkey_shared::webhook::DeliveryState;
use serde_json::{Value, json};

const TAG: &str = "Webhooks";
const ENDPOINT: &str = "we_5Xk2mQ0fV9sYb7Tn3Hc1Ld";
const EVENT: &str = "evt_3t8Yw1oQmR6vLk0nXc5BzA_17";

fn view() -> Value {
    json!({
        "id": ENDPOINT, "mode": "live", "url": "https://app.example.com/webhooks", "types": ["connection.needs_new_key"],
        "description": "Production", "enabled": true, "disabled": null,
        "publicKey": "whpk_s8ZJ2kS8WTK8Z1lXgWrTq0n6iFv5m1XjE0c2b1d3e4k=", "previousSecretUntil": null,
        "deliveries": {
            "waiting": 0, "failed": 0, "failuresInARow": 0, "failingSince": null, "lastDeliveredAt": TIME, "nextTryAt": null,
        },
        "createdAt": TIME,
    })
}

fn with_secret() -> Value {
    let mut view = view();
    view["secret"] = json!("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=");
    json!({ "webhookEndpoint": view })
}

fn attempt() -> Value {
    json!({
        "at": TIME, "durationMs": 84, "status": 500, "answer": "busy",
        "error": {
            "code": "refused", "message": "The endpoint answered with status 500.",
            "fix": "Answer with 2xx as soon as the event is stored, and work on it afterwards.",
        },
    })
}

fn of_endpoint(operation: Operation) -> Operation {
    let id = json!({ "type": "string", "pattern": "^we_[0-9A-Za-z]{1,30}$" });
    operation.segment("id", "The endpoint’s id.", id, ENDPOINT)
}

pub(super) fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let one = || json!({ "webhookEndpoint": view() });
    let new = json!({
        "url": "https://app.example.com/webhooks", "types": ["connection.needs_new_key"], "description": "Production",
    });
    let delivery = json!({
        "eventId": EVENT, "eventType": "connection.needs_new_key", "connectionId": ID, "state": "waiting", "nextTryAt": TIME,
        "attempts": [attempt()],
    });
    let tested = json!({ "delivered": true, "attempt": { "at": TIME, "durationMs": 84, "status": 204, "answer": "", "error": null } });
    let path = "/api/v1/webhook-endpoints";
    let path_id = "/api/v1/webhook-endpoints/{id}";
    let links = json!({ "id": "$response.body#/webhookEndpoint/id" });
    vec![
        Operation::new("GET", path, "listWebhookEndpoints", "List endpoints")
            .is(TAG, "The endpoints of the caller’s mode.")
            .returns(schemas, "The endpoints.", json!({ "webhookEndpoints": [view()] })),
        Operation::new("POST", path, "createWebhookEndpoint", "Make an endpoint")
            .is(
                TAG,
                "It gets the events that happen from now on, as `GET /api/v1/events` shows them, signed as Standard Webhooks 1.0 says. The key must \
                 have the scope to read them: `connections:read`, `sessions:read`, or both for all types. \
                 A mode can have at most 20 endpoints.",
            )
            .takes(schemas, &[("problems", new)])
            .returns(schemas, "The endpoint with its secret, which is shown this once.", with_secret())
            .repeatable()
            .leads_to(&["readWebhookEndpoint", "deleteWebhookEndpoint"], &links)
            .refuses(&[ErrorCode::LimitReached]),
        of_endpoint(Operation::new("GET", path_id, "readWebhookEndpoint", "Read an endpoint"))
            .is(TAG, "With how its deliveries go.")
            .returns(schemas, "The endpoint.", one()),
        of_endpoint(Operation::new("PATCH", path_id, "updateWebhookEndpoint", "Change an endpoint"))
            .is(TAG, "An endpoint that is enabled again goes on with the first event that it did not accept.")
            .takes(schemas, &[("pause", json!({ "enabled": false }))])
            .returns(schemas, "The endpoint as it is now.", one())
            .guarded(),
        of_endpoint(Operation::new("DELETE", path_id, "deleteWebhookEndpoint", "Delete an endpoint"))
            .is(TAG, "The log of its deliveries is deleted with it.")
            .returns(schemas, "The endpoint as it was.", one())
            .guarded(),
        of_endpoint(Operation::new(
            "POST",
            "/api/v1/webhook-endpoints/{id}/secret",
            "rotateWebhookSecret",
            "Replace the signing keys",
        ))
        .is(TAG, "Webhooks are signed with the old and the new keys for a day, so that a receiver can change without a gap. Within that day they are not replaced again.")
        .returns(schemas, "The endpoint with its new secret, which is shown this once.", with_secret())
        .repeatable(),
        of_endpoint(Operation::new(
            "POST",
            "/api/v1/webhook-endpoints/{id}/test",
            "testWebhookEndpoint",
            "Test an endpoint",
        ))
        .is(
            TAG,
            "Sends an event of the type `endpoint.test` now, even to an endpoint that is disabled, and returns the answer. At most ten \
             times a minute.",
        )
        .returns(schemas, "The attempt.", tested),
        of_endpoint(Operation::new(
            "GET",
            "/api/v1/webhook-endpoints/{id}/deliveries",
            "listWebhookDeliveries",
            "List deliveries",
        ))
        .is(TAG, "What became of each event, the newest first, with the latest attempts. A delivery is kept as long as its event.")
        .query(
            "state",
            "Only deliveries in this state.",
            json!({ "type": "string", "enum": DeliveryState::ALL.map(DeliveryState::as_str) }),
        )
        .paged()
        .returns(schemas, "A page.", json!({ "deliveries": [delivery], "nextCursor": null })),
        of_endpoint(Operation::new(
            "POST",
            "/api/v1/webhook-endpoints/{id}/replay",
            "replayWebhooks",
            "Send events again",
        ))
        .is(
            TAG,
            "One event, or all since a time, in order. They are sent with the same ids, so that a receiver that keeps ids can tell.",
        )
        .takes(schemas, &[("since", json!({ "since": TIME }))])
        .returns(schemas, "They are going to be sent.", one()),
    ]
}
