//! Deliveries of webhooks: signed so that the official library accepts them, at least once, in the order of each account, and lost
//! by no failure of a receiver or of ours.

mod failing;
mod order;
mod sending;

use base64::{Engine, engine::general_purpose::STANDARD};
use latchkey_edge::crypto::ed25519::is_signed;
use latchkey_edge::ports::Target;
use latchkey_tests::{Answer, Fault, Scenario, Seen};
use serde_json::{Value, json};
use standardwebhooks::Webhook;

const PATH: &str = "/api/v1/webhook-endpoints";
const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A project with a receiver, whose answers a test chooses.
struct Receiver {
    scenario: Scenario,
    path: String,
    secret: String,
}

fn line(host: &str) -> String {
    format!("POST https://{host}/webhooks")
}

impl Receiver {
    fn new() -> Self {
        let scenario = Scenario::new();
        let (path, secret) = endpoint(&scenario, "app.example.com", &[]);
        let receiver = Self { scenario, path, secret };
        receiver.answers(204);
        receiver
    }

    fn target(&self) -> Target {
        self.scenario.target()
    }

    fn answers(&self, status: u16) {
        self.scenario.platform.live.answer(&line("app.example.com"), status, "");
    }

    /// What the receiver got, in order.
    fn got(&self) -> Vec<Seen> {
        got(&self.scenario, "app.example.com")
    }

    /// The types of what it got, with the name of the account.
    fn told(&self) -> Vec<String> {
        self.got().iter().map(name).collect()
    }

    /// Lets time pass, with alarms and queues.
    fn pass(&self, seconds: i64) {
        self.scenario.platform.pass(self.target(), seconds);
    }

    fn endpoint(&self) -> Value {
        let found = self.scenario.get(&self.path, self.scenario.admin_key());
        assert_eq!(found.status, 200, "{}", found.text);
        found.body["webhookEndpoint"].clone()
    }

    fn deliveries(&self, query: &str) -> Vec<Value> {
        let path = format!("{}/deliveries{query}", self.path);
        let found = self.scenario.get(&path, self.scenario.admin_key());
        assert_eq!(found.status, 200, "{}", found.text);
        found.body["deliveries"].as_array().unwrap().clone()
    }

    fn replay(&self, body: &Value) -> Answer {
        self.scenario.post(&format!("{}/replay", self.path), self.scenario.admin_key(), body)
    }

    fn describe(&self, account: &str, text: &str) {
        let changed = self.scenario.patch(account, &self.scenario.live_key, &json!({ "description": text }));
        assert_eq!(changed.status, 200, "{}", changed.text);
    }
}

fn endpoint(scenario: &Scenario, host: &str, types: &[&str]) -> (String, String) {
    let new = json!({ "url": format!("https://{host}/webhooks"), "types": types });
    let made = scenario.post(PATH, scenario.admin_key(), &new);
    assert_eq!(made.status, 201, "{}", made.text);
    let text = |member: &str| made.body["webhookEndpoint"][member].as_str().unwrap().to_owned();
    (format!("{PATH}/{}", text("id")), text("secret"))
}

fn got(scenario: &Scenario, host: &str) -> Vec<Seen> {
    let sent = scenario.platform.live.seen();
    sent.into_iter().filter(|seen| seen.line == line(host)).collect()
}

fn body(seen: &Seen) -> Value {
    serde_json::from_str(seen.body.as_deref().unwrap()).unwrap()
}

fn name(seen: &Seen) -> String {
    let body = body(seen);
    let account = &body["data"]["appConnection"];
    let text = account["description"].as_str().or(account["name"].as_str()).unwrap_or_default();
    format!("{} {text}", body["type"].as_str().unwrap())
}

/// Whether the official library signs the same message alike. (It checks the time of a message by the clock of the machine, which is not
/// that of these tests; `tests/edge/webhooks.test.mjs` lets the libraries check real ones.)
fn is_genuine(secret: &str, seen: &Seen) -> bool {
    let header = |name: &str| seen.headers[name].as_str();
    let timestamp = header("webhook-timestamp").parse().unwrap();
    let body = seen.body.as_deref().unwrap().as_bytes();
    let signed = Webhook::new(secret).unwrap().sign(header("webhook-id"), timestamp, body).unwrap();
    header("webhook-signature").split(' ').any(|signature| signature == signed)
}

/// Whether the public key of an endpoint fits the signature `v1a` (Standard Webhooks 1.0, "Asymmetric signatures").
fn is_signed_by(public_key: &str, seen: &Seen) -> bool {
    let bytes = |text: &str| STANDARD.decode(text).unwrap();
    let key: [u8; 32] = bytes(public_key.strip_prefix("whpk_").unwrap()).try_into().unwrap();
    let header = |name: &str| seen.headers[name].as_str();
    let body = seen.body.as_deref().unwrap();
    let text = format!("{}.{}.{body}", header("webhook-id"), header("webhook-timestamp"));
    let mut signatures = header("webhook-signature").split(' ').filter_map(|word| word.strip_prefix("v1a,"));
    signatures.any(|signature| is_signed(&key, text.as_bytes(), &bytes(signature).try_into().unwrap()))
}

#[test]
fn a_receiver_gets_what_the_api_shows_and_the_official_library_accepts_it() {
    let receiver = Receiver::new();
    let _ = receiver.scenario.account("one", TOKEN);
    receiver.pass(1);
    let sent = receiver.got();
    assert_eq!(sent.len(), 1);
    assert!(is_genuine(&receiver.secret, &sent[0]));
    assert!(is_signed_by(receiver.endpoint()["publicKey"].as_str().unwrap(), &sent[0]));
    let events = receiver.scenario.get("/api/v1/events", &receiver.scenario.live_key);
    assert_eq!(body(&sent[0]), events.body["events"][0], "one shape for both");
    assert_eq!(json!(sent[0].headers["webhook-id"]), events.body["events"][0]["id"]);
    assert_eq!(sent[0].headers["content-type"], "application/json");
    assert!(!sent[0].body.as_deref().unwrap().contains(TOKEN));
    let [delivery] = &receiver.deliveries("")[..] else { panic!("one delivery") };
    assert_eq!(
        (&delivery["state"], &delivery["eventType"]),
        (&json!("delivered"), &json!("connection.created"))
    );
    assert_eq!((&delivery["attempts"][0]["status"], &delivery["nextTryAt"]), (&json!(204), &Value::Null));
    assert!(receiver.endpoint()["deliveries"]["lastDeliveredAt"].is_string());
}

#[test]
fn an_altered_message_is_not_genuine() {
    let receiver = Receiver::new();
    let _ = receiver.scenario.account("one", TOKEN);
    receiver.pass(1);
    let key = receiver.endpoint()["publicKey"].as_str().unwrap().to_owned();
    let sent = receiver.got().remove(0);
    let (mut altered, mut moved) = (sent.clone(), sent);
    altered.body = altered.body.map(|body| body.replace("one", "two"));
    moved.headers.insert("webhook-timestamp".to_owned(), "1795348999".to_owned());
    for message in [altered, moved] {
        assert!(!is_genuine(&receiver.secret, &message) && !is_signed_by(&key, &message));
    }
}

#[test]
fn old_and_new_secret_sign_for_a_day_and_then_the_new_one_alone() {
    let receiver = Receiver::new();
    let account = receiver.scenario.account("one", TOKEN);
    let path = format!("{}/secret", receiver.path);
    let rotated = receiver.scenario.send("POST", &path, Some(receiver.scenario.admin_key()), None);
    let new = rotated.body["webhookEndpoint"]["secret"].as_str().unwrap();
    receiver.pass(1);
    let both = receiver.got().remove(0);
    assert!(is_genuine(&receiver.secret, &both) && is_genuine(new, &both));
    assert_eq!(both.headers["webhook-signature"].split(' ').count(), 4, "v1 and v1a of each");
    receiver.pass(DAY);
    receiver.describe(&account, "later");
    receiver.pass(1);
    let last = receiver.got().pop().unwrap();
    assert!(is_genuine(new, &last) && !is_genuine(&receiver.secret, &last));
    assert_eq!(last.headers["webhook-signature"].split(' ').count(), 2);
}

#[test]
fn an_endpoint_gets_only_its_types_and_only_what_happens_after_it_was_made() {
    let scenario = Scenario::new();
    let _ = scenario.account("before", TOKEN);
    endpoint(&scenario, "app.example.com", &["connection.deleted"]);
    scenario.platform.live.answer(&line("app.example.com"), 200, "ok");
    let path = scenario.account("after", TOKEN);
    assert_eq!(scenario.send("DELETE", &path, Some(&scenario.live_key), None).status, 200);
    scenario.platform.pass(scenario.target(), 1);
    let told: Vec<_> = got(&scenario, "app.example.com").iter().map(name).collect();
    assert_eq!(told, ["connection.deleted after"]);
    assert!(!scenario.platform.index.rings(scenario.target()), "there is nothing left to do");
}

#[test]
fn test_mode_and_live_mode_have_endpoints_of_their_own() {
    let receiver = Receiver::new();
    let scenario = &receiver.scenario;
    let new = json!({ "url": "https://test.example.com/webhooks" });
    assert_eq!(scenario.post(PATH, &scenario.test_admin(), &new).status, 201);
    scenario.platform.live.answer(&line("test.example.com"), 200, "");
    let session = scenario.session(&scenario.test_key);
    let value = "00test-super-admin-00000000000000000000000";
    assert_eq!(scenario.attempt(&session, "attempt-1", "latchkey-demo.okta.com", value).status, 200);
    receiver.pass(1);
    assert!(receiver.got().is_empty(), "the one of live mode");
    let told: Vec<_> =
        got(scenario, "test.example.com").iter().map(|seen| body(seen)["mode"].clone()).collect();
    assert!(told.len() >= 2 && told.iter().all(|mode| mode == "test"), "{told:?}");
}

#[test]
fn what_was_rolled_back_is_never_told() {
    let receiver = Receiver::new();
    let platform = &receiver.scenario.platform;
    *platform.index.faults.borrow_mut() = vec![("commit-connection", Fault::NotDone); 2];
    let refused = receiver.scenario.create("one", TOKEN, &[]);
    assert!(refused.status >= 500, "{}", refused.text);
    receiver.pass(HOUR);
    let events = receiver.scenario.get("/api/v1/events", &receiver.scenario.live_key);
    assert_eq!(events.body["events"].as_array().unwrap().len(), receiver.got().len());
}

#[test]
fn a_link_for_a_new_key_is_in_no_webhook() {
    let receiver = Receiver::new();
    receiver.scenario.care(&json!({ "relink": true }));
    let session = receiver.scenario.session(&receiver.scenario.live_key);
    receiver.scenario.platform.live.okta("acme.okta.com");
    assert_eq!(receiver.scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN).status, 200);
    receiver.scenario.platform.live.answer(
        "GET https://acme.okta.com/api/v1/users/me",
        401,
        r#"{"errorCode":"E0000011"}"#,
    );
    receiver.pass(3 * DAY);
    let told: Vec<_> = receiver.got().iter().map(body).collect();
    let needed =
        told.iter().find(|event| event["type"] == "connection.needs_new_key").expect("it needs a new key");
    assert!(needed["data"]["relink"]["sessionId"].is_string(), "{needed}");
    assert!(needed["data"]["relink"].get("url").is_none());
    assert!(!told.iter().any(|event| event.to_string().contains("cs_live_")));
}
