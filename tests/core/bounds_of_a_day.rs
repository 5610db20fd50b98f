//! A day at full quota: every request that a page, a session, a shared link, an API key or a provider can send, with bodies as
//! large as they may be. The project's database stays within its limits, and what was stored can still be deleted.
//!
//! It walks the router's table, so an endpoint that is new fails here until it is said what it can store. A minute is sent
//! in full. Then the rows of the rest of the day are added by setting their counts to the limits, and a minute is sent again.

use latchkey_edge::access::tokens::{hook_id, hook_secret};
use latchkey_edge::router::{Caller, ENDPOINTS, Endpoint};
use latchkey_edge::store::sql::Sql;
use latchkey_edge::time::iso;
use latchkey_shared::limits::{
    ATTEMPTS_MAX, CONNECTIONS_MAX, EVENTS_PER_DELIVERY, HOOK_CHANGES_PER_HOUR, HOOK_EVENTS_MAX,
    HOOK_EVENTS_PER_ACCOUNT, IDEMPOTENCY_MAX, INTENTS_MAX, OUTCOMES_MAX, PROVIDER_EVENTS_MAX,
    PROVIDER_EVENTS_PER_ACCOUNT, SEALED_MAX, SESSIONS_MAX, STORAGE_MAX,
};
use latchkey_shared::{ProjectId, base62};
use latchkey_tests::{ADMIN_TOKEN, Answer, Database, Scenario, told, whole};
use serde_json::{Map, Value, json};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The requests of a session in a minute, which are its quota.
const OF_A_SESSION: u32 = 120;
/// An eighth of the requests in a short run, and all of them in a whole one.
fn part_of(requests: u32) -> u32 {
    if whole() { requests } else { requests / 8 }
}

/// The requests of an API key in a minute, in this test. The quota is larger, and each request is like these.
const OF_A_KEY: u32 = 150;
/// The most bytes that one request may add to the database, with its share of indexes and free space in pages.
const PER_REQUEST: i64 = 48 * 1024;
/// The largest response, in bytes, that is not a page.
const RESPONSE_MAX: usize = 256 * 1024;
/// The largest list, in bytes: fifty accounts, each with what a session and a report may hold.
const LIST_MAX: usize = 50 * (16 + 16 + 4) * 1024;

/// The kinds of rows that are counted, with the most of each.
fn kinds() -> Vec<(String, i64)> {
    let modes = |kind: &'static str, most| ["test", "live"].map(|mode| ([kind, mode].concat(), most));
    let rows = [("sessions", SESSIONS_MAX), ("connections", CONNECTIONS_MAX), ("intents", INTENTS_MAX)];
    let mut kinds: Vec<_> = rows.into_iter().flat_map(|(kind, most)| modes(kind, most)).collect();
    kinds.extend(modes("idempotency", IDEMPOTENCY_MAX));
    let rest = [("attempts", OUTCOMES_MAX), ("sealed_answers", SEALED_MAX), ("hook_events", HOOK_EVENTS_MAX)];
    let rest = rest.into_iter().chain([("provider_events", PROVIDER_EVENTS_MAX)]);
    kinds.extend(rest.map(|(kind, most)| (kind.to_owned(), most)));
    kinds
}

/// A deployment whose provider names as much as a response may hold.
struct Day {
    scenario: Scenario,
    object: Rc<Database>,
    /// Makes names and ids that differ.
    number: Cell<u32>,
    /// A session, its token, and the token of its shared link.
    session: (String, String, String),
    /// The path of an account, a key that opens credentials, and the id of an API key to change.
    account: String,
    opener: String,
    inviter: String,
    changed_key: String,
    test_admin: String,
    /// A webhook endpoint that accepts nothing.
    webhook: String,
    /// The path of the account's push channel, and its secret.
    channel: (String, String),
}

impl Day {
    fn new() -> Self {
        told::off();
        let scenario = Scenario::new();
        scenario.platform.live.okta("acme.okta.com");
        let wide = "\u{1f511}".repeat(300);
        let user = json!({ "id": "00uada", "status": "ACTIVE",
            "profile": { "login": wide, "firstName": wide, "lastName": wide } });
        scenario.platform.live.answer("GET https://acme.okta.com/api/v1/users/me", 200, &user.to_string());
        let roles: Vec<_> =
            (0..300).map(|_| json!({ "type": "SUPER_ADMIN", "label": wide, "status": "ACTIVE" })).collect();
        let roles_of = "GET https://acme.okta.com/api/v1/users/00uada/roles";
        scenario.platform.live.answer(roles_of, 200, &json!(roles).to_string());
        scenario.platform.live.okta("no.okta.com");
        let refusal = r#"{"errorCode":"E0000011"}"#;
        scenario.platform.live.answer("GET https://no.okta.com/api/v1/users/me", 401, refusal);
        let account = scenario.account("one", &token(0));
        let opener = scenario.key_with(&["credentials:read"]);
        let inviter = scenario.key_with(&["admin", "console"]);
        let (changed_key, _) = scenario.key_of(&json!({ "scopes": ["connections:read"] }));
        let (_, test_admin) = scenario.key_of(&json!({ "mode": "test", "scopes": ["admin"] }));
        let object = scenario.platform.index.object(scenario.target());
        let project = ProjectId::parse(&scenario.project).unwrap();
        let id = hook_id(&scenario.platform.config, project, 7);
        let secret = hook_secret(&scenario.platform.config, &id);
        let hook =
            "INSERT INTO hooks (connection, name, state, since, id) SELECT id, 'Ours', 'registered', 0, ?
            FROM connections";
        object.exec(hook, &[base62::encode(7).into()]).unwrap();
        let webhook = scenario.webhook_endpoint();
        scenario.platform.live.answer("POST https://app.example.com/webhooks", 500, &wide);
        let none = String::new();
        let mut day = Self {
            scenario,
            object,
            number: Cell::new(0),
            session: (none.clone(), none.clone(), none),
            account,
            opener,
            inviter,
            changed_key,
            test_admin,
            webhook,
            channel: (format!("/hooks/okta/{id}"), secret.expose().to_owned()),
        };
        day.session = day.new_session();
        day
    }

    fn next(&self) -> u32 {
        self.number.set(self.number.get() + 1);
        self.number.get()
    }

    /// A new session with a shared link.
    fn new_session(&self) -> (String, String, String) {
        let made = self.scenario.post("/api/v1/connect-sessions", &self.scenario.live_key, &large_session());
        assert_eq!(made.status, 201, "{}", made.text);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let own = text(&made.body["token"]);
        let shared = self.scenario.send("POST", "/api/v1/connect/share", Some(&own), None);
        let shared = shared.body["url"].as_str().unwrap().rsplit_once('#').unwrap().1.to_owned();
        (text(&made.body["id"]), own, shared)
    }

    /// The token that the endpoint takes.
    fn token(&self, endpoint: &Endpoint) -> Option<&str> {
        match endpoint.caller {
            Caller::Anyone | Caller::AnyoneOrKey | Caller::Provider => None,
            Caller::Session if endpoint.path.ends_with("/share") => Some(&self.session.1),
            Caller::Session if self.next().is_multiple_of(2) => Some(&self.session.1),
            Caller::Session => Some(&self.session.2),
            Caller::Owner => Some(ADMIN_TOKEN),
            _ if endpoint.path.ends_with("/console-links") => Some(&self.inviter),
            _ if endpoint.path.ends_with("/credentials") => Some(&self.opener),
            _ if endpoint.path.contains("/api-keys")
                || endpoint.path.contains("/console-sessions")
                || endpoint.path.contains("/webhook-endpoints") =>
            {
                Some(self.scenario.admin_key())
            }
            _ if endpoint.path.ends_with("/test-clock") => Some(&self.test_admin),
            _ => Some(&self.scenario.live_key),
        }
    }

    fn path(&self, endpoint: &Endpoint) -> String {
        if endpoint.path.starts_with("/hooks/") {
            return self.channel.0.clone();
        }
        let id = match endpoint.path.split('/').nth(3).unwrap_or_default() {
            "app-connections" => self.account.rsplit('/').next().unwrap(),
            "connect-sessions" => &self.session.0,
            "api-keys" => &self.changed_key,
            "projects" => &self.scenario.project,
            "webhook-endpoints" => &self.webhook,
            _ if endpoint.path.starts_with("/api/") => "okta",
            _ => &self.session.0,
        };
        endpoint.path.replace("{app}", "okta").replace("{id}", id).replace("{name}", "one")
    }

    /// A body of an endpoint that writes, as large as it may be, another one each time.
    fn body(&self, endpoint: &Endpoint) -> Option<Value> {
        let number = self.next();
        let credentials = || json!({ "instanceUrl": "acme.okta.com", "apiToken": token(number) });
        if (endpoint.method, endpoint.caller) == ("POST", Caller::Provider) {
            return Some(self.delivery());
        }
        let wide = "\u{1f511}".repeat(256);
        Some(match (endpoint.method, endpoint.path.strip_prefix("/api/v1/")?) {
            ("GET", _) => return None,
            ("POST", "connect") => self.attempt(number),
            ("POST", "connect/cancel") => json!({ "attemptId": format!("{number:064}") }),
            ("PUT", "connect/progress") => {
                let steps: Vec<_> = (0..64).map(|step| format!("1.1.1.1.{step:04}")).collect();
                let host = format!("{}.okta.com", "a".repeat(60));
                json!({ "app": "okta", "fields": { "instanceUrl": host }, "steps": steps })
            }
            ("POST" | "DELETE", "connect/share") => return None,
            ("POST", "connect-sessions") => large_session(),
            // What it would end is made anew, so that the next request ends something too.
            ("DELETE", "connect-sessions/{id}" | "app-connections/{app}/{id}" | "api-keys/{id}") => {
                return None;
            }
            ("POST", "app-connections/{app}") => {
                json!({ "name": format!("a-{number}"), "method": "api-token",
                "description": wide, "credentials": credentials() })
            }
            ("PATCH", "app-connections/{app}/{id}") if number.is_multiple_of(2) => {
                json!({ "name": format!("n-{number}"), "description": wide, "credentials": credentials() })
            }
            ("PATCH", "app-connections/{app}/{id}") => json!({ "description": wide }),
            ("POST", "app-connections/{app}/{id}/suspend") => {
                json!({ "reason": format!("{}{number}", "\u{1f511}".repeat(240)) })
            }
            ("POST", "app-connections/{app}/{id}/relink") => {
                // As long as it may live: one that has ended makes room for others.
                json!({ "endUser": { "id": format!("{number:0200}") }, "expiresIn": 2_592_000 })
            }
            (
                "POST",
                "app-connections/{app}/{id}/rollback"
                | "app-connections/{app}/{id}/verify"
                | "app-connections/{app}/{id}/revoke"
                | "app-connections/{app}/{id}/rotate"
                | "app-connections/{app}/{id}/resume",
            ) => return None,
            ("POST", "api-keys" | "projects/{id}/api-keys") => {
                json!({ "name": "\u{1f511}".repeat(64), "scopes": ["connections:read"], })
            }
            ("PATCH", "api-keys/{id}") => {
                let ranges: Vec<_> = (number % 20..20).map(|at| format!("192.0.2.{at}")).collect();
                json!({ "allowedAddresses": ranges, "expiresAt": "2099-12-31T23:59:59Z" })
            }
            // The owner of the deployment is trusted with its storage.
            ("POST" | "PATCH" | "DELETE", path) if path.starts_with("projects") => return None,
            // It ends what a day could fill, and an admin of the project is trusted with that.
            ("DELETE", "project") | ("POST", "project/restore") => return None,
            ("PATCH", "connect-sessions/{id}") | ("POST", "connect-sessions/{id}/link") => return None,
            ("POST", "vault/rewrap") => return None,
            ("POST", "console-links") => json!({ "name": "\u{1f511}".repeat(64), "role": "support" }),
            ("DELETE", "console-sessions/{id}") => return None,
            ("POST", "webhook-endpoints") => {
                json!({ "url": format!("https://app.example.com/{number:0470}"), "description": wide })
            }
            ("PATCH", "project") => json!({ "name": format!("{number:064}") }),
            ("PATCH", "webhook-endpoints/{id}") => json!({ "description": format!("{number:0256}") }),
            ("POST", "webhook-endpoints/{id}/replay") => json!({ "since": "2026-01-01T00:00:00Z" }),
            ("POST", "webhook-endpoints/{id}/secret" | "webhook-endpoints/{id}/test") => return None,
            ("DELETE", "webhook-endpoints/{id}") => return None,
            ("POST", "test-clock") => json!({ "advance": 1 }),
            ("DELETE", "test-clock") => return None,
            (method, path) => panic!("say what {method} {path} can store, with a body as large as it may be"),
        })
    }

    /// A delivery with as many events as are read, each of which would change the account or its history.
    fn delivery(&self) -> Value {
        let wide = "\u{1f511}".repeat(100);
        let event = |_| {
            let number = self.next();
            let kind = ["suspend", "deactivate", "unsuspend"][number as usize % 3];
            let mut event = json!({ "uuid": number.to_string(), "eventType": format!("user.lifecycle.{kind}"),
                "published": iso(self.scenario.platform.clock.0.get()), "target": [{ "id": "00uada" }] });
            if number.is_multiple_of(20) {
                let party = json!({ "id": "00uada", "type": wide, "displayName": wide, "alternateId": wide });
                event["eventType"] = json!("system.api_token.create");
                event["target"] = json!(vec![&party; 5]);
                (event["displayMessage"], event["actor"]) = (json!(wide), party);
            }
            event
        };
        json!({ "data": { "events": (0..EVENTS_PER_DELIVERY).map(event).collect::<Vec<_>>() } })
    }

    /// An attempt: of some the key is refused, others are wrong or never arrive.
    fn attempt(&self, number: u32) -> Value {
        let id = format!("attempt-{number}");
        let unknown = |count: u32| -> Map<String, Value> {
            (0..count).map(|at| (format!("f{at}"), json!({ "text": "x" }))).collect()
        };
        let session = self.session.1.as_str();
        match number % 4 {
            0 => json!({ "attemptId": id, "app": "okta", "fields": unknown(3_000) }),
            1 => json!({ "attemptId": id, "app": "okta", "fields": unknown(20) }),
            2 => {
                let token = token(number);
                let values = [("instanceUrl", "no.okta.com"), ("apiToken", token.as_str())];
                self.scenario.sealed_body(&id, session, "okta", &values)
            }
            _ => {
                let token = token(number);
                let values = [("instanceUrl", "down.okta.com"), ("apiToken", token.as_str())];
                self.scenario.sealed_body(&id, session, "okta", &values)
            }
        }
    }

    fn send(&self, endpoint: &Endpoint) -> Answer {
        let body = self.body(endpoint).map(|body| body.to_string());
        let body = body.as_deref().map(|body| ("application/json", body));
        let once = format!("{:0200}", self.next());
        let proof = ("authorization", self.channel.1.as_str());
        let mut headers = vec![("idempotency-key", once.as_str()), ("cf-connecting-ip", "192.0.2.1")];
        headers.extend((endpoint.caller == Caller::Provider).then_some(proof));
        self.scenario.send_with(endpoint.method, &self.path(endpoint), self.token(endpoint), body, &headers)
    }

    /// Sends a minute's requests to each endpoint. Returns how often each status came.
    fn minute(&self) -> BTreeMap<(String, u16), u32> {
        let mut statuses = BTreeMap::new();
        for endpoint in ENDPOINTS {
            let ends = endpoint.path.ends_with("/revoke")
                || endpoint.path.ends_with("/link")
                || endpoint.path.ends_with("/project/restore")
                || (endpoint.method == "DELETE" && endpoint.path.ends_with("{id}"));
            let count = match endpoint.caller {
                // The owner's calls, and those that end what the others need, are sent elsewhere.
                Caller::Owner | Caller::OwnerOrAdminKey => continue,
                _ if ends => continue,
                Caller::Session => part_of(OF_A_SESSION),
                // Those that only read store the time of the key's last use at most.
                _ if endpoint.method == "GET" && !endpoint.path.ends_with("/credentials") => 10,
                _ => part_of(OF_A_KEY),
            };
            // Pages count for the address and write nothing.
            if endpoint.caller != Caller::Anyone {
                self.scenario.platform.wait(60);
                self.scenario.platform.sweep_if_due(self.scenario.target());
            }
            let before = self.object.size().unwrap();
            for _ in 0..count {
                let answer = self.send(endpoint);
                let name = format!("{} {}", endpoint.method, endpoint.path);
                let lists = ["GET /api/v1/app-connections", "GET /api/v1/app-connections/{app}"];
                let most = if lists.contains(&name.as_str()) { LIST_MAX } else { RESPONSE_MAX };
                assert!(answer.text.len() < most, "{name}: {} bytes", answer.text.len());
                *statuses.entry((name, answer.status)).or_default() += 1;
            }
            let grew = (self.object.size().unwrap() - before) / i64::from(count);
            assert!(grew < PER_REQUEST, "{} {}: {grew} bytes each", endpoint.method, endpoint.path);
        }
        statuses
    }

    fn rows(&self, kind: &str) -> i64 {
        let rows = self.object.value("SELECT rows FROM row_counts WHERE kind = ?", &[kind.into()]);
        rows.unwrap().unwrap_or_default()
    }

    /// Every kind of row with its count and limit. `audit_chain.rs` has those of the audit log.
    fn counts(&self) -> Vec<(String, i64, i64)> {
        kinds().into_iter().map(|(kind, most)| (kind.clone(), self.rows(&kind), most)).collect()
    }
}

fn token(number: u32) -> String {
    format!("00aBcDeFgHiJkLmNoPqRsTuVwXyZ012345678{number:05}")
}

/// A session with texts as long as they may be together.
fn large_session() -> Value {
    let wide = "\u{1f511}".repeat(200);
    let metadata: Map<String, Value> = (0..10).map(|at| (format!("{at:040}"), json!(wide))).collect();
    json!({ "providers": ["okta"], "endUser": { "id": wide, "name": wide, "email": wide },
        "expiresIn": 2_592_000, "metadata": metadata, "description": "\u{1f511}".repeat(256),
        "returnUrl": format!("https://app.example.com/{}", "x".repeat(1_900)) })
}

#[test]
fn a_day_at_full_quota_stays_within_the_limits_and_everything_can_be_deleted() {
    let day = Day::new();
    let statuses = day.minute();
    let accepted = |name: &str, status| statuses.get(&(name.to_owned(), status)).copied().unwrap_or_default();
    for (name, status) in [
        ("POST /api/v1/connect-sessions", 201),
        ("POST /api/v1/app-connections/{app}", 201),
        ("PATCH /api/v1/app-connections/{app}/{id}", 200),
        ("GET /api/v1/app-connections/{app}/{id}/credentials", 200),
        ("PUT /api/v1/connect/progress", 204),
        ("POST /api/v1/connect/share", 201),
        ("POST /hooks/{app}/{id}", 204),
    ] {
        assert!(accepted(name, status) >= part_of(100), "{name} did not write: {statuses:#?}");
    }
    // The triggers count right.
    for (table, kinds) in [("sessions", 2), ("connections", 2), ("intents", 2), ("idempotency", 2)] {
        let counted: i64 = ["test", "live"].iter().map(|mode| day.rows(&[table, mode].concat())).sum();
        assert_eq!(counted, day.object.count(table), "{table}, {kinds} modes");
    }
    for table in ["attempts", "sealed_answers", "hook_events"] {
        assert_eq!(day.rows(table), day.object.count(table), "{table}");
    }
    // One session, whatever was sent with its two tokens.
    assert!(day.object.count("attempts") <= ATTEMPTS_MAX, "{}", day.object.count("attempts"));
    let shown = day.object.count("provider_events");
    assert!((1..=PROVIDER_EVENTS_PER_ACCOUNT).contains(&shown), "{shown}");
    let remembered = day.object.count("hook_events");
    assert!((1..=HOOK_EVENTS_PER_ACCOUNT).contains(&remembered), "{remembered} pushed events");
    let pushed = "SELECT count(*) FROM audit WHERE actor_type = 'provider'";
    let pushed: Option<i64> = day.object.value(pushed, &[]).unwrap();
    assert!(
        pushed.is_some_and(|changes| (1..=i64::from(HOOK_CHANGES_PER_HOUR)).contains(&changes)),
        "{pushed:?}"
    );
    assert!(day.object.count("versions") <= 50, "{}", day.object.count("versions"));
    assert!(day.object.count("api_keys") <= 200, "{}", day.object.count("api_keys"));
    assert!(day.object.count("failures") <= 400, "{}", day.object.count("failures"));

    // The rest of the day: every kind of row is at its limit.
    for (kind, _, most) in day.counts() {
        day.object
            .exec("UPDATE row_counts SET rows = ? WHERE kind = ?", &[most.into(), kind.into()])
            .unwrap();
    }
    let before = day.object.size().unwrap();
    let statuses = day.minute();
    for (kind, rows, most) in day.counts() {
        assert!(rows <= most, "{kind}: {rows} of {most} rows");
    }
    let grew = day.object.size().unwrap() - before;
    assert!(grew < 4 << 20, "a minute at the limits added {grew} bytes");
    let accepted = |name: &str| statuses.get(&(name.to_owned(), 409)).copied().unwrap_or_default();
    for name in ["POST /api/v1/connect-sessions", "POST /api/v1/app-connections/{app}"] {
        assert!(accepted(name) >= part_of(100), "{name} was not refused: {statuses:#?}");
    }
    assert_everything_can_be_deleted(&day);
}

/// Deletes an account, a session and an API key, and makes others in their place.
fn assert_everything_can_be_deleted(day: &Day) {
    let (scenario, key) = (&day.scenario, &day.scenario.live_key);
    scenario.platform.wait(60);
    assert_eq!(scenario.get("/api/v1/connect", &day.session.1).status, 200);
    let admin = scenario.admin_key();
    let listed = scenario.get("/api/v1/api-keys", admin);
    let revoked = listed.body["apiKeys"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap();
    for (path, key) in [
        (day.account.clone(), key.as_str()),
        (format!("/api/v1/connect-sessions/{}", day.session.0), key.as_str()),
        (format!("/api/v1/api-keys/{revoked}"), admin),
    ] {
        let deleted = scenario.send("DELETE", &path, Some(key), None);
        assert!(deleted.status < 300, "{path}: {}", deleted.text);
    }
}

#[test]
fn room_comes_back_with_what_is_deleted() {
    let day = Day::new();
    let refused =
        |answer: &Answer| assert_eq!(answer.problem(), (409, "limit_reached", None), "{}", answer.text);
    for (kind, _, most) in day.counts().into_iter().filter(|(kind, ..)| !kind.starts_with("intents")) {
        day.object
            .exec("UPDATE row_counts SET rows = ? WHERE kind = ?", &[most.into(), kind.into()])
            .unwrap();
    }
    let new_session =
        || day.scenario.post("/api/v1/connect-sessions", &day.scenario.live_key, &large_session());
    refused(&new_session());
    refused(&day.scenario.create("two", &token(7), &[]));
    let values =
        [("instanceUrl", "acme.okta.com"), ("apiToken", "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab")];
    refused(&day.scenario.attempt_as("attempt-1", &day.session.1, "okta", &values));
    assert_everything_can_be_deleted(&day);
    assert_eq!(day.scenario.create("two", &token(7), &[]).status, 201);
    assert_eq!(new_session().status, 201, "a revoked session leaves its place");
    // So does one that expired.
    day.scenario.platform.wait(31 * 24 * 3600);
    assert_eq!(new_session().status, 201);
}

#[test]
fn a_full_database_stores_nothing_new_and_lets_everything_be_read_and_deleted() {
    let day = Day::new();
    day.object.filled.set(STORAGE_MAX);
    let before = day.object.count("sessions") + day.object.count("intents") + day.object.count("idempotency");
    for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.method != "GET") {
        let grows = matches!(
            (endpoint.method, endpoint.path.strip_prefix("/api/v1/").unwrap_or_default()),
            ("POST", "connect-sessions" | "app-connections/{app}" | "api-keys")
        );
        if grows {
            let answer = day.send(endpoint);
            assert_eq!(answer.problem().1, "limit_reached", "{}: {}", endpoint.path, answer.text);
        }
    }
    let change = json!({ "credentials": { "instanceUrl": "acme.okta.com", "apiToken": token(9) } });
    let changed = day.scenario.patch(&day.account, &day.scenario.live_key, &change);
    assert_eq!(changed.problem().1, "limit_reached", "{}", changed.text);
    let after = day.object.count("sessions") + day.object.count("intents") + day.object.count("idempotency");
    assert_eq!(after, before);
    assert_eq!(day.scenario.get(&day.account, &day.scenario.live_key).status, 200);
    assert_everything_can_be_deleted(&day);
}

#[test]
fn idempotency_keys_of_every_request_stay_within_their_limit() {
    let day = Day::new();
    for path in ["/api/v1/app-connections/okta", "/api/v1/connect-sessions", "/api/v1/api-keys"] {
        let full = [IDEMPOTENCY_MAX.into()];
        day.object.exec("UPDATE row_counts SET rows = ? WHERE kind = 'idempotencylive'", &full).unwrap();
        let endpoint = ENDPOINTS
            .iter()
            .find(|endpoint| endpoint.method == "POST" && path == endpoint.path.replace("{app}", "okta"));
        let made = day.send(endpoint.unwrap());
        assert_eq!(made.status, 201, "{path}: {}", made.text);
        let rows = day.rows("idempotencylive");
        assert!(rows <= IDEMPOTENCY_MAX, "{path}: {rows} of {IDEMPOTENCY_MAX} rows");
    }
}
