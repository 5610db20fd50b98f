//! Requests of a backend that are nearly right, and answers as their readers expect them: media types, queries, names, paths, order.

use latchkey_edge::router::ENDPOINTS;
use latchkey_tests::{ADMIN_TOKEN, Answer, Scenario};
use serde_json::json;

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const SESSIONS: &str = "/api/v1/connect-sessions";
const NEW_SESSION: &str = r#"{"providers":["okta"],"endUser":{"id":"user-1"}}"#;

fn fix(answer: &Answer) -> &str {
    answer.body["errors"][0]["fix"].as_str().unwrap_or_default()
}

fn detail(answer: &Answer) -> &str {
    answer.body["detail"].as_str().unwrap_or_default()
}

#[test]
fn a_compressed_body_is_refused_by_the_name_of_its_coding() {
    let scenario = Scenario::new();
    let send = |coding: &str, body: &str| {
        let body = Some(("application/json", body));
        scenario.send_with("POST", SESSIONS, Some(&scenario.live_key), body, &[("content-encoding", coding)])
    };
    for (coding, named) in [
        ("gzip", "gzip"),
        ("GZIP", "GZIP"),
        ("x-gzip", "x-gzip"),
        ("br", "br"),
        ("deflate", "deflate"),
        ("zstd", "zstd"),
        ("compress", "compress"),
        ("aes128gcm", "aes128gcm"),
        ("identity, gzip", "gzip"),
        (" , br , identity", "br"),
        ("lk live!secret", "of an unknown name"),
        (&"x".repeat(200), "of an unknown name"),
    ] {
        for body in [NEW_SESSION, "\u{1f}\u{8b}\u{8}", &"x".repeat(2 << 20)] {
            let answer = send(coding, body);
            assert_eq!(answer.problem(), (415, "unsupported_media_type", None), "{coding}: {}", answer.text);
            assert_eq!(detail(&answer), format!("The body has the Content-Encoding {named}."));
            assert_eq!(answer.headers["accept-encoding"], "identity");
        }
    }
    for coding in ["identity", "Identity", "", " ", "identity, identity"] {
        assert_eq!(send(coding, NEW_SESSION).status, 201, "{coding}");
    }
}

#[test]
fn a_charset_other_than_utf_8_is_refused_by_its_name() {
    let scenario = Scenario::new();
    let send =
        |kind: &str| scenario.send("POST", SESSIONS, Some(&scenario.live_key), Some((kind, NEW_SESSION)));
    for (kind, named) in [
        ("application/json; charset=utf-16", "utf-16"),
        ("application/json;charset=UTF-16LE", "UTF-16LE"),
        ("application/json; charset=\"utf-16\"", "utf-16"),
        ("application/json; charset=iso-8859-1", "iso-8859-1"),
        ("application/json; Charset=Latin1", "Latin1"),
        ("application/json; CHARSET = windows-1252", "windows-1252"),
        ("application/json; charset=us-ascii", "us-ascii"),
        ("application/json; charset=utf-7", "utf-7"),
        ("application/json; x=y; charset=shift_jis", "shift_jis"),
        ("application/json; charset=utf-8; charset=utf-16", "utf-16"),
        ("application/json; charset=", "of an unknown name"),
        ("application/json; charset=\"<secret>\"", "of an unknown name"),
    ] {
        let answer = send(kind);
        assert_eq!(answer.problem(), (415, "unsupported_media_type", None), "{kind}: {}", answer.text);
        assert_eq!(detail(&answer), format!("The body has the charset {named}."), "{kind}");
        assert_eq!(answer.headers["accept"], "application/json");
    }
    for kind in [
        "application/json",
        "APPLICATION/JSON",
        "application/json;",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        "application/json; charset=\"utf-8\"",
        "application/json; charset=\"Utf-8\"",
        "application/json; charset=utf8",
        "application/json ; charset = utf-8",
        "application/json; profile=\"x\"",
    ] {
        assert_eq!(send(kind).status, 201, "{kind}");
    }
}

#[test]
fn a_merge_patch_is_taken_by_every_patch_and_by_nothing_else() {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    let account = scenario.account("one", TOKEN);
    let (key, _) = scenario.key_of(&json!({ "scopes": ["admin"] }));
    let webhook = scenario.webhook_endpoint();
    let new = json!({ "providers": ["okta"], "endUser": { "id": "u" } });
    let session = scenario.post(SESSIONS, &scenario.live_key, &new);
    let kinds =
        ["application/merge-patch+json", "Application/Merge-Patch+JSON; charset=utf-8", "application/json"];
    let patches: Vec<_> = ENDPOINTS.iter().filter(|endpoint| endpoint.method == "PATCH").collect();
    assert_eq!(patches.len(), 6);
    for endpoint in patches {
        let (path, token, body): (String, &str, &str) = match endpoint.path.split('/').nth(3).unwrap() {
            "app-connections" => (account.clone(), scenario.live_key.as_str(), r#"{"description":null}"#),
            "api-keys" => {
                (endpoint.path.replace("{id}", &key), scenario.admin_key(), r#"{"scopes":["admin"]}"#)
            }
            "webhook-endpoints" => {
                (endpoint.path.replace("{id}", &webhook), scenario.admin_key(), r#"{"description":"x"}"#)
            }
            "connect-sessions" => (
                endpoint.path.replace("{id}", session.body["id"].as_str().unwrap()),
                scenario.live_key.as_str(),
                r#"{"expiresIn":3600}"#,
            ),
            "project" => (endpoint.path.to_owned(), scenario.admin_key(), r#"{"name":"Example"}"#),
            _ => (endpoint.path.replace("{id}", &scenario.project), ADMIN_TOKEN, r#"{"checks":false}"#),
        };
        for kind in kinds {
            let answer = scenario.send("PATCH", &path, Some(token), Some((kind, body)));
            assert_eq!(answer.status, 200, "{path} {kind}: {}", answer.text);
        }
        for kind in
            ["application/json-patch+json", "application/merge-patch", "text/plain", "", "application/x+json"]
        {
            let answer = scenario.send("PATCH", &path, Some(token), Some((kind, body)));
            assert_eq!(answer.problem().0, 415, "{path} {kind}");
            assert_eq!(answer.headers["accept-patch"], "application/merge-patch+json, application/json");
        }
        let answer = scenario.send("PATCH", &path, Some(token), Some((kinds[0], "[]")));
        assert_eq!(answer.problem(), (400, "malformed_body", None), "{path}");
    }
    for path in [SESSIONS, "/api/v1/api-keys", "/api/v1/webhook-endpoints", "/api/v1/app-connections/okta"] {
        let token =
            if path.ends_with('s') && path != SESSIONS { scenario.admin_key() } else { &scenario.live_key };
        let answer = scenario.send("POST", path, Some(token), Some((kinds[0], "{}")));
        assert_eq!(answer.problem().0, 415, "{path}");
        assert_eq!(answer.headers["accept"], "application/json");
    }
}

#[test]
fn a_member_of_the_query_that_comes_twice_is_refused_by_name() {
    let scenario = Scenario::new();
    for (query, name) in [
        ("limit=2&limit=3", Some("limit")),
        ("limit=2&limit=2", Some("limit")),
        ("limit=2&x=1&limit=3", Some("limit")),
        ("limit=2&limit=", Some("limit")),
        ("limit&limit", Some("limit")),
        ("%6Cimit=2&limit=3", Some("limit")),
        ("l%69mit=2&%6c%69%6d%69%74=3", Some("limit")),
        ("unknown=1&unknown=2", Some("unknown")),
        ("cursor=a&cursor=b&cursor=c", Some("cursor")),
        ("projectId=1&projectId=2", Some("projectId")),
        ("00hunter2=1&00hunter2=2", None),
        ("hunter%202=1&hunter+2=2", None),
        ("=1&=2", None),
        ("%ff=1&%ff=2", None),
    ] {
        let answer = scenario.get(&format!("/api/v1/app-connections?{query}"), &scenario.live_key);
        assert_eq!(answer.problem(), (422, "invalid_parameter", name), "{query}: {}", answer.text);
        assert!(!answer.text.contains("hunter"), "{}", answer.text);
        assert_eq!(fix(&answer), "Send each member of the query once.");
        assert!(answer.headers.contains_key("ratelimit"), "it counts: {query}");
    }
    for query in ["", "limit=2", "limit=2&Limit=3", "limit=2&limits=3", "&&limit=2&", "a=1=1&b=a"] {
        let answer = scenario.get(&format!("/api/v1/app-connections?{query}"), &scenario.live_key);
        assert_eq!(answer.status, 200, "{query}: {}", answer.text);
    }
    let wrong = format!("{}x", scenario.live_key.strip_suffix(char::is_alphanumeric).unwrap());
    let answer = scenario.get("/api/v1/app-connections?limit=1&limit=2", &wrong);
    assert_eq!(answer.problem().1, "invalid_api_key", "a wrong secret takes precedence");
}

#[test]
fn every_endpoint_of_the_api_refuses_a_repeated_member_and_no_page_does() {
    let scenario = Scenario::new();
    let mut seen = 0;
    for endpoint in ENDPOINTS {
        let path = endpoint.path.replace("{app}", "okta").replace("{id}", "okta").replace("{name}", "x");
        let answer = scenario.send(endpoint.method, &format!("{path}?utm=1&utm=2"), None, None);
        let refused = answer.problem() == (422, "invalid_parameter", Some("utm"));
        assert_eq!(refused, path.starts_with("/api/"), "{} {path}: {}", endpoint.method, answer.text);
        seen += usize::from(refused);
    }
    assert!(seen > 40, "{seen}");
}

#[test]
fn a_null_that_an_api_key_cannot_have_is_refused_by_name() {
    let scenario = Scenario::new();
    let (key, _) = scenario.key_of(&json!({ "scopes": ["admin"] }));
    for member in ["scopes", "expiresAt", "allowedAddresses"] {
        let body = json!({ member: null });
        let answer = scenario.patch(&format!("/api/v1/api-keys/{key}"), scenario.admin_key(), &body);
        assert_eq!((answer.status, answer.problem().2), (422, Some(member)), "{}", answer.text);
    }
}

#[test]
fn a_name_that_is_no_slug_gets_one_offered() {
    let scenario = Scenario::new();
    let long = "My very long name ".repeat(5);
    let name = |text: &str| {
        let body = json!({ "name": text, "method": "api-token", "credentials": {} });
        let answer = scenario.post("/api/v1/app-connections/okta", &scenario.live_key, &body);
        assert_eq!(answer.problem(), (422, "invalid_parameter", Some("name")), "{text}: {}", answer.text);
        assert!(fix(&answer).contains("lower-case letters (a to z) and digits"), "{}", answer.text);
        fix(&answer).split_once("between them").unwrap().1.to_owned()
    };
    for (text, offer) in [
        ("My Okta connection!", "my-okta-connection"),
        ("my_okta_connection", "my-okta-connection"),
        ("--my--okta--", "my-okta"),
        ("Okta (production)", "okta-production"),
        ("acme.okta.com", "acme-okta-com"),
        ("ACME", "acme"),
        ("Ada's Okta", "adas-okta"),
        ("Café Zürich, Øresund", "cafe-zurich-oresund"),
        (" okta ", "okta"),
        ("接続 okta", "okta"),
        ("okta\u{200b}prod", "okta-prod"),
        ("1/2", "1-2"),
        (&long, "my-very-long-name-my-very-long-name-my-very-long-name-my-very-lo"),
    ] {
        assert_eq!(name(text), format!(": {offer}, for example."), "{text}");
        let body = json!({ "name": offer, "method": "api-token", "credentials": {} });
        let answer = scenario.post("/api/v1/app-connections/okta", &scenario.live_key, &body);
        assert_eq!(answer.problem().1, "field_required", "the offer is a name: {}", answer.text);
    }
    for text in
        ["", "-", "!!!", "接続", "подключение", "🔑", TOKEN, &format!("Key {TOKEN}"), &"x y ".repeat(9_000)]
    {
        assert_eq!(name(text), ", such as my-okta-connection.", "{text}");
    }
}

#[test]
fn a_refused_form_says_what_is_wanted_with_an_example() {
    let scenario = Scenario::new();
    let session =
        |member: &str| json!({ "providers": ["okta"], "endUser": { "id": "u" }, member: "no such form" });
    let key = |member: &str, value| json!({ "name": "k", "scopes": ["admin"], member: value });
    let uuid = "7ffbb072-2575-495a-b5b0-127f88caef78";
    let admin = scenario.admin_key();
    let owner = "/api/v1/projects";
    for (path, token, body, field, example) in [
        (SESSIONS, scenario.live_key.as_str(), session("connectionId"), "connectionId", uuid),
        (SESSIONS, &scenario.live_key, session("locale"), "locale", "pt-BR"),
        (SESSIONS, &scenario.live_key, session("returnUrl"), "returnUrl", "https://app.example.com/done"),
        (SESSIONS, &scenario.live_key, session("refreshUrl"), "refreshUrl", "https://app.example.com/done"),
        (SESSIONS, &scenario.live_key, session("connectionName"), "connectionName", "no-such-form"),
        ("/api/v1/api-keys", admin, key("expiresAt", json!("tomorrow")), "expiresAt", "2030-01-31T12:00:00Z"),
        (
            "/api/v1/api-keys",
            admin,
            key("allowedAddresses", json!(["x"])),
            "allowedAddresses",
            "203.0.113.0/24",
        ),
        (
            "/api/v1/webhook-endpoints",
            admin,
            json!({ "url": "example" }),
            "url",
            "https://app.example.com/webhooks",
        ),
        (owner, ADMIN_TOKEN, json!({ "name": "p", "orgId": "x" }), "orgId", uuid),
        (
            owner,
            ADMIN_TOKEN,
            json!({ "name": "p", "auditAddresses": "x" }),
            "auditAddresses",
            "hash, network, full",
        ),
        (
            owner,
            ADMIN_TOKEN,
            json!({ "name": "p", "allowedOrigins": ["x"] }),
            "allowedOrigins",
            "https://app.example.com",
        ),
        (
            owner,
            ADMIN_TOKEN,
            json!({ "name": "p", "branding": { "support": "x" } }),
            "branding.support",
            "help@example.com",
        ),
    ] {
        let answer = scenario.post(path, token, &body);
        assert_eq!(answer.problem(), (422, "invalid_parameter", Some(field)), "{body}: {}", answer.text);
        assert!(fix(&answer).contains(example), "{body}: {}", answer.text);
    }
    for (path, field, example) in [
        ("/api/v1/audit-log?since=yesterday", "since", "2030-01-31T12:00:00Z"),
        ("/api/v1/connect-sessions?connectionId=x", "connectionId", uuid),
    ] {
        let answer = scenario.get(path, scenario.admin_key());
        assert_eq!(answer.problem(), (422, "invalid_parameter", Some(field)), "{path}: {}", answer.text);
        assert!(fix(&answer).contains(example), "{path}: {}", answer.text);
    }
}

/// The members of an account in the order in which the API of App Connections documents them, then ours.
const ORDER: [&str; 14] = [
    "id",
    "name",
    "projectId",
    "description",
    "version",
    "orgId",
    "createdAt",
    "updatedAt",
    "isPlatformManagedCredentials",
    "credentialsHash",
    "app",
    "method",
    "credentials",
    "details",
];

/// The names of the members of the first account in an answer, as they stand in its text.
fn names(text: &str) -> Vec<String> {
    let begin = text.find("{\"id\":").unwrap_or_else(|| panic!("no account begins with its id: {text}"));
    let (mut depth, mut names, mut rest) = (0, Vec::new(), text.split_at(begin).1);
    while let Some(at) = rest.find(['{', '}', '"']) {
        let (mark, after) = (rest.as_bytes()[at], rest.split_at(at + 1).1);
        rest = after;
        match mark {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {
                let (word, after) = after.split_once('"').unwrap();
                if depth == 1 && after.starts_with(':') {
                    names.push(word.to_owned());
                }
                rest = after;
            }
        }
        if depth == 0 {
            break;
        }
    }
    names
}

#[test]
fn the_members_of_an_account_come_in_the_documented_order() {
    let scenario = Scenario::new();
    scenario.platform.live.okta("acme.okta.com");
    let created = scenario.create("one", TOKEN, &[("idempotency-key", "k")]);
    assert!(created.text.starts_with("{\"appConnection\":{\"id\":"), "{}", created.text);
    let id = created.body["appConnection"]["id"].as_str().unwrap().to_owned();
    let account = format!("/api/v1/app-connections/okta/{id}");
    let key = scenario.key_of(&json!({ "scopes": ["connections:read", "connections:write"] })).1;
    let answers = [
        scenario.create("one", TOKEN, &[("idempotency-key", "k")]),
        scenario.get(&account, &key),
        scenario.get("/api/v1/app-connections", &key),
        scenario.get("/api/v1/app-connections/okta", &key),
        scenario.get("/api/v1/app-connections/okta/connection-name/one", &key),
        scenario.patch(&account, &key, &json!({ "description": "x" })),
        scenario.send("POST", &format!("{account}/suspend"), Some(&key), None),
        scenario.send("POST", &format!("{account}/resume"), Some(&key), None),
        scenario.send("DELETE", &account, Some(&key), None),
    ];
    for answer in answers.into_iter().chain([created]) {
        assert!(answer.status < 300, "{}", answer.text);
        assert_eq!(names(&answer.text), ORDER, "{}", answer.text);
    }
    let events = scenario.get("/api/v1/events", &key);
    let account = events.text.split_once("\"appConnection\":").expect("an event of an account").1;
    assert_eq!(names(account), ORDER, "{}", events.text);
}

#[test]
fn a_path_that_is_nearly_right_says_how_it_is_written() {
    let scenario = Scenario::new();
    let slash = "The path ends with a slash.";
    let two = "The path has two slashes in a row.";
    let front = "The path does not begin with /api/v1.";
    let case = "The path is written in lower case.";
    let id = "7ffbb072-2575-495a-b5b0-127f88caef78";
    let list = "/api/v1/app-connections";
    let one = "/api/v1/app-connections/{app}/{id}";
    for (path, mistake, right) in [
        ("/api/v1/app-connections/", slash, list),
        ("/api/v1/app-connections//", slash, list),
        ("/api/v1/app-connections/okta/", slash, "/api/v1/app-connections/{app}"),
        (&format!("/api/v1/app-connections/okta/{id}/"), slash, one),
        (
            &format!("/api/v1/app-connections/okta/{id}/credentials/"),
            slash,
            "/api/v1/app-connections/{app}/{id}/credentials",
        ),
        ("/api/v1/connect-sessions/", slash, SESSIONS),
        ("/api/v1/connect/", slash, "/api/v1/connect"),
        ("/api/v1/app-connections/okta/available/", slash, "/api/v1/app-connections/{app}/available"),
        ("//api/v1/app-connections", two, list),
        ("/api//v1/app-connections", two, list),
        (&format!("/api/v1/app-connections//okta/{id}"), two, one),
        ("/API/v1/app-connections", case, list),
        ("/api/V1/app-connections", case, list),
        ("/api/v1/App-Connections", case, list),
        ("/Api/V1/Connect-Sessions/", slash, SESSIONS),
        ("/api/app-connections", front, list),
        ("/v1/app-connections", front, list),
        ("/app-connections", front, list),
        (&format!("/app-connections/okta/{id}"), front, one),
        ("/api/projects/x/api-keys", front, "/api/v1/projects/{id}/api-keys"),
    ] {
        for method in ["GET", "HEAD", "POST", "DELETE", "OPTIONS"] {
            let answer = scenario.send(method, path, Some(&scenario.live_key), None);
            assert_eq!(answer.status, 404, "{method} {path}");
            assert!(!answer.headers.contains_key("location"), "a key goes nowhere else: {path}");
            if method != "HEAD" {
                assert_eq!(answer.problem(), (404, "not_found", None), "{path}");
                assert_eq!(detail(&answer), format!("There is nothing at this address. {mistake}"), "{path}");
                assert_eq!(fix(&answer), format!("Write it as {right}."), "{path}");
                assert!(!answer.text.contains(id), "{}", answer.text);
            }
        }
    }
    let usual = scenario.get("/api/v1/nothing", &scenario.live_key);
    for path in [
        "/api/v1/",
        "/api/v1/nothing/",
        "/api//",
        "/nothing",
        "/v1",
        "/api/v2/app-connections",
        "/link/",
        "/guides/okta/",
        "/healthz/",
        "/api/v1/hooks/okta/x",
    ] {
        let answer = scenario.get(path, &scenario.live_key);
        assert_eq!(answer.problem(), (404, "not_found", None), "{path}");
        assert_eq!(fix(&answer), fix(&usual), "{path}");
    }
}
