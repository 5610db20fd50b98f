//! Branding: the settings that are accepted, the pages that show them, and that no other project's pages do.

use base64::{Engine, engine::general_purpose::STANDARD};
use latchkey_tests::{ADMIN_TOKEN, Answer, Scenario};
use serde_json::{Value, json};

fn brand(scenario: &Scenario, project: &str, branding: &Value) -> Answer {
    scenario.patch(&format!("/api/v1/projects/{project}"), ADMIN_TOKEN, &json!({ "branding": branding }))
}

fn logo(bytes: &[u8]) -> String {
    format!("data:image/png;base64,{}", STANDARD.encode([b"\x89PNG\r\n\x1a\n", bytes].concat()))
}

fn session(scenario: &Scenario, key: &str, providers: &[&str]) -> String {
    let body = json!({ "providers": providers, "endUser": { "id": "u" } });
    let made = scenario.post("/api/v1/connect-sessions", key, &body);
    made.body["id"].as_str().unwrap().to_owned()
}

fn page(scenario: &Scenario, path: &str) -> Answer {
    scenario.send("GET", path, None, None)
}

fn everything() -> Value {
    json!({
        "logo": logo(b"a"),
        "colors": {
            "light": { "accent": "#0B6E4F", "accentText": "#ffffff", "background": "#fffaf0", "text": "#222222" },
            "dark": { "accent": "#7fd6b4" },
        },
        "radius": 4,
        "fontStack": "Inter, 'Segoe UI', sans-serif",
        "texts": { "title": "Link {provider} <i>", "intro": "We & {provider}.", "success": "Thank you." },
        "termsUrl": "https://acme.example.com/terms",
        "privacyUrl": "https://acme.example.com/privacy",
        "support": "help@acme.com",
        "poweredBy": false,
    })
}

#[test]
fn saved_branding_is_returned_and_an_empty_object_removes_it() {
    let scenario = Scenario::new();
    let saved = brand(&scenario, &scenario.project, &everything());
    assert_eq!(saved.status, 200, "{}", saved.text);
    let path = format!("/api/v1/projects/{}", scenario.project);
    assert_eq!(scenario.get(&path, ADMIN_TOKEN).body["project"]["branding"], everything());
    let renamed = scenario.patch(&path, ADMIN_TOKEN, &json!({ "name": "Other" }));
    assert_eq!(renamed.body["project"]["branding"], everything(), "it stays when it is left out");
    assert_eq!(brand(&scenario, &scenario.project, &json!({})).body["project"]["branding"], json!({}));
    let made =
        scenario.post("/api/v1/projects", ADMIN_TOKEN, &json!({ "name": "x", "branding": everything() }));
    assert_eq!(made.body["project"]["branding"], everything(), "{}", made.text);
}

#[test]
fn an_invalid_member_is_refused_by_name_and_changes_nothing() {
    let scenario = Scenario::new();
    let too_large = logo(&vec![0; 24 * 1024]);
    let svg = format!("data:image/svg+xml;base64,{}", STANDARD.encode("<svg onload='x'/>"));
    let disguised = format!("data:image/png;base64,{}", STANDARD.encode("<svg onload='x'/>"));
    for (branding, member) in [
        (json!({ "logo": svg }), "branding.logo"),
        (json!({ "logo": disguised }), "branding.logo"),
        (json!({ "logo": too_large }), "branding.logo"),
        (json!({ "logo": "https://acme.example.com/logo.png" }), "branding.logo"),
        (json!({ "logo": 1 }), "branding.logo"),
        (json!({ "colors": { "light": { "accent": "red" } } }), "branding.colors.light.accent"),
        (json!({ "colors": { "dark": { "text": "#fff;}" } } }), "branding.colors.dark.text"),
        (json!({ "colors": { "dark": { "muted": "#ffffff" } } }), "branding.colors.dark"),
        (json!({ "colors": { "sepia": {} } }), "branding.colors"),
        (json!({ "colors": [] }), "branding.colors"),
        (json!({ "color": null }), "branding"),
        (json!({ "radius": 25 }), "branding.radius"),
        (json!({ "radius": -1 }), "branding.radius"),
        (json!({ "radius": "4px" }), "branding.radius"),
        (json!({ "fontStack": "Inter" }), "branding.fontStack"),
        (json!({ "fontStack": "url(https://x), serif" }), "branding.fontStack"),
        (json!({ "texts": { "title": "" } }), "branding.texts.title"),
        (json!({ "texts": { "title": "x".repeat(81) } }), "branding.texts.title"),
        (json!({ "texts": { "intro": "two\nlines" } }), "branding.texts.intro"),
        (json!({ "texts": { "success": 1 } }), "branding.texts.success"),
        (json!({ "texts": { "footer": "x" } }), "branding.texts"),
        (json!({ "termsUrl": "http://acme.example.com" }), "branding.termsUrl"),
        (json!({ "privacyUrl": "javascript:alert(1)" }), "branding.privacyUrl"),
        (json!({ "support": "http://acme.example.com" }), "branding.support"),
        (json!({ "support": "help@acme.com?cc=x@y.com" }), "branding.support"),
        (json!({ "poweredBy": "no" }), "branding.poweredBy"),
        (json!({ "css": "*{}" }), "branding"),
    ] {
        let answer = brand(&scenario, &scenario.project, &branding);
        assert_eq!(answer.problem(), (422, "invalid_parameter", Some(member)), "{branding}");
        assert!(answer.body["errors"][0]["fix"].as_str().unwrap().len() > 10, "{branding}");
    }
    let read = scenario.get(&format!("/api/v1/projects/{}", scenario.project), ADMIN_TOKEN);
    assert_eq!(read.body["project"]["branding"], json!({}));
}

#[test]
fn a_low_contrast_is_refused_with_its_ratio_and_a_color_that_passes() {
    let scenario = Scenario::new();
    let try_light =
        |colors: Value| brand(&scenario, &scenario.project, &json!({ "colors": { "light": colors } }));
    // 4.4993:1 and 4.5135:1 on white, computed apart from the edge.
    for (accent, passes) in [("#716ebd", false), ("#6b6ec4", true)] {
        let answer = try_light(json!({ "accent": accent, "background": "#ffffff" }));
        assert_eq!(answer.status == 200, passes, "{accent}: {}", answer.text);
    }
    for (colors, member, cause, role) in [
        (
            json!({ "accent": "#716ebd", "background": "#ffffff" }),
            "accent",
            "The contrast of accent #716ebd on background #ffffff is 4.49:1; it must be at least 4.5:1.",
            "accent",
        ),
        (
            json!({ "text": "#777777", "background": "#ffffff" }),
            "text",
            "The contrast of text #777777 on background #ffffff is 4.47:1; it must be at least 4.5:1.",
            "text",
        ),
        (
            json!({ "background": "#333333" }),
            "background",
            "The contrast of text #1c2128 on background #333333 is 1.28:1; it must be at least 4.5:1.",
            "background",
        ),
        (
            json!({ "accent": "#1d5bd1", "accentText": "#222222" }),
            "accentText",
            "The contrast of accentText #222222 on accent #1d5bd1 is 2.62:1; it must be at least 4.5:1.",
            "accentText",
        ),
    ] {
        let answer = try_light(colors.clone());
        let field = format!("branding.colors.light.{member}");
        assert_eq!(answer.problem(), (422, "invalid_parameter", Some(field.as_str())), "{colors}");
        let error = &answer.body["errors"][0];
        assert_eq!(error["message"], cause);
        let fix = error["fix"].as_str().unwrap();
        let near = fix.strip_prefix(&format!("The nearest {role} that passes is ")).unwrap();
        let mut better = colors;
        better[member] = json!(near.trim_end_matches('.'));
        let again = try_light(better);
        // What it names passes with what it was compared with; a later pair may still be refused.
        assert_ne!(again.body["errors"][0]["message"], cause, "{}", again.text);
    }
}

#[test]
fn every_page_shows_the_branding() {
    let scenario = Scenario::new();
    assert_eq!(brand(&scenario, &scenario.project, &everything()).status, 200);
    let form = session(&scenario, &scenario.live_key, &["okta"]);
    let picker = session(&scenario, &scenario.live_key, &["okta", "harness"]);
    let gone = session(&scenario, &scenario.live_key, &["okta"]);
    let revoked =
        scenario.send("DELETE", &format!("/api/v1/connect-sessions/{gone}"), Some(&scenario.live_key), None);
    assert_eq!(revoked.status, 204);
    for (path, status) in [
        (format!("/link/{form}"), 200),
        (format!("/embed/{form}"), 200),
        (format!("/link/{picker}"), 200),
        (format!("/link/{gone}"), 410),
        (format!("/embed/{gone}"), 410),
        (scenario.guide("okta", &scenario.live_key), 200),
    ] {
        let page = page(&scenario, &path);
        assert_eq!(page.status, status, "{path}");
        for text in [
            logo(b"a").as_str(),
            "--accent:light-dark(#0b6e4f,#7fd6b4)",
            "--ground:light-dark(#fffaf0,#0e1116)",
            "--radius:4px",
            "font-family:\"Inter\",\"Segoe UI\",sans-serif",
            "https://acme.example.com/terms",
            "https://acme.example.com/privacy",
            "mailto:help@acme.com",
        ] {
            assert!(page.text.contains(text), "{path}: {text}");
        }
        assert!(!page.text.contains("Powered by"), "{path}");
        let policy = &page.headers["content-security-policy"];
        assert!(!policy.contains("unsafe-inline"), "{policy}");
        // The policy names the page's second sheet by the hash of exactly what stands in it.
        let (_, style) = page.text.rsplit_once("<style>").unwrap();
        let (style, _) = style.split_once("</style>").unwrap();
        let hash = STANDARD.encode(sha256(style));
        assert!(policy.contains(&format!(" 'sha256-{hash}'; connect-src")), "{path}: {policy}");
    }
    let form = page(&scenario, &format!("/link/{form}"));
    for text in ["Link Okta &lt;i&gt;", "We &amp; Okta.", "Thank you."] {
        assert!(form.text.contains(text), "{text}");
    }
}

fn sha256(text: &str) -> Vec<u8> {
    let hex = latchkey_edge::crypto::digest::text_hash(text);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    hex.as_bytes().chunks(2).map(byte).collect()
}

#[test]
fn powered_by_is_hidden_by_branding_or_white_label() {
    let scenario = Scenario::new();
    let signed = || {
        let id = session(&scenario, &scenario.live_key, &["okta"]);
        page(&scenario, &format!("/link/{id}")).text.contains("Powered by Latchkey")
    };
    assert!(signed());
    assert_eq!(brand(&scenario, &scenario.project, &json!({ "poweredBy": false })).status, 200);
    assert!(!signed());
    assert_eq!(brand(&scenario, &scenario.project, &json!({ "poweredBy": true })).status, 200);
    assert!(signed());
    let path = format!("/api/v1/projects/{}", scenario.project);
    assert_eq!(scenario.patch(&path, ADMIN_TOKEN, &json!({ "whiteLabel": true })).status, 200);
    assert!(!signed());
}

#[test]
fn alternating_projects_never_show_each_others_branding() {
    let scenario = Scenario::new();
    let (other, _, other_key) = scenario.another_project();
    let look = |name: &str, accent: &str, radius: u32| {
        json!({
            "logo": logo(name.as_bytes()), "colors": { "light": { "accent": accent } }, "radius": radius,
            "texts": { "title": format!("Title of {name}"), "intro": format!("Intro of {name}"), "success": format!("Success of {name}") },
            "termsUrl": format!("https://{name}.example.com/terms"), "support": format!("help@{name}.com"),
        })
    };
    let (one, two) = (look("first", "#0b6e4f", 3), look("second", "#7a1fa2", 17));
    assert_eq!(brand(&scenario, &scenario.project, &one).status, 200);
    assert_eq!(brand(&scenario, &other, &two).status, 200);
    let marks = |name: &str, accent: &str, radius: u32| {
        vec![
            logo(name.as_bytes()),
            accent.to_owned(),
            format!("--radius:{radius}px"),
            format!("of {name}"),
            format!("{name}.example.com"),
            format!("help@{name}.com"),
        ]
    };
    let (of_one, of_two) = (marks("first", "#0b6e4f", 3), marks("second", "#7a1fa2", 17));
    let neutral = page(&scenario, "/link/nonsense");
    let plain = page(&scenario, "/guides/okta");
    for mark in of_one.iter().chain(&of_two) {
        assert!(!neutral.text.contains(mark) && !plain.text.contains(mark), "{mark}");
    }
    for _ in 0..3 {
        for (key, own, foreign) in [(&scenario.live_key, &of_one, &of_two), (&other_key, &of_two, &of_one)] {
            let id = session(&scenario, key, &["okta"]);
            let picker = session(&scenario, key, &["okta", "gitlab"]);
            for path in [
                format!("/link/{id}"),
                format!("/embed/{id}"),
                format!("/link/{picker}"),
                scenario.guide("okta", key),
            ] {
                let shown = page(&scenario, &path).text;
                assert!(own.iter().filter(|mark| shown.contains(*mark)).count() >= 5, "{path}");
                assert!(foreign.iter().all(|mark| !shown.contains(mark)), "{path}");
            }
            let unknown = page(&scenario, &format!("/link/{id}x"));
            assert_eq!(unknown.status, 404);
            assert_eq!(unknown.text, neutral.text);
        }
    }
}

#[test]
fn a_page_without_branding_has_one_style_sheet_and_no_logo() {
    let scenario = Scenario::new();
    let id = session(&scenario, &scenario.live_key, &["okta"]);
    assert_eq!(page(&scenario, &format!("/link/{id}")).text.matches("</style>").count(), 1);
    assert_eq!(brand(&scenario, &scenario.project, &everything()).status, 200);
    assert_eq!(page(&scenario, &format!("/link/{id}")).text.matches("</style>").count(), 2);
    let listed = scenario.get("/api/v1/app-connections", &scenario.live_key);
    assert_eq!(listed.status, 200);
    assert!(!listed.text.contains("data:image"));
}
