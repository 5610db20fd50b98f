//! The one form of the document: its fields, its state, and its token.

use super::boot::Boot;
use super::dom;
use super::host_events::HostEvents;
use super::parser::Parser;
use super::sealer::Sealer;
use crate::attempt::Attempt;
use crate::form::{FieldShape, FieldState, FormMessage, FormModel, FormShape, FormState, Phase, input_id};
use crate::messages::MESSAGES;
use js_sys::{Array, Promise};
use latchkey_shared::Secret;
use latchkey_shared::browser::{FromJs, member};
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use web_sys::{AbortController, Element, HtmlInputElement};

/// The attribute with a text that was pasted into a list.
pub(super) const PASTED: &str = "data-pasted";

pub(super) struct Page {
    pub(super) form: FormShape,
    pub(super) model: FormModel,
    pub(super) host_events: HostEvents,
    pub(super) parser: Parser,
    pub(super) sealer: Sealer,
    pub(super) boot: Boot,
    /// Proves possession of the session.
    pub(super) token: RefCell<Secret>,
    /// The last attempt, while its outcome is unknown.
    pub(super) open_attempt: RefCell<Option<Attempt>>,
    /// Whether a submit waits for the reply of `GET connect`.
    pub(super) waiting: Cell<bool>,
    /// Aborts the request that is under way.
    pub(super) call: RefCell<Option<AbortController>>,
    /// Whether the person has canceled the attempt under way.
    pub(super) canceled: Cell<bool>,
    /// Counts each input's changes. A check that waits for a pause compares the count before and after.
    pub(super) changes: Vec<Cell<u32>>,
    /// For each input with a derived value: its index, and the index of the source.
    derived_from: RefCell<Vec<(usize, usize)>>,
}

impl Page {
    /// `None` when the page's data has an unknown shape.
    pub(super) fn new(page_data: &JsValue, token: String, session: Promise, boot: Boot) -> Option<Self> {
        let form: FormShape = member(page_data, "form")?;
        Some(Self {
            model: FormModel::new(form.fields.len()),
            changes: vec![Cell::new(0); form.fields.len()],
            form,
            host_events: HostEvents::new(boot.clone()),
            parser: Parser::new(boot.clone()),
            sealer: Sealer::new(boot.clone(), session),
            boot,
            token: RefCell::new(Secret::new(token)),
            open_attempt: RefCell::default(),
            waiting: Cell::new(false),
            call: RefCell::default(),
            canceled: Cell::new(false),
            derived_from: RefCell::default(),
        })
    }

    pub(super) fn field(&self, at: usize) -> Option<(&FieldShape, RwSignal<FieldState>)> {
        Some((self.form.fields.get(at)?, *self.model.fields.get(at)?))
    }

    /// The input of a field, or its list: what is used here, they have in common.
    pub(super) fn input(&self, at: usize) -> Option<HtmlInputElement> {
        let input = dom::by_id::<Element>(&input_id(&self.form.fields.get(at)?.id))?;
        Some(input.unchecked_into())
    }

    /// The text in the input right now.
    pub(super) fn typed(&self, at: usize) -> String {
        self.input(at).map(|input| input.value()).unwrap_or_default()
    }

    /// The text in each input, in the form's order. For a list it may be a text that was pasted there, and is to be read.
    pub(super) fn all_typed(&self) -> Array {
        let texts = Array::new();
        for at in 0..self.form.fields.len() {
            texts.push(&self.pasted(at).unwrap_or_else(|| self.typed(at)).into());
        }
        texts
    }

    /// Whether nothing is there to be read: all inputs are empty. What is chosen in a list needs no reading.
    pub(super) fn is_blank(&self) -> bool {
        (0..self.form.fields.len()).all(|at| match self.is_list(at) {
            true => self.pasted(at).is_none(),
            false => self.typed(at).trim().is_empty(),
        })
    }

    /// Whether the field is a list.
    pub(super) fn is_list(&self, at: usize) -> bool {
        self.input(at).is_some_and(|input| input.type_() == "select-one")
    }

    /// A text that was pasted into a list, which cannot hold it itself. It is never submitted.
    pub(super) fn pasted(&self, at: usize) -> Option<String> {
        self.input(at)?.get_attribute(PASTED)
    }

    /// Whether code may write to an input: nobody has touched it (the boot script marks that from the start), and it is empty,
    /// holds a derived value, or is a list.
    pub(super) fn may_write(&self, at: usize) -> bool {
        let Some(input) = self.input(at).filter(|input| !input.has_attribute("data-touched")) else {
            return false;
        };
        input.value().is_empty() || self.is_list(at) || self.derived_from(at).is_some()
    }

    /// Whether a required field that is not secret is still empty.
    pub(super) fn lacks_required_value(&self) -> bool {
        let mut fields = self.form.fields.iter().enumerate();
        fields.any(|(at, field)| !(field.secret || field.may_stay_empty) && self.typed(at).is_empty())
    }

    /// The field that the value of an input is derived from, unless somebody has typed there since.
    pub(super) fn derived_from(&self, at: usize) -> Option<usize> {
        let from = self.derived_from.borrow().iter().find(|(to, _)| *to == at)?.1;
        self.input(at).filter(|input| !input.has_attribute("data-touched"))?;
        Some(from)
    }

    /// Notes the field that the value of an input is derived from.
    pub(super) fn note_derived(&self, at: usize, from: usize) {
        let mut derived_from = self.derived_from.borrow_mut();
        derived_from.retain(|(to, _)| *to != at);
        derived_from.push((at, from));
    }

    /// Puts a choice into the list of a field, at a place that is counted from 0. Those behind it are removed.
    pub(super) fn offer(&self, at: usize, place: usize, value: &str, label: &str) {
        if let Some(input) = self.input(at) {
            self.boot.offer(&input, place as u32 + 1, value, label);
        }
    }

    pub(super) fn focus(&self, at: usize) {
        if let Some(field) = self.form.fields.get(at) {
            dom::focus_soon(input_id(&field.id));
        }
    }

    pub(super) fn reveal(&self, at: usize) {
        if let Some((_, state)) = self.field(at) {
            state.update(|state| state.shown = !state.shown);
        }
    }

    /// Whether the form was taken off the page while something was awaited.
    pub(super) fn is_gone(&self) -> bool {
        self.model.form.is_disposed()
    }

    /// No submit can succeed any more: shows the reason in place of the button. Entered values stay.
    pub(super) fn end(&self, message: FormMessage) {
        self.show(Phase::Ended, message);
        dom::focus_soon("latchkey-alert".to_owned());
    }

    /// Aborts the request that is under way. The code that sent it then asks for the outcome.
    pub(super) fn cancel(&self) {
        if self.phase() == Phase::Checking {
            self.canceled.set(true);
            if let Some(call) = self.call.take() {
                call.abort();
            }
        }
    }

    /// Uses a new token, if it differs, and opens the form again if the session before had ended.
    pub(super) fn renew(&self, token: String) {
        let token = Secret::new(token);
        if *self.token.borrow() == token {
            return;
        }
        self.token.replace(token);
        self.open_attempt.take();
        if self.phase() == Phase::Ended {
            self.show(Phase::Asking, FormMessage::default());
            self.announce(MESSAGES.renewed.text());
        }
    }

    pub(super) fn phase(&self) -> Phase {
        self.model.form.with_untracked(|form| form.phase)
    }

    /// Sets the phase of the form, and its message.
    pub(super) fn show(&self, phase: Phase, alert: FormMessage) {
        self.model.form.update(|form| *form = FormState { phase, alert, ..FormState::default() });
    }

    /// Lets screen readers announce something.
    pub(super) fn announce(&self, live: String) {
        self.model.form.update(|form| form.live = live);
    }
}

impl FromJs for FormShape {
    fn from_js(value: &JsValue) -> Option<Self> {
        Some(Self {
            app: member(value, "app")?,
            name: member(value, "name")?,
            update: member(value, "update")?,
            fields: member(value, "fields")?,
        })
    }
}

impl FromJs for FieldShape {
    fn from_js(value: &JsValue) -> Option<Self> {
        let optional: bool = member(value, "optional")?;
        let inferred: bool = member(value, "inferred")?;
        let choice: bool = member(value, "choice")?;
        Some(Self {
            id: member(value, "id")?,
            label: member(value, "label")?,
            help: member(value, "help")?,
            secret: member(value, "secret")?,
            may_stay_empty: optional || inferred || choice,
            optional,
            advanced: member(value, "advanced")?,
        })
    }
}
