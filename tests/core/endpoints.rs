//! The router's table of endpoints is true: each endpoint lets in the caller of its line, and nobody else.

use latchkey_edge::router::{Caller, ENDPOINTS, Endpoint};
use latchkey_shared::KeyScope;
use latchkey_shared::console::ConsoleRole;
use latchkey_tests::console::Person;
use latchkey_tests::{ADMIN_TOKEN, Answer, Scenario};
use serde_json::{Value, json};

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

/// A deployment with everything that a path can name.
struct Deployment {
    scenario: Scenario,
    connection: Value,
    session: String,
    key: String,
    webhook: String,
    person: Person,
}

impl Deployment {
    fn new() -> Self {
        let scenario = Scenario::new();
        scenario.platform.live.okta("acme.okta.com");
        let session = scenario.session(&scenario.live_key);
        scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN);
        let listed = scenario.get("/api/v1/app-connections", &scenario.live_key);
        let connection = listed.body["appConnections"][0].clone();
        assert!(connection.is_object(), "{}", listed.text);
        let (key, _) = scenario.key_of(&json!({ "scopes": [KeyScope::Admin] }));
        let new = json!({ "providers": ["okta"], "endUser": { "id": "u" } });
        let session = made(&scenario.post("/api/v1/connect-sessions", &scenario.live_key, &new));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            connection,
            session: text(&session["id"]),
            key,
            webhook: scenario.webhook_endpoint(),
            person: scenario.sign_in("live", "viewer"),
            scenario,
        }
    }

    /// The endpoint's path with ids of this deployment.
    fn path(&self, endpoint: &Endpoint) -> String {
        let words: Vec<_> = endpoint.path.split('/').collect();
        let id = match words.get(3).copied().unwrap_or_default() {
            _ if matches!(words[1], "link" | "embed") => &self.session,
            "app-connections" => self.connection["id"].as_str().unwrap(),
            "connect-sessions" => &self.session,
            "api-keys" => &self.key,
            "console-sessions" => self.person.session(),
            "projects" => &self.scenario.project,
            "webhook-endpoints" => &self.webhook,
            _ => "okta",
        };
        let name = self.connection["name"].as_str().unwrap();
        endpoint.path.replace("{app}", "okta").replace("{id}", id).replace("{name}", name)
    }

    fn call(&self, endpoint: &Endpoint, token: Option<&str>) -> Answer {
        let body = body(endpoint).map(|body| body.to_string());
        let body = body.as_deref().map(|body| ("application/json", body));
        let force = if (endpoint.method, endpoint.path) == ("DELETE", "/api/v1/project") {
            "?force=true"
        } else {
            ""
        };
        self.scenario.send(endpoint.method, &[&self.path(endpoint), force].concat(), token, body)
    }

    /// A key with one scope, of a mode that has the endpoint.
    fn key_with(&self, endpoint: &Endpoint, scope: KeyScope) -> String {
        let mode = if endpoint.path.ends_with("/test-clock") { "test" } else { "live" };
        self.scenario.key_of(&json!({ "mode": mode, "scopes": [scope] })).1
    }
}

fn made(answer: &Answer) -> Value {
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.body.clone()
}

fn new_key(scope: KeyScope) -> Value {
    json!({ "name": "A key", "scopes": [scope] })
}

/// A body that the endpoint accepts, so that nothing but the caller can be wrong.
fn body(endpoint: &Endpoint) -> Option<Value> {
    Some(match (endpoint.method, endpoint.path.strip_prefix("/api/v1/")?) {
        ("POST", "connect-sessions") => json!({ "providers": ["okta"], "endUser": { "id": "u" } }),
        ("POST", "app-connections/{app}") => json!({
            "name": "another", "method": "api-token",
            "credentials": { "instanceUrl": "acme.okta.com", "apiToken": TOKEN },
        }),
        ("PATCH", "app-connections/{app}/{id}") => json!({ "description": "x" }),
        ("POST", "api-keys" | "projects/{id}/api-keys") => new_key(KeyScope::Admin),
        ("PATCH", "api-keys/{id}") => json!({ "scopes": [KeyScope::Admin] }),
        ("PATCH", "connect-sessions/{id}") => json!({ "expiresIn": 86_400 }),
        ("PATCH", "project") => json!({ "name": "x" }),
        ("POST", "webhook-endpoints") => {
            json!({ "url": "https://app.example.com/webhooks", "types": ["connection.created"] })
        }
        ("PATCH", "webhook-endpoints/{id}") => json!({ "description": "x" }),
        ("POST", "webhook-endpoints/{id}/replay") => json!({ "since": "2026-01-01T00:00:00Z" }),
        ("POST", "console-links") => json!({}),
        ("POST", "projects/{id}/console-links") => json!({ "mode": "live" }),
        ("POST", "test-clock") => json!({ "advance": 1 }),
        _ => return None,
    })
}

fn code(answer: &Answer) -> &str {
    answer.body["code"].as_str().unwrap_or("none")
}

#[test]
fn an_endpoint_lets_in_the_caller_of_its_line_only() {
    let api: Vec<_> = ENDPOINTS.iter().filter(|endpoint| endpoint.path.starts_with("/api/v1/")).collect();
    assert!(api.len() > 30, "{}", api.len());
    for endpoint in api {
        let deployment = Deployment::new();
        let what = format!("{} {}", endpoint.method, endpoint.path);
        let nobody = deployment.call(endpoint, None);
        let public = matches!(endpoint.caller, Caller::Anyone | Caller::AnyoneOrKey);
        assert_eq!(code(&nobody) != "credentials_missing", public, "{what}: {}", nobody.text);
        let scope = match endpoint.caller {
            // Another key made the session; `key_scopes.rs` tries its maker.
            Caller::Key(scope) | Caller::KeyOrMaker(scope) => scope,
            Caller::OwnerOrAdminKey => KeyScope::Admin,
            Caller::Session => {
                let refused = deployment.call(endpoint, Some(&deployment.scenario.live_key));
                assert_eq!(code(&refused), "invalid_session_token", "{what}: {}", refused.text);
                continue;
            }
            Caller::Console => {
                let refused = deployment.call(endpoint, Some(&deployment.scenario.live_key));
                assert_eq!(code(&refused), "credentials_missing", "{what}: {}", refused.text);
                continue;
            }
            Caller::Owner => {
                let refused = deployment.call(endpoint, Some(&deployment.scenario.live_key));
                assert_eq!(code(&refused), "invalid_admin_token", "{what}: {}", refused.text);
                continue;
            }
            Caller::KeyOfAnyScope => {
                for scope in KeyScope::ALL {
                    let answer = deployment.call(endpoint, Some(&deployment.key_with(endpoint, scope)));
                    assert_eq!(answer.status, endpoint.status, "{what} with {scope}: {}", answer.text);
                }
                continue;
            }
            Caller::Anyone | Caller::AnyoneOrKey | Caller::Provider => {
                assert_eq!(nobody.status, endpoint.status, "{what}: {}", nobody.text);
                continue;
            }
        };
        for other in KeyScope::ALL.into_iter().filter(|other| *other != scope) {
            let refused = deployment.call(endpoint, Some(&deployment.key_with(endpoint, other)));
            assert_eq!(code(&refused), "insufficient_scope", "{what} with {other}: {}", refused.text);
        }
        let answer = deployment.call(endpoint, Some(&deployment.key_with(endpoint, scope)));
        assert!(answer.headers.contains_key("ratelimit"), "{what}: the request was not counted");
        let rolls_back = endpoint.path.ends_with("/rollback") && code(&answer) == "version_not_kept";
        // It needs two scopes; `key_scopes.rs` tries them together.
        let relinks = (endpoint.path.ends_with("/relink")
            || endpoint.path == "/api/v1/console-links"
            || (endpoint.method, endpoint.path) == ("POST", "/api/v1/webhook-endpoints"))
            && code(&answer) == "insufficient_scope";
        let rotates = endpoint.path.ends_with("/rotate") && code(&answer) == "rotation_not_offered";
        let let_in = answer.status == endpoint.status || rolls_back || relinks || rotates;
        assert!(let_in, "{what} with {scope}: {}", answer.text);
    }
}

#[test]
fn a_person_may_do_what_their_role_has_and_nothing_else() {
    let mut tried = 0;
    for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.path.starts_with("/api/v1/")) {
        let (Caller::Key(scope) | Caller::KeyOrMaker(scope)) = endpoint.caller else { continue };
        for role in ConsoleRole::ALL {
            let deployment = Deployment::new();
            let mode = if endpoint.path.ends_with("/test-clock") { "test" } else { "live" };
            let person = deployment.scenario.sign_in(mode, role.as_str());
            let body = body(endpoint);
            let path = deployment.path(endpoint);
            let answer = deployment.scenario.as_person(&person, endpoint.method, &path, body.as_ref());
            let what = format!("{} {} as {role}: {}", endpoint.method, endpoint.path, answer.text);
            if role.scopes().contains(&scope) {
                assert_ne!(code(&answer), "insufficient_role", "{what}");
            } else {
                assert_eq!(answer.problem(), (403, "insufficient_role", None), "{what}");
                let says = answer.body["detail"].as_str().unwrap();
                assert!(says.contains(role.as_str()), "{what}");
                tried += 1;
            }
        }
    }
    assert!(tried > 60, "{tried}");
}

#[test]
fn a_method_that_a_path_does_not_have_is_refused_with_the_ones_it_has() {
    let scenario = Scenario::new();
    for (path, methods) in [
        ("/healthz", "GET, HEAD, OPTIONS"),
        ("/api/v1/connect-sessions", "GET, HEAD, POST, OPTIONS"),
        ("/api/v1/app-connections/options", "GET, HEAD, OPTIONS"),
        ("/api/v1/app-connections/okta", "GET, HEAD, POST, OPTIONS"),
        ("/api/v1/app-connections/okta/available", "GET, HEAD, OPTIONS"),
        ("/api/v1/app-connections/okta/x", "GET, HEAD, PATCH, DELETE, OPTIONS"),
        ("/api/v1/connect/share", "POST, DELETE, OPTIONS"),
    ] {
        let refused = scenario.send("PUT", path, None, None);
        assert_eq!(refused.problem(), (405, "method_not_allowed", None), "{path}");
        assert_eq!(refused.headers["allow"], methods, "{path}");
    }
}

#[test]
fn head_has_the_headers_of_get_with_its_length_and_no_content() {
    let reads = ENDPOINTS.iter().filter(|endpoint| endpoint.method == "GET");
    let reads: Vec<_> = reads.filter(|endpoint| !endpoint.path.starts_with("/hooks/")).collect();
    assert!(reads.len() > 25, "{}", reads.len());
    for endpoint in reads {
        // Each in a deployment of its own, because reading may leave an entry in the audit log.
        let ask = |method: &str| {
            let deployment = Deployment::new();
            let scenario = &deployment.scenario;
            let all = scenario.key_of(&json!({ "scopes": KeyScope::ALL })).1;
            let test = scenario.test_admin();
            let page = scenario.session(&scenario.live_key);
            let token = match endpoint.caller {
                Caller::Anyone => None,
                Caller::Owner => Some(ADMIN_TOKEN),
                Caller::Session => Some(page.as_str()),
                Caller::Console => {
                    let headers = deployment.person.headers();
                    return scenario.send_with(method, &deployment.path(endpoint), None, None, &headers);
                }
                _ if endpoint.path.ends_with("/test-clock") => Some(test.as_str()),
                _ => Some(all.as_str()),
            };
            scenario.send(method, &deployment.path(endpoint), token, None)
        };
        let (get, head) = (ask("GET"), ask("HEAD"));
        assert_eq!((head.status, head.text.as_str()), (get.status, ""), "{}", endpoint.path);
        let length: usize = head.headers["content-length"].parse().unwrap();
        let names = |answer: &Answer| {
            let kept = |name: &&String| !matches!(name.as_str(), "content-length" | "x-request-id");
            answer.headers.keys().filter(kept).cloned().collect::<Vec<_>>()
        };
        assert_eq!(names(&head), names(&get), "{}", endpoint.path);
        // The two deployments have other ids and times.
        let near = length.abs_diff(get.text.len()) < 20;
        assert!(near, "{}: {length} and {}", endpoint.path, get.text.len());
    }
    // The text of a check is the same each time.
    let head = Scenario::new().send("HEAD", "/healthz", None, None);
    assert_eq!(head.headers["content-length"], "2");
}

#[test]
fn options_says_the_methods_of_every_path_without_a_key_and_nothing_to_other_origins() {
    let deployment = Deployment::new();
    let scenario = &deployment.scenario;
    for endpoint in ENDPOINTS {
        let path = deployment.path(endpoint);
        let origin = [("origin", "https://evil.example"), ("access-control-request-method", "POST")];
        let answer = scenario.send_with("OPTIONS", &path, None, None, &origin);
        assert_eq!((answer.status, answer.text.as_str()), (204, ""), "{path}");
        let allowed: Vec<_> = answer.headers["allow"].split(", ").collect();
        assert!(allowed.contains(&endpoint.method) && allowed.ends_with(&["OPTIONS"]), "{path} {allowed:?}");
        assert_eq!(allowed.contains(&"HEAD"), allowed.contains(&"GET"), "{path}");
        assert!(!answer.headers.keys().any(|name| name.starts_with("access-control")), "{path}");
        let refused = scenario.send("QUERY", &path, None, None);
        assert_eq!(refused.problem().1, "method_not_allowed", "{path}");
        assert_eq!(refused.headers["allow"], answer.headers["allow"], "{path}");
    }
    for path in
        ["/nothing", "/api", "/api/v1", "/api/v1/nothing", "/api/v1/app-connections/", "/link", "/link/a/b"]
    {
        let answer = scenario.send("OPTIONS", path, None, None);
        assert_eq!(answer.problem(), (404, "not_found", None), "{path}");
        assert!(!answer.headers.contains_key("allow"), "{path}");
    }
}
