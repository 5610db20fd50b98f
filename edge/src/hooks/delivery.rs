//! Reads the events of a delivery by the provider's file. It owns what is read: ids, times and names in bounded numbers, and
//! nothing else of the body. It refuses to know the account: whom an event concerns is compared in the store.

use crate::credential::key_shapes::looks_like_a_key;
use crate::crypto::digest::text_hash;
use crate::store::protocol::{EventParty, ProviderEvent, PushedEvent};
use crate::time::{ProviderTime, from_any};
use crate::verify::is_met;
use crate::verify::path::{NOTHING, text, texts, values};
use latchkey_shared::FieldError;
use latchkey_shared::hook::{Effect, Hook, HookEvent, Party, Poll};
use latchkey_shared::limits::{EVENTS_PER_DELIVERY, PROVIDER_EVENT_TARGETS, PROVIDER_EVENT_TEXT_MAX};
use serde_json::Value;

/// What a delivery says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delivery {
    /// The events that mean something, in the order of the delivery.
    pub events: Vec<PushedEvent>,
    /// The events that a history shows.
    pub history: Vec<ProviderEvent>,
    /// Whether there were more events than are read.
    pub more: bool,
}

/// Reads a delivery. What is not understood is left out.
#[must_use]
pub fn read(hook: &Hook, body: &Value) -> Delivery {
    let all = match hook.delivery.events.as_str() {
        "" => vec![body],
        path => values(body, path, NOTHING),
    };
    listed(hook, &all)
}

/// Reads events that the provider listed when we asked for them. A full page may have left out others.
#[must_use]
pub fn polled(hook: &Hook, poll: &Poll, events: &Value) -> Delivery {
    let events: Vec<_> = events.as_array().into_iter().flatten().collect();
    let read = listed(hook, &events);
    Delivery { more: read.more || events.len() >= poll.page, ..read }
}

fn listed(hook: &Hook, all: &[&Value]) -> Delivery {
    let more = all.len() > EVENTS_PER_DELIVERY;
    let read = || all.iter().take(EVENTS_PER_DELIVERY);
    let events = read().filter_map(|event| one(hook, event)).collect();
    let history = read().filter_map(|event| shown(hook, event)).collect();
    Delivery { events, history, more }
}

/// One event; `None` if it means nothing to us.
fn one(hook: &Hook, event: &Value) -> Option<PushedEvent> {
    let kinds = texts(event, &hook.delivery.kind, NOTHING);
    let named = |rule: &&HookEvent| rule.types.iter().any(|kind| kinds.contains(kind));
    let rule = hook.events.iter().find(named)?;
    if rule.unless.iter().any(|wanted| is_met(wanted, event)) {
        return None;
    }
    Some(PushedEvent {
        id: id(hook, event),
        at: time(hook, event),
        effect: rule.effect,
        about: rule.about.as_ref().map(|about| about.finding),
        named: rule.about.as_ref().map(|about| texts(event, &about.path, NOTHING)).unwrap_or_default(),
        cause: rule.code.map(|code| FieldError::whole(code, &rule.message, &rule.fix)),
        used: match hook.delivery.key.as_str() {
            // A key may end itself.
            path if !path.is_empty() && rule.effect != Effect::Ended => texts(event, path, NOTHING),
            _ => Vec::new(),
        },
    })
}

/// An event as a history shows it; `None` if no history does.
fn shown(hook: &Hook, event: &Value) -> Option<ProviderEvent> {
    let history = hook.history.as_ref()?;
    let kinds = texts(event, &hook.delivery.kind, NOTHING);
    let kind = history.types.iter().find(|kind| kinds.contains(kind))?;
    if history.unless.iter().any(|wanted| is_met(wanted, event)) {
        return None;
    }
    Some(ProviderEvent {
        id: id(hook, event),
        at: time(hook, event),
        kind: kind.clone(),
        message: short(event, &history.message),
        actor: parties(event, &history.actor).into_iter().next(),
        targets: parties(event, &history.target),
    })
}

fn parties(event: &Value, party: &Party) -> Vec<EventParty> {
    let found = values(event, &party.path, NOTHING).into_iter().take(PROVIDER_EVENT_TARGETS);
    let read = |value| EventParty {
        id: short(value, &party.id),
        kind: short(value, &party.kind),
        name: short(value, &party.name),
        login: short(value, &party.login),
    };
    found.map(read).collect()
}

/// A short text of an event. Somebody may have named a thing after a key: such a text is left out.
fn short(value: &Value, path: &str) -> Option<String> {
    let text = text(value, path, NOTHING).filter(|text| !looks_like_a_key(text))?;
    Some(text.chars().take(PROVIDER_EVENT_TEXT_MAX).collect())
}

/// When an event happened, if it says so.
fn time(hook: &Hook, event: &Value) -> Option<i64> {
    text(event, &hook.delivery.at, NOTHING).and_then(|text| match from_any(&text) {
        ProviderTime::At(at) => Some(at),
        _ => None,
    })
}

/// A hash of an event's id. One without an id is known again by its whole text.
fn id(hook: &Hook, event: &Value) -> String {
    text_hash(&text(event, &hook.delivery.id, NOTHING).unwrap_or_else(|| event.to_string()))
}
