//! Lists of connections: filters, order, and pages that stay right while rows come and go.

use latchkey_tests::Scenario;
use serde_json::Value;

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

fn names(scenario: &Scenario, query: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut cursor = String::new();
    loop {
        let answer = scenario.get(&format!("/api/v1/app-connections?{query}{cursor}"), &scenario.live_key);
        assert_eq!(answer.status, 200, "{}", answer.text);
        let page = answer.body["appConnections"].as_array().unwrap();
        names.extend(page.iter().map(|entry| entry["name"].as_str().unwrap().to_owned()));
        match &answer.body["nextCursor"] {
            Value::String(next) => cursor = format!("&cursor={next}"),
            _ => return names,
        }
    }
}

fn some(scenario: &Scenario) {
    for name in ["delta", "alpha", "charlie", "bravo"] {
        let _ = scenario.account(name, TOKEN);
        scenario.platform.wait(1);
    }
}

#[test]
fn each_order_pages_through_all_connections() {
    let scenario = Scenario::new();
    some(&scenario);
    let change = "/api/v1/app-connections/okta/connection-name/delta";
    let id =
        scenario.get(change, &scenario.live_key).body["appConnection"]["id"].as_str().unwrap().to_owned();
    scenario.patch(
        &format!("/api/v1/app-connections/okta/{id}"),
        &scenario.live_key,
        &serde_json::json!({ "description": "x" }),
    );
    for (sort, expected) in [
        ("createdAt", ["delta", "alpha", "charlie", "bravo"]),
        ("-createdAt", ["bravo", "charlie", "alpha", "delta"]),
        ("name", ["alpha", "bravo", "charlie", "delta"]),
        ("-name", ["delta", "charlie", "bravo", "alpha"]),
        ("updatedAt", ["alpha", "charlie", "bravo", "delta"]),
        ("-updatedAt", ["delta", "bravo", "charlie", "alpha"]),
    ] {
        for limit in [1, 2, 3, 4, 50] {
            assert_eq!(names(&scenario, &format!("sort={sort}&limit={limit}")), expected, "{sort} {limit}");
        }
    }
}

#[test]
fn a_page_begins_behind_a_row_and_not_at_a_number_of_rows() {
    let scenario = Scenario::new();
    some(&scenario);
    let first = scenario.get("/api/v1/app-connections?sort=name&limit=2", &scenario.live_key);
    let cursor = first.body["nextCursor"].as_str().unwrap();
    let alpha = first.body["appConnections"][0]["id"].as_str().unwrap();
    scenario.send("DELETE", &format!("/api/v1/app-connections/okta/{alpha}"), Some(&scenario.live_key), None);
    let _ = scenario.account("aardvark", TOKEN);
    let second = scenario
        .get(&format!("/api/v1/app-connections?sort=name&limit=9&cursor={cursor}"), &scenario.live_key);
    let entries = second.body["appConnections"].as_array().unwrap();
    assert_eq!(
        entries.iter().map(|entry| entry["name"].as_str().unwrap()).collect::<Vec<_>>(),
        ["charlie", "delta"]
    );
    for (cursor, sort) in [("nonsense", "name"), (cursor, "createdAt"), ("", "name")] {
        let answer =
            scenario.get(&format!("/api/v1/app-connections?sort={sort}&cursor={cursor}"), &scenario.live_key);
        assert_eq!(answer.problem(), (422, "invalid_parameter", Some("cursor")), "{cursor} {sort}");
    }
}

#[test]
fn filters_narrow_the_list_and_unknown_values_are_named() {
    let scenario = Scenario::new();
    some(&scenario);
    let session = scenario.session_of(&scenario.live_key, "okta", "somebody", &[]);
    scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN);
    let of_somebody = names(&scenario, "endUserId=somebody");
    assert!(of_somebody.len() == 1 && of_somebody[0].starts_with("okta-acme-"), "{of_somebody:?}");
    assert_eq!(names(&scenario, "name=alpha"), ["alpha"]);
    assert_eq!(names(&scenario, "app=harness"), Vec::<String>::new());
    assert_eq!(names(&scenario, "health=healthy&app=okta").len(), 5);
    assert_eq!(names(&scenario, "health=expiring"), Vec::<String>::new());
    for (query, member) in
        [("health=ill", "health"), ("sort=size", "sort"), ("limit=0", "limit"), ("limit=101", "limit")]
    {
        let answer = scenario.get(&format!("/api/v1/app-connections?{query}"), &scenario.live_key);
        assert_eq!(answer.problem(), (422, "invalid_parameter", Some(member)), "{query}");
    }
}

#[test]
fn available_connections_are_listed_in_short() {
    let scenario = Scenario::new();
    some(&scenario);
    let available = scenario.get("/api/v1/app-connections/okta/available", &scenario.live_key);
    let entries = available.body["appConnections"].as_array().unwrap();
    assert_eq!(
        entries.iter().map(|entry| entry["name"].as_str().unwrap()).collect::<Vec<_>>(),
        ["alpha", "bravo", "charlie", "delta"]
    );
    assert_eq!(
        entries[0].as_object().unwrap().keys().collect::<Vec<_>>(),
        ["app", "id", "name", "projectId"]
    );
    let options = scenario.get("/api/v1/app-connections/options", &scenario.live_key);
    let apps = options.body["appConnectionOptions"].as_array().unwrap();
    assert!(apps.iter().any(|option| option["app"] == "okta" && option["methods"][0] == "api-token"));
}
