//! Host names: where each endpoint answers. A host name that is neither the deployment's nor a project's has `/healthz` only.

use latchkey_edge::router::{Caller, ENDPOINTS};
use latchkey_tests::{ADMIN_TOKEN, Answer, Fault, Scenario};
use serde_json::json;

const OWN: &str = "https://connect.acme.com";
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// A deployment that knows its own host name, and whose project has one too.
fn deployment() -> Scenario {
    let mut scenario = Scenario::new();
    scenario.platform.config.public_url = Some("https://edge.example".to_owned());
    let path = format!("/api/v1/projects/{}", scenario.project);
    let set = scenario.patch(&path, ADMIN_TOKEN, &json!({ "domains": ["connect.acme.com"] }));
    assert_eq!(set.status, 200, "{}", set.text);
    scenario
}

fn at(scenario: &Scenario, origin: &str, method: &str, path: &str, token: Option<&str>) -> Answer {
    let before = scenario.origin.replace(origin.to_owned());
    let answer = scenario.send(method, path, token, None);
    scenario.origin.replace(before);
    answer
}

/// The path of each endpoint, once, with ids in it; and paths that no endpoint has.
fn paths(scenario: &Scenario, session: &str) -> Vec<String> {
    let id = session.splitn(3, '_').nth(2).unwrap().rsplit_once('.').unwrap().0;
    let mut paths: Vec<_> = ENDPOINTS
        .iter()
        .map(|endpoint| {
            let id = if endpoint.path.contains("/projects/") { scenario.project.as_str() } else { id };
            let id = if endpoint.path.contains("/providers/") { "okta" } else { id };
            endpoint.path.replace("{app}", "okta").replace("{id}", id).replace("{name}", "okta")
        })
        .collect();
    paths.dedup();
    let others = [
        "/",
        "/nothing",
        "/api",
        "/api/v1/nothing",
        "/openapi.json",
        "/connect.js",
        "/assets/x-1.js",
        "//",
        "",
    ];
    paths.extend(others.map(str::to_owned));
    paths
}

#[test]
fn an_unknown_host_name_has_nothing_but_the_health_check() {
    let scenario = deployment();
    let session = scenario.session(&scenario.live_key);
    let paths = paths(&scenario, &session);
    assert!(paths.len() > 30, "{}", paths.len());
    for host in [
        "https://foo.unknown.org",
        "https://edge.example.evil.org",
        "https://notedge.example",
        "https://www.edge.example",
        "https://www.connect.acme.com",
        "https://connect.acme.com.evil.org",
        "https://connect.acme.com..",
        "https://edge",
        "http://127.0.0.1:8787",
        "https://[2001:db8::1]",
        "https://[edge.example]",
        "https://xn--edge-8ra.example",
        "https://edge.example, connect.acme.com",
        "https://edge.example@evil.org",
        "https://edge.example%2eevil.org",
        "https://",
        "",
    ] {
        for path in &paths {
            for method in METHODS {
                for token in [None, Some(&*scenario.live_key), Some(&*session), Some(ADMIN_TOKEN)] {
                    let answer = at(&scenario, host, method, path, token);
                    let what = format!("{method} {host}{path}");
                    if path == "/healthz" {
                        assert_ne!(answer.status, 404, "{what}");
                    } else {
                        assert_eq!(answer.status, 404, "{what}");
                    }
                }
            }
        }
    }
    let asked = scenario.platform.index.done.borrow().iter().filter(|name| **name == "list-domains").count();
    assert!(asked <= 2, "strangers made the registry work: {asked}");
}

#[test]
fn the_spelling_of_a_known_host_name_changes_nothing() {
    let scenario = deployment();
    let session = scenario.session(&scenario.live_key);
    for host in [
        "https://edge.example",
        "http://edge.example",
        "https://edge.example:8443",
        "https://edge.example.",
        "https://EDGE.Example",
        "https://EDGE.example.:443",
        "https://connect.acme.com",
        "https://Connect.ACME.com:8443",
        "https://connect.acme.com.",
    ] {
        assert_eq!(at(&scenario, host, "GET", "/api/v1/connect", Some(&session)).status, 200, "{host}");
    }
}

#[test]
fn the_owner_is_nobody_at_a_projects_host_name() {
    let scenario = deployment();
    let mut owners = 0;
    for endpoint in ENDPOINTS {
        if !matches!(endpoint.caller, Caller::Owner | Caller::OwnerOrAdminKey) {
            continue;
        }
        owners += 1;
        let path = endpoint.path.replace("{id}", &scenario.project);
        let what = format!("{} {path}", endpoint.method);
        // The same for the right token and a wrong one, so that nobody can test tokens here.
        for token in [ADMIN_TOKEN, "la_wrong", "x"] {
            let answer = at(&scenario, OWN, endpoint.method, &path, Some(token));
            assert_eq!(answer.problem(), (404, "not_found", None), "{what}: {}", answer.text);
        }
    }
    assert!(owners >= 8, "{owners}");
    let vault = |origin| at(&scenario, origin, "GET", "/api/v1/vault", Some(scenario.admin_key())).status;
    assert_eq!((vault(OWN), vault("https://edge.example")), (200, 200), "the project’s own admin key");
}

#[test]
fn nothing_is_served_while_the_registry_does_not_reply() {
    let scenario = deployment();
    let session = scenario.session(&scenario.live_key);
    for path in paths(&scenario, &session) {
        for (origin, status) in [(OWN, 503), ("https://foo.unknown.org", 503)] {
            scenario.platform.index.faults.borrow_mut().push(("list-domains", Fault::NotDoneSilent));
            let answer = at(&scenario, origin, "GET", &path, Some(&scenario.live_key));
            scenario.platform.index.faults.borrow_mut().clear();
            let status = if path == "/healthz" { 200 } else { status };
            assert_eq!(answer.status, status, "{origin}{path}");
        }
        assert_ne!(at(&scenario, "https://edge.example", "GET", &path, None).status, 503, "{path}");
    }
}

#[test]
fn without_a_public_url_every_host_name_is_the_deployments() {
    let scenario = Scenario::new();
    for host in ["https://foo.unknown.org", "http://127.0.0.1:8787", "http://[::1]:8787"] {
        assert_eq!(
            at(&scenario, host, "GET", "/api/v1/app-connections", Some(&scenario.live_key)).status,
            200
        );
        assert_eq!(at(&scenario, host, "GET", "/api/v1/projects", Some(ADMIN_TOKEN)).status, 200);
    }
}
