//! Custom host names: they belong to one project, and they serve nothing of another.

use latchkey_tests::{ADMIN_TOKEN, Answer, Scenario};
use serde_json::{Value, json};

const OWN: &str = "https://connect.acme.com";
const MAIN: &str = "https://edge.example";

/// A deployment that knows its own host name.
fn deployment() -> Scenario {
    let mut scenario = Scenario::new();
    scenario.platform.config.public_url = Some(MAIN.to_owned());
    scenario
}

fn set(scenario: &Scenario, project: &str, domains: &Value) -> Answer {
    scenario.patch(&format!("/api/v1/projects/{project}"), ADMIN_TOKEN, &json!({ "domains": domains }))
}

fn at<T>(scenario: &Scenario, origin: &str, work: impl FnOnce() -> T) -> T {
    let before = scenario.origin.replace(origin.to_owned());
    let done = work();
    scenario.origin.replace(before);
    done
}

fn session(scenario: &Scenario, key: &str) -> Value {
    let body = json!({ "providers": ["okta"], "endUser": { "id": "u" } });
    let made = scenario.post("/api/v1/connect-sessions", key, &body);
    assert_eq!(made.status, 201, "{}", made.text);
    made.body
}

fn lookups(scenario: &Scenario) -> usize {
    scenario.platform.index.done.borrow().iter().filter(|name| **name == "list-domains").count()
}

#[test]
fn links_are_made_with_the_first_name_shared_ones_too() {
    let scenario = deployment();
    let set = set(&scenario, &scenario.project, &json!(["connect.acme.com", "link.acme.com"]));
    assert_eq!(set.body["project"]["domains"], json!(["connect.acme.com", "link.acme.com"]), "{}", set.text);
    let made = session(&scenario, &scenario.live_key);
    assert!(made["url"].as_str().unwrap().starts_with("https://connect.acme.com/link/"), "{made}");
    let shared = scenario.post("/api/v1/connect/share", made["token"].as_str().unwrap(), &json!({}));
    assert!(shared.body["url"].as_str().unwrap().starts_with("https://connect.acme.com/link/"));
    let (_, _, other) = scenario.another_project();
    assert!(session(&scenario, &other)["url"].as_str().unwrap().starts_with(MAIN));
}

#[test]
fn a_host_name_belongs_to_one_project_until_it_is_released() {
    let scenario = deployment();
    let (other, ..) = scenario.another_project();
    let name = json!(["connect.acme.com"]);
    assert_eq!(set(&scenario, &scenario.project, &name).status, 200);
    assert_eq!(set(&scenario, &scenario.project, &name).status, 200, "its own again");
    let taken = set(&scenario, &other, &json!(["free.acme.com", "connect.acme.com"]));
    assert_eq!(taken.problem(), (409, "domain_taken", Some("domains")));
    assert!(taken.text.contains("connect.acme.com"));
    let made = scenario.post("/api/v1/projects", ADMIN_TOKEN, &json!({ "name": "x", "domains": name }));
    assert_eq!(made.problem(), (409, "domain_taken", Some("domains")));
    let listed = scenario.get("/api/v1/projects", ADMIN_TOKEN);
    assert_eq!(listed.body["projects"].as_array().unwrap().len(), 2, "nothing was made");
    assert_eq!(set(&scenario, &scenario.project, &json!(["free.acme.com"])).status, 200, "nothing was kept");
    assert_eq!(set(&scenario, &other, &name).status, 200);
    let ended =
        scenario.send("DELETE", &format!("/api/v1/projects/{other}?now=true"), Some(ADMIN_TOKEN), None);
    assert_eq!(ended.status, 200);
    assert_eq!(set(&scenario, &scenario.project, &name).status, 200);
}

#[test]
fn only_public_names_that_are_not_the_deployments_are_taken() {
    let scenario = deployment();
    for names in [
        json!(["edge.example"]),
        json!(["https://connect.acme.com"]),
        json!(["connect.acme.com:8443"]),
        json!(["Connect.acme.com"]),
        json!(["*.acme.com"]),
        json!(["localhost"]),
        json!(["10.0.0.1"]),
        json!(["connect.internal"]),
        json!(["connect.default.svc"]),
        json!(["connect.localtest.me"]),
        json!(["127.0.0.1.nip.io"]),
        json!(["connect.192-168-0-1.acme.com"]),
        json!([""]),
        json!(["a.acme.com", "b.acme.com", "c.acme.com", "d.acme.com", "e.acme.com", "f.acme.com"]),
    ] {
        let answer = set(&scenario, &scenario.project, &names);
        assert_eq!(answer.problem(), (422, "invalid_parameter", Some("domains")), "{names}");
    }
    let unaware = Scenario::new();
    let answer = set(&unaware, &unaware.project, &json!(["connect.acme.com"]));
    assert_eq!(answer.problem(), (422, "invalid_parameter", Some("domains")));
    assert!(answer.text.contains("PUBLIC_URL"));
}

#[test]
fn a_custom_host_serves_its_own_project_only() {
    let scenario = deployment();
    let (_, _, other_key) = scenario.another_project();
    assert_eq!(set(&scenario, &scenario.project, &json!(["connect.acme.com"])).status, 200);
    let (own, foreign) = (session(&scenario, &scenario.live_key), session(&scenario, &other_key));
    let page = |kind: &str, session: &Value| {
        scenario.send("GET", &format!("/{kind}/{}", session["id"].as_str().unwrap()), None, None)
    };
    let guide = |path: &str| scenario.send("GET", path, None, None);
    let (own_guide, foreign_guide) =
        (scenario.guide("okta", &scenario.live_key), scenario.guide("okta", &other_key));
    let own_guide = own_guide.as_str();
    let read = |session: &Value| scenario.get("/api/v1/connect", session["token"].as_str().unwrap());
    at(&scenario, OWN, || {
        for kind in ["link", "embed"] {
            assert_eq!(page(kind, &own).status, 200);
            let unknown = page(kind, &foreign);
            assert_eq!(unknown.status, 404);
            assert_eq!(unknown.headers["content-type"], "text/html; charset=utf-8");
        }
        assert_eq!(read(&own).status, 200);
        assert_eq!(read(&foreign).problem(), (404, "not_found", None));
        assert_eq!(scenario.get("/api/v1/app-connections", &scenario.live_key).status, 200);
        assert_eq!(scenario.get("/api/v1/app-connections", &other_key).problem(), (404, "not_found", None));
        assert_eq!(scenario.get("/api/v1/projects", ADMIN_TOKEN).problem(), (404, "not_found", None));
        let plain = guide("/guides/okta").text;
        assert!(plain.contains("Example needs these details"), "its guides are in its name");
        assert_eq!(guide(own_guide).status, 200);
        assert_eq!(guide(&foreign_guide).status, 404);
        assert_eq!(scenario.send("GET", "/healthz", None, None).status, 200);
    });
    at(&scenario, MAIN, || {
        assert_eq!((page("link", &own).status, page("embed", &foreign).status), (200, 200));
        assert_eq!((read(&own).status, read(&foreign).status), (200, 200));
        assert_eq!(guide(&foreign_guide).status, 200);
    });
    // A port and the dot of a whole name change nothing.
    for origin in ["https://connect.acme.com:8443", "https://connect.acme.com."] {
        at(&scenario, origin, || assert_eq!(page("link", &foreign).status, 404, "{origin}"));
    }
}

#[test]
fn the_registry_is_asked_once_a_minute_and_never_at_the_deployments_own_name() {
    let scenario = deployment();
    assert_eq!(set(&scenario, &scenario.project, &json!(["connect.acme.com"])).status, 200);
    let own = session(&scenario, &scenario.live_key);
    let read = || scenario.get("/api/v1/connect", own["token"].as_str().unwrap()).status;
    assert_eq!((read(), lookups(&scenario)), (200, 0));
    at(&scenario, OWN, || {
        for _ in 0..5 {
            assert_eq!(read(), 200);
        }
        assert_eq!(lookups(&scenario), 1);
        scenario.platform.wait(61);
        assert_eq!(read(), 200);
        assert_eq!(lookups(&scenario), 2);
    });
}

#[test]
fn invented_host_names_ask_the_registry_seldom_and_a_new_name_works_soon() {
    let scenario = deployment();
    let own = session(&scenario, &scenario.live_key);
    let read = || scenario.get("/api/v1/connect", own["token"].as_str().unwrap()).status;
    for number in 0..1_000 {
        at(&scenario, &format!("https://invented-{number}.org"), || assert_eq!(read(), 404));
    }
    assert_eq!(lookups(&scenario), 1);
    assert_eq!(set(&scenario, &scenario.project, &json!(["connect.acme.com"])).status, 200);
    scenario.platform.wait(5);
    at(&scenario, OWN, || assert_eq!(read(), 200));
    assert_eq!(lookups(&scenario), 2);
    assert_eq!(set(&scenario, &scenario.project, &json!([])).status, 200);
    scenario.platform.wait(60);
    at(&scenario, OWN, || assert_eq!(read(), 404, "a released name"));
}

#[test]
fn a_page_says_that_the_registry_is_unavailable() {
    let scenario = deployment();
    let own = session(&scenario, &scenario.live_key);
    scenario.platform.index.faults.borrow_mut().push(("list-domains", latchkey_tests::Fault::NotDone));
    let path = format!("/link/{}", own["id"].as_str().unwrap());
    let answer = at(&scenario, OWN, || scenario.send("GET", &path, None, None));
    assert_eq!((answer.status, answer.headers["content-type"].as_str()), (503, "text/html; charset=utf-8"));
}

#[test]
fn a_host_name_is_named_once() {
    let scenario = deployment();
    let twice = set(&scenario, &scenario.project, &json!(["a.acme.com", "b.acme.com", "a.acme.com"]));
    assert_eq!(twice.problem(), (422, "invalid_parameter", Some("domains")), "{}", twice.text);
}
