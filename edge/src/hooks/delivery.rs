//! Reads the events of a delivery by the provider's file. It owns what is read: ids, times and names in bounded numbers, and
//! nothing else of the body. It refuses to know the account: whom an event concerns is compared in the store.

use crate::crypto::digest::text_hash;
use crate::store::protocol::PushedEvent;
use crate::time::{ProviderTime, from_any};
use crate::verify::is_met;
use crate::verify::path::{NOTHING, text, texts, values};
use latchkey_shared::FieldError;
use latchkey_shared::hook::{Effect, Hook, HookEvent, Poll};
use latchkey_shared::limits::EVENTS_PER_DELIVERY;
use serde_json::Value;

/// What a delivery says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delivery {
    /// The events that mean something, in the order of the delivery.
    pub events: Vec<PushedEvent>,
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
    let Delivery { events: read, more } = listed(hook, &events);
    Delivery { events: read, more: more || events.len() >= poll.page }
}

fn listed(hook: &Hook, all: &[&Value]) -> Delivery {
    let more = all.len() > EVENTS_PER_DELIVERY;
    let events = all.iter().take(EVENTS_PER_DELIVERY).filter_map(|event| one(hook, event)).collect();
    Delivery { events, more }
}

/// One event; `None` if it means nothing to us.
fn one(hook: &Hook, event: &Value) -> Option<PushedEvent> {
    let kinds = texts(event, &hook.delivery.kind, NOTHING);
    let named = |rule: &&HookEvent| rule.types.iter().any(|kind| kinds.contains(kind));
    let rule = hook.events.iter().find(named)?;
    if rule.unless.iter().any(|wanted| is_met(wanted, event)) {
        return None;
    }
    let at = text(event, &hook.delivery.at, NOTHING).and_then(|text| match from_any(&text) {
        ProviderTime::At(at) => Some(at),
        _ => None,
    });
    // An event without an id is known again by its whole text.
    let id = text(event, &hook.delivery.id, NOTHING).unwrap_or_else(|| event.to_string());
    Some(PushedEvent {
        id: text_hash(&id),
        at,
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
