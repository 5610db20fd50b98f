//! Nothing grows for ever: each table of a project's object and of the registry has an end. Each is filled, and the clock is moved past
//! its end. A table that the list does not know fails the test. The list is that of the storage page (`edge/README.md`), which also
//! says the bytes of a row: they are measured here, in the table and its indexes.

use latchkey_edge::ports::Target;
use latchkey_edge::store::sql::Sql;
use latchkey_tests::{ADMIN_TOKEN, Database, Scenario};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const NEW: &str = "00newnewnewnewnewnewnewnewnewnewnewnewnew0";
const HOST: &str = "acme.okta.com";
const DAY: i64 = 86_400;
const README: &str = include_str!("../../edge/README.md");

/// How a table ends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    /// By itself, after so many days at most, while its project lives.
    Days(i64),
    /// With the account, the webhook endpoint, the API key or the test clock that it belongs to.
    WithItsOwner,
    /// With the project, and it is bounded until then: by a limit of `edge/docs/limits.md`.
    WithTheProject,
    /// With the deployment, and it is bounded until then.
    WithTheDeployment,
}

use End::{Days, WithItsOwner, WithTheDeployment, WithTheProject};

/// The tables of a project's object.
const OF_A_PROJECT: [(&str, End); 33] = [
    ("account_counts", WithItsOwner),
    ("account_grams", WithItsOwner),
    ("accounts", WithItsOwner),
    ("api_keys", WithItsOwner),
    ("attempts", Days(62)),
    ("audit", WithTheProject),
    ("audit_checkpoints", WithTheProject),
    ("check_batches", Days(1)),
    ("check_pauses", Days(1)),
    ("check_walks", WithTheProject),
    ("connections", WithItsOwner),
    ("console_links", Days(2)),
    ("console_sessions", Days(1)),
    ("ended_project", Days(1)),
    ("events", Days(31)),
    ("failures", Days(1)),
    ("hook_events", Days(2)),
    ("hooks", WithItsOwner),
    ("idempotency", Days(2)),
    ("intents", Days(2)),
    ("names", WithItsOwner),
    ("project", WithTheProject),
    ("provider_events", Days(400)),
    ("refused_logins", Days(1)),
    ("row_counts", WithTheProject),
    ("schema_version", WithTheProject),
    ("sealed_answers", Days(62)),
    ("sessions", Days(62)),
    ("simulated_keys", WithItsOwner),
    ("test_clock", WithItsOwner),
    ("versions", WithItsOwner),
    ("webhook_deliveries", Days(31)),
    ("webhook_endpoints", WithItsOwner),
];

/// The tables of the registry.
const OF_THE_REGISTRY: [(&str, End); 5] = [
    ("projects", WithItsOwner),
    ("domains", WithItsOwner),
    ("key_counts", WithItsOwner),
    ("ended_projects", WithTheDeployment),
    ("refused_admin_tokens", WithTheDeployment),
];

fn known() -> BTreeMap<&'static str, End> {
    OF_A_PROJECT.into_iter().chain(OF_THE_REGISTRY).collect()
}

fn tables(database: &Database) -> BTreeSet<String> {
    database.tables().into_iter().collect()
}

/// A project in which every table has rows.
struct Full {
    scenario: Scenario,
    object: Rc<Database>,
    account: String,
    endpoint: String,
    test_admin: String,
}

impl Full {
    fn new() -> Self {
        let scenario = Scenario::new();
        scenario.platform.live.okta(HOST);
        let object = scenario.platform.index.object(scenario.target());
        let endpoint = scenario.webhook_endpoint();
        scenario.platform.live.answer("POST https://app.example.com/webhooks", 500, "not now");
        // A session whose attempt is refused, and one that links an account.
        scenario.platform.live.answer(
            "GET https://no.okta.com/api/v1/users/me",
            401,
            r#"{"errorCode":"E0000011"}"#,
        );
        scenario.platform.live.okta("no.okta.com");
        scenario.platform.live.answer(
            "GET https://no.okta.com/api/v1/users/me",
            401,
            r#"{"errorCode":"E0000011"}"#,
        );
        let refused = scenario.session(&scenario.live_key);
        assert_eq!(scenario.attempt(&refused, "attempt-1", "no.okta.com", TOKEN).status, 422);
        let (id, secret) = refused.rsplit_once('.').unwrap();
        let forged = format!("{id}.{}", "1".repeat(secret.len()));
        for _ in 0..2 {
            assert_eq!(scenario.get("/api/v1/connect", &forged).status, 401);
        }
        let session = scenario.session(&scenario.live_key);
        let linked = scenario.attempt(&session, "attempt-1", HOST, TOKEN);
        assert_eq!(linked.status, 200, "{}", linked.text);
        let _ = scenario.create("by-a-backend", TOKEN, &[("idempotency-key", "once")]);
        let account =
            format!("/api/v1/app-connections/okta/{}", linked.body["connection"]["id"].as_str().unwrap());
        let change = json!({ "credentials": { "instanceUrl": HOST, "apiToken": NEW } });
        assert_eq!(scenario.patch(&account, &scenario.live_key, &change).status, 200);
        let _ = scenario.sign_in("live", "viewer");
        let _ = scenario.console_link("live", &json!({}));
        // Test mode: a test value, and the clock.
        let test_admin = scenario.test_admin();
        let listed = scenario.get("/api/v1/providers/okta", &test_admin).body;
        let values = &listed["testValues"][0]["fields"];
        let new = json!({ "name": "simulated", "method": "api-token", "credentials": values });
        scenario.post("/api/v1/app-connections/okta", &test_admin, &new);
        assert_eq!(scenario.post("/api/v1/test-clock", &test_admin, &json!({ "advance": 60 })).status, 200);
        scenario.platform.sweep_all();
        let full = Self { scenario, object, account, endpoint, test_admin };
        full.add_what_only_a_provider_or_a_failure_makes();
        full.fill_the_registry();
        full
    }

    fn id(&self) -> &str {
        self.account.rsplit('/').next().unwrap()
    }

    /// Rows that a lost message, an outage or a pushed event would leave.
    fn add_what_only_a_provider_or_a_failure_makes(&self) {
        let now = self.scenario.platform.clock.0.get();
        let add = |statement: &str, values: &[latchkey_edge::store::sql::Value]| {
            self.object.exec(statement, values).unwrap();
        };
        add(
            "INSERT INTO hooks (connection, name, state, since, id) VALUES (?, 'Ours', 'registered', ?, 'abc')",
            &[self.id().into(), now.into()],
        );
        let hash = "0123456789abcdef".repeat(4);
        add(
            "INSERT INTO hook_events (connection, event, at) VALUES (?, ?, ?)",
            &[self.id().into(), hash.into(), now.into()],
        );
        let record = r#"["0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",1795348800000,"system.api_token.create","API token created",["00u1a2b3c4d5e6f7g8h9","User","Ada Lovelace","ada@example.com"],[["00T1a2b3c4d5e6f7g8h9","Token","Example Integration","unknown"]]]"#;
        add(
            "INSERT INTO provider_events (connection, event, at, taken, record) VALUES (?, ?, ?, ?, ?)",
            &[self.id().into(), "0123456789abcdef".repeat(4).into(), now.into(), now.into(), record.into()],
        );
        add(
            "INSERT INTO check_batches (mode, connections, organizations, until) VALUES ('live', json_array(?), '[]', ?)",
            &[self.id().into(), (now + 600_000).into()],
        );
        for mode in ["live", "test"] {
            let values = [mode.into(), (now + 60_000 + 3_600_000).into()];
            add(
                "INSERT INTO check_pauses (mode, organization, until) VALUES (?, 'acme.okta.com', ?)",
                &values,
            );
        }
        let values = ["abcdef".repeat(11).into(), now.into(), "x".repeat(86).into()];
        add("INSERT INTO audit_checkpoints (seq, hash, at, signature, cut) VALUES (1, ?, ?, ?, 0)", &values);
        // A write that was cut after its lease.
        let id = "0b0b0b0b-0b0b-4b0b-8b0b-0b0b0b0b0b0b";
        add("INSERT INTO names (mode, name, connection) VALUES ('live', 'cut', ?)", &[id.into()]);
        add(
            "INSERT INTO intents (blob, mode, connection, swept, due) VALUES ('4bXr0Qm7yT2sVn9Lk5Hc1d', 'live', ?, 0, ?)",
            &[id.into(), (now + 600_000).into()],
        );
    }

    fn fill_the_registry(&self) {
        let registry = self.scenario.platform.index.object(Target::Registry);
        for statement in [
            "INSERT INTO domains (host, project) VALUES ('connect.example.com', ?)",
            "INSERT INTO key_counts (project, key_id, credentials) VALUES (?, 'k1', 1)",
        ] {
            registry.exec(statement, &[self.scenario.project.as_str().into()]).unwrap();
        }
        assert_eq!(self.scenario.get("/api/v1/projects", "not-the-admin-token").status, 401);
    }

    fn pass(&self, days: i64) {
        self.scenario.platform.pass(self.scenario.target(), days * DAY);
    }

    fn empty(&self, table: &str) -> bool {
        self.object.count(table) == 0
    }

    fn send(&self, method: &str, path: &str, key: &str) {
        let sent = self.scenario.send(method, path, Some(key), None);
        assert!(sent.status < 300, "{method} {path}: {}", sent.text);
    }
}

#[test]
fn every_table_is_known_with_its_end() {
    let known: BTreeSet<String> = known().into_keys().map(str::to_owned).collect();
    assert_eq!(tables(&Database::new()), known, "say how the table ends, here and in edge/README.md");
    for table in known {
        assert!(README.contains(&format!("| `{table}` |")), "edge/README.md does not list {table}");
    }
}

#[test]
fn every_table_of_a_project_is_filled_and_ends() {
    let full = Full::new();
    let of_project = || OF_A_PROJECT.iter().filter(|(table, _)| *table != "ended_project");
    for (table, _) in of_project() {
        assert!(!full.empty(table), "the test does not fill {table}");
    }
    // Nobody reads, links or checks anything anymore.
    full.scenario.care(&json!({ "checks": false }));
    let mut day = 0;
    for until in [1, 2, 31, 62, 400] {
        full.pass(until - day);
        day = until;
        for (table, end) in of_project() {
            if matches!(end, Days(days) if *days <= day) {
                // What happens to accounts meanwhile is told and sent anew.
                let late = format!("SELECT count(*) FROM {table}");
                let rows: i64 = full.object.value(&late, &[]).unwrap().unwrap();
                let news = ["events", "webhook_deliveries"].contains(table);
                assert!(rows == 0 || news, "{table} has {rows} rows after {day} days");
            }
        }
    }
    let slow = full.scenario.platform.index.slow.borrow().join("\n");
    assert!(slow.is_empty(), "{slow}");
    let old = "SELECT count(*) FROM events WHERE at <= ?";
    let month_ago = full.scenario.platform.clock.0.get() - 31 * DAY * 1000;
    assert_eq!(full.object.value::<i64>(old, &[month_ago.into()]).unwrap(), Some(0));
    let orphans = "SELECT count(*) FROM webhook_deliveries WHERE event NOT IN (SELECT id FROM events)";
    assert_eq!(full.object.value::<i64>(orphans, &[]).unwrap(), Some(0));
    // What belongs to something ends with it.
    let key = full.scenario.live_key.clone();
    for account in full.scenario.listed(&key) {
        full.send(
            "DELETE",
            &format!("/api/v1/app-connections/okta/{}", account["id"].as_str().unwrap()),
            &key,
        );
    }
    full.send("DELETE", "/api/v1/test-clock", &full.test_admin);
    full.send("DELETE", &format!("/api/v1/webhook-endpoints/{}", full.endpoint), full.scenario.admin_key());
    for table in [
        "account_counts",
        "account_grams",
        "accounts",
        "connections",
        "names",
        "versions",
        "hooks",
        "simulated_keys",
        "test_clock",
    ] {
        assert!(full.empty(table), "{table} outlives its accounts");
    }
    assert!(full.empty("webhook_endpoints") && full.empty("webhook_deliveries"));
    let keys = full.object.count("api_keys");
    let listed = full.scenario.get("/api/v1/api-keys", full.scenario.admin_key());
    let id = listed.body["apiKeys"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned();
    full.send("DELETE", &format!("/api/v1/api-keys/{id}"), full.scenario.admin_key());
    assert_eq!(full.object.count("api_keys"), keys - 1);
}

#[test]
fn a_project_that_is_deleted_leaves_a_line_in_the_registry_and_nothing_else() {
    let full = Full::new();
    let (scenario, target) = (&full.scenario, full.scenario.target());
    let registry = scenario.platform.index.object(Target::Registry);
    let path = format!("/api/v1/projects/{}", scenario.project);
    for (table, _) in OF_THE_REGISTRY.iter().filter(|(table, _)| *table != "ended_projects") {
        assert!(registry.count(table) > 0, "the test does not fill {table}");
    }
    full.send("DELETE", &format!("{path}?force=true&now=true"), ADMIN_TOKEN);
    for (table, _) in OF_A_PROJECT {
        let kept = ["schema_version", "intents", "ended_project"].contains(&table);
        assert!(kept || full.empty(table), "{table} outlives its project");
    }
    scenario.platform.pass(target, DAY);
    let left = scenario.platform.index.object(target);
    assert_eq!(tables(&left).len(), tables(&Database::unfounded()).len(), "an object without a schema");
    assert!(!Rc::ptr_eq(&left, &full.object), "the whole database is deleted");
    for table in ["projects", "domains", "key_counts"] {
        assert_eq!(registry.count(table), 0, "{table}");
    }
    assert_eq!((registry.count("ended_projects"), registry.count("refused_admin_tokens")), (1, 1));
}

/// Prints the bytes of a row of each table, and compares them with the storage page. `cargo test -p latchkey-tests --test core --
/// ends::the_storage_page --nocapture` shows them.
#[test]
fn the_storage_page_says_the_bytes_of_a_row_as_they_are() {
    let full = Full::new();
    let registry = full.scenario.platform.index.object(Target::Registry);
    let mut wrong = Vec::new();
    for table in known().into_keys() {
        let of_registry = OF_THE_REGISTRY.iter().any(|(name, _)| *name == table);
        let database = if of_registry { &registry } else { &full.object };
        let rows = database.count(table);
        let line = README.lines().find(|line| line.starts_with(&format!("| `{table}` |"))).unwrap();
        let said: Option<i64> = line.rsplit('|').nth(1).unwrap().trim().replace(',', "").parse().ok();
        if rows == 0 {
            if said.is_none() {
                wrong.push(format!("{table}: the storage page does not say the bytes of a row"));
            }
            continue;
        }
        // The cells of the table and of its indexes, each with its place in a page.
        let sum = "SELECT sum(payload + ncell * 4) FROM dbstat WHERE name IN
            (SELECT name FROM sqlite_schema WHERE type IN ('table', 'index') AND (tbl_name = ?1 OR tbl_name IN
                (SELECT name FROM pragma_table_list WHERE type = 'shadow' AND name GLOB ?1 || '_*')))";
        let bytes: i64 = database.value(sum, &[table.into()]).unwrap().unwrap();
        let bytes = bytes / rows;
        println!("{table}: {bytes} bytes a row, of {rows}");
        if !said.is_some_and(|said| said * 10 >= bytes * 7 && said * 7 <= bytes * 10) {
            wrong.push(format!("{table}: {bytes} bytes a row, and the storage page says {said:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
