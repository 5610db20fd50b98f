//! Requests count for a caller only after the proof was right. Before that they count for an address, and lock nobody out.

use latchkey_edge::router::{Caller, ENDPOINTS};
use latchkey_tests::{Answer, Scenario};

/// The same key or token with another secret: the id and its MAC stay right.
fn forged(token: &str) -> String {
    let (id, secret) = token.rsplit_once('.').unwrap();
    format!("{id}.{}", "1".repeat(secret.len()))
}

fn id(session: &str) -> &str {
    session.splitn(3, '_').nth(2).unwrap().rsplit_once('.').unwrap().0
}

fn from(scenario: &Scenario, address: Option<&str>, path: &str, token: Option<&str>) -> Answer {
    let header: Vec<_> = address.map(|address| ("cf-connecting-ip", address)).into_iter().collect();
    scenario.send_with("GET", path, token, None, &header)
}

/// Where a forged proof comes from.
const ADDRESSES: [Option<&str>; 2] = [Some("192.0.2.1"), None];

#[test]
fn wrong_secrets_use_up_nothing_of_the_right_one() {
    for address in ADDRESSES {
        let mut scenario = Scenario::new();
        scenario.platform.config.requests_per_minute = 10;
        let session = scenario.session(&scenario.live_key);
        for (path, token) in [("/api/v1/connect", &session), ("/api/v1/app-connections", &scenario.test_key)]
        {
            let wrong = forged(token);
            for _ in 0..150 {
                let refused = from(&scenario, address, path, Some(&wrong));
                assert!(matches!(refused.status, 401 | 429), "{}", refused.text);
                assert!(!refused.headers.contains_key("ratelimit"), "it shows the quota of another");
            }
            let first = from(&scenario, address, path, Some(token));
            assert_eq!(first.status, 200, "{path}: {}", first.text);
            let left = if path.ends_with("connect") { 119 } else { 9 };
            assert_eq!(first.headers["ratelimit"], format!("\"minute\";r={left};t=60"), "{path}");
        }
    }
}

#[test]
fn wrong_secrets_count_for_their_address() {
    for token_of in [|s: &Scenario| s.test_key.clone(), |s: &Scenario| s.session(&s.live_key)] {
        let scenario = Scenario::new();
        let token = token_of(&scenario);
        let path = if token.starts_with("cs_") { "/api/v1/connect" } else { "/api/v1/app-connections" };
        let wrong = forged(&token);
        let refusals = |address| {
            let answers = (0..100).map(|_| from(&scenario, address, path, Some(&wrong)));
            answers
                .filter(|answer| answer.status == 429)
                .inspect(|limited| {
                    assert_eq!(limited.problem(), (429, "rate_limited", None));
                    assert_eq!(limited.headers["retry-after"], "60");
                })
                .count()
        };
        assert!((10..=90).contains(&refusals(Some("192.0.2.1"))));
        assert!((10..=90).contains(&refusals(Some("2001:db8::1"))), "another address has a count of its own");
        assert_eq!(refusals(Some("2001:db8::2")), 100, "an IPv6 network is one address");
        assert!((10..=90).contains(&refusals(None)), "requests without an address share one");
        assert_eq!(from(&scenario, Some("192.0.2.1"), path, Some(&token)).status, 200);
        scenario.platform.wait(60);
        assert_eq!(from(&scenario, None, path, Some(&wrong)).status, 401);
    }
}

#[test]
fn a_page_does_not_look_at_a_bearer() {
    let mut scenario = Scenario::new();
    scenario.platform.config.requests_per_minute = 5;
    let session = scenario.session(&scenario.test_key);
    for token in [&scenario.live_key, &session, &forged(&scenario.live_key), &forged(&session)] {
        for path in
            [format!("/link/{}", id(&session)), format!("/embed/{}", id(&session)), "/guides/okta".into()]
        {
            for _ in 0..10 {
                let page = from(&scenario, Some("192.0.2.1"), &path, Some(token));
                assert_eq!(page.status, 200, "{path}");
                assert!(!page.headers.contains_key("ratelimit"), "{path}");
            }
        }
    }
    let first = scenario.get("/api/v1/app-connections", &scenario.live_key);
    assert_eq!(first.headers["ratelimit"], "\"minute\";r=4;t=60");
}

#[test]
fn each_page_has_a_limit_for_its_address() {
    let pages = ENDPOINTS.iter().map(|endpoint| endpoint.path).filter(|path| !path.starts_with("/api/"));
    let pages: Vec<_> = pages
        .filter(|path| !matches!(*path, "/healthz" | "/console/session") && !path.starts_with("/hooks/"))
        .collect();
    assert_eq!(pages.len(), 16, "{pages:?}");
    for page in pages {
        let mut scenario = Scenario::new();
        scenario.platform.config.local_webhooks = true;
        scenario.platform.config.security_contact = Some("mailto:security@example.com".to_owned());
        let session = scenario.session(&scenario.live_key);
        let path = page.replace("{id}", id(&session)).replace("{app}", "okta");
        // Nobody is signed in, so the console leads to its sign-in.
        let path = path.replace("{_mode}", "test").replace("{_page}", "accounts");
        let path = path.replace("{_app}", "okta").replace("{_id}", "1");
        let opened =
            if path.starts_with("/console") && !path.ends_with("/sign-in") { [303, 404] } else { [200; 2] };
        let calls = || scenario.platform.index.done.borrow().len();
        let open = |address: &str| from(&scenario, Some(address), &path, None);
        let limited = (0..1_000).map(|_| open("192.0.2.1")).find(|answer| !opened.contains(&answer.status));
        let limited = limited.expect("no limit was reached");
        assert_eq!((limited.status, limited.headers["retry-after"].as_str()), (429, "60"), "{path}");
        if page.starts_with("/link") || page.starts_with("/embed") {
            assert_eq!(limited.headers["content-type"], "text/html; charset=utf-8", "{path}");
        }
        let before = calls();
        assert_eq!((open("192.0.2.1").status, calls()), (429, before), "a limited page asks an object");
        assert!(opened.contains(&open("192.0.2.2").status), "another address");
        assert_eq!(open("::ffff:192.0.2.1").status, 429, "the same address as IPv6");
        assert_eq!(scenario.get("/api/v1/connect", &session).status, 200, "the session itself");
        scenario.platform.wait(60);
        assert!(opened.contains(&open("192.0.2.1").status));
    }
}

#[test]
fn pages_of_requests_without_an_address_have_a_larger_limit() {
    let mut scenario = Scenario::new();
    scenario.platform.config.requests_per_minute = 50;
    let statuses: Vec<_> = (0..600).map(|_| from(&scenario, None, "/guides/okta", None).status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 500);
    assert_eq!(from(&scenario, Some("192.0.2.1"), "/guides/okta", None).status, 200);
}

#[test]
fn which_header_has_the_address_is_a_setting() {
    let mut scenario = Scenario::new();
    let wrong = forged(&scenario.test_key);
    let limited = |scenario: &Scenario, headers: &[(&str, &str)]| {
        let send =
            || scenario.send_with("GET", "/api/v1/app-connections", Some(&wrong), None, headers).status;
        scenario.platform.wait(60);
        let full = (0..100).any(|_| send() == 429);
        assert!(full, "{headers:?}");
    };
    let one = |scenario: &Scenario, headers: &[(&str, &str)]| {
        scenario.send_with("GET", "/api/v1/app-connections", Some(&wrong), None, headers).status
    };
    scenario.platform.config.client_address_header = Some("x-forwarded-for".to_owned());
    limited(&scenario, &[("x-forwarded-for", "203.0.113.9, 192.0.2.1")]);
    assert_eq!(
        one(&scenario, &[("x-forwarded-for", "198.51.100.1, 10.9.9.9,192.0.2.1")]),
        429,
        "the last entry"
    );
    assert_eq!(one(&scenario, &[("x-forwarded-for", "192.0.2.1, 203.0.113.9")]), 401, "the last entry");
    assert_eq!(one(&scenario, &[("cf-connecting-ip", "192.0.2.1")]), 401, "the other header");
    scenario.platform.config.client_address_header = None;
    limited(&scenario, &[("cf-connecting-ip", "192.0.2.1"), ("x-forwarded-for", "192.0.2.1")]);
    assert_eq!(one(&scenario, &[("cf-connecting-ip", "192.0.2.77")]), 429, "no header is trusted");
}

#[test]
fn a_body_or_an_id_that_is_wrong_hides_no_wrong_secret() {
    let bodies = [("application/json", "{"), ("application/json", "{}"), ("text/plain", "{}")];
    for endpoint in ENDPOINTS {
        let callers = matches!(
            endpoint.caller,
            Caller::Key(_)
                | Caller::KeyOrMaker(_)
                | Caller::KeyOfAnyScope
                | Caller::Session
                | Caller::OwnerOrAdminKey
        );
        if !callers {
            continue;
        }
        let scenario = Scenario::new();
        let session = scenario.session(&scenario.live_key);
        let token = if endpoint.caller == Caller::Session { &session } else { &scenario.live_key };
        let path = endpoint.path.replace("{app}", "okta").replace("{id}", "x").replace("{name}", "x");
        let path = format!("{path}?limit=x&cursor=x&sessions=x");
        let send = |token: &str, body| scenario.send(endpoint.method, &path, Some(token), Some(body));
        let wrong = forged(token);
        let statuses: Vec<_> = (0..90).map(|n| send(&wrong, bodies[n % 3]).status).collect();
        let what = format!("{} {path}: {statuses:?}", endpoint.method);
        assert!(statuses.iter().all(|status| matches!(status, 401 | 429)), "{what}");
        assert!(statuses.contains(&429), "{what}");
        let right = send(token, bodies[0]);
        assert!(right.headers.contains_key("ratelimit"), "{what}: {}", right.text);
    }
}

#[test]
fn a_request_that_opens_no_page_takes_nothing_from_those_that_do() {
    let image = [("sec-fetch-dest", "image")];
    for (path, headers) in
        [("/nothing", &[][..]), ("/", &[]), ("/link/nonsense", &[]), ("/embed/a.b.c", &[]), ("", &image)]
    {
        let scenario = Scenario::new();
        let session = scenario.session(&scenario.live_key);
        let page = format!("/link/{}", id(&session));
        let path = if path.is_empty() { page.as_str() } else { path };
        let address = [("cf-connecting-ip", "192.0.2.1")];
        let headers = [&address[..], headers].concat();
        let last = (0..320).fold(0, |_, _| scenario.send_with("GET", path, None, None, &headers).status);
        assert_eq!(last, 429, "{path} has a limit too");
        for dest in [None, Some("document"), Some("iframe")] {
            let dest = dest.map(|dest| ("sec-fetch-dest", dest));
            let headers: Vec<_> = address.into_iter().chain(dest).collect();
            assert_eq!(scenario.send_with("GET", &page, None, None, &headers).status, 200, "{path}");
        }
    }
}

#[test]
fn an_ipv4_address_that_came_through_nat64_is_that_address() {
    let scenario = Scenario::new();
    let open = |address: &str| from(&scenario, Some(address), "/guides/okta", None).status;
    assert_eq!((0..310).fold(0, |_, _| open("64:ff9b::c000:201")), 429);
    assert_eq!(["192.0.2.1", "64:ff9b::192.0.2.2", "64:ff9b:1::c000:201"].map(open), [429, 200, 200]);
}

#[test]
fn a_key_from_a_wrong_address_or_after_its_end_counts_for_the_address() {
    let mut scenario = Scenario::new();
    scenario.platform.config.requests_per_minute = 10;
    let path = "/api/v1/app-connections";
    let bound = serde_json::json!({ "scopes": ["connections:read"], "allowedAddresses": ["203.0.113.7"] });
    let (_, bound) = scenario.key_of(&bound);
    let ended = serde_json::json!({ "scopes": ["connections:read"], "expiresAt": "2026-11-22T12:00:01Z" });
    let (_, ended) = scenario.key_of(&ended);
    scenario.platform.wait(60);
    for (key, status) in [(&bound, 403), (&ended, 401)] {
        scenario.platform.wait(60);
        for address in ADDRESSES {
            let refusals: Vec<_> = (0..100).map(|_| from(&scenario, address, path, Some(key))).collect();
            assert!(refusals.iter().all(|refused| !refused.headers.contains_key("ratelimit")), "{address:?}");
            assert_eq!(refusals[0].status, status, "{address:?}: {}", refusals[0].text);
            assert_eq!(refusals[99].status, 429, "{address:?}: {}", refusals[99].text);
        }
    }
    scenario.platform.wait(60);
    for address in ADDRESSES {
        (0..100).for_each(|_| _ = from(&scenario, address, path, Some(&bound)));
    }
    let product = from(&scenario, Some("203.0.113.7"), path, Some(&bound));
    assert_eq!(product.status, 200, "{}", product.text);
    assert_eq!(product.headers["ratelimit"], "\"minute\";r=9;t=60");
}
