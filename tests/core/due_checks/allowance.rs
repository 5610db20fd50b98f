//! How much one call does: no more requests than the plan of the deployment allows.

use super::{DAY, checks, object, project, token};
use latchkey_edge::ports::{PortError, ProjectStore, Target};
use latchkey_edge::store::sql::Sql;
use serde_json::json;

#[test]
fn somebody_who_waits_gets_what_is_due_even_where_a_queue_is_bound() {
    let (scenario, _) = project(3);
    scenario.platform.bind_queue();
    scenario.platform.wait(DAY);
    let work =
        |target: Target| -> Result<bool, PortError> { pollster::block_on(scenario.platform.work(target)) };
    while work(scenario.target()).unwrap() {
        scenario.platform.wait(1);
    }
    for number in 0..3 {
        assert_eq!(checks(&scenario, number), 2);
    }
    assert!(scenario.platform.messages().is_empty());
}

#[test]
fn a_call_makes_no_more_requests_than_its_plan_allows() {
    for (subrequests, most) in [(50, 40), (1_000, 1_000)] {
        let (mut scenario, _) = project(12);
        scenario.platform.config.subrequests = subrequests;
        scenario.platform.bind_queue();
        for full in [false, true] {
            let examined = if full { "json_remove(health_record, '$.examined')" } else { "health_record" };
            let due = format!("UPDATE connections SET check_at = 1, health_record = {examined}");
            object(&scenario).exec(&due, &[]).unwrap();
            let mut left = 200;
            loop {
                scenario.platform.sweep_if_due(scenario.target());
                for message in scenario.platform.messages() {
                    let count = || {
                        let platform = &scenario.platform;
                        platform.live.seen().len()
                            + platform.blobs.gets.get()
                            + platform.index.done.borrow().len()
                    };
                    let before = count();
                    scenario.platform.deliver(message).unwrap();
                    assert!(
                        count() - before <= most,
                        "{} requests in one call of {subrequests}",
                        count() - before
                    );
                }
                if !object(&scenario)
                    .exists("SELECT 1 FROM connections WHERE check_at IS NOT NULL", &[])
                    .unwrap()
                {
                    break;
                }
                scenario.platform.wait(15);
                left -= 1;
                assert!(left > 0, "the checks do not come to an end");
            }
        }
    }
}

#[test]
fn an_alarm_makes_no_more_requests_than_its_plan_allows_and_comes_to_an_end() {
    for subrequests in [50, 1_000] {
        let (mut scenario, paths) = project(10);
        scenario.platform.config.subrequests = subrequests;
        let most = if subrequests == 50 { 40 } else { 1_000 };
        let live = &scenario.platform.live;
        // Five push channels to register, five keys to end, sixty values to delete, and all that is left to check.
        for number in 40..45 {
            let credentials = json!({
                "instanceUrl": "https://acme.okta.com", "apiToken": token(number), "eventHookName": format!("Hook {number}"),
            });
            let new = json!({ "name": format!("hook-{number}"), "method": "api-token", "credentials": credentials });
            assert_eq!(scenario.post("/api/v1/app-connections/okta", &scenario.live_key, &new).status, 201);
        }
        let current = "DELETE https://acme.okta.com/api/v1/api-tokens/current";
        live.answer(current, 503, "");
        for path in &paths[..5] {
            let ended = scenario.send("POST", &format!("{path}/revoke"), Some(&scenario.live_key), None);
            assert_eq!(ended.status, 202, "{}", ended.text);
        }
        live.answer(current, 204, "");
        for number in 0..60 {
            let statement = "INSERT INTO intents (blob, mode, connection, swept, due) SELECT ?, 'live', id, 1, 1 FROM connections LIMIT 1";
            object(&scenario).exec(statement, &[format!("{number:0>22}").into()]).unwrap();
        }
        scenario.platform.wait(DAY);
        let requests = || scenario.platform.live.seen().len() + scenario.platform.blobs.gets.get();
        let mut rings = 0;
        while scenario.platform.index.rings(scenario.target()) {
            let count = || requests() as i64 - object(&scenario).count("intents");
            let before = count();
            scenario.platform.sweep(scenario.target());
            let made = count() - before;
            assert!(made <= most, "{made} requests in one alarm of {subrequests}");
            rings += 1;
            assert!(rings < 100, "the work does not come to an end");
            scenario.platform.wait(2);
        }
        assert_eq!(object(&scenario).count("intents"), 0, "{subrequests}");
        assert!(subrequests == 50 || rings < 20, "{rings}");
        assert!(requests() > 100, "enough is due for several alarms");
        let sent = scenario.platform.live.seen();
        let is = |line: &str| sent.iter().filter(|seen| seen.line == line).count();
        assert_eq!(is(current), 10);
        assert!(is("GET https://acme.okta.com/api/v1/eventHooks") >= 5, "each channel had its turn");
        for number in 5..10 {
            assert_eq!(checks(&scenario, number), 2, "{subrequests}, {number}");
        }
    }
}

#[test]
fn a_test_clock_that_moves_keeps_no_live_account_from_its_check() {
    let (mut scenario, _) = project(1);
    scenario.platform.config.subrequests = 50;
    for number in 0..10 {
        let credentials = json!({ "instanceUrl": "latchkey-demo.okta.com", "apiToken": format!("00test-super-admin-{number:0>23}") });
        let new =
            json!({ "name": format!("test-{number}"), "method": "api-token", "credentials": credentials });
        let made = scenario.post("/api/v1/app-connections/okta", &scenario.test_key, &new);
        assert_eq!(made.status, 201, "{}", made.text);
    }
    scenario.platform.wait(DAY);
    let moves = "INSERT OR REPLACE INTO test_clock (id, ahead, target) VALUES (1, 0, ?)";
    object(&scenario).exec(moves, &[(30 * DAY * 1000).into()]).unwrap();
    let read = scenario.platform.blobs.gets.get();
    scenario.platform.sweep(scenario.target());
    assert!(scenario.platform.blobs.gets.get() - read > 1, "the test clock moved");
    assert_eq!(checks(&scenario, 0), 2);
}
