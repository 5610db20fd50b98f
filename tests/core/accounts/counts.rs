//! Counts, compared with counting every account.

use super::*;
use std::collections::BTreeMap;

fn group(
    listed: &Listed,
    filters: &[(&str, String)],
    own: &str,
    words: &[&str],
    word: impl Fn(&Known) -> String,
) -> Value {
    let now = listed.now();
    let mut counts: BTreeMap<String, i64> = words.iter().map(|word| ((*word).to_owned(), 0)).collect();
    let others = |known: &&Known| {
        filters.iter().all(|(parameter, value)| *parameter == own || known.matches(parameter, value, now))
    };
    for known in listed.known.iter().filter(others) {
        *counts.entry(word(known)).or_default() += 1;
    }
    json!(counts)
}

fn expected(listed: &Listed, filters: &[(&str, String)]) -> Value {
    let now = listed.now();
    let present = |mut counts: Value| {
        counts.as_object_mut().unwrap().retain(|_, count| *count != json!(0));
        counts
    };
    json!({
        "total": listed.expected(filters, "name").len(),
        "provider": present(group(listed, filters, "provider", &[], |known| known.app.clone())),
        "health": group(listed, filters, "health", &HealthState::ALL.map(HealthState::as_str), |known| known.health.clone()),
        "type": group(listed, filters, "type", &KeyType::ALL.map(KeyType::as_str), |known| known.key_type().to_owned()),
        "freshness": group(listed, filters, "freshness", &Freshness::ALL.map(Freshness::as_str), |known| known.freshness(now).to_owned()),
        "approximate": false,
    })
}

#[test]
fn counts_are_those_of_counting_every_account_whatever_the_filters() {
    let listed = Listed::with(200);
    assert_eq!(listed.get("/counts", &[]), expected(&listed, &[]));
    for _ in 0..150 {
        let filters = listed.filters(3);
        let counts = listed.get("/counts", &filters);
        assert_eq!(counts, expected(&listed, &filters), "{filters:?}");
    }
}

#[test]
fn kept_counts_follow_what_happens_to_accounts() {
    let scenario = Scenario::new();
    let counts = || scenario.get(&format!("{PATH}/counts"), &scenario.live_key).body;
    let suspended =
        || scenario.get(&format!("{PATH}/counts?suspended=true"), &scenario.live_key).body["total"].clone();
    assert_eq!((&counts()["total"], &counts()["provider"]), (&json!(0), &json!({})));
    let path = scenario.account("one", TOKEN);
    let _ = scenario.account("two", TOKEN);
    assert_eq!((&counts()["provider"], &counts()["health"]["healthy"]), (&json!({ "okta": 2 }), &json!(2)));
    let refused = r#"{"errorCode":"E0000011"}"#;
    scenario.platform.live.answer("GET https://acme.okta.com/api/v1/users/me", 401, refused);
    for _ in 0..2 {
        let _ = scenario.send("POST", &format!("{path}/verify"), Some(&scenario.live_key), None);
        scenario.platform.wait(400);
    }
    let health = counts()["health"].clone();
    assert_eq!((&health["healthy"], &health["needs_new_key"]), (&json!(1), &json!(1)), "{health}");
    assert_eq!(suspended(), json!(0));
    assert_eq!(scenario.send("POST", &format!("{path}/suspend"), Some(&scenario.live_key), None).status, 200);
    assert_eq!(suspended(), json!(1));
    assert_eq!(scenario.send("POST", &format!("{path}/resume"), Some(&scenario.live_key), None).status, 200);
    assert_eq!(suspended(), json!(0));
    assert_eq!(scenario.send("DELETE", &path, Some(&scenario.live_key), None).status, 200);
    assert_eq!((&counts()["total"], &counts()["health"]["needs_new_key"]), (&json!(1), &json!(0)));
}
