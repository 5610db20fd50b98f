//! `/hooks/{app}/{id}`: the push channel of an account. A provider calls it, not a client of the API.
//!
//! The id has the project and a MAC, so a stranger reaches no object. A delivery is read only if it proves that it comes from
//! the provider; the response follows after one call of the store, and nothing is asked of the provider before it.

use crate::access::client_address::client_network;
use crate::access::tokens::{hook_secret, is_our_hook};
use crate::api::endpoint::{Built, NoContent};
use crate::error::{Error, Result};
use crate::hooks::delivery::{self, Delivery};
use crate::hooks::proof;
use crate::http::{Body, Request, Response};
use crate::ports::{Clock, Platform, PortError, RateLimit, Target, seconds_left};
use crate::store::client::{CallError, StoreClient};
use crate::store::protocol::{AwaitsChallenge, DeliverEvents, Refusal};
use crate::store::refusals::CallerKind;
use latchkey_shared::hook::Hook;
use latchkey_shared::limits::{
    CHALLENGE_MAX, CHALLENGES_PER_MINUTE, FORGED_DELIVERIES, HOOK_DELIVERIES_PER_MINUTE,
};
use latchkey_shared::token::RoutedId;
use latchkey_shared::{ErrorCode, base62};
use serde_json::json;

/// A channel whose id is genuine.
struct Channel {
    id: RoutedId,
    hook: &'static Hook,
}

impl Channel {
    /// Finds the channel of a path. A wrong id counts for the address that it came from.
    async fn of(platform: &impl Platform, request: &Request, app: &str, id: &str) -> Result<Self> {
        let id = RoutedId::parse(id).ok().filter(|id| is_our_hook(platform.config(), id));
        let Some(id) = id else { return Err(counted(platform, request, Error::not_found())) };
        let provider = platform.provider(app).await.map_err(|error: PortError| {
            CallError::Unanswered(format!("provider {app}: {error}")).for_caller(CallerKind::Owner)
        })?;
        let hook = provider.and_then(|provider| provider.hook.as_ref()).ok_or_else(Error::not_found)?;
        Ok(Self { id, hook })
    }

    /// The store of its project. A call counts for the channel, and for the kind of call: one without a proof takes nothing from
    /// those with one.
    fn store<'a, P: Platform>(
        &self,
        platform: &'a P,
        request: &'a Request,
        (kind, limit): (&str, u32),
    ) -> StoreClient<'a, P::Store> {
        let caller = [kind, "/", &self.random()].concat();
        let limit = RateLimit { caller, limit, address: None };
        let target = Target::Project(self.id.project);
        StoreClient::new(platform.store(), target, CallerKind::Owner).counted(limit, &request.quota)
    }

    /// The part of its id that the store knows.
    fn random(&self) -> String {
        base62::encode(self.id.random)
    }
}

/// The refusal of a wrong id or proof. Past the limit of its address it is a 429. A right one is never limited by wrong ones.
fn counted(platform: &impl Platform, request: &Request, wrong: Error) -> Error {
    let now = platform.clock().now_ms();
    let network = client_network(request, platform.config()).unwrap_or_default();
    let name = ["hook/", &network].concat();
    if platform.isolate().pages.borrow_mut().count(&name, now) <= FORGED_DELIVERIES {
        return wrong;
    }
    CallError::Refused(Refusal::Limited(seconds_left(now))).for_caller(CallerKind::Owner)
}

/// Repeats the text by which a provider finds out whether the address is ours.
///
/// # Errors
/// 404 if no channel at this address waits for it; 422 without the text.
pub(crate) async fn challenge(
    platform: &impl Platform,
    request: &Request,
    app: &str,
    id: &str,
) -> Result<Response> {
    let channel = Channel::of(platform, request, app, id).await?;
    let challenge = channel.hook.challenge.as_ref().ok_or_else(Error::not_found)?;
    let text = request.header(&challenge.header).filter(|text| (1..=CHALLENGE_MAX).contains(&text.len()));
    let text = text.ok_or_else(|| {
        Error::new(
            ErrorCode::InvalidParameter,
            format!("The header {} is missing, empty or too long.", challenge.header),
            "Only the provider calls this address, with the text to repeat in that header.",
        )
    })?;
    let awaits = AwaitsChallenge { app: app.to_owned(), hook: channel.random() };
    channel.store(platform, request, ("challenge", CHALLENGES_PER_MINUTE)).call(awaits).await?;
    Ok(Response::json(200, &json!({ challenge.member.as_str(): text })))
}

/// Takes a delivery.
///
/// # Errors
/// 401 without a valid proof, 400 if the body is not JSON, 404 if the account is gone, 429 past the limits.
pub(crate) async fn deliver(
    platform: &impl Platform,
    request: &Request,
    app: &str,
    id: &str,
) -> Result<Built<NoContent>> {
    let channel = Channel::of(platform, request, app, id).await?;
    let body = match &request.body {
        Body::Bytes(bytes) => Some(bytes.as_slice()),
        Body::TooLarge => None,
    };
    let sent = request.header(&channel.hook.proof.header).unwrap_or_default();
    if !proof::holds(&channel.hook.proof, &hook_secret(platform.config(), &channel.id), sent, body) {
        return Err(counted(platform, request, not_genuine()));
    }
    let Delivery { events, history, more } = match body.map(serde_json::from_slice) {
        Some(Ok(body)) => delivery::read(channel.hook, &body),
        Some(Err(_)) => return Err(not_json()),
        // It comes from the provider, and nobody has read it.
        None => Delivery { more: true, ..Delivery::default() },
    };
    let (app, hook) = (app.to_owned(), channel.random());
    let deliver = DeliverEvents { app, hook, events, unread: more, history: Some(history) };
    channel.store(platform, request, ("hook", HOOK_DELIVERIES_PER_MINUTE)).call(deliver).await?;
    Ok(Built::of(Response::done()))
}

fn not_genuine() -> Error {
    Error::new(
        ErrorCode::InvalidDelivery,
        "This delivery does not prove that it comes from the provider.",
        "Only the provider calls this address, with the secret that it got when the channel was registered.",
    )
}

fn not_json() -> Error {
    Error::new(
        ErrorCode::MalformedBody,
        "The delivery is not valid JSON.",
        "Only the provider calls this address, with its events as JSON.",
    )
}
