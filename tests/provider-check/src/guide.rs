//! The guide in text: its sections and steps, and the links for the given values.

use crate::values::FieldValues;
use latchkey_shared::deep_link::fill;
use latchkey_shared::guide::{DeepLink, Step};
use latchkey_shared::provider::Provider;
use std::fmt::Write as _;

pub(crate) fn shown(provider: &Provider, values: &FieldValues) -> String {
    let guide = &provider.guide;
    let mut text = format!("The guide, updated {}\n", guide.updated);
    for (mark, line) in [("needs:", &guide.needs), ("!", &guide.warning)] {
        if let Some(line) = line {
            _ = writeln!(text, "\n  {mark} {line}");
        }
    }
    for section in &guide.sections {
        let marks = marks(&section.scopes, section.hide_in_white_label, section.collapsed);
        _ = writeln!(text, "\n  {}{marks}", section.title);
        if let Some(intro) = &section.intro {
            _ = writeln!(text, "  {intro}");
        }
        for (at, step) in section.steps.iter().enumerate() {
            self::step(&mut text, provider, values, at + 1, step);
        }
    }
    text
}

fn step(text: &mut String, provider: &Provider, values: &FieldValues, number: usize, step: &Step) {
    let field = step.field.as_deref().map(|id| format!(" [{id}]")).unwrap_or_default();
    let marks = marks(&step.scopes, step.hide_in_white_label, false);
    _ = writeln!(text, "    {number}. {}{field}{marks}", step.title);
    for line in step.body.iter() {
        _ = writeln!(text, "       {line}");
    }
    for bullet in &step.bullets {
        _ = writeln!(text, "       - {bullet}");
    }
    if step.list_scopes {
        let labels: Vec<_> = provider.scopes.iter().map(|scope| scope.label.as_str()).collect();
        _ = writeln!(text, "       lists the scopes of the session, from: {}", labels.join(", "));
    }
    if let Some(copy) = &step.copy {
        _ = writeln!(text, "       copies: {copy}");
    }
    if let Some(link) = &step.link {
        _ = writeln!(text, "       {} -> {}", link.label, target(link, provider, values));
    }
}

/// The URL of a link for these values.
fn target(link: &DeepLink, provider: &Provider, values: &FieldValues) -> String {
    let fields = &provider.fields;
    let known = |at: usize| fields.get(at).map(|field| values.known(field).to_owned()).unwrap_or_default();
    let filled = fill(&link.template, fields, known, encode);
    filled
        .or_else(|| link.fallback.clone())
        .unwrap_or_else(|| format!("(hidden until its fields have a value: {})", link.template))
}

/// Like `encodeURIComponent` of a browser.
fn encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte);
    let bytes = text.bytes();
    bytes
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

fn marks(scopes: &[String], hidden: bool, collapsed: bool) -> String {
    let mut marks = Vec::new();
    if !scopes.is_empty() {
        marks.push(format!("only for the scopes {}", scopes.join(", ")));
    }
    if hidden {
        marks.push("not in a white-label form".to_owned());
    }
    if collapsed {
        marks.push("collapsed".to_owned());
    }
    if marks.is_empty() { String::new() } else { format!(" ({})", marks.join("; ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_follow_the_values_and_contain_no_secret() {
        let okta = crate::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/providers/okta").as_ref())
            .unwrap();
        let values =
            FieldValues::of(&okta, &["instanceUrl=acme.okta.com", "apiToken=00very-secret"]).unwrap();
        let shown = shown(&okta, &values);
        assert!(shown.contains("https://acme-admin.okta.com/admin/access/api/tokens"), "{shown}");
        assert!(!shown.contains("very-secret"));
    }
}
