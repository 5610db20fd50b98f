//! A session that offers several services: which of them its person has connected already.

use latchkey_edge::crypto::digest::secret_hash;
use latchkey_edge::ports::Clock;
use latchkey_edge::store::Store;
use latchkey_edge::store::protocol::{Operation, SessionByToken, SessionProof};
use latchkey_shared::limits::ACCOUNTS_SHOWN_MAX;
use latchkey_shared::{SessionToken, base62};
use latchkey_tests::{Planned, Scenario};
use serde_json::{Value, json};

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

fn scenario() -> Scenario {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    scenario
}

/// Connects an Okta account for a person.
fn connect(scenario: &Scenario, person: &str) {
    let session = scenario.session_of(&scenario.live_key, "okta", person, &[]);
    let stored = scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN);
    assert_eq!(stored.status, 200, "{}", stored.text);
}

/// The token of a session for a person.
fn session(scenario: &Scenario, key: &str, person: &str, providers: &[&str]) -> String {
    let body = json!({ "providers": providers, "endUser": { "id": person } });
    let made = scenario.post("/api/v1/connect-sessions", key, &body);
    assert_eq!(made.status, 201, "{}", made.text);
    made.body["token"].as_str().unwrap().to_owned()
}

/// The providers of a session, as its page reads them.
fn providers(scenario: &Scenario, token: &str) -> Value {
    let read = scenario.get("/api/v1/connect", token);
    assert_eq!(read.status, 200, "{}", read.text);
    read.body["providers"].clone()
}

#[test]
fn a_service_that_the_person_has_connected_has_the_day() {
    let scenario = scenario();
    connect(&scenario, "ada");
    let token = session(&scenario, &scenario.live_key, "ada", &["gitlab", "okta"]);
    assert_eq!(
        providers(&scenario, &token),
        json!([
            { "id": "gitlab", "name": "GitLab" },
            { "id": "okta", "name": "Okta", "connectedAt": "2026-11-22T12:00:00.000Z" },
        ])
    );
}

#[test]
fn accounts_of_another_person_another_mode_and_another_project_are_not_told() {
    let scenario = scenario();
    connect(&scenario, "ada");
    let (_, test_key, live_key) = scenario.another_project();
    for (key, person) in
        [(&scenario.live_key, "grace"), (&scenario.test_key, "ada"), (&test_key, "ada"), (&live_key, "ada")]
    {
        let token = session(&scenario, key, person, &["okta", "gitlab"]);
        assert!(!providers(&scenario, &token).to_string().contains("connectedAt"), "{person}");
    }
}

#[test]
fn an_invited_person_and_a_session_for_one_service_are_not_told() {
    let scenario = scenario();
    connect(&scenario, "ada");
    let one = session(&scenario, &scenario.live_key, "ada", &["okta"]);
    assert_eq!(providers(&scenario, &one), json!([{ "id": "okta", "name": "Okta" }]));
    let several = session(&scenario, &scenario.live_key, "ada", &["okta", "gitlab"]);
    let shared = scenario.send("POST", "/api/v1/connect/share", Some(&several), None);
    let shared = shared.body["url"].as_str().unwrap().rsplit_once('#').unwrap().1.to_owned();
    assert!(!providers(&scenario, &shared).to_string().contains("connectedAt"));
    assert!(providers(&scenario, &several).to_string().contains("connectedAt"));
}

#[test]
fn the_accounts_of_a_person_are_read_along_an_index_and_only_the_newest() {
    let scenario = scenario();
    connect(&scenario, "ada");
    let token = session(&scenario, &scenario.live_key, "ada", &["okta", "gitlab"]);
    let token = SessionToken::parse(&token).unwrap();
    let proof = SessionProof {
        id: base62::encode(token.id.random),
        mode: token.mode,
        hash: secret_hash(token.secret),
    };
    let database = scenario.platform.index.object(scenario.target());
    let planned = Planned::new(&database);
    let operation = serde_json::to_string(&SessionByToken { proof, opens: None }).unwrap();
    let reply =
        Store::new(&planned, scenario.platform.clock.now_ms()).run(SessionByToken::NAME, &operation).unwrap();
    assert!(reply.starts_with('+'), "{reply}");
    assert!(planned.slow().is_empty(), "{}", planned.slow().join("\n"));
    let plans = format!("{:?}", planned.plans.borrow());
    assert!(plans.contains("USING INDEX connections_end_user"), "{plans}");
    const { assert!(ACCOUNTS_SHOWN_MAX <= 100, "rows for each look at the page") };
}
