//! Push channels: a delivery is read only if it is genuine, and each of its events does to the account what the provider's file
//! says, once, and in whatever order deliveries arrive.

use latchkey_edge::access::tokens::{hook_id, hook_secret};
use latchkey_edge::ports::FetchError;
use latchkey_edge::store::sql::Sql;
use latchkey_edge::time::iso;
use latchkey_provider_file::{Files, read};
use latchkey_shared::hook::Hook;
use latchkey_shared::token::RoutedId;
use latchkey_shared::{ProjectId, base62};
use latchkey_tests::{Answer, Scenario};
use serde_json::{Value, json};

#[path = "hooks/bounds.rs"]
mod bounds;
#[path = "hooks/history.rs"]
mod history;
#[path = "hooks/order.rs"]
mod order;
#[path = "hooks/proof.rs"]
mod proof;

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const HOST: &str = "acme.okta.com";
const KEY: &str = "00Tkeykeykeykeykeyke";
const OWNER: &str = "00uada";

/// A linked account of Okta with a push channel.
struct Hooked {
    scenario: Scenario,
    account: String,
    id: RoutedId,
    secret: String,
}

impl Hooked {
    /// An account whose report has the id of its key.
    fn new() -> Self {
        Self::with(&json!([{ "id": KEY, "userId": OWNER, "clientName": "Okta API", "name": "Ours" }]))
    }

    /// An account for which Okta lists these tokens.
    fn with(tokens: &Value) -> Self {
        let scenario = Scenario::new();
        scenario.platform.live.okta(HOST);
        let listed = format!("GET https://{HOST}/api/v1/api-tokens");
        scenario.platform.live.answer(&listed, 200, &tokens.to_string());
        let session = scenario.session(&scenario.live_key);
        let values = [("instanceUrl", HOST), ("apiToken", TOKEN), ("eventHookName", "Our hook")];
        let linked = scenario.submit(&session, "okta", &values);
        assert_eq!(linked.status, 200, "{}", linked.text);
        let account = linked.body["connection"]["id"].as_str().unwrap().to_owned();
        let project = ProjectId::parse(&scenario.project).unwrap();
        let id = hook_id(&scenario.platform.config, project, 7);
        let secret = hook_secret(&scenario.platform.config, &id).expose().to_owned();
        let hooked = Self { scenario, account, id, secret };
        hooked.set("id", base62::encode(7).as_str());
        hooked.set("state", "registered");
        hooked.scenario.platform.wait(3600);
        hooked
    }

    /// Sets a column of the channel.
    fn set(&self, column: &str, value: &str) {
        let object = self.scenario.platform.index.object(self.scenario.target());
        object.exec(&format!("UPDATE hooks SET {column} = ?"), &[value.into()]).unwrap();
    }

    fn now(&self) -> i64 {
        self.scenario.platform.clock.0.get()
    }

    fn path(&self) -> String {
        format!("/hooks/okta/{}", self.id)
    }

    /// Posts a body with this secret.
    fn post(&self, secret: &str, body: &str) -> Answer {
        let body = Some(("application/json", body));
        let address = [("authorization", secret), ("cf-connecting-ip", "192.0.2.7")];
        self.scenario.send_with("POST", &self.path(), None, body, &address)
    }

    /// Delivers events.
    fn deliver(&self, events: &[Value]) {
        let answer = self.post(&self.secret, &envelope(events));
        assert_eq!((answer.status, answer.text.as_str()), (204, ""), "{}", answer.text);
    }

    fn details(&self) -> Value {
        let path = format!("/api/v1/app-connections/okta/{}", self.account);
        let read = self.scenario.get(&path, &self.scenario.live_key);
        assert_eq!(read.status, 200, "{}", read.text);
        read.body["appConnection"]["details"].clone()
    }

    /// The state of the account, the code of its cause, and whether it is checked within five minutes.
    fn health(&self) -> (String, String, bool) {
        let health = self.details()["health"].clone();
        let soon = health["nextCheckAt"].as_str().is_some_and(|at| at <= iso(self.now() + 300_000).as_str());
        let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
        (text(&health["state"]), text(&health["code"]), soon)
    }

    fn check(&self) -> Answer {
        let path = format!("/api/v1/app-connections/okta/{}/verify", self.account);
        self.scenario.send("POST", &path, Some(&self.scenario.live_key), None)
    }

    /// An event of this type now, about the key and its owner.
    fn event(&self, kind: &str) -> Value {
        self.event_at(kind, self.now())
    }

    fn event_at(&self, kind: &str, at: i64) -> Value {
        json!({
            "uuid": format!("{kind}-{at}"), "published": iso(at), "eventType": kind, "version": "0",
            "actor": { "id": "00uroot", "type": "User" }, "outcome": { "result": "SUCCESS" },
            "target": [{ "id": OWNER, "type": "User" }, { "id": KEY, "type": "Token" }],
            "transaction": { "type": "WEB", "id": "t", "detail": {} },
        })
    }
}

fn envelope(events: &[Value]) -> String {
    json!({
        "eventType": "com.okta.event_hook", "eventTypeVersion": "1.0", "cloudEventsVersion": "0.1",
        "source": format!("https://{HOST}/api/v1/eventHooks/who1"), "eventId": "b1", "data": { "events": events },
        "eventTime": "2026-11-27T12:00:00.000Z", "contentType": "application/json",
    })
    .to_string()
}

fn is(state: &str, code: &str, soon: bool) -> (String, String, bool) {
    (state.to_owned(), code.to_owned(), soon)
}

#[test]
fn each_event_does_what_the_file_says() {
    let (healthy, checked) = (is("healthy", "", false), is("healthy", "", true));
    let dead = |code| is("needs_new_key", code, false);
    for (kind, expected) in [
        ("system.api_token.revoke", dead("key_rejected")),
        ("user.lifecycle.deactivate", dead("account_inactive")),
        ("user.lifecycle.delete.initiated", dead("account_inactive")),
        ("user.lifecycle.suspend", is("blocked", "account_inactive", false)),
        ("system.api_token.request_outside_allowed_range", is("blocked", "network_restricted", true)),
        ("user.lifecycle.unsuspend", checked.clone()),
        ("user.lifecycle.reactivate", checked.clone()),
        ("user.account.privilege.grant", checked.clone()),
        ("user.account.privilege.revoke", checked.clone()),
        ("group.privilege.revoke", checked.clone()),
        ("iam.role.permissions.delete", checked),
        ("system.api_token.create", healthy.clone()),
        ("user.session.start", healthy.clone()),
        ("a.type.that.nobody.knows", healthy),
    ] {
        let hooked = Hooked::new();
        hooked.deliver(&[hooked.event(kind)]);
        assert_eq!(hooked.health(), expected, "{kind}");
    }
}

#[test]
fn a_change_by_an_event_is_in_the_audit_log_and_told() {
    let hooked = Hooked::new();
    hooked.deliver(&[hooked.event("system.api_token.revoke")]);
    let log = hooked.scenario.get("/api/v1/audit-log", hooked.scenario.admin_key()).body["entries"].clone();
    let entry = log.as_array().unwrap().iter().find(|entry| entry["action"] == "connection.health").unwrap();
    assert_eq!(entry["detail"], "needs_new_key key_rejected");
    assert_eq!((&entry["actor"]["type"], &entry["actor"]["id"]), (&json!("provider"), &json!("okta")));
    let object = hooked.scenario.platform.index.object(hooked.scenario.target());
    let told: Vec<String> = object.values("SELECT type FROM events ORDER BY id", &[]).unwrap();
    let expected =
        ["connection.created", "session.completed", "connection.health_changed", "connection.needs_new_key"];
    assert_eq!(told, expected);
    let health = hooked.details()["health"].clone();
    assert!(health["message"].as_str().unwrap().contains("revoked"), "{health}");
    assert!(health["fix"].as_str().unwrap().contains("Create a new token"), "{health}");
}

#[test]
fn a_key_that_somebody_used_after_it_had_ended_makes_its_account_yellow() {
    for (case, kind, key, after, color) in [
        (
            "a change of somebody else's rights, by our key",
            "user.account.privilege.grant",
            KEY,
            600,
            "yellow",
        ),
        ("a change of a group, by our key", "group.privilege.grant", KEY, 600, "yellow"),
        ("a refused request", "system.api_token.request_outside_allowed_range", KEY, 600, "yellow"),
        ("the key ended itself", "system.api_token.revoke", KEY, 600, "green"),
        ("before clocks can tell", "group.privilege.grant", KEY, 200, "green"),
        ("another key", "group.privilege.grant", "00Tother", 600, "green"),
    ] {
        let hooked = Hooked::new();
        let mut ended = hooked.event("system.api_token.revoke");
        ended["transaction"]["detail"] = json!({ "requestApiTokenId": KEY });
        hooked.deliver(&[ended]);
        assert_eq!(hooked.details()["freshness"], "green", "{case}: it ended");
        hooked.scenario.platform.wait(after);
        let mut event = hooked.event(kind);
        event["target"] = json!([{ "id": "00usomebody", "type": "User" }]);
        event["transaction"]["detail"] = json!({ "requestApiTokenId": key });
        let object = hooked.scenario.platform.index.object(hooked.scenario.target());
        let count = || {
            let told: Vec<String> = object.values("SELECT type FROM events", &[]).unwrap();
            told.iter().filter(|told| *told == "connection.updated").count()
        };
        let before = count();
        hooked.deliver(&[event.clone()]);
        hooked.deliver(&[event]);
        let told = count() - before;
        assert_eq!(hooked.details()["freshness"], color, "{case}");
        assert_eq!(told, usize::from(color == "yellow"), "{case}: told once");
        assert_eq!(hooked.health(), is("needs_new_key", "key_rejected", false), "{case}");
    }
}

#[test]
fn an_event_about_somebody_else_changes_nothing() {
    for kind in [
        "system.api_token.revoke",
        "user.lifecycle.deactivate",
        "user.lifecycle.suspend",
        "user.account.privilege.revoke",
        "system.api_token.request_outside_allowed_range",
    ] {
        let hooked = Hooked::new();
        let mut event = hooked.event(kind);
        event["target"] =
            json!([{ "id": "00uother", "type": "User" }, { "id": "00Tother", "type": "Token" }]);
        // Who did it does not matter: an administrator may revoke the tokens of others.
        event["actor"]["id"] = json!(OWNER);
        hooked.deliver(&[event]);
        assert_eq!(hooked.health(), is("healthy", "", false), "{kind}");
    }
}

#[test]
fn an_action_that_failed_changes_nothing() {
    let hooked = Hooked::new();
    for kind in ["system.api_token.revoke", "user.lifecycle.deactivate", "user.lifecycle.suspend"] {
        let mut event = hooked.event(kind);
        event["outcome"] = json!({ "result": "FAILURE", "reason": "x" });
        hooked.deliver(&[event]);
    }
    assert_eq!(hooked.health(), is("healthy", "", false));
}

#[test]
fn an_event_that_names_nobody_known_asks_for_a_check() {
    // Okta does not tell which token this is.
    let unknown = Hooked::with(&json!([]));
    unknown.deliver(&[unknown.event("system.api_token.revoke")]);
    assert_eq!(unknown.health(), is("healthy", "", true), "the key's id is not known");
    let nameless = Hooked::new();
    let mut event = nameless.event("user.lifecycle.deactivate");
    event["target"] = Value::Null;
    nameless.deliver(&[event]);
    assert_eq!(nameless.health(), is("healthy", "", true), "the event names nobody");
    let timeless = Hooked::new();
    let mut event = timeless.event("system.api_token.revoke");
    event["published"] = json!("yesterday");
    timeless.deliver(&[event]);
    assert_eq!(timeless.health(), is("healthy", "", true), "nobody knows when it was");
}

#[test]
fn the_key_of_a_suspended_owner_needs_no_new_key_when_it_is_refused() {
    let hooked = Hooked::new();
    hooked.deliver(&[hooked.event("user.lifecycle.suspend")]);
    let me = format!("GET https://{HOST}/api/v1/users/me");
    hooked.scenario.platform.live.answer(&me, 401, r#"{"errorCode":"E0000011"}"#);
    for _ in 0..3 {
        hooked.scenario.platform.wait(400);
        assert_eq!(hooked.check().status, 422);
        assert_eq!(hooked.health().0, "blocked");
    }
    hooked.scenario.platform.live.okta(HOST);
    assert_eq!(hooked.check().status, 200);
    assert_eq!(hooked.health().0, "healthy");
}

#[test]
fn an_account_that_is_being_ended_hears_nothing() {
    let hooked = Hooked::new();
    hooked
        .scenario
        .platform
        .live
        .fail(&format!("DELETE https://{HOST}/api/v1/api-tokens/current"), FetchError::TimedOut);
    let path = format!("/api/v1/app-connections/okta/{}/revoke", hooked.account);
    let revoked = hooked.scenario.send("POST", &path, Some(&hooked.scenario.live_key), None);
    assert_eq!(revoked.status, 202, "{}", revoked.text);
    let object = hooked.scenario.platform.index.object(hooked.scenario.target());
    let told = || object.values::<String>("SELECT type FROM events ORDER BY id", &[]).unwrap();
    let before = (told(), hooked.health());
    for kind in ["system.api_token.revoke", "user.lifecycle.suspend", "user.lifecycle.unsuspend"] {
        hooked.deliver(&[hooked.event(kind)]);
        assert_eq!((told(), hooked.health()), before, "{kind}");
    }
    assert!(!object.exists("SELECT 1 FROM hook_events", &[]).unwrap());
}

#[test]
fn the_account_shows_its_channel_and_forgets_it_with_the_account() {
    let hooked = Hooked::new();
    assert_eq!(hooked.details()["hook"], json!({ "name": "Our hook", "state": "registered" }));
    hooked.deliver(&[hooked.event("user.account.lock")]);
    let path = format!("/api/v1/app-connections/okta/{}", hooked.account);
    assert_eq!(hooked.scenario.send("DELETE", &path, Some(&hooked.scenario.live_key), None).status, 200);
    let object = hooked.scenario.platform.index.object(hooked.scenario.target());
    let left = "SELECT 1 FROM hooks UNION ALL SELECT 1 FROM hook_events";
    assert!(!object.exists(left, &[]).unwrap());
    let body = envelope(&[hooked.event("system.api_token.revoke")]);
    assert_eq!(hooked.post(&hooked.secret, &body).status, 404);
    let without = Scenario::new();
    let account = without.account("one", TOKEN);
    assert_eq!(
        without.get(&account, &without.live_key).body["appConnection"]["details"]["hook"],
        Value::Null
    );
}

/// A number below `most` that is the same in each run (SplitMix64).
fn below(most: usize, state: &mut u64) -> usize {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed >> 33) as usize % most
}

/// The push channel of a provider file that is Okta's with another `[hook]`.
fn hook_of(section: &str) -> Hook {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/providers/okta");
    let mut files = Files::of(std::path::Path::new(folder)).unwrap();
    let lifecycle = files.0[3].take().unwrap();
    let (before, _) = lifecycle.split_once("[hook]").unwrap();
    files.0[3] = Some([before, section].concat());
    read("okta", &files).unwrap().hook.unwrap()
}

/// The signed webhooks of LaunchDarkly: a body is an entry of its audit log, and `X-LD-Signature` its HMAC in hex.
const LAUNCHDARKLY: &str = r#"
[hook]
proof = { header = "x-ld-signature", has = "hmac-sha256-hex" }
delivery = { id = "_id", type = "accesses.[].action", at = "date" }

[[hook.events]]
types = ["deleteAccessToken"]
about = { finding = "key.id", path = "target._id|target.resources.[]" }
effect = "ended"
code = "key_rejected"
message = "LaunchDarkly reports that this token was deleted."
fix = "Create a new token and connect the account again."

[[hook.events]]
types = ["resetAccessToken"]
effect = "check"
"#;
