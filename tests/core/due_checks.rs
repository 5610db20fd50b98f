//! Checks that nobody asked for: when an account is due, who checks it, and what is left when something goes wrong.

use latchkey_edge::store::client::StoreClient;
use latchkey_edge::store::protocol::{Care, CareChanges, UpdateProject};
use latchkey_edge::store::sql::Sql;
use latchkey_shared::ProjectId;
use latchkey_tests::{Database, Scenario};
use serde_json::{Value, json};
use std::rc::Rc;

#[path = "due_checks/allowance.rs"]
mod allowance;
#[path = "due_checks/faults.rs"]
mod faults;
#[path = "due_checks/organizations.rs"]
mod organizations;

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
        key: None,
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
        console_members: None,
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
