//! Each organization gets its fair share: one batch at a time, its pauses, and half of its rate limit for others.

use super::{DAY, ME, account_at, checks, health, nothing_is_left, object, pass, project, token};
use latchkey_edge::ports::FetchError;
use latchkey_edge::store::sql::Sql;
use latchkey_tests::Scenario;
use std::collections::BTreeMap;

#[test]
fn one_organization_is_in_one_batch_at_a_time_and_the_others_go_on() {
    let scenario = Scenario::new();
    scenario.platform.bind_queue();
    for number in 0..50 {
        let (host, id) =
            if number < 45 { ("acme.okta.com", "00oabc") } else { ("other.okta.com", "00oother") };
        let _ = account_at(&scenario, host, id, number);
    }
    let everybody = "UPDATE connections SET check_at = 1";
    object(&scenario).exec(everybody, &[]).unwrap();
    scenario.platform.sweep(scenario.target());
    let batches: Vec<(String, String)> = object(&scenario)
        .exec("SELECT connections, organizations FROM check_batches", &[])
        .unwrap()
        .iter()
        .map(|row| (row.text(0).to_owned(), row.text(1).to_owned()))
        .collect();
    let mut seen = BTreeMap::new();
    for (connections, organizations) in &batches {
        assert!(serde_json::from_str::<Vec<String>>(connections).unwrap().len() <= 20);
        for organization in serde_json::from_str::<Vec<String>>(organizations).unwrap() {
            assert!(seen.insert(organization, ()).is_none(), "an organization is in two batches");
        }
    }
    assert_eq!(seen.len(), 2);
    let rows = object(&scenario).dump();
    assert!(!rows.contains(&token(3)), "a key is in the rows of a batch");
    // Nobody is checked twice and nobody is forgotten.
    let first = scenario.platform.messages();
    first.iter().for_each(|message| scenario.platform.deliver(*message).unwrap());
    pass(&scenario, 300);
    for number in 0..50 {
        assert_eq!(checks(&scenario, number), 2, "account {number}");
    }
    nothing_is_left(&scenario, "a crowd");
}

#[test]
fn an_outage_of_one_organization_is_asked_rarely_and_keeps_nobody_else_waiting() {
    let scenario = Scenario::new();
    let down: Vec<_> =
        (0..15).map(|number| account_at(&scenario, "down.okta.com", "00odown", number)).collect();
    let up: Vec<_> =
        (15..20).map(|number| account_at(&scenario, "acme.okta.com", "00oabc", number)).collect();
    let me = "GET https://down.okta.com/api/v1/users/me";
    scenario.platform.live.fail(me, FetchError::TimedOut);
    let before = scenario.platform.live.seen().len();
    object(&scenario).exec("UPDATE connections SET check_at = 1", &[]).unwrap();
    pass(&scenario, 3_600);
    let seen = scenario.platform.live.seen();
    let tries = seen[before..].iter().filter(|seen| seen.line == me).count();
    assert!((1..=15).contains(&tries), "{tries} requests in an hour of an outage");
    for number in 15..20 {
        assert_eq!(checks(&scenario, number), 2);
    }
    for path in down.iter().chain(&up) {
        assert_eq!(health(&scenario, path)["state"], "healthy");
    }
    let body = r#"{"id":"00uada","status":"ACTIVE","profile":{"login":"ada@example.com"}}"#;
    scenario.platform.live.answer(me, 200, body);
    pass(&scenario, 3 * DAY);
    nothing_is_left(&scenario, "the outage is over");
    assert_eq!(health(&scenario, &down[0])["state"], "healthy");
}

#[test]
fn an_organization_keeps_half_of_its_rate_limit_for_others() {
    // A usual check, and one that asks for everything.
    for full in [false, true] {
        for (left, limit, waits) in
            [("600", "600", false), ("300", "600", false), ("299", "600", true), ("0", "600", true)]
        {
            let (scenario, _) = project(5);
            let body = r#"{"id":"00uada","status":"ACTIVE","profile":{"login":"ada@example.com"}}"#;
            let headers = [
                ("date", "Mon, 23 Nov 2026 12:00:00 GMT"),
                ("x-rate-limit-limit", limit),
                ("x-rate-limit-remaining", left),
                // A minute after that date.
                ("x-rate-limit-reset", "1795435260"),
            ];
            scenario.platform.live.answer_with(ME, 200, &headers, body);
            let examined =
                if full { ", health_record = json_remove(health_record, '$.examined')" } else { "" };
            object(&scenario).exec(&format!("UPDATE connections SET check_at = 1{examined}"), &[]).unwrap();
            scenario.platform.sweep(scenario.target());
            let checked = (0..5).filter(|number| checks(&scenario, *number) == 2).count();
            assert_eq!(checked, if waits { 1 } else { 5 }, "{left} of {limit}, full: {full}");
            pass(&scenario, 3_600);
            for number in 0..5 {
                assert!(checks(&scenario, number) >= 2, "{left} of {limit}: account {number}, full: {full}");
            }
        }
    }
}
