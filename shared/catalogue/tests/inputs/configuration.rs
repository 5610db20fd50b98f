//! Lines and blocks of configuration, of every habit: hosts, ids and keys.

use super::{ACCOUNT, GITLAB, LAUNCHDARKLY, OKTA, PAT, reads, suggests, tells};
use latchkey_shared::ErrorCode;

/// How people write a setting: `~K` is its name, `~V` its value.
const HABITS: [&str; 26] = [
    "~K=~V",
    "~K=\"~V\"",
    "~K='~V'",
    "~K = ~V",
    "~K = \"~V\"",
    "export ~K=~V",
    "export ~K=\"~V\";",
    "set ~K=~V",
    "setx ~K \"~V\"",
    "$env:~K = \"~V\"",
    "$env:~K='~V'",
    "$Env:~K=~V",
    "~K: ~V",
    "~K: \"~V\"",
    "\"~K\": \"~V\",",
    "{\"~K\":\"~V\"}",
    "{ \"~K\": \"~V\" }",
    "~K := \"~V\"",
    "  ~K  =  '~V'  # the production one",
    "# settings\nK=~V\n",
    "~K=~V # the production one",
    "- ~K: ~V",
    "--~K=~V",
    "--~K ~V",
    "ENV ~K=~V",
    "const ~K = `~V`; // do not commit",
];

fn habits(name: &str, value: &str) -> Vec<String> {
    HABITS.iter().map(|habit| habit.replace("~K", name).replace("~V", value)).collect()
}

fn all_habits(provider: &str, id: &str, names: &[&str], texts: &[&str], value: &str) {
    for name in names {
        for text in texts {
            let texts = habits(name, text);
            reads(provider, id, value, &texts.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }
}

#[test]
fn a_setting_of_a_host_is_read() {
    let urls = ["https://acme.okta.com", "acme.okta.com", "https://acme.okta.com/oauth2/default"];
    all_habits(
        "okta",
        "instanceUrl",
        &["OKTA_ORG_URL", "orgUrl", "okta_domain", "OKTA_CLIENT_ORGURL"],
        &urls,
        "https://acme.okta.com",
    );
    all_habits(
        "gitlab",
        "instanceUrl",
        &["CI_SERVER_URL", "GITLAB_HOST"],
        &["https://gitlab.com", "gitlab.com"],
        "https://gitlab.com",
    );
    all_habits(
        "harness",
        "instanceUrl",
        &["HARNESS_ENDPOINT", "endpoint"],
        &["https://app3.harness.io/gateway"],
        "https://app3.harness.io",
    );
    all_habits(
        "launchdarkly",
        "instanceUrl",
        &["LAUNCHDARKLY_API_HOST"],
        &["https://app.eu.launchdarkly.com"],
        "https://app.eu.launchdarkly.com",
    );
}

#[test]
fn a_setting_of_an_id_or_a_key_is_read() {
    all_habits(
        "harness",
        "accountIdentifier",
        &["HARNESS_ACCOUNT_ID", "accountId", "account_id"],
        &[ACCOUNT],
        ACCOUNT,
    );
    all_habits("harness", "apiKey", &["HARNESS_PLATFORM_API_KEY", "platform_api_key"], &[PAT], PAT);
    all_habits("okta", "apiToken", &["OKTA_CLIENT_TOKEN", "api_token"], &[OKTA], OKTA);
    all_habits("launchdarkly", "accessToken", &["LAUNCHDARKLY_ACCESS_TOKEN"], &[LAUNCHDARKLY], LAUNCHDARKLY);
    all_habits("gitlab", "accessToken", &["GITLAB_TOKEN", "private_token"], &[GITLAB], GITLAB);
}

#[test]
fn a_dotted_name_needs_a_value_with_a_scheme() {
    reads(
        "okta",
        "instanceUrl",
        "https://acme.okta.com",
        &[
            "okta.client.orgUrl=https://acme.okta.com",
            "okta.oauth2.issuer: https://acme.okta.com/oauth2/default",
        ],
    );
    for text in [
        "evil.example=acme.okta.com",
        "evil.example:\"acme.okta.com\"",
        "https://evil.example=https://acme.okta.com",
    ] {
        assert!(super::field("okta", "instanceUrl").parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_block_of_settings_is_read() {
    let blocks = [
        "provider \"okta\" {\n  org_name  = \"acme\"\n  base_url  = \"okta.com\"\n  api_token = \"00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab\"\n}",
        "org_name = \"acme\" base_url = \"okta.com\"",
        "base_url = \"okta.com\"\norg_name = \"acme\"",
        "OKTA_ORG_NAME=acme\nOKTA_BASE_URL=okta.com",
        "export OKTA_BASE_URL=https://okta.com; export OKTA_ORG_NAME=acme",
        "{\"org_name\":\"acme\",\"base_url\":\"okta.com\"}",
        "org_name: acme\nbase_url: okta.com",
        "orgName = 'acme', baseUrl = 'okta.com'",
        "okta:\n  client:\n    orgUrl: https://acme.okta.com\n    token: 00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab",
        "{\n  \"orgUrl\": \"https://acme.okta.com\",\n  \"docs\": \"https://developer.okta.com\"\n}",
        "[okta]\nurl = \"https://acme.okta.com\"\n# url = \"https://old.okta.com\"\n",
        "OKTA_ORG_URL=https://acme.okta.com # was https://old.okta.com",
        "curl -H 'Authorization: SSWS x' \"https://acme.okta.com/api/v1/users/me\"",
        "curl --request GET --url https://acme.okta.com/api/v1/users?limit=1 --header 'Accept: application/json'",
        "const okta = new Okta.Client({ orgUrl: 'https://acme.okta.com/', token: 'x' });",
    ];
    reads("okta", "instanceUrl", "https://acme.okta.com", &blocks);
    for (org, host) in [("acme", "acme.oktapreview.com"), ("acme-corp", "acme-corp.oktapreview.com")] {
        let text = format!("org_name = \"{org}\"\nbase_url = \"oktapreview.com\"");
        reads("okta", "instanceUrl", &format!("https://{host}"), &[&text]);
    }
}

#[test]
fn half_of_a_pair_is_only_suggested() {
    suggests(
        "okta",
        "instanceUrl",
        "acme.okta.com",
        &[
            "org_name = \"acme\"",
            "OKTA_ORG_NAME=acme",
            "org_name: acme",
            "\"org_name\": \"acme\"",
            "$env:OKTA_ORG_NAME = 'acme'",
        ],
    );
}

#[test]
fn several_hosts_are_told_and_not_chosen_from() {
    tells(
        "okta",
        "instanceUrl",
        ErrorCode::HostMalformed,
        "This holds more than one value that could be an Okta domain.",
        &[
            "one.okta.com or two.okta.com",
            "DEV=https://dev.okta.com\nPROD=https://prod.okta.com",
            "{\"a\":\"https://one.okta.com\",\"b\":\"https://two.okta.com\"}",
            "one.okta.com,two.oktapreview.com",
        ],
    );
}
