//! A bare name, or nearly the name of a host: suggested, and never read by itself.

use super::{field, suggests};
use latchkey_shared::project_provider::{HostOptIn, HostOptIns, ProjectProvider};

#[test]
fn a_near_miss_is_suggested() {
    suggests(
        "okta",
        "instanceUrl",
        "acme.okta.com",
        &[
            "acme",
            "Acme",
            "acme.okta",
            "acme.okta.",
            "acme.okta.con",
            "acme.okta.co",
            "acme.okta.cm",
            "acme.okta.comm",
            "acme.okta.vom",
            "acme.okta.ocm",
            "acme.otka.com",
            "acme.okat.com",
            "acme.ota.com",
            "acme.oktta.com",
            "acme.octa.com",
            "acme.okata.com",
            "acme.okta.eu",
            "acme.okta.net",
            "acme.okta.org",
            "acme.okta.io",
            "acme.okta.de",
            "acme.okta.co.uk",
            "acme.okta.com.com",
            "acme.otka.con",
            "acmeokta.com",
            "acme-okta.com",
            "acme.oktacom",
            "acme.okta-com",
            "acme_okta.com",
            "acme,okta,com",
            "acme okta com",
            "acme.okta,com",
            "www.acme.okta.com",
            "https://www.acme.okta.com/login",
            "login.acme.okta.com",
            "https://acme.okta/app/UserHome",
            "https://acme.okta.con",
            "ada@acme.okta.com",
            "acme.okta.com:8443",
            "ftp://acme.okta.com",
            "host:acme.okta.com",
            "acme.0kta.com",
            "our domain is acme.okta.con",
            "Our Okta is at www.acme.okta.com.",
            "OKTA_ORG_URL=https://acme.okta.con",
        ],
    );
    suggests(
        "okta",
        "instanceUrl",
        "acme.oktapreview.com",
        &["acme.oktapreview", "acme.oktapreveiw.com", "acme.okta-preview.com", "acme.oktapreview.con"],
    );
    suggests(
        "okta",
        "instanceUrl",
        "acme.okta-emea.com",
        &["acme.okta-emea", "acme.oktaemea.com", "acme.okta-emea.con"],
    );
    suggests(
        "gitlab",
        "instanceUrl",
        "gitlab.com",
        &[
            "gitlab",
            "gitlab.con",
            "gitlab.co",
            "gitlba.com",
            "gitlab.cm",
            "www.gitlab.com",
            "gitab.com",
            "git.lab.com",
            "https://gitlab",
            "about.gitlab.com",
            "gitlab.org",
        ],
    );
    suggests(
        "harness",
        "instanceUrl",
        "acme.harness.io",
        &[
            "acme",
            "acme.harness",
            "acme.harness.com",
            "acme.harnes.io",
            "acme.harness.oi",
            "www.acme.harness.io",
        ],
    );
    suggests(
        "harness",
        "instanceUrl",
        "app.harness.io",
        &[
            "app.harness",
            "app.harness.com",
            "app.harnes.io",
            "https://app.harness/ng",
            "harness.io",
            "developer.harness.io",
        ],
    );
    suggests(
        "launchdarkly",
        "instanceUrl",
        "app.launchdarkly.com",
        &[
            "launchdarkly.com",
            "www.launchdarkly.com",
            "app.launchdarkly",
            "app.launchdarkly.con",
            "app.launchdarky.com",
            "app.lauchdarkly.com",
            "ap.launchdarkly.com",
            "app",
            "api.launchdarkly.com",
            "app-launchdarkly.com",
        ],
    );
    suggests(
        "launchdarkly",
        "instanceUrl",
        "app.eu.launchdarkly.com",
        &["eu.launchdarkly.com", "app.eu.launchdarkly", "app.eu.launchdarkly.con", "app.ue.launchdarkly.com"],
    );
}

#[test]
fn what_is_not_near_gets_no_suggestion() {
    for text in [
        "login.acme.com",
        "sso.example.org",
        "evil.example",
        "acme.meta.com",
        "acme.data.com",
        "google.com",
        "acme.onelogin.com",
        "okta.com",
        "okta",
        "com",
        "login.okta.com",
        "your-org.okta.com",
        "your-org",
        "https://{yourOktaDomain}",
        "https://<your-org>.okta.com",
        "10.0.0.1",
        "localhost",
        "Please sign in and tell me",
        "our okta is the one we use at work",
        "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab",
    ] {
        let Err(error) = field("okta", "instanceUrl").parse(text) else { panic!("{text:?} was read") };
        assert_eq!(error.suggestion, None, "{text:?}");
    }
    for text in ["gitlab.acme.com", "git.example.org", "gitlab.internal", "gitlab.local", "github.com"] {
        let Err(error) = field("gitlab", "instanceUrl").parse(text) else { panic!("{text:?} was read") };
        assert_eq!(error.suggestion, None, "{text:?}");
    }
}

#[test]
fn a_customers_own_domain_is_read_and_doubted_if_it_is_nearly_the_vendors() {
    let all = HostOptIn { custom_domains: true, self_managed: vec!["gitlab.acme.com".into()] };
    let offered = |provider: &str| {
        let opt_ins = HostOptIns::from([(provider.to_owned(), all.clone())]);
        ProjectProvider::new(latchkey_catalogue::find(provider).unwrap(), &opt_ins)
    };
    let okta = offered("okta");
    let okta = okta.field("instanceUrl").unwrap();
    for (text, meant) in [
        ("acme.otka.com", Some("acme.okta.com")),
        ("acme.okta.eu", Some("acme.okta.com")),
        ("login.acme.com", None),
        ("id.example.org", None),
    ] {
        let parsed = okta.parse(text).unwrap();
        assert_eq!(parsed.value, format!("https://{text}"));
        assert_eq!(parsed.warning.and_then(|warning| warning.suggestion).as_deref(), meant, "{text}");
    }
    // A host of one customer is not told to another.
    let gitlab = offered("gitlab");
    let error = gitlab.field("instanceUrl").unwrap().parse("gitlab.acme.con").unwrap_err();
    assert_eq!(error.suggestion, None);
    assert!(!error.message.to_string().contains("acme"));
}
