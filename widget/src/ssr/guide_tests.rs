//! Which parts of the guide are shown to whom: scopes, white label, folded background, and the guide without a form.

use super::tests::{PARTS, SESSION, tags};
use super::*;
use latchkey_shared::field::Field;

/// A guide with one of each part that is not shown to everyone.
fn guide() -> Guide {
    serde_json::from_value(serde_json::json!({
        "updated": "2026-11-22",
        "sections": [
            { "title": "Create it in {product}", "steps": [
                { "field": "key", "title": "Choose rights", "listScopes": true },
                { "title": "For readers", "scopes": ["read"] },
                { "title": "For writers", "scopes": ["write", "admin"] },
                { "title": "Only in the hub", "hideInWhiteLabel": true },
                { "title": "Name it", "copy": "{product} key" },
                { "title": "Go", "link": { "label": "Somewhere", "template": "https://{host}/a" } },
                { "title": "Go on", "link": { "label": "Elsewhere", "template": "https://{host}/b", "fallback": "https://example.com/b" } },
            ] },
            { "title": "About writing", "scopes": ["write"], "steps": [{ "title": "Write" }] },
            { "title": "About the hub", "hideInWhiteLabel": true, "steps": [{ "title": "Look" }] },
            { "title": "Why so", "collapsed": true, "intro": "Because.", "steps": [{ "title": "Read" }] },
        ],
    }))
    .unwrap()
}

/// A key, the account in it, and a host that few need.
fn fields() -> Vec<Field> {
    serde_json::from_value(serde_json::json!([
        { "id": "host", "label": "Host", "optional": true, "advanced": true, "placeholder": "x.example.com",
          "parse": { "kind": "host", "phrase": "a host", "max": 99 } },
        { "id": "key", "label": "Key", "secret": true, "help": "Shown once.",
          "parse": { "kind": "key", "phrase": "a key", "max": 99 } },
        { "id": "account", "label": "Account", "inferred": true, "placeholder": "Latchkey",
          "parse": { "kind": "id", "phrase": "an id", "max": 99 } },
    ]))
    .unwrap()
}

const SERVICE: Service<'_> = Service {
    id: "x",
    name: "X",
    categories: &[],
    aliases: &[],
    description: "A service",
    color: None,
    logo: None,
};

fn beside_form(scopes: &[(&str, &str)], white_label: bool) -> String {
    let scopes: Vec<_> = scopes.iter().map(|(id, label)| ((*id).into(), (*label).into())).collect();
    let page = FormPage {
        place: Place::Link,
        session_id: SESSION,
        mode: Mode::Live,
        service: SERVICE,
        form: &Form { app: "x".into(), name: "X".into(), update: false, fields: fields() },
        guide: &guide(),
        product: "Acme",
        scopes: &scopes,
        white_label,
        brand: Brand { hide_powered_by: white_label, ..Brand::default() },
        origins: &[],
        one_of_several: false,
    };
    form_page(&page, &PARTS)
}

fn alone(product: Option<&str>, white_label: bool) -> String {
    let brand = Brand { hide_powered_by: white_label, ..Brand::default() };
    let page = GuidePage {
        service: SERVICE,
        address: "https://connect.example.com/guides/x",
        fields: &fields(),
        guide: &guide(),
        product,
        white_label,
        brand,
    };
    guide_page(&page, &PARTS)
}

#[test]
fn scopes_select_sections_and_steps_and_are_listed_where_the_guide_asks_for_it() {
    let none = beside_form(&[], false);
    for hidden in ["For readers", "For writers", "About writing", "class=\"scopes\""] {
        assert!(!none.contains(hidden), "{hidden}");
    }
    let reading = beside_form(&[("read", "Read <all>")], false);
    assert!(reading.contains("For readers") && !reading.contains("For writers"));
    assert!(!reading.contains("About writing"));
    let (_, listed) = reading.split_once("class=\"scopes\"").unwrap();
    assert!(listed.split_once("</ul>").unwrap().0.contains("<li>Read &lt;all&gt;</li>"));
    let both = beside_form(&[("read", "Read"), ("write", "Write")], false);
    assert!(both.contains("For readers") && both.contains("For writers") && both.contains("About writing"));
    assert_eq!(both.matches("class=\"scopes\"").count(), 1);
}

#[test]
fn white_label_leaves_out_sections_and_steps_about_the_hub() {
    for html in [beside_form(&[], true), alone(Some("Acme"), true)] {
        for hidden in ["About the hub", "Only in the hub", "Powered by", "Latchkey"] {
            assert!(!html.contains(hidden), "{hidden}");
        }
        assert!(html.contains("Create it in Acme") && html.contains("data-copy=\"Acme key\""));
    }
    let own = alone(Some("Acme"), false);
    assert!(own.contains("<code>Latchkey</code>"));
    assert!(own.contains("About the hub") && own.contains("Only in the hub") && own.contains("Powered by"));
}

#[test]
fn background_is_folded_with_its_heading_and_nothing_else_is() {
    for html in [beside_form(&[], false), alone(None, false)] {
        let folded: Vec<_> =
            tags(&html, "details").into_iter().filter(|tag| tag.contains("background")).collect();
        let [background] = folded[..] else { panic!("{folded:?}") };
        assert!(!background.contains("open"));
        let (_, inside) = html.split_once("class=\"background\"").unwrap();
        let (inside, _) = inside.split_once("</details>").unwrap();
        let (summary, rest) = inside.split_once("</summary>").unwrap();
        assert!(summary.contains("<h3>Why so</h3>"));
        assert!(rest.contains("Because.") && rest.contains("Read") && !rest.contains("Name it"));
    }
}

#[test]
fn a_folded_field_stands_below_the_others_and_a_deduced_one_may_stay_empty() {
    let html = beside_form(&[], false);
    let inputs = tags(&html, "input");
    let order = ["field-key", "field-account", "field-host"];
    assert_eq!(inputs.len(), 3);
    for (input, id) in inputs.iter().zip(order) {
        assert!(input.contains(&format!("id=\"{id}\"")), "{input}");
        assert_eq!(input.contains("aria-required=\"true\""), id == "field-key", "{input}");
    }
    // What is deduced may stay empty, and is not called optional: somebody whose value cannot be deduced has to give it.
    assert_eq!(html.matches("(optional)").count(), 1);
    let (_, more) = html.split_once("class=\"more-options\"").unwrap();
    let (more, _) = more.split_once("<button").unwrap();
    assert!(more.contains("More options") && more.contains("field-host") && !more.contains("field-key"));
    let more = tags(&html, "details").into_iter().find(|tag| tag.contains("more")).unwrap();
    assert!(!more.contains("open") && !more.contains("hidden"));
}

#[test]
fn the_guide_alone_has_nothing_of_a_form_and_its_links_lead_somewhere() {
    let html = alone(None, false);
    for name in ["form", "input", "link rel=\"modulepreload\""] {
        assert!(tags(&html, name).is_empty(), "{name}");
    }
    assert!(!html.contains("id=\"latchkey\"") && !html.contains("preload"));
    assert_eq!(html.matches(PARTS.boot_js).count(), 1);
    assert_eq!(tags(&html, "button").len(), 1);
    assert!(html.contains("data-copy=\"Latchkey key\""));
    assert!(!html.contains("Somewhere") && html.contains("Elsewhere"));
    for link in tags(&html, "a") {
        assert!(link.contains("href=\"https://example.com/b\"") && !link.contains("hidden"), "{link}");
    }
}

#[test]
fn the_guide_alone_says_what_will_be_asked_for() {
    let html = alone(Some("Acme <b>"), false);
    let (_, asked) = html.split_once("class=\"asked\"").unwrap();
    let (asked, _) = asked.split_once("</section>").unwrap();
    for said in ["Host", "Key", "Account", "Shown once.", "x.example.com"] {
        assert!(asked.contains(said), "{said}");
    }
    assert_eq!(asked.matches("(optional)").count(), 1);
    assert!(html.contains("Acme &lt;b&gt; needs these details") && !html.contains("Acme <b>"));
}
