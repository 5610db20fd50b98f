//! The properties that every rendered page must have.

use super::*;

pub(super) const SESSION: &str = "0123456789012345678901.abcdefghijklmnopqrstuv.ABCDEFGHIJKLMNOPQRSTUV";

pub(super) const PARTS: Parts<'static> = Parts {
    css: ":root>*{color:red}",
    pages_css: ":root{color:blue}",
    boot_js: "if (1 < 2 && 3 > 2) \"boot\";",
    widget_js: "/assets/widget-1.js",
    widget_wasm: "/assets/widget-2.wasm",
    parser: "/assets/parser-6.js /assets/parser-7.wasm",
    seal: "/assets/seal-3.js /assets/seal-fallback-4.js /assets/seal-fallback-5.wasm",
    extras_js: "/assets/extras-5.js",
};

fn page(change: impl FnOnce(&mut FormPage<'_>)) -> String {
    page_embedded_by("https://app.example.com", change)
}

fn page_embedded_by(origin: &str, change: impl FnOnce(&mut FormPage<'_>)) -> String {
    let okta = latchkey_catalogue::find("okta").unwrap();
    let form =
        Form { app: okta.id.clone(), name: okta.name.clone(), update: false, fields: okta.fields.clone() };
    let origins = [origin.to_owned()];
    let mut page = FormPage {
        place: Place::Link,
        session_id: SESSION,
        mode: Mode::Live,
        form: &form,
        service: service("okta", "Okta", &[]),
        guide: &okta.guide,
        product: "Acme <b>",
        scopes: &[],
        white_label: false,
        brand: Brand::default(),
        origins: &origins,
        one_of_several: false,
    };
    change(&mut page);
    form_page(&page, &PARTS)
}

/// A service without a color.
fn service<'a>(id: &'a str, name: &'a str, categories: &'a [&'a str]) -> Service<'a> {
    Service { id, name, categories, aliases: &[], description: "A service", color: None, logo: None }
}

fn notice(place: Place) -> String {
    ended(place, DeadEnd::Expired)
}

fn ended(place: Place, end: DeadEnd) -> String {
    let notice = Notice {
        place,
        end,
        code: "session_expired",
        product: Some("Acme <b>"),
        refresh_url: Some("https://app.example.com/?a=1&b=2"),
        return_url: Some("https://app.example.com/back"),
        brand: Brand::default(),
    };
    notice_page(&notice, &PARTS)
}

/// Every tag with this name, as written.
pub(super) fn tags<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let open = ["<", name].concat();
    html.split(open.as_str())
        .skip(1)
        .filter(|rest| rest.starts_with([' ', '>']))
        .map(|rest| rest.split_once('>').unwrap().0)
        .collect()
}

#[test]
fn the_style_and_script_that_the_policy_hashes_are_in_the_page_unchanged() {
    for (html, css) in [(page(|_| ()), PARTS.css), (notice(Place::Embed), PARTS.pages_css)] {
        assert!(html.starts_with("<!DOCTYPE html><html"));
        assert_eq!(html.matches(&["<style>", css, "</style>"].concat()).count(), 1);
        assert_eq!(html.matches(&["<script>", PARTS.boot_js, "</script>"].concat()).count(), 1);
        assert_eq!(tags(&html, "style").len(), 1);
        assert!(!html.contains(" style="));
    }
}

#[test]
fn no_browser_can_submit_the_form_by_itself() {
    let html = page(|_| ());
    assert_eq!(tags(&html, "input").len(), 3);
    for input in tags(&html, "input") {
        assert!(!input.contains(" name=") && !input.contains(" value="), "{input}");
        assert!(input.contains("aria-describedby=") && input.contains("data-1p-ignore"), "{input}");
    }
    let [form] = tags(&html, "form")[..] else { panic!("one form") };
    assert!(form.contains("novalidate") && !form.contains("action"), "{form}");
}

#[test]
fn a_secret_is_hidden_and_an_optional_field_is_marked() {
    let html = page(|_| ());
    let inputs = tags(&html, "input");
    assert!(inputs[1].contains("id=\"field-apiToken\"") && inputs[1].contains("type=\"password\""));
    assert!(inputs[1].contains("aria-required=\"true\"") && inputs[2].contains("aria-required=\"false\""));
    let (form, _) = html.split_once("<aside").unwrap();
    assert_eq!(form.matches("(optional)").count(), 1);
    assert_eq!(tags(&html, "button").iter().filter(|button| button.contains("reveal")).count(), 1);
}

#[test]
fn the_page_data_holds_what_the_browser_needs_and_nothing_can_end_it_early() {
    let html = page_embedded_by("</script>", |_| ());
    let (_, rest) = html.split_once("id=\"latchkey\">").unwrap();
    let (data, _) = rest.split_once("</script>").unwrap();
    assert!(!data.contains('<'));
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    assert_eq!(data["session"], SESSION);
    assert_eq!(data["mode"], "live");
    assert_eq!(data["place"], "link");
    assert_eq!(data["origins"][0], "</script>");
    let token = &data["form"]["fields"][1];
    assert_eq!(
        (&token["id"], token.get("parse")),
        (&"apiToken".into(), None),
        "the parser's rules come later"
    );
    assert_eq!(data.as_object().unwrap().len(), 5);
}

#[test]
fn names_are_escaped_and_stand_where_the_guide_says_product() {
    let html = page(|_| ());
    assert!(!html.contains("Acme <b>"));
    assert!(!html.contains("{product}"));
    assert!(html.contains("data-copy=\"Acme &lt;b&gt; Integration\""));
}

#[test]
fn the_guide_is_the_servers_alone() {
    let html = page(|_| ());
    let guide = html.split_once("<aside").unwrap().1;
    assert!(guide.contains("data-for=\"apiToken\""));
    assert!(guide.contains("data-template=\"https://{instanceUrl.admin}/admin/access/api/tokens\""));
    let (root, _) = html.split_once("<aside").unwrap();
    assert!(!root.contains("data-for="));
    for link in tags(guide, "a") {
        assert!(link.contains("rel=\"noopener noreferrer\"") && link.contains("target=\"_blank\""), "{link}");
    }
}

#[test]
fn a_white_label_page_does_not_speak_of_the_hub() {
    let [own, white] = [false, true].map(|white_label| {
        page(|page| (page.white_label, page.brand.hide_powered_by) = (white_label, white_label))
    });
    assert!(own.contains("Powered by") && !white.contains("Powered by"));
    // Where the form is found is of no use beside it.
    assert!([own, white].iter().all(|html| !html.contains("Connect the account")));
}

#[test]
fn test_mode_is_said() {
    assert!(page(|page| page.mode = Mode::Test).contains("Test mode"));
    assert!(!page(|_| ()).contains("Test mode"));
}

#[test]
fn a_notice_takes_no_input_and_has_the_boot_script_alone() {
    for html in [notice(Place::Link), notice(Place::Embed)] {
        assert!(tags(&html, "input").is_empty() && tags(&html, "form").is_empty());
        assert!(html.contains("Acme &lt;b&gt;") && html.contains("This link has expired"));
        assert!(!html.contains("modulepreload"));
        assert_eq!(tags(&html, "script").len(), 1);
    }
}

#[test]
fn each_dead_end_has_its_own_message_and_a_next_step() {
    let ends = [
        DeadEnd::Unknown,
        DeadEnd::Expired,
        DeadEnd::Used,
        DeadEnd::Revoked,
        DeadEnd::Gone,
        DeadEnd::NoProvider,
        DeadEnd::Unavailable,
    ];
    let pages = ends.map(|end| ended(Place::Link, end));
    let titles: std::collections::BTreeSet<_> =
        pages.iter().map(|html| html.split_once("<title>").unwrap().1.split_once(" –").unwrap().0).collect();
    assert_eq!(titles.len(), ends.len());
    for (end, html) in ends.iter().zip(&pages) {
        let ways = (html.contains("href=\"https://app.example.com/?a=1&amp;b=2\""), html.contains("/back\""));
        let retry = html.contains("data-reload");
        let expected = match end {
            DeadEnd::Used => (false, true, false),
            DeadEnd::Unavailable => (false, true, true),
            _ => (true, false, false),
        };
        assert_eq!((ways.0, ways.1, retry), expected, "{end:?}");
    }
}

#[test]
fn a_frame_names_the_code_of_its_dead_end_and_links_out_of_itself() {
    let html = ended(Place::Embed, DeadEnd::Expired);
    assert!(html.contains("data-code=\"session_expired\"") && html.contains("target=\"_top\""));
    assert!(!ended(Place::Embed, DeadEnd::Used).contains("/back\""));
}

#[test]
fn the_picker_is_a_list_of_links_without_a_form() {
    let html = picker(&[("okta", "Okta", "identity"), ("acme", "Acme <i>", "")]);
    let links: Vec<_> = tags(&html, "a");
    assert_eq!(links, [" href=\"?app=okta\" data-app", " href=\"?app=acme\" data-app"]);
    assert!(
        html.contains("Acme &lt;i&gt;") && tags(&html, "form").is_empty() && !html.contains("modulepreload")
    );
    assert!(!html.contains("Powered by") && !html.contains("<h2"), "a short list has no groups");
}

#[test]
fn a_long_list_of_services_is_grouped_by_kind_and_each_kind_is_in_the_sessions_order() {
    let html = picker(&[
        ("a", "A", "ci-cd"),
        ("b", "B", "identity"),
        ("c", "C", "ci-cd"),
        ("d", "D", "unheard-of"),
        ("e", "E", "identity"),
        ("f", "F", ""),
        ("g", "G", "ci-cd"),
    ]);
    let groups: Vec<_> = html.split("<section>").skip(1).collect();
    let titles: Vec<_> = groups
        .iter()
        .map(|group| group.split_once("<h2>").unwrap().1.split_once("</h2>").unwrap().0)
        .collect();
    assert_eq!(titles, ["Identity", "Builds and deployment", "Other services"]);
    for (group, app) in groups.iter().zip([["b", "e"].as_slice(), &["a", "c", "g"], &["d", "f"]]) {
        let links: Vec<_> = tags(group, "a").into_iter().filter(|link| link.contains("data-app")).collect();
        let wanted: Vec<_> = app.iter().map(|app| format!(" href=\"?app={app}\" data-app")).collect();
        assert_eq!(links, wanted);
    }
}

/// The page for these services: ids, names and kinds.
fn picker(providers: &[(&'static str, &'static str, &'static str)]) -> String {
    let choices: Vec<_> = providers
        .iter()
        .map(|(id, name, category)| service(id, name, std::slice::from_ref(category)))
        .collect();
    let page = PickerPage {
        place: Place::Link,
        mode: Mode::Live,
        providers: &choices,
        product: "Product",
        brand: Brand { hide_powered_by: true, ..Brand::default() },
    };
    picker_page(&page, &PARTS)
}

#[test]
fn no_check_is_marked_before_the_edge_reports_it() {
    let html = page(|_| ());
    let steps: Vec<_> = tags(&html, "li").into_iter().filter(|li| li.contains("data-codes")).collect();
    assert_eq!(steps.len(), 4);
    assert!(steps.iter().all(|step| step.contains("data-check=\"pending\"")));
}

#[test]
fn update_mode_has_its_own_heading_and_names_the_stored_key() {
    let okta = latchkey_catalogue::find("okta").unwrap();
    let form = Form { app: "okta".into(), name: "Okta".into(), update: true, fields: okta.fields.clone() };
    let html = page(|page| page.form = Box::leak(Box::new(form)));
    assert!(html.contains("Connect Okta again") && html.contains("latchkey-stored"));
    assert!(!page(|_| ()).contains("latchkey-stored"));
}
