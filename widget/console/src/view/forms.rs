//! Inputs of dialogs and of forms in a page. The browser's half reads them by the name that each carries.

use super::el::{at, div, el, flag, maybe, p, say, span};
use crate::action::{Input, Kind};
use latchkey_shared::i18n::text;
use leptos::prelude::*;

/// The inputs of a form, whose id begins each input's id.
pub(crate) fn inputs(form: &'static str, all: &[Input]) -> AnyView {
    div("inputs", all.iter().map(|input| field(form, input)).collect())
}

fn field(form: &'static str, input: &Input) -> AnyView {
    let id = [form, "-", &input.name].concat();
    let help = [&id, "-help"].concat();
    let described = (!input.help.is_empty()).then(|| help.clone());
    let mut common = vec![
        at("id", id.clone()),
        at("data-name", &*input.name),
        at("data-kind", kind_name(&input.kind)),
        maybe("aria-describedby", described),
        flag("data-optional", input.optional),
    ];
    let mut label = vec![say(&*input.label)];
    if input.optional {
        label.push(span("optional", text("(optional)")));
    }
    let control = match &input.kind {
        Kind::Some(options) => {
            let chosen: Vec<&str> = input.value.split(',').collect();
            let boxes = options.iter().map(|(value, word)| {
                let id = [&id, "-", value].concat();
                let attributes = vec![
                    at("type", "checkbox"),
                    at("id", id.clone()),
                    at("value", &**value),
                    at("data-option", ""),
                    flag("checked", chosen.contains(&&**value)),
                ];
                div(
                    "switch",
                    vec![
                        el("input", attributes, vec![]),
                        el("label", vec![at("for", id)], vec![say(&**word)]),
                    ],
                )
            });
            let mut inside = vec![el("legend", vec![], label)];
            inside.extend(boxes);
            inside.extend((!input.help.is_empty()).then(|| hint(help, &input.help)));
            common.push(at("class", "field"));
            return el("fieldset", common, inside);
        }
        Kind::Choice(options) => {
            let options = options.iter().map(|(value, word)| {
                el(
                    "option",
                    vec![at("value", &**value), flag("selected", *value == input.value)],
                    vec![say(&**word)],
                )
            });
            el("select", common, options.collect())
        }
        Kind::Lines | Kind::List => {
            // The browser's half puts the value in: as the element's content it would stand beside the marks for hydration.
            common.extend([at("rows", "3"), at("autocapitalize", "none"), at("data-value", &*input.value)]);
            el("textarea", common, vec![])
        }
        Kind::Text | Kind::Email | Kind::Number | Kind::Color => {
            common.extend([
                at("type", kind_type(&input.kind)),
                at("value", &*input.value),
                at("autocomplete", "off"),
                at("data-1p-ignore", "true"),
                flag("required", !input.optional),
            ]);
            el("input", common, vec![])
        }
    };
    let mut all = vec![el("label", vec![at("for", id)], label)];
    all.extend((!input.help.is_empty()).then(|| hint(help, &input.help)));
    all.push(control);
    div("field", all)
}

fn hint(id: String, words: &str) -> AnyView {
    el("span", vec![at("class", "help"), at("id", id)], vec![say(words)])
}

fn kind_name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Number => "number",
        Kind::Choice(options)
            if options.iter().all(|(value, _)| value.bytes().all(|byte| byte.is_ascii_digit())) =>
        {
            "number"
        }
        Kind::List => "list",
        Kind::Some(_) => "some",
        _ => "text",
    }
}

fn kind_type(kind: &Kind) -> &'static str {
    match kind {
        Kind::Email => "email",
        Kind::Number => "number",
        Kind::Choice(options)
            if options.iter().all(|(value, _)| value.bytes().all(|byte| byte.is_ascii_digit())) =>
        {
            "number"
        }
        Kind::Color => "color",
        _ => "text",
    }
}

/// The field in which a name is typed before something that cannot be undone.
pub(crate) fn typed_name(name: &str) -> AnyView {
    let label = latchkey_shared::i18n::fill("Type {name} to go on.", &[name]);
    let input = el(
        "input",
        vec![
            at("id", "dialog-typed"),
            at("type", "text"),
            at("autocomplete", "off"),
            at("autocapitalize", "none"),
            at("spellcheck", "false"),
        ],
        vec![],
    );
    div(
        "field",
        vec![
            el("label", vec![at("for", "dialog-typed")], vec![say(label)]),
            input,
            p("help", text("This cannot be undone.")),
        ],
    )
}
