//! The form as a whole: its fields, its button, and its message.

use super::MORE_OPTIONS;
use super::field_view::{field_view, keep_focus, truth};
use super::message_view::message_view;
use super::model::{Action, Dispatch, Flag, FormModel, FormShape, FormState, Phase, Text};
use crate::messages::MESSAGES;
use leptos::ev;
use leptos::prelude::*;

/// The parts of a form, the same on both sides.
pub(crate) struct FormParts<'a> {
    /// The fields.
    pub(crate) form: &'a FormShape,
    /// Its state.
    pub(crate) model: &'a FormModel,
    /// Receives the person's actions.
    pub(crate) dispatch: Dispatch,
}

/// The form's markup.
pub(crate) fn form_view(parts: FormParts<'_>) -> impl IntoView + use<> {
    let FormParts { form, model, dispatch } = parts;
    let state = model.form;
    let is = move |phase: Phase| -> Flag { Box::new(move || state.with(|state| state.phase == phase)) };
    let follow = move |text: fn(&FormState) -> &str| -> Text {
        Box::new(move || state.with(|state| text(state).to_owned()))
    };
    let fields_of = |folded: bool| {
        let fields = form.fields.iter().zip(&model.fields).enumerate();
        let fields = fields.filter(|(_, (field, _))| field.advanced == folded);
        fields
            .map(|(at, (field, &state))| field_view(at, field, state, is(Phase::Checking), dispatch))
            .collect::<Vec<_>>()
    };
    let folded = fields_of(true);
    let nothing_folded = folded.is_empty();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        dispatch(Action::Submit);
    };
    let on_button: Text = Box::new(move || {
        let checking = state.with(|state| state.phase == Phase::Checking);
        (if checking { MESSAGES.checking } else { MESSAGES.connect }).text()
    });
    view! {
        <section id="latchkey-form" data-state=follow(|state| state.phase.as_str()) aria-labelledby="latchkey-title">
            <form novalidate autocomplete="off" hidden=is(Phase::Connected) on:submit=submit>
                {fields_of(false)}
                <details id=MORE_OPTIONS class="more-options" hidden=nothing_folded>
                    <summary>{if form.update { MESSAGES.kept.text() } else { MESSAGES.more.text() }}</summary>
                    {folded}
                </details>
                {message_view("latchkey-alert".into(), "alert", "alert", state, |state| &state.alert)}
                <div class="actions" hidden=is(Phase::Ended)>
                    <button
                        class="primary"
                        type="submit"
                        aria-busy=follow(|state| truth(state.phase == Phase::Checking))
                        on:mousedown=keep_focus
                    >
                        {on_button}
                    </button>
                    <p class="assurance">{(MESSAGES.assurance)(&form.name)}</p>
                </div>
            </form>
            <p class="unseen" role="status">{follow(|state| &state.live)}</p>
        </section>
    }
}
