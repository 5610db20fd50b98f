//! `details` of an account: who linked it, what its key is, and how it is.

use latchkey_tests::Scenario;
use serde_json::{Value, json};

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const OTHER: &str = "00newnewnewnewnewnewnewnewnewnewnewnewnew0";

const MEMBERS: [&str; 13] = [
    "endUser",
    "expiresAt",
    "freshness",
    "health",
    "hook",
    "key",
    "lastUsedAt",
    "metadata",
    "organization",
    "sessionId",
    "suspended",
    "task",
    "warnings",
];

fn members(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// A session for the account `one`, and the account that it links: its path.
fn linked(scenario: &Scenario, more: &Value) -> (String, String) {
    scenario.platform.live.okta("acme.okta.com");
    let mut body = json!({ "providers": ["okta"], "endUser": { "id": "user-1" }, "connectionName": "one" });
    more.as_object().unwrap().iter().for_each(|(member, value)| body[member] = value.clone());
    let session = scenario.post("/api/v1/connect-sessions", &scenario.live_key, &body).body;
    let token = session["token"].as_str().unwrap();
    let answer = scenario.attempt(token, "attempt-1", "acme.okta.com", TOKEN);
    assert_eq!(answer.status, 200, "{}", answer.text);
    let id = answer.body["connection"]["id"].as_str().unwrap();
    (format!("/api/v1/app-connections/okta/{id}"), session["id"].as_str().unwrap().to_owned())
}

fn details(scenario: &Scenario, path: &str) -> Value {
    let read = scenario.get(path, &scenario.live_key);
    assert_eq!(read.status, 200, "{}", read.text);
    read.body["appConnection"]["details"].clone()
}

#[test]
fn an_account_says_who_linked_it() {
    let scenario = Scenario::new();
    let more = json!({
        "endUser": { "id": "user-7", "email": "ada@example.com", "name": "Ada" },
        "organization": { "id": "customer-1", "name": "Acme" },
        "metadata": { "plan": "enterprise", "ticket": "T-1" },
    });
    let (path, session) = linked(&scenario, &more);
    let details = details(&scenario, &path);
    for (member, value) in more.as_object().unwrap() {
        assert_eq!(&details[member], value, "{member}");
    }
    assert_eq!(details["sessionId"], json!(session));
    let read = scenario.get(&format!("/api/v1/connect-sessions/{session}"), &scenario.live_key);
    assert_eq!(read.status, 200, "the id is the one that the API takes");
    // A backend finds the account of its user by one call.
    let found = scenario.get("/api/v1/app-connections?endUserId=user-7", &scenario.live_key);
    assert_eq!(found.body["appConnections"][0]["details"]["endUser"], more["endUser"]);
}

#[test]
fn an_account_of_a_backend_says_that_nobody_linked_it() {
    let scenario = Scenario::new();
    let details = details(&scenario, &scenario.account("one", TOKEN));
    for member in ["endUser", "organization", "sessionId", "hook"] {
        assert_eq!(details[member], Value::Null, "{member}");
    }
    assert_eq!(details["metadata"], json!({}));
}

#[test]
fn every_response_with_an_account_has_its_details_and_a_single_one_its_report() {
    let scenario = Scenario::new();
    let (path, _) = linked(&scenario, &json!({}));
    let key = &scenario.live_key;
    let by_name = "/api/v1/app-connections/okta/connection-name/one";
    for single in [&path, by_name] {
        let details = scenario.get(single, key).body["appConnection"]["details"].clone();
        assert_eq!(details["report"]["identity"]["login"], "ada@example.com");
        assert!(!details["report"]["checks"].as_array().unwrap().is_empty(), "{details}");
    }
    let credentials = json!({ "credentials": { "instanceUrl": "https://acme.okta.com", "apiToken": OTHER } });
    let others = [
        scenario.get("/api/v1/app-connections", key).body["appConnections"][0].clone(),
        scenario.get("/api/v1/app-connections/okta", key).body["appConnections"][0].clone(),
        scenario.create("two", TOKEN, &[("idempotency-key", "once")]).body["appConnection"].clone(),
        scenario.create("two", TOKEN, &[("idempotency-key", "once")]).body["appConnection"].clone(),
        scenario.patch(&path, key, &json!({ "description": "x" })).body["appConnection"].clone(),
        scenario.patch(&path, key, &credentials).body["appConnection"].clone(),
        scenario.send("POST", &format!("{path}/rollback"), Some(key), None).body["appConnection"].clone(),
        scenario.send("POST", &format!("{path}/verify"), Some(key), None).body["appConnection"].clone(),
        scenario.send("DELETE", &path, Some(key), None).body["appConnection"].clone(),
    ];
    for connection in others {
        assert_eq!(members(&connection["details"]), MEMBERS, "{connection}");
        assert_eq!(connection["details"]["key"]["roles"], json!(["Super Administrator"]));
        let health = &connection["details"]["health"];
        let of_health =
            ["checkedAt", "code", "fix", "lastHealthyAt", "message", "nextCheckAt", "since", "state"];
        assert_eq!(members(health), of_health);
        assert_eq!(members(&connection["details"]["key"]), ["createdAt", "id", "name", "roles", "type"]);
        assert_eq!(connection.as_object().unwrap().len(), 14, "{connection}");
    }
}

#[test]
fn a_new_credential_begins_anew_and_who_linked_the_account_stays() {
    let scenario = Scenario::new();
    let (path, session) = linked(&scenario, &json!({ "metadata": { "plan": "small" } }));
    let body = r#"{"errorCode":"E0000011"}"#;
    for _ in 0..2 {
        scenario.platform.live.answer("GET https://acme.okta.com/api/v1/users/me", 401, body);
        scenario.send("POST", &format!("{path}/verify"), Some(&scenario.live_key), None);
        scenario.platform.wait(300);
    }
    assert_eq!(details(&scenario, &path)["health"]["state"], "needs_new_key");
    scenario.platform.live.okta("acme.okta.com");
    let credentials = json!({ "credentials": { "instanceUrl": "https://acme.okta.com", "apiToken": OTHER } });
    let changed = scenario.patch(&path, &scenario.live_key, &credentials);
    let new = changed.body["appConnection"].clone();
    assert_eq!(new["details"]["health"]["state"], "healthy", "{}", changed.text);
    assert_eq!(new["details"]["health"]["since"], new["updatedAt"]);
    assert_eq!(new["details"]["sessionId"], json!(session));
    assert_eq!(new["details"]["metadata"], json!({ "plan": "small" }));
    let sick = scenario.get("/api/v1/app-connections?health=needs_new_key", &scenario.live_key);
    assert_eq!(sick.body["appConnections"], json!([]));
}

#[test]
fn a_key_that_ends_when_it_is_not_used_says_until_when_it_is_good() {
    let scenario = Scenario::new();
    scenario.care(&json!({ "checks": false }));
    let path = scenario.account("one", TOKEN);
    let day = 24 * 3600;
    let pass = |days: i64| {
        scenario.platform.wait(days * day);
        scenario.platform.sweep_if_due(scenario.target());
        let details = details(&scenario, &path);
        (details["freshness"].as_str().unwrap().to_owned(), details["expiresAt"].as_str().unwrap().to_owned())
    };
    assert_eq!(pass(3), ("green".to_owned(), "2026-12-22T12:00:00.000Z".to_owned()));
    assert_eq!(pass(1).0, "gray");
    assert_eq!(pass(19).0, "red");
    let opener = scenario.key_with(&["credentials:read"]);
    assert_eq!(scenario.get(&format!("{path}/credentials"), &opener).status, 200);
    assert_eq!(details(&scenario, &path)["lastUsedAt"], "2026-12-15T12:00:00.000Z");
    assert_eq!(scenario.send("POST", &format!("{path}/verify"), Some(&scenario.live_key), None).status, 200);
    assert_eq!(pass(0), ("green".to_owned(), "2027-01-14T12:00:00.000Z".to_owned()));
}

#[test]
fn an_account_that_is_not_as_it_was_read_is_sent_again() {
    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    let tag = scenario.get(&path, &scenario.live_key).headers["etag"].clone();
    let read =
        || scenario.send_with("GET", &path, Some(&scenario.live_key), None, &[("if-none-match", &tag)]);
    assert_eq!(read().status, 304);
    scenario.platform.wait(60);
    assert_eq!(scenario.send("POST", &format!("{path}/verify"), Some(&scenario.live_key), None).status, 200);
    assert_eq!(read().status, 200, "its health was checked meanwhile");
    let change = |tag: &str| {
        let body = Some(("application/json", r#"{"description":"x"}"#));
        scenario.send_with("PATCH", &path, Some(&scenario.live_key), body, &[("if-match", tag)]).status
    };
    assert_eq!(change(&tag), 200, "a check is no change");
    assert_eq!(change(&tag), 412);
}

#[test]
fn an_account_of_an_earlier_deployment_has_a_health_too() {
    use latchkey_edge::store::schema;
    use latchkey_edge::store::sql::Sql;
    use latchkey_tests::Database;

    let database = Database::empty();
    schema::migrate_to(&database, 9).unwrap();
    database
        .exec(
            "INSERT INTO connections (id, mode, app, method, name, version, credentials, hash, blob, report, created, updated,
                version_created) VALUES ('1', 'live', 'okta', 'api-token', 'one', 1, '{}', '', '', '{}', 5, 5, 7)",
            &[],
        )
        .unwrap();
    schema::migrate(&database).unwrap();
    let record: Option<String> = database.value("SELECT health_record FROM connections", &[]).unwrap();
    let health: latchkey_edge::health::Health = serde_json::from_str(&record.unwrap()).unwrap();
    assert_eq!(health, latchkey_edge::health::Health::unchecked(7));
    let turns: Option<i64> = database.value("SELECT turns FROM connections", &[]).unwrap();
    assert_eq!(turns, health.turns(7));
}
