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
