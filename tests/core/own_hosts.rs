//! Customers' own hosts: they need the operator's opt-in, and a secret goes only to hosts that the rule allows.

use latchkey_tests::{ADMIN_TOKEN, Answer, Scenario};
use serde_json::{Value, json};

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const KEY: &str = "sat.AbCdEfGhIjKlMnOpQrStUv.0123456789abcdef01234567.abcdefghij0123456789";

/// A deployment whose project opted in, with its live key.
fn project(hosts: &Value) -> (Scenario, String) {
    let scenario = Scenario::new();
    let made = scenario.post("/api/v1/projects", ADMIN_TOKEN, &json!({ "name": "Example", "hosts": hosts }));
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(&made.body["project"]["hosts"], hosts);
    let key = made.body["apiKeys"]["live"].as_str().unwrap().to_owned();
    (scenario, key)
}

fn okta(scenario: &Scenario, key: &str, host: &str) -> Answer {
    let session = scenario.session(key);
    scenario.attempt(&session, "attempt-1", host, TOKEN)
}

fn names(scenario: &Scenario, host: &str, canonical: &str) {
    let body = format!(r#"{{"id":"00oabc","_links":{{"organization":{{"href":"{canonical}"}}}}}}"#);
    scenario.platform.live.answer(&format!("GET https://{host}/.well-known/okta-organization"), 200, &body);
}

#[test]
fn a_custom_domain_is_refused_unless_the_operator_opted_in() {
    let scenario = Scenario::new();
    let answer = okta(&scenario, &scenario.live_key.clone(), "login.acme.com");
    assert_eq!(answer.problem(), (422, "host_not_allowed", Some("instanceUrl")));
    assert!(scenario.platform.live.seen().is_empty());
}

#[test]
fn a_custom_domain_gets_no_token_and_the_host_it_names_does() {
    let (scenario, key) = project(&json!({ "okta": { "customDomains": true, "selfManaged": [] } }));
    scenario.platform.live.okta("acme.okta.com");
    names(&scenario, "login.acme.com", "https://acme.okta.com");
    let answer = okta(&scenario, &key, "https://login.acme.com/app/UserHome");
    assert_eq!(answer.status, 200, "{}", answer.text);
    for seen in scenario.platform.live.seen() {
        let asked = seen.line.starts_with("GET https://acme.okta.com/");
        assert_eq!(asked, seen.headers.values().any(|value| value.contains(TOKEN)), "{}", seen.line);
    }
    assert_eq!(answer.body["report"]["organization"]["url"], "https://acme.okta.com");
    // Later calls go where this one went: the custom domain is not what is kept.
    let listed = scenario.get("/api/v1/app-connections", &key);
    assert_eq!(listed.body["appConnections"][0]["credentials"]["instanceUrl"], "https://acme.okta.com");
}

#[test]
fn an_organization_may_name_its_host_in_any_case() {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    names(&scenario, "acme.okta.com", "https://ACME.okta.com/");
    assert_eq!(okta(&scenario, &scenario.live_key.clone(), "acme.okta.com").status, 200);
}

#[test]
fn hosts_of_one_customer_are_never_shown_to_another() {
    let hosts = json!({ "harness": { "customDomains": false, "selfManaged": ["harness.customer-a.com"] } });
    let (scenario, key) = project(&hosts);
    let session = scenario.session_for(&key, "harness");
    let id = session.splitn(3, '_').nth(2).unwrap().rsplit_once('.').unwrap().0;
    let page = scenario.send("GET", &format!("/link/{id}"), None, None);
    let read = scenario.get("/api/v1/connect", &session);
    let answers = [("apiKey", KEY), ("instanceUrl", "harness.other.example.com")];
    let refused = scenario.submit(&session, "harness", &answers);
    assert_eq!((page.status, read.status, refused.status), (200, 200, 422));
    for text in [&page.text, &read.text, &refused.text] {
        assert!(!text.contains("customer-a"), "{text}");
    }
}

#[test]
fn a_custom_domain_that_names_no_host_of_the_vendors_is_sent_nothing_secret() {
    for named in ["https://login.acme.com", "https://evil.example", "", "https://login.okta.com"] {
        let (scenario, key) = project(&json!({ "okta": { "customDomains": true, "selfManaged": [] } }));
        names(&scenario, "login.acme.com", named);
        let answer = okta(&scenario, &key, "login.acme.com");
        assert_eq!(answer.problem(), (422, "host_not_allowed", Some("instanceUrl")), "{named}");
        assert_eq!(scenario.platform.live.seen().len(), 1);
        assert!(scenario.platform.live.seen()[0].authorization.is_none());
    }
    let (scenario, key) = project(&json!({ "okta": { "customDomains": true, "selfManaged": [] } }));
    let organization = "GET https://login.acme.com/.well-known/okta-organization";
    scenario.platform.live.answer(organization, 200, r#"{"id":"00oabc"}"#);
    let answer = okta(&scenario, &key, "login.acme.com");
    assert_eq!(answer.problem(), (422, "host_not_allowed", Some("instanceUrl")));
}

#[test]
fn an_opted_in_project_still_takes_no_private_name_and_no_address() {
    let (scenario, key) = project(&json!({ "okta": { "customDomains": true, "selfManaged": [] } }));
    for host in [
        "intranet",
        "okta.internal",
        "10.0.0.1",
        "x.local",
        "login.okta.com",
        "a.b.okta.com",
        "acme.com:8443",
        "kubernetes.default.svc",
        "vault.service.consul",
        "169.254.169.254.nip.io",
        "127.0.0.1.sslip.io",
        "localtest.me",
        "10-0-0-1.acme.com",
        "Www.7F000001.acme.com",
    ] {
        assert_eq!(okta(&scenario, &key, host).status, 422, "{host}");
    }
    assert!(scenario.platform.live.seen().is_empty());
}

#[test]
fn a_self_managed_host_is_used_when_the_operator_named_it_and_no_other() {
    let hosts = json!({ "harness": { "customDomains": false, "selfManaged": ["harness.acme.com"] } });
    let (scenario, key) = project(&hosts);
    let submit = |host: &str| {
        let session = scenario.session_for(&key, "harness");
        scenario.submit(&session, "harness", &[("apiKey", KEY), ("instanceUrl", host)])
    };
    assert_eq!(submit("harness.evil.example").problem(), (422, "host_not_allowed", Some("instanceUrl")));
    assert!(scenario.platform.live.seen().is_empty());
    let line = "POST https://harness.acme.com/ng/api/token/validate?accountIdentifier=AbCdEfGhIjKlMnOpQrStUv";
    let data = r#"{"status":"SUCCESS","data":{"valid":true,"identifier":"t","parentIdentifier":"p","apiKeyType":"SERVICE_ACCOUNT","accountIdentifier":"AbCdEfGhIjKlMnOpQrStUv"}}"#;
    scenario.platform.live.answer(line, 200, data);
    assert_eq!(submit("https://harness.acme.com/ng/").status, 200);
    assert_eq!(scenario.platform.live.seen()[0].headers["x-api-key"], KEY);
}

#[test]
fn an_opt_in_that_its_provider_does_not_have_is_refused() {
    let scenario = Scenario::new();
    for (hosts, member) in [
        (json!({ "okta": { "selfManaged": ["okta.acme.com"] } }), "hosts.okta"),
        (json!({ "harness": { "customDomains": true } }), "hosts.harness"),
        (json!({ "launchdarkly": { "customDomains": true } }), "hosts.launchdarkly"),
        (json!({ "harness": { "selfManaged": ["https://harness.acme.com"] } }), "hosts.harness"),
        (json!({ "harness": { "selfManaged": ["harness.internal"] } }), "hosts.harness"),
        (json!({ "harness": { "selfManaged": ["10.0.0.1"] } }), "hosts.harness"),
        (json!({ "harness": { "selfManaged": ["harness.default.svc"] } }), "hosts.harness"),
        (json!({ "harness": { "selfManaged": ["10.0.0.1.nip.io"] } }), "hosts.harness"),
    ] {
        let answer = scenario.post("/api/v1/projects", ADMIN_TOKEN, &json!({ "name": "x", "hosts": hosts }));
        assert_eq!(answer.problem(), (422, "invalid_parameter", Some(member)), "{hosts}");
    }
}
