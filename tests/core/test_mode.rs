//! Test mode: the whole path uses the simulated providers only.

use latchkey_edge::credential::Credential;
use latchkey_shared::project_provider::ProjectProvider;
use latchkey_shared::{Mode, Secret};
use latchkey_tests::Scenario;
use serde_json::Value;
use std::collections::BTreeMap;

fn test_values(scenario: &Scenario, provider: &str) -> Vec<Value> {
    let answer = scenario.get(&format!("/api/v1/providers/{provider}"), &scenario.test_key);
    answer.body["testValues"].as_array().unwrap().clone()
}

#[test]
fn every_test_value_of_every_provider_ends_as_it_is_listed() {
    let scenario = Scenario::new();
    for provider in latchkey_catalogue::all() {
        let values = test_values(&scenario, &provider.id);
        assert!(!values.is_empty(), "{} has no test values", provider.id);
        let mut named = false;
        for value in values {
            // Within the quota of a key.
            scenario.platform.wait(1);
            let session = scenario.session_for(&scenario.test_key, &provider.id);
            let fields = value["fields"].as_object().unwrap().iter();
            let answers: Vec<_> = fields.map(|(id, text)| (id.as_str(), text.as_str().unwrap())).collect();
            let answer = scenario.submit(&session, &provider.id, &answers);
            let ending = match answer.status {
                200 => "accepted",
                422 => "rejected",
                503 => "unavailable",
                502 => "unexpected",
                status => panic!("{}: {status} {}", value["name"], answer.text),
            };
            assert_eq!(value["ending"], ending, "{}: {}", value["name"], answer.text);
            let report = &answer.body["report"];
            named |= ["identity", "organization", "key"].iter().any(|part| report[part]["id"].is_string());
            let first = if ending == "accepted" {
                &answer.body["report"]["warnings"][0]
            } else {
                &answer.body["errors"][0]
            };
            assert_eq!(
                (&value["code"], &value["field"]),
                (&first["code"], &first["field"]),
                "{}",
                value["name"]
            );
        }
        // A wrong path in `extract` would leave every account unknown, and each of these endings as it is.
        assert!(named || provider.anonymous, "{}: no test value says whose key it is", provider.id);
    }
}

/// The form sends what it took from the key, and the edge takes it by itself: both must come to the same.
#[test]
fn what_is_taken_from_a_key_may_be_sent_with_it() {
    let mut taken = 0;
    for provider in latchkey_catalogue::all() {
        let offered = ProjectProvider::new(provider, &BTreeMap::new());
        for listed in provider.listed_test_values(Mode::Test) {
            let secrets = listed.fields.iter().map(|(id, text)| (id.clone(), Secret::new(text.clone())));
            let secrets: BTreeMap<_, _> = secrets.collect();
            let Ok(read) = Credential::read(&offered, secrets.clone()) else { continue };
            let found =
                provider.fields.iter().filter(|field| field.inferred && !secrets.contains_key(&field.id));
            let found: Vec<_> =
                found.filter_map(|field| Some((field.id.clone(), read.value(&field.id)?.clone()))).collect();
            taken += found.len();
            let again = Credential::read(&offered, secrets.into_iter().chain(found.clone()).collect());
            let name = format!("{}, {}", provider.id, listed.name);
            let again = again.unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
            for (id, value) in found {
                assert_eq!(again.value(&id).map(Secret::expose), Some(value.expose()), "{name}: {id}");
            }
        }
    }
    assert!(taken > 20, "{taken}");
}

#[test]
fn the_listed_values_of_okta_are_those_that_are_needed() {
    let scenario = Scenario::new();
    let codes: Vec<_> = test_values(&scenario, "okta")
        .iter()
        .map(|value| value["code"].as_str().unwrap_or("none").to_owned())
        .collect();
    for code in [
        "none",
        "key_rejected",
        "insufficient_rights",
        "host_unknown",
        "provider_unavailable",
        "provider_rate_limited",
    ] {
        assert!(codes.iter().any(|listed| listed == code), "{code}");
    }
}

#[test]
fn any_other_value_is_refused_before_anything_is_asked() {
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.test_key);
    for (host, token, field) in [
        ("acme.okta.com", "00test-super-admin-00000000000000000000000", "instanceUrl"),
        ("latchkey-demo.okta.com", "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab", "apiToken"),
    ] {
        let answer = scenario.attempt(&session, &format!("attempt-{field}"), host, token);
        assert_eq!(answer.problem(), (422, "test_value_required", Some(field)));
    }
    assert!(scenario.platform.live.seen().is_empty() && scenario.listed(&scenario.test_key).is_empty());
}

#[test]
fn test_mode_never_reaches_the_network_and_live_mode_never_the_simulation() {
    let scenario = Scenario::new();
    let token = "00test-super-admin-any-suffix-at-all-00000";
    let test = scenario.session(&scenario.test_key);
    assert_eq!(scenario.attempt(&test, "attempt-1", "latchkey-demo.okta.com", token).status, 200);
    assert!(scenario.platform.live.seen().is_empty());
    let live = scenario.session(&scenario.live_key);
    assert_eq!(
        scenario.attempt(&live, "attempt-1", "latchkey-demo.okta.com", token).problem().1,
        "provider_unavailable"
    );
    assert_eq!(scenario.platform.live.seen().len(), 1);
}

#[test]
fn test_values_are_shown_to_test_keys_only() {
    let scenario = Scenario::new();
    assert!(scenario.get("/api/v1/providers/okta", &scenario.live_key).body.get("testValues").is_none());
    assert!(scenario.send("GET", "/api/v1/providers/okta", None, None).body.get("testValues").is_none());
    assert_eq!(scenario.get("/api/v1/providers/okta", "lk_test_wrong").problem().0, 401);
    let listed = scenario.send("GET", "/api/v1/providers", None, None).body["providers"].clone();
    assert!(listed.as_array().unwrap().iter().any(|provider| provider["id"] == "okta"));
    assert_eq!(scenario.send("GET", "/api/v1/providers/none", None, None).problem().0, 404);
}

#[test]
fn retry_times_are_relative_to_the_providers_clock() {
    let scenario = Scenario::new();
    let session = scenario.session(&scenario.test_key);
    let answer = scenario.attempt(
        &session,
        "attempt-1",
        "latchkey-busy.okta.com",
        "00test-super-admin-00000000000000000000000",
    );
    assert_eq!((answer.status, answer.headers["retry-after"].as_str()), (503, "31"));
}
