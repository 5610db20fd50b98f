//! Wrong admin tokens: they are limited, the owner sees them, and they never lock out the right one.

use latchkey_edge::router::{Caller, ENDPOINTS};
use latchkey_tests::{ADMIN_TOKEN, Answer, Scenario};

fn send(scenario: &Scenario, address: Option<&str>, path: &str, token: &str) -> Answer {
    let header: Vec<_> = address.map(|address| ("cf-connecting-ip", address)).into_iter().collect();
    scenario.send_with("GET", path, Some(token), None, &header)
}

fn notes(scenario: &Scenario) -> usize {
    scenario.platform.index.done.borrow().iter().filter(|name| **name == "note-refused-admin-tokens").count()
}

#[test]
fn an_address_that_sends_wrong_admin_tokens_waits_and_the_right_one_does_not() {
    for path in ["/api/v1/projects", "/api/v1/vault"] {
        for address in [Some("192.0.2.1"), None] {
            let scenario = Scenario::new();
            let answers: Vec<_> =
                (0..50).map(|n| send(&scenario, address, path, &format!("la_wrong{n}"))).collect();
            assert_eq!(answers[0].problem(), (401, "invalid_admin_token", None), "{}", answers[0].text);
            let last = answers.last().unwrap();
            assert_eq!(last.problem(), (429, "rate_limited", None), "{path}");
            assert_eq!(last.headers["retry-after"], "60");
            assert_eq!(send(&scenario, Some("192.0.2.2"), path, "la_wrong").status, 401, "another address");
            assert_eq!(send(&scenario, address, path, ADMIN_TOKEN).status, 200, "the right token");
            scenario.platform.wait(60);
            assert_eq!(send(&scenario, address, path, "la_wrong").status, 401);
        }
    }
}

#[test]
fn many_addresses_together_have_a_limit_too() {
    let scenario = Scenario::new();
    let from = |n: u32| format!("192.0.{}.{}", n / 250, n % 250);
    let limited =
        (0..400).filter(|n| send(&scenario, Some(&from(*n)), "/api/v1/projects", "la_x").status == 429);
    assert!((200..=380).contains(&limited.count()));
    assert_eq!(send(&scenario, Some("192.0.2.1"), "/api/v1/projects", ADMIN_TOKEN).status, 200);
}

#[test]
fn each_endpoint_of_the_owner_counts_wrong_tokens() {
    for endpoint in ENDPOINTS {
        if !matches!(endpoint.caller, Caller::Owner | Caller::OwnerOrAdminKey) {
            continue;
        }
        let scenario = Scenario::new();
        let path = endpoint.path.replace("{id}", &scenario.project);
        scenario.send(endpoint.method, &path, Some("la_wrong"), None);
        assert_eq!(notes(&scenario), 1, "{} {path}", endpoint.method);
    }
}

#[test]
fn the_owner_sees_how_many_wrong_tokens_came_and_when() {
    let scenario = Scenario::new();
    let seen = || scenario.get("/api/v1/projects", ADMIN_TOKEN).body["refusedAdminTokens"].clone();
    assert_eq!((&seen()["count"], &seen()["lastAt"]), (&0.into(), &serde_json::Value::Null));
    for _ in 0..200 {
        send(&scenario, Some("192.0.2.1"), "/api/v1/projects", "la_wrong");
    }
    assert_eq!(notes(&scenario), 1, "the registry is told at most once a minute");
    let lines =
        || scenario.platform.log.0.borrow().iter().filter(|line| line.contains("admin token")).count();
    assert_eq!(lines(), 1, "and so is the log");
    assert!(!scenario.platform.log.0.borrow().iter().any(|line| line.contains("la_wrong")));
    scenario.platform.wait(61);
    send(&scenario, Some("192.0.2.1"), "/api/v1/projects", "la_wrong");
    assert_eq!((notes(&scenario), lines()), (2, 2));
    assert_eq!(seen()["count"], 201);
    assert_eq!(seen()["lastAt"], "2026-11-22T12:01:01.000Z");
}

#[test]
fn a_registry_that_fails_changes_no_refusal() {
    let scenario = Scenario::new();
    scenario
        .platform
        .index
        .faults
        .borrow_mut()
        .push(("note-refused-admin-tokens", latchkey_tests::Fault::NotDone));
    assert_eq!(send(&scenario, None, "/api/v1/projects", "la_wrong").status, 401);
    scenario.platform.wait(61);
    assert_eq!(send(&scenario, None, "/api/v1/projects", "la_wrong").status, 401);
    assert_eq!(scenario.get("/api/v1/projects", ADMIN_TOKEN).body["refusedAdminTokens"]["count"], 2);
}

#[test]
fn a_key_or_session_token_is_no_wrong_admin_token() {
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.live_key);
    for (method, path) in [("GET", "/api/v1/vault"), ("POST", "/api/v1/vault/rewrap")] {
        for token in ["lk_", "lk_live_x.y.z.a", "cs_live_x", &session, &format!("{}x", scenario.live_key)] {
            let answer = scenario.send(method, path, Some(token), None);
            assert_eq!(answer.problem(), (401, "invalid_api_key", None), "{path} {token}");
        }
    }
    assert_eq!(notes(&scenario), 0);
}
