//! The links of a guide follow what is typed, and lead to nobody else.
#![cfg(feature = "embedded")]
#![allow(clippy::unwrap_used, reason = "tests")]

use latchkey_shared::deep_link::fill;

/// The link to a template, with these answers to Okta's first and second question.
fn link(template: &str, domain: &str, token: &str) -> Option<String> {
    let fields = &latchkey_catalogue::find("okta").unwrap().fields;
    let answers = [domain, token, "a b"].map(str::to_owned);
    fill(template, fields, |at| answers[at].clone(), |text| text.replace(' ', "%20"))
}

#[test]
fn a_host_is_put_in_as_it_was_read() {
    assert_eq!(
        link("https://{instanceUrl}/x", " HTTPS://Acme.okta.com/app/UserHome ", "").as_deref(),
        Some("https://acme.okta.com/x")
    );
    assert_eq!(
        link("https://{instanceUrl.admin}/x", "acme.okta.com", "").as_deref(),
        Some("https://acme-admin.okta.com/x")
    );
}

#[test]
fn anything_else_is_encoded() {
    assert_eq!(
        link("https://x.example/?n={eventHookName}", "", "").as_deref(),
        Some("https://x.example/?n=a%20b")
    );
}

#[test]
fn there_is_no_link_before_the_answer_can_be_read() {
    for domain in ["", "acme", "evil.example", "acme.okta.com@evil.example", "10.0.0.1"] {
        assert_eq!(link("https://{instanceUrl.admin}/x", domain, ""), None, "{domain}");
    }
}

#[test]
fn a_secret_is_never_put_into_a_link() {
    assert_eq!(link("https://{instanceUrl}/{apiToken}", "acme.okta.com", "00abc"), None);
}

#[test]
fn a_customers_own_domain_has_no_admin_console_and_gets_no_link() {
    let all = latchkey_shared::project_provider::HostOptIn { custom_domains: true, self_managed: Vec::new() };
    let opt_ins = latchkey_shared::project_provider::HostOptIns::from([("okta".to_owned(), all)]);
    let offered = latchkey_shared::project_provider::ProjectProvider::new(
        latchkey_catalogue::find("okta").unwrap(),
        &opt_ins,
    );
    let link = |template: &str, domain: &str| {
        latchkey_shared::deep_link::fill(template, offered.fields(), |_| domain.to_owned(), str::to_owned)
    };
    for domain in ["acme.com", "login.acme.com"] {
        assert!(offered.fields()[0].parse(domain).is_ok(), "{domain} may be entered");
        for template in ["https://{instanceUrl.admin}/x", "https://{instanceUrl}/x"] {
            assert_eq!(link(template, domain), None, "{template} {domain}");
        }
    }
    assert_eq!(
        link("https://{instanceUrl.admin}/x", "acme.okta.com").as_deref(),
        Some("https://acme-admin.okta.com/x")
    );
}
