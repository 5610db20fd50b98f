//! What is lost, comes twice or is late on our side leaves no account stuck and no key called dead.

use super::{DAY, DEAD, ME, checks, health, nothing_is_left, object, pass, project, token};
use latchkey_edge::store::sql::Sql;
use latchkey_tests::Fault;
use serde_json::json;
use std::rc::Rc;

#[test]
fn a_message_that_was_lost_is_due_again_and_one_that_comes_twice_acts_once() {
    let (scenario, _) = project(3);
    scenario.platform.bind_queue();
    object(&scenario).exec("UPDATE connections SET check_at = 1", &[]).unwrap();
    scenario.platform.sweep(scenario.target());
    let lost = scenario.platform.messages();
    assert_eq!(lost.len(), 1);
    scenario.platform.wait(599);
    scenario.platform.sweep_if_due(scenario.target());
    assert!(scenario.platform.messages().is_empty(), "its ten minutes are not over");
    scenario.platform.wait(1);
    scenario.platform.sweep(scenario.target());
    let again = scenario.platform.messages();
    assert_eq!(again.len(), 1);
    assert_ne!(again, lost);
    scenario.platform.deliver(again[0]).unwrap();
    for late in [again[0], lost[0]] {
        scenario.platform.deliver(late).unwrap();
    }
    for number in 0..3 {
        assert_eq!(checks(&scenario, number), 2, "account {number}");
    }
    nothing_is_left(&scenario, "lost and doubled");
}

#[test]
fn a_consumer_that_dies_at_any_step_leaves_an_account_that_is_due_again() {
    for (operation, fault) in [
        ("read-batch", Fault::NotDone),
        ("settle-batch", Fault::NotDone),
        ("settle-batch", Fault::NotDoneSilent),
        ("settle-batch", Fault::DoneSilent),
    ] {
        let (scenario, paths) = project(2);
        scenario.platform.bind_queue();
        scenario.platform.live.answer(ME, 401, DEAD);
        object(&scenario).exec("UPDATE connections SET check_at = 1", &[]).unwrap();
        scenario.platform.sweep(scenario.target());
        let message = scenario.platform.messages()[0];
        scenario.platform.index.faults.borrow_mut().extend([(operation, fault), (operation, fault)]);
        let first = scenario.platform.deliver(message);
        assert!(first.is_err() || fault == Fault::DoneSilent, "{operation} {fault:?}");
        // The platform delivers it again; what was settled is settled.
        scenario.platform.index.faults.borrow_mut().clear();
        scenario.platform.deliver(message).unwrap();
        let late = scenario.platform.index.late();
        let _ = scenario.platform.index.replies_to(&late);
        assert_eq!(
            health(&scenario, &paths[0])["state"],
            "healthy",
            "{operation} {fault:?}: one refusal counts"
        );
        assert_eq!(object(&scenario).count("check_batches"), 0);
        scenario.platform.live.okta("acme.okta.com");
        pass(&scenario, 900);
        nothing_is_left(&scenario, operation);
    }
}

#[test]
fn what_goes_wrong_on_our_side_never_counts_against_a_key() {
    for what in
        ["KV is down", "KV hides the value", "the value is altered", "the key is missing", "no catalogue"]
    {
        let (mut scenario, paths) = project(1);
        scenario.platform.wait(2 * 3_600);
        scenario.platform.sweep_if_due(scenario.target());
        let key = scenario.platform.blobs.values.borrow().keys().next().unwrap().clone();
        let value = scenario.platform.blobs.values.borrow()[&key].clone();
        match what {
            "KV is down" => scenario.platform.blobs.get_fails.set(true),
            "KV hides the value" => scenario.platform.blobs.hidden.set(true),
            "the key is missing" => scenario.platform.rotate(&[("k9", 9)]),
            "no catalogue" => scenario.platform.catalogue = false,
            _ => {
                _ = scenario.platform.blobs.values.borrow_mut().insert(key.clone(), "lk1.k1.AA.AA".to_owned())
            }
        }
        let asked = checks(&scenario, 0);
        pass(&scenario, 2 * DAY);
        assert_eq!(checks(&scenario, 0), asked, "{what}: the provider was asked");
        scenario.platform.catalogue = true;
        assert_eq!(health(&scenario, &paths[0])["state"], "healthy", "{what}");
        assert!(!scenario.platform.log.0.borrow().is_empty(), "{what}: nobody can know");
        scenario.platform.blobs.get_fails.set(false);
        scenario.platform.blobs.hidden.set(false);
        scenario.platform.rotate(&[("k1", 2)]);
        scenario.platform.blobs.values.borrow_mut().insert(key, value);
        pass(&scenario, DAY);
        assert!(checks(&scenario, 0) > asked, "{what}: it is not checked anymore");
        nothing_is_left(&scenario, what);
    }
}

#[test]
fn a_credential_that_was_changed_meanwhile_wins_over_a_batch() {
    let (scenario, paths) = project(1);
    let scenario = Rc::new(scenario);
    scenario.platform.bind_queue();
    object(&scenario).exec("UPDATE connections SET check_at = 1", &[]).unwrap();
    scenario.platform.sweep(scenario.target());
    let message = scenario.platform.messages()[0];
    scenario.platform.live.answer(ME, 401, DEAD);
    let (other, path) = (scenario.clone(), paths[0].clone());
    scenario.platform.live.meanwhile(move || {
        other.platform.live.okta("acme.okta.com");
        let credentials = json!({ "instanceUrl": "https://acme.okta.com", "apiToken": token(7) });
        assert_eq!(other.patch(&path, &other.live_key, &json!({ "credentials": credentials })).status, 200);
        other.platform.live.answer(ME, 401, DEAD);
    });
    scenario.platform.deliver(message).unwrap();
    let record =
        object(&scenario).exec("SELECT json_extract(health_record, '$.refused') FROM connections", &[]);
    assert!(!format!("{record:?}").contains("dead"), "the refusal of the old key counts for the new one");
}

#[test]
fn a_queue_that_takes_no_message_keeps_nobody_waiting() {
    let (scenario, _) = project(3);
    scenario.platform.bind_queue();
    scenario.platform.queue_fails.set(true);
    pass(&scenario, DAY);
    for number in 0..3 {
        assert_eq!(checks(&scenario, number), 2);
    }
    nothing_is_left(&scenario, "no queue");
}

#[test]
fn an_alarm_that_was_lost_is_set_again_within_a_day() {
    let (scenario, _) = project(1);
    scenario.platform.index.lose_alarm(scenario.target());
    let mut runs = 0;
    while scenario.platform.index.due().is_empty() {
        scenario.platform.wait(300);
        pollster::block_on(latchkey_edge::jobs::run(&scenario.platform));
        runs += 1;
        assert!(runs <= 600, "nobody woke the object");
    }
    assert!(scenario.platform.index.done.borrow().contains(&"wake-object"));
    scenario.platform.sweep(scenario.target());
    assert!(checks(&scenario, 0) >= 1);
    nothing_is_left(&scenario, "woken");
}

#[test]
fn an_alarm_that_was_held_for_seven_days_checks_every_account_once_and_calls_no_key_dead() {
    for queue in [false, true] {
        let (scenario, mut paths) = project(0);
        if queue {
            scenario.platform.bind_queue();
        }
        paths.extend((0..9).map(|number| scenario.account(&format!("account-{number}"), &token(number))));
        scenario.platform.wait(7 * DAY);
        assert!((0..9).all(|number| checks(&scenario, number) == 1), "nothing rang");
        pass(&scenario, 60);
        for (number, path) in paths.iter().enumerate() {
            assert_eq!(checks(&scenario, number), 2, "queue {queue}, {number}");
            assert_eq!(health(&scenario, path)["state"], "healthy");
        }
        nothing_is_left(&scenario, "held");
        // The turns go on as if nothing had been.
        pass(&scenario, DAY);
        assert!((0..9).all(|number| checks(&scenario, number) == 3), "queue {queue}");
    }
}
