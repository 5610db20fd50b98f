//! Idempotency keys: a request that is sent again runs once, and gets the first response again.

use latchkey_tests::{Fault, Scenario};

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
