//! The test clock: months of test mode pass in one request, and everything that comes due on the way happens at its time.

use latchkey_edge::store::sql::Sql;
use latchkey_edge::time::{ProviderTime, from_any};
use latchkey_tests::{ADMIN_TOKEN, Answer, Fault, Scenario};
use serde_json::{Value, json};

#[path = "test_clock/hooks.rs"]
mod hooks;
#[path = "test_clock/stories.rs"]
mod stories;

const PATH: &str = "/api/v1/test-clock";
const DAY: i64 = 86_400;
const LIVE_TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

/// A project, and a test key that may move its clock.
struct Clock {
    scenario: Scenario,
    key: String,
}

impl Clock {
    fn new() -> Self {
        let scenario = Scenario::new();
        let key = scenario.test_admin();
        Self { scenario, key }
    }

    /// With these settings of the project.
    fn with(self, settings: &Value) -> Self {
        let path = format!("/api/v1/projects/{}", self.scenario.project);
        assert_eq!(self.scenario.patch(&path, ADMIN_TOKEN, settings).status, 200);
        self
    }

    fn read(&self) -> Value {
        let read = self.scenario.get(PATH, &self.key);
        assert_eq!(read.status, 200, "{}", read.text);
        read.body
    }

    fn post(&self, seconds: i64) -> Answer {
        self.scenario.post(PATH, &self.key, &json!({ "advance": seconds }))
    }

    /// Moves the clock, and waits until it is there.
    fn advance(&self, seconds: i64) {
        let mut clock = self.post(seconds);
        assert!([200, 202].contains(&clock.status), "{}", clock.text);
        for _ in 0..10_000 {
            assert_eq!(clock.body["moving"], json!(clock.status == 202), "{}", clock.text);
            if clock.status == 200 {
                return;
            }
            self.scenario.platform.sweep_if_due(self.scenario.target());
            clock = self.scenario.get(PATH, &self.key);
            clock.status = if clock.body["moving"] == json!(true) { 202 } else { 200 };
        }
        panic!("the clock does not arrive");
    }

    /// Links an account with a listed test value, as a backend. Returns its path.
    fn link(&self, provider: &str, value: &str) -> String {
        let listed = self.scenario.get(&format!("/api/v1/providers/{provider}"), &self.key).body;
        let values = listed["testValues"].as_array().unwrap();
        let found = values.iter().find(|listed| listed["name"] == value);
        let fields = found.unwrap_or_else(|| panic!("{provider} has no value {value}"))["fields"].clone();
        let count = self.scenario.listed(&self.key).len();
        let body =
            json!({ "name": format!("account-{count}"), "method": listed["method"], "credentials": fields });
        let made = self.scenario.post(&format!("/api/v1/app-connections/{provider}"), &self.key, &body);
        assert_eq!(made.status, 201, "{}", made.text);
        format!("/api/v1/app-connections/{provider}/{}", made.body["appConnection"]["id"].as_str().unwrap())
    }

    fn details(&self, path: &str) -> Value {
        let read = self.scenario.get(path, &self.key);
        assert_eq!(read.status, 200, "{}", read.text);
        read.body["appConnection"]["details"].clone()
    }

    /// The events of an account but its creation: the type, the state or the days that it tells, and the whole days since it was
    /// linked.
    fn told(&self, path: &str) -> Vec<(String, String, i64)> {
        let id = path.rsplit('/').next().unwrap();
        let mut events: Vec<Value> = Vec::new();
        let mut after = String::new();
        loop {
            let page = self
                .scenario
                .get(&format!("/api/v1/events?connection={id}&limit=100&after={after}"), &self.key);
            assert_eq!(page.status, 200, "{}", page.text);
            events.extend(page.body["events"].as_array().unwrap().iter().cloned());
            match page.body["nextCursor"].as_str() {
                Some(next) => after = next.to_owned(),
                None => break,
            }
        }
        // Those of the session that linked it are about the session.
        events.retain(|event| event["type"].as_str().unwrap().starts_with("connection."));
        let linked = ms(&events[0]["createdAt"]);
        let told = |event: &Value| {
            let data = &event["data"];
            let what = match data.get("days") {
                Some(days) => days.to_string(),
                None => data["appConnection"]["details"]["health"]["state"].as_str().unwrap().to_owned(),
            };
            let kind = event["type"].as_str().unwrap().trim_start_matches("connection.").to_owned();
            (kind, what, (ms(&event["createdAt"]) - linked) / 1000 / DAY)
        };
        events.iter().skip(1).map(told).collect()
    }

    /// The states that an account had, each with the whole days since it was linked.
    fn states(&self, path: &str) -> Vec<(String, i64)> {
        let changes = self.told(path).into_iter().filter(|(kind, ..)| kind == "health_changed");
        changes.map(|(_, state, day)| (state, day)).collect()
    }

    /// The days before the end of its key on which an account warned, each with the whole days since it was linked.
    fn warnings(&self, path: &str) -> Vec<(String, i64)> {
        let warnings = self.told(path).into_iter().filter(|(kind, ..)| kind == "expiring");
        warnings.map(|(_, days, day)| (days, day)).collect()
    }
}

fn ms(time: &Value) -> i64 {
    match from_any(time.as_str().unwrap()) {
        ProviderTime::At(ms) => ms,
        other => panic!("{time}: {other:?}"),
    }
}

fn days(list: &[(&str, i64)]) -> Vec<(String, i64)> {
    list.iter().map(|(what, day)| ((*what).to_owned(), *day)).collect()
}

#[test]
fn the_clock_moves_ahead_and_never_back() {
    let clock = Clock::new();
    let start = clock.read();
    assert_eq!((&start["offset"], &start["moving"]), (&json!(0), &json!(false)));
    for wrong in [0, -1, 400 * DAY + 1] {
        assert_eq!(clock.post(wrong).problem(), (422, "invalid_parameter", Some("advance")), "{wrong}");
    }
    let half = clock.scenario.post(PATH, &clock.key, &json!({ "advance": 1.5 }));
    assert_eq!(half.problem(), (422, "invalid_parameter", Some("advance")));
    for wrong in [json!({}), json!({ "advance": "1" }), json!({ "advance": 1, "x": 1 })] {
        assert_eq!(clock.scenario.post(PATH, &clock.key, &wrong).problem().0, 400, "{wrong}");
    }
    assert_eq!(clock.read(), start, "what was refused moves nothing");
    let moved = clock.post(DAY);
    assert_eq!((moved.status, &moved.body["offset"]), (200, &json!(DAY)), "{}", moved.text);
    assert_eq!(ms(&moved.body["now"]) - ms(&start["now"]), DAY * 1000);
    assert_eq!(clock.post(399 * DAY).body["offset"], json!(400 * DAY), "the most");
    let refused = clock.post(1);
    assert_eq!(refused.problem(), (422, "invalid_parameter", Some("advance")));
    assert!(refused.text.contains("0 seconds more"), "{}", refused.text);
    assert_eq!(clock.read(), clock.scenario.get(PATH, &clock.key).body);
}

#[test]
fn a_live_key_is_refused_and_a_scope_is_needed() {
    let clock = Clock::new();
    let live = clock.scenario.admin_key();
    let readers = clock.scenario.key_of(&json!({ "mode": "test", "scopes": ["connections:write"] })).1;
    for method in ["GET", "POST", "DELETE"] {
        let body = (method == "POST").then_some(("application/json", r#"{"advance":1}"#));
        let refused = clock.scenario.send(method, PATH, Some(live), body);
        assert_eq!(refused.problem(), (403, "test_key_required", None), "{method}");
        let refused = clock.scenario.send(method, PATH, Some(&readers), body);
        assert_eq!(refused.problem(), (403, "insufficient_scope", None), "{method}");
    }
    assert_eq!(clock.read()["offset"], json!(0));
}

#[test]
fn accounts_of_test_mode_live_by_the_clock_and_live_mode_and_other_projects_do_not() {
    let clock = Clock::new().with(&json!({ "checks": false }));
    let before = clock.link("okta", "Super administrator");
    let live = clock.scenario.account("live", LIVE_TOKEN);
    let (other, other_key, _) = clock.scenario.another_project();
    let live_before = clock.scenario.get(&live, &clock.scenario.live_key).text;
    clock.advance(10 * DAY);
    let after = clock.link("okta", "Organization administrator");
    let created = |path: &str| ms(&clock.scenario.get(path, &clock.key).body["appConnection"]["createdAt"]);
    assert_eq!(created(&after) - created(&before), 10 * DAY * 1000);
    let (old, new) = (clock.details(&before), clock.details(&after));
    assert_eq!((&old["freshness"], &new["freshness"]), (&json!("gray"), &json!("green")));
    assert_eq!(ms(&new["expiresAt"]) - created(&after), 30 * DAY * 1000);
    let listed = clock.scenario.listed(&clock.key);
    let old = listed.iter().find(|entry| before.ends_with(entry["id"].as_str().unwrap())).unwrap();
    assert_eq!(old["details"]["freshness"], "gray", "a list tells the same time");
    assert_eq!(clock.scenario.get(&live, &clock.scenario.live_key).text, live_before, "live mode stays");
    // API keys and sessions go by the real time.
    let new = json!({ "providers": ["okta"], "endUser": { "id": "u" } });
    let session = clock.scenario.post("/api/v1/connect-sessions", &clock.key, &new);
    assert!(ms(&session.body["expiresAt"]) < ms(&clock.read()["now"]), "{}", session.text);
    assert_eq!(clock.scenario.get("/api/v1/connect", session.body["token"].as_str().unwrap()).status, 200);
    let made = clock.scenario.get("/api/v1/api-keys", &clock.key).body["apiKeys"][0]["createdAt"].clone();
    assert!(ms(&clock.read()["now"]) - ms(&made) >= 10 * DAY * 1000);
    // Another project has a clock of its own.
    let new = json!({ "name": "k", "mode": "test", "scopes": ["admin"] });
    let made = clock.scenario.post(&format!("/api/v1/projects/{other}/api-keys"), ADMIN_TOKEN, &new);
    let read = clock.scenario.get(PATH, made.body["key"].as_str().unwrap());
    assert_eq!(read.body["offset"], json!(0), "{}", read.text);
    assert!(clock.scenario.listed(&other_key).is_empty());
}

#[test]
fn a_reset_returns_to_now_and_deletes_the_data_of_test_mode() {
    let clock = Clock::new();
    let scenario = &clock.scenario;
    let path = clock.link("okta", "Super administrator");
    let change = json!({ "credentials": { "instanceUrl": "latchkey-demo.okta.com",
        "apiToken": "00test-org-admin-0000000000000000000000000" } });
    assert_eq!(scenario.patch(&path, &clock.key, &change).status, 200);
    let session = scenario.session(&clock.key);
    let linked = scenario.attempt(
        &session,
        "attempt-1",
        "latchkey-demo.okta.com",
        "00test-dies-000000000000000000000000000000",
    );
    assert_eq!(linked.status, 200, "{}", linked.text);
    let (live, open) = (scenario.account("live", LIVE_TOKEN), scenario.session(&clock.key));
    clock.advance(DAY);
    let reset = scenario.send("DELETE", PATH, Some(&clock.key), None);
    assert_eq!((reset.status, &reset.body["offset"]), (200, &json!(0)), "{}", reset.text);
    assert!(scenario.listed(&clock.key).is_empty());
    assert_eq!(scenario.get("/api/v1/connect", &open).problem().1, "invalid_session_token");
    assert_eq!(scenario.get("/api/v1/events", &clock.key).body["events"], json!([]));
    let object = scenario.platform.index.object(scenario.target());
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    for table in object.values::<String>(tables, &[]).unwrap() {
        let columns = format!("SELECT 1 FROM pragma_table_info('{table}') WHERE name = 'mode'");
        let kept = ["api_keys", "audit", "intents", "refused_logins"].contains(&table.as_str());
        if object.exists(&columns, &[]).unwrap() && !kept {
            let rows = format!("SELECT 1 FROM {table} WHERE mode = 'test'");
            assert!(!object.exists(&rows, &[]).unwrap(), "{table} keeps rows of test mode");
        }
    }
    assert_eq!((object.count("simulated_keys"), object.count("test_clock")), (0, 0));
    // Of KV only the account of live mode is left.
    scenario.platform.sweep(scenario.target());
    assert_eq!(scenario.platform.blobs.values.borrow().len(), 1);
    assert_eq!(scenario.get(&live, &scenario.live_key).status, 200);
    // A key that worked once works once again: the simulated provider has forgotten it.
    clock.link("okta", "Works once, then is revoked");
    let again = scenario.send("DELETE", PATH, Some(&clock.key), None);
    assert_eq!(again.status, 200, "{}", again.text);
    let before = object.count("audit");
    assert_eq!(scenario.send("DELETE", PATH, Some(&clock.key), None).status, 200);
    assert_eq!(object.count("audit"), before, "nothing was left to delete");
}

#[test]
fn what_is_cut_short_is_moving_and_the_alarm_goes_on_with_it() {
    let clock = Clock::new();
    let path = clock.link("okta", "Super administrator");
    // The object stops in the middle of a check.
    clock.scenario.platform.index.faults.borrow_mut().push(("read-batch", Fault::NotDone));
    let cut = clock.post(10 * DAY);
    assert_eq!((cut.status, &cut.body["moving"]), (202, &json!(true)), "{}", cut.text);
    let reached = cut.body["offset"].as_i64().unwrap();
    assert!((0..10 * DAY).contains(&reached), "{}", cut.text);
    assert_eq!(clock.read(), cut.body, "it stands until the alarm rings");
    clock.scenario.platform.wait(1);
    clock.scenario.platform.sweep_if_due(clock.scenario.target());
    let there = clock.read();
    assert_eq!((&there["offset"], &there["moving"]), (&json!(10 * DAY), &json!(false)));
    assert_eq!(clock.details(&path)["health"]["state"], "healthy");
    assert_eq!(clock.details(&path)["freshness"], "green");
}

#[test]
fn a_kept_version_ends_by_the_clock() {
    let clock = Clock::new();
    let path = clock.link("okta", "Super administrator");
    let change = json!({ "credentials": { "instanceUrl": "latchkey-demo.okta.com",
        "apiToken": "00test-org-admin-0000000000000000000000000" } });
    assert_eq!(clock.scenario.patch(&path, &clock.key, &change).status, 200);
    clock.advance(DAY - 1);
    let kept = |clock: &Clock| {
        let read = clock.scenario.get(&format!("{path}/history"), &clock.key).body;
        read["versions"][1]["keptUntil"].is_string()
    };
    let history = clock.scenario.get(&format!("{path}/history"), &clock.key).text;
    assert!(kept(&clock), "{history}");
    clock.advance(1);
    assert!(!kept(&clock));
    let rolled = clock.scenario.send("POST", &format!("{path}/rollback"), Some(&clock.key), None);
    assert_eq!(rolled.problem().1, "version_not_kept");
}

#[test]
fn a_thousand_small_steps_store_no_more_than_one() {
    let clock = Clock::new();
    clock.link("harness", "Service account with Account Admin");
    let object = clock.scenario.platform.index.object(clock.scenario.target());
    clock.advance(1);
    let rows = || ["test_clock", "events", "simulated_keys", "connections"].map(|table| object.count(table));
    let before = rows();
    for step in 0..1_000 {
        if step % 100 == 0 {
            clock.scenario.platform.wait(60);
        }
        assert_eq!(clock.post(1).status, 200);
    }
    assert_eq!((rows(), clock.read()["offset"].clone()), (before, json!(1_001)));
}
