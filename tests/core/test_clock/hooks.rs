//! Push channels of test mode go by the test clock: each is looked at, tried again and asked for events at its time of that clock.

use super::{Clock, DAY};
use latchkey_edge::store::sql::Sql;
use serde_json::Value;

/// Links an account with a push channel. Returns its path.
fn link(clock: &Clock, live: bool, host: &str, token: &str) -> String {
    let scenario = &clock.scenario;
    let key = if live { &scenario.live_key } else { &scenario.test_key };
    let session = scenario.session(key);
    let token = format!("{token:0<42}");
    let values = [("instanceUrl", host), ("apiToken", token.as_str()), ("eventHookName", "Latchkey")];
    let linked = scenario.submit(&session, "okta", &values);
    assert_eq!(linked.status, 200, "{}", linked.text);
    format!("/api/v1/app-connections/okta/{}", linked.body["connection"]["id"].as_str().unwrap())
}

fn clock() -> Clock {
    let mut clock = Clock::new();
    clock.scenario.platform.config.public_url = Some("https://edge.example".to_owned());
    clock
}

/// How often a look at a channel was settled so far.
fn looks(clock: &Clock) -> usize {
    clock.scenario.platform.index.done.borrow().iter().filter(|name| **name == "settle-hook").count()
}

/// The column of a channel that has a time, as milliseconds before the time in test mode.
fn ago(clock: &Clock, column: &str) -> i64 {
    let object = clock.scenario.platform.index.object(clock.scenario.target());
    let at: Option<i64> =
        object.value(&format!("SELECT {column} FROM hooks WHERE mode = 'test'"), &[]).unwrap();
    super::ms(&clock.read()["now"]) - at.unwrap()
}

fn state(clock: &Clock, path: &str) -> Value {
    clock.details(path)["hook"]["state"].clone()
}

#[test]
fn a_channel_is_looked_at_and_tried_again_at_its_times() {
    for (host, token, found, least, most) in [
        // Every seven days.
        ("latchkey-demo.okta.com", "00test-super-admin-", "registered", 5, 5),
        // After five minutes, then after twice as long each time, up to a day.
        ("latchkey-unverified.okta.com", "00test-super-admin-", "unverified", 36, 40),
        // Asked for events once a day, and tried again after seven days.
        ("latchkey-demo.okta.com", "00test-read-only-", "not_permitted", 30, 31),
    ] {
        let clock = clock();
        let path = link(&clock, false, host, token);
        assert_eq!(state(&clock, &path), "none");
        let before = looks(&clock);
        clock.advance(30 * DAY);
        assert_eq!(state(&clock, &path), found, "{host} {token}");
        let made = looks(&clock) - before;
        assert!((least..=most).contains(&made), "{found}: {made} looks in 30 days");
        assert!(ago(&clock, "tried") <= 8 * DAY * 1000, "{found}: tried {} ms ago", ago(&clock, "tried"));
        if found == "not_permitted" {
            assert!(ago(&clock, "polled") <= DAY * 1000, "asked {} ms ago", ago(&clock, "polled"));
        }
        // In real time nothing more is due soon.
        clock.scenario.platform.pass(clock.scenario.target(), 3600);
        assert!(looks(&clock) - before <= made + 1, "{found}");
    }
}

#[test]
fn a_change_of_a_channel_is_told_at_its_time() {
    let clock = clock();
    clock.advance(3 * DAY);
    let path = link(&clock, false, "latchkey-demo.okta.com", "00test-super-admin-");
    clock.advance(10 * DAY);
    let told = clock.told(&path);
    let updated: Vec<_> = told.iter().filter(|(kind, ..)| kind == "updated").collect();
    assert_eq!(updated.len(), 1, "{told:?}");
    assert_eq!(updated[0].2, 0, "on the day on which it was linked: {told:?}");
}

#[test]
fn a_channel_of_live_mode_does_not_go_by_the_test_clock() {
    let clock = clock();
    let live = &clock.scenario.platform.live;
    live.okta("acme.okta.com");
    let hooks = "https://acme.okta.com/api/v1/eventHooks";
    live.answer(&format!("GET {hooks}"), 200, "[]");
    live.answer(&format!("POST {hooks}"), 200, r#"{"id":"who1","status":"ACTIVE"}"#);
    live.answer(&format!("POST {hooks}/who1/lifecycle/verify"), 200, r#"{"id":"who1"}"#);
    link(&clock, true, "acme.okta.com", "00live-");
    clock.scenario.platform.sweep_if_due(clock.scenario.target());
    link(&clock, false, "latchkey-demo.okta.com", "00test-super-admin-");
    let before = (live.seen().len(), looks(&clock));
    clock.advance(30 * DAY);
    assert_eq!(live.seen().len(), before.0, "nothing was asked in live mode");
    assert!(looks(&clock) - before.1 >= 5, "the one of test mode was looked at");
}
