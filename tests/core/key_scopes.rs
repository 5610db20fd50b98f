//! The scopes of API keys: what each scope alone can cause, at every endpoint, and that the table in `edge/README.md`
//! says so. A key grants only scopes that it has.

use latchkey_edge::router::{Caller, ENDPOINTS, Endpoint};
use latchkey_edge::store::sql::Sql;
use latchkey_shared::KeyScope;
use latchkey_tests::{ADMIN_TOKEN, Answer, Scenario};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
/// The same endpoint may be called in another way, which needs other scopes.
const UPDATE: &str = ", with `connectionId`";
const OWN: &str = ", one that the key made";
const SUSPENDED: &str = ", of a suspended account";

/// A project with one account, one session and one key, and a key with the scopes to test.
struct Stage {
    scenario: Scenario,
    account: String,
    session: String,
    other_key: String,
    key: String,
    webhook: String,
    person: String,
}

impl Stage {
    fn new(endpoint: &Endpoint, scopes: &[KeyScope], variant: &str) -> Self {
        let mut scenario = Scenario::new();
        // Only a test key may move the test clock.
        let of_clock = endpoint.path.ends_with("/test-clock");
        if of_clock {
            let session = scenario.session(&scenario.test_key);
            let value = "00test-super-admin-00000000000000000000000";
            assert_eq!(scenario.attempt(&session, "attempt-1", "latchkey-demo.okta.com", value).status, 200);
            let advanced = scenario.post(endpoint.path, &scenario.test_admin(), &json!({ "advance": 1 }));
            assert!(advanced.status < 300, "{}", advanced.text);
            scenario.platform.sweep_all();
        }
        let path = scenario.account("one", TOKEN);
        let account = path.rsplit('/').next().unwrap().to_owned();
        // It has an earlier version to restore, a recorded attempt, and values to move to a new wrapping key.
        let update = json!({ "providers": ["okta"], "endUser": { "id": "u" }, "connectionId": account });
        let update = scenario.post("/api/v1/connect-sessions", &scenario.live_key, &update);
        let update = update.body["token"].as_str().unwrap();
        assert_eq!(scenario.attempt(update, "attempt-1", "acme.okta.com", TOKEN).status, 200);
        scenario.platform.rotate(&[("k2", 9), ("k1", 2)]);
        let (other_key, other) =
            scenario.key_of(&json!({ "scopes": ["connections:read", "sessions:write", "admin"] }));
        let account = if endpoint.path.ends_with("/rotate") { scenario.rotatable() } else { account };
        if variant == SUSPENDED {
            let suspend = format!("{path}/suspend");
            assert_eq!(scenario.send("POST", &suspend, Some(&scenario.live_key), None).status, 200);
        }
        let new = json!({ "providers": ["okta"], "endUser": { "id": "u" } });
        assert_eq!(scenario.post("/api/v1/connect-sessions", &other, &new).status, 201);
        let mode = if of_clock { "test" } else { "live" };
        let (_, key) = scenario.key_of(&json!({ "mode": mode, "scopes": scopes }));
        let maker = if variant == OWN && scopes.contains(&KeyScope::SessionsWrite) {
            &key
        } else {
            &scenario.live_key
        };
        let made = scenario.post("/api/v1/connect-sessions", maker, &new);
        let session = made.body["id"].as_str().unwrap().to_owned();
        let webhook = match endpoint.path.contains("/webhook-endpoints/") {
            true => scenario.webhook_endpoint(),
            false => String::new(),
        };
        let person = match endpoint.path.contains("/console-sessions/") {
            true => scenario.sign_in("live", "viewer").session().to_owned(),
            false => String::new(),
        };
        Self { scenario, account, session, other_key, key, webhook, person }
    }

    fn call(&self, endpoint: &Endpoint, variant: &str) -> Answer {
        let id = match endpoint.path.split('/').nth(3).unwrap() {
            "app-connections" => &self.account,
            "connect-sessions" => &self.session,
            "api-keys" => &self.other_key,
            "projects" => &self.scenario.project,
            "webhook-endpoints" => &self.webhook,
            "console-sessions" => &self.person,
            _ => "okta",
        };
        let app = if endpoint.path.ends_with("/rotate") { "launchdarkly" } else { "okta" };
        let path = endpoint.path.replace("{app}", app).replace("{id}", id).replace("{name}", "one");
        let force = if (endpoint.method, endpoint.path) == ("DELETE", "/api/v1/project") {
            "?force=true"
        } else {
            ""
        };
        let path = [&path, force].concat();
        let body = self.body(endpoint, variant).map(|body| body.to_string());
        let body = body.as_deref().map(|body| ("application/json", body));
        self.scenario.send(endpoint.method, &path, Some(&self.key), body)
    }

    fn body(&self, endpoint: &Endpoint, variant: &str) -> Option<Value> {
        Some(match (endpoint.method, endpoint.path.strip_prefix("/api/v1/")?) {
            ("POST", "connect-sessions") if variant == UPDATE => {
                json!({ "providers": ["okta"], "endUser": { "id": "u" }, "connectionId": self.account })
            }
            ("POST", "connect-sessions") => json!({ "providers": ["okta"], "endUser": { "id": "u" } }),
            ("POST", "app-connections/{app}/{id}/relink") => json!({ "endUser": { "id": "u" } }),
            ("POST", "app-connections/{app}") => json!({
                "name": "another", "method": "api-token",
                "credentials": { "instanceUrl": "acme.okta.com", "apiToken": TOKEN },
            }),
            ("PATCH", "app-connections/{app}/{id}") => json!({ "description": "x" }),
            // A key grants only what it has.
            ("POST", "api-keys" | "projects/{id}/api-keys") => json!({ "name": "x", "scopes": ["admin"] }),
            ("PATCH", "api-keys/{id}") => json!({ "scopes": ["admin"] }),
            ("PATCH", "connect-sessions/{id}") => json!({ "expiresIn": 86_400 }),
            ("PATCH", "project") => json!({ "name": "x" }),
            ("POST", "webhook-endpoints") => {
                json!({ "url": "https://app.example.com/webhooks", "types": ["connection.created"] })
            }
            ("PATCH", "webhook-endpoints/{id}") => json!({ "description": "x" }),
            ("POST", "webhook-endpoints/{id}/replay") => json!({ "since": "2026-01-01T00:00:00Z" }),
            ("POST", "test-clock") => json!({ "advance": 1 }),
            _ => return None,
        })
    }

    /// The rows of each table of the project, without the times at which keys were used.
    fn tables(&self) -> BTreeMap<String, String> {
        let object = self.scenario.platform.index.object(self.scenario.target());
        let names: Vec<String> =
            object.values("SELECT name FROM sqlite_schema WHERE type = 'table'", &[]).unwrap();
        let rows = |table: &String| {
            let columns: Vec<String> =
                object.values(&format!("SELECT name FROM pragma_table_info('{table}')"), &[]).unwrap();
            let kept: Vec<_> =
                columns.into_iter().filter(|column| table != "api_keys" || column != "used").collect();
            format!("{:?}", object.exec(&format!("SELECT {} FROM {table}", kept.join(", ")), &[]).unwrap())
        };
        names.iter().map(|table| (table.clone(), rows(table))).collect()
    }

    /// The tables that the call changed.
    fn changed(&self, before: &BTreeMap<String, String>) -> BTreeSet<String> {
        let after = self.tables();
        // Triggers keep `row_counts` and the tables of the list of accounts, whatever was changed.
        let internal =
            |table: &str| ["sqlite_sequence", "row_counts"].contains(&table) || table.starts_with("account");
        let changed = after.into_iter().filter(|(table, rows)| before.get(table) != Some(rows));
        changed.map(|(table, _)| table).filter(|table| !internal(table)).collect()
    }
}

/// The ways to call an endpoint.
fn variants(endpoint: &Endpoint) -> &'static [&'static str] {
    match (endpoint.method, endpoint.path) {
        ("POST", "/api/v1/connect-sessions") => &["", UPDATE],
        ("GET", "/api/v1/connect-sessions/{id}") => &["", OWN],
        ("POST", "/api/v1/app-connections/{app}/{id}/resume") => &[SUSPENDED],
        _ => &[""],
    }
}

/// Calls the endpoint with a key of these scopes. Returns the tables that it changed, if it was allowed.
fn allowed(endpoint: &Endpoint, variant: &str, scopes: &[KeyScope]) -> Option<BTreeSet<String>> {
    let what = format!("{} {}{variant} with {scopes:?}", endpoint.method, endpoint.path);
    let stage = Stage::new(endpoint, scopes, variant);
    let before = stage.tables();
    let answer = stage.call(endpoint, variant);
    let changed = stage.changed(&before);
    if answer.status == endpoint.status {
        return Some(changed);
    }
    assert!([401, 403].contains(&answer.status), "{what}: {}", answer.text);
    assert!(changed.is_empty(), "{what} was refused and changed {changed:?}");
    None
}

fn names(scopes: &[KeyScope]) -> String {
    scopes.iter().map(|scope| format!("`{scope}`")).collect::<Vec<_>>().join(" and ")
}

/// The rows of the table: each way to call an endpoint with an API key, the scopes that allow it, and what it changes.
fn rows() -> Vec<String> {
    let mut rows = Vec::new();
    for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.path.starts_with("/api/v1/")) {
        if matches!(endpoint.caller, Caller::Anyone | Caller::AnyoneOrKey) {
            continue;
        }
        for variant in variants(endpoint) {
            let alone: Vec<_> = KeyScope::ALL.iter().map(|scope| vec![*scope]).collect();
            let ways = |sets: Vec<Vec<KeyScope>>| {
                let found = sets.into_iter().filter_map(|set| Some((allowed(endpoint, variant, &set)?, set)));
                found.collect::<Vec<_>>()
            };
            // Where not even all scopes together are enough, no key may call it.
            if allowed(endpoint, variant, &KeyScope::ALL).is_none() {
                continue;
            }
            let mut found = ways(alone);
            if found.is_empty() {
                // Not one scope alone. Two together?
                let pairs = KeyScope::ALL.iter().enumerate().flat_map(|(at, one)| {
                    KeyScope::ALL.iter().skip(at + 1).map(move |other| vec![*one, *other])
                });
                found = ways(pairs.collect());
            }
            let (changed, _) = found.first().expect("one scope or two are enough");
            assert!(found.iter().all(|(other, _)| other == changed), "{endpoint:?} changes different tables");
            let sets: Vec<_> = found.iter().map(|(_, set)| names(set)).collect();
            let who = if sets.len() == KeyScope::ALL.len() { "any".to_owned() } else { sets.join(" or ") };
            let changed: Vec<_> = changed.iter().map(|table| format!("`{table}`")).collect();
            let changed = if changed.is_empty() { "nothing".to_owned() } else { changed.join(", ") };
            let path = endpoint.path.trim_start_matches("/api/v1/");
            rows.push(format!("| `{} {path}`{variant} | {who} | {changed} |", endpoint.method));
        }
    }
    rows
}

#[test]
fn the_readme_says_what_each_scope_can_cause_at_every_endpoint() {
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../edge/README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let (_, table) = readme.split_once("| call | scope | changes |\n|---|---|---|\n").expect("the table");
    let written: Vec<_> = table.lines().take_while(|line| line.starts_with('|')).collect();
    let rows = rows();
    assert!(rows.len() > 20, "{rows:?}");
    assert!(written == rows, "the table in edge/README.md must be:\n{}", rows.join("\n"));
}

#[test]
fn an_update_session_needs_the_right_to_write_accounts() {
    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    let known = path.rsplit('/').next().unwrap();
    let sessions = scenario.key_with(&["sessions:write"]);
    let both = scenario.key_with(&["sessions:write", "connections:write"]);
    let make = |key: &str, id: &str| {
        let body = json!({ "providers": ["okta"], "endUser": { "id": "u" }, "connectionId": id });
        scenario.post("/api/v1/connect-sessions", key, &body)
    };
    // The refusal is the same for an account that exists and for one that does not.
    for id in [known, "7ffbb072-2575-495a-b5b0-127f88caef78"] {
        let refused = make(&sessions, id);
        assert_eq!(refused.problem(), (403, "insufficient_scope", None), "{id}");
        assert!(refused.text.contains("connections:write"), "{}", refused.text);
    }
    assert_eq!(make(&both, known).status, 201);
}

#[test]
fn a_key_grants_only_scopes_that_it_has() {
    let scenario = Scenario::new();
    for scope in KeyScope::ALL {
        let has = [KeyScope::Admin, scope];
        let key = scenario.key_with(&has.map(KeyScope::as_str));
        for wanted in KeyScope::ALL {
            let made = scenario.post("/api/v1/api-keys", &key, &json!({ "name": "x", "scopes": [wanted] }));
            if has.contains(&wanted) {
                assert_eq!(made.status, 201, "{scope} grants {wanted}: {}", made.text);
            } else {
                assert_eq!(made.problem().1, "insufficient_scope", "{scope} grants {wanted}: {}", made.text);
                assert!(made.text.contains(wanted.as_str()), "{}", made.text);
            }
        }
        let all = scenario.post("/api/v1/api-keys", &key, &json!({ "name": "x", "scopes": KeyScope::ALL }));
        assert_eq!(all.status, 403, "{scope} grants everything");
    }
}

#[test]
fn the_first_keys_of_a_project_manage_nothing_and_open_nothing() {
    let scenario = Scenario::new();
    let admin = scenario.admin_key();
    for key in [&scenario.live_key, &scenario.test_key] {
        for path in ["/api/v1/api-keys", "/api/v1/audit-log", "/api/v1/vault"] {
            assert_eq!(scenario.get(path, key).problem().1, "insufficient_scope", "{path}");
        }
        let new = json!({ "name": "x", "scopes": ["credentials:read"] });
        assert_eq!(scenario.post("/api/v1/api-keys", key, &new).problem().1, "insufficient_scope");
    }
    let listed = scenario.get("/api/v1/api-keys", admin);
    let scopes: BTreeSet<_> = listed.body["apiKeys"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|key| key["name"] == "First key")
        .flat_map(|key| key["scopes"].as_array().unwrap().iter().map(|scope| scope.as_str().unwrap()))
        .collect();
    let first: BTreeSet<_> = KeyScope::FIRST.iter().map(|scope| scope.as_str()).collect();
    assert_eq!(scopes, first);
    assert!(!first.contains("admin") && !first.contains("credentials:read"));
}

#[test]
fn the_audit_log_names_the_scopes_of_a_new_key() {
    let scenario = Scenario::new();
    let path = format!("/api/v1/projects/{}/api-keys", scenario.project);
    let new = json!({ "name": "Opener; admin", "mode": "live", "scopes": ["credentials:read", "admin"] });
    assert_eq!(scenario.post(&path, ADMIN_TOKEN, &new).status, 201);
    let log = scenario.get("/api/v1/audit-log", scenario.admin_key());
    let entries = log.body["entries"].as_array().unwrap();
    let made = entries.iter().find(|entry| entry["detail"].as_str().unwrap().contains("Opener")).unwrap();
    assert_eq!((&made["action"], &made["actor"]["type"]), (&json!("api-key.create"), &json!("owner")));
    assert_eq!(made["detail"], "credentials:read, admin; Opener; admin");
}
