//! What accounts of test mode live through while the clock moves: each provider’s keys age, end, and play their stories.

use super::{Clock, DAY, days, ms};
use serde_json::json;

#[test]
fn an_okta_token_that_is_looked_after_is_alive_after_ninety_days() {
    let clock = Clock::new();
    let path = clock.link("okta", "Super administrator");
    clock.advance(90 * DAY);
    assert_eq!(clock.told(&path), [], "nothing happened to it");
    let details = clock.details(&path);
    assert_eq!((&details["health"]["state"], &details["freshness"]), (&json!("healthy"), &json!("green")));
    let left = ms(&details["expiresAt"]) - ms(&clock.read()["now"]);
    assert!(left > 7 * DAY * 1000, "its end is {left} ms away");
    let answer = clock.scenario.send("POST", &format!("{path}/verify"), Some(&clock.key), None);
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[test]
fn an_okta_token_that_nobody_uses_dies_and_is_told_in_time() {
    let clock = Clock::new().with(&json!({ "checks": false }));
    let path = clock.link("okta", "Super administrator");
    clock.advance(35 * DAY);
    assert_eq!(clock.warnings(&path), days(&[("7", 23), ("3", 27), ("1", 29)]));
    assert_eq!(clock.states(&path).last(), days(&[("needs_new_key", 30)]).last());
    let health = clock.details(&path)["health"].clone();
    assert_eq!((&health["state"], &health["code"]), (&json!("needs_new_key"), &json!("key_rejected")));
    // It stays dead, however often it is asked.
    for _ in 0..2 {
        let answer = clock.scenario.send("POST", &format!("{path}/verify"), Some(&clock.key), None);
        assert_eq!(answer.problem().1, "key_rejected");
        clock.advance(DAY);
    }
}

#[test]
fn a_harness_token_warns_on_each_of_its_days_and_then_needs_a_new_key() {
    let clock = Clock::new().with(&json!({ "checkEverySeconds": 7 * DAY }));
    let path = clock.link("harness", "Service account with Account Admin");
    clock.advance(200 * DAY);
    let all = [("60", 120), ("30", 150), ("14", 166), ("7", 173), ("3", 177), ("1", 179)];
    assert_eq!(clock.warnings(&path), days(&all));
    assert_eq!(clock.states(&path), days(&[("expiring", 166), ("needs_new_key", 180)]));
    assert_eq!(clock.details(&path)["health"]["code"], "key_expired");
    let short = clock.link("harness", "Key that ends in thirty days");
    clock.advance(31 * DAY);
    assert_eq!(clock.warnings(&short), days(&[("14", 16), ("7", 23), ("3", 27), ("1", 29)]));
    assert_eq!(clock.states(&short), days(&[("expiring", 16), ("needs_new_key", 30)]));
}

#[test]
fn each_value_with_a_story_plays_it() {
    let gone: &[&str] = &["needs_new_key"];
    let (blocked, role, outage): (&[&str], &[&str], &[&str]) = (&["blocked"], &["degraded", "healthy"], &[]);
    let taken = "Role taken away after seven days, and given back after fourteen";
    let clock = Clock::new();
    let mut accounts = Vec::new();
    for (provider, value, states) in [
        ("okta", "Revoked after seven days", gone),
        ("okta", "Owner deactivated after seven days", gone),
        ("okta", taken, role),
        ("okta", "Okta is down for a day, after seven days", outage),
        ("okta", "Network zone closed after seven days", blocked),
        ("harness", "Deleted after seven days", gone),
        ("harness", "User disabled after seven days", gone),
        ("harness", taken, role),
        ("harness", "Harness is down for a day, after seven days", outage),
        ("harness", "IP allowlist closed after seven days", blocked),
        ("launchdarkly", "Deleted after seven days", gone),
        ("launchdarkly", "Member removed after seven days", gone),
        (
            "launchdarkly",
            "Role of the member taken away after seven days, and given back after fourteen",
            role,
        ),
        ("launchdarkly", "LaunchDarkly is down for a day, after seven days", outage),
        ("launchdarkly", "IP allowlist closed after seven days", blocked),
        ("gitlab", "Revoked after seven days", gone),
        ("gitlab", "User blocked after seven days", &["degraded"]),
        ("gitlab", taken, role),
        ("gitlab", "GitLab is down for a day, after seven days", outage),
    ] {
        accounts.push((provider, value, states, clock.link(provider, value)));
    }
    clock.advance(7 * DAY - 600);
    for (provider, value, _, path) in &accounts {
        assert_eq!(clock.told(path), [], "{provider}: {value}");
    }
    clock.advance(14 * DAY);
    for (provider, value, states, path) in &accounts {
        let had = clock.states(path);
        let (names, when): (Vec<_>, Vec<_>) = had.iter().map(|(state, day)| (state.as_str(), *day)).unzip();
        assert_eq!(&names, states, "{provider}: {value}");
        // A check looks within a day, and after five minutes again.
        let in_time = when.iter().zip([7, 14]).all(|(day, from)| (from..from + 2).contains(day));
        assert!(in_time, "{provider}: {value}: {when:?}");
    }
}
