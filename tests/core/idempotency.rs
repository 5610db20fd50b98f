//! Idempotency keys: a request that is sent again runs once, and gets the first response again.

use latchkey_tests::{ADMIN_TOKEN, Answer, Fault, Scenario};
use serde_json::{Value, json};

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const OTHER: &str = "00zZzZzZzZzZzZzZzZzZzZzZzZ0123456789_-ab00";

#[test]
fn one_key_makes_one_account_and_a_repeat_gets_the_first_response() {
    let scenario = Scenario::new();
    let key = [("idempotency-key", "b6f1b2f0-1")];
    let first = scenario.create("one", TOKEN, &key);
    let again = scenario.create("one", TOKEN, &key);
    assert_eq!((first.status, again.status, &first.body), (201, 201, &again.body));
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(scenario.listed(&scenario.live_key).len(), 1);
    let seen = scenario.platform.live.seen().len();
    scenario.create("one", TOKEN, &key);
    assert_eq!(scenario.platform.live.seen().len(), seen, "the provider was asked again");
}

#[test]
fn a_key_used_for_another_request_is_refused() {
    let scenario = Scenario::new();
    let key = [("idempotency-key", "k")];
    scenario.create("one", TOKEN, &key);
    assert_eq!(
        scenario.create("two", TOKEN, &key).problem(),
        (422, "idempotency_mismatch", Some("Idempotency-Key"))
    );
    assert_eq!(scenario.create("one", OTHER, &key).problem().1, "idempotency_mismatch");
    let long = "x".repeat(201);
    for bad in ["", &long, "a\u{7f}b"] {
        assert_eq!(
            scenario.create("one", TOKEN, &[("idempotency-key", bad)]).problem().1,
            "invalid_parameter"
        );
    }
}

#[test]
fn a_refusal_is_kept_too_and_a_fault_is_not() {
    let scenario = Scenario::new();
    scenario.create("one", TOKEN, &[]);
    let key = [("idempotency-key", "k")];
    assert_eq!(scenario.create("one", OTHER, &key).problem().1, "name_taken");
    assert_eq!(scenario.create("one", OTHER, &key).headers["idempotent-replayed"], "true");
    let down = [("idempotency-key", "down")];
    let me = "GET https://acme.okta.com/api/v1/users/me";
    let body = serde_json::json!({ "name": "three", "method": "api-token",
        "credentials": { "instanceUrl": "acme.okta.com", "apiToken": TOKEN } })
    .to_string();
    let send = || {
        let body = Some(("application/json", body.as_str()));
        scenario.send_with("POST", "/api/v1/app-connections/okta", Some(&scenario.live_key), body, &down)
    };
    scenario.platform.live.answer(me, 503, "");
    assert_eq!(send().status, 503);
    scenario.platform.live.okta("acme.okta.com");
    assert_eq!(send().status, 201);
}

#[test]
fn a_kept_response_holds_no_secret_and_is_deleted_after_a_day() {
    let scenario = Scenario::new();
    let key = [("idempotency-key", "k")];
    scenario.create("one", TOKEN, &key);
    let object = scenario.platform.index.object(scenario.target());
    assert_eq!(object.count("idempotency"), 1);
    for disguise in latchkey_tests::disguises(TOKEN) {
        assert!(!object.dump().contains(&disguise), "{disguise}");
    }
    scenario.platform.wait(24 * 3600 + 1);
    scenario.platform.sweep_if_due(scenario.target());
    assert_eq!(object.count("idempotency"), 0);
    assert_eq!(scenario.create("one", TOKEN, &key).problem().1, "name_taken");
}

#[test]
fn a_key_whose_response_was_lost_leads_to_the_account() {
    let lost: [&[(&str, Fault)]; 2] = [
        &[("finish-idempotent-request", Fault::NotDone)],
        // The commit was done, but neither it nor the abandonment had a reply, so the caller got `outcome_unknown`.
        &[
            ("commit-connection", Fault::DoneSilent),
            ("commit-connection", Fault::DoneSilent),
            ("abandon-connection", Fault::NotDoneSilent),
        ],
    ];
    for faults in lost {
        let scenario = Scenario::new();
        let key = [("idempotency-key", "k")];
        scenario.platform.index.faults.borrow_mut().extend(faults);
        scenario.create("one", TOKEN, &key);
        let asked = scenario.platform.live.seen().len();
        let again = scenario.create("one", TOKEN, &key);
        assert_eq!(
            (again.status, again.headers["idempotent-replayed"].as_str()),
            (201, "true"),
            "{}",
            again.text
        );
        assert_eq!(again.body["appConnection"]["id"], scenario.listed(&scenario.live_key)[0]["id"]);
        assert_eq!(scenario.platform.live.seen().len(), asked, "the provider was asked again");
        assert_eq!(scenario.create("two", TOKEN, &key).problem().1, "idempotency_mismatch");
    }
}

fn post(scenario: &Scenario, path: &str, key: &str, body: &Value, once: &str) -> Answer {
    let text = body.to_string();
    let header = [("idempotency-key", once)];
    scenario.send_with("POST", path, Some(key), Some(("application/json", &text)), &header)
}

#[test]
fn a_repeat_has_every_header_of_the_first_response() {
    let scenario = Scenario::new();
    // These are of each request, not of the response that is repeated.
    let own = ["x-request-id", "ratelimit", "ratelimit-policy", "idempotent-replayed"];
    let headers = |answer: &Answer| {
        let mut headers = answer.headers.clone();
        headers.retain(|name, _| !own.contains(&name.as_str()));
        headers
    };
    let first = scenario.create("one", TOKEN, &[("idempotency-key", "k")]);
    let again = scenario.create("one", TOKEN, &[("idempotency-key", "k")]);
    assert!(first.headers["etag"].starts_with(r#""1-"#), "{:?}", first.headers);
    assert_eq!(headers(&first), headers(&again));
    let refused = scenario.create("one", OTHER, &[("idempotency-key", "refused")]);
    let again = scenario.create("one", OTHER, &[("idempotency-key", "refused")]);
    assert_eq!((refused.status, headers(&refused)), (409, headers(&again)));
    assert_eq!(again.headers["idempotent-replayed"], "true");
}

#[test]
fn a_repeated_request_for_a_session_gets_the_same_session_and_token() {
    let scenario = Scenario::new();
    let path = "/api/v1/connect-sessions";
    let body = json!({ "providers": ["okta"], "endUser": { "id": "u" } });
    let key = scenario.live_key.as_str();
    let first = post(&scenario, path, key, &body, "k");
    scenario.platform.wait(60);
    let again = post(&scenario, path, key, &body, "k");
    assert_eq!((first.status, again.status, &first.body), (201, 201, &again.body), "{}", again.text);
    assert!(!first.headers.contains_key("idempotent-replayed"));
    assert_eq!(again.headers["idempotent-replayed"], "true");
    let token = first.body["token"].as_str().unwrap();
    assert_eq!(scenario.get("/api/v1/connect", token).status, 200);
    let object = scenario.platform.index.object(scenario.target());
    assert_eq!(object.count("sessions"), 1);
    let secret = token.rsplit('.').next().unwrap();
    assert!(!object.dump().contains(secret), "the token is stored in clear");
    let other = json!({ "providers": ["okta"], "endUser": { "id": "other" } });
    let mismatch = (422, "idempotency_mismatch", Some("Idempotency-Key"));
    assert_eq!(post(&scenario, path, key, &other, "k").problem(), mismatch);
    assert_eq!(scenario.create("one", TOKEN, &[("idempotency-key", "k")]).problem(), mismatch);
    scenario.create("two", TOKEN, &[("idempotency-key", "account")]);
    assert_eq!(post(&scenario, path, key, &body, "account").problem(), mismatch);
    let long = "x".repeat(201);
    for bad in ["", &long, "a\u{7f}b"] {
        assert_eq!(post(&scenario, path, key, &body, bad).problem().1, "invalid_parameter", "{bad}");
    }
}

#[test]
fn no_other_key_gets_the_session_and_no_other_idempotency_key_does() {
    let scenario = Scenario::new();
    let path = "/api/v1/connect-sessions";
    let body = json!({ "providers": ["okta"], "endUser": { "id": "u" } });
    let first = post(&scenario, path, &scenario.live_key, &body, "k");
    let other = scenario.key_with(&["sessions:write"]);
    let others = post(&scenario, path, &other, &body, "k");
    assert_eq!(others.status, 201, "{}", others.text);
    assert_ne!(others.body["token"], first.body["token"]);
    let second = post(&scenario, path, &scenario.live_key, &body, "k2");
    let test = post(&scenario, path, &scenario.test_key, &body, "k");
    for answer in [&second, &test] {
        assert_eq!(answer.status, 201, "{}", answer.text);
        assert_ne!(answer.body["token"], first.body["token"]);
    }
    // After a day the key is free, and a new session is made.
    scenario.platform.wait(24 * 3600 + 1);
    scenario.platform.sweep_if_due(scenario.target());
    let late = post(&scenario, path, &scenario.live_key, &body, "k");
    assert_eq!(late.status, 201, "{}", late.text);
    assert_ne!(late.body["token"], first.body["token"], "an old link would open the new session");
}

#[test]
fn a_repeated_request_for_a_key_gets_the_same_key() {
    let scenario = Scenario::new();
    let admin = scenario.admin_key();
    let own = format!("/api/v1/projects/{}/api-keys", scenario.project);
    for (path, caller) in [("/api/v1/api-keys", admin), (own.as_str(), ADMIN_TOKEN)] {
        let body = json!({ "name": "New", "scopes": ["admin"], "mode": "live" });
        let once = format!("once {}", path.len());
        let first = post(&scenario, path, caller, &body, &once);
        let again = post(&scenario, path, caller, &body, &once);
        assert_eq!(
            (first.status, again.status, &first.body),
            (201, 201, &again.body),
            "{path}: {}",
            again.text
        );
        assert_eq!(again.headers["idempotent-replayed"], "true");
        let key = first.body["key"].as_str().unwrap();
        assert_eq!(scenario.get("/api/v1/api-keys", key).status, 200, "{path}");
        let object = scenario.platform.index.object(scenario.target());
        assert!(!object.dump().contains(key.rsplit('.').next().unwrap()), "the key is stored in clear");
        let other = json!({ "name": "Other", "scopes": ["admin"], "mode": "live" });
        assert_eq!(
            post(&scenario, path, caller, &other, &once).problem().1,
            "idempotency_mismatch",
            "{path}"
        );
    }
}

#[test]
fn no_caller_learns_or_blocks_the_idempotency_keys_of_another() {
    let scenario = Scenario::new();
    let more = json!({ "scopes": ["connections:write", "sessions:write", "admin"] });
    let [one, two] = [0, 1].map(|_| scenario.key_of(&more).1);
    let owned = format!("/api/v1/projects/{}/api-keys", scenario.project);
    scenario.platform.live.okta("acme.okta.com");
    let account = |name: &str| {
        json!({ "name": name, "method": "api-token",
            "credentials": { "instanceUrl": "acme.okta.com", "apiToken": TOKEN } })
    };
    let session = |id: &str| json!({ "providers": ["okta"], "endUser": { "id": id } });
    let key = |name: &str| json!({ "name": name, "scopes": ["connections:write"], "mode": "live" });
    let (one, two) = (one.as_str(), two.as_str());
    for (once, first, second) in [
        (
            "a",
            (one, "/api/v1/app-connections/okta", account("one")),
            (two, "/api/v1/app-connections/okta", account("two")),
        ),
        (
            "s",
            (one, "/api/v1/connect-sessions", session("u")),
            (two, "/api/v1/connect-sessions", session("v")),
        ),
        ("k", (one, "/api/v1/api-keys", key("x")), (two, "/api/v1/api-keys", key("y"))),
        ("o", (one, "/api/v1/api-keys", key("x")), (ADMIN_TOKEN, owned.as_str(), key("y"))),
    ] {
        let send = |(caller, path, body): &(&str, &str, Value)| post(&scenario, path, caller, body, once);
        let firsts = [send(&first), send(&second)];
        for (made, request) in firsts.iter().zip([&first, &second]) {
            assert_eq!(made.status, 201, "{once}: {}", made.text);
            let again = send(request);
            assert_eq!((again.status, &again.body), (201, &made.body), "{once}: {}", again.text);
            assert_eq!(again.headers["idempotent-replayed"], "true", "{once}");
        }
        assert_ne!(firsts[0].body, firsts[1].body, "{once}");
    }
}

#[test]
fn a_repeat_after_its_session_was_deleted_makes_a_new_session() {
    let scenario = Scenario::new();
    let body = json!({ "providers": ["okta"], "endUser": { "id": "u" } });
    let send = || post(&scenario, "/api/v1/connect-sessions", &scenario.live_key, &body, "k");
    let first = send();
    let object = scenario.platform.index.object(scenario.target());
    latchkey_edge::store::sql::Sql::exec(&*object, "DELETE FROM sessions", &[]).unwrap();
    let second = send();
    assert_eq!(second.status, 201, "{}", second.text);
    assert!(!second.headers.contains_key("idempotent-replayed"));
    assert_ne!(second.body["token"], first.body["token"]);
    assert_eq!(send().body, second.body);
    assert_eq!(scenario.get("/api/v1/connect", second.body["token"].as_str().unwrap()).status, 200);
}
