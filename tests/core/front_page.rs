//! What a browser finds at an address that is not the form's: the front page, the small files beside it, and errors as pages.

use latchkey_edge::router::ENDPOINTS;
use latchkey_tests::{ADMIN_TOKEN, Answer, Scenario};
use serde_json::json;

/// What a browser sends when a person opens an address.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

fn open(scenario: &Scenario, path: &str, accept: &str) -> Answer {
    scenario.send_with("GET", path, None, None, &[("accept", accept)])
}

#[test]
fn the_front_page_names_services_and_leads_to_all_of_them_and_to_the_documentation() {
    let scenario = Scenario::new();
    let page = open(&scenario, "/", BROWSER);
    assert_eq!((page.status, page.headers["content-type"].as_str()), (200, "text/html; charset=utf-8"));
    assert_eq!(page.headers["cache-control"], "public, max-age=300");
    assert!(page.text.matches("href=\"/guides/").count() >= 4, "{}", page.text);
    let all = latchkey_catalogue::ids().count();
    let more = page.text.contains(&format!("<a href=\"/providers\">All {all} services</a>"));
    assert!(more || all <= 8, "{}", page.text);
    for link in ["/docs", "/openapi.json", "/healthz"] {
        assert!(page.text.contains(&format!("href=\"{link}\"")), "{link}");
    }
    assert!(!page.text.contains("<script"), "it needs no script");
    let german = scenario.send_with("GET", "/", None, None, &[("accept-language", "de")]);
    assert!(german.text.contains("Sie haben einen Link erhalten?"), "{}", german.text);
}

#[test]
fn the_gallery_has_each_service_once_under_its_kind_with_what_it_is_and_the_way_to_its_guide() {
    let scenario = Scenario::new();
    let page = open(&scenario, "/providers", BROWSER);
    assert_eq!((page.status, page.headers["content-type"].as_str()), (200, "text/html; charset=utf-8"));
    assert_eq!(page.headers["cache-control"], "public, max-age=300");
    for entry in latchkey_catalogue::index() {
        assert_eq!(page.text.matches(&format!("href=\"/guides/{}\"", entry.id)).count(), 1, "{}", entry.id);
        assert!(page.text.contains(entry.description), "{}", entry.id);
    }
    assert!(!page.text.contains(">Other services<"), "a kind of services has no name: {}", page.text);
    assert!(page.text.find(">Okta<").unwrap() > page.text.find(">Identity<").unwrap());
}

#[test]
fn search_engines_find_the_public_pages_by_their_own_address_and_no_page_of_a_person() {
    let mut scenario = Scenario::new();
    scenario.platform.config.public_url = Some("https://edge.example".to_owned());
    scenario.origin.replace("https://edge.example".to_owned());
    let map = open(&scenario, "/sitemap.xml", "*/*");
    assert_eq!((map.status, map.headers["content-type"].as_str()), (200, "application/xml"));
    let places: Vec<_> = map.text.lines().filter_map(|line| line.split(['<', '>']).nth(4)).collect();
    assert_eq!(places.len(), 2 + latchkey_catalogue::ids().count(), "{}", map.text);
    let mut described = std::collections::BTreeSet::new();
    for place in places {
        let path = place.strip_prefix("https://edge.example").unwrap();
        let page = open(&scenario, &format!("{path}?utm_source=x"), BROWSER);
        assert_eq!(page.status, 200, "{place}");
        assert!(page.text.contains(&format!("<link rel=\"canonical\" href=\"{place}\">")), "{place}");
        assert!(!page.text.contains("noindex"), "{place}");
        let (_, rest) = page.text.split_once("<meta name=\"description\" content=\"").expect(place);
        assert!(described.insert(rest.split('"').next().unwrap().to_owned()), "{place}: described twice");
    }
    let robots = open(&scenario, "/robots.txt", "*/*").text;
    assert!(robots.contains("\nSitemap: https://edge.example/sitemap.xml\n"), "{robots}");
    for private in ["/link/x", "/nothing", "/console"] {
        let page = open(&scenario, private, BROWSER);
        let refused = robots
            .lines()
            .any(|line| line.strip_prefix("Disallow: ").is_some_and(|start| private.starts_with(start)));
        assert!(refused || page.text.contains("noindex"), "{private}");
    }
}

#[test]
fn at_a_products_own_host_name_the_front_page_is_in_its_name_and_has_nothing_for_developers() {
    let mut scenario = Scenario::new();
    scenario.platform.config.public_url = Some("https://edge.example".to_owned());
    let path = format!("/api/v1/projects/{}", scenario.project);
    let set =
        scenario.patch(&path, ADMIN_TOKEN, &json!({ "domains": ["connect.acme.com"], "whiteLabel": true }));
    assert_eq!(set.status, 200, "{}", set.text);
    scenario.origin.replace("https://connect.acme.com".to_owned());
    let page = open(&scenario, "/", BROWSER);
    assert!(page.text.contains("<h1 id=\"latchkey-title\">Example</h1>"), "{}", page.text);
    assert!(!page.text.contains("/docs") && !page.text.contains("Latchkey"), "{}", page.text);
}

#[test]
fn every_address_has_a_page_for_a_browser_and_problem_details_for_a_program() {
    let scenario = Scenario::new();
    let mut paths: Vec<_> =
        ENDPOINTS.iter().map(|endpoint| endpoint.path.replace('{', "x").replace('}', "")).collect();
    paths.extend(
        ["/nothing", "/api", "/api/v1/nothing", "//", "/link", "/.well-known/change-password"]
            .map(str::to_owned),
    );
    paths.dedup();
    assert!(paths.len() > 40, "{}", paths.len());
    for path in &paths {
        let page = open(&scenario, path, BROWSER);
        let own = matches!(
            path.as_str(),
            "/healthz" | "/api/v1/providers" | "/robots.txt" | "/sitemap.xml" | "/favicon.ico" | "/console"
        );
        let audit_key = path.ends_with("latchkey-audit-key");
        if !(own || audit_key) {
            assert_eq!(page.headers["content-type"], "text/html; charset=utf-8", "{path}: {}", page.text);
            assert!(page.text.contains("<h1") && !page.text.contains("<script src"), "{path}");
            assert!(page.headers["content-security-policy"].contains("default-src 'none'"), "{path}");
        }
        for accept in ["application/json", "*/*", "application/problem+json", ""] {
            let answer = open(&scenario, path, accept);
            if answer.status >= 400 && !path.starts_with("/link") && !path.starts_with("/embed") {
                assert_eq!(answer.headers["content-type"], "application/problem+json", "{path} {accept}");
                assert_eq!(answer.status, page.status, "{path} {accept}");
            }
        }
    }
}

#[test]
fn a_page_about_an_error_says_what_to_do_and_has_the_same_headers() {
    let scenario = Scenario::new();
    let page = scenario.send_with(
        "GET",
        "/api/v1/app-connections",
        None,
        None,
        &[("accept", BROWSER), ("accept-language", "fr")],
    );
    assert_eq!((page.status, page.headers["www-authenticate"].as_str()), (401, "Bearer"));
    assert_eq!(page.headers["content-language"], "fr");
    let id = page.headers["x-request-id"].clone();
    assert!(page.text.contains(&id) && page.text.contains("401"), "{}", page.text);
    let gone = scenario.send_with("GET", "/api/v1/connect/cancel", None, None, &[("accept", BROWSER)]);
    assert_eq!((gone.status, gone.headers["allow"].as_str()), (405, "POST, OPTIONS"));
    // A name in an address is a text, and no markup.
    let hostile = open(&scenario, "/<script>alert(1)</script>", BROWSER);
    assert!(!hostile.text.contains("<script>alert"), "{}", hostile.text);
}

#[test]
fn the_preview_of_tokens_and_parts_is_in_a_development_run_only() {
    let mut scenario = Scenario::new();
    assert_eq!(open(&scenario, "/preview", BROWSER).status, 404);
    scenario.platform.config.local_webhooks = true;
    let page = open(&scenario, "/preview", BROWSER);
    assert_eq!(page.status, 200);
    let tokens = include_str!("../../widget/css/tokens.css");
    let colors: Vec<_> = tokens.lines().filter(|line| line.contains("light-dark(")).collect();
    assert_eq!(colors.len(), 14);
    for color in colors {
        let name = color.trim().split(':').next().unwrap();
        assert!(page.text.contains(&format!("fill=\"var({name})\"")), "{name}");
    }
    assert!(page.text.contains("data-theme=\"light\"") && page.text.contains("data-theme=\"dark\""));
}

#[test]
fn search_engines_may_read_the_guides_and_nothing_that_belongs_to_a_person() {
    let scenario = Scenario::new();
    let robots = open(&scenario, "/robots.txt", "*/*");
    assert_eq!((robots.status, robots.headers["content-type"].as_str()), (200, "text/plain; charset=utf-8"));
    for path in ["/api/", "/embed/", "/hooks/", "/link/"] {
        assert!(robots.text.contains(&format!("Disallow: {path}\n")), "{path}");
    }
    assert!(!robots.text.contains("guides"));
    let icon = open(&scenario, "/favicon.ico", "image/avif,image/webp,*/*");
    assert_eq!((icon.status, icon.headers["content-type"].as_str()), (200, "image/svg+xml"));
}

#[test]
fn the_file_for_security_researchers_exists_if_the_deployment_names_a_contact() {
    let mut scenario = Scenario::new();
    assert_eq!(open(&scenario, "/.well-known/security.txt", "*/*").status, 404);
    scenario.platform.config.security_contact = Some("mailto:security@example.com".to_owned());
    let file = open(&scenario, "/.well-known/security.txt", "*/*");
    let lines: Vec<_> = file.text.lines().collect();
    assert_eq!(lines[0], "Contact: mailto:security@example.com");
    // RFC 9116, section 2.5.5: less than a year ahead.
    let expires = lines[1].strip_prefix("Expires: ").unwrap();
    assert!(expires.ends_with('Z') && expires.len() == "2026-11-27T00:00:00.000Z".len(), "{expires}");
}

#[test]
fn guides_and_the_front_page_may_be_kept_and_pages_of_a_session_may_not() {
    let scenario = Scenario::new();
    for path in ["/", "/guides/okta"] {
        let page = open(&scenario, path, BROWSER);
        assert_eq!(page.headers["cache-control"], "public, max-age=300", "{path}");
        assert_eq!(page.headers["vary"], "accept-language", "{path}");
    }
    let session = scenario.session(&scenario.live_key);
    let id = session.splitn(3, '_').nth(2).unwrap().rsplit_once('.').unwrap().0;
    assert_eq!(open(&scenario, &format!("/link/{id}"), BROWSER).headers["cache-control"], "no-store");
    assert_eq!(open(&scenario, "/nothing", BROWSER).headers["cache-control"], "no-store");
}

#[test]
fn a_rendered_page_is_used_again_and_never_for_another_session_look_or_language() {
    let scenario = Scenario::new();
    let page = |session: &str, language: &str| {
        let id = session.splitn(3, '_').nth(2).unwrap().rsplit_once('.').unwrap().0.to_owned();
        let answer =
            scenario.send_with("GET", &format!("/embed/{id}"), None, None, &[("accept-language", language)]);
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(answer.text.contains(&format!("\"{id}\"")), "the page is another session's");
        answer.text.replace(&id, "ID")
    };
    let rendered = || scenario.platform.isolate.rendered.borrow().len();
    let (one, two) = (scenario.session(&scenario.live_key), scenario.session(&scenario.live_key));
    let first = page(&one, "en");
    assert_eq!(rendered(), 1);
    assert_eq!(page(&two, "en"), first);
    assert_eq!(rendered(), 1, "a page of the same look was rendered again");
    assert_ne!(page(&one, "de"), first);
    assert!(page(&scenario.session(&scenario.test_key), "en").contains("http://localhost:*"));
    assert!(page(&scenario.session_for(&scenario.live_key, "harness"), "en").contains("Connect Harness"));
    let body = json!({ "providers": ["okta"], "endUser": { "id": "u" }, "scopes": ["users.read"], "allowedOrigins": ["https://app.example.com"] });
    let scoped = scenario.post("/api/v1/connect-sessions", &scenario.live_key, &body);
    assert!(page(scoped.body["token"].as_str().unwrap(), "en").contains("Read users"));
    let path = format!("/api/v1/projects/{}", scenario.project);
    scenario.patch(&path, ADMIN_TOKEN, &json!({ "name": "Renamed" }));
    assert!(page(&scenario.session(&scenario.live_key), "en").contains("Renamed"));
    // A stranger who makes many looks pushes out the oldest only.
    for number in 0..40 {
        scenario.patch(&path, ADMIN_TOKEN, &json!({ "name": format!("Name {number}") }));
        assert!(page(&scenario.session(&scenario.live_key), "en").contains(&format!("Name {number}")));
    }
    assert!(rendered() <= 24, "{}", rendered());
}
