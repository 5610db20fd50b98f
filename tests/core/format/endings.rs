//! Endings: answers that accept a key without a body, those that accept it with a warning, and the endings that no rule names.

use super::*;

const ME: &str = "GET https://acme.example.com/me";
const HEADERS: &str = "secretHeaders = { Authorization = \"Bearer {apiKey}\" }\n";

/// A provider whose probe has these rules.
fn with_rules(rules: &str) -> &'static Provider {
    made(&format!("{HEADERS}{}responses = [{rules}]\n", probe(OWNER)))
}

fn ends(provider: &'static Provider, status: u16, body: &str) -> String {
    let fake = FakeProvider::default();
    fake.answer(ME, status, body);
    said(&ending(&fake, provider))
}

#[test]
fn an_accepted_response_is_a_success_without_findings() {
    let provider = with_rules(
        r#"{ status = ["204"], ending = "accepted" }, { status = ["200"], body = ["other"], ending = "accepted" },
           { status = ["403"], bodyHas = [{ path = "code", is = "narrow" }], ending = "accepted" }"#,
    );
    for (status, body, expected) in [
        (204, "", "accepted"),
        (200, "pong", "accepted"),
        (403, r#"{"code":"narrow"}"#, "accepted"),
        (403, r#"{"code":"blocked"}"#, "unexpected provider_unexpected"),
        (200, "<html>", "unexpected provider_unexpected"),
        (204, "<html>", "unexpected provider_unexpected"),
        (200, "{}", "unexpected provider_unexpected"),
        (200, r#"{"id":"u1"}"#, "accepted"),
    ] {
        assert_eq!(ends(provider, status, body), expected, "{status} {body}");
    }
    let fake = FakeProvider::default();
    fake.answer(ME, 204, "");
    let verification = ending(&fake, provider);
    let report = accepted(&verification).report();
    assert!(report.identity.is_none() && report.warnings.is_empty(), "{report:?}");
    assert_eq!(report.checks[0].state.as_str(), "passed");
}

#[test]
fn a_page_accepts_no_key_unless_the_rule_names_pages() {
    let rule = |body: &str| {
        format!(
            r#"{{ status = ["403"], {body}ending = "warned", code = "rights_unknown", message = "Acme does not say what the key may do.", fix = "Nothing to do." }}"#
        )
    };
    let (any, page) = (with_rules(&rule("")), with_rules(&rule("body = [\"html\"], ")));
    for (provider, body, expected) in [
        (any, "{}", "accepted rights_unknown"),
        (any, "", "accepted rights_unknown"),
        (any, "<!doctype html>", "unexpected provider_unexpected"),
        (any, "\u{feff}<!doctype html>", "unexpected provider_unexpected"),
        (any, "error code: 1010", "unexpected provider_unexpected"),
        (page, "<!doctype html>", "accepted rights_unknown"),
    ] {
        assert_eq!(ends(provider, 403, body), expected, "{body}");
    }
}

#[test]
fn a_key_that_is_accepted_with_a_warning_is_verified_on() {
    let rule = r#"{ status = ["403"], ending = "warned", code = "insufficient_rights", message = "The key may not read its owner.", fix = "Give it the right." }"#;
    let more =
        "[[probes]]\nid = \"more\"\ntitle = \"More\"\nrequest = \"GET {instanceUrl}/more\"\nsecret = true\n";
    let provider = made(&format!("{HEADERS}{}responses = [{rule}]\n{more}", probe(OWNER)));
    let fake = FakeProvider::default();
    fake.answer(ME, 403, "{}");
    fake.answer("GET https://acme.example.com/more", 200, "{}");
    let verification = ending(&fake, provider);
    let report = accepted(&verification).report();
    let states: Vec<_> =
        report.checks.iter().map(|check| (check.id.as_str(), check.state.as_str())).collect();
    assert_eq!(states, [("key", "warned"), ("more", "passed")]);
    assert_eq!(said(&verification), "accepted insufficient_rights");
}

#[test]
fn a_status_that_no_rule_names_has_an_ending_of_its_own() {
    let provider = made(&format!("{HEADERS}{}", probe(OWNER)));
    for (status, expected) in [
        (429, "unavailable provider_rate_limited 30"),
        (500, "unavailable provider_unavailable 30"),
        (503, "unavailable provider_unavailable 30"),
        (418, "unexpected provider_unexpected"),
        (302, "unexpected provider_unexpected"),
    ] {
        assert_eq!(ends(provider, status, "{}"), expected, "{status}");
    }
    let fake = FakeProvider::default();
    fake.answer(ME, 429, "");
    let Verification::Unavailable(error, _) = ending(&fake, provider) else { panic!("it is unavailable") };
    assert_eq!(error.message.to_string(), "Acme is limiting requests right now.");
}
