//! Checks that nobody asked for: when an account is due, who checks it, and what is left when something goes wrong.

use latchkey_edge::store::sql::Sql;
use latchkey_tests::Scenario;
use serde_json::{Value, json};

const DAY: i64 = 24 * 3600;
const ME: &str = "GET https://acme.okta.com/api/v1/users/me";

fn token(number: usize) -> String {
    format!("00{number:0>40}")
}

fn accounts(scenario: &Scenario, count: usize) -> Vec<String> {
    (0..count).map(|number| scenario.account(&format!("account-{number}"), &token(number))).collect()
}

fn health(scenario: &Scenario, path: &str) -> Value {
    let read = scenario.get(path, &scenario.live_key);
    assert_eq!(read.status, 200, "{}", read.text);
    read.body["appConnection"]["details"]["health"].clone()
}

/// How often each key was used so far.
fn uses(scenario: &Scenario, number: usize) -> usize {
    let wanted = format!("SSWS {}", token(number));
    let seen = scenario.platform.live.seen();
    seen.iter().filter(|seen| seen.line == ME && seen.authorization.as_deref() == Some(&wanted)).count()
}

#[test]
fn every_account_is_checked_once_in_each_interval_with_and_without_a_queue() {
    for queue in [false, true] {
        let scenario = Scenario::new();
        if queue {
            scenario.platform.bind_queue();
        }
        let paths = accounts(&scenario, 12);
        for day in 1..4 {
            scenario.platform.pass(scenario.target(), DAY);
            for (number, path) in paths.iter().enumerate() {
                assert_eq!(uses(&scenario, number), 1 + day, "queue {queue}, account {number}, day {day}");
                assert_eq!(health(&scenario, path)["state"], "healthy");
            }
        }
        let object = scenario.platform.index.object(scenario.target());
        assert_eq!((object.count("check_batches"), object.count("check_pauses")), (0, 0));
        let odd = "SELECT 1 FROM connections WHERE check_at IS NOT NULL";
        assert!(!object.exists(odd, &[]).unwrap(), "an account waits outside of its turn");
    }
}

#[test]
fn a_key_is_dead_after_its_second_refusal_and_is_not_used_again() {
    let scenario = Scenario::new();
    let path = accounts(&scenario, 1).remove(0);
    scenario.platform.live.answer(ME, 401, r#"{"errorCode":"E0000011"}"#);
    scenario.platform.pass(scenario.target(), DAY + 600);
    assert_eq!(uses(&scenario, 0), 3);
    let dead = health(&scenario, &path);
    assert_eq!((&dead["state"], &dead["nextCheckAt"]), (&json!("needs_new_key"), &Value::Null));
    scenario.platform.pass(scenario.target(), 5 * DAY);
    assert_eq!(uses(&scenario, 0), 3);
}
