//! Providers of which no answer says whose key it is: the report says so, and the account is known by a hash of its key.

use super::*;
use latchkey_edge::credential::hash::key_hash;
use latchkey_shared::ProjectId;
use latchkey_tests::TestPlatform;

fn acme() -> &'static Provider {
    made(&format!(
        "anonymous = true\nsecretHeaders = {{ Authorization = \"Bearer {{apiKey}}\" }}\n{}",
        probe("")
    ))
}

#[test]
fn the_report_says_that_nothing_tells_whose_key_it_is() {
    let fake = FakeProvider::default();
    fake.answer("GET https://acme.example.com/me", 200, r#"{"id":"u1"}"#);
    let verification = ending(&fake, acme());
    let report = accepted(&verification).report();
    let last = report.checks.last().unwrap();
    let shown = (last.title.to_string(), last.state.as_str());
    assert_eq!(shown, ("Acme does not say whose key this is".to_owned(), "skipped"));
    assert!(report.warnings.is_empty() && report.identity.is_none() && report.organization.is_none());
}

#[test]
fn a_key_is_known_again_by_a_hash_that_another_key_or_project_does_not_have() {
    let (config, offered) = (TestPlatform::new().config, offered(acme()));
    let project = |text: &str| ProjectId::parse(text).unwrap();
    let (one, other) =
        (project("00000000-0000-4000-8000-000000000001"), project("00000000-0000-4000-8000-000000000002"));
    let hash = |project, key: &str, org: &str| {
        let others: &[_] = if org.is_empty() { &[] } else { &[("orgId", org)] };
        key_hash(&config, project, offered.provider, &credential(&offered, key, others))
    };
    let known = hash(one, KEY, "");
    assert_eq!(known, hash(one, KEY, "org1"), "what is not secret makes no other key");
    assert_ne!(known, hash(one, "key-0123456789abcdefXYW", ""));
    assert_ne!(known, hash(other, KEY, ""));
    assert!(known.len() == 64 && !known.contains(KEY));
}
