//! A deployment of a thousand projects: no request and no run of the timer calls them all, and each comes to an end.

use latchkey_edge::jobs::rotate_keys;
use latchkey_edge::ports::Target;
use latchkey_edge::store::sql::Sql;
use latchkey_tests::{ADMIN_TOKEN, Answer, Fault, Scenario};
use serde_json::json;

/// The most calls of a Worker's smaller plan in one request.
const CALLS: usize = 50;

fn token(number: usize) -> String {
    format!("00token{number:0>35}")
}

/// A deployment of so many projects, of which every hundredth has an account under the old key.
fn deployment(projects: usize) -> Scenario {
    let mut scenario = Scenario::new();
    for number in 1..projects {
        let (_, _, key) = scenario.another_project();
        if number % 100 == 0 {
            scenario.live_key = key;
            let _ = scenario.account("one", &token(number));
        }
    }
    scenario.platform.rotate(&[("k2", 9), ("k1", 2)]);
    scenario
}

/// Sends a request, which may make only so many calls to KV and to objects.
fn within_the_plan(scenario: &Scenario, method: &str, path: &str) -> Answer {
    scenario.platform.index.done.borrow_mut().clear();
    scenario.platform.blobs.gets.set(0);
    let values = scenario.platform.blobs.values.borrow().len();
    let answer = scenario.send(method, path, Some(ADMIN_TOKEN), Some(("application/json", "{}")));
    let puts = scenario.platform.blobs.values.borrow().len() - values;
    let calls = scenario.platform.index.done.borrow().len() + scenario.platform.blobs.gets.get() + puts;
    assert!(calls <= CALLS, "{method} {path} made {calls} calls");
    assert_eq!(answer.status, 200, "{method} {path}: {}", answer.text);
    answer
}

#[test]
fn a_thousand_projects_are_listed_counted_and_moved_within_the_calls_of_a_request() {
    let scenario = deployment(1_000);
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = within_the_plan(&scenario, "GET", &format!("/api/v1/projects?limit=100{cursor}"));
        let projects = page.body["projects"].as_array().unwrap();
        assert!(projects.len() <= 100);
        ids.extend(projects.iter().map(|project| project["id"].to_string()));
        let Some(next) = page.body["nextCursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(ids.len(), 1_000);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 1_000, "each once");

    let counted = |answer: &Answer| answer.body["uncounted"].as_u64().unwrap();
    let first = within_the_plan(&scenario, "GET", "/api/v1/vault");
    assert!(counted(&first) > 900 && counted(&first) < 1_000, "{}", first.text);
    assert_eq!(
        first.body["keys"][1]["removable"], false,
        "not while a project is not counted: {}",
        first.text
    );
    let mut status = first;
    for _ in 0..100 {
        if counted(&status) == 0 {
            break;
        }
        status = within_the_plan(&scenario, "GET", "/api/v1/vault");
    }
    assert_eq!((counted(&status), &status.body["remaining"]), (0, &json!(9)), "{}", status.text);
    let mut moved = 0;
    for _ in 0..10 {
        let batch = within_the_plan(&scenario, "POST", "/api/v1/vault/rewrap");
        moved += batch.body["rewrapped"].as_u64().unwrap();
        if batch.body["remaining"] == 0 {
            break;
        }
    }
    let status = within_the_plan(&scenario, "GET", "/api/v1/vault");
    assert_eq!((moved, &status.body["remaining"], counted(&status)), (9, &json!(0), 0), "{}", status.text);
    assert_eq!(status.body["keys"][1]["removable"], true, "{}", status.text);
}

#[test]
fn a_batch_without_counting_first_comes_to_the_same_end() {
    let scenario = deployment(120);
    let mut rounds = 0;
    loop {
        let batch = within_the_plan(&scenario, "POST", "/api/v1/vault/rewrap");
        rounds += 1;
        if (&batch.body["remaining"], &batch.body["uncounted"]) == (&json!(0), &json!(0)) {
            break;
        }
        assert!(rounds < 100, "{}", batch.text);
    }
    assert_eq!(within_the_plan(&scenario, "GET", "/api/v1/vault").body["keys"][1]["removable"], true);
}

#[test]
fn the_timer_reaches_every_project_a_part_at_a_time() {
    let scenario = deployment(120);
    for _ in 0..10 {
        scenario.platform.index.done.borrow_mut().clear();
        pollster::block_on(rotate_keys::rotate(&scenario.platform)).unwrap();
        assert!(scenario.platform.index.done.borrow().len() < 800);
    }
    let registry = scenario.platform.index.object(Target::Registry);
    let left = "SELECT count(*) FROM projects WHERE rotated_to <> 'k2,k1'";
    assert_eq!(registry.value::<i64>(left, &[]).unwrap(), Some(0));
    let status = within_the_plan(&scenario, "GET", "/api/v1/vault");
    assert_eq!((&status.body["uncounted"], &status.body["remaining"]), (&json!(0), &json!(0)));
}

#[test]
fn a_project_that_fails_is_reported_and_the_others_are_counted_and_moved() {
    let mut scenario = Scenario::new();
    let _ = scenario.account("one", &token(1));
    let (other, _, key) = scenario.another_project();
    scenario.live_key = key;
    let _ = scenario.account("one", &token(2));
    scenario.platform.rotate(&[("k2", 9), ("k1", 2)]);
    let fail = |call| {
        scenario.platform.index.faults.borrow_mut().clear();
        scenario.platform.index.faults.borrow_mut().push((call, Fault::NotDoneSilent));
    };
    fail("count-keys");
    let status = within_the_plan(&scenario, "GET", "/api/v1/vault");
    let failed = &status.body["failedProjects"];
    let whose = [json!(scenario.project), json!(other)];
    assert!(whose.contains(&failed[0]["projectId"]) && failed[1].is_null(), "{}", status.text);
    assert_eq!(failed[0]["code"], "storage_unavailable", "{}", status.text);
    assert!(failed[0]["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{}", status.text);
    assert_eq!((&status.body["uncounted"], &status.body["remaining"]), (&json!(1), &json!(1)));
    assert_eq!(status.body["keys"][1]["removable"], false);
    fail("list-values-to-rewrap");
    let batch = within_the_plan(&scenario, "POST", "/api/v1/vault/rewrap");
    assert_eq!(
        (&batch.body["rewrapped"], batch.body["failedProjects"].as_array().unwrap().len()),
        (&json!(1), 1)
    );
    let batch = within_the_plan(&scenario, "POST", "/api/v1/vault/rewrap");
    assert_eq!(
        (&batch.body["rewrapped"], &batch.body["remaining"]),
        (&json!(1), &json!(0)),
        "{}",
        batch.text
    );
}

#[test]
fn a_list_that_is_paged_refuses_what_is_no_cursor() {
    let scenario = Scenario::new();
    for wrong in [
        "cursor=x",
        "cursor=1.x",
        "cursor=-1.7ffbb072-2575-495a-b5b0-127f88caef78",
        "limit=0",
        "limit=101",
        "state=gone",
    ] {
        let answer = scenario.get(&format!("/api/v1/projects?{wrong}"), ADMIN_TOKEN);
        assert_eq!(answer.problem().1, "invalid_parameter", "{wrong}: {}", answer.text);
    }
}
