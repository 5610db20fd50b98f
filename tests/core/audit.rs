//! The audit log has no holes: each request that changes something leaves one entry with the right actor, action and
//! subject, and a request that changes nothing leaves none. `tests/support/audited.rs` watches every operation besides.

use latchkey_edge::jobs::rotate_keys::rotate;
use latchkey_edge::router::{Caller, ENDPOINTS, Endpoint};
use latchkey_edge::store::schema;
use latchkey_edge::store::sql::Sql;
use latchkey_shared::audit::{ActorType, AuditAction};
use latchkey_shared::limits::{AUDIT_DETAIL_MAX, AUDIT_VALUE_MAX};
use latchkey_shared::{ApiKey, ConsoleLink, base62};
use latchkey_tests::audited::{UNWATCHED, watched};
use latchkey_tests::console::Person;
use latchkey_tests::{ADMIN_TOKEN, Answer, Database, Scenario, disguises};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const HOST: &str = "acme.okta.com";
/// Endpoints that change nothing that matters, and why.
const WITHOUT_ENTRY: [(&str, &str, &str); 3] = [
    ("POST", "connect/cancel", "it ends an attempt, and nothing was stored"),
    ("POST", "webhook-endpoints/{id}/test", "it sends an event that says so, and changes nothing"),
    ("PUT", "connect/progress", "it keeps what was typed into a form, which is deleted at its end"),
];

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// The id of an API key as the log has it.
fn id_of(key: &str) -> String {
    base62::encode(ApiKey::parse(key).unwrap().id.random)
}

/// The same key or token with another secret.
fn forged(token: &str) -> String {
    let (id, secret) = token.rsplit_once('.').unwrap();
    format!("{id}.{}", "1".repeat(secret.len()))
}

/// A project with an account that has an earlier version, a session and a key, and a key that may do everything.
struct Stage {
    scenario: Scenario,
    account: String,
    session: (String, String),
    other_key: String,
    key: String,
    /// An account whose key can be replaced.
    rotatable: String,
    /// A webhook endpoint.
    webhook: String,
    /// Somebody in the console.
    person: Person,
}

impl Stage {
    /// A stage whose key belongs to a mode that has the endpoint.
    fn of(endpoint: &Endpoint) -> Self {
        let mut stage = Self::new();
        if endpoint.path.ends_with("/test-clock") {
            stage.key = stage.scenario.test_admin();
            let _ = stage.scenario.session(&stage.key);
        }
        stage
    }

    fn new() -> Self {
        let mut scenario = Scenario::new();
        let path = scenario.account("one", TOKEN);
        let change = json!({ "credentials": { "instanceUrl": HOST, "apiToken": TOKEN } });
        assert_eq!(scenario.patch(&path, &scenario.live_key, &change).status, 200);
        scenario.platform.rotate(&[("k2", 9), ("k1", 2)]);
        let all = latchkey_shared::KeyScope::ALL;
        let (other_key, _) = scenario.key_of(&json!({ "scopes": ["connections:read", "admin"] }));
        let (_, key) = scenario.key_of(&json!({ "scopes": all }));
        let end_user = json!({ "id": "user-7", "name": "Ada Lovelace", "email": "ada@example.com" });
        let new = json!({ "providers": ["okta"], "endUser": end_user, "organization": { "id": "o", "name": "Big Bank" } });
        let made = scenario.post("/api/v1/connect-sessions", &key, &new).body;
        let account = path.rsplit('/').next().unwrap().to_owned();
        let rotatable = scenario.rotatable();
        Self {
            account,
            session: (text(&made["id"]), text(&made["token"])),
            other_key,
            key,
            rotatable,
            webhook: scenario.webhook_endpoint(),
            person: scenario.sign_in("live", "viewer"),
            scenario,
        }
    }

    /// The log, newest first.
    fn log(&self) -> Vec<Value> {
        let read = self.scenario.get("/api/v1/audit-log?limit=100", &self.key);
        assert_eq!(read.status, 200, "{}", read.text);
        read.body["entries"].as_array().unwrap().clone()
    }

    /// The entries that an action adds.
    fn added(&self, act: impl FnOnce()) -> Vec<Value> {
        let before = self.log().len();
        act();
        let mut log = self.log();
        log.truncate(log.len() - before);
        log
    }

    fn path(&self, endpoint: &Endpoint) -> String {
        let id = match endpoint.path.split('/').nth(3).unwrap() {
            "app-connections" => &self.account,
            "connect-sessions" => &self.session.0,
            "api-keys" => &self.other_key,
            "console-sessions" => self.person.session(),
            "webhook-endpoints" => &self.webhook,
            _ => &self.scenario.project,
        };
        if endpoint.path.ends_with("/rotate") {
            return endpoint.path.replace("{app}", "launchdarkly").replace("{id}", &self.rotatable);
        }
        endpoint.path.replace("{app}", "okta").replace("{id}", id)
    }

    fn send(&self, endpoint: &Endpoint, token: &str) -> Answer {
        let path = self.path(endpoint);
        let force = match (endpoint.method, endpoint.path) {
            ("DELETE", "/api/v1/projects/{id}") => "?force=true&now=true",
            ("DELETE", "/api/v1/project") => "?force=true",
            _ => "",
        };
        let body = self.body(endpoint).map(|body| body.to_string());
        let body = body.as_deref().map(|body| ("application/json", body));
        self.scenario.send(endpoint.method, &format!("{path}{force}"), Some(token), body)
    }

    fn body(&self, endpoint: &Endpoint) -> Option<Value> {
        let values = [("instanceUrl", HOST), ("apiToken", TOKEN)];
        Some(match (endpoint.method, endpoint.path.strip_prefix("/api/v1/")?) {
            ("POST", "connect-sessions") => json!({ "providers": ["okta"], "endUser": { "id": "u" } }),
            ("POST", "app-connections/{app}/{id}/relink") => json!({ "endUser": { "id": "u" } }),
            ("POST", "connect") => self.scenario.sealed_body("attempt-1", &self.session.1, "okta", &values),
            ("POST", "app-connections/{app}") => json!({
                "name": "another", "method": "api-token", "credentials": { "instanceUrl": HOST, "apiToken": TOKEN },
            }),
            ("PATCH", "app-connections/{app}/{id}") => json!({ "description": "x" }),
            ("PATCH", "connect-sessions/{id}") => json!({ "expiresIn": 86_400 }),
            ("POST", "api-keys") => json!({ "name": "x", "scopes": ["admin"] }),
            ("POST", "projects/{id}/api-keys") => json!({ "name": "x", "scopes": ["admin"], "mode": "live" }),
            ("PATCH", "api-keys/{id}") => json!({ "scopes": ["admin"] }),
            ("POST", "console-links") => json!({}),
            ("POST", "projects/{id}/console-links") => json!({ "mode": "live" }),
            ("POST", "projects") => json!({ "name": "Another" }),
            ("PATCH", "project" | "projects/{id}") => json!({ "name": "Renamed" }),
            ("POST", "webhook-endpoints") => json!({ "url": "https://app.example.com/webhooks" }),
            ("PATCH", "webhook-endpoints/{id}") => json!({ "description": "x" }),
            ("POST", "webhook-endpoints/{id}/replay") => json!({ "since": "2026-01-01T00:00:00Z" }),
            ("POST", "test-clock") => json!({ "advance": 1 }),
            _ => return None,
        })
    }

    /// The subject of an endpoint's entry.
    fn subject(&self, endpoint: &Endpoint, answer: &Answer) -> String {
        match (endpoint.method, endpoint.path.strip_prefix("/api/v1/").unwrap()) {
            ("POST", "connect-sessions" | "app-connections/{app}/{id}/relink") => text(&answer.body["id"]),
            (_, "connect-sessions/{id}" | "connect-sessions/{id}/link" | "connect/share") => {
                self.session.0.clone()
            }
            ("POST", "connect") => text(&answer.body["connection"]["id"]),
            ("POST", "app-connections/{app}") => text(&answer.body["appConnection"]["id"]),
            ("POST", "api-keys" | "projects/{id}/api-keys") => text(&answer.body["apiKey"]["id"]),
            (_, "api-keys/{id}") => self.other_key.clone(),
            (_, "console-sessions/{id}") => self.person.session().to_owned(),
            ("POST", "console-links" | "projects/{id}/console-links") => {
                let url = text(&answer.body["consoleLink"]["url"]);
                let link = ConsoleLink::parse(url.split_once('#').unwrap().1).unwrap();
                base62::encode(link.id.random)
            }
            ("POST", "app-connections/{app}/{id}/rotate") => self.rotatable.clone(),
            ("POST", "webhook-endpoints") => text(&answer.body["webhookEndpoint"]["id"]),
            (_, path) if path.starts_with("webhook-endpoints") => self.webhook.clone(),
            ("POST", "projects") => text(&answer.body["project"]["id"]),
            (
                _,
                "project"
                | "projects/{id}"
                | "project/restore"
                | "projects/{id}/restore"
                | "test-clock"
                | "audit-log/export",
            ) => self.scenario.project.clone(),
            _ => self.account.clone(),
        }
    }
}

/// The endpoints that change something, and the opening of a credential.
fn changing() -> impl Iterator<Item = &'static Endpoint> {
    let changes = |endpoint: &&Endpoint| {
        endpoint.method != "GET"
            || endpoint.path.ends_with("/credentials")
            || endpoint.path.ends_with("/audit-log/export")
    };
    // `hooks.rs` has what a provider changes, and `console.rs` how people sign in and out.
    let elsewhere =
        |endpoint: &&Endpoint| endpoint.caller == Caller::Provider || endpoint.path == "/console/session";
    ENDPOINTS.iter().filter(changes).filter(move |endpoint| !elsewhere(endpoint))
}

fn action(endpoint: &Endpoint) -> AuditAction {
    use AuditAction::*;
    match (endpoint.method, endpoint.path.strip_prefix("/api/v1/").unwrap()) {
        ("POST", "connect-sessions" | "app-connections/{app}/{id}/relink") => SessionCreate,
        ("POST", "app-connections/{app}/{id}/revoke") => CredentialRevoke,
        ("POST", "app-connections/{app}/{id}/rotate") => CredentialRotate,
        ("POST", "app-connections/{app}/{id}/suspend") => ConnectionSuspend,
        ("POST", "app-connections/{app}/{id}/resume") => ConnectionResume,
        ("DELETE", "connect-sessions/{id}") => SessionRevoke,
        ("PATCH", "connect-sessions/{id}") | ("POST", "connect-sessions/{id}/link") => SessionChange,
        ("DELETE", "project") => ProjectDelete,
        ("POST", "project/restore" | "projects/{id}/restore") => ProjectRestore,
        ("POST", "connect" | "app-connections/{app}") => ConnectionCreate,
        ("POST", "connect/share") => SessionShare,
        ("DELETE", "connect/share") => SessionUnshare,
        ("PATCH", "app-connections/{app}/{id}") => ConnectionChange,
        ("DELETE", "app-connections/{app}/{id}") => ConnectionDelete,
        ("GET", "app-connections/{app}/{id}/credentials") => CredentialRead,
        ("GET", "audit-log/export") => AuditLogExport,
        ("POST", "app-connections/{app}/{id}/rollback") => CredentialChange,
        ("POST", "app-connections/{app}/{id}/verify") => ConnectionVerify,
        ("POST", "api-keys" | "projects/{id}/api-keys") => ApiKeyCreate,
        ("PATCH", "api-keys/{id}") => ApiKeyNarrow,
        ("POST", "console-links" | "projects/{id}/console-links") => ConsoleLinkCreate,
        ("DELETE", "console-sessions/{id}") => ConsoleSessionEnd,
        ("DELETE", "api-keys/{id}") => ApiKeyRevoke,
        ("POST", "vault/rewrap") => CredentialRewrap,
        ("POST", "projects") => ProjectCreate,
        ("PATCH", "project" | "projects/{id}") => ProjectChange,
        ("POST", "webhook-endpoints") => WebhookEndpointCreate,
        ("PATCH", "webhook-endpoints/{id}") => WebhookEndpointChange,
        ("DELETE", "webhook-endpoints/{id}") => WebhookEndpointDelete,
        ("POST", "webhook-endpoints/{id}/secret") => WebhookEndpointRotate,
        ("POST", "webhook-endpoints/{id}/replay") => WebhookEndpointReplay,
        ("POST", "test-clock") => TestClockAdvance,
        ("DELETE", "test-clock") => TestClockReset,
        (method, path) => panic!("say which entry {method} {path} writes"),
    }
}

#[test]
fn every_table_is_watched_or_has_a_reason_not_to_be() {
    let tables: BTreeSet<String> = Database::new().tables().into_iter().collect();
    let known = watched().into_iter().chain(UNWATCHED.map(|(table, _)| table));
    assert_eq!(tables, known.map(str::to_owned).collect());
}

#[test]
fn each_endpoint_leaves_one_entry_with_its_actor_action_and_subject() {
    let mut walked = 0;
    for endpoint in changing() {
        let what = format!("{} {}", endpoint.method, endpoint.path);
        let stage = Stage::of(endpoint);
        let short = endpoint.path.strip_prefix("/api/v1/").unwrap();
        if WITHOUT_ENTRY.iter().any(|(method, path, _)| (*method, *path) == (endpoint.method, short)) {
            continue;
        }
        walked += 1;
        let (token, actor) = match endpoint.caller {
            Caller::Session => {
                let session = &stage.session;
                (&session.1, json!({ "type": "session", "id": session.0, "endUserId": "user-7" }))
            }
            Caller::Owner => {
                (&ADMIN_TOKEN.to_owned(), json!({ "type": "owner", "id": null, "endUserId": null }))
            }
            _ => (&stage.key, json!({ "type": "api-key", "id": id_of(&stage.key), "endUserId": null })),
        };
        if (endpoint.method, short) == ("DELETE", "connect/share") {
            assert_eq!(stage.scenario.send("POST", endpoint.path, Some(token), None).status, 201);
        }
        if short == "app-connections/{app}/{id}/resume" {
            let suspend = stage.path(endpoint).replace("/resume", "/suspend");
            assert_eq!(stage.scenario.send("POST", &suspend, Some(token), None).status, 200);
        }
        if (endpoint.method, short) == ("DELETE", "projects/{id}") {
            assert_eq!(stage.send(endpoint, token).status, 200, "{what}");
            let deleted = stage.scenario.get("/api/v1/projects?state=deleted", ADMIN_TOKEN).body;
            let entry = &deleted["projects"][0];
            assert_eq!(
                (&entry["id"], &entry["deletedBy"]),
                (&json!(stage.scenario.project), &json!("owner"))
            );
            continue;
        }
        // The log of a project that was deleted is read when it is restored.
        let owns = |method: &str, path: &str| {
            let path = format!("/api/v1/projects/{}{path}", stage.scenario.project);
            assert_eq!(stage.scenario.send(method, &path, Some(ADMIN_TOKEN), None).status, 200, "{path}");
        };
        let mut subject = String::new();
        let mut entries = stage.added(|| {
            if short.ends_with("/restore") {
                owns("DELETE", "?force=true");
            }
            let answer = stage.send(endpoint, token);
            assert_eq!(answer.status, endpoint.status, "{what}: {}", answer.text);
            subject = stage.subject(endpoint, &answer);
            if (endpoint.method, short) == ("DELETE", "project") {
                owns("POST", "/restore");
            }
        });
        if short.ends_with("/restore") {
            assert_eq!(entries.pop().unwrap()["action"], "project.delete", "{what}");
        }
        if (endpoint.method, short) == ("DELETE", "project") {
            assert_eq!(entries.remove(0)["action"], "project.restore", "{what}");
        }
        if (endpoint.method, short) == ("POST", "projects") {
            // The log of the new project.
            let path = format!("/api/v1/projects/{subject}/api-keys");
            let new = json!({ "name": "x", "mode": "live", "scopes": ["admin"] });
            let key = text(&stage.scenario.post(&path, ADMIN_TOKEN, &new).body["key"]);
            entries =
                stage.scenario.get("/api/v1/audit-log", &key).body["entries"].as_array().unwrap().clone();
            assert_eq!(entries.remove(0)["action"], "api-key.create");
        }
        if short == "vault/rewrap" {
            // One for each value that was moved: the current one and the one before.
            assert_eq!(entries.pop().unwrap()["detail"], "version 1 to k2", "{what}");
        }
        assert_eq!(entries.len(), 1, "{what}: {entries:#?}");
        let expected = json!([actor, action(endpoint).as_str(), subject]);
        let entry = &entries[0];
        assert_eq!(json!([entry["actor"], entry["action"], entry["subject"]]), expected, "{what}");
        // The filter takes the id that the API shows.
        let found = stage.scenario.get(&format!("/api/v1/audit-log?subject={subject}"), &stage.key);
        let is_gone = short == "projects" || (endpoint.method, short) == ("DELETE", "project");
        assert!(is_gone || found.body["entries"][0] == *entry, "{what}: {}", found.text);
    }
    assert!(walked >= 16, "{walked}");
}

#[test]
fn the_owner_and_the_timer_move_credentials_in_their_own_name() {
    let stage = Stage::new();
    let by_owner = stage.added(|| drop(stage.scenario.post("/api/v1/vault/rewrap", ADMIN_TOKEN, &json!({}))));
    assert_eq!(by_owner.iter().map(|entry| &entry["actor"]["type"]).collect::<Vec<_>>(), ["owner", "owner"]);
    let stage = Stage::new();
    let by_timer = stage.added(|| assert!(pollster::block_on(rotate(&stage.scenario.platform)).is_ok()));
    assert_eq!(by_timer.iter().map(|entry| &entry["actor"]["type"]).collect::<Vec<_>>(), ["timer", "timer"]);
    assert_eq!(by_timer[0]["subject"], stage.account);
}

#[test]
fn what_changes_nothing_writes_no_entry_and_keeps_the_revision() {
    let mut walked = 0;
    for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.method == "PATCH") {
        walked += 1;
        let mut stage = Stage::new();
        stage.scenario.platform.config.public_url = Some("https://edge.example".to_owned());
        let (scenario, path) = (&stage.scenario, stage.path(endpoint));
        let short = endpoint.path.strip_prefix("/api/v1/").unwrap();
        // What it has, and other ways to write the same.
        let (token, state, more) = match short {
            "app-connections/{app}/{id}" => {
                (stage.key.as_str(), json!({ "name": "two", "description": "For payroll" }), vec![])
            }
            "api-keys/{id}" => (
                stage.key.as_str(),
                json!({ "scopes": ["connections:read", "admin"], "expiresAt": "2027-01-01T00:00:00.000Z",
                    "allowedAddresses": ["10.0.0.0/8", "2001:db8::/32"] }),
                vec![
                    json!({ "scopes": ["admin", "connections:read", "admin"] }),
                    json!({ "expiresAt": "2027-01-01T00:00:00Z" }),
                    json!({ "expiresAt": "2027-01-01T02:00:00+02:00" }),
                    json!({ "allowedAddresses": ["2001:DB8::/32", "10.0.0.0/8", "10.0.0.0/8"] }),
                    json!({ "allowedAddresses": ["10.0.0.0/8", "10.1.0.0/16", "2001:db8::/32"] }),
                ],
            ),
            // The test's clock stands still, so the same seconds are the same time.
            "connect-sessions/{id}" => (stage.key.as_str(), json!({ "expiresIn": 86_400 }), vec![]),
            "project" => (
                stage.key.as_str(),
                json!({ "name": "Renamed", "allowedOrigins": ["https://a.example.com"], "branding": { "radius": 4 } }),
                vec![],
            ),
            "projects/{id}" => (
                ADMIN_TOKEN,
                json!({ "name": "Renamed", "allowedOrigins": ["https://b.example.com", "https://a.example.com"],
                    "whiteLabel": true, "domains": ["connect.acme.com"], "hosts": { "okta": { "customDomains": true } },
                    "branding": { "colors": { "light": { "accent": "#0B6E4F" } }, "radius": 4 },
                    "checks": false, "checkEverySeconds": 7_200, "rotateEveryDays": 90, "relink": true }),
                vec![
                    json!({ "branding": { "radius": 4, "logo": null, "colors": { "light": { "accent": "#0B6E4F" } } } }),
                ],
            ),
            "webhook-endpoints/{id}" => (
                stage.key.as_str(),
                json!({ "url": "https://b.example.com/x", "types": ["connection.created"], "description": "Ours",
                    "enabled": false }),
                vec![json!({ "types": ["connection.created", "connection.created"] })],
            ),
            other => panic!("say what changes nothing at {other}"),
        };
        assert_eq!(scenario.patch(&path, token, &state).status, 200, "{short}");
        let members = state.as_object().unwrap().iter().map(|(name, value)| json!({ name: value }));
        let bodies: Vec<_> = members.chain([json!({}), state.clone()]).chain(more).collect();
        let object = scenario.platform.index.object(scenario.target());
        let rows = || {
            let keys = "SELECT id, scopes, expires, addresses FROM api_keys ORDER BY id";
            ["SELECT * FROM project", "SELECT * FROM connections", "SELECT * FROM webhook_endpoints", keys]
                .map(|statement| format!("{:?}", object.exec(statement, &[]).unwrap()))
        };
        let before = rows();
        for body in bodies {
            let mut etag = None;
            let entries = stage.added(|| {
                let answer = scenario.patch(&path, token, &body);
                assert_eq!(answer.status, 200, "{short} {body}: {}", answer.text);
                etag = answer.headers.get("etag").cloned();
            });
            assert_eq!(entries, Vec::<Value>::new(), "{short} {body}");
            assert_eq!(rows(), before, "{short} {body}");
            let now = scenario.get(&path, token).headers.get("etag").cloned();
            assert!(etag.is_none() || etag == now, "{short} {body}: {etag:?} is not {now:?}");
        }
        // An account without a description.
        if short.starts_with("app-connections") {
            let removed = json!({ "description": null });
            assert_eq!(stage.added(|| drop(scenario.patch(&path, token, &removed))).len(), 1);
            assert_eq!(stage.added(|| drop(scenario.patch(&path, token, &removed))).len(), 0);
        }
    }
    assert_eq!(walked, 6);
}

#[test]
fn an_entry_says_which_members_were_changed() {
    let stage = Stage::new();
    let account = format!("/api/v1/app-connections/okta/{}", stage.account);
    let changed = stage.added(|| drop(stage.scenario.patch(&account, &stage.key, &json!({ "name": "two" }))));
    assert_eq!(changed[0]["detail"], "name");
    let project = format!("/api/v1/projects/{}", stage.scenario.project);
    let body = json!({ "whiteLabel": true, "name": "Renamed" });
    let changed = stage.added(|| drop(stage.scenario.patch(&project, ADMIN_TOKEN, &body)));
    assert_eq!(changed[0]["detail"], "name, whiteLabel");
    let changes = json!({ "name": { "before": "Example", "after": "Renamed" },
        "whiteLabel": { "before": false, "after": true } });
    assert_eq!(changed[0]["changes"], changes);
    // Of a long value there is what proves it.
    let page = |name: &str| format!("https://app.example.com/{name}/{}", "x".repeat(300));
    let branding = json!({ "termsUrl": page("terms"), "privacyUrl": page("privacy") });
    let body = json!({ "branding": branding, "auditDays": 30, "auditAddresses": "network" });
    let changed = stage.added(|| drop(stage.scenario.patch(&project, ADMIN_TOKEN, &body)));
    let changes = &changed[0]["changes"];
    assert_eq!(changes["auditDays"], json!({ "before": 400, "after": 30 }));
    assert_eq!(changes["auditAddresses"], json!({ "before": "hash", "after": "network" }));
    let long = &changes["branding"]["after"];
    assert!(long["bytes"].as_u64().unwrap() > AUDIT_VALUE_MAX as u64, "{changes}");
    assert_eq!(text(&long["sha256"]).len(), 64);
}

#[test]
fn a_link_for_somebody_else_that_links_the_account_is_named() {
    let stage = Stage::new();
    let shared = stage.scenario.send("POST", "/api/v1/connect/share", Some(&stage.session.1), None);
    let token = text(&shared.body["url"]).rsplit_once('#').unwrap().1.to_owned();
    let linked = stage.added(|| {
        assert_eq!(stage.scenario.attempt(&token, "attempt-1", HOST, TOKEN).status, 200);
        // Repeated, it is one deed.
        assert_eq!(stage.scenario.attempt(&token, "attempt-1", HOST, TOKEN).status, 200);
    });
    assert_eq!(linked.len(), 1);
    assert_eq!(linked[0]["actor"], json!({ "type": "share", "id": stage.session.0, "endUserId": "user-7" }));
    let nothing = stage.added(|| {
        let again = stage.scenario.send("DELETE", "/api/v1/connect/share", Some(&stage.session.1), None);
        assert_eq!(again.status, 204, "{}", again.text);
        let again = stage.scenario.send("DELETE", "/api/v1/connect/share", Some(&stage.session.1), None);
        assert_eq!(again.status, 204, "{}", again.text);
    });
    assert_eq!(nothing.len(), 1, "the shared link may no longer ask for the result: {nothing:?}");
}

#[test]
fn a_repeated_request_with_an_idempotency_key_is_one_deed() {
    let stage = Stage::new();
    for (path, body) in [
        ("/api/v1/connect-sessions", json!({ "providers": ["okta"], "endUser": { "id": "u" } })),
        ("/api/v1/api-keys", json!({ "name": "x", "scopes": ["admin"] })),
    ] {
        let entries = stage.added(|| {
            for _ in 0..3 {
                let body = body.to_string();
                let header = [("idempotency-key", path)];
                let body = Some(("application/json", body.as_str()));
                let made = stage.scenario.send_with("POST", path, Some(&stage.key), body, &header);
                assert_eq!(made.status, 201, "{}", made.text);
            }
        });
        assert_eq!(entries.len(), 1, "{path}");
    }
}

/// One entry at once, and one at the end of each hour with the number of those that came after it.
#[test]
fn refused_logins_leave_one_entry_an_hour_with_their_number() {
    for of_session in [false, true] {
        let stage = Stage::new();
        let (path, token, action, subject) = match of_session {
            true => ("/api/v1/connect", &stage.session.1, "session.refuse", stage.session.0.clone()),
            false => {
                let key = &stage.scenario.live_key;
                ("/api/v1/app-connections", key, "api-key.refuse", id_of(key))
            }
        };
        let wrong = forged(token);
        let refused = |count: usize| {
            let answers = (0..count).map(|_| stage.scenario.get(path, &wrong).status);
            assert!(answers.into_iter().all(|status| [401, 429].contains(&status)));
        };
        let entries = stage.added(|| refused(50));
        assert_eq!(entries.len(), 1, "{entries:?}");
        let expected = json!({ "type": "unknown", "id": null, "endUserId": null });
        assert_eq!(entries[0]["actor"], expected);
        let named = |entry: &Value| ["action", "subject", "detail"].map(|member| text(&entry[member]));
        assert_eq!(named(&entries[0]), [action, &subject, "wrong secret: 1"]);
        let hour = |seconds| {
            stage.added(|| {
                stage.scenario.platform.wait(seconds);
                stage.scenario.platform.sweep_if_due(stage.scenario.target());
            })
        };
        assert_eq!(hour(3_000), Vec::<Value>::new());
        // Past the limit of the address nothing is counted.
        assert_eq!(stage.added(|| refused(200)), Vec::<Value>::new());
        let entries = hour(600);
        assert_eq!(entries.len(), 1, "{entries:?}");
        assert_eq!(named(&entries[0]), [action, &subject, "wrong secret: 109"]);
        assert_eq!(hour(3_600), Vec::<Value>::new());
        let object = stage.scenario.platform.index.object(stage.scenario.target());
        assert_eq!(object.count("refused_logins"), 0, "a quiet id is forgotten");
    }
}

#[test]
fn a_day_of_wrong_secrets_leaves_an_entry_an_hour() {
    let stage = Stage::new();
    let wrong = forged(&stage.scenario.live_key);
    let entries = stage.added(|| {
        for _ in 0..24 * 6 {
            stage.scenario.get("/api/v1/app-connections", &wrong);
            stage.scenario.platform.wait(600);
            stage.scenario.platform.sweep_if_due(stage.scenario.target());
        }
    });
    assert!((24..=25).contains(&entries.len()), "{}", entries.len());
    let counted = |entry: &Value| text(&entry["detail"]).rsplit_once(' ').unwrap().1.parse::<u32>().unwrap();
    assert_eq!(entries.iter().map(counted).sum::<u32>(), 24 * 6, "none is lost");
    // An id that is not there writes nothing.
    let (id, key) = stage.scenario.key_of(&json!({ "scopes": ["connections:read"] }));
    let revoke = || stage.scenario.send("DELETE", &format!("/api/v1/api-keys/{id}"), Some(&stage.key), None);
    assert_eq!(revoke().status, 200);
    assert!(stage.added(|| drop(stage.scenario.get("/api/v1/app-connections", &key))).is_empty());
}

#[test]
fn a_right_secret_in_the_wrong_place_or_too_late_is_named() {
    let stage = Stage::new();
    let limits = json!({ "scopes": ["connections:read"], "allowedAddresses": ["10.0.0.1"], "expiresAt": "2026-11-22T13:00:00Z" });
    let (id, key) = stage.scenario.key_of(&limits);
    let actor = json!({ "type": "api-key", "id": id, "endUserId": null });
    let elsewhere = stage.added(|| drop(stage.scenario.get("/api/v1/app-connections", &key)));
    assert_eq!((&elsewhere[0]["detail"], &elsewhere[0]["actor"]), (&json!("address not allowed: 1"), &actor));
    stage.scenario.platform.wait(3_600);
    let late = stage.added(|| drop(stage.scenario.get("/api/v1/app-connections", &key)));
    assert_eq!((&late[0]["detail"], &late[0]["actor"]), (&json!("expired key: 1"), &actor));
}

/// Every kind of entry is there, and none holds a secret, a part of one, a name, an e-mail address or a network address.
#[test]
fn entries_hold_ids_and_nothing_personal_or_secret() {
    let mut stage = Stage::new();
    stage.scenario.platform.config.public_url = Some("https://edge.example".to_owned());
    let scenario = &stage.scenario;
    let from = [("cf-connecting-ip", "203.0.113.77")];
    let get = |path: &str, token: &str| scenario.send_with("GET", path, Some(token), None, &from);
    get("/api/v1/connect", &forged(&stage.session.1));
    let guess = Person { cookie: forged(&stage.person.cookie), ..stage.person.clone() };
    assert_eq!(scenario.as_person(&guess, "GET", "/api/v1/console", None).status, 401);
    get("/api/v1/app-connections", &forged(&scenario.live_key));
    let leaving = scenario.sign_in("live", "viewer");
    assert_eq!(scenario.as_person(&leaving, "DELETE", "/console/session", None).status, 204);
    let me = format!("GET https://{HOST}/api/v1/users/me");
    scenario.platform.live.answer(&me, 401, r#"{"errorCode":"E0000011"}"#);
    assert_eq!(scenario.attempt(&stage.session.1, "attempt-0", HOST, TOKEN).status, 422);
    scenario.platform.live.okta(HOST);
    let shared = scenario.send("POST", "/api/v1/connect/share", Some(&stage.session.1), None);
    let share = text(&shared.body["url"]).rsplit_once('#').unwrap().1.to_owned();
    scenario.send("DELETE", "/api/v1/connect/share", Some(&stage.session.1), None);
    assert_eq!(scenario.attempt(&stage.session.1, "attempt-1", HOST, TOKEN).status, 200);
    // Time alone changes the health of an account that is not checked.
    scenario.platform.wait(4 * 24 * 3600);
    scenario.platform.sweep_if_due(scenario.target());
    // The push channel of an account is registered by its object.
    let answer = format!("GET https://{HOST}/api/v1/eventHooks");
    scenario.platform.live.answer(&answer, 403, r#"{"errorCode":"E0000006"}"#);
    let object = scenario.platform.index.object(scenario.target());
    let wants = "INSERT INTO hooks (connection, name, state, since, due) SELECT id, 'x', 'none', 0, 0 FROM connections WHERE app = 'okta'";
    object.exec(wants, &[]).unwrap();
    scenario.platform.sweep_if_due(scenario.target());
    // Of the endpoints, those last that end something that others need.
    let mut endpoints: Vec<_> = changing().filter(|endpoint| !endpoint.path.contains("/connect/")).collect();
    endpoints.sort_by_key(|endpoint| endpoint.method == "DELETE");
    // The account can be ended once: the others have it before, and `revoke` has one of its own.
    endpoints.retain(|endpoint| !endpoint.path.ends_with("/revoke"));
    let ended = format!("{}/revoke", scenario.account("ended", TOKEN));
    assert_eq!(scenario.send("POST", &ended, Some(&stage.key), None).status, 200);
    let own = ["/api/v1/project", "/api/v1/projects/{id}"];
    for endpoint in endpoints.iter().filter(|endpoint| !own.contains(&endpoint.path)) {
        stage.send(endpoint, if endpoint.caller == Caller::Owner { ADMIN_TOKEN } else { &stage.key });
    }
    let test_admin = scenario.test_admin();
    for endpoint in endpoints.iter().filter(|endpoint| endpoint.path.ends_with("/test-clock")) {
        stage.send(endpoint, &test_admin);
    }
    // An endpoint that is gone.
    scenario.platform.live.answer("POST https://app.example.com/webhooks", 410, "");
    let _ = scenario.webhook_endpoint();
    let _ = scenario.account("told", TOKEN);
    scenario.platform.pass(scenario.target(), 1);
    let project = format!("/api/v1/projects/{}", scenario.project);
    scenario.patch(&project, ADMIN_TOKEN, &json!({ "whiteLabel": true }));
    // An open session is extended, and the project deleted and restored.
    let new = json!({ "providers": ["okta"], "endUser": { "id": "user-7", "name": "Ada Lovelace" } });
    let open = text(&scenario.post("/api/v1/connect-sessions", &stage.key, &new).body["id"]);
    let open = format!("/api/v1/connect-sessions/{open}");
    assert_eq!(scenario.patch(&open, &stage.key, &json!({ "expiresIn": 86_400 })).status, 200);
    for (method, end) in [("DELETE", "?force=true"), ("POST", "/restore")] {
        let answer = scenario.send(method, &format!("{project}{end}"), Some(ADMIN_TOKEN), None);
        assert_eq!(answer.status, 200, "{end}: {}", answer.text);
    }
    assert_eq!(get("/api/v1/audit-log/export", &stage.key).status, 200);
    let object = scenario.platform.index.object(scenario.target());
    let actions: BTreeSet<String> =
        object.values("SELECT action FROM audit", &[]).unwrap().into_iter().collect();
    assert_eq!(actions, AuditAction::ALL.iter().map(|action| action.to_string()).collect());
    let rows = format!("{:?}", object.exec("SELECT * FROM audit", &[]).unwrap());
    let console = stage.person.token();
    let secrets = [TOKEN, &stage.session.1, &share, &stage.key, &scenario.live_key, console];
    let secrets = secrets.map(|secret| secret.rsplit('.').next().unwrap());
    for secret in
        secrets.iter().flat_map(|secret| [disguises(secret), disguises(secret.get(8..20).unwrap())].concat())
    {
        assert!(!rows.contains(&secret), "{secret} is in {rows}");
    }
    for personal in ["Ada", "ada@", "Big Bank", "Renamed", "203.0.113", HOST] {
        assert!(!rows.contains(personal), "{personal} is in {rows}");
    }
    assert!(rows.contains("user-7"), "the backend's id of the person");
}

#[test]
fn an_entry_has_a_limited_size() {
    let stage = Stage::new();
    let ranges: Vec<_> =
        (0..20).map(|at| format!("2001:0db8:0000:0000:0000:0000:00{at:02x}:0000/128")).collect();
    let wide = "\u{1f511}".repeat(64);
    let body = json!({ "name": wide, "scopes": latchkey_shared::KeyScope::ALL, "allowedAddresses": ranges });
    let made = stage.added(|| drop(stage.scenario.post("/api/v1/api-keys", &stage.key, &body)));
    assert_eq!(made.len(), 1);
    assert_eq!(text(&made[0]["detail"]).chars().count().min(AUDIT_DETAIL_MAX + 1), AUDIT_DETAIL_MAX);
}

#[test]
fn entries_of_an_older_version_keep_their_actor() {
    let database = Database::empty();
    let column = "SELECT 1 FROM pragma_table_info('audit') WHERE name = 'actor_type'";
    let newest = schema::VERSION as usize;
    let before = (1..=newest)
        .find(|version| {
            schema::migrate_to(&Database::empty(), *version).unwrap();
            let database = Database::empty();
            schema::migrate_to(&database, *version).unwrap();
            database.exists(column, &[]).unwrap()
        })
        .unwrap();
    schema::migrate_to(&database, before - 1).unwrap();
    for actor in ["owner", "session", "5Xk2mQ0fV9sYb7Tn3Hc1Ld"] {
        let row = vec![
            ("at", 1_u32.into()),
            ("actor", actor.into()),
            ("action", "credential.change".into()),
            ("subject", "x".into()),
            ("detail", "".into()),
        ];
        database.insert("INTO audit", row).unwrap();
    }
    schema::migrate(&database).unwrap();
    let actors: Vec<String> =
        database.values("SELECT actor_type || ' ' || actor FROM audit ORDER BY id", &[]).unwrap();
    assert_eq!(actors, ["owner ", "session ", "api-key 5Xk2mQ0fV9sYb7Tn3Hc1Ld"]);
}

/// The rows of a table in `edge/README.md` below this heading: the first cell, without its backquotes.
fn documented(heading: &str) -> Vec<String> {
    let readme = include_str!("../../edge/README.md");
    let (_, section) = readme.split_once(heading).unwrap_or_else(|| panic!("{heading} is missing"));
    let rows = section.lines().skip_while(|line| !line.starts_with('|')).skip(1);
    let rows = rows.take_while(|line| line.starts_with('|'));
    rows.map(|row| row.split('`').nth(1).unwrap().to_owned()).collect()
}

#[test]
fn the_readme_has_every_action_and_every_kind_of_actor() {
    assert_eq!(documented("| action |"), AuditAction::ALL.map(|action| action.to_string()).to_vec());
    assert_eq!(documented("| actor |"), ActorType::ALL.map(|kind| kind.to_string()).to_vec());
}
