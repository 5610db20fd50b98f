//! The console's pages: who gets one, what the first HTML has, and what is said when something fails.

use crate::console::with;
use latchkey_tests::console::Person;
use latchkey_tests::{Fault, Scenario};
use serde_json::json;

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const ACCOUNTS: &str = "/console/live/accounts";

/// Opens a page as a browser does: with its cookie, and without the header of the console's own requests.
fn open(scenario: &Scenario, path: &str, person: Option<&Person>) -> latchkey_tests::Answer {
    let mut headers = vec![("accept", "text/html")];
    headers.extend(person.map(|person| ("cookie", person.cookie.as_str())));
    with(scenario, "GET", path, &headers)
}

#[test]
fn a_page_leads_to_the_sign_in_and_back_unless_its_mode_is_signed_in_to() {
    let scenario = Scenario::new();
    let person = scenario.sign_in("live", "viewer");
    let home = |person| open(&scenario, "/console", person).headers["location"].clone();
    assert_eq!((home(None).as_str(), home(Some(&person)).as_str()), ("/console/sign-in", ACCOUNTS));
    assert_eq!(open(&scenario, ACCOUNTS, Some(&person)).status, 200);
    for (path, person) in [(ACCOUNTS, None), ("/console/test/accounts?q=a%20b", Some(&person))] {
        let moved = open(&scenario, path, person);
        assert_eq!(moved.status, 303, "{}", moved.text);
        let back = latchkey_console::route::encoded(path);
        assert_eq!(moved.headers["location"], format!("/console/sign-in?next={back}"));
    }
    for path in ["/console/live/nothing", "/console/live/accounts/okta", "/console/other/accounts"] {
        assert_eq!(open(&scenario, path, Some(&person)).status, 404, "{path}");
    }
}

#[test]
fn the_first_html_has_the_rows_and_a_policy_without_anything_inline() {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    let account = scenario.account("payroll", TOKEN);
    let person = scenario.sign_in("live", "support");
    let list = open(&scenario, ACCOUNTS, Some(&person));
    assert!(list.text.contains(">payroll<") && !list.text.contains(TOKEN), "{}", list.text);
    let policy = &list.headers["content-security-policy"];
    assert!(!policy.contains("unsafe-inline") && policy.contains("frame-ancestors 'none'"), "{policy}");
    let page = account.replace("/api/v1/app-connections", ACCOUNTS);
    let one = open(&scenario, &page, Some(&person));
    assert!(one.text.contains("Check now") && !one.text.contains("Audit log"), "{}", one.text);
    // What the role may not read is said in its place, and the rest is there.
    let keys = open(&scenario, "/console/live/api-keys", Some(&person));
    assert!(keys.status == 200 && keys.text.contains("You may not see this."), "{}", keys.text);
}

#[test]
fn what_fails_on_our_side_is_in_the_log_under_the_id_that_the_page_has() {
    let scenario = Scenario::new();
    let person = scenario.sign_in("live", "viewer");
    scenario.platform.index.faults.borrow_mut().push(("list-connections", Fault::NotDone));
    let page = open(&scenario, ACCOUNTS, Some(&person));
    assert_eq!(page.status, 200, "{}", page.text);
    let (_, id) = page.text.split_once("\"requestId\":\"").unwrap();
    let (id, _) = id.split_once('"').unwrap();
    let log = scenario.platform.log.0.borrow().join("\n");
    assert!(log.contains(id), "{id} is not in {log:?}");
}

#[test]
fn a_person_reads_and_changes_the_project_and_nobody_without_the_right() {
    let scenario = Scenario::new();
    let admin = scenario.sign_in("live", "admin");
    let new = json!({ "name": "Renamed", "branding": { "radius": 4 } });
    let changed = scenario.as_person(&admin, "PATCH", "/api/v1/project", Some(&new));
    assert_eq!(changed.body["project"]["branding"], json!({ "radius": 4 }), "{}", changed.text);
    let read = scenario.as_person(&admin, "GET", "/api/v1/project", None);
    assert_eq!(read.body["project"]["name"], "Renamed");
    assert_eq!(read.body["project"]["id"], scenario.project.as_str());
    for owner_only in [
        json!({ "domains": ["a.example.com"] }),
        json!({ "whiteLabel": true }),
        json!({ "consoleMembers": [] }),
    ] {
        let refused = scenario.as_person(&admin, "PATCH", "/api/v1/project", Some(&owner_only));
        assert_eq!(refused.problem().1, "malformed_body", "{owner_only}: {}", refused.text);
    }
    let support = scenario.sign_in("live", "support");
    assert_eq!(scenario.as_person(&support, "PATCH", "/api/v1/project", Some(&new)).status, 403);
    assert_eq!(scenario.patch("/api/v1/project", &scenario.live_key, &new).status, 403);
}

#[test]
fn the_preview_is_the_real_form_in_each_state_with_the_look_that_is_being_chosen() {
    let scenario = Scenario::new();
    let admin = scenario.sign_in("live", "admin");
    let see = |query: &str| open(&scenario, &format!("/console/live/preview{query}"), Some(&admin));
    let look = latchkey_console::route::encoded(
        r##"{"colors":{"light":{"accent":"#ffff00"}},"radius":4,"texts":{"title":"Hello {provider}"},"support":"javascript:alert(1)","fontStack":"x;}body{"}"##,
    );
    for (state, has, lacks) in [
        (
            "form",
            "id=\"latchkey-form\" data-state=\"asking\"",
            "id=\"latchkey-form\" data-state=\"connected\"",
        ),
        ("error", "The service refused the key", "id=\"latchkey-form\" data-state=\"connected\""),
        ("success", "id=\"latchkey-form\" data-state=\"connected\"", "class=\"connected\" hidden"),
        ("expired", "expired", "latchkey-form"),
    ] {
        let page = see(&format!("?state={state}&scheme=dark&look={look}"));
        assert_eq!(page.status, 200, "{state}: {}", page.text);
        assert!(page.text.contains(has) && !page.text.contains(lacks), "{state}: {}", page.text);
        assert!(page.text.contains("<html data-theme=\"dark\""), "{state}");
        // A low contrast is shown as it is. What is not valid is left out.
        assert!(page.text.contains("#ffff00") && !page.text.contains("javascript:"), "{state}");
        assert!(!page.text.contains("x;}body{"), "{state}");
        assert!(
            !page.text.contains("<script src") && !page.text.contains("modulepreload"),
            "{state}: it has a program"
        );
        let policy = &page.headers["content-security-policy"];
        assert!(
            policy.contains("frame-ancestors https://") && !page.headers.contains_key("x-frame-options"),
            "{policy}"
        );
    }
    assert!(
        see(&format!("?look={look}")).text.contains("Hello Okta")
            || see(&format!("?provider=okta&look={look}")).text.contains("Hello Okta")
    );
    assert_eq!(see("?state=nothing").status, 404);
    assert_eq!(see("?provider=nothing").status, 404);
    let viewer = scenario.sign_in("live", "viewer");
    assert_eq!(open(&scenario, "/console/live/preview", Some(&viewer)).status, 403);
    assert_eq!(open(&scenario, "/console/live/preview", None).status, 401);
}

#[test]
fn the_pages_of_a_deleted_project_say_so_and_offer_admins_to_restore_it() {
    let scenario = Scenario::new();
    let (admin, viewer) = (scenario.sign_in("live", "admin"), scenario.sign_in("live", "viewer"));
    let kept = open(&scenario, "/console/live/status", Some(&admin));
    assert!(kept.text.contains("Delete the project"), "{}", kept.text);
    assert_eq!(scenario.as_person(&admin, "DELETE", "/api/v1/project?force=true", None).status, 200);
    let page = open(&scenario, ACCOUNTS, Some(&admin)).text;
    assert!(page.contains("Example was deleted") && page.contains(">Restore<"), "{page}");
    let page = open(&scenario, ACCOUNTS, Some(&viewer)).text;
    assert!(page.contains("Example was deleted") && !page.contains(">Restore<"), "{page}");
}

#[test]
fn a_person_in_test_mode_sees_the_test_values_of_a_provider() {
    let scenario = Scenario::new();
    let viewer = scenario.sign_in("test", "viewer");
    let page = open(&scenario, "/console/test/providers/okta", Some(&viewer)).text;
    let values = scenario.get("/api/v1/providers/okta", &scenario.test_key).body["testValues"].clone();
    let token = values[0]["fields"]["apiToken"].as_str().unwrap();
    assert!(page.contains("Test values") && page.contains(token), "{page}");
    let live =
        open(&scenario, "/console/live/providers/okta", Some(&scenario.sign_in("live", "viewer"))).text;
    assert!(!live.contains("Test values"), "{live}");
}
