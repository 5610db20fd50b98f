//! `If-Match` and `If-None-Match`: lists, weak tags and `*`, as RFC 9110 says (sections 8.8.3, 13.1.1 and 13.1.2).

use latchkey_tests::Scenario;
use serde_json::json;

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

/// Values of the header, whether they name revision 2 strongly, and whether they name it weakly.
const HEADERS: [(&str, bool, bool); 27] = [
    ("*", true, true),
    (" * ", true, true),
    (r#""2""#, true, true),
    (r#""1", "2""#, true, true),
    (r#""2","3""#, true, true),
    (r#", "1" ,, "2" ,"#, true, true),
    (r#"W/"2""#, false, true),
    (r#"W/"1", "2""#, true, true),
    (r#"W/"2", "3""#, false, true),
    (r#""a,b", "2""#, true, true),
    (r#""1, "2""#, false, false),
    (r#""1", "3""#, false, false),
    (r#""02""#, false, false),
    (r#""+2""#, false, false),
    (r#"" 2""#, false, false),
    (r#""2 ""#, false, false),
    ("2", false, false),
    (r#""2"#, false, false),
    (r#"2""#, false, false),
    (r#""""#, false, false),
    ("", false, false),
    (r#"w/"2""#, false, false),
    (r#"W/ "2""#, false, false),
    (r#"W/W/"2""#, false, false),
    (r#""1" "2""#, false, false),
    (r#""2" x"#, false, false),
    (r#"*, "2""#, false, false),
];

/// An account with revision 2.
fn changed() -> (Scenario, String) {
    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    let changed = scenario.patch(&path, &scenario.live_key, &json!({ "description": "x" }));
    let tag = &changed.headers["etag"];
    assert!(tag.starts_with(r#""2-"#) && tag.len() == 12, "{tag}");
    (scenario, path)
}

/// The header with the account's whole tag in place of the revision's. A tag has a part that follows the account's health.
fn with_tag(scenario: &Scenario, path: &str, value: &str) -> String {
    value.replace(r#""2""#, &scenario.get(path, &scenario.live_key).headers["etag"])
}

#[test]
fn if_match_takes_a_list_and_compares_strongly() {
    let credentials = json!({ "credentials": { "instanceUrl": "acme.okta.com", "apiToken": TOKEN } });
    for (value, strongly, _) in HEADERS {
        for (method, body) in [
            ("PATCH", Some(json!({ "description": "y" }))),
            ("PATCH", Some(credentials.clone())),
            ("DELETE", None),
        ] {
            for whole in [false, true] {
                let (scenario, path) = changed();
                let value = if whole { with_tag(&scenario, &path, value) } else { value.to_owned() };
                let text = body.as_ref().map(ToString::to_string);
                let content = text.as_deref().map(|text| ("application/json", text));
                let key = Some(scenario.live_key.as_str());
                let answer = scenario.send_with(method, &path, key, content, &[("if-match", &value)]);
                let expected = if strongly { 200 } else { 412 };
                assert_eq!(answer.status, expected, "{method} {value}: {}", answer.text);
            }
        }
    }
}

#[test]
fn if_match_guards_a_rollback() {
    for (value, strongly, _) in HEADERS {
        let scenario = Scenario::new();
        let path = scenario.account("one", TOKEN);
        let credentials =
            json!({ "credentials": { "instanceUrl": "acme.okta.com", "apiToken": TOKEN.replace('B', "C") } });
        assert_eq!(scenario.patch(&path, &scenario.live_key, &credentials).status, 200);
        let path = format!("{path}/rollback");
        let answer =
            scenario.send_with("POST", &path, Some(&scenario.live_key), None, &[("if-match", value)]);
        assert_eq!(answer.status, if strongly { 200 } else { 412 }, "{value}: {}", answer.text);
    }
}

#[test]
fn if_none_match_takes_a_list_and_compares_weakly() {
    let (scenario, path) = changed();
    for (value, _, weakly) in HEADERS {
        let key = Some(scenario.live_key.as_str());
        let value = with_tag(&scenario, &path, value);
        let answer = scenario.send_with("GET", &path, key, None, &[("if-none-match", &value)]);
        assert_eq!(answer.status, if weakly { 304 } else { 200 }, "{value}: {}", answer.text);
        assert_eq!(answer.headers["etag"], with_tag(&scenario, &path, r#""2""#));
    }
}
