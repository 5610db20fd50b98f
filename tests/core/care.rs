//! What a project does for its accounts without being asked: members of the project that its owner sets.

use latchkey_tests::{ADMIN_TOKEN, Scenario};
use serde_json::{Value, json};

fn care(body: &Value) -> Value {
    let project = &body["project"];
    json!([project["checks"], project["checkEverySeconds"], project["rotateEveryDays"], project["relink"]])
}

#[test]
fn a_project_checks_its_accounts_each_day_and_changes_no_key_by_itself() {
    let scenario = Scenario::new();
    let read = scenario.get(&format!("/api/v1/projects/{}", scenario.project), ADMIN_TOKEN);
    assert_eq!(care(&read.body), json!([true, 86_400, null, false]));
}

#[test]
fn each_member_changes_alone_and_null_means_never() {
    let scenario = Scenario::new();
    let path = format!("/api/v1/projects/{}", scenario.project);
    for (change, after) in [
        (json!({ "checks": false }), json!([false, 86_400, null, false])),
        (json!({ "checkEverySeconds": 7_200.0 }), json!([false, 7_200, null, false])),
        (json!({ "checkEverySeconds": 3_600 }), json!([false, 3_600, null, false])),
        (json!({ "rotateEveryDays": 90 }), json!([false, 3_600, 90, false])),
        (json!({ "relink": true }), json!([false, 3_600, 90, true])),
        (json!({ "name": "Renamed" }), json!([false, 3_600, 90, true])),
        (json!({ "rotateEveryDays": null, "checks": true }), json!([true, 3_600, null, true])),
    ] {
        let changed = scenario.patch(&path, ADMIN_TOKEN, &change);
        assert_eq!((changed.status, care(&changed.body)), (200, after.clone()), "{change}");
        assert_eq!(care(&scenario.get(&path, ADMIN_TOKEN).body), after, "{change}");
    }
    let new = json!({ "name": "Second", "checks": false, "checkEverySeconds": 7_200, "rotateEveryDays": 30, "relink": true });
    let made = scenario.post("/api/v1/projects", ADMIN_TOKEN, &new);
    assert_eq!((made.status, care(&made.body)), (201, json!([false, 7_200, 30, true])));
}

#[test]
fn values_out_of_range_are_refused_by_name_and_change_nothing() {
    let scenario = Scenario::new();
    let path = format!("/api/v1/projects/{}", scenario.project);
    for (member, wrong) in [
        ("checkEverySeconds", json!(3_599)),
        ("checkEverySeconds", json!(2_592_001)),
        ("checkEverySeconds", json!(0)),
        ("rotateEveryDays", json!(0)),
        ("rotateEveryDays", json!(366)),
        ("rotateEveryDays", json!(1.5)),
        ("checkEverySeconds", json!(-7_200)),
        ("checkEverySeconds", json!(1e300)),
    ] {
        let new = json!({ "name": "Second", member: wrong });
        for refused in [
            scenario.patch(&path, ADMIN_TOKEN, &json!({ member: wrong, "name": "Renamed" })),
            scenario.post("/api/v1/projects", ADMIN_TOKEN, &new),
        ] {
            assert_eq!(refused.problem(), (422, "invalid_parameter", Some(member)), "{wrong}");
        }
    }
    for wrong in [json!({ "checks": "yes" }), json!({ "checkEverySeconds": null, "checks": 1 })] {
        assert_eq!(scenario.patch(&path, ADMIN_TOKEN, &wrong).status, 400, "{wrong}");
    }
    assert_eq!(scenario.get(&path, ADMIN_TOKEN).body["project"]["name"], "Example");
}
