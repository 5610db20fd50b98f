//! Schemes as people mistype them.

use super::reads;

#[test]
fn a_mistyped_scheme_is_taken_off() {
    let schemes = [
        "https:/",
        "http:/",
        "https//",
        "http//",
        "htps://",
        "htpps://",
        "htttps://",
        "hhttps://",
        "ttps://",
        "ttp://",
        "httsp://",
        "httpss://",
        "htp://",
        "https://https://",
        "http://https://",
        "https://http://",
        "https://https//",
        "https:\\\\",
        "https:\\",
        "http:\\\\",
        "\\\\",
        "https:/\\",
        "https:///",
        "https:////",
        "https::// ".trim(),
        "https:",
        "HTTPS://",
        "Https:/",
        "//",
        "https;//",
        "https：／／",
        "https//:",
        "shttps://",
        "https:// ",
        "url:https://",
        "Okta:https://",
    ];
    for (provider, host) in [
        ("okta", "acme.okta.com"),
        ("harness", "app3.harness.io"),
        ("launchdarkly", "app.launchdarkly.us"),
        ("gitlab", "gitlab.com"),
    ] {
        for ending in ["", "/", "/a/b?c#d", "\\a", ":443"] {
            let texts = schemes.map(|scheme| format!("{scheme}{host}{ending}"));
            reads(provider, "instanceUrl", &format!("https://{host}"), &texts.each_ref().map(String::as_str));
        }
    }
}
