//! Push channels: a delivery is read only if it is genuine, and each of its events does to the account what the provider's file
//! says, once, and in whatever order deliveries arrive.

use latchkey_edge::access::tokens::{hook_id, hook_secret};
use latchkey_edge::hooks::delivery;
use latchkey_edge::hooks::proof::holds;
use latchkey_edge::ports::FetchError;
use latchkey_edge::store::sql::Sql;
use latchkey_edge::time::iso;
use latchkey_provider_file::{Files, read};
use latchkey_shared::hook::{Effect, Hook, Subject};
use latchkey_shared::limits::{
    CHALLENGES_PER_MINUTE, EVENTS_PER_DELIVERY, FORGED_DELIVERIES, HOOK_CHANGES_PER_HOUR,
    HOOK_DELIVERIES_PER_MINUTE, HOOK_EVENTS_PER_ACCOUNT, HOOK_EVENTS_PER_MINUTE,
};
use latchkey_shared::token::RoutedId;
use latchkey_shared::{ProjectId, Secret, base62};
use latchkey_tests::{Answer, Scenario};
use serde_json::{Value, json};

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
fn an_event_that_comes_twice_acts_once() {
    let hooked = Hooked::new();
    let event = hooked.event("system.api_token.revoke");
    hooked.deliver(&[event.clone(), event.clone()]);
    assert_eq!(hooked.health().0, "needs_new_key");
    assert_eq!(hooked.check().status, 200);
    assert_eq!(hooked.health(), is("healthy", "", false));
    hooked.deliver(std::slice::from_ref(&event));
    assert_eq!(hooked.health(), is("healthy", "", false));
    // After a day it is forgotten, and too old to count.
    hooked.scenario.platform.wait(25 * 3600);
    hooked.scenario.platform.sweep_all();
    let object = hooked.scenario.platform.index.object(hooked.scenario.target());
    assert!(!object.exists("SELECT 1 FROM hook_events", &[]).unwrap());
    hooked.deliver(&[event]);
    assert_eq!(hooked.health(), is("healthy", "", true));
}

#[test]
fn a_late_event_never_overrides_what_is_newer() {
    let minutes = |count: i64| count * 60_000;
    // Before the credential was stored: it was about another one.
    let hooked = Hooked::new();
    hooked.deliver(&[hooked.event_at("system.api_token.revoke", hooked.now() - minutes(120))]);
    assert_eq!(hooked.health(), is("healthy", "", false));
    // Before a check that the provider accepted: a check finds out.
    let hooked = Hooked::new();
    let late = hooked.event_at("user.lifecycle.deactivate", hooked.now());
    hooked.scenario.platform.wait(60);
    assert_eq!(hooked.check().status, 200);
    hooked.deliver(&[late]);
    assert_eq!(hooked.health(), is("healthy", "", true));
    // Suspended, and not anymore.
    let both = |hooked: &Hooked| {
        let now = hooked.now();
        let suspended = hooked.event_at("user.lifecycle.suspend", now - minutes(2));
        (suspended, hooked.event_at("user.lifecycle.unsuspend", now - minutes(1)))
    };
    let hooked = Hooked::new();
    let (suspended, over) = both(&hooked);
    hooked.deliver(&[over]);
    hooked.deliver(&[suspended]);
    assert_eq!(hooked.health(), is("healthy", "", true), "in two deliveries, the later one first");
    let hooked = Hooked::new();
    let (suspended, over) = both(&hooked);
    hooked.deliver(&[over, suspended]);
    assert_eq!(hooked.health(), is("healthy", "", true), "in one delivery");
    let hooked = Hooked::new();
    let (suspended, over) = both(&hooked);
    hooked.deliver(&[suspended]);
    assert_eq!(hooked.health(), is("blocked", "account_inactive", false));
    hooked.deliver(&[over]);
    assert_eq!(hooked.health(), is("blocked", "account_inactive", true), "a check finds out");
    assert_eq!(hooked.check().status, 200);
    assert_eq!(hooked.health(), is("healthy", "", false));
    // A key that has ended does not come back by an older event, nor by one of another kind.
    let hooked = Hooked::new();
    let (suspended, over) = both(&hooked);
    hooked.deliver(&[hooked.event("system.api_token.revoke")]);
    hooked.deliver(&[suspended, over, hooked.event("user.account.privilege.grant")]);
    assert_eq!(hooked.health(), is("needs_new_key", "key_rejected", false));
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
fn a_forged_delivery_is_refused_and_counts_for_its_address() {
    let hooked = Hooked::new();
    let body = envelope(&[hooked.event("system.api_token.revoke")]);
    let wrong = [
        "",
        "x",
        hooked.secret.split_at(1).1,
        &format!("Bearer {}", hooked.secret),
        &format!("{}0", hooked.secret),
    ];
    for secret in wrong {
        assert_eq!(hooked.post(secret, &body).problem(), (401, "invalid_delivery", None), "{secret}");
    }
    // The secret of another channel, and an id that was guessed.
    let project = ProjectId::parse(&hooked.scenario.project).unwrap();
    let other = hook_id(&hooked.scenario.platform.config, project, 8);
    let of_another = hook_secret(&hooked.scenario.platform.config, &other);
    assert_eq!(hooked.post(of_another.expose(), &body).status, 401);
    let guessed = RoutedId { random: 8, ..hooked.id.clone() };
    for id in [guessed.to_string(), "x".to_owned(), hooked.id.to_string().to_lowercase()] {
        let answer = hooked.scenario.send_with(
            "POST",
            &format!("/hooks/okta/{id}"),
            None,
            Some(("application/json", &body)),
            &[("authorization", &hooked.secret)],
        );
        assert_eq!(answer.problem(), (404, "not_found", None), "{id}");
    }
    assert_eq!(hooked.health(), is("healthy", "", false));
    let more = (0..FORGED_DELIVERIES).map(|_| hooked.post("x", &body).status).collect::<Vec<_>>();
    assert_eq!(more.last(), Some(&429));
    // Genuine ones from the same address still count.
    assert_eq!(hooked.post(&hooked.secret, &body).status, 204);
    assert_eq!(hooked.health().0, "needs_new_key");
}

#[test]
fn a_body_that_is_not_json_is_refused_and_one_that_is_too_long_asks_for_a_check() {
    let hooked = Hooked::new();
    for body in ["", "{", "revoked", "{\"data\":{\"events\":[}}"] {
        assert_eq!(hooked.post(&hooked.secret, body).problem(), (400, "malformed_body", None), "{body}");
    }
    for body in ["null", "[]", "{}", "{\"data\":{\"events\":7}}", "{\"data\":{\"events\":[null,1,[]]}}"] {
        assert_eq!(hooked.post(&hooked.secret, body).status, 204, "{body}");
    }
    assert_eq!(hooked.health(), is("healthy", "", false));
    let long = " ".repeat(latchkey_edge::http::BODY_MAX + 1);
    assert_eq!(hooked.post("x", &long).status, 401);
    assert_eq!(hooked.health(), is("healthy", "", false));
    assert_eq!(hooked.post(&hooked.secret, &long).status, 204);
    assert_eq!(hooked.health(), is("healthy", "", true));
}

#[test]
fn many_deliveries_ask_for_one_check() {
    let hooked = Hooked::new();
    for number in 0..300 {
        hooked.deliver(&[hooked.event_at("user.account.privilege.grant", hooked.now() - number)]);
    }
    assert_eq!(hooked.health(), is("healthy", "", true));
    let asked = hooked.scenario.platform.live.seen().len();
    let events: Vec<_> =
        (0..=EVENTS_PER_DELIVERY as i64).map(|at| hooked.event_at("a.b", hooked.now() - at)).collect();
    hooked.deliver(&events);
    assert_eq!(hooked.scenario.platform.live.seen().len(), asked, "a delivery asks the provider nothing");
    let body = envelope(&[hooked.event("user.account.lock")]);
    let statuses: Vec<_> =
        (0..HOOK_DELIVERIES_PER_MINUTE).map(|_| hooked.post(&hooked.secret, &body).status).collect();
    assert_eq!((statuses.first(), statuses.last()), (Some(&204), Some(&429)));
}

#[test]
fn a_challenge_is_answered_only_for_a_channel_that_waits_for_it() {
    let hooked = Hooked::new();
    let ask = |path: &str, text: &str| {
        hooked.scenario.send_with("GET", path, None, None, &[("x-okta-verification-challenge", text)])
    };
    let text = "a\"b\\c<é";
    for state in ["unverified", "registered"] {
        hooked.set("state", state);
        let answer = ask(&hooked.path(), text);
        assert_eq!((answer.status, &answer.body), (200, &json!({ "verification": text })), "{state}");
        assert_eq!(answer.headers["content-type"], "application/json");
    }
    for wrong in ["", &"x".repeat(1025)] {
        assert_eq!(ask(&hooked.path(), wrong).status, 422, "{}", wrong.len());
    }
    assert_eq!(hooked.scenario.send("GET", &hooked.path(), None, None).status, 422);
    let elsewhere = hooked.path().replace("okta", "harness");
    assert_eq!(ask(&elsewhere, text).status, 404);
    for state in ["none", "not_permitted", "failed"] {
        hooked.set("state", state);
        assert_eq!(ask(&hooked.path(), text).status, 404, "{state}");
    }
}

#[test]
fn challenges_that_nobody_proves_take_nothing_from_deliveries() {
    let hooked = Hooked::new();
    let ask = || {
        let headers = [("x-okta-verification-challenge", "x")];
        hooked.scenario.send_with("GET", &hooked.path(), None, None, &headers).status
    };
    let asked: Vec<_> = (0..=CHALLENGES_PER_MINUTE).map(|_| ask()).collect();
    assert_eq!((asked.first(), asked.last()), (Some(&200), Some(&429)), "{asked:?}");
    hooked.deliver(&[hooked.event("system.api_token.revoke")]);
    assert_eq!(hooked.health().0, "needs_new_key");
    // Nor do deliveries take anything from challenges.
    hooked.scenario.platform.wait(60);
    for _ in 0..HOOK_DELIVERIES_PER_MINUTE {
        hooked.post(&hooked.secret, "{}");
    }
    assert_eq!((hooked.post(&hooked.secret, "{}").status, ask()), (429, 200));
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
fn only_events_that_act_are_remembered_and_few_of_each_account() {
    let hooked = Hooked::new();
    let object = hooked.scenario.platform.index.object(hooked.scenario.target());
    let remembered = || object.count("hook_events");
    // Those that ask for a check, that are about somebody else, and that are too old to act.
    let mut other = hooked.event("system.api_token.revoke");
    other["target"] = json!([{ "id": "00uother" }]);
    let old = hooked.event_at("user.lifecycle.suspend", hooked.now() - 2 * 3_600_000);
    hooked.deliver(&[hooked.event("user.account.privilege.grant"), other, old]);
    assert_eq!(remembered(), 0);
    hooked.deliver(&[hooked.event("user.lifecycle.unsuspend")]);
    assert_eq!(remembered(), 1);
    // Many that act, in many minutes.
    for _ in 0..4 {
        hooked.scenario.platform.wait(60);
        for number in 0..i64::from(HOOK_EVENTS_PER_MINUTE) {
            hooked.deliver(&[hooked.event_at("user.lifecycle.unsuspend", hooked.now() + number)]);
        }
        assert!(remembered() <= HOOK_EVENTS_PER_ACCOUNT, "{}", remembered());
    }
    assert!(remembered() >= HOOK_EVENTS_PER_ACCOUNT / 2, "{}", remembered());
    // Another account's are not forgotten for that.
    object.exec("INSERT INTO hook_events (connection, event, at) VALUES ('other', 'e', 0)", &[]).unwrap();
    hooked.scenario.platform.wait(60);
    for number in 0..i64::from(HOOK_EVENTS_PER_MINUTE) {
        hooked.deliver(&[hooked.event_at("user.lifecycle.unsuspend", hooked.now() + number)]);
    }
    assert!(object.exists("SELECT 1 FROM hook_events WHERE connection = 'other'", &[]).unwrap());
}

#[test]
fn past_the_events_of_a_minute_an_event_only_asks_for_a_check() {
    let hooked = Hooked::new();
    let object = hooked.scenario.platform.index.object(hooked.scenario.target());
    let now = hooked.now();
    let of_a_minute: Vec<_> = (0..i64::from(HOOK_EVENTS_PER_MINUTE))
        .map(|number| hooked.event_at("user.lifecycle.unsuspend", now - 60_000 + number))
        .collect();
    of_a_minute.chunks(EVENTS_PER_DELIVERY).for_each(|events| hooked.deliver(events));
    let remembered = object.count("hook_events");
    hooked.deliver(&[hooked.event("system.api_token.revoke")]);
    assert_eq!(hooked.health(), is("healthy", "", true));
    assert_eq!(object.count("hook_events"), remembered);
    // A check finds out, and in the next minute events act again.
    hooked.scenario.platform.wait(60);
    hooked.deliver(&[hooked.event("system.api_token.revoke")]);
    assert_eq!(hooked.health().0, "needs_new_key");
}

#[test]
fn past_a_few_changes_in_an_hour_an_event_only_asks_for_a_check() {
    let hooked = Hooked::new();
    let object = hooked.scenario.platform.index.object(hooked.scenario.target());
    let told = || object.count("events");
    let kinds = ["user.lifecycle.suspend", "system.api_token.revoke"];
    let mut changes = 0;
    for round in 0..20 {
        hooked.scenario.platform.wait(120);
        hooked.deliver(&[hooked.event(kinds[round % 2])]);
        changes += u32::from(hooked.health().0 != "healthy");
        assert!(hooked.health().0 != "healthy" || hooked.health().2, "a check is asked for");
        assert_eq!(hooked.check().status, 200);
        assert_eq!(hooked.health().0, "healthy");
    }
    assert_eq!(changes, HOOK_CHANGES_PER_HOUR);
    let before = told();
    hooked.scenario.platform.wait(60);
    hooked.deliver(&[hooked.event("user.lifecycle.suspend")]);
    assert_eq!(told(), before, "no event for a backend");
    // The same state again is no change.
    hooked.scenario.platform.wait(3600);
    for _ in 0..10 {
        hooked.scenario.platform.wait(1);
        hooked.deliver(&[hooked.event("user.lifecycle.suspend")]);
        assert_eq!(hooked.health().0, "blocked");
    }
    hooked.deliver(&[hooked.event("system.api_token.revoke")]);
    assert_eq!(hooked.health().0, "needs_new_key");
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

#[test]
fn the_newest_event_wins_in_every_order() {
    let kinds = [
        ("system.api_token.revoke", "needs_new_key"),
        ("user.lifecycle.suspend", "blocked"),
        ("user.lifecycle.unsuspend", "healthy"),
        ("user.account.privilege.grant", "healthy"),
    ];
    let mut state = 1;
    for round in 0..24 {
        let hooked = Hooked::new();
        let now = hooked.now();
        let mut events: Vec<_> = (0..1 + below(4, &mut state))
            .map(|at| (kinds[below(4, &mut state)], now - 60_000 * at as i64))
            .collect();
        let strong = events.iter().filter(|((kind, _), _)| *kind != "user.account.privilege.grant");
        let newest = strong.map(|((_, to), _)| *to).next().unwrap_or("healthy");
        let ended = events.iter().any(|((kind, _), _)| *kind == "system.api_token.revoke");
        for at in (1..events.len()).rev() {
            events.swap(at, below(at + 1, &mut state));
        }
        // Some come twice.
        events.extend_from_within(..below(events.len() + 1, &mut state));
        for ((kind, _), at) in &events {
            hooked.deliver(&[hooked.event_at(kind, *at)]);
        }
        let (found, _, soon) = hooked.health();
        let case = format!("round {round}: {events:?}");
        match newest {
            "needs_new_key" => assert_eq!(found, "needs_new_key", "{case}"),
            // What is older leaves no trace without a check that finds out.
            "blocked" => {
                assert!(found == "blocked" || (ended && found == "needs_new_key"), "{case}: {found}")
            }
            _ => assert!(found == "healthy" || soon, "{case}: {found}"),
        }
    }
}

#[test]
fn whatever_a_delivery_has_is_read_within_bounds() {
    let hook = latchkey_catalogue::find("okta").unwrap().hook.as_ref().unwrap();
    let hooked = Hooked::new();
    let sample = envelope(&[hooked.event("system.api_token.revoke"), hooked.event("user.account.lock")]);
    let mut state = 7;
    for _ in 0..3_000 {
        let mut bytes = sample.clone().into_bytes();
        for _ in 0..=below(6, &mut state) {
            let at = below(bytes.len(), &mut state);
            match below(3, &mut state) {
                0 => bytes[at] = below(256, &mut state) as u8,
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, b"{}[],:\"0"[below(8, &mut state)]),
            }
        }
        let Ok(body) = serde_json::from_slice(&bytes) else { continue };
        let read = delivery::read(hook, &body);
        assert!(read.events.len() <= EVENTS_PER_DELIVERY);
        for event in read.events {
            assert!(event.id.len() == 64 && event.named.len() <= 50, "{event:?}");
            assert!(event.named.iter().all(|name| name.chars().count() <= 200), "{event:?}");
        }
    }
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
fix = "Create a new token and link the account again."

[[hook.events]]
types = ["resetAccessToken"]
effect = "check"
"#;

#[test]
fn a_provider_that_signs_its_deliveries_is_data() {
    let hook = hook_of(LAUNCHDARKLY);
    let secret = Secret::new("secret".to_owned());
    let body = br#"{"_id":"e1","date":1795348800000,"accesses":[{"action":"deleteAccessToken","resource":"r"}],"target":{"_id":"k1"}}"#;
    // Made by another implementation: `openssl dgst -sha256 -hmac secret`.
    let signature = "de5216e3d8f75d334b8bf9c74339b07da8752f8b2f39fa6d10f2bfb1e155889a";
    assert!(holds(&hook.proof, &secret, signature, Some(body)));
    assert!(holds(&hook.proof, &secret, &signature.to_uppercase(), Some(body)));
    let mut changed = body.to_vec();
    changed[7] ^= 1;
    for (sent, body) in [
        ("", Some(body.as_slice())),
        ("secret", Some(body)),
        (signature.split_at(2).1, Some(body)),
        (signature, Some(&changed)),
        (signature, None),
    ] {
        assert!(!holds(&hook.proof, &secret, sent, body), "{sent}");
    }
    assert!(!holds(&hook.proof, &Secret::new("other".to_owned()), signature, Some(body)));
    let read = delivery::read(&hook, &serde_json::from_slice(body).unwrap());
    let event = read.events.first().unwrap();
    assert_eq!(
        (event.effect, event.about, event.at),
        (Effect::Ended, Some(Subject::Key), Some(1_795_348_800_000))
    );
    assert_eq!((event.named.as_slice(), read.more), (["k1".to_owned()].as_slice(), false));
}
