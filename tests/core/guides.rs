//! Guides in a project's name: only a link that this deployment made leads to a project.

use latchkey_tests::{ADMIN_TOKEN, Answer, Scenario};
use serde_json::json;

fn open(scenario: &Scenario, path: &str) -> Answer {
    scenario.send("GET", path, None, None)
}

fn finds(scenario: &Scenario) -> usize {
    scenario.platform.index.done.borrow().iter().filter(|name| **name == "find-brand").count()
}

#[test]
fn the_link_of_a_project_is_shown_with_each_provider_and_works() {
    let scenario = Scenario::new();
    let (_, _, other) = scenario.another_project();
    let link = scenario.guide("okta", &scenario.live_key);
    assert!(link.starts_with("/guides/okta?project="), "{link}");
    assert!(!link.contains(&scenario.project));
    assert_ne!(link, scenario.guide("okta", &other));
    assert!(open(&scenario, &link).text.contains("Example needs these details"));
    let public = scenario.send("GET", "/api/v1/providers/okta", None, None);
    assert!(public.body.get("guideUrl").is_none(), "{}", public.text);
}

#[test]
fn an_invented_id_reaches_no_object() {
    let scenario = Scenario::new();
    let link = scenario.guide("okta", &scenario.live_key);
    let (_, id) = link.split_once('=').unwrap();
    let session = scenario.session(&scenario.live_key);
    let session = session.splitn(3, '_').nth(2).unwrap().rsplit_once('.').unwrap().0;
    let (project, mac) = id.split_once('.').unwrap();
    let before = scenario.platform.index.done.borrow().len();
    for invented in [
        scenario.project.as_str(),
        "00000000-0000-4000-8000-000000000000",
        "nonsense",
        "",
        project,
        &format!("{project}."),
        &format!("{project}.{}", "0".repeat(22)),
        &format!("{mac}.{project}"),
        &format!("{id}.{id}"),
        &format!("{id}0"),
        session,
    ] {
        let answer = open(&scenario, &format!("/guides/okta?project={invented}"));
        assert_eq!(answer.problem(), (404, "not_found", None), "{invented}");
    }
    assert_eq!(scenario.platform.index.done.borrow().len(), before);
}

#[test]
fn the_registry_is_asked_once_a_minute_for_a_projects_name() {
    let scenario = Scenario::new();
    let link = scenario.guide("okta", &scenario.live_key);
    let before = finds(&scenario);
    for _ in 0..20 {
        assert_eq!(open(&scenario, &link).status, 200);
    }
    assert_eq!(finds(&scenario), before + 1);
    scenario.patch(
        &format!("/api/v1/projects/{}", scenario.project),
        ADMIN_TOKEN,
        &json!({ "name": "Renamed" }),
    );
    scenario.platform.wait(61);
    assert!(open(&scenario, &link).text.contains("Renamed needs these details"));
}

#[test]
fn a_deleted_project_has_no_guides() {
    let scenario = Scenario::new();
    let link = scenario.guide("okta", &scenario.live_key);
    let deleted = scenario.send(
        "DELETE",
        &format!("/api/v1/projects/{}?now=true", scenario.project),
        Some(ADMIN_TOKEN),
        None,
    );
    assert_eq!(deleted.status, 200);
    assert_eq!(open(&scenario, &link).problem(), (404, "not_found", None));
}
