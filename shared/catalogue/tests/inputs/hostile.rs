//! What looks like an allowed host and is none (`hostile_hosts.json`): refused by every provider, and never behind a suggestion.

use super::field;
use std::collections::BTreeMap;

/// Each provider, the host of one of its organizations, and its domain.
const PROVIDERS: [(&str, &str, &str); 6] = [
    ("okta", "acme.okta.com", "okta.com"),
    ("harness", "app3.harness.io", "harness.io"),
    ("launchdarkly", "app.launchdarkly.com", "launchdarkly.com"),
    ("gitlab", "gitlab.com", "gitlab.com"),
    // A choice of regions: an address of a console, and the host of an API.
    ("datadog", "app.datadoghq.com", "datadoghq.com"),
    ("datadog", "api.us5.datadoghq.com", "datadoghq.com"),
];

#[test]
fn no_look_alike_is_read_and_no_suggestion_leads_outside_the_rule() {
    let kinds: BTreeMap<String, Vec<String>> =
        serde_json::from_str(include_str!("hostile_hosts.json")).unwrap();
    assert!(kinds.len() >= 12 && kinds.values().map(Vec::len).sum::<usize>() >= 300);
    let mut wrong = Vec::new();
    for (kind, texts) in &kinds {
        for (provider, host, domain) in PROVIDERS {
            let field = field(provider, "instanceUrl");
            for text in texts {
                let text = text.replace("{host}", host).replace("{domain}", domain);
                match field.parse(&text) {
                    Ok(parsed) => {
                        wrong.push(format!("{provider}, {kind}: {text:?} was read as {}", parsed.value))
                    }
                    Err(error) => {
                        let Some(meant) = error.suggestion else { continue };
                        if !field.allows_host(&meant)
                            || field.parse(&meant).map(|it| it.value) != Ok(format!("https://{meant}"))
                        {
                            wrong.push(format!("{provider}, {kind}: {text:?} suggests {meant}"));
                        }
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
