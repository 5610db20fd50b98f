//! One field: label, help, input, and the messages about its value.
//!
//! The input has no `name` and no bound value: no browser can submit it, and no code here writes to it. A choice is a list (`select`)
//! in its place, which only the server renders: the browser takes either over as it is.

use super::input_id;
use super::message_view::message_view;
#[cfg(feature = "ssr")]
use super::model::ListOption;
use super::model::{Action, Dispatch, FieldShape, FieldState, Flag, Text};
#[cfg(feature = "ssr")]
use crate::messages::CHOOSE;
use crate::messages::MESSAGES;
#[cfg(feature = "ssr")]
use leptos::attr::custom::custom_attribute as set;
#[cfg(feature = "ssr")]
use leptos::either;
use leptos::ev;
use leptos::prelude::*;

pub(crate) fn field_view(
    at: usize,
    field: &FieldShape,
    state: RwSignal<FieldState>,
    checking: Flag,
    dispatch: Dispatch,
) -> impl IntoView + use<> {
    let id = input_id(&field.id);
    let part = |word: &str| [id.as_str(), "-", word].concat();
    let described_by = ["help", "note", "warning", "error"].map(part).join(" ");
    let secret = field.secret;
    let follow = move |text: fn(&FieldState) -> &str| -> Text {
        Box::new(move || state.with(|state| text(state).to_owned()))
    };
    let kind: Text = if secret {
        follow(|state| if state.shown { "text" } else { "password" })
    } else {
        follow(|_| "text")
    };
    let accept: Text = Box::new(move || state.with(|state| (MESSAGES.accept)(state.suggestion())));
    let settled: Flag = Box::new(move || state.with(|state| state.suggestion().is_empty()));
    let invalid = follow(|state| truth(state.error.is_some()));
    let label = field.label.clone();
    let reveal = secret.then(|| {
        view! {
            <button
                class="reveal"
                type="button"
                aria-controls=id.clone()
                aria-pressed=follow(|state| truth(state.shown))
                on:mousedown=keep_focus
                on:click=when(dispatch, Action::Reveal(at))
            >
                {MESSAGES.show.text()}
                <span class="unseen">{[" ", label.as_str()].concat()}</span>
            </button>
        }
    });
    let input = view! {
        <input
            {..fixed(field, described_by.clone())}
            id=id.clone()
            type=kind
            aria-invalid=invalid
            readonly=checking
            on:input=when(dispatch, Action::Typed(at))
            on:paste=when(dispatch, Action::Pasted(at))
            on:blur=when(dispatch, Action::Left(at))
        />
    };
    #[cfg(feature = "ssr")]
    let input = match &field.options {
        None => either::Either::Left(input),
        Some(options) => either::Either::Right(list(field, options, id.clone(), described_by)),
    };
    view! {
        <div {..hidden_at_first(field)} class="field" data-field=field.id.clone()>
            <label {..foreign(&label)} for=id.clone()>
                {label.clone()} <span class="optional">{if field.optional { MESSAGES.optional.text() } else { String::new() }}</span>
            </label>
            <p {..foreign(field.help.as_deref().unwrap_or_default())} class="help" id=part("help")>{field.help.clone().unwrap_or_default()}</p>
            <div class="entry">
                {input}
                {reveal}
            </div>
            <p class="note" id=part("note") role="status">{follow(|state| &state.note)}</p>
            {message_view(part("warning"), "warning", "status", state, |state| &state.warning)}
            {message_view(part("error"), "error", "alert", state, |state| &state.error)}
            <button
                class="accept"
                type="button"
                hidden=settled
                on:mousedown=keep_focus
                on:click=when(dispatch, Action::Accept(at))
            >
                {accept}
            </button>
        </div>
    }
}

/// The attributes of an input that never change. Only the server renders them; the browser keeps them as they are.
#[cfg(feature = "ssr")]
fn fixed(field: &FieldShape, described_by: String) -> impl leptos::attr::Attribute + use<> {
    use latchkey_shared::field::ParseKind;
    (
        set("inputmode", if field.kind == ParseKind::Host { "url" } else { "text" }),
        set("placeholder", field.placeholder.clone()),
        set("aria-required", truth(!field.may_stay_empty)),
        set("aria-describedby", described_by),
        // Hosts, keys and ids read from left to right in every language.
        set("dir", if field.kind == ParseKind::Text { "auto" } else { "ltr" }),
        // Password managers and browsers neither fill in nor save a one-time code.
        set("autocomplete", if field.secret { "one-time-code" } else { "off" }),
        set("autocapitalize", "none"),
        set("autocorrect", "off"),
        set("spellcheck", "false"),
        set("data-1p-ignore", "true"),
        set("data-lpignore", "true"),
        set("data-bwignore", "true"),
        set("data-form-type", "other"),
    )
}

/// The list of a choice. With a value that is chosen at first, nothing else can be chosen than an option.
#[cfg(feature = "ssr")]
fn list(
    field: &FieldShape,
    options: &[ListOption],
    id: String,
    described_by: String,
) -> impl IntoView + use<> {
    let empty = options.iter().all(|option| !option.first);
    let empty = empty.then(|| view! { <option value="">{CHOOSE.text()}</option> });
    let options = options.iter().map(|ListOption { value, label, first }| {
        view! { <option value=value.clone() selected=*first>{label.clone()}</option> }
    });
    let attributes = (
        set("aria-required", truth(!field.optional)),
        set("aria-describedby", described_by),
        set("aria-invalid", "false"),
        set("autocomplete", "off"),
    );
    view! { <select {..attributes} id=id>{empty}{options.collect::<Vec<_>>()}</select> }
}

/// Hides a field that is asked for only after the key was verified.
#[cfg(feature = "ssr")]
fn hidden_at_first(field: &FieldShape) -> impl leptos::attr::Attribute + use<> {
    set("hidden", field.choice.then_some(""))
}

#[cfg(not(feature = "ssr"))]
fn hidden_at_first(_field: &FieldShape) {}

/// Marks a text of a provider file that is in English on a page in another language.
#[cfg(feature = "ssr")]
fn foreign(text: &str) -> impl leptos::attr::Attribute + use<> {
    set("lang", latchkey_shared::i18n::lang_of(text))
}

#[cfg(not(feature = "ssr"))]
fn foreign(_text: &str) {}

#[cfg(not(feature = "ssr"))]
fn fixed(_field: &FieldShape, _described_by: String) {}

/// A truth as an ARIA attribute, which must be present in both cases.
pub(crate) fn truth(truth: bool) -> &'static str {
    if truth { "true" } else { "false" }
}

/// Dispatches the action when the event comes.
pub(crate) fn when<E: 'static>(dispatch: Dispatch, act: Action) -> impl FnMut(E) + 'static {
    move |_| dispatch(act)
}

/// A press on a button leaves the focus in the input. So the on-screen keyboard stays, and no message that appears on blur
/// moves the button away from the pointer.
pub(crate) fn keep_focus(event: ev::MouseEvent) {
    event.prevent_default();
}
