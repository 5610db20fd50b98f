//! After a project was deleted and swept, nothing of it is left: no row, no table, no value, and no way back to life.

use latchkey_edge::ports::Target;
use latchkey_edge::store::sql::Sql;
use latchkey_tests::{ADMIN_TOKEN, Answer, Database, Fault, Scenario};
use serde_json::json;

const TOKEN: &str = "00token000000000000000000000000000000000001";
const HOST: &str = "acme.okta.com";

fn delete(scenario: &Scenario) -> Answer {
    let path = format!("/api/v1/projects/{}?force=true&now=true", scenario.project);
    scenario.send("DELETE", &path, Some(ADMIN_TOKEN), None)
}

/// The tables of an object, without SQLite's own.
fn tables(database: &Database) -> Vec<String> {
    database.tables()
}

/// Lets time pass until every alarm has nothing left to do.
fn sweep(scenario: &Scenario) {
    for _ in 0..4 {
        scenario.platform.wait(700);
        scenario.platform.sweep_all();
    }
}

#[test]
fn no_table_keeps_a_row_of_a_deleted_project() {
    let scenario = Scenario::new();
    let object = scenario.platform.index.object(scenario.target());
    // Every table gets a row, whatever it is: a new one cannot be forgotten.
    // A connection brings its rows of the list.
    let by_trigger = |table: &str| table.starts_with("account");
    let filled =
        |table: &&String| !["schema_version", "project"].contains(&table.as_str()) && !by_trigger(table);
    for table in tables(&object).iter().filter(filled) {
        let columns: Vec<String> = object
            .values("SELECT name FROM pragma_table_info(?) WHERE \"notnull\" OR pk", &[table.as_str().into()])
            .unwrap();
        let columns = if columns.is_empty() { vec!["id".to_owned()] } else { columns };
        let values = columns.iter().map(|name| match name.as_str() {
            "mode" => "'live'",
            "connection" => "'7ffbb072-2575-495a-b5b0-127f88caef78'",
            // In some tables the id is a number.
            "id" if !["audit", "events", "check_batches", "refused_admin_tokens", "test_clock"]
                .contains(&table.as_str()) =>
            {
                "'7ffbb072-2575-495a-b5b0-127f88caef78'"
            }
            "swept" => "1",
            _ => "7",
        });
        let values = values.collect::<Vec<_>>().join(", ");
        let columns = columns.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        if table != "ended_project" {
            object.exec(&format!("INSERT INTO {table} ({columns}) VALUES ({values})"), &[]).unwrap();
            assert!(object.count(table) >= 1, "{table}");
        }
    }
    object.exec("INSERT INTO account_grams (rowid, grams) VALUES (1, 'l002p')", &[]).unwrap();
    assert_eq!((object.count("accounts"), object.count("account_counts")), (1, 1));
    assert_eq!(delete(&scenario).status, 200);
    for table in tables(&object) {
        // The object works on until its values are deleted from KV.
        if !["schema_version", "intents", "ended_project"].contains(&table.as_str()) {
            assert_eq!(object.count(&table), 0, "{table}");
        }
    }
    sweep(&scenario);
    let object = scenario.platform.index.object(scenario.target());
    assert_eq!(tables(&object), Vec::<String>::new(), "the object itself is gone");
}

#[test]
fn the_registry_remembers_that_it_was_deleted_when_and_by_whom() {
    let scenario = Scenario::new();
    let deleted = || scenario.get("/api/v1/projects?state=deleted", ADMIN_TOKEN).body["projects"].clone();
    assert_eq!(deleted(), json!([]));
    assert_eq!(delete(&scenario).status, 200);
    let entry = &deleted()[0];
    assert_eq!((&entry["id"], &entry["name"]), (&json!(scenario.project), &json!("Example")));
    assert_eq!((&entry["state"], &entry["deletedBy"]), (&json!("deleted"), &json!("owner")));
    assert!(entry["deletedAt"].as_str().unwrap().starts_with("2026-"), "{entry}");
    assert_eq!(scenario.get("/api/v1/projects", ADMIN_TOKEN).body["projects"], json!([]));
    sweep(&scenario);
    assert_eq!(deleted().as_array().unwrap().len(), 1, "longer than the project's own object");
    let registry = scenario.platform.index.object(Target::Registry);
    let many = "INSERT INTO ended_projects (id, name, ended, actor)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT 'id-' || i, 'n', i, 'owner' FROM n";
    registry.exec(many, &[]).unwrap();
    let (other, ..) = scenario.another_project();
    scenario.send("DELETE", &format!("/api/v1/projects/{other}?now=true"), Some(ADMIN_TOKEN), None);
    assert_eq!(registry.count("ended_projects"), 1_000, "only the newest");
}

/// A call of a request that was under way, which arrives only after everything was deleted.
#[test]
fn a_late_call_is_refused_and_does_not_bring_the_object_back() {
    let update = |scenario: &Scenario, path: &str| {
        let credentials = json!({ "credentials": { "instanceUrl": HOST, "apiToken": TOKEN } });
        scenario.patch(path, &scenario.live_key, &credentials)
    };
    type Update = dyn Fn(&Scenario, &str) -> Answer;
    type Late = (&'static str, fn(&Scenario, &str, &Update));
    let late: [Late; 12] = [
        ("lease-session", |s, _, _| drop(s.attempt(&s.session(&s.live_key), "attempt-1", HOST, TOKEN))),
        ("commit-attempt", |s, _, _| drop(s.attempt(&s.session(&s.live_key), "attempt-1", HOST, TOKEN))),
        ("begin-connection", |s, _, _| drop(s.create("two", TOKEN, &[("idempotency-key", "once")]))),
        ("commit-connection", |s, _, _| drop(s.create("two", TOKEN, &[]))),
        ("finish-idempotent-request", |s, _, _| drop(s.create("two", TOKEN, &[("idempotency-key", "once")]))),
        ("begin-update", |s, path, update| drop(update(s, path))),
        ("commit-update", |s, path, update| drop(update(s, path))),
        ("begin-rewrap", |s, _, _| drop(s.post("/api/v1/vault/rewrap", ADMIN_TOKEN, &json!({})))),
        ("replace-blob", |s, _, _| drop(s.post("/api/v1/vault/rewrap", ADMIN_TOKEN, &json!({})))),
        ("create-session", |s, _, _| {
            let body = json!({ "providers": ["okta"], "endUser": { "id": "u" } });
            drop(s.post("/api/v1/connect-sessions", &s.live_key, &body));
        }),
        ("create-api-key", |s, _, _| {
            let body = json!({ "name": "k", "mode": "live", "scopes": ["admin"] });
            drop(s.post(&format!("/api/v1/projects/{}/api-keys", s.project), ADMIN_TOKEN, &body));
        }),
        ("update-project", |s, _, _| {
            drop(s.patch(&format!("/api/v1/projects/{}", s.project), ADMIN_TOKEN, &json!({ "name": "x" })));
        }),
    ];
    for (call, act) in late {
        let mut scenario = Scenario::new();
        scenario.platform.live.okta(HOST);
        let path = scenario.account("one", TOKEN);
        scenario.platform.rotate(&[("k2", 9), ("k1", 2)]);
        scenario.platform.index.faults.borrow_mut().extend([(call, Fault::NotDoneSilent); 3]);
        act(&scenario, &path, &update);
        scenario.platform.index.faults.borrow_mut().clear();
        assert_eq!(delete(&scenario).status, 200, "{call}");
        let late = scenario.platform.index.late();
        assert!(!late.is_empty(), "{call}: it was not called");
        let check = |when: &str| {
            for reply in scenario.platform.index.replies_to(&late) {
                assert!(reply.starts_with('-'), "{call}, {when}: {reply}");
            }
            let project = "SELECT 1 FROM sqlite_schema WHERE name = 'project'";
            let object = scenario.platform.index.object(scenario.target());
            let made = object.exists(project, &[]).unwrap() && object.count("project") > 0;
            assert!(!made, "{call}, {when}");
        };
        check("before the sweep");
        sweep(&scenario);
        check("after it");
        let object = scenario.platform.index.object(scenario.target());
        assert_eq!(tables(&object), Vec::<String>::new(), "{call}: the object came back to life");
        assert_eq!(scenario.platform.blobs.values.borrow().len(), 0, "{call}");
    }
}

#[test]
fn a_key_and_a_link_of_a_deleted_project_are_refused_and_leave_no_object() {
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.live_key);
    assert_eq!(delete(&scenario).status, 200);
    sweep(&scenario);
    assert_eq!(scenario.get("/api/v1/app-connections", &scenario.live_key).problem().1, "invalid_api_key");
    assert_eq!(scenario.get("/api/v1/connect", &session).problem().1, "invalid_session_token");
    assert_eq!(delete(&scenario).problem(), (404, "not_found", None));
    assert_eq!(tables(&scenario.platform.index.object(scenario.target())), Vec::<String>::new());
}
