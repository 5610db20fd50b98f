//! The order of the events of an account or a session, whatever fails, and events that are sent again.

use super::{HOUR, MINUTE, Receiver, TOKEN, body};
use latchkey_tests::Fault;
use serde_json::{Value, json};

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
fn a_replay_since_a_time_sends_at_once_what_waits_for_its_next_try() {
    let receiver = Receiver::new();
    let account = receiver.scenario.account("one", TOKEN);
    receiver.pass(1);
    let since = latchkey_edge::time::iso(receiver.scenario.platform.clock.0.get());
    receiver.answers(500);
    receiver.describe(&account, "first");
    receiver.pass(1);
    receiver.describe(&account, "second");
    receiver.pass(10);
    receiver.answers(200);
    let before = receiver.got().len();
    assert!(
        receiver
            .deliveries("?state=waiting")
            .iter()
            .any(|one| one["attempts"].as_array().unwrap().len() == 2)
    );
    assert_eq!(receiver.replay(&json!({ "since": since })).status, 202);
    receiver.pass(1);
    let both = ["connection.updated first", "connection.updated second"];
    assert_eq!(receiver.told().split_off(before), both, "the next try was minutes away");
}

#[test]
fn an_event_that_is_replayed_while_it_is_under_way_is_sent_again() {
    use latchkey_edge::store::Store;
    use latchkey_edge::store::protocol::{Attempt, NextWebhooks, Operation, SentEvent};
    use latchkey_edge::store::sql::Sql;
    let receiver = Receiver::new();
    let platform = &receiver.scenario.platform;
    platform.bind_webhook_queue();
    let account = receiver.scenario.account("one", TOKEN);
    // A sender has taken the event. It is being sent.
    platform.sweep(receiver.target());
    let message = platform.webhook_messages().remove(0);
    platform.index.faults.borrow_mut().push(("next-webhooks", Fault::DoneSilent));
    assert!(platform.deliver_webhooks(message.clone()).is_err());
    let listed = receiver.scenario.get("/api/v1/events", &receiver.scenario.live_key).body;
    let id = listed["events"][0]["id"].clone();
    assert_eq!(receiver.replay(&json!({ "event": id })).status, 202);
    // It was accepted, and the sender says so.
    let object = platform.index.object(receiver.target());
    let number = |column: &str| {
        let statement = format!("SELECT {column} FROM webhook_endpoints");
        object.value::<i64>(&statement, &[]).unwrap().unwrap()
    };
    let now = platform.clock.0.get();
    let attempt =
        Attempt { at: now, ms: 5, status: Some(204), error: None, answer: String::new(), retry_after: None };
    let event: i64 = object.value("SELECT max(id) FROM events", &[]).unwrap().unwrap();
    let settle = NextWebhooks {
        endpoint: message.endpoint,
        lease: number("lease"),
        sent: vec![SentEvent { event, attempt: Some(attempt) }],
        most: 0,
    };
    Store::new(&*object, now).run(NextWebhooks::NAME, &serde_json::to_string(&settle).unwrap()).unwrap();
    let [delivery] = &receiver.deliveries("")[..] else { panic!("one delivery") };
    let attempts = delivery["attempts"].as_array().unwrap().len();
    assert_eq!((delivery["state"].as_str(), attempts), (Some("waiting"), 1), "{delivery}");
    receiver.pass(1);
    assert_eq!(receiver.told(), ["connection.created one"]);
    assert_eq!(receiver.deliveries("")[0]["state"], "delivered");
    receiver.describe(&account, "more");
    receiver.pass(60);
    assert_eq!(receiver.told().len(), 2, "once more, and not again and again");
}

#[test]
fn an_event_waits_for_each_earlier_one_that_is_tried_again() {
    let receiver = Receiver::new();
    let account = receiver.scenario.account("one", TOKEN);
    receiver.pass(1);
    receiver.answers(500);
    receiver.describe(&account, "first");
    receiver.pass(1);
    receiver.describe(&account, "second");
    // The first one was tried four times, and waits for hours. The second one is tried, and waits for minutes.
    let told = |name: &str| receiver.told().iter().filter(|told| told.ends_with(name)).count();
    for _ in 0..600 {
        receiver.pass(5);
        if told("second") == 2 {
            break;
        }
    }
    assert_eq!((told("first"), told("second")), (4, 2));
    receiver.describe(&account, "third");
    receiver.pass(1);
    receiver.answers(200);
    let before = receiver.got().len();
    let first = receiver.deliveries("?state=waiting").pop().unwrap();
    assert_eq!(first["attempts"].as_array().unwrap().len(), 4);
    assert_eq!(receiver.replay(&json!({ "event": first["eventId"] })).status, 202);
    receiver.pass(10);
    assert_eq!(receiver.told().split_off(before), ["connection.updated first"], "the third still waits");
    receiver.pass(10 * MINUTE);
    let all = ["connection.updated first", "connection.updated second", "connection.updated third"];
    assert_eq!(receiver.told().split_off(before), all);
}
