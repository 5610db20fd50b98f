//! Malformed requests: each has its documented problem, and nothing is stored.

use latchkey_tests::Scenario;
use serde_json::json;

#[test]
fn unknown_paths_and_methods_are_problems_too() {
    let scenario = Scenario::new();
    for path in [
        "/front",
        "/nothing",
        "/api/v1",
        "/api/v1/nothing",
        "/api/v1/app-connections/okta/x/y",
        "/link",
        "/link/a/b",
        "/healthz/",
    ] {
        let answer = scenario.get(path, &scenario.live_key);
        assert_eq!(answer.problem(), (404, "not_found", None), "{path}");
        assert_eq!(answer.headers["content-type"], "application/problem+json");
        assert!(answer.body["requestId"].as_str().unwrap().starts_with("req_"));
        assert_eq!(answer.body["type"], "urn:latchkey:problem:not_found");
        assert!(!answer.body["errors"][0]["fix"].as_str().unwrap().is_empty());
    }
    let answer = scenario.send("PUT", "/api/v1/connect-sessions", Some(&scenario.live_key), None);
    assert_eq!(
        (answer.problem().1, answer.headers["allow"].as_str()),
        ("method_not_allowed", "GET, HEAD, POST, OPTIONS")
    );
}

#[test]
fn bodies_that_cannot_be_read_are_refused_with_the_place() {
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.test_key);
    let send = |content_type: &str, body: &str| {
        scenario.send("POST", "/api/v1/connect", Some(&session), Some((content_type, body)))
    };
    assert_eq!(send("application/json", "{\"attemptId\"").problem(), (400, "malformed_body", None));
    assert_eq!(send("application/json", "[]").problem(), (400, "malformed_body", None));
    assert_eq!(send("application/json", "").problem(), (400, "malformed_body", None));
    assert_eq!(send("text/plain", "{}").problem(), (415, "unsupported_media_type", None));
    assert_eq!(send("application/json", &"x".repeat(2 << 20)).problem(), (413, "body_too_large", None));
    let leak = send(
        "application/json",
        r#"{"attemptId":"attempt-1","app":"okta","fields":{"apiToken":"00hunter2"}}"#,
    );
    assert_eq!(leak.problem().1, "malformed_body");
    assert!(!leak.text.contains("hunter2"));
    assert!(!format!("{:?}", scenario.platform.log.0.borrow()).contains("hunter2"));
}

#[test]
fn an_attempt_id_has_a_shape() {
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.test_key);
    for id in ["", "short", "has space in it", &"x".repeat(65), "semi;colon"] {
        let body = json!({ "attemptId": id, "app": "okta", "fields": {} });
        assert_eq!(
            scenario.post("/api/v1/connect", &session, &body).problem(),
            (422, "invalid_parameter", Some("attemptId"))
        );
    }
}

#[test]
fn a_fault_of_ours_says_little_outside_and_more_in_the_log() {
    let scenario = Scenario::new();
    scenario.platform.index.faults.borrow_mut().push(("list-connections", latchkey_tests::Fault::NotDone));
    let answer = scenario.get("/api/v1/app-connections", &scenario.live_key);
    assert_eq!(answer.problem(), (503, "storage_unavailable", None));
    assert!(!answer.text.contains("a fault of the test"));
    let log = scenario.platform.log.0.borrow();
    assert!(
        log[0].contains(answer.body["requestId"].as_str().unwrap()) && log[0].contains("a fault of the test"),
        "{log:?}"
    );
}

#[test]
fn a_path_has_one_spelling() {
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.live_key);
    let id = session.splitn(3, '_').nth(2).unwrap().rsplit_once('.').unwrap().0;
    for path in
        ["/healthz", "/api/v1/providers", "/api/v1/app-connections", &format!("/link/{id}"), "/guides/okta"]
    {
        assert_eq!(scenario.get(path, &scenario.live_key).status, 200, "{path}");
        for path in
            [format!("/{path}"), format!("//{path}"), format!("{path}/"), path.replacen("/", "/./", 1)]
        {
            assert_eq!(scenario.get(&path, &scenario.live_key).problem(), (404, "not_found", None), "{path}");
        }
    }
}

#[test]
fn a_list_is_no_object() {
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.live_key);
    let new =
        json!([["okta"], { "id": "u" }, null, null, null, {}, [], null, null, null, null, null, null, {}]);
    for (path, token, body) in [
        ("/api/v1/connect-sessions", &scenario.live_key, new.to_string()),
        ("/api/v1/connect-sessions", &scenario.live_key, format!(" \n{new}")),
        (
            "/api/v1/connect-sessions",
            &scenario.live_key,
            r#"{"providers":["okta"],"endUser":["u",null,null]}"#.to_owned(),
        ),
        (
            "/api/v1/connect-sessions",
            &scenario.live_key,
            r#"{"providers":["okta"],"endUser":{"id":"u"},"organization":["o",null]}"#.to_owned(),
        ),
        ("/api/v1/connect/progress", &session, json!(["okta", {}, []]).to_string()),
        (
            "/api/v1/api-keys",
            &scenario.admin_key().to_owned(),
            json!(["a", ["admin"], null, null, null]).to_string(),
        ),
    ] {
        let method = if path.ends_with("progress") { "PUT" } else { "POST" };
        let answer = scenario.send(method, path, Some(token), Some(("application/json", &body)));
        assert_eq!(
            (answer.status, answer.problem().1),
            (400, "malformed_body"),
            "{path} {body}: {}",
            answer.text
        );
        assert!(answer.text.contains("must be an object."), "{}", answer.text);
    }
}
