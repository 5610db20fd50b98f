//! Deliveries of webhooks: signed so that the official library accepts them, at least once, in the order of each account, and lost
//! by no failure of a receiver or of ours.

use base64::{Engine, engine::general_purpose::STANDARD};
use latchkey_edge::crypto::ed25519::is_signed;
use latchkey_edge::ports::{FetchError, Target};
use latchkey_edge::store::sql::Sql;
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
    let new = json!({ "name": "simulated", "method": "api-token",
        "credentials": { "instanceUrl": "https://acme.okta.com", "apiToken": "00test_ok" } });
    let made = receiver.scenario.post("/api/v1/app-connections/okta", &receiver.scenario.test_key, &new);
    receiver.pass(1);
    assert!(made.status < 500 && receiver.got().is_empty());
}

#[test]
fn a_failure_is_tried_again_by_the_schedule_and_is_logged() {
    let live = |status: u16| move |receiver: &Receiver| receiver.answers(status);
    type Fails = Box<dyn Fn(&Receiver)>;
    let fail = |error: FetchError| -> Fails {
        Box::new(move |receiver| receiver.scenario.platform.live.fail(&line("app.example.com"), error))
    };
    let cases: Vec<(Fails, &str, Option<u16>)> = vec![
        (Box::new(live(500)), "refused", Some(500)),
        (Box::new(live(400)), "refused", Some(400)),
        (Box::new(live(301)), "redirected", Some(301)),
        (Box::new(live(307)), "redirected", Some(307)),
        (fail(FetchError::TimedOut), "timed_out", None),
        (fail(FetchError::Network), "unreachable", None),
    ];
    for (fails, code, status) in cases {
        let receiver = Receiver::new();
        fails(&receiver);
        let _ = receiver.scenario.account("one", TOKEN);
        receiver.pass(1);
        let [delivery] = &receiver.deliveries("?state=waiting")[..] else { panic!("{code}") };
        let attempt = &delivery["attempts"][0];
        assert_eq!((&attempt["error"]["code"], &attempt["status"]), (&json!(code), &json!(status)));
        assert!(attempt["error"]["fix"].as_str().is_some_and(|fix| !fix.is_empty()));
        receiver.answers(200);
        receiver.pass(10);
        assert_eq!(receiver.told(), ["connection.created one"; 2], "{code}");
        let ids: Vec<_> = receiver.got().iter().map(|seen| seen.headers["webhook-id"].clone()).collect();
        assert_eq!(ids[0], ids[1], "a repeat has the same id");
        assert_eq!(receiver.deliveries("")[0]["state"], "delivered");
    }
}

#[test]
fn an_event_that_is_never_accepted_is_given_up_after_ten_tries_and_can_be_replayed() {
    let receiver = Receiver::new();
    let account = receiver.scenario.account("one", TOKEN);
    receiver.pass(1);
    receiver.answers(500);
    receiver.describe(&account, "bad");
    let mut at = vec![];
    for tries in 1..=10 {
        while receiver.got().len() <= tries {
            receiver.pass(1);
            assert!(at.is_empty() || receiver.scenario.platform.clock.0.get() - at[0] < 5 * DAY * 1000);
            if receiver.got().len() > tries {
                at.push(receiver.scenario.platform.clock.0.get());
            } else if tries > 3 {
                receiver.pass(10 * MINUTE);
            }
        }
    }
    let waits: Vec<_> = at.windows(2).map(|pair| (pair[1] - pair[0]) / 1000).collect();
    // Up to a tenth more, and what the steps of this loop add.
    for (wait, least) in waits.iter().zip([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]) {
        assert!((least..=least + least / 10 + 1_000).contains(wait), "{waits:?}");
    }
    let [failed] = &receiver.deliveries("?state=failed")[..] else { panic!("one was given up") };
    assert_eq!((failed["attempts"].as_array().unwrap().len(), &failed["nextTryAt"]), (10, &Value::Null));
    receiver.answers(200);
    let count = receiver.got().len();
    receiver.pass(DAY);
    assert_eq!(receiver.got().len(), count, "it is not tried again by itself");
    let replayed = receiver.replay(&json!({ "event": failed["eventId"] }));
    assert_eq!(replayed.status, 202, "{}", replayed.text);
    receiver.pass(1);
    assert_eq!(receiver.told().last().unwrap(), "connection.updated bad");
    assert!(receiver.deliveries("?state=failed").is_empty());
}

#[test]
fn events_of_an_account_keep_their_order_and_hold_up_no_other_account() {
    let receiver = Receiver::new();
    let (one, two) = (receiver.scenario.account("one", TOKEN), receiver.scenario.account("two", TOKEN));
    receiver.pass(1);
    receiver.answers(500);
    receiver.describe(&one, "1a");
    receiver.pass(1);
    receiver.answers(200);
    for (account, text) in [(&one, "1b"), (&two, "2a"), (&one, "1c")] {
        receiver.describe(account, text);
    }
    receiver.pass(1);
    let since = |receiver: &Receiver, at: usize| receiver.told().split_off(at);
    assert_eq!(
        since(&receiver, 2),
        ["connection.updated 1a", "connection.updated 2a"],
        "1b and 1c wait for 1a"
    );
    receiver.pass(10);
    assert_eq!(
        since(&receiver, 4),
        ["connection.updated 1a", "connection.updated 1b", "connection.updated 1c"]
    );
}

#[test]
fn events_of_a_session_keep_their_order() {
    let receiver = Receiver::new();
    let scenario = &receiver.scenario;
    scenario.platform.live.okta("acme.okta.com");
    let session = scenario.session(&scenario.live_key);
    assert_eq!(scenario.get("/api/v1/connect", &session).status, 200);
    receiver.answers(500);
    receiver.pass(1);
    receiver.answers(200);
    assert_eq!(scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN).status, 200);
    receiver.pass(10);
    let told: Vec<_> = receiver.got().iter().map(|seen| body(seen)["type"].clone()).collect();
    let of_session: Vec<_> =
        told.iter().filter(|told| told.as_str().unwrap().starts_with("session.")).collect();
    assert_eq!(of_session, ["session.opened", "session.opened", "session.completed"], "{told:?}");
    let deliveries = receiver.deliveries("");
    let of = |kind: &str| {
        deliveries.iter().find(|delivery| delivery["eventType"] == kind).unwrap()["connectionId"].clone()
    };
    assert_eq!(of("session.opened"), Value::Null);
    assert!(of("session.completed").is_string(), "{deliveries:?}");
}

#[test]
fn an_event_that_no_endpoint_wants_wakes_nobody() {
    let scenario = Scenario::new();
    endpoint(&scenario, "app.example.com", &["connection.deleted"]);
    scenario.platform.bind_webhook_queue();
    let _ = scenario.account("one", TOKEN);
    scenario.platform.pass(scenario.target(), MINUTE);
    let object = scenario.platform.index.object(scenario.target());
    let lease: Option<i64> = object.value("SELECT lease FROM webhook_endpoints", &[]).unwrap();
    assert_eq!(lease, Some(0), "no message was sent for it");
    assert!(!scenario.platform.index.rings(scenario.target()), "there is nothing left to do");
}

#[test]
fn later_events_of_an_account_wait_for_four_tries_of_an_earlier_one_and_no_longer() {
    let receiver = Receiver::new();
    let one = receiver.scenario.account("one", TOKEN);
    receiver.pass(1);
    receiver.answers(500);
    receiver.describe(&one, "bad");
    receiver.pass(1);
    receiver.describe(&one, "later");
    receiver.pass(30 * MINUTE);
    assert!(!receiver.told().contains(&"connection.updated later".to_owned()));
    receiver.pass(10 * MINUTE);
    assert!(receiver.told().contains(&"connection.updated later".to_owned()));
}

#[test]
fn an_endpoint_says_when_it_wants_to_be_left_alone() {
    let receiver = Receiver::new();
    for status in [429, 503] {
        let rule = line("app.example.com");
        receiver.scenario.platform.live.answer_with(&rule, status, &[("retry-after", "3600")], "later");
        let _ = receiver.scenario.account(&format!("a{status}"), TOKEN);
        receiver.pass(1);
        let count = receiver.got().len();
        receiver.answers(200);
        let _ = receiver.scenario.account(&format!("b{status}"), TOKEN);
        receiver.pass(HOUR - 10);
        assert_eq!(receiver.got().len(), count, "{status}");
        receiver.pass(20);
        assert_eq!(receiver.got().len(), count + 2, "{status}");
    }
}

#[test]
fn gone_ends_an_endpoint_at_once_and_nothing_is_lost_when_it_comes_back() {
    let receiver = Receiver::new();
    endpoint(&receiver.scenario, "other.example.com", &["endpoint.disabled"]);
    receiver.scenario.platform.live.answer(&line("other.example.com"), 200, "");
    receiver.answers(410);
    let _ = receiver.scenario.account("one", TOKEN);
    receiver.pass(1);
    let endpoint = receiver.endpoint();
    assert_eq!((&endpoint["enabled"], &endpoint["disabled"]["reason"]), (&json!(false), &json!("gone")));
    let told = got(&receiver.scenario, "other.example.com");
    assert_eq!(body(&told[0])["data"]["webhookEndpoint"]["reason"], "gone");
    assert!(
        !told[0].body.as_deref().unwrap().contains("/webhooks"),
        "the path may be a secret of the receiver"
    );
    let log = receiver.scenario.get("/api/v1/audit-log", receiver.scenario.admin_key());
    assert!(log.text.contains("webhook-endpoint.disable"));
    let _ = receiver.scenario.account("two", TOKEN);
    receiver.pass(HOUR);
    assert_eq!(receiver.got().len(), 1, "it gets nothing");
    receiver.answers(200);
    assert_eq!(
        receiver
            .scenario
            .patch(&receiver.path, receiver.scenario.admin_key(), &json!({ "enabled": true }))
            .status,
        200
    );
    receiver.pass(5);
    let told = receiver.told();
    assert!(told.contains(&"connection.created two".to_owned()), "{told:?}");
    assert_eq!(told.iter().filter(|told| *told == "connection.created one").count(), 2, "{told:?}");
}

#[test]
fn an_endpoint_that_accepts_nothing_gets_one_event_at_a_time_and_is_disabled_after_five_days() {
    let receiver = Receiver::new();
    endpoint(&receiver.scenario, "other.example.com", &[]);
    receiver.scenario.platform.live.answer(&line("other.example.com"), 200, "");
    receiver.answers(500);
    let account = receiver.scenario.account("one", TOKEN);
    for number in 0..60 {
        receiver.scenario.create(&format!("account-{number}"), TOKEN, &[]);
    }
    receiver.pass(10);
    assert_eq!(got(&receiver.scenario, "other.example.com").len(), 61, "the other one is not held up");
    receiver.pass(DAY);
    let a_day = receiver.got().len();
    assert!(a_day < 300, "{a_day} requests to a dead endpoint");
    receiver.pass(5 * DAY);
    let endpoint = receiver.endpoint();
    assert_eq!(endpoint["disabled"]["reason"], "failing", "{endpoint}");
    let disabled = got(&receiver.scenario, "other.example.com")
        .iter()
        .map(name)
        .filter(|told| told.starts_with("endpoint.disabled"))
        .count();
    assert_eq!(disabled, 1);
    // Back again: everything arrives, also what happened meanwhile.
    receiver.describe(&account, "meanwhile");
    receiver.answers(200);
    let before = receiver.got().len();
    receiver.scenario.patch(&receiver.path, receiver.scenario.admin_key(), &json!({ "enabled": true }));
    let since = json!({ "since": "2026-01-01T00:00:00Z" });
    assert_eq!(receiver.replay(&since).status, 202);
    receiver.pass(30);
    let mut told = receiver.told().split_off(before);
    told.sort();
    told.dedup();
    assert!(told.len() >= 62 && told.contains(&"connection.updated meanwhile".to_owned()), "{}", told.len());
    assert!(receiver.deliveries("?state=waiting").is_empty());
}

#[test]
fn an_endpoint_that_was_down_for_a_day_gets_everything_within_an_hour_after_it_is_back() {
    let receiver = Receiver::new();
    receiver.answers(502);
    for number in 0..30 {
        receiver.scenario.create(&format!("account-{number}"), TOKEN, &[]);
    }
    receiver.pass(DAY);
    let down = receiver.got().len();
    assert!(down < 20 + 6 + 26, "{down} requests");
    receiver.scenario.create("during", TOKEN, &[]);
    receiver.answers(200);
    receiver.pass(HOUR + MINUTE);
    let mut told = receiver.told().split_off(down);
    told.sort();
    told.dedup();
    assert_eq!(told.len(), 31, "{told:?}");
    assert_eq!(receiver.endpoint()["deliveries"]["failed"], 0, "an outage gives up no event");
}

#[test]
fn a_few_seconds_of_failures_cost_a_minute_and_no_more() {
    let receiver = Receiver::new();
    receiver.answers(502);
    for number in 0..30 {
        receiver.scenario.create(&format!("account-{number}"), TOKEN, &[]);
    }
    receiver.pass(10);
    receiver.answers(200);
    let before = receiver.got().len();
    receiver.pass(2 * MINUTE);
    let mut told = receiver.told().split_off(before);
    told.sort();
    told.dedup();
    assert_eq!(told.len(), 30, "{told:?}");
}

#[test]
fn many_endpoints_get_their_events_where_a_call_may_make_few_requests() {
    let mut scenario = Scenario::new();
    scenario.platform.config.subrequests = 50;
    let hosts: Vec<_> = (0..12).map(|number| format!("app-{number}.example.com")).collect();
    for host in &hosts {
        endpoint(&scenario, host, &[]);
        scenario.platform.live.answer(&line(host), 200, "");
    }
    let _ = scenario.account("one", TOKEN);
    scenario.platform.pass(scenario.target(), MINUTE);
    let got: Vec<_> = hosts.iter().map(|host| got(&scenario, host).len()).collect();
    assert_eq!(got, [1; 12]);
}

#[test]
fn the_delivery_of_an_event_that_made_room_goes_with_it() {
    let receiver = Receiver::new();
    let account = receiver.scenario.account("one", TOKEN);
    for number in 0..25 {
        receiver.describe(&account, &format!("change {number}"));
    }
    receiver.pass(5);
    let object = receiver.scenario.platform.index.object(receiver.target());
    assert_eq!(object.count("webhook_deliveries"), 26);
    // As if the mode had as many events as it may have.
    object.exec("UPDATE row_counts SET rows = 50000 WHERE kind = 'eventslive'", &[]).unwrap();
    receiver.describe(&account, "one too many");
    receiver.pass(5);
    let orphans = "SELECT count(*) FROM webhook_deliveries WHERE event NOT IN (SELECT id FROM events)";
    assert_eq!(object.value::<i64>(orphans, &[]).unwrap(), Some(0));
    assert!(object.count("webhook_deliveries") < 26);
}

#[test]
fn an_event_that_waits_keeps_its_place_when_its_sender_is_killed() {
    let receiver = Receiver::new();
    let account = receiver.scenario.account("one", TOKEN);
    receiver.pass(1);
    let platform = &receiver.scenario.platform;
    platform.bind_webhook_queue();
    receiver.answers(500);
    receiver.describe(&account, "first");
    receiver.describe(&account, "second");
    receiver.describe(&account, "third");
    receiver.pass(1);
    // At the next try the sender takes the events, and is killed before it sends one.
    receiver.answers(200);
    platform.wait(10);
    platform.sweep(receiver.target());
    let message = platform.webhook_messages().remove(0);
    platform.index.faults.borrow_mut().push(("next-webhooks", Fault::DoneSilent));
    assert!(platform.deliver_webhooks(message).is_err());
    let before = receiver.got().len();
    receiver.pass(5 * MINUTE);
    let all = ["connection.updated first", "connection.updated second", "connection.updated third"];
    assert_eq!(receiver.told().split_off(before), all);
}

#[test]
fn a_message_that_waited_longer_than_its_lease_still_delivers() {
    let receiver = Receiver::new();
    let platform = &receiver.scenario.platform;
    platform.bind_webhook_queue();
    let _ = receiver.scenario.account("one", TOKEN);
    platform.sweep(receiver.target());
    let slow = platform.webhook_messages().remove(0);
    platform.wait(2 * MINUTE);
    platform.sweep(receiver.target());
    let again = platform.webhook_messages().remove(0);
    platform.deliver_webhooks(slow).unwrap();
    assert_eq!(receiver.told(), ["connection.created one"]);
    platform.deliver_webhooks(again).unwrap();
    assert_eq!(receiver.got().len(), 1);
}

#[test]
fn a_replay_since_a_time_sends_everything_again_in_order() {
    let receiver = Receiver::new();
    for name in ["one", "two", "three"] {
        let _ = receiver.scenario.account(name, TOKEN);
        receiver.pass(HOUR);
    }
    let since = receiver.scenario.get("/api/v1/events", &receiver.scenario.live_key);
    let since = &since.body["events"][1]["createdAt"];
    assert_eq!(receiver.replay(&json!({ "since": since })).status, 202);
    receiver.pass(1);
    assert_eq!(receiver.told().split_off(3), ["connection.created two", "connection.created three"]);
    for (body, field) in [
        (json!({}), "event"),
        (json!({ "event": "evt_x", "since": since }), "event"),
        (json!({ "event": "evt_x_1" }), "event"),
        (json!({ "since": "yesterday" }), "since"),
    ] {
        assert_eq!(receiver.replay(&body).problem(), (422, "invalid_parameter", Some(field)), "{body}");
    }
}

#[test]
fn with_a_queue_a_message_has_ids_alone_and_a_lost_one_loses_nothing() {
    let receiver = Receiver::new();
    let platform = &receiver.scenario.platform;
    platform.bind_webhook_queue();
    let _ = receiver.scenario.account("one", TOKEN);
    platform.sweep(receiver.target());
    let lost = platform.webhook_messages();
    assert_eq!(lost.len(), 1, "{lost:?}");
    assert!(receiver.got().is_empty());
    receiver.pass(3 * MINUTE);
    assert_eq!(receiver.told(), ["connection.created one"]);
    // The lost message arrives after all.
    platform.deliver_webhooks(lost[0].clone()).unwrap();
    assert_eq!(receiver.got().len(), 1, "its lease is over");
}

#[test]
fn a_message_that_comes_twice_sends_once() {
    let receiver = Receiver::new();
    let platform = &receiver.scenario.platform;
    platform.bind_webhook_queue();
    let _ = receiver.scenario.account("one", TOKEN);
    platform.sweep(receiver.target());
    let message = platform.webhook_messages().remove(0);
    platform.deliver_webhooks(message.clone()).unwrap();
    platform.deliver_webhooks(message).unwrap();
    assert_eq!(receiver.got().len(), 1);
}

#[test]
fn a_queue_that_takes_no_message_is_done_without() {
    let receiver = Receiver::new();
    receiver.scenario.platform.bind_webhook_queue();
    receiver.scenario.platform.queue_fails.set(true);
    let _ = receiver.scenario.account("one", TOKEN);
    receiver.scenario.platform.sweep(receiver.target());
    assert_eq!(receiver.told(), ["connection.created one"]);
}

#[test]
fn what_is_cut_off_at_any_step_arrives_later_with_the_same_id_and_nothing_else_arrives() {
    // Each call of the sender to the object, and each way that it can fail.
    for fault in [Fault::NotDone, Fault::NotDoneSilent, Fault::DoneSilent] {
        for passes in 0..2 {
            let receiver = Receiver::new();
            let platform = &receiver.scenario.platform;
            platform.bind_webhook_queue();
            let account = receiver.scenario.account("one", TOKEN);
            receiver.describe(&account, "two");
            receiver.describe(&account, "three");
            platform.sweep(receiver.target());
            let message = platform.webhook_messages().remove(0);
            let mut faults = vec![("next-webhooks", Fault::Passes); passes];
            faults.push(("next-webhooks", fault));
            *platform.index.faults.borrow_mut() = faults;
            assert!(platform.deliver_webhooks(message.clone()).is_err(), "{fault:?} {passes}");
            platform.index.deliver_late();
            // The queue delivers the message again, and then the lease ends.
            platform.deliver_webhooks(message).unwrap();
            receiver.pass(5 * MINUTE);
            let all = ["connection.created one", "connection.updated two", "connection.updated three"];
            let told = receiver.told();
            let ids: Vec<_> = receiver.got().iter().map(|seen| seen.headers["webhook-id"].clone()).collect();
            for (at, event) in all.iter().enumerate() {
                let first = told.iter().position(|told| told == event);
                assert_eq!(first, Some(at), "{fault:?} {passes} {told:?}");
            }
            let mut different = ids.clone();
            different.sort();
            different.dedup();
            assert_eq!(different.len(), 3, "{fault:?} {passes} {ids:?}");
            assert!(told.len() <= 6, "{fault:?} {passes} {told:?}");
            assert!(receiver.deliveries("?state=waiting").is_empty());
        }
    }
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
