//! Checks that nobody asked for: when an account is due, who checks it, and what is left when something goes wrong.

use latchkey_edge::ports::{FetchError, PortError, ProjectStore, Target};
use latchkey_edge::store::client::StoreClient;
use latchkey_edge::store::protocol::{Care, CareChanges, UpdateProject};
use latchkey_edge::store::sql::Sql;
use latchkey_shared::ProjectId;
use latchkey_tests::{Database, Fault, Scenario};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::rc::Rc;

const DAY: i64 = 24 * 3600;
const ME: &str = "GET https://acme.okta.com/api/v1/users/me";
const ORGANIZATION: &str = "GET https://acme.okta.com/.well-known/okta-organization";
const DEAD: &str = r#"{"errorCode":"E0000011"}"#;

fn token(number: usize) -> String {
    format!("00{number:0>40}")
}

/// A project with accounts of one Okta organization.
fn project(accounts: usize) -> (Scenario, Vec<String>) {
    let scenario = Scenario::new();
    let account = |number| scenario.account(&format!("account-{number}"), &token(number));
    let paths = (0..accounts).map(account).collect();
    (scenario, paths)
}

/// Creates an account of another Okta organization. Returns its path.
fn account_at(scenario: &Scenario, host: &str, id: &str, number: usize) -> String {
    scenario.platform.live.okta(host);
    let organization = format!(r#"{{"id":"{id}","_links":{{"organization":{{"href":"https://{host}"}}}}}}"#);
    scenario.platform.live.answer(
        &format!("GET https://{host}/.well-known/okta-organization"),
        200,
        &organization,
    );
    let credentials = json!({ "instanceUrl": format!("https://{host}"), "apiToken": token(number) });
    let name = format!("account-{number}");
    let body = json!({ "name": name, "method": "api-token", "credentials": credentials });
    let made = scenario.post("/api/v1/app-connections/okta", &scenario.live_key, &body);
    assert_eq!(made.status, 201, "{}", made.text);
    format!("/api/v1/app-connections/okta/{}", made.body["appConnection"]["id"].as_str().unwrap())
}

fn health(scenario: &Scenario, path: &str) -> Value {
    let read = scenario.get(path, &scenario.live_key);
    assert_eq!(read.status, 200, "{}", read.text);
    read.body["appConnection"]["details"]["health"].clone()
}

/// The requests with a key so far.
fn requests(scenario: &Scenario, number: usize) -> Vec<String> {
    let wanted = format!("SSWS {}", token(number));
    let seen = scenario.platform.live.seen().into_iter();
    seen.filter(|seen| seen.authorization.as_deref() == Some(&wanted)).map(|seen| seen.line).collect()
}

/// How often a key was checked, with its linking.
fn checks(scenario: &Scenario, number: usize) -> usize {
    requests(scenario, number).iter().filter(|line| line.ends_with("/api/v1/users/me")).count()
}

fn pass(scenario: &Scenario, seconds: i64) {
    scenario.platform.pass(scenario.target(), seconds);
}

fn object(scenario: &Scenario) -> Rc<Database> {
    scenario.platform.index.object(scenario.target())
}

/// Changes the project's care, as its owner does.
fn care(scenario: &Scenario, care: Care) {
    let id = ProjectId::parse(&scenario.project).unwrap();
    let change = UpdateProject {
        name: None,
        allowed_origins: None,
        white_label: None,
        settings: None,
        hosts: None,
        domains: None,
        branding: None,
        care: Some(CareChanges {
            checks: Some(care.checks),
            check_every_seconds: Some(care.check_every_seconds),
            rotate_every_days: Some(care.rotate_every_days.unwrap_or(0)),
            relink: Some(care.relink),
        }),
        audit_days: None,
        audit_addresses: None,
    };
    let store = StoreClient::project(&scenario.platform, id);
    pollster::block_on(store.call(change)).map_err(|error| error.log).unwrap();
}

/// Nothing is under way, and no account waits outside of its turn.
fn nothing_is_left(scenario: &Scenario, what: &str) {
    let object = object(scenario);
    assert_eq!((object.count("check_batches"), object.count("check_pauses")), (0, 0), "{what}");
    let odd = "SELECT 1 FROM connections WHERE check_at IS NOT NULL";
    assert!(!object.exists(odd, &[]).unwrap(), "{what}: an account waits outside of its turn");
}

#[test]
fn every_account_is_checked_once_in_each_interval_with_and_without_a_queue() {
    for queue in [false, true] {
        for every in [3_600, DAY, 30 * DAY] {
            let (scenario, mut paths) = project(0);
            if queue {
                scenario.platform.bind_queue();
            }
            scenario.care(&json!({ "checkEverySeconds": every }));
            paths.extend((0..9).map(|number| scenario.account(&format!("account-{number}"), &token(number))));
            // Okta's keys end after thirty days without use.
            let interval = every.min(7 * DAY);
            for turn in 1..4 {
                pass(&scenario, interval);
                for (number, path) in paths.iter().enumerate() {
                    assert_eq!(checks(&scenario, number), 1 + turn, "queue {queue}, every {every}, {number}");
                    assert_eq!(health(&scenario, path)["state"], "healthy");
                }
            }
            nothing_is_left(&scenario, "usual");
        }
    }
}

#[test]
fn an_account_says_when_it_is_checked_next_and_then_it_is() {
    let (scenario, paths) = project(1);
    for _ in 0..3 {
        let next = health(&scenario, &paths[0])["nextCheckAt"].as_str().unwrap().to_owned();
        let now = scenario.platform.clock.0.get();
        let before = checks(&scenario, 0);
        let object = scenario.platform.index.next_due(scenario.target()).unwrap();
        assert!(object > now);
        while checks(&scenario, 0) == before {
            pass(&scenario, 30);
        }
        let checked = health(&scenario, &paths[0])["checkedAt"].as_str().unwrap().to_owned();
        assert_eq!(checked.get(..16), next.get(..16), "to the minute");
    }
}

#[test]
fn another_interval_takes_effect_at_once_and_without_a_crowd() {
    let (scenario, paths) = project(6);
    pass(&scenario, DAY);
    let all = |scenario: &Scenario| (0..6).map(|number| checks(scenario, number)).collect::<Vec<_>>();
    // From the interval before to the next one: no account waits longer than the new interval.
    for every in [3_600, 30 * DAY, 6 * 3_600, DAY] {
        care(&scenario, Care { check_every_seconds: every as u32, ..Care::default() });
        let before = all(&scenario);
        pass(&scenario, every.min(7 * DAY));
        let after = all(&scenario);
        for (before, after) in before.iter().zip(&after) {
            assert!((1..=2).contains(&(after - before)), "every {every}: {before} to {after}");
        }
    }
    care(&scenario, Care { checks: false, ..Care::default() });
    let before = all(&scenario);
    pass(&scenario, 10 * DAY);
    assert_eq!(all(&scenario), before);
    assert_eq!(health(&scenario, &paths[0])["nextCheckAt"], Value::Null);
    care(&scenario, Care::default());
    pass(&scenario, 60);
    let crowd: usize = all(&scenario).iter().sum::<usize>() - before.iter().sum::<usize>();
    assert!(crowd < 3, "{crowd} accounts are due at once");
    pass(&scenario, DAY);
    assert!(all(&scenario).iter().zip(&before).all(|(after, before)| after > before));
}

#[test]
fn checks_are_spread_over_the_interval() {
    let (scenario, _) = project(40);
    let mut most = 0;
    for hour in 0..24 {
        let before: usize = (0..40).map(|number| checks(&scenario, number)).sum();
        pass(&scenario, 3_600);
        let after: usize = (0..40).map(|number| checks(&scenario, number)).sum();
        most = most.max(after - before);
        assert!(after - before < 14, "hour {hour}: {}", after - before);
    }
    assert!(most > 0);
}

#[test]
fn a_usual_check_is_one_request_and_a_full_one_comes_after_a_week_or_when_something_is_wrong() {
    let (scenario, _) = project(1);
    let linked = requests(&scenario, 0).len();
    assert!(linked > 5);
    for day in 1..7 {
        pass(&scenario, DAY);
        assert_eq!(requests(&scenario, 0).len(), linked + day, "day {day}");
    }
    pass(&scenario, 2 * DAY);
    assert!(requests(&scenario, 0).len() > linked + 8, "nobody looked at the rights for a week");
    let before = requests(&scenario, 0).len();
    scenario.platform.live.answer(ME, 401, DEAD);
    pass(&scenario, DAY);
    assert_eq!(requests(&scenario, 0).len(), before + 2, "a refusal and its confirmation");
}

#[test]
fn a_right_that_is_gone_is_noticed_within_a_week_and_a_light_check_does_not_bring_it_back() {
    let users = "GET https://acme.okta.com/api/v1/users?limit=1";
    let scenario = Scenario::new();
    scenario.platform.live.answer(users, 200, "[]");
    let path = scenario.account("one", &token(0));
    scenario.platform.live.answer(users, 403, r#"{"errorCode":"E0000006"}"#);
    pass(&scenario, 8 * DAY);
    assert_eq!(health(&scenario, &path)["state"], "degraded");
    pass(&scenario, 2 * DAY);
    assert_eq!(health(&scenario, &path)["state"], "degraded");
    scenario.platform.live.answer(users, 200, "[]");
    pass(&scenario, DAY);
    assert_eq!(health(&scenario, &path)["state"], "healthy");
}

#[test]
fn a_key_is_dead_after_its_second_refusal_and_is_not_used_again_until_somebody_asks() {
    let (scenario, paths) = project(1);
    scenario.platform.live.answer(ME, 401, DEAD);
    pass(&scenario, DAY + 600);
    assert_eq!(checks(&scenario, 0), 3);
    let dead = health(&scenario, &paths[0]);
    assert_eq!((&dead["state"], &dead["nextCheckAt"]), (&json!("needs_new_key"), &Value::Null));
    pass(&scenario, 5 * DAY);
    assert_eq!(checks(&scenario, 0), 3);
    scenario.platform.live.okta("acme.okta.com");
    let verify = format!("{}/verify", paths[0]);
    assert_eq!(scenario.send("POST", &verify, Some(&scenario.live_key), None).status, 200);
    pass(&scenario, DAY);
    assert_eq!(checks(&scenario, 0), 5, "it lives, so it is watched again");
}

#[test]
fn an_idle_key_is_kept_alive_for_120_days_whatever_the_interval() {
    for every in [DAY, 30 * DAY] {
        let (scenario, paths) = project(2);
        scenario.care(&json!({ "checkEverySeconds": every }));
        for day in 0..120 {
            pass(&scenario, DAY);
            for path in &paths {
                let account = scenario.get(path, &scenario.live_key).body["appConnection"]["details"].clone();
                assert_eq!(account["health"]["state"], "healthy", "day {day}: {account}");
                assert_ne!(account["freshness"], "red", "day {day}: it ends within seven days");
            }
        }
        let most = 120 * DAY / every.min(7 * DAY) + 2;
        assert!(checks(&scenario, 0) as i64 <= most, "{} checks", checks(&scenario, 0));
    }
}

#[test]
fn a_project_without_checks_asks_only_at_the_end_of_a_key_and_tells_before() {
    let (scenario, paths) = project(1);
    scenario.care(&json!({ "checks": false }));
    assert_eq!(health(&scenario, &paths[0])["nextCheckAt"], Value::Null);
    pass(&scenario, 24 * DAY);
    assert_eq!(checks(&scenario, 0), 1);
    assert_eq!(health(&scenario, &paths[0])["code"], "expires_soon");
    // JavaScript, through which an object's times go, has no larger whole numbers.
    let unsafe_times =
        "SELECT 1 FROM connections WHERE max(coalesce(turns, 0), coalesce(check_at, 0)) > 9007199254740991";
    assert!(!object(&scenario).exists(unsafe_times, &[]).unwrap());
    // Somebody else may have used it. Only its service knows, so it is asked once, and told nothing wrong.
    pass(&scenario, 7 * DAY);
    assert_eq!((checks(&scenario, 0), &health(&scenario, &paths[0])["state"]), (2, &json!("healthy")));
}

#[test]
fn one_organization_is_in_one_batch_at_a_time_and_the_others_go_on() {
    let scenario = Scenario::new();
    scenario.platform.bind_queue();
    for number in 0..50 {
        let (host, id) =
            if number < 45 { ("acme.okta.com", "00oabc") } else { ("other.okta.com", "00oother") };
        let _ = account_at(&scenario, host, id, number);
    }
    let everybody = "UPDATE connections SET check_at = 1";
    object(&scenario).exec(everybody, &[]).unwrap();
    scenario.platform.sweep(scenario.target());
    let batches: Vec<(String, String)> = object(&scenario)
        .exec("SELECT connections, organizations FROM check_batches", &[])
        .unwrap()
        .iter()
        .map(|row| (row.text(0).to_owned(), row.text(1).to_owned()))
        .collect();
    let mut seen = BTreeMap::new();
    for (connections, organizations) in &batches {
        assert!(serde_json::from_str::<Vec<String>>(connections).unwrap().len() <= 20);
        for organization in serde_json::from_str::<Vec<String>>(organizations).unwrap() {
            assert!(seen.insert(organization, ()).is_none(), "an organization is in two batches");
        }
    }
    assert_eq!(seen.len(), 2);
    let rows = object(&scenario).dump();
    assert!(!rows.contains(&token(3)), "a key is in the rows of a batch");
    // Nobody is checked twice and nobody is forgotten.
    let first = scenario.platform.messages();
    first.iter().for_each(|message| scenario.platform.deliver(*message).unwrap());
    pass(&scenario, 300);
    for number in 0..50 {
        assert_eq!(checks(&scenario, number), 2, "account {number}");
    }
    nothing_is_left(&scenario, "a crowd");
}

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
fn an_outage_of_one_organization_is_asked_rarely_and_keeps_nobody_else_waiting() {
    let scenario = Scenario::new();
    let down: Vec<_> =
        (0..15).map(|number| account_at(&scenario, "down.okta.com", "00odown", number)).collect();
    let up: Vec<_> =
        (15..20).map(|number| account_at(&scenario, "acme.okta.com", "00oabc", number)).collect();
    let me = "GET https://down.okta.com/api/v1/users/me";
    scenario.platform.live.fail(me, FetchError::TimedOut);
    let before = scenario.platform.live.seen().len();
    object(&scenario).exec("UPDATE connections SET check_at = 1", &[]).unwrap();
    pass(&scenario, 3_600);
    let seen = scenario.platform.live.seen();
    let tries = seen[before..].iter().filter(|seen| seen.line == me).count();
    assert!((1..=15).contains(&tries), "{tries} requests in an hour of an outage");
    for number in 15..20 {
        assert_eq!(checks(&scenario, number), 2);
    }
    for path in down.iter().chain(&up) {
        assert_eq!(health(&scenario, path)["state"], "healthy");
    }
    let body = r#"{"id":"00uada","status":"ACTIVE","profile":{"login":"ada@example.com"}}"#;
    scenario.platform.live.answer(me, 200, body);
    pass(&scenario, 3 * DAY);
    nothing_is_left(&scenario, "the outage is over");
    assert_eq!(health(&scenario, &down[0])["state"], "healthy");
}

#[test]
fn an_organization_keeps_half_of_its_rate_limit_for_others() {
    // A usual check, and one that asks for everything.
    for full in [false, true] {
        for (left, limit, waits) in
            [("600", "600", false), ("300", "600", false), ("299", "600", true), ("0", "600", true)]
        {
            let (scenario, _) = project(5);
            let body = r#"{"id":"00uada","status":"ACTIVE","profile":{"login":"ada@example.com"}}"#;
            let headers = [
                ("date", "Mon, 23 Nov 2026 12:00:00 GMT"),
                ("x-rate-limit-limit", limit),
                ("x-rate-limit-remaining", left),
                // A minute after that date.
                ("x-rate-limit-reset", "1795435260"),
            ];
            scenario.platform.live.answer_with(ME, 200, &headers, body);
            let examined =
                if full { ", health_record = json_remove(health_record, '$.examined')" } else { "" };
            object(&scenario).exec(&format!("UPDATE connections SET check_at = 1{examined}"), &[]).unwrap();
            scenario.platform.sweep(scenario.target());
            let checked = (0..5).filter(|number| checks(&scenario, *number) == 2).count();
            assert_eq!(checked, if waits { 1 } else { 5 }, "{left} of {limit}, full: {full}");
            pass(&scenario, 3_600);
            for number in 0..5 {
                assert!(checks(&scenario, number) >= 2, "{left} of {limit}: account {number}, full: {full}");
            }
        }
    }
}

#[test]
fn an_account_whose_host_has_changed_waits_for_a_person_and_its_key_is_not_sent() {
    // A host of somebody else, and another host of the provider itself.
    for host in ["okta.example.com", "other.okta.com"] {
        let (scenario, paths) = project(1);
        scenario.platform.live.okta("other.okta.com");
        let moved = format!(r#"{{"id":"00oabc","_links":{{"organization":{{"href":"https://{host}"}}}}}}"#);
        scenario.platform.live.answer(ORGANIZATION, 200, &moved);
        let full =
            "UPDATE connections SET check_at = 1, health_record = json_remove(health_record, '$.examined')";
        object(&scenario).exec(full, &[]).unwrap();
        pass(&scenario, DAY);
        let paused = health(&scenario, &paths[0]);
        assert_eq!(
            (&paused["state"], &paused["code"]),
            (&json!("healthy"), &json!("host_not_allowed")),
            "{host}"
        );
        assert_eq!(paused["nextCheckAt"], Value::Null, "{host}");
        pass(&scenario, 5 * DAY);
        assert_eq!(checks(&scenario, 0), 1, "{host}: its key was sent");
        assert_eq!(health(&scenario, &paths[0])["state"], "unknown", "{host}");
        // A check now sends the key nowhere else, and leaves the account paused.
        let verify = format!("{}/verify", paths[0]);
        let refused = scenario.send("POST", &verify, Some(&scenario.live_key), None);
        assert_eq!(refused.problem().1, "host_not_allowed", "{host}: {}", refused.text);
        pass(&scenario, DAY);
        assert_eq!(checks(&scenario, 0), 1, "{host}: its key was sent");
        assert_eq!(health(&scenario, &paths[0])["nextCheckAt"], Value::Null, "{host}");
        scenario.platform.live.okta("acme.okta.com");
        assert_eq!(scenario.send("POST", &verify, Some(&scenario.live_key), None).status, 200, "{host}");
        let health = health(&scenario, &paths[0]);
        assert_eq!((&health["state"], &health["code"]), (&json!("healthy"), &Value::Null), "{host}");
        pass(&scenario, DAY);
        assert!(checks(&scenario, 0) >= 3, "{host}: it is watched again");
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

#[test]
fn somebody_who_waits_gets_what_is_due_even_where_a_queue_is_bound() {
    let (scenario, _) = project(3);
    scenario.platform.bind_queue();
    scenario.platform.wait(DAY);
    let work =
        |target: Target| -> Result<bool, PortError> { pollster::block_on(scenario.platform.work(target)) };
    while work(scenario.target()).unwrap() {
        scenario.platform.wait(1);
    }
    for number in 0..3 {
        assert_eq!(checks(&scenario, number), 2);
    }
    assert!(scenario.platform.messages().is_empty());
}

#[test]
fn a_call_makes_no_more_requests_than_its_plan_allows() {
    for (subrequests, most) in [(50, 40), (1_000, 1_000)] {
        let (mut scenario, _) = project(12);
        scenario.platform.config.subrequests = subrequests;
        scenario.platform.bind_queue();
        for full in [false, true] {
            let examined = if full { "json_remove(health_record, '$.examined')" } else { "health_record" };
            let due = format!("UPDATE connections SET check_at = 1, health_record = {examined}");
            object(&scenario).exec(&due, &[]).unwrap();
            let mut left = 200;
            loop {
                scenario.platform.sweep_if_due(scenario.target());
                for message in scenario.platform.messages() {
                    let count = || {
                        let platform = &scenario.platform;
                        platform.live.seen().len()
                            + platform.blobs.gets.get()
                            + platform.index.done.borrow().len()
                    };
                    let before = count();
                    scenario.platform.deliver(message).unwrap();
                    assert!(
                        count() - before <= most,
                        "{} requests in one call of {subrequests}",
                        count() - before
                    );
                }
                if !object(&scenario)
                    .exists("SELECT 1 FROM connections WHERE check_at IS NOT NULL", &[])
                    .unwrap()
                {
                    break;
                }
                scenario.platform.wait(15);
                left -= 1;
                assert!(left > 0, "the checks do not come to an end");
            }
        }
    }
}

#[test]
fn an_alarm_makes_no_more_requests_than_its_plan_allows_and_comes_to_an_end() {
    for subrequests in [50, 1_000] {
        let (mut scenario, paths) = project(10);
        scenario.platform.config.subrequests = subrequests;
        let most = if subrequests == 50 { 40 } else { 1_000 };
        let live = &scenario.platform.live;
        // Five push channels to register, five keys to end, sixty values to delete, and all that is left to check.
        for number in 40..45 {
            let credentials = json!({
                "instanceUrl": "https://acme.okta.com", "apiToken": token(number), "eventHookName": format!("Hook {number}"),
            });
            let new = json!({ "name": format!("hook-{number}"), "method": "api-token", "credentials": credentials });
            assert_eq!(scenario.post("/api/v1/app-connections/okta", &scenario.live_key, &new).status, 201);
        }
        let current = "DELETE https://acme.okta.com/api/v1/api-tokens/current";
        live.answer(current, 503, "");
        for path in &paths[..5] {
            let ended = scenario.send("POST", &format!("{path}/revoke"), Some(&scenario.live_key), None);
            assert_eq!(ended.status, 202, "{}", ended.text);
        }
        live.answer(current, 204, "");
        for number in 0..60 {
            let statement = "INSERT INTO intents (blob, mode, connection, swept, due) SELECT ?, 'live', id, 1, 1 FROM connections LIMIT 1";
            object(&scenario).exec(statement, &[format!("{number:0>22}").into()]).unwrap();
        }
        scenario.platform.wait(DAY);
        let requests = || scenario.platform.live.seen().len() + scenario.platform.blobs.gets.get();
        let mut rings = 0;
        while scenario.platform.index.rings(scenario.target()) {
            let count = || requests() as i64 - object(&scenario).count("intents");
            let before = count();
            scenario.platform.sweep(scenario.target());
            let made = count() - before;
            assert!(made <= most, "{made} requests in one alarm of {subrequests}");
            rings += 1;
            assert!(rings < 100, "the work does not come to an end");
            scenario.platform.wait(2);
        }
        assert_eq!(object(&scenario).count("intents"), 0, "{subrequests}");
        assert!(subrequests == 50 || rings < 20, "{rings}");
        assert!(requests() > 100, "enough is due for several alarms");
        let sent = scenario.platform.live.seen();
        let is = |line: &str| sent.iter().filter(|seen| seen.line == line).count();
        assert_eq!(is(current), 10);
        assert!(is("GET https://acme.okta.com/api/v1/eventHooks") >= 5, "each channel had its turn");
        for number in 5..10 {
            assert_eq!(checks(&scenario, number), 2, "{subrequests}, {number}");
        }
    }
}

#[test]
fn a_test_clock_that_moves_keeps_no_live_account_from_its_check() {
    let (mut scenario, _) = project(1);
    scenario.platform.config.subrequests = 50;
    for number in 0..10 {
        let credentials = json!({ "instanceUrl": "latchkey-demo.okta.com", "apiToken": format!("00test-super-admin-{number:0>23}") });
        let new =
            json!({ "name": format!("test-{number}"), "method": "api-token", "credentials": credentials });
        let made = scenario.post("/api/v1/app-connections/okta", &scenario.test_key, &new);
        assert_eq!(made.status, 201, "{}", made.text);
    }
    scenario.platform.wait(DAY);
    let moves = "INSERT OR REPLACE INTO test_clock (id, ahead, target) VALUES (1, 0, ?)";
    object(&scenario).exec(moves, &[(30 * DAY * 1000).into()]).unwrap();
    let read = scenario.platform.blobs.gets.get();
    scenario.platform.sweep(scenario.target());
    assert!(scenario.platform.blobs.gets.get() - read > 1, "the test clock moved");
    assert_eq!(checks(&scenario, 0), 2);
}
