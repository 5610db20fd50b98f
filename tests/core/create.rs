//! The App Connections API: create, list, read, delete.

use latchkey_tests::{Fault, Scenario};
use serde_json::{Value, json};

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

fn scenario() -> Scenario {
    let scenario = Scenario::new();
    scenario.platform.live.okta("example.okta.com");
    scenario
}

fn new(scenario: &Scenario, name: &str) -> Value {
    json!({
        "name": name,
        "method": "api-token",
        "projectId": scenario.project,
        "credentials": { "instanceUrl": "https://example.okta.com", "apiToken": TOKEN },
    })
}

#[test]
fn a_created_account_answers_with_every_documented_member() {
    let scenario = scenario();
    let answer = scenario.post(
        "/api/v1/app-connections/okta",
        &scenario.live_key,
        &new(&scenario, "my-okta-connection"),
    );
    assert_eq!(answer.status, 201, "{}", answer.text);
    let mut connection = answer.body["appConnection"].as_object().unwrap().clone();
    let hash = connection.remove("credentialsHash").unwrap();
    assert_eq!(hash.as_str().unwrap().len(), 64);
    assert!(connection.remove("id").is_some() && connection.remove("orgId").is_some());
    assert!(connection.remove("details").is_some(), "tests/core/details.rs has what is in it");
    assert_eq!(
        Value::Object(connection),
        json!({
            "name": "my-okta-connection",
            "projectId": scenario.project,
            "description": null,
            "version": 1,
            "createdAt": "2026-11-22T12:00:00.000Z",
            "updatedAt": "2026-11-22T12:00:00.000Z",
            "isPlatformManagedCredentials": false,
            "app": "okta",
            "method": "api-token",
            "credentials": { "instanceUrl": "https://example.okta.com" },
        })
    );
    let id = answer.body["appConnection"]["id"].as_str().unwrap();
    let mut read = scenario.get(&format!("/api/v1/app-connections/okta/{id}"), &scenario.live_key);
    let details = read.body["appConnection"]["details"].as_object_mut().unwrap();
    assert!(details.remove("report").is_some(), "only a single account has its report");
    assert_eq!((read.status, &read.body), (200, &answer.body));
    let deleted = scenario.send(
        "DELETE",
        &format!("/api/v1/app-connections/okta/{id}"),
        Some(&scenario.live_key),
        None,
    );
    assert_eq!((deleted.status, &deleted.body), (200, &answer.body));
    assert!(scenario.listed(&scenario.live_key).is_empty());
    _ = scenario.platform.sweep(scenario.target());
    assert!(scenario.platform.blobs.values.borrow().is_empty(), "the sealed credential was left behind");
    assert_eq!(
        scenario.get(&format!("/api/v1/app-connections/okta/{id}"), &scenario.live_key).problem().0,
        404
    );
}

#[test]
fn equal_credentials_have_equal_hashes_within_a_project_only() {
    let scenario = scenario();
    let hash = |key: &str, name: &str, project: &str, token: &str| {
        let body = json!({ "name": name, "method": "api-token", "projectId": project,
            "credentials": { "instanceUrl": "example.okta.com", "apiToken": token } });
        scenario.post("/api/v1/app-connections/okta", key, &body).body["appConnection"]["credentialsHash"]
            .clone()
    };
    let first = hash(&scenario.live_key, "one", &scenario.project, TOKEN);
    assert_eq!(hash(&scenario.live_key, "two", &scenario.project, &format!("SSWS {TOKEN}")), first);
    assert_ne!(hash(&scenario.live_key, "three", &scenario.project, &TOKEN.replace('a', "b")), first);
    let (other, _, other_key) = scenario.another_project();
    assert_ne!(hash(&other_key, "one", &other, TOKEN), first);
}

#[test]
fn a_hash_stays_as_it_is_while_its_credential_does() {
    let mut scenario = scenario();
    let made = scenario.post("/api/v1/app-connections/okta", &scenario.live_key, &new(&scenario, "one"));
    let path = format!("/api/v1/app-connections/okta/{}", made.body["appConnection"]["id"].as_str().unwrap());
    let first = made.body["appConnection"]["credentialsHash"].clone();
    assert!(first.is_string());
    // Renamed, changed to the same key, sealed anew, and wrapped by another vault key.
    let now = |scenario: &Scenario| {
        scenario.get(&path, &scenario.live_key).body["appConnection"]["credentialsHash"].clone()
    };
    scenario.patch(&path, &scenario.live_key, &json!({ "name": "another" }));
    assert_eq!(now(&scenario), first);
    let same = json!({ "credentials": new(&scenario, "one")["credentials"] });
    assert_eq!(scenario.patch(&path, &scenario.live_key, &same).body["appConnection"]["version"], 2);
    assert_eq!(now(&scenario), first);
    scenario.platform.rotate(&[("k2", 9), ("k1", 2)]);
    let moved = scenario.post("/api/v1/vault/rewrap", latchkey_tests::ADMIN_TOKEN, &json!({}));
    assert_eq!(moved.body["remaining"], 0);
    assert_eq!(now(&scenario), first);
}

#[test]
fn a_name_is_unique_in_its_mode_and_free_again_after_a_refusal_or_a_deletion() {
    let scenario = scenario();
    let path = "/api/v1/app-connections/okta";
    scenario.platform.live.answer(
        "GET https://example.okta.com/api/v1/users/me",
        401,
        r#"{"errorCode":"E0000011"}"#,
    );
    assert_eq!(
        scenario.post(path, &scenario.live_key, &new(&scenario, "one")).problem(),
        (422, "key_rejected", Some("apiToken"))
    );
    scenario.platform.live.okta("example.okta.com");
    let made = scenario.post(path, &scenario.live_key, &new(&scenario, "one"));
    assert_eq!(made.status, 201);
    let seen = scenario.platform.live.seen().len();
    assert_eq!(
        scenario.post(path, &scenario.live_key, &new(&scenario, "one")).problem(),
        (409, "name_taken", Some("name"))
    );
    assert_eq!(scenario.platform.live.seen().len(), seen, "the provider was asked for a name that is taken");
    let id = made.body["appConnection"]["id"].as_str().unwrap();
    scenario.send("DELETE", &format!("{path}/{id}"), Some(&scenario.live_key), None);
    assert_eq!(scenario.post(path, &scenario.live_key, &new(&scenario, "one")).status, 201);
}

#[test]
fn a_commit_without_a_reply_is_sent_again_and_stores_one_account() {
    for fault in [Fault::NotDone, Fault::NotDoneSilent, Fault::DoneSilent] {
        let scenario = scenario();
        scenario.platform.index.faults.borrow_mut().push(("commit-connection", fault));
        let answer =
            scenario.post("/api/v1/app-connections/okta", &scenario.live_key, &new(&scenario, "one"));
        assert_eq!(answer.status, 201, "{fault:?}: {}", answer.text);
        assert_eq!(scenario.listed(&scenario.live_key).len(), 1);
    }
}

#[test]
fn steps_without_a_reply_are_reported_as_such_and_free_the_name() {
    let path = "/api/v1/app-connections/okta";
    let lost = |faults: &[(&'static str, Fault)]| {
        let scenario = scenario();
        scenario.platform.index.faults.borrow_mut().extend(faults);
        let answer = scenario.post(path, &scenario.live_key, &new(&scenario, "one"));
        (answer.problem().1.to_owned(), scenario)
    };
    // Begin acted, its reply was lost: given up at once.
    let (code, scenario) = lost(&[("begin-connection", Fault::DoneSilent)]);
    assert_eq!(code, "storage_unavailable");
    assert_eq!(scenario.post(path, &scenario.live_key, &new(&scenario, "one")).status, 201);
    // The commit never arrived: given up, nothing is stored, and the name is free.
    let (code, scenario) =
        lost(&[("commit-connection", Fault::NotDone), ("commit-connection", Fault::NotDoneSilent)]);
    assert_eq!((code.as_str(), scenario.listed(&scenario.live_key).len()), ("storage_unavailable", 0));
    assert_eq!(scenario.post(path, &scenario.live_key, &new(&scenario, "one")).status, 201);
    // The commit took effect, and neither call had a reply: abandoning returns the stored account.
    let (code, scenario) =
        lost(&[("commit-connection", Fault::DoneSilent), ("commit-connection", Fault::DoneSilent)]);
    assert_eq!((code.as_str(), scenario.listed(&scenario.live_key).len()), ("none", 1));
    assert_eq!(scenario.post(path, &scenario.live_key, &new(&scenario, "one")).problem().1, "name_taken");
    // No call has a reply any more: the outcome is unknown, and the advice prevents a duplicate.
    let (code, scenario) = lost(&[
        ("commit-connection", Fault::DoneSilent),
        ("commit-connection", Fault::DoneSilent),
        ("abandon-connection", Fault::NotDone),
    ]);
    assert_eq!((code.as_str(), scenario.listed(&scenario.live_key).len()), ("outcome_unknown", 1));
}

#[test]
fn values_that_are_not_allowed_are_named() {
    let scenario = scenario();
    for (member, value, problem) in [
        ("name", json!("My Okta"), (422, "invalid_parameter", Some("name"))),
        ("name", json!("a".repeat(65)), (422, "invalid_parameter", Some("name"))),
        ("name", json!("a--b"), (422, "invalid_parameter", Some("name"))),
        ("method", json!("oauth"), (422, "invalid_parameter", Some("method"))),
        ("description", json!("x".repeat(257)), (422, "invalid_parameter", Some("description"))),
        ("projectId", json!("7ffbb072-2575-495a-b5b0-127f88caef78"), (404, "not_found", None)),
        (
            "credentials",
            json!({ "instanceUrl": "example.okta.com" }),
            (422, "field_required", Some("apiToken")),
        ),
        ("credentials", json!({ "apiToken": 7 }), (400, "malformed_body", Some("credentials.apiToken"))),
        ("surprise", json!(1), (400, "malformed_body", Some("surprise"))),
    ] {
        let mut body = new(&scenario, "one");
        body[member] = value;
        let answer = scenario.post("/api/v1/app-connections/okta", &scenario.live_key, &body);
        assert_eq!(answer.problem(), problem, "{member}: {}", answer.text);
    }
    assert!(scenario.listed(&scenario.live_key).is_empty());
}

#[test]
fn pages_of_a_list_stay_right_while_entries_come_and_go() {
    let scenario = scenario();
    let path = "/api/v1/app-connections";
    for name in ["one", "two", "three", "four"] {
        assert_eq!(
            scenario.post(&format!("{path}/okta"), &scenario.live_key, &new(&scenario, name)).status,
            201
        );
        scenario.platform.wait(1);
    }
    let first = scenario.get(&format!("{path}?limit=2"), &scenario.live_key);
    let names = |answer: &latchkey_tests::Answer| -> Vec<String> {
        answer.body["appConnections"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&first), ["one", "two"]);
    let id = first.body["appConnections"][1]["id"].as_str().unwrap();
    scenario.send("DELETE", &format!("{path}/okta/{id}"), Some(&scenario.live_key), None);
    let cursor = first.body["nextCursor"].as_str().unwrap();
    let second = scenario.get(&format!("{path}?limit=2&cursor={cursor}"), &scenario.live_key);
    assert_eq!(
        (names(&second), &second.body["nextCursor"]),
        (vec!["three".to_owned(), "four".to_owned()], &Value::Null)
    );
    assert_eq!(
        scenario.get(&format!("{path}?cursor=nonsense"), &scenario.live_key).problem().2,
        Some("cursor")
    );
    assert_eq!(scenario.get(&format!("{path}?limit=0"), &scenario.live_key).problem().2, Some("limit"));
}

#[test]
fn values_are_read_as_the_form_reads_them_and_a_near_miss_is_suggested_before_the_provider_is_asked() {
    let scenario = scenario();
    let create = |name: &str, host: &str, token: &str| {
        let mut body = new(&scenario, name);
        body["credentials"] = json!({ "instanceUrl": host, "apiToken": token });
        scenario.post("/api/v1/app-connections/okta", &scenario.live_key, &body)
    };
    let cut: String = TOKEN.chars().take(39).collect();
    let cut = cut.as_str();
    for (host, token, field, code, suggestion) in [
        ("example.okta.con", TOKEN, "instanceUrl", "host_not_allowed", json!("example.okta.com")),
        ("example", TOKEN, "instanceUrl", "host_malformed", json!("example.okta.com")),
        ("evil.example", TOKEN, "instanceUrl", "host_not_allowed", Value::Null),
        ("example.okta.com", cut, "apiToken", "key_malformed", Value::Null),
        ("example.okta.com", "00aB••••••••_-ab", "apiToken", "key_malformed", Value::Null),
        ("example.okta.com", "<YOUR-API-TOKEN>", "apiToken", "key_malformed", Value::Null),
        ("example.okta.com", &[TOKEN, TOKEN].concat(), "apiToken", "key_malformed", Value::Null),
    ] {
        let answer = create("one", host, token);
        let error = &answer.body["errors"][0];
        assert_eq!(
            (answer.status, &error["field"], &error["code"]),
            (422, &json!(field), &json!(code)),
            "{host}"
        );
        assert_eq!(error.get("suggestion").unwrap_or(&Value::Null), &suggestion, "{host}");
        assert!(!answer.text.contains(cut), "the response repeats a secret");
    }
    assert!(scenario.platform.live.seen().is_empty(), "the provider was asked");
    let lines = format!("OKTA_CLIENT_TOKEN={TOKEN} # mine\n");
    let made = create("two", "[Okta](https:/example.okta.com/app),", &lines);
    assert_eq!(made.status, 201, "{}", made.text);
}
