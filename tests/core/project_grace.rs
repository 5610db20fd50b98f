//! A project that was deleted can be restored for seven days. Until then nothing of it works, and nothing of it is lost. Then it is
//! deleted for good, by the timer. Only the owner of the deployment may delete it at once.

use latchkey_edge::jobs;
use latchkey_edge::ports::Target;
use latchkey_tests::{ADMIN_TOKEN, Answer, Fault, Scenario};
use serde_json::{Value, json};

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const HOST: &str = "acme.okta.com";
const DAY: i64 = 24 * 3600;
const OWN: &str = "/api/v1/project";

fn path(scenario: &Scenario, end: &str) -> String {
    format!("/api/v1/projects/{}{end}", scenario.project)
}

fn owner(scenario: &Scenario, method: &str, end: &str) -> Answer {
    scenario.send(method, &path(scenario, end), Some(ADMIN_TOKEN), None)
}

fn delete(scenario: &Scenario) -> Value {
    let deleted = owner(scenario, "DELETE", "?force=true");
    assert_eq!(deleted.status, 200, "{}", deleted.text);
    deleted.body["project"].clone()
}

/// Lets the timer and every alarm run, each later than any step lasts.
fn run(scenario: &Scenario) {
    for _ in 0..2 {
        scenario.platform.wait(310);
        pollster::block_on(jobs::run(&scenario.platform));
        scenario.platform.sweep_all();
    }
}

#[test]
fn every_key_link_and_session_of_a_deleted_project_is_refused_by_name_and_works_again_after_a_restore() {
    let scenario = Scenario::new();
    scenario.platform.live.okta(HOST);
    let account = scenario.account("one", TOKEN);
    let admin = scenario.admin_key().to_owned();
    let session = scenario.session(&scenario.live_key);
    let viewer = scenario.sign_in("live", "viewer");
    let before = owner(&scenario, "GET", "").body;
    assert_eq!(before["project"]["deletesAt"], Value::Null);
    assert_eq!(owner(&scenario, "DELETE", "").problem().1, "project_in_use");
    let ends = delete(&scenario)["deletesAt"].as_str().unwrap().to_owned();
    // Repeating it puts nothing off.
    scenario.platform.wait(600);
    assert_eq!(delete(&scenario)["deletesAt"], ends.as_str());
    assert_eq!(owner(&scenario, "GET", "").body["project"]["deletesAt"], ends.as_str());
    let listed = scenario.get("/api/v1/projects", ADMIN_TOKEN).body["projects"][0].clone();
    assert_eq!((&listed["state"], &listed["deletesAt"]), (&json!("deleting"), &json!(ends)));
    for (method, at, key) in [
        ("GET", account.as_str(), &scenario.live_key),
        ("GET", "/api/v1/app-connections", &scenario.live_key),
        ("GET", "/api/v1/app-connections/options", &scenario.test_key),
        ("POST", "/api/v1/connect-sessions", &scenario.live_key),
        ("PATCH", OWN, &admin),
        ("GET", "/api/v1/audit-log", &admin),
    ] {
        let body = (method != "GET").then_some(r#"{"providers":["okta"],"endUser":{"id":"u"}}"#);
        let body = if at == OWN { Some(r#"{"name":"x"}"#) } else { body };
        let refused = scenario.send(method, at, Some(key), body.map(|body| ("application/json", body)));
        assert_eq!(refused.problem(), (403, "project_deleted", None), "{method} {at}: {}", refused.text);
        assert!(refused.text.contains(&ends), "{}", refused.text);
    }
    // Somebody without the key learns nothing.
    let forged = format!("{}.{}", scenario.live_key.rsplit_once('.').unwrap().0, "1".repeat(44));
    assert_eq!(scenario.get(&account, &forged).problem().0, 401);
    assert_eq!(scenario.get("/api/v1/connect", &session).problem(), (410, "session_revoked", None));
    let attempt = scenario.attempt(&session, "attempt-1", HOST, TOKEN);
    assert_eq!(attempt.problem(), (410, "session_revoked", None));
    let list = scenario.as_person(&viewer, "GET", "/api/v1/app-connections", None);
    assert_eq!(list.problem().1, "project_deleted", "{}", list.text);
    let who = scenario.as_person(&viewer, "GET", "/api/v1/console", None);
    assert_eq!(who.body["console"]["project"]["deletesAt"], ends.as_str(), "{}", who.text);
    for (end, body) in [
        ("/api-keys", json!({ "name": "x", "mode": "live", "scopes": ["admin"] })),
        ("", json!({ "name": "x" })),
    ] {
        let method = if end.is_empty() { "PATCH" } else { "POST" };
        let body = body.to_string();
        let refused = scenario.send(
            method,
            &path(&scenario, end),
            Some(ADMIN_TOKEN),
            Some(("application/json", &body)),
        );
        assert_eq!(refused.problem().1, "project_deleted", "{method} {end}");
    }
    let restored = owner(&scenario, "POST", "/restore");
    assert_eq!((restored.status, &restored.body), (200, &before), "everything is as it was");
    assert_eq!(scenario.get(&account, &scenario.live_key).status, 200);
    assert_eq!(scenario.get("/api/v1/connect", &session).status, 200);
    assert_eq!(scenario.as_person(&viewer, "GET", "/api/v1/app-connections", None).status, 200);
    assert_eq!(scenario.attempt(&session, "attempt-2", HOST, TOKEN).status, 200);
    let log = scenario.get("/api/v1/audit-log?action=project.delete", &admin).body["entries"].clone();
    assert_eq!((&log[0]["detail"], log.as_array().unwrap().len()), (&json!(ends), 1), "{log}");
}

#[test]
fn nothing_is_asked_and_nothing_told_while_a_project_is_deleted_and_all_of_it_follows_after_a_restore() {
    let scenario = Scenario::new();
    scenario.platform.live.okta(HOST);
    let _ = scenario.webhook_endpoint();
    scenario.platform.live.answer("POST https://app.example.com/webhooks", 204, "");
    let _ = scenario.account("one", TOKEN);
    scenario.platform.sweep_all();
    delete(&scenario);
    let asked = || scenario.platform.live.seen().len();
    let before = asked();
    for _ in 0..6 {
        scenario.platform.wait(DAY - 700);
        run(&scenario);
    }
    assert_eq!(asked(), before, "a provider or an endpoint was asked");
    assert_eq!(owner(&scenario, "POST", "/restore").status, 200);
    scenario.platform.wait(60);
    scenario.platform.sweep_all();
    assert!(asked() > before, "the checks that came due were not made");
}

#[test]
fn after_seven_days_it_is_deleted_for_good_and_cannot_be_restored() {
    let scenario = Scenario::new();
    scenario.platform.live.okta(HOST);
    let _ = scenario.account("one", TOKEN);
    delete(&scenario);
    scenario.platform.wait(7 * DAY - 700);
    run(&scenario);
    assert_eq!(owner(&scenario, "GET", "").status, 200, "its grace is not over");
    assert_eq!(scenario.platform.blobs.values.borrow().len(), 1);
    scenario.platform.wait(700);
    // Between the end of its grace and the timer nobody brings it back.
    assert_eq!(owner(&scenario, "POST", "/restore").problem(), (404, "not_found", None));
    for _ in 0..3 {
        run(&scenario);
    }
    assert_eq!(owner(&scenario, "GET", "").problem().0, 404);
    assert_eq!(owner(&scenario, "POST", "/restore").problem().0, 404);
    assert!(scenario.platform.blobs.values.borrow().is_empty(), "a sealed value outlived its project");
    assert_eq!(scenario.platform.index.object(scenario.target()).tables(), Vec::<String>::new());
    let deleted = scenario.get("/api/v1/projects?state=deleted", ADMIN_TOKEN).body;
    assert_eq!(deleted["projects"][0]["id"], scenario.project.as_str());
}

#[test]
fn admins_delete_and_restore_their_own_project_but_never_at_once() {
    let scenario = Scenario::new();
    let _ = scenario.account("one", TOKEN);
    let admin = scenario.sign_in("live", "admin");
    let support = scenario.sign_in("live", "support");
    let own = |person, method: &str, path: &str| scenario.as_person(person, method, path, None);
    assert_eq!(own(&support, "DELETE", "/api/v1/project?force=true").problem().1, "insufficient_role");
    assert_eq!(own(&support, "POST", "/api/v1/project/restore").problem().1, "insufficient_role");
    assert_eq!(own(&admin, "DELETE", OWN).problem().1, "project_in_use");
    // The member that deletes at once means nothing here: the project is still there.
    let deleted = own(&admin, "DELETE", "/api/v1/project?force=true&now=true");
    assert_eq!(deleted.status, 200, "{}", deleted.text);
    assert!(deleted.body["project"]["deletesAt"].is_string());
    // A person may sign in meanwhile, to restore it.
    let again = scenario.sign_in("live", "admin");
    assert_eq!(own(&again, "GET", OWN).body["project"]["deletesAt"], deleted.body["project"]["deletesAt"]);
    assert_eq!(own(&support, "POST", "/api/v1/project/restore").problem().1, "insufficient_role");
    let restored = own(&again, "POST", "/api/v1/project/restore");
    assert_eq!(restored.body["project"]["deletesAt"], Value::Null, "{}", restored.text);
    assert_eq!(own(&admin, "GET", "/api/v1/app-connections").status, 200);
    let log = scenario.get("/api/v1/audit-log?action=project.restore", scenario.admin_key()).body;
    assert_eq!(log["entries"][0]["actor"]["type"], "console", "{log}");
}

#[test]
fn a_deletion_at_once_ends_a_marked_project_too() {
    let scenario = Scenario::new();
    let _ = scenario.account("one", TOKEN);
    delete(&scenario);
    assert_eq!(owner(&scenario, "DELETE", "?now=true").problem().1, "project_in_use");
    assert_eq!(owner(&scenario, "DELETE", "?now=maybe").problem(), (422, "invalid_parameter", Some("now")));
    let gone = owner(&scenario, "DELETE", "?now=true&force=true");
    assert_eq!(gone.status, 200, "{}", gone.text);
    assert_eq!(owner(&scenario, "POST", "/restore").problem().0, 404);
}

/// A deletion and a restore run over two objects. Whatever call fails or loses its reply, both agree in the end.
#[test]
fn a_deletion_or_restore_that_is_cut_short_is_finished_by_the_timer() {
    for (call, marked_after) in
        [("begin-changing-project", false), ("mark-project", true), ("settle-project", true)]
    {
        for fault in [Fault::NotDone, Fault::DoneSilent] {
            let scenario = Scenario::new();
            let _ = scenario.account("one", TOKEN);
            scenario.platform.index.faults.borrow_mut().extend([(call, fault); 2]);
            let cut = owner(&scenario, "DELETE", "?force=true");
            assert_eq!(cut.status, 503, "{call}: {}", cut.text);
            scenario.platform.index.faults.borrow_mut().clear();
            run(&scenario);
            let marked = owner(&scenario, "GET", "").body["project"]["deletesAt"].is_string();
            let listed = scenario.get("/api/v1/projects", ADMIN_TOKEN).body["projects"][0].clone();
            assert_eq!(listed["deletesAt"].is_string(), marked, "{call}: the two objects disagree");
            assert!(!marked || marked_after, "{call}");
            assert_eq!(owner(&scenario, "DELETE", "?force=true").status, 200, "{call}");
            assert_eq!(owner(&scenario, "POST", "/restore").status, 200, "{call}");
        }
    }
    let scenario = Scenario::new();
    assert_eq!(owner(&scenario, "DELETE", "").status, 200);
    scenario.platform.index.faults.borrow_mut().extend([("settle-project", Fault::NotDone); 2]);
    assert_eq!(owner(&scenario, "POST", "/restore").status, 503);
    scenario.platform.index.faults.borrow_mut().clear();
    scenario.platform.wait(8 * DAY);
    for _ in 0..3 {
        run(&scenario);
    }
    let kept = owner(&scenario, "GET", "");
    assert_eq!((kept.status, &kept.body["project"]["deletesAt"]), (200, &Value::Null), "{}", kept.text);
    assert_eq!(scenario.platform.index.object(Target::Registry).count("projects"), 1);
}
