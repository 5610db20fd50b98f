//! A project is made, changed and deleted over two objects, the registry and its own. Whatever call fails or loses its reply:
//! the owner can delete the project, its host name comes free, nobody else is disturbed, and the timer finishes what was begun.

use latchkey_edge::jobs;
use latchkey_edge::ports::Target;
use latchkey_edge::store::sql::Sql;
use latchkey_tests::{ADMIN_TOKEN, Answer, Fault, Scenario};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const NAME: &str = "connect.acme.com";
const NEIGHBOR: &str = "connect.neighbor.com";

/// A deployment with a project that the step concerns, and a neighbor with a host name and an account.
fn deployment() -> Scenario {
    let mut scenario = Scenario::new();
    scenario.platform.config.public_url = Some("https://edge.example".to_owned());
    let _ = scenario.account("one", "00token000000000000000000000000000000000000");
    let own = scenario.project.clone();
    assert_eq!(change(&scenario, &own, &json!({ "name": "Neighbor", "domains": [NEIGHBOR] })).status, 200);
    (scenario.project, ..) = scenario.another_project();
    scenario
}

fn change(scenario: &Scenario, project: &str, body: &Value) -> Answer {
    scenario.patch(&format!("/api/v1/projects/{project}"), ADMIN_TOKEN, body)
}

fn make(scenario: &Scenario) -> Answer {
    scenario.post("/api/v1/projects", ADMIN_TOKEN, &json!({ "name": "New", "domains": [NAME] }))
}

fn delete(scenario: &Scenario, project: &str) -> Answer {
    scenario.send(
        "DELETE",
        &format!("/api/v1/projects/{project}?force=true&now=true"),
        Some(ADMIN_TOKEN),
        None,
    )
}

fn listed(scenario: &Scenario) -> Vec<Value> {
    let listed = scenario.get("/api/v1/projects", ADMIN_TOKEN);
    assert_eq!(listed.status, 200, "{}", listed.text);
    listed.body["projects"].as_array().unwrap().clone()
}

/// Two runs of the timer, each later than any step lasts.
fn timer(scenario: &Scenario) {
    for _ in 0..2 {
        scenario.platform.wait(310);
        pollster::block_on(jobs::run(&scenario.platform));
    }
}

/// What the registry says of each project: name, look and host names; and what its object says.
fn both_sides(scenario: &Scenario) -> [BTreeMap<String, Vec<String>>; 2] {
    let rows = |database: &latchkey_tests::Database, statement: &str| {
        let rows = database.exec(statement, &[]).unwrap();
        rows.iter().map(|row| (row.text(0), vec![row.text(1), row.text(2), row.text(3)])).collect::<Vec<_>>()
    };
    let registry = scenario.platform.index.object(Target::Registry);
    let said = "SELECT id, name, branding, (SELECT json_group_array(host) FROM domains WHERE project = id) FROM projects";
    let known = "SELECT id, name, branding, coalesce(json_extract(settings, '$.domains'), '[]') FROM project";
    let objects = scenario.platform.index.projects();
    let orphans = "SELECT host, project, '', '' FROM domains WHERE project NOT IN (SELECT id FROM projects)";
    assert_eq!(rows(&registry, orphans), [], "a host name belongs to no project");
    [
        rows(&registry, said).into_iter().collect(),
        objects.iter().flat_map(|object| rows(object, known)).collect(),
    ]
}

/// A step, and whether the project that it concerns is there when it is over.
struct Step {
    act: fn(&Scenario) -> Answer,
    status: u16,
}

const STEPS: [(&str, Step); 6] = [
    ("make", Step { act: make, status: 201 }),
    (
        "change the name and take a host name",
        Step {
            act: |scenario| {
                change(scenario, &scenario.project, &json!({ "name": "Changed", "domains": [NAME] }))
            },
            status: 200,
        },
    ),
    (
        "take a host name and give it back",
        Step {
            act: |scenario| {
                change(scenario, &scenario.project, &json!({ "domains": [NAME] }));
                change(scenario, &scenario.project, &json!({ "domains": [] }))
            },
            status: 200,
        },
    ),
    ("delete", Step { act: |scenario| delete(scenario, &scenario.project), status: 200 }),
    (
        "delete without force",
        Step {
            act: |scenario| {
                let path = format!("/api/v1/projects/{}?now=true", scenario.project);
                scenario.send("DELETE", &path, Some(ADMIN_TOKEN), None)
            },
            status: 200,
        },
    ),
    (
        "make, change and delete",
        Step {
            act: |scenario| {
                let made = make(scenario);
                let id = made.body["project"]["id"].as_str().unwrap_or(&scenario.project).to_owned();
                change(scenario, &id, &json!({ "domains": [NAME, "two.acme.com"] }));
                delete(scenario, &id)
            },
            status: 200,
        },
    ),
];

/// Runs `check` after each step was cut at each of its calls, in each way.
fn every_cut(check: impl Fn(&Scenario, &Answer, u16, &str)) {
    for (name, step) in STEPS {
        let plain = deployment();
        plain.platform.index.done.borrow_mut().clear();
        let answer = (step.act)(&plain);
        assert_eq!(answer.status, step.status, "{name}: {}", answer.text);
        let mut calls = plain.platform.index.done.borrow().clone();
        calls.sort_unstable();
        calls.dedup();
        assert!(calls.len() >= 2, "{name}: {calls:?}");
        for call in calls {
            for fault in [Fault::NotDone, Fault::NotDoneSilent, Fault::DoneSilent] {
                for times in [1, 4] {
                    let scenario = deployment();
                    scenario.platform.index.faults.borrow_mut().extend((0..times).map(|_| (call, fault)));
                    let answer = (step.act)(&scenario);
                    scenario.platform.index.faults.borrow_mut().clear();
                    check(&scenario, &answer, step.status, &format!("{name}: {call} {fault:?} x{times}"));
                }
            }
        }
    }
}

#[test]
fn nobody_else_is_disturbed_and_the_timer_leaves_both_objects_of_one_mind() {
    every_cut(|scenario, answer, success, what| {
        let in_time = answer.status == success || answer.status == 503 || answer.status == 404;
        assert!(in_time, "{what}: {}", answer.text);
        let made = answer.body["project"]["id"].as_str().filter(|_| answer.status == 201);
        nobody_else_is_disturbed(scenario, what);
        timer(scenario);
        nobody_else_is_disturbed(scenario, what);
        let [registry, objects] = both_sides(scenario);
        assert_eq!(registry, objects, "{what}");
        assert!(made.is_none_or(|made| objects.contains_key(made)), "{what}: it was answered");
        for entry in listed(scenario) {
            let read =
                scenario.get(&format!("/api/v1/projects/{}", entry["id"].as_str().unwrap()), ADMIN_TOKEN);
            assert_eq!((read.status, &entry["state"]), (200, &json!("ready")), "{what}: {}", read.text);
        }
        let unfinished = "SELECT id FROM projects WHERE due IS NOT NULL";
        let registry = scenario.platform.index.object(Target::Registry);
        assert_eq!(registry.exec(unfinished, &[]).unwrap(), [], "{what}: something is left to do");
    });
}

#[test]
fn the_owner_can_delete_it_at_once_and_its_host_name_is_free() {
    every_cut(|scenario, _, _, what| {
        for entry in listed(scenario).iter().filter(|entry| entry["name"] != "Neighbor") {
            let id = entry["id"].as_str().unwrap();
            let path = format!("/api/v1/projects/{id}");
            let key = json!({ "name": "k", "mode": "live", "scopes": ["admin"] });
            for answer in [
                scenario.get(&path, ADMIN_TOKEN),
                scenario.patch(&path, ADMIN_TOKEN, &json!({ "whiteLabel": true })),
                scenario.post(&format!("{path}/api-keys"), ADMIN_TOKEN, &key),
                delete(scenario, id),
            ] {
                let there = [200, 201].contains(&answer.status);
                assert!(there || answer.problem() == (404, "not_found", None), "{what}: {}", answer.text);
            }
            assert_eq!(delete(scenario, id).problem(), (404, "not_found", None), "{what}");
        }
        let left: Vec<_> = listed(scenario).into_iter().map(|entry| entry["name"].clone()).collect();
        assert_eq!(left, ["Neighbor"], "{what}");
        let (made, taken) = (make(scenario), json!({ "name": "x", "domains": [NEIGHBOR] }));
        assert_eq!(made.status, 201, "{what}: {}", made.text);
        let taken = scenario.post("/api/v1/projects", ADMIN_TOKEN, &taken);
        assert_eq!(taken.problem().1, "domain_taken", "{what}: the neighbor's name is its own");
    });
}

/// The neighbor's calls and those about the whole deployment succeed.
fn nobody_else_is_disturbed(scenario: &Scenario, what: &str) {
    for answer in [
        scenario.get("/api/v1/vault", ADMIN_TOKEN),
        scenario.post("/api/v1/vault/rewrap", ADMIN_TOKEN, &json!({})),
        scenario.get("/api/v1/app-connections", &scenario.live_key),
    ] {
        assert_eq!(answer.status, 200, "{what}: {}", answer.text);
    }
}

#[test]
fn a_request_that_needs_a_host_name_finishes_what_holds_it() {
    let scenario = deployment();
    for call in ["create-project", "delete-project", "begin-ending-project"] {
        scenario.platform.index.faults.borrow_mut().extend([(call, Fault::NotDoneSilent); 4]);
    }
    assert_eq!(make(&scenario).problem().1, "storage_unavailable");
    scenario.platform.index.faults.borrow_mut().clear();
    assert_eq!(make(&scenario).problem().1, "domain_taken", "its making could still go on");
    scenario.platform.wait(130);
    assert_eq!(make(&scenario).status, 201, "no timer was needed");
}

/// A call may arrive after its caller gave up.
#[test]
fn a_project_whose_making_arrives_late_is_not_made() {
    let scenario = deployment();
    for call in ["create-project", "delete-project", "begin-ending-project"] {
        scenario.platform.index.faults.borrow_mut().extend([(call, Fault::NotDoneSilent); 4]);
    }
    assert_eq!(make(&scenario).problem().1, "storage_unavailable");
    scenario.platform.index.faults.borrow_mut().clear();
    for wait in [0, 700, 700] {
        timer(&scenario);
        scenario.platform.wait(wait);
        scenario.platform.sweep_all();
        assert!(scenario.platform.index.deliver_late() >= 1);
        let [registry, objects] = both_sides(&scenario);
        assert_eq!(registry, objects);
        assert_eq!(listed(&scenario).len(), 2);
    }
}

#[test]
fn each_call_of_the_timer_may_fail_and_the_next_run_goes_on() {
    let begun = || {
        let scenario = deployment();
        let faults = ["settle-project", "delete-project", "unregister-project"];
        let cut = |work: &dyn Fn()| {
            let faults = faults.iter().flat_map(|call| [(*call, Fault::NotDoneSilent); 4]);
            scenario.platform.index.faults.borrow_mut().extend(faults);
            work();
            scenario.platform.index.faults.borrow_mut().clear();
        };
        cut(&|| drop(make(&scenario)));
        cut(&|| drop(change(&scenario, &scenario.project, &json!({ "name": "Changed" }))));
        let (other, ..) = scenario.another_project();
        cut(&|| drop(delete(&scenario, &other)));
        scenario.platform.index.done.borrow_mut().clear();
        scenario
    };
    let plain = begun();
    timer(&plain);
    let mut calls = plain.platform.index.done.borrow().clone();
    calls.sort_unstable();
    calls.dedup();
    assert!(calls.len() >= 4, "{calls:?}");
    for call in calls {
        for fault in [Fault::NotDone, Fault::NotDoneSilent, Fault::DoneSilent] {
            for times in [1, 4] {
                let what = format!("{call} {fault:?} x{times}");
                let scenario = begun();
                scenario.platform.index.faults.borrow_mut().extend((0..times).map(|_| (call, fault)));
                timer(&scenario);
                scenario.platform.index.faults.borrow_mut().clear();
                timer(&scenario);
                timer(&scenario);
                let [registry, objects] = both_sides(&scenario);
                assert_eq!(registry, objects, "{what}");
                assert_eq!(objects.len(), 3, "{what}: the neighbor, the changed one and the new one");
            }
        }
    }
}

#[test]
fn two_changes_at_once_leave_the_registry_with_the_later_one() {
    let scenario = deployment();
    let path = format!("/api/v1/projects/{}", scenario.project);
    // The first change's last call arrives after the whole second change.
    scenario.platform.index.faults.borrow_mut().extend([("settle-project", Fault::NotDoneSilent); 2]);
    scenario.patch(&path, ADMIN_TOKEN, &json!({ "name": "First", "domains": [NAME] }));
    assert_eq!(scenario.patch(&path, ADMIN_TOKEN, &json!({ "name": "Second", "domains": [] })).status, 200);
    assert_eq!(scenario.platform.index.deliver_late(), 2);
    timer(&scenario);
    let [registry, objects] = both_sides(&scenario);
    assert_eq!(registry, objects);
    assert_eq!(objects[&scenario.project][0], "Second");
}
