//! Whatever changes an account writes its event and its audit record in the same transaction. `tests/support/told.rs` and `audited.rs`
//! watch every operation of every test; here the watcher itself is tried, and every operation that may change an account is run.

use latchkey_edge::access::tokens::{hook_id, hook_secret};
use latchkey_edge::jobs::tend_hooks::{HOOKS_MAX, tend_hooks};
use latchkey_edge::store::sql::Sql;
use latchkey_edge::time::iso;
use latchkey_shared::{ProjectId, base62};
use latchkey_tests::Scenario;
use latchkey_tests::told::{self, CHANGE_ACCOUNTS};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const NEW: &str = "00newnewnewnewnewnewnewnewnewnewnewnewnew0";
const HOST: &str = "acme.okta.com";
const OKTA: &str = "/api/v1/app-connections/okta";

/// Whether the watcher lets an operation pass that runs these statements.
fn passes(operation: &str, statements: &[&str]) -> bool {
    let scenario = Scenario::new();
    let _ = scenario.account("one", TOKEN);
    let database = scenario.platform.index.object(scenario.target());
    told::begin(&database);
    for statement in statements {
        database.exec(statement, &[]).unwrap();
    }
    catch_unwind(AssertUnwindSafe(|| told::end(&database, operation))).is_ok()
}

#[test]
fn a_change_without_its_event_an_event_without_a_change_and_a_new_operation_are_found() {
    let event = |kind: &str| {
        format!(
            "INSERT INTO events (mode, at, created, type, connection, account, more) VALUES ('live', 0, 0, '{kind}', '', '', '')"
        )
    };
    let (updated, health, deleted) =
        (event("connection.updated"), event("connection.health_changed"), event("connection.deleted"));
    let cases: [(&str, &str); 5] = [
        ("UPDATE connections SET name = 'other'", &updated),
        ("UPDATE connections SET version = version + 1", &updated),
        ("UPDATE connections SET suspended = '[0,\"\"]'", &updated),
        ("UPDATE connections SET health = 'blocked'", &health),
        ("DELETE FROM connections", &deleted),
    ];
    for (change, event) in cases {
        assert!(!passes("update-connection", &[change]), "{change}");
        assert!(passes("update-connection", &[change, event]), "{change}");
        assert!(!passes("a-new-operation", &[change, event]), "{change}");
    }
    assert!(!passes("update-connection", &[&health]), "a phantom");
    assert!(
        !passes("update-connection", &["UPDATE connections SET name = 'other'", &health]),
        "another event"
    );
    assert!(
        passes("update-connection", &["UPDATE connections SET name = name, health = health"]),
        "no change"
    );
}

/// A deployment whose provider a test plays.
struct Walk {
    scenario: Scenario,
}

impl Walk {
    fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        let text = body.to_string();
        let body = (!body.is_null()).then_some(("application/json", text.as_str()));
        let answer = self.scenario.send(method, path, Some(&self.scenario.live_key), body);
        assert!(answer.status < 300, "{method} {path}: {}", answer.text);
        answer.body
    }

    /// Links an account that wants a push channel, and registers it.
    fn linked(&self) -> String {
        let session = self.scenario.session(&self.scenario.live_key);
        let values = [("instanceUrl", HOST), ("apiToken", TOKEN), ("eventHookName", "Ours")];
        let linked = self.scenario.submit(&session, "okta", &values);
        assert_eq!(linked.status, 200, "{}", linked.text);
        let project = ProjectId::parse(&self.scenario.project).unwrap();
        pollster::block_on(tend_hooks(&self.scenario.platform, project, HOOKS_MAX)).unwrap();
        format!("{OKTA}/{}", linked.body["connection"]["id"].as_str().unwrap())
    }

    /// Okta says that the owner of the token is suspended.
    fn push(&self) {
        let object = self.scenario.platform.index.object(self.scenario.target());
        let random: Option<String> = object.value("SELECT id FROM hooks", &[]).unwrap();
        let project = ProjectId::parse(&self.scenario.project).unwrap();
        let config = &self.scenario.platform.config;
        let id = hook_id(config, project, base62::decode(&random.unwrap()).unwrap());
        let event = json!({ "uuid": "e1", "published": iso(self.scenario.platform.clock.0.get()),
            "eventType": "user.lifecycle.suspend", "target": [{ "id": "00uada" }] });
        let body = json!({ "data": { "events": [event] } }).to_string();
        let secret = hook_secret(config, &id);
        let headers = [("authorization", secret.expose()), ("cf-connecting-ip", "192.0.2.7")];
        let body = Some(("application/json", body.as_str()));
        let path = format!("/hooks/okta/{id}");
        assert_eq!(self.scenario.send_with("POST", &path, None, body, &headers).status, 204);
    }
}

#[test]
fn every_operation_that_may_change_an_account_does_so_with_its_event_and_its_record() {
    let mut scenario = Scenario::new();
    scenario.platform.config.public_url = Some("https://edge.example".to_owned());
    let live = &scenario.platform.live;
    live.okta(HOST);
    live.answer(&format!("GET https://{HOST}/api/v1/eventHooks"), 200, "[]");
    let hook = r#"{"id":"who1","status":"ACTIVE","verificationStatus":"VERIFIED"}"#;
    live.answer(&format!("POST https://{HOST}/api/v1/eventHooks"), 200, hook);
    live.answer(&format!("DELETE https://{HOST}/api/v1/api-tokens/current"), 204, "");
    let walk = Walk { scenario };
    let none = Value::Null;
    let credentials = |token: &str| json!({ "instanceUrl": HOST, "apiToken": token });

    let linked = walk.linked();
    walk.scenario.platform.wait(3600);
    walk.push();
    walk.send("PATCH", &linked, &json!({ "name": "renamed" }));
    walk.send("POST", &format!("{linked}/suspend"), &json!({ "reason": "why" }));
    walk.send("POST", &format!("{linked}/resume"), &none);
    walk.send("POST", &format!("{linked}/verify"), &none);
    let created = walk.send(
        "POST",
        OKTA,
        &json!({ "name": "two", "method": "api-token", "credentials": credentials(TOKEN) }),
    );
    let created = format!("{OKTA}/{}", created["appConnection"]["id"].as_str().unwrap());
    walk.send("PATCH", &created, &json!({ "credentials": credentials(NEW) }));
    walk.send("POST", &format!("{created}/rollback"), &none);
    // The scheduled checks find out that the key is refused.
    let me = format!("GET https://{HOST}/api/v1/users/me");
    walk.scenario.platform.live.answer(&me, 401, r#"{"errorCode":"E0000011"}"#);
    for _ in 0..6 {
        walk.scenario.platform.pass(walk.scenario.target(), 12 * 3600);
    }
    walk.scenario.platform.live.okta(HOST);
    walk.send("POST", &format!("{created}/revoke"), &none);
    walk.send("DELETE", &linked, &none);
    let rotatable = walk.scenario.rotatable();
    walk.send("POST", &format!("/api/v1/app-connections/launchdarkly/{rotatable}/rotate"), &none);
    let test_admin = walk.scenario.test_admin();
    let listed = walk.scenario.get("/api/v1/providers/okta", &test_admin).body;
    let values = &listed["testValues"][0]["fields"];
    let new = json!({ "name": "simulated", "method": "api-token", "credentials": values });
    assert_eq!(walk.scenario.post(OKTA, &test_admin, &new).status, 201);
    let advanced = walk.scenario.post("/api/v1/test-clock", &test_admin, &json!({ "advance": 60 }));
    assert_eq!(advanced.status, 200, "{}", advanced.text);
    assert_eq!(walk.scenario.send("DELETE", "/api/v1/test-clock", Some(&test_admin), None).status, 200);

    let mut all: BTreeSet<String> = CHANGE_ACCOUNTS.map(str::to_owned).into();
    // What time alone changes: `test_clock.rs` and `health.rs` have it.
    all.remove("alarm");
    let mut seen = told::seen();
    seen.remove("alarm");
    assert_eq!(seen, all);
}
