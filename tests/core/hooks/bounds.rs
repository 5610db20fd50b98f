//! Whoever knows the secret of a channel may send whatever he likes, and makes us write little.

use super::{Hooked, below, envelope, is};
use latchkey_edge::hooks::delivery;
use latchkey_edge::store::sql::Sql;
use latchkey_shared::limits::{
    EVENTS_PER_DELIVERY, HOOK_CHANGES_PER_HOUR, HOOK_EVENTS_PER_ACCOUNT, HOOK_EVENTS_PER_MINUTE,
};
use serde_json::json;

#[test]
fn only_events_that_act_are_remembered_and_few_of_each_account() {
    let hooked = Hooked::new();
    let object = hooked.scenario.platform.index.object(hooked.scenario.target());
    let remembered = || object.count("hook_events");
    // Those that ask for a check, that are about somebody else, and that are too old to act.
    let mut other = hooked.event("system.api_token.revoke");
    other["target"] = json!([{ "id": "00uother" }]);
    let old = hooked.event_at("user.lifecycle.suspend", hooked.now() - 2 * 3_600_000);
    hooked.deliver(&[hooked.event("user.account.privilege.grant"), other, old]);
    assert_eq!(remembered(), 0);
    hooked.deliver(&[hooked.event("user.lifecycle.unsuspend")]);
    assert_eq!(remembered(), 1);
    // Many that act, in many minutes.
    for _ in 0..4 {
        hooked.scenario.platform.wait(60);
        for number in 0..i64::from(HOOK_EVENTS_PER_MINUTE) {
            hooked.deliver(&[hooked.event_at("user.lifecycle.unsuspend", hooked.now() + number)]);
        }
        assert!(remembered() <= HOOK_EVENTS_PER_ACCOUNT, "{}", remembered());
    }
    assert!(remembered() >= HOOK_EVENTS_PER_ACCOUNT / 2, "{}", remembered());
    // Another account's are not forgotten for that.
    object.exec("INSERT INTO hook_events (connection, event, at) VALUES ('other', 'e', 0)", &[]).unwrap();
    hooked.scenario.platform.wait(60);
    for number in 0..i64::from(HOOK_EVENTS_PER_MINUTE) {
        hooked.deliver(&[hooked.event_at("user.lifecycle.unsuspend", hooked.now() + number)]);
    }
    assert!(object.exists("SELECT 1 FROM hook_events WHERE connection = 'other'", &[]).unwrap());
}

#[test]
fn past_the_events_of_a_minute_an_event_only_asks_for_a_check() {
    let hooked = Hooked::new();
    let object = hooked.scenario.platform.index.object(hooked.scenario.target());
    let now = hooked.now();
    let of_a_minute: Vec<_> = (0..i64::from(HOOK_EVENTS_PER_MINUTE))
        .map(|number| hooked.event_at("user.lifecycle.unsuspend", now - 60_000 + number))
        .collect();
    of_a_minute.chunks(EVENTS_PER_DELIVERY).for_each(|events| hooked.deliver(events));
    let remembered = object.count("hook_events");
    hooked.deliver(&[hooked.event("system.api_token.revoke")]);
    assert_eq!(hooked.health(), is("healthy", "", true));
    assert_eq!(object.count("hook_events"), remembered);
    // A check finds out, and in the next minute events act again.
    hooked.scenario.platform.wait(60);
    hooked.deliver(&[hooked.event("system.api_token.revoke")]);
    assert_eq!(hooked.health().0, "needs_new_key");
}

#[test]
fn past_a_few_changes_in_an_hour_an_event_only_asks_for_a_check() {
    let hooked = Hooked::new();
    let object = hooked.scenario.platform.index.object(hooked.scenario.target());
    let told = || object.count("events");
    let kinds = ["user.lifecycle.suspend", "system.api_token.revoke"];
    let mut changes = 0;
    for round in 0..20 {
        hooked.scenario.platform.wait(120);
        hooked.deliver(&[hooked.event(kinds[round % 2])]);
        changes += u32::from(hooked.health().0 != "healthy");
        assert!(hooked.health().0 != "healthy" || hooked.health().2, "a check is asked for");
        assert_eq!(hooked.check().status, 200);
        assert_eq!(hooked.health().0, "healthy");
    }
    assert_eq!(changes, HOOK_CHANGES_PER_HOUR);
    let before = told();
    hooked.scenario.platform.wait(60);
    hooked.deliver(&[hooked.event("user.lifecycle.suspend")]);
    assert_eq!(told(), before, "no event for a backend");
    // The same state again is no change.
    hooked.scenario.platform.wait(3600);
    for _ in 0..10 {
        hooked.scenario.platform.wait(1);
        hooked.deliver(&[hooked.event("user.lifecycle.suspend")]);
        assert_eq!(hooked.health().0, "blocked");
    }
    hooked.deliver(&[hooked.event("system.api_token.revoke")]);
    assert_eq!(hooked.health().0, "needs_new_key");
}

#[test]
fn whatever_a_delivery_has_is_read_within_bounds() {
    let hook = latchkey_catalogue::find("okta").unwrap().hook.as_ref().unwrap();
    let hooked = Hooked::new();
    let sample = envelope(&[hooked.event("system.api_token.revoke"), hooked.event("user.account.lock")]);
    let mut state = 7;
    for _ in 0..3_000 {
        let mut bytes = sample.clone().into_bytes();
        for _ in 0..=below(6, &mut state) {
            let at = below(bytes.len(), &mut state);
            match below(3, &mut state) {
                0 => bytes[at] = below(256, &mut state) as u8,
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, b"{}[],:\"0"[below(8, &mut state)]),
            }
        }
        let Ok(body) = serde_json::from_slice(&bytes) else { continue };
        let read = delivery::read(hook, &body);
        assert!(read.events.len() <= EVENTS_PER_DELIVERY);
        for event in read.events {
            assert!(event.id.len() == 64 && event.named.len() <= 50, "{event:?}");
            assert!(event.named.iter().all(|name| name.chars().count() <= 200), "{event:?}");
        }
    }
}
