//! The push channel: what proves a delivery, where its events are, and what they mean. An event that changes the state of an
//! account by itself must name whom it is about, and say why and what to do.

use super::probes::path;
use super::responses::{on_field, sentences};
use super::{Checker, Faults};
use latchkey_shared::hook::Effect;
use latchkey_shared::limits::EVENTS_PER_DELIVERY;
use latchkey_shared::provider::Provider;

pub(super) fn check(provider: &Provider, faults: &mut Faults) {
    let Some(hook) = &provider.hook else { return };
    let mut checker = Checker::new(faults, "hook");
    on_field(provider, &mut checker, hook.field.as_deref());
    let open = hook.field.as_deref().is_none_or(|id| !provider.is_secret(id));
    checker.must_at("field", open, || "the name of a push channel is not secret".into());
    checker.must_at("message", hook.field.is_none() || !hook.message.trim().is_empty(), || {
        "the `message` is empty: state what happens to the channel".into()
    });
    let named = |name: &str| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    checker.must_at("proof.header", named(&hook.proof.header), || "write the header in lower case".into());
    if let Some(challenge) = &hook.challenge {
        let right = named(&challenge.header) && !challenge.member.is_empty();
        checker.must_at("challenge", right, || "name the header in lower case, and the member".into());
    }
    if let Some(poll) = &hook.poll {
        checker.must_at("poll.page", (1..=EVENTS_PER_DELIVERY).contains(&poll.page), || {
            format!("a page has from 1 to {EVENTS_PER_DELIVERY} events")
        });
        let asked = ["=", &poll.page.to_string()].concat();
        let mut values = poll.step.request.split(['?', '&']).skip(1);
        checker.must_at("poll.page", values.any(|value| value.ends_with(&asked)), || {
            "the request does not ask for so many events".into()
        });
    }
    let delivery = &hook.delivery;
    for (place, text) in [("id", &delivery.id), ("type", &delivery.kind), ("at", &delivery.at)] {
        path(&mut checker, &format!("delivery.{place}"), text);
    }
    if !delivery.key.is_empty() {
        path(&mut checker, "delivery.key", &delivery.key);
    }
    if let Some(history) = &hook.history {
        let mut checker = checker.below("history");
        checker.must_at("types", !history.types.is_empty(), || "the history needs `types`".into());
        path(&mut checker, "message", &history.message);
        for (name, party) in [("actor", &history.actor), ("target", &history.target)] {
            let mut checker = checker.below(name);
            let login = Some(&party.login).filter(|login| !login.is_empty());
            let places =
                [("path", &party.path), ("id", &party.id), ("type", &party.kind), ("name", &party.name)];
            for (place, text) in places.into_iter().chain(login.map(|login| ("login", login))) {
                path(&mut checker, place, text);
            }
        }
    }
    for (at, event) in hook.events.iter().enumerate() {
        let mut checker = checker.below(&format!("events.{at}"));
        checker.must_at("types", !event.types.is_empty(), || "an event needs `types`".into());
        if let Some(about) = &event.about {
            path(&mut checker, "about.path", &about.path);
        }
        if matches!(event.effect, Effect::Ended | Effect::Blocked) {
            checker.must_at("about", event.about.is_some(), || {
                "an event that changes a state needs `about`: whose key or owner it is".into()
            });
            checker.must_at("code", event.code.is_some(), || "the `code` is missing".into());
            sentences(&mut checker, &event.message, &event.fix);
        }
    }
}
