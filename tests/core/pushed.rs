//! What a provider pushes against what checks find: a check that began before a push is out of date, and a suspension ends when
//! the provider reports that, or with the key.

use latchkey_edge::health::{DAY_MS, Health, Policy, Signal};
use latchkey_edge::store::sql::Sql;
use latchkey_shared::connection::HealthState;
use latchkey_shared::report::{KeyFacts, Report};
use latchkey_shared::{ErrorCode, FieldError};
use latchkey_tests::Scenario;
use serde_json::{Value, json};
use std::rc::Rc;

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const NOW: i64 = 1_795_348_800_000;
const MINUTE: i64 = 60_000;

fn error(code: ErrorCode) -> FieldError {
    FieldError::whole(code, "Why.", "What to do.")
}

/// A working key that ends after thirty days without use.
fn working() -> Health {
    let key = KeyFacts { id: None, name: None, created_at: None, expires_at: None, idle_days: Some(30) };
    let report = Report {
        checks: Vec::new(),
        identity: None,
        organization: None,
        key: Some(key),
        roles: Vec::new(),
        capabilities: Vec::new(),
        warnings: Vec::new(),
        event_hook: None,
    };
    Health::unchecked(NOW).after(&Signal::Accepted(Box::new(report), Policy::default()), NOW, 7)
}

/// The health after these signals, each so many milliseconds after the beginning.
fn after(signals: &[(i64, Signal)]) -> Health {
    signals.iter().fold(working(), |health, (at, signal)| health.after(signal, NOW + at, 7))
}

#[test]
fn a_suspended_owner_explains_refusals_until_the_suspension_is_over_or_the_key_has_ended() {
    let suspended = || Signal::Blocked(error(ErrorCode::AccountInactive));
    let refused = || Signal::Refused(error(ErrorCode::KeyRejected));
    let is = |signals: &[(i64, Signal)]| after(signals).state;
    let dead = HealthState::NeedsNewKey;
    assert_eq!(is(&[(0, suspended()), (MINUTE, refused()), (9 * MINUTE, refused())]), HealthState::Blocked);
    let over =
        [(0, suspended()), (MINUTE, Signal::Restored), (2 * MINUTE, refused()), (9 * MINUTE, refused())];
    assert_eq!(
        (is(&over[..2]), is(&over[..3]), is(&over)),
        (HealthState::Blocked, HealthState::Blocked, dead)
    );
    let late = 31 * DAY_MS;
    assert_eq!(is(&[(0, suspended()), (late, refused()), (late + 9 * MINUTE, refused())]), dead);
    let accepted =
        [(0, suspended()), (MINUTE, Signal::Alive(None)), (2 * MINUTE, refused()), (9 * MINUTE, refused())];
    assert_eq!((is(&accepted[..2]), is(&accepted)), (HealthState::Healthy, dead));
}

#[test]
fn a_restored_key_that_was_not_suspended_stays_as_it_is() {
    for before in [
        Signal::Time,
        Signal::Ended(error(ErrorCode::KeyRejected)),
        Signal::Blocked(error(ErrorCode::NetworkRestricted)),
    ] {
        let health = after(&[(MINUTE, before)]);
        let restored = health.after(&Signal::Restored, NOW + 2 * MINUTE, 7);
        assert_eq!(
            (restored.state, restored.cause, restored.checked),
            (health.state, health.cause, health.checked)
        );
    }
}

/// What a push leaves in the row of every account.
fn push(scenario: &Scenario, state: &str, code: &str) {
    let cause =
        json!({ "field": null, "code": code, "message": "Why.", "fix": "What to do.", "vendorCode": null });
    let now = scenario.platform.clock.0.get();
    let object = scenario.platform.index.object(scenario.target());
    let statement =
        "UPDATE connections SET health = ?1, health_record = json_set(health_record, '$.state', ?1,
        '$.cause', json(?2), '$.pushed', ?3, '$.suspended', json('true'))";
    object.exec(statement, &[state.into(), cause.to_string().into(), now.into()]).unwrap();
}

fn state(scenario: &Scenario, path: &str) -> Value {
    scenario.get(path, &scenario.live_key).body["appConnection"]["details"]["health"]["state"].clone()
}

#[test]
fn a_check_that_began_before_a_push_changes_nothing_whoever_asked_for_it() {
    for by_queue in [false, true] {
        let scenario = Rc::new(Scenario::new());
        let path = scenario.account("one", TOKEN);
        scenario.platform.wait(3600);
        let other = scenario.clone();
        let meanwhile = move || {
            other.platform.wait(1);
            push(&other, "blocked", "account_inactive");
        };
        if by_queue {
            scenario.platform.bind_queue();
            let object = scenario.platform.index.object(scenario.target());
            object.exec("UPDATE connections SET check_at = 1", &[]).unwrap();
            scenario.platform.sweep(scenario.target());
            let message = scenario.platform.messages()[0];
            scenario.platform.live.meanwhile(meanwhile);
            scenario.platform.deliver(message).unwrap();
        } else {
            scenario.platform.live.meanwhile(meanwhile);
            let verify = format!("{path}/verify");
            let answer = scenario.send("POST", &verify, Some(&scenario.live_key), None);
            assert_eq!(answer.status, 200, "{}", answer.text);
            assert_eq!(answer.body["appConnection"]["details"]["health"]["state"], "blocked");
        }
        assert_eq!(state(&scenario, &path), "blocked", "by queue: {by_queue}");
        let told = scenario.get("/api/v1/events?types=connection.recovered", &scenario.live_key);
        assert_eq!(told.body["events"], json!([]), "by queue: {by_queue}");
        // A check that begins after it counts.
        scenario.platform.wait(3600);
        let verify = format!("{path}/verify");
        assert_eq!(scenario.send("POST", &verify, Some(&scenario.live_key), None).status, 200);
        assert_eq!(state(&scenario, &path), "healthy", "by queue: {by_queue}");
    }
}
