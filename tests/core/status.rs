//! The status of a project: whether checks are on time, what waits, and what the deployment has.

use latchkey_tests::{ADMIN_TOKEN, Scenario};
use serde_json::{Value, json};

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

fn status(scenario: &Scenario) -> Value {
    let read = scenario.get("/api/v1/status", scenario.admin_key());
    assert_eq!(read.status, 200, "{}", read.text);
    read.body
}

#[test]
fn a_new_project_has_nothing_due_and_says_what_its_deployment_has() {
    let scenario = Scenario::new();
    let status = status(&scenario);
    assert_eq!(
        status["checks"],
        json!({ "enabled": true, "everySeconds": 86_400, "nextAt": null, "overdueSeconds": 0, "underWay": 0,
            "lostBatches": 0, "madeBy": "alarm" })
    );
    assert_eq!((&status["mode"], &status["tasks"]), (&json!("live"), &json!(0)));
    assert_eq!(
        status["features"],
        json!({ "queue": false, "publicUrl": false, "clientAddresses": true, "subrequests": 1000 })
    );
    let bytes = status["storage"]["bytes"].as_i64().unwrap();
    assert!(bytes > 0 && bytes < status["storage"]["limitBytes"].as_i64().unwrap());
    for row in status["rows"].as_array().unwrap() {
        assert!(row["limit"].as_i64().unwrap() >= 50_000, "{row}");
    }
}

#[test]
fn checks_that_wait_are_overdue_and_those_that_run_are_under_way() {
    let scenario = Scenario::new();
    scenario.platform.bind_queue();
    let _ = scenario.account("one", TOKEN);
    let before = status(&scenario);
    assert!(before["checks"]["nextAt"].is_string() && before["checks"]["overdueSeconds"] == 0, "{before}");
    assert_eq!((&before["checks"]["madeBy"], &before["features"]["queue"]), (&json!("queue"), &json!(true)));
    assert_eq!(before["rows"][0], json!({ "kind": "connections", "rows": 1, "limit": 100_000 }));
    // Two days without an alarm.
    scenario.platform.wait(2 * 86_400);
    let late = status(&scenario);
    assert!(late["checks"]["overdueSeconds"].as_i64().unwrap() > 3_600, "{late}");
    scenario.platform.sweep(scenario.target());
    let running = status(&scenario);
    assert_eq!(
        (&running["checks"]["underWay"], &running["checks"]["overdueSeconds"]),
        (&json!(1), &json!(0))
    );
    // The message is lost.
    scenario.platform.messages();
    scenario.platform.wait(601);
    scenario.platform.sweep(scenario.target());
    assert_eq!(status(&scenario)["checks"]["lostBatches"], 1);
}

#[test]
fn a_project_without_checks_says_so() {
    let scenario = Scenario::new();
    let _ = scenario.account("one", TOKEN);
    let project = format!("/api/v1/projects/{}", scenario.project);
    let change = json!({ "checks": false, "checkEverySeconds": 3_600 });
    assert_eq!(scenario.patch(&project, ADMIN_TOKEN, &change).status, 200);
    let checks = status(&scenario)["checks"].clone();
    assert_eq!((&checks["enabled"], &checks["everySeconds"]), (&json!(false), &json!(3_600)));
    assert_eq!(checks["nextAt"], Value::Null);
}

#[test]
fn an_account_that_waits_for_its_provider_is_a_task() {
    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    // Its provider does not answer.
    let token = "DELETE https://acme.okta.com/api/v1/api-tokens/current";
    scenario.platform.live.answer(token, 503, "{}");
    let revoked = scenario.post(&format!("{path}/revoke"), &scenario.live_key, &json!({}));
    assert_eq!(revoked.status, 202, "{}", revoked.text);
    assert_eq!(status(&scenario)["tasks"], 1, "{path}");
    let test = scenario.get("/api/v1/status", &scenario.test_admin());
    assert_eq!((&test.body["mode"], &test.body["tasks"]), (&json!("test"), &json!(0)));
    assert_eq!(
        scenario.get("/api/v1/status", &scenario.live_key).problem(),
        (403, "insufficient_scope", None)
    );
}
