//! The console's sign-in, its sessions and its roles, and what attackers try: other sites, other modes, other projects, cookies
//! that have ended, links that were used.

use latchkey_edge::router::api_get;
use latchkey_tests::console::{ORIGIN, Person};
use latchkey_tests::{ADMIN_TOKEN, Answer, Scenario};
use serde_json::{Value, json};

const LIST: &str = "/api/v1/app-connections";
const CONSOLE: &str = "/api/v1/console";

fn list(scenario: &Scenario, person: &Person) -> Answer {
    scenario.as_person(person, "GET", LIST, None)
}

/// The answer to a request with exactly these headers.
pub(crate) fn with(scenario: &Scenario, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    scenario.send_with(method, path, None, None, headers)
}

fn wrong_secret(token: &str) -> String {
    let last = if token.ends_with('0') { "1" } else { "0" };
    format!("{}{last}", token.get(..token.len() - 1).unwrap())
}

fn audit(scenario: &Scenario, action: &str) -> Vec<Value> {
    let listed = scenario.get(&format!("/api/v1/audit-log?action={action}"), scenario.admin_key());
    assert_eq!(listed.status, 200, "{}", listed.text);
    listed.body["entries"].as_array().or(listed.body["auditLog"].as_array()).unwrap().clone()
}

#[test]
fn a_link_signs_in_once_with_its_role_and_sets_a_cookie_that_no_script_reads() {
    let scenario = Scenario::new();
    let link = scenario.console_link("live", &json!({ "role": "support", "name": "Ada" }));
    let signed_in = scenario.ask_to_sign_in(&json!({ "link": link }));
    assert_eq!(signed_in.status, 200, "{}", signed_in.text);
    let console = &signed_in.body["console"];
    assert_eq!(console["role"], "support");
    assert_eq!(console["mode"], "live");
    assert_eq!(console["signedInAs"], "Ada");
    assert_eq!(console["project"]["id"], scenario.project.as_str());
    let cookie = &signed_in.headers["set-cookie"];
    assert!(cookie.starts_with("__Host-latchkey-live=lkc_live_"), "{cookie}");
    for attribute in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict", "; Max-Age=43200"] {
        assert!(cookie.contains(attribute), "{attribute}: {cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    let again = scenario.ask_to_sign_in(&json!({ "link": link }));
    assert_eq!(again.problem(), (409, "console_link_used", None), "{}", again.text);
    assert!(!again.headers.contains_key("set-cookie"));
}

#[test]
fn a_link_ends_and_one_that_nobody_made_is_refused() {
    let scenario = Scenario::new();
    let link = scenario.console_link("test", &json!({ "expiresIn": 60 }));
    let wrong = scenario.ask_to_sign_in(&json!({ "link": wrong_secret(&link) }));
    assert_eq!(wrong.problem(), (401, "invalid_console_link", None));
    let other_mode = link.replace("lkl_test_", "lkl_live_");
    assert_eq!(scenario.ask_to_sign_in(&json!({ "link": other_mode })).problem().1, "invalid_console_link");
    let as_cookie = link.replace("lkl_", "lkc_");
    let cookie = format!("__Host-latchkey-test={as_cookie}");
    let forged = with(&scenario, "GET", CONSOLE, &[("cookie", &cookie), ("latchkey-console", "test")]);
    assert_eq!(forged.problem(), (401, "console_session_ended", None), "{}", forged.text);
    scenario.platform.wait(60);
    assert_eq!(
        scenario.ask_to_sign_in(&json!({ "link": link })).problem(),
        (410, "console_link_expired", None)
    );
    for seconds in [json!(59), json!(3601), json!(0)] {
        let path = format!("/api/v1/projects/{}/console-links", scenario.project);
        let refused = scenario.post(&path, ADMIN_TOKEN, &json!({ "mode": "test", "expiresIn": seconds }));
        assert_eq!(refused.problem(), (422, "invalid_parameter", Some("expiresIn")), "{seconds}");
    }
}

#[test]
fn a_key_signs_in_with_its_scope_and_its_session_never_does_more_than_the_key() {
    let scenario = Scenario::new();
    for (scopes, role, allowed) in [
        (json!(["console"]), "viewer", json!([])),
        (json!(["console", "connections:read"]), "viewer", json!(["connections:read"])),
        (
            json!(["console", "connections:read", "sessions:write", "credentials:read"]),
            "support",
            json!(["connections:read", "sessions:write"]),
        ),
        (json!(["console", "admin"]), "admin", json!(["admin"])),
    ] {
        let key = scenario.key_of(&json!({ "scopes": scopes, "name": "Desk" })).1;
        let person = scenario.sign_in_with(&json!({ "key": key }));
        assert_eq!(person.console["role"], role, "{scopes}");
        assert_eq!(person.console["scopes"], allowed, "{scopes}");
        assert_eq!(person.console["signedInAs"], "Desk");
    }
    let without = scenario.ask_to_sign_in(&json!({ "key": scenario.admin_key() }));
    assert_eq!(without.problem(), (403, "insufficient_scope", None), "{}", without.text);
    let key = scenario.key_of(&json!({ "scopes": ["console"] })).1;
    let wrong = scenario.ask_to_sign_in(&json!({ "key": wrong_secret(&key) }));
    assert_eq!(wrong.problem(), (401, "invalid_api_key", None));
}

#[test]
fn a_sign_in_comes_from_our_own_page_with_one_way_in_json() {
    let scenario = Scenario::new();
    let key = scenario.key_of(&json!({ "scopes": ["console"] })).1;
    let body = json!({ "key": key }).to_string();
    let post = |kind: &str, body: &str, headers: &[(&str, &str)]| {
        scenario.send_with("POST", "/console/session", None, Some((kind, body)), headers)
    };
    for origin in [
        None,
        Some("null"),
        Some(""),
        Some("https://evil.example"),
        Some("http://edge.example"),
        Some("https://edge.example:444"),
        Some("https://edge.example.evil.example"),
        Some("https://edge.example/"),
    ] {
        let headers: Vec<_> = origin.map(|origin| ("origin", origin)).into_iter().collect();
        let refused = post("application/json", &body, &headers);
        assert_eq!(refused.problem(), (403, "foreign_origin", None), "{origin:?}");
        assert!(!refused.headers.contains_key("set-cookie"), "{origin:?}");
    }
    let ours = [("origin", ORIGIN)];
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        assert_eq!(post(kind, &body, &ours).problem().1, "unsupported_media_type", "{kind}");
    }
    for body in ["{}", r#"{"key":"a","link":"b"}"#] {
        assert_eq!(post("application/json", body, &ours).problem().1, "invalid_parameter", "{body}");
    }
    assert_eq!(post("application/json", &body, &ours).status, 200);
}

#[test]
fn the_cookie_acts_only_with_the_header_of_its_mode_and_changes_things_only_from_our_own_page() {
    let scenario = Scenario::new();
    let person = scenario.sign_in("live", "admin");
    let cookie = person.cookie.as_str();
    let ask = |headers: &[(&str, &str)]| with(&scenario, "GET", LIST, headers);
    assert_eq!(ask(&[("cookie", cookie), ("latchkey-console", "live")]).status, 200);
    let without = ask(&[("cookie", cookie)]);
    assert_eq!(without.problem(), (401, "credentials_missing", None), "the cookie alone");
    let other = ask(&[("cookie", cookie), ("latchkey-console", "test")]);
    assert_eq!(other.problem(), (401, "credentials_missing", None), "the other mode has no cookie");
    let strange = ask(&[("cookie", cookie), ("latchkey-console", "1")]);
    assert_eq!(strange.problem().1, "invalid_parameter");
    let crossed = format!("__Host-latchkey-test={}", person.token());
    let crossed = ask(&[("cookie", &crossed), ("latchkey-console", "test")]);
    assert_eq!(crossed.problem(), (401, "console_session_ended", None));
    let relabeled = format!("__Host-latchkey-test={}", person.token().replace("lkc_live", "lkc_test"));
    let relabeled = ask(&[("cookie", &relabeled), ("latchkey-console", "test")]);
    assert_eq!(relabeled.problem(), (401, "console_session_ended", None));
    let foreign =
        ask(&[("cookie", cookie), ("latchkey-console", "live"), ("origin", "https://evil.example")]);
    assert_eq!(foreign.problem(), (403, "foreign_origin", None));
    let new = json!({ "name": "x", "scopes": ["connections:read"] }).to_string();
    for origin in [None, Some("null"), Some("https://evil.example")] {
        let mut headers = vec![("cookie", cookie), ("latchkey-console", "live")];
        headers.extend(origin.map(|origin| ("origin", origin)));
        let body = Some(("application/json", new.as_str()));
        let refused = scenario.send_with("POST", "/api/v1/api-keys", None, body, &headers);
        assert_eq!(refused.problem(), (403, "foreign_origin", None), "{origin:?}");
    }
    // The key wins over the cookie.
    let mixed = scenario.send_with("GET", LIST, Some("lk_live_nonsense"), None, &person.headers());
    assert_eq!(mixed.problem(), (401, "invalid_api_key", None));
}

#[test]
fn a_session_ends_with_its_time_its_idleness_its_key_its_scope_and_by_hand() {
    let scenario = Scenario::new();
    let ended = |person: &Person, why: &str| {
        let answer = list(&scenario, person);
        assert_eq!(answer.problem(), (401, "console_session_ended", None), "{why}: {}", answer.text);
    };
    let person = scenario.sign_in("live", "viewer");
    scenario.platform.wait(7_199);
    assert_eq!(list(&scenario, &person).status, 200, "the use is noted");
    scenario.platform.wait(7_199);
    assert_eq!(list(&scenario, &person).status, 200);
    scenario.platform.wait(7_200);
    ended(&person, "idle");

    let person = scenario.sign_in("live", "viewer");
    for _ in 0..11 {
        scenario.platform.wait(3_600);
        assert_eq!(list(&scenario, &person).status, 200);
    }
    scenario.platform.wait(3_600);
    ended(&person, "twelve hours");

    let scopes = json!(["console", "connections:read", "connections:write", "admin"]);
    let (id, key) = scenario.key_of(&json!({ "scopes": scopes }));
    let admin = scenario.key_with(&["admin"]);
    let person = scenario.sign_in_with(&json!({ "key": key }));
    let path = format!("/api/v1/api-keys/{id}");
    let narrow = |scopes: &Value| scenario.patch(&path, &admin, &json!({ "scopes": scopes }));
    assert_eq!(narrow(&json!(["console", "connections:read"])).status, 200);
    let console = scenario.as_person(&person, "GET", CONSOLE, None);
    assert_eq!(console.body["console"]["role"], "viewer", "{}", console.text);
    assert_eq!(console.body["console"]["scopes"], json!(["connections:read"]));
    let keys = scenario.as_person(&person, "GET", "/api/v1/api-keys", None);
    assert_eq!(keys.problem(), (403, "insufficient_role", None));
    assert_eq!(keys.body["detail"], "Your role, viewer, may not do this.");
    assert_eq!(narrow(&json!(["connections:read"])).status, 200);
    ended(&person, "the key lost the scope console");

    let (id, key) = scenario.key_of(&json!({ "scopes": ["console", "connections:read"] }));
    let person = scenario.sign_in_with(&json!({ "key": key }));
    assert_eq!(list(&scenario, &person).status, 200);
    assert_eq!(scenario.send("DELETE", &format!("/api/v1/api-keys/{id}"), Some(&admin), None).status, 200);
    ended(&person, "the key was revoked");

    let expires = json!({ "scopes": ["console", "connections:read"], "expiresAt": "2026-11-25T12:00:00Z" });
    let person = scenario.sign_in_with(&json!({ "key": scenario.key_of(&expires).1 }));
    let clock = &scenario.platform.clock.0;
    let end = 1_795_608_000_000;
    assert!(clock.get() < end, "the scenario has moved past the key's end");
    while clock.get() + 3_600_000 < end {
        scenario.platform.wait(3_600);
        if list(&scenario, &person).status != 200 {
            break;
        }
    }
    clock.set(end);
    ended(&person, "the key expired");
}

#[test]
fn signing_out_ends_the_session_so_that_a_stolen_cookie_is_worth_nothing() {
    let scenario = Scenario::new();
    let person = scenario.sign_in("test", "viewer");
    let out = |headers: &[(&str, &str)]| with(&scenario, "DELETE", "/console/session", headers);
    let cookie = person.cookie.as_str();
    let forged = out(&[("cookie", cookie), ("latchkey-console", "test"), ("origin", "https://evil.example")]);
    assert_eq!(forged.problem(), (403, "foreign_origin", None));
    assert_eq!(list(&scenario, &person).status, 200);
    let done = out(&person.headers());
    assert_eq!(done.status, 204, "{}", done.text);
    assert!(done.headers["set-cookie"].starts_with("__Host-latchkey-test=;"), "{:?}", done.headers);
    assert!(done.headers["set-cookie"].ends_with("Max-Age=0"));
    assert_eq!(list(&scenario, &person).problem(), (401, "console_session_ended", None));
    assert_eq!(out(&person.headers()).status, 204, "again");
}

#[test]
fn an_admin_lists_and_ends_sessions_of_the_mode_and_anybody_their_own() {
    let scenario = Scenario::new();
    let admin = scenario.sign_in("live", "admin");
    let viewer = scenario.sign_in("live", "viewer");
    let test = scenario.sign_in("test", "viewer");
    let listed = scenario.as_person(&admin, "GET", "/api/v1/console-sessions", None);
    let sessions = listed.body["consoleSessions"].as_array().unwrap().clone();
    assert_eq!(sessions.len(), 2, "{}", listed.text);
    let own = sessions.iter().find(|session| session["current"] == true).unwrap();
    assert_eq!(own["id"], admin.session());
    assert_eq!(own["userAgent"], "A browser/1.0");
    let end = |by: &Person, id: &str| {
        scenario.as_person(by, "DELETE", &format!("/api/v1/console-sessions/{id}"), None)
    };
    assert_eq!(end(&viewer, admin.session()).problem(), (403, "insufficient_role", None));
    assert_eq!(end(&admin, test.session()).problem(), (404, "not_found", None), "the other mode");
    assert_eq!(end(&viewer, test.session()).problem(), (404, "not_found", None), "404 before 403");
    assert_eq!(end(&viewer, viewer.session()).status, 200, "their own");
    assert_eq!(list(&scenario, &viewer).problem().1, "console_session_ended");
    assert_eq!(end(&admin, admin.session()).status, 200);
    assert_eq!(list(&scenario, &admin).problem().1, "console_session_ended");
    assert_eq!(list(&scenario, &test).status, 200);
}

#[test]
fn what_belongs_to_another_project_does_not_exist_for_a_person() {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    let path = scenario.account("one", "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab");
    let (project, ..) = scenario.another_project();
    let link = scenario.post(
        &format!("/api/v1/projects/{project}/console-links"),
        ADMIN_TOKEN,
        &json!({ "mode": "live", "role": "admin" }),
    );
    let token = link.body["consoleLink"]["url"].as_str().unwrap().split_once('#').unwrap().1.to_owned();
    let stranger = scenario.sign_in_with(&json!({ "link": token }));
    assert_eq!(stranger.console["project"]["id"], project.as_str());
    let own = scenario.sign_in("live", "viewer");
    assert_eq!(scenario.as_person(&own, "GET", &path, None).status, 200);
    for method in ["GET", "DELETE"] {
        assert_eq!(scenario.as_person(&stranger, method, &path, None).problem(), (404, "not_found", None));
    }
    let secret = scenario.as_person(&own, "GET", &format!("{path}/credentials"), None);
    assert_eq!(secret.problem(), (403, "insufficient_role", None));
    let admin = scenario.sign_in("live", "admin");
    let secret = scenario.as_person(&admin, "GET", &format!("{path}/credentials"), None);
    assert_eq!(secret.problem(), (403, "insufficient_role", None), "no role opens a credential");
}

#[test]
fn links_of_a_key_need_two_scopes_never_allow_more_and_end_with_it() {
    let scenario = Scenario::new();
    let make = |key: &str, body: &Value| scenario.post("/api/v1/console-links", key, body);
    for scopes in [vec!["admin"], vec!["console"], vec!["console", "connections:write"]] {
        let refused = make(&scenario.key_with(&scopes), &json!({}));
        assert_eq!(refused.problem(), (403, "insufficient_scope", None), "{scopes:?}");
    }
    for (role, status) in [("viewer", 403), ("support", 403), ("admin", 201)] {
        let person = scenario.sign_in("live", role);
        let made = scenario.as_person(&person, "POST", "/api/v1/console-links", Some(&json!({})));
        assert_eq!(made.status, status, "{role}: {}", made.text);
    }
    let scopes = json!(["admin", "console", "connections:read", "credentials:read"]);
    let (id, key) = scenario.key_of(&json!({ "scopes": scopes, "name": "Desk" }));
    let made = make(&key, &json!({ "role": "viewer", "name": "Ada" }));
    assert_eq!(made.status, 201, "{}", made.text);
    let url = made.body["consoleLink"]["url"].as_str().unwrap();
    assert!(url.starts_with("https://edge.example/console/sign-in#lkl_live_"), "{url}");
    let viewer = scenario.sign_in_with(&json!({ "link": url.split_once('#').unwrap().1 }));
    assert_eq!(viewer.console["scopes"], json!(["connections:read"]));
    let url = make(&key, &json!({})).body["consoleLink"]["url"].as_str().unwrap().to_owned();
    let inviter = scenario.sign_in_with(&json!({ "link": url.split_once('#').unwrap().1 }));
    let body = json!({ "name": "Eve" });
    let invited = scenario.as_person(&inviter, "POST", "/api/v1/console-links", Some(&body));
    let url = invited.body["consoleLink"]["url"].as_str().unwrap();
    let invited = scenario.sign_in_with(&json!({ "link": url.split_once('#').unwrap().1 }));
    assert_eq!(list(&scenario, &invited).status, 200);
    let unused = make(&key, &json!({}));
    assert_eq!(unused.body["consoleLink"]["role"], "admin");
    let unused = unused.body["consoleLink"]["url"].as_str().unwrap().split_once('#').unwrap().1.to_owned();
    let path = format!("/api/v1/api-keys/{id}");
    assert_eq!(scenario.send("DELETE", &path, Some(scenario.admin_key()), None).status, 200);
    for person in [&viewer, &inviter, &invited] {
        assert_eq!(
            list(&scenario, person).problem().1,
            "console_session_ended",
            "whoever a person invited too"
        );
    }
    assert_eq!(scenario.ask_to_sign_in(&json!({ "link": unused })).problem().1, "invalid_console_link");
    assert_eq!(make(&scenario.key_with(&["admin", "console"]), &json!({ "mode": "test" })).status, 422);
}

#[test]
fn who_signed_in_and_what_they_did_is_in_the_audit_log() {
    let scenario = Scenario::new();
    let link = scenario.console_link("live", &json!({ "role": "admin", "name": "Ada" }));
    let person = scenario.sign_in_with(&json!({ "link": link }));
    let new = json!({ "name": "made in the console", "scopes": ["connections:read"] });
    let made = scenario.as_person(&person, "POST", "/api/v1/api-keys", Some(&new));
    assert_eq!(made.status, 201, "{}", made.text);
    let _ = scenario.ask_to_sign_in(&json!({ "link": link }));
    let forged = Person { cookie: wrong_secret(&person.cookie), ..person.clone() };
    assert_eq!(list(&scenario, &forged).problem().1, "console_session_ended");
    assert_eq!(with(&scenario, "DELETE", "/console/session", &person.headers()).status, 204);
    let one = |action: &str| audit(&scenario, action).first().cloned().unwrap_or_else(|| panic!("{action}"));
    assert_eq!(one("console-link.create")["detail"], "admin; Ada");
    let signed_in = one("console-session.create");
    assert_eq!(signed_in["detail"], "admin; link; Ada");
    assert_eq!(signed_in["actor"], json!({ "type": "console", "id": person.session(), "endUserId": "Ada" }));
    assert_eq!(
        one("api-key.create")["actor"]["type"],
        json!("owner"),
        "the admin key that reads the log was made last"
    );
    let by_person = audit(&scenario, "api-key.create");
    assert!(by_person.iter().any(|entry| entry["actor"]["id"] == person.session()), "{by_person:?}");
    assert_eq!(one("console-session.end")["detail"], "signed out");
    let refused = audit(&scenario, "console-session.refuse");
    let details: Vec<_> = refused.iter().map(|entry| entry["detail"].as_str().unwrap()).collect();
    assert!(details.contains(&"used link: 1") && details.contains(&"wrong secret: 1"), "{details:?}");
}

#[test]
fn a_repeat_with_an_idempotency_key_makes_one_thing_and_belongs_to_the_session() {
    let scenario = Scenario::new();
    let (one, other) = (scenario.sign_in("live", "admin"), scenario.sign_in("live", "admin"));
    let body = json!({ "name": "once", "scopes": ["connections:read"] }).to_string();
    let make = |person: &Person| {
        let mut headers = person.headers();
        headers.push(("idempotency-key", "k"));
        let made =
            scenario.send_with("POST", "/api/v1/api-keys", None, Some(("application/json", &body)), &headers);
        assert_eq!(made.status, 201, "{}", made.text);
        made.body["key"].clone()
    };
    assert_eq!(make(&one), make(&one));
    assert_ne!(make(&one), make(&other));
}

#[test]
fn names_and_browsers_are_cleaned_bounded_and_never_markup_of_ours() {
    let scenario = Scenario::new();
    let path = format!("/api/v1/projects/{}/console-links", scenario.project);
    for name in ["a\u{202e}b", "a\nb", "\u{200b}", "", &"x".repeat(65)] {
        let refused = scenario.post(&path, ADMIN_TOKEN, &json!({ "mode": "live", "name": name }));
        assert_eq!(refused.problem(), (422, "invalid_parameter", Some("name")), "{name:?}");
    }
    let link = scenario.console_link("live", &json!({ "name": "<script>alert(1)</script>" }));
    let agent = format!("<script>\u{202e}x</script>\u{0}{}", "y".repeat(500));
    let headers = [("origin", ORIGIN), ("user-agent", agent.as_str())];
    let body = json!({ "link": link }).to_string();
    let body = Some(("application/json", body.as_str()));
    let signed_in = scenario.send_with("POST", "/console/session", None, body, &headers);
    assert_eq!(signed_in.status, 200);
    assert_eq!(signed_in.headers["content-type"], "application/json");
    assert_eq!(signed_in.headers["x-content-type-options"], "nosniff");
    let admin = scenario.sign_in("live", "admin");
    let listed = scenario.as_person(&admin, "GET", "/api/v1/console-sessions", None);
    let sessions = listed.body["consoleSessions"].as_array().unwrap();
    let shown = sessions.iter().find(|session| session["current"] == false).unwrap()["userAgent"].clone();
    let shown = shown.as_str().unwrap();
    assert!(shown.len() == 120 && shown.starts_with("<script>x</script>yyy"), "{shown}");
}

#[test]
fn there_are_at_most_a_hundred_sessions_of_a_mode_and_the_oldest_end_first() {
    let scenario = Scenario::new();
    let people: Vec<_> = (0..102)
        .map(|_| {
            scenario.platform.wait(1);
            scenario.sign_in("live", "viewer")
        })
        .collect();
    scenario.platform.wait(60);
    let ended = |person: &Person| list(&scenario, person).problem().1 == "console_session_ended";
    let gone: Vec<_> = people.iter().map(ended).collect();
    assert_eq!(gone.iter().filter(|gone| **gone).count(), 2);
    assert!(gone[0] && gone[1]);
}

#[test]
fn a_session_has_a_quota_of_its_own() {
    let scenario = Scenario::new();
    let (one, other) = (scenario.sign_in("live", "viewer"), scenario.sign_in("live", "viewer"));
    for _ in 0..600 {
        assert_eq!(list(&scenario, &one).status, 200);
    }
    assert_eq!(list(&scenario, &one).problem(), (429, "rate_limited", None));
    assert_eq!(list(&scenario, &other).status, 200);
}

#[test]
fn the_browser_is_signed_in_to_both_modes_and_each_sees_its_own() {
    let scenario = Scenario::new();
    let (live, test) = (scenario.sign_in("live", "viewer"), scenario.sign_in("test", "admin"));
    let both = Person { cookie: format!("{}; {}", live.cookie, test.cookie), ..live.clone() };
    let console = scenario.as_person(&both, "GET", CONSOLE, None);
    assert_eq!(console.body["console"]["modes"], json!(["test", "live"]), "{}", console.text);
    assert_eq!(console.body["console"]["role"], "viewer");
    let both = Person { mode: "test".to_owned(), ..both };
    assert_eq!(scenario.as_person(&both, "GET", CONSOLE, None).body["console"]["role"], "admin");
    let key = scenario.get(CONSOLE, &scenario.live_key);
    assert_eq!(key.problem(), (401, "credentials_missing", None), "a key has no console");
}

#[test]
fn a_page_of_the_console_reads_the_api_in_the_same_process_as_its_person() {
    use latchkey_edge::http::{Body, Request, query::Query};
    use latchkey_shared::Mode;
    let scenario = Scenario::new();
    let person = scenario.sign_in("live", "viewer");
    let page = |cookie: &str| Request {
        method: "GET".to_owned(),
        origin: ORIGIN.to_owned(),
        path: "/console".to_owned(),
        query: Query::parse(""),
        headers: [("cookie".to_owned(), cookie.to_owned())].into(),
        body: Body::Bytes(Vec::new()),
        quota: Default::default(),
    };
    let get = |cookie: &str, mode, path: &str| {
        pollster::block_on(api_get(&scenario.platform, &page(cookie), mode, path))
            .map_err(|error| error.code.as_str())
    };
    let listed = get(&person.cookie, Mode::Live, "/api/v1/app-connections?limit=5");
    assert_eq!(listed.unwrap()["appConnections"], json!([]));
    assert_eq!(get(&person.cookie, Mode::Live, "/api/v1/api-keys"), Err("insufficient_role"));
    assert_eq!(get(&person.cookie, Mode::Test, LIST), Err("credentials_missing"));
    assert_eq!(get("", Mode::Live, LIST), Err("credentials_missing"));
}

#[test]
fn a_session_of_a_key_that_is_bound_to_addresses_is_too() {
    let scenario = Scenario::new();
    let key = json!({ "scopes": ["console", "connections:read"], "allowedAddresses": ["203.0.113.0/24"] });
    let key = scenario.key_of(&key).1;
    let body = json!({ "key": key }).to_string();
    let sign_in = |address: &str| {
        let more = [("origin", ORIGIN), ("cf-connecting-ip", address)];
        scenario.send_with("POST", "/console/session", None, Some(("application/json", &body)), &more)
    };
    assert_eq!(sign_in("198.51.100.1").problem(), (403, "address_not_allowed", None));
    let signed_in = sign_in("203.0.113.9");
    assert_eq!(signed_in.body["console"]["addresses"], json!(["203.0.113.0/24"]));
    let cookie = signed_in.headers["set-cookie"].split(';').next().unwrap().to_owned();
    let from = |address: &str| {
        let headers =
            [("cookie", cookie.as_str()), ("latchkey-console", "live"), ("cf-connecting-ip", address)];
        with(&scenario, "GET", LIST, &headers)
    };
    assert_eq!(from("203.0.113.200").status, 200);
    assert_eq!(from("198.51.100.1").problem(), (403, "address_not_allowed", None));
}

#[test]
fn the_live_channel_is_opened_by_our_own_page_for_the_mode_of_its_cookie() {
    let scenario = Scenario::new();
    let person = scenario.sign_in("live", "viewer");
    let cookie = person.cookie.as_str();
    let open = |path: &str, headers: &[(&str, &str)]| with(&scenario, "GET", path, headers);
    let live = "/api/v1/live?mode=live";
    let opened = open(live, &[("cookie", cookie), ("origin", ORIGIN), ("upgrade", "WebSocket")]);
    assert_eq!(opened.status, 204, "{}", opened.text);
    let told = format!("{} live {} 50 50", scenario.project, person.session());
    assert_eq!(opened.headers["latchkey-live"], told);
    for (path, headers, refusal) in [
        (live, vec![("origin", ORIGIN)], (401, "credentials_missing")),
        (live, vec![("cookie", cookie)], (403, "foreign_origin")),
        (live, vec![("cookie", cookie), ("origin", "https://evil.example")], (403, "foreign_origin")),
        (
            "/api/v1/live?mode=test",
            vec![("cookie", cookie), ("origin", ORIGIN)],
            (401, "credentials_missing"),
        ),
        ("/api/v1/live", vec![("cookie", cookie), ("origin", ORIGIN)], (422, "invalid_parameter")),
        (live, vec![("cookie", cookie), ("origin", ORIGIN)], (422, "invalid_parameter")),
    ] {
        let mut headers = headers;
        if refusal.0 != 422 {
            headers.push(("upgrade", "websocket"));
        }
        let answer = open(path, &headers);
        assert_eq!((answer.status, answer.problem().1), refusal, "{path} {headers:?}");
        assert!(!answer.headers.contains_key("latchkey-live"), "{path} {headers:?}");
    }
}

#[test]
fn the_live_channel_knows_at_once_that_a_session_has_ended() {
    use latchkey_edge::store::Store;
    use latchkey_shared::{Mode, console::ConsoleRole};
    let scenario = Scenario::new();
    let person = scenario.sign_in("live", "support");
    let role = || {
        let object = scenario.platform.index.object(scenario.target());
        let store = Store::new(object.as_ref(), scenario.platform.clock.0.get());
        store.console_role(Mode::Live, person.session()).unwrap()
    };
    assert_eq!(role(), Some(ConsoleRole::Support));
    scenario.platform.wait(7_200);
    assert_eq!(role(), None, "idle");
    let again = scenario.sign_in("live", "support");
    assert_eq!(with(&scenario, "DELETE", "/console/session", &again.headers()).status, 204);
    let object = scenario.platform.index.object(scenario.target());
    let store = Store::new(object.as_ref(), scenario.platform.clock.0.get());
    assert_eq!(store.console_role(Mode::Live, again.session()).unwrap(), None, "signed out");
}
