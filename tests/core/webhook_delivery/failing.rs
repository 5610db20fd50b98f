//! A receiver that fails: when an event is tried again, when it is given up, and when an endpoint is down or disabled.

use super::{DAY, HOUR, MINUTE, Receiver, TOKEN, body, endpoint, got, line, name};
use latchkey_edge::ports::FetchError;
use serde_json::{Value, json};

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

/// Lets the receiver accept an event of another account, and nothing afterwards.
fn accept_another(receiver: &Receiver, number: usize) {
    receiver.answers(200);
    let _ = receiver.scenario.account(&format!("fine-{number}"), TOKEN);
    receiver.pass(1);
    receiver.answers(500);
}

#[test]
fn an_event_that_is_never_accepted_is_given_up_after_ten_tries_and_can_be_replayed() {
    let receiver = Receiver::new();
    let account = receiver.scenario.account("one", TOKEN);
    receiver.pass(1);
    receiver.answers(500);
    receiver.describe(&account, "bad");
    let tries = || receiver.told().iter().filter(|told| *told == "connection.updated bad").count();
    let now = || receiver.scenario.platform.clock.0.get();
    let mut at = vec![];
    while at.len() < 10 {
        receiver.pass(1);
        if tries() > at.len() {
            at.push(now());
            accept_another(&receiver, at.len());
        } else if at.len() > 3 {
            receiver.pass(10 * MINUTE);
        }
        assert!(at.first().is_none_or(|first| now() - first < 5 * DAY * 1000), "{at:?}");
    }
    let waits: Vec<_> = at.windows(2).map(|pair| (pair[1] - pair[0]) / 1000).collect();
    // Up to a tenth more, and what the steps of this loop add.
    for (wait, least) in waits.iter().zip([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]) {
        assert!((least..=least + least / 10 + 1_000).contains(wait), "{waits:?}");
    }
    let [failed] = &receiver.deliveries("?state=failed")[..] else { panic!("one was given up") };
    assert_eq!((failed["attempts"].as_array().unwrap().len(), &failed["nextTryAt"]), (10, &Value::Null));
    receiver.answers(200);
    receiver.pass(DAY);
    assert_eq!(tries(), 10, "it is not tried again by itself");
    let replayed = receiver.replay(&json!({ "event": failed["eventId"] }));
    assert_eq!(replayed.status, 202, "{}", replayed.text);
    receiver.pass(1);
    assert_eq!(tries(), 11);
    assert!(receiver.deliveries("?state=failed").is_empty());
}

#[test]
fn an_endpoint_that_accepts_nothing_loses_no_event_however_few_it_has() {
    let receiver = Receiver::new();
    receiver.answers(500);
    let _ = receiver.scenario.account("one", TOKEN);
    receiver.pass(4 * DAY);
    assert!(receiver.deliveries("?state=failed").is_empty());
    receiver.answers(200);
    receiver.pass(HOUR + MINUTE);
    assert_eq!(receiver.deliveries("?state=delivered").len(), 1);
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
fn a_new_address_begins_anew() {
    let receiver = Receiver::new();
    let rule = line("app.example.com");
    receiver.scenario.platform.live.answer_with(&rule, 503, &[("retry-after", "86400")], "");
    let _ = receiver.scenario.account("one", TOKEN);
    receiver.pass(1);
    receiver.scenario.platform.live.answer(&line("new.example.com"), 200, "");
    let moved = json!({ "url": "https://new.example.com/webhooks" });
    let changed = receiver.scenario.patch(&receiver.path, receiver.scenario.admin_key(), &moved);
    assert_eq!(
        changed.body["webhookEndpoint"]["deliveries"]["failingSince"],
        Value::Null,
        "{}",
        changed.text
    );
    receiver.pass(5);
    assert_eq!(got(&receiver.scenario, "new.example.com").len(), 1);
}

#[test]
fn the_longest_wait_that_was_asked_for_counts_and_a_replay_ends_it() {
    let receiver = Receiver::new();
    let rule = line("app.example.com");
    receiver.scenario.platform.live.answer_with(&rule, 429, &[("retry-after", "3600")], "");
    let _ = receiver.scenario.account("one", TOKEN);
    receiver.pass(1);
    receiver.answers(200);
    let count = receiver.got().len();
    let _ = receiver.scenario.account("two", TOKEN);
    receiver.pass(10 * MINUTE);
    assert_eq!(receiver.got().len(), count, "an event that comes meanwhile does not end the wait");
    let event = receiver.deliveries("?state=waiting")[0]["eventId"].clone();
    assert_eq!(receiver.replay(&json!({ "event": event })).status, 202);
    receiver.pass(5);
    assert_eq!(receiver.got().len(), count + 2);
}

#[test]
fn an_event_that_was_given_up_long_ago_disables_nobody() {
    let receiver = Receiver::new();
    receiver.answers(500);
    let account = receiver.scenario.account("one", TOKEN);
    for number in 0..9 {
        receiver.pass(12 * HOUR);
        accept_another(&receiver, number);
    }
    assert_eq!(receiver.deliveries("?state=failed").len(), 1);
    receiver.pass(7 * DAY);
    receiver.describe(&account, "much later");
    receiver.pass(MINUTE);
    assert_eq!(receiver.endpoint()["enabled"], true);
}
