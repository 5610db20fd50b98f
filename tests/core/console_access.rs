//! Signing in to the console by Cloudflare Access: who may, and every statement that is not to be believed.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use latchkey_edge::config::Access;
use latchkey_tests::console::{ORIGIN, Person};
use latchkey_tests::{ADMIN_TOKEN, Answer, Scenario};
use serde_json::{Value, json};

const TEAM: &str = "example.cloudflareaccess.com";
const CERTS: &str = "GET https://example.cloudflareaccess.com/cdn-cgi/access/certs";
const AUDIENCE: &str = "4714c1358e65fe4b408ad6d432a5f878f08194bdb4752441fd56faefa9b2b6f2";
const MODULUS: &str = "bW9kdWx1cw";

fn scenario() -> Scenario {
    let mut scenario = Scenario::new();
    scenario.platform.config.access = Some(Access { team: TEAM.to_owned(), audience: AUDIENCE.to_owned() });
    let key = json!({ "kid": "k1", "kty": "RSA", "alg": "RS256", "use": "sig", "e": "AQAB", "n": MODULUS });
    scenario.platform.live.answer(CERTS, 200, &json!({ "keys": [key], "public_cert": {} }).to_string());
    scenario
}

fn members(scenario: &Scenario, members: &Value) -> Answer {
    let path = format!("/api/v1/projects/{}", scenario.project);
    scenario.patch(&path, ADMIN_TOKEN, &json!({ "consoleMembers": members }))
}

fn header() -> Value {
    json!({ "alg": "RS256", "kid": "k1", "typ": "JWT" })
}

/// What a statement about this person says now.
fn claims(scenario: &Scenario, email: &str) -> Value {
    let now = scenario.platform.clock.0.get() / 1000;
    json!({ "aud": [AUDIENCE], "iss": format!("https://{TEAM}"), "email": email, "iat": now, "nbf": now,
        "exp": now + 3600, "type": "app", "sub": "7335d417" })
}

/// A statement, signed as the test's platform takes it.
fn statement(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = [part(header), part(claims)].join(".");
    let signature = URL_SAFE_NO_PAD.encode(format!("{MODULUS}/{signed}"));
    format!("{signed}.{signature}")
}

fn enter(scenario: &Scenario, statement: &str, mode: &str) -> Answer {
    let body = json!({ "access": { "project": scenario.project, "mode": mode } }).to_string();
    let mut more = vec![("origin", ORIGIN)];
    more.extend(Some(("cf-access-jwt-assertion", statement)).filter(|(_, text)| !text.is_empty()));
    scenario.send_with("POST", "/console/session", None, Some(("application/json", &body)), &more)
}

fn as_person(scenario: &Scenario, email: &str, mode: &str) -> Answer {
    enter(scenario, &statement(&header(), &claims(scenario, email)), mode)
}

#[test]
fn the_most_specific_member_decides_the_role_and_live_mode_is_apart() {
    let scenario = scenario();
    let wanted = json!([
        { "emailDomain": "example.com", "role": "viewer", "live": false },
        { "email": "Ada@Example.com", "role": "admin", "live": true },
        { "email": "bob@example.org", "role": "support", "live": false },
    ]);
    let changed = members(&scenario, &wanted);
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(changed.body["project"]["consoleMembers"][1]["email"], "ada@example.com");
    for (email, test, live) in [
        ("ada@example.com", Some("admin"), Some("admin")),
        ("ADA@EXAMPLE.COM", Some("admin"), Some("admin")),
        ("eve@example.com", Some("viewer"), None),
        ("bob@example.org", Some("support"), None),
        ("mallory@sub.example.com", None, None),
        ("mallory@evilexample.com", None, None),
        ("ada@example.com.evil.com", None, None),
    ] {
        for (mode, role) in [("test", test), ("live", live)] {
            let answer = as_person(&scenario, email, mode);
            match role {
                Some(role) => {
                    assert_eq!(answer.body["console"]["role"], role, "{email} {mode}: {}", answer.text);
                    let as_who = answer.body["console"]["signedInAs"].as_str().unwrap();
                    assert_eq!(as_who, email.to_ascii_lowercase());
                }
                None => assert_eq!(answer.problem(), (403, "not_a_member", None), "{email} {mode}"),
            }
        }
    }
}

#[test]
fn a_member_who_is_removed_or_weakened_is_so_at_once() {
    let scenario = scenario();
    let admin = json!([{ "email": "ada@example.com", "role": "admin", "live": true }]);
    assert_eq!(members(&scenario, &admin).status, 200);
    let answer = as_person(&scenario, "ada@example.com", "live");
    let cookie = answer.headers["set-cookie"].split(';').next().unwrap().to_owned();
    let person = Person { mode: "live".to_owned(), cookie, console: answer.body["console"].clone() };
    let keys = || scenario.as_person(&person, "GET", "/api/v1/api-keys", None);
    assert_eq!(keys().status, 200);
    let link = scenario.as_person(&person, "POST", "/api/v1/console-links", Some(&json!({})));
    assert_eq!(link.problem(), (403, "insufficient_role", None), "it would outlive the membership");
    let viewer = json!([{ "email": "ada@example.com", "role": "viewer", "live": true }]);
    assert_eq!(members(&scenario, &viewer).status, 200);
    assert_eq!(keys().problem(), (403, "insufficient_role", None));
    let apart = json!([{ "email": "ada@example.com", "role": "admin", "live": false }]);
    assert_eq!(members(&scenario, &apart).status, 200);
    assert_eq!(keys().problem(), (401, "console_session_ended", None));
}

#[test]
fn a_statement_that_is_not_signed_so_for_us_and_for_now_is_refused() {
    let scenario = scenario();
    assert_eq!(
        members(&scenario, &json!([{ "emailDomain": "example.com", "role": "admin", "live": true }])).status,
        200
    );
    let right = claims(&scenario, "ada@example.com");
    let with = |member: &str, value: Value| {
        let mut claims = right.clone();
        claims[member] = value;
        statement(&header(), &claims)
    };
    let now = scenario.platform.clock.0.get() / 1000;
    let headed = |header: Value| statement(&header, &right);
    let good = statement(&header(), &right);
    let (signed, _) = good.rsplit_once('.').unwrap();
    let unsigned = format!("{signed}.");
    let other = format!("{signed}.{}", URL_SAFE_NO_PAD.encode("other"));
    let unreadable = good.replacen('.', "", 1);
    let long = format!("{good}{}", "A".repeat(8 * 1024));
    for (what, text) in [
        ("nothing", String::new()),
        ("no parts", "abc".to_owned()),
        ("two parts", unreadable),
        ("too long", long),
        ("alg none", headed(json!({ "alg": "none", "kid": "k1" }))),
        ("alg None", headed(json!({ "alg": "None", "kid": "k1" }))),
        ("HS256", headed(json!({ "alg": "HS256", "kid": "k1" }))),
        ("RS512", headed(json!({ "alg": "RS512", "kid": "k1" }))),
        ("no alg", headed(json!({ "kid": "k1" }))),
        ("no key id", headed(json!({ "alg": "RS256" }))),
        ("another key", headed(json!({ "alg": "RS256", "kid": "k2" }))),
        ("no signature", unsigned),
        ("another signature", other),
        ("another audience", with("aud", json!(["other"]))),
        ("another audience alone", with("aud", json!("other"))),
        ("no audience", with("aud", json!([]))),
        ("a part of the audience", with("aud", json!(AUDIENCE[..32]))),
        ("another team", with("iss", json!("https://evil.cloudflareaccess.com"))),
        ("no scheme", with("iss", json!(TEAM))),
        ("expired", with("exp", json!(now))),
        ("not yet", with("nbf", json!(now + 61))),
        ("no end", with("exp", json!(null))),
        ("no address", with("email", json!(""))),
        ("an address with markup", with("email", json!("<b>@example.com"))),
        ("an address that turns", with("email", json!("ada\u{202e}@example.com"))),
        ("two addresses", with("email", json!("a@evil.example, ada@example.com"))),
    ] {
        let refused = enter(&scenario, &text, "live");
        assert_eq!(refused.problem(), (401, "invalid_access_token", None), "{what}: {}", refused.text);
        assert!(!refused.headers.contains_key("set-cookie"), "{what}");
    }
    assert_eq!(enter(&scenario, &with("aud", json!(AUDIENCE)), "live").status, 200, "one audience");
    assert_eq!(enter(&scenario, &good, "live").status, 200);
}

#[test]
fn the_keys_of_the_team_are_asked_once_an_hour_and_for_a_guess_once_a_minute() {
    let scenario = scenario();
    assert_eq!(
        members(&scenario, &json!([{ "emailDomain": "example.com", "role": "viewer", "live": true }])).status,
        200
    );
    let asked = || scenario.platform.live.seen().iter().filter(|seen| seen.line == CERTS).count();
    for _ in 0..3 {
        assert_eq!(as_person(&scenario, "ada@example.com", "test").status, 200);
    }
    assert_eq!(asked(), 1);
    let guess = || {
        let unknown = json!({ "alg": "RS256", "kid": "k2" });
        enter(&scenario, &statement(&unknown, &claims(&scenario, "ada@example.com")), "test")
    };
    for _ in 0..3 {
        assert_eq!(guess().problem().1, "invalid_access_token");
    }
    assert_eq!(asked(), 1);
    scenario.platform.wait(61);
    let _ = (guess(), guess());
    assert_eq!(asked(), 2);
    scenario.platform.wait(3_601);
    scenario.platform.live.answer(CERTS, 500, "");
    assert_eq!(
        as_person(&scenario, "ada@example.com", "test").problem(),
        (503, "provider_unavailable", None)
    );
}

#[test]
fn without_cloudflare_access_and_for_another_project_nobody_enters_so() {
    let mut scenario = scenario();
    let text = statement(&header(), &claims(&scenario, "ada@example.com"));
    assert_eq!(enter(&scenario, &text, "live").problem(), (403, "not_a_member", None), "no members");
    let body = json!({ "access": { "project": "7ffbb072-2575-495a-b5b0-127f88caef78", "mode": "live" } });
    let body = body.to_string();
    let more = [("origin", ORIGIN), ("cf-access-jwt-assertion", text.as_str())];
    let answer =
        scenario.send_with("POST", "/console/session", None, Some(("application/json", &body)), &more);
    assert_eq!(answer.problem(), (404, "not_found", None), "no such project");
    assert_eq!(enter(&scenario, &text, "both").problem(), (422, "invalid_parameter", Some("mode")));
    scenario.platform.config.access = None;
    assert_eq!(enter(&scenario, &text, "live").problem(), (401, "invalid_access_token", None));
}

#[test]
fn members_are_addresses_or_domains_that_come_once_with_a_role() {
    let scenario = scenario();
    for wrong in [
        json!([{ "role": "viewer", "live": false }]),
        json!([{ "email": "ada@example.com", "emailDomain": "example.com", "role": "viewer", "live": false }]),
        json!([{ "email": "ada", "role": "viewer", "live": false }]),
        json!([{ "email": "@example.com", "role": "viewer", "live": false }]),
        json!([{ "email": "a b@example.com", "role": "viewer", "live": false }]),
        json!([{ "email": "<b>@example.com", "role": "viewer", "live": false }]),
        json!([{ "emailDomain": "*", "role": "viewer", "live": false }]),
        json!([{ "emailDomain": "com", "role": "viewer", "live": false }]),
        json!([{ "email": "ada@example.com", "role": "owner", "live": false }]),
        json!([{ "email": "ada@example.com", "role": "viewer", "live": false }, { "email": "ADA@example.com", "role": "admin", "live": true }]),
        json!(
            (0..101)
                .map(|at| json!({ "email": format!("a{at}@example.com"), "role": "viewer", "live": false }))
                .collect::<Vec<_>>()
        ),
    ] {
        assert_eq!(
            members(&scenario, &wrong).problem(),
            (422, "invalid_parameter", Some("consoleMembers")),
            "{wrong}"
        );
    }
    let most: Vec<_> = (0..100)
        .map(|at| json!({ "email": format!("a{at}@example.com"), "role": "viewer", "live": false }))
        .collect();
    assert_eq!(members(&scenario, &json!(most)).status, 200);
    assert_eq!(members(&scenario, &json!([])).body["project"]["consoleMembers"], json!([]));
}
