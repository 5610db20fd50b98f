//! `/api/v1/webhook-endpoints`: where the events of a project and mode are sent. An endpoint's secret is shown once, when it is made
//! and when it is replaced.

use super::webhook_attempts::AttemptView;
use super::webhook_endpoint_view::{EndpointView, view};
use crate::access::auth::{self, KeyCaller};
use crate::access::idempotency::{REPLAYED, once};
use crate::api::endpoint::{Built, JsonBody};
use crate::api::input::{description, invalid};
use crate::connections::event_view::event_id;
use crate::crypto::entropy::Entropy;
use crate::error::{Error, Result};
use crate::http::body::present;
use crate::http::{Request, etag};
use crate::ports::{Clock, Platform};
use crate::store::protocol::{
    BeginWebhookTest, CreateWebhookEndpoint, DeleteWebhookEndpoint, ListWebhookEndpoints,
    ReadWebhookEndpoint, RotateWebhookSecret, UpdateWebhookEndpoint, WebhookEndpoint,
};
use crate::time::iso;
use crate::webhooks::address::{self, Wrong};
use crate::webhooks::request::Receiver;
use crate::webhooks::signing::SigningKeys;
use latchkey_shared::base62;
use latchkey_shared::event::EventType;
use latchkey_shared::limits::WEBHOOK_URL_MAX;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A new endpoint.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewWebhookEndpoint {
    /// Where events are sent: `https`, with a public host name.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 500)))]
    url: String,
    /// The types of events that it gets. When it is left out or empty, it gets all, with those that are added later.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<EventType>"))]
    types: Vec<String>,
    /// For people.
    #[cfg_attr(feature = "schema", schemars(length(max = 256)))]
    description: Option<String>,
}

/// What is changed. Members that are left out stay.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct WebhookEndpointChanges {
    /// Where events are sent.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 500)))]
    url: Option<String>,
    /// The types of events that it gets. Empty: all.
    #[cfg_attr(feature = "schema", schemars(with = "Option<Vec<EventType>>"))]
    types: Option<Vec<String>>,
    /// For people. Null removes it.
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>", length(max = 256)))]
    description: Option<Option<String>>,
    /// Whether it gets events. An endpoint that is enabled again goes on with the first event that it did not accept.
    enabled: Option<bool>,
}

/// The endpoints of a mode.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct WebhookEndpoints {
    /// All of them, the oldest first.
    webhook_endpoints: Vec<EndpointView>,
}

/// One endpoint.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct OneWebhookEndpoint {
    /// The endpoint.
    webhook_endpoint: EndpointView,
}

/// An endpoint with its secret.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct WebhookEndpointWithSecret {
    /// The endpoint.
    webhook_endpoint: EndpointWithSecret,
}

/// An endpoint with its secret.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct EndpointWithSecret {
    /// The endpoint.
    #[serde(flatten)]
    endpoint: EndpointView,
    /// The secret that checks the signature `v1`: `whsec_` and the base64 of 32 bytes. It is shown this once.
    secret: String,
}

/// The outcome of a test delivery.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct TestedEndpoint {
    /// Whether the endpoint accepted it.
    delivered: bool,
    /// The attempt.
    attempt: AttemptView,
}

/// The endpoints of the caller's mode.
///
/// # Errors
/// Without the scope `admin`.
pub(crate) async fn list(platform: &impl Platform, request: &Request) -> Result<WebhookEndpoints> {
    let caller = auth::key_caller(platform, request)?;
    let found = caller.call(ListWebhookEndpoints { key: caller.proof() }).await?;
    let view = |endpoint| view(platform, &caller, endpoint);
    Ok(WebhookEndpoints { webhook_endpoints: found.into_iter().map(view).collect() })
}

/// Makes an endpoint. Its secret is shown this once, and to a repeat with the same idempotency key.
///
/// # Errors
/// Without the scope `admin`, when a value is not allowed, or when there are as many as there may be.
pub(crate) async fn create(
    platform: &impl Platform,
    request: &Request,
    body: JsonBody<'_, NewWebhookEndpoint>,
) -> Result<Built<WebhookEndpointWithSecret>> {
    let caller = auth::key_caller(platform, request)?;
    let new = body.read()?;
    check_url(platform, &caller, &new.url)?;
    let id = ["we_", &base62::encode(u128::from_be_bytes(platform.entropy().bytes16()))].concat();
    let operation = CreateWebhookEndpoint {
        key: caller.proof(),
        id: id.clone(),
        url: new.url,
        types: types(&new.types)?,
        description: description(new.description)?.filter(|text| !text.is_empty()),
        once: once(platform, request, &caller.proof().id)?,
    };
    let made = caller.call(operation).await?;
    let replayed = made.id != id;
    let response = with_secret(platform, &caller, 201, made);
    Ok(if replayed { response.with(REPLAYED, "true") } else { response })
}

/// One endpoint.
///
/// # Errors
/// When it is not there, or without the scope `admin`.
pub(crate) async fn read(
    platform: &impl Platform,
    request: &Request,
    id: &str,
) -> Result<Built<OneWebhookEndpoint>> {
    let caller = auth::key_caller(platform, request)?;
    let found = caller.call(ReadWebhookEndpoint { key: caller.proof(), id: endpoint_id(id)? }).await?;
    Ok(one(platform, &caller, found))
}

/// Changes an endpoint.
///
/// # Errors
/// When it is not there, without the scope `admin`, when a value is not allowed, or when it was changed since `If-Match`.
pub(crate) async fn update(
    platform: &impl Platform,
    request: &Request,
    id: &str,
    body: JsonBody<'_, WebhookEndpointChanges>,
) -> Result<Built<OneWebhookEndpoint>> {
    let caller = auth::key_caller(platform, request)?;
    let id = endpoint_id(id)?;
    let changes = body.read()?;
    if let Some(url) = &changes.url {
        check_url(platform, &caller, url)?;
    }
    let removed = |text: Option<String>| Ok::<_, Error>(description(text)?.unwrap_or_default());
    let operation = UpdateWebhookEndpoint {
        key: caller.proof(),
        id,
        if_match: request.header("if-match").map(str::to_owned),
        url: changes.url,
        types: changes.types.as_deref().map(types).transpose()?,
        description: changes.description.map(removed).transpose()?,
        enabled: changes.enabled,
    };
    let changed = caller.call(operation).await?;
    Ok(one(platform, &caller, changed))
}

/// Deletes an endpoint with the log of its deliveries.
///
/// # Errors
/// When it is not there, without the scope `admin`, or when it was changed since `If-Match`.
pub(crate) async fn delete(
    platform: &impl Platform,
    request: &Request,
    id: &str,
) -> Result<OneWebhookEndpoint> {
    let caller = auth::key_caller(platform, request)?;
    let if_match = request.header("if-match").map(str::to_owned);
    let operation = DeleteWebhookEndpoint { key: caller.proof(), id: endpoint_id(id)?, if_match };
    let deleted = caller.call(operation).await?;
    Ok(OneWebhookEndpoint { webhook_endpoint: view(platform, &caller, deleted) })
}

/// Gives an endpoint new signing keys, and shows the new secret. The keys before sign too for a day.
///
/// # Errors
/// When it is not there, or without the scope `admin`.
pub(crate) async fn rotate(
    platform: &impl Platform,
    request: &Request,
    id: &str,
) -> Result<Built<WebhookEndpointWithSecret>> {
    let caller = auth::key_caller(platform, request)?;
    let once = once(platform, request, &caller.proof().id)?;
    let operation = RotateWebhookSecret { key: caller.proof(), id: endpoint_id(id)?, once };
    let rotated = caller.call(operation).await?;
    Ok(with_secret(platform, &caller, 200, rotated))
}

/// Sends an event of the type `endpoint.test` to an endpoint now, enabled or not, and returns what it answered.
///
/// # Errors
/// When it is not there, without the scope `admin`, or when it was tested too often.
pub(crate) async fn test(platform: &impl Platform, request: &Request, id: &str) -> Result<TestedEndpoint> {
    let caller = auth::key_caller(platform, request)?;
    let operation = BeginWebhookTest { key: caller.proof(), id: endpoint_id(id)? };
    let target = caller.call(operation).await?;
    let now = platform.clock().now_ms();
    let id = [&event_id(caller.project, now), "t"].concat();
    let at = iso(now);
    let body = json!({
        "id": id, "type": "endpoint.test", "createdAt": at, "timestamp": at, "mode": target.mode, "version": 1,
        "data": { "webhookEndpoint": { "id": target.id } },
    });
    let receiver = Receiver::of(platform, caller.project, &target);
    let attempt = receiver.send(platform, &id, &body.to_string()).await;
    Ok(TestedEndpoint { delivered: attempt.error.is_none(), attempt: AttemptView::of(attempt) })
}

/// Reads the id of an endpoint.
pub(super) fn endpoint_id(id: &str) -> Result<String> {
    let plain = id.strip_prefix("we_").is_some_and(|random| base62::decode(random).is_some());
    if plain { Ok(id.to_owned()) } else { Err(Error::not_found()) }
}

/// The types that an endpoint gets, in the order of the list, each once.
fn types(words: &[String]) -> Result<Vec<EventType>> {
    let unknown = words.iter().any(|word| EventType::parse(word).is_none());
    if unknown {
        let known = EventType::ALL.map(EventType::as_str).join(", ");
        let fix = format!("Use some of: {known}. Leave types out to get all.");
        return Err(invalid("types", "There is no such type of events.", fix));
    }
    let named = |event: &EventType| words.iter().any(|word| word == event.as_str());
    Ok(EventType::ALL.into_iter().filter(named).collect())
}

fn check_url<P: Platform>(platform: &P, caller: &KeyCaller<'_, P::Store>, url: &str) -> Result<()> {
    let wrong = |message: &'static str, fix: String| invalid("url", message, fix);
    address::check(url, caller.mode(), platform.config()).map_err(|found| match found {
        Wrong::Form => wrong(
            "This URL cannot get webhooks.",
            format!(
                "Write a whole URL that begins with https://, such as https://app.example.com/webhooks, without a user name and without #, of at most {WEBHOOK_URL_MAX} characters."
            ),
        ),
        Wrong::Host => wrong(
            "The host of this URL is an IP address, or a name that only a local network knows.",
            "Use a public host name. To try webhooks on your own machine, use a tunnel, or read GET /api/v1/events.".to_owned(),
        ),
        Wrong::Ourselves => wrong(
            "This URL is the deployment itself.",
            "Use the URL of your own backend.".to_owned(),
        ),
    })
}

fn one<P: Platform>(
    platform: &P,
    caller: &KeyCaller<'_, P::Store>,
    endpoint: WebhookEndpoint,
) -> Built<OneWebhookEndpoint> {
    let tag = etag::tag(endpoint.revision);
    let webhook_endpoint = view(platform, caller, endpoint);
    Built::json(200, &OneWebhookEndpoint { webhook_endpoint }).with("etag", tag)
}

fn with_secret<P: Platform>(
    platform: &P,
    caller: &KeyCaller<'_, P::Store>,
    status: u16,
    endpoint: WebhookEndpoint,
) -> Built<WebhookEndpointWithSecret> {
    let keys = SigningKeys::of(platform.config(), caller.project, &endpoint.id, endpoint.secret);
    let tag = etag::tag(endpoint.revision);
    // Exposed this once, to a key that may replace it.
    let secret = keys.secret().expose().to_owned();
    let endpoint = view(platform, caller, endpoint);
    let webhook_endpoint = EndpointWithSecret { endpoint, secret };
    Built::json(status, &WebhookEndpointWithSecret { webhook_endpoint }).with("etag", tag)
}
