//! Leases, messages of the queue and what is cut off: each event arrives at least once, and no more is done than needed.

use super::{MINUTE, Receiver, TOKEN, endpoint, got, line};
use latchkey_edge::store::sql::Sql;
use latchkey_tests::{Fault, Scenario};

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
