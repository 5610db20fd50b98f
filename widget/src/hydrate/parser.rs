//! The keeper of the parser's program, which reads what is typed (`widget/parser/`).
//!
//! Owns asking for the program and turning its objects into types. Refuses to hold up a submit for long: without the program the texts
//! are sent as they are, and the edge, which parses everything again, says what is wrong.

use super::boot::Boot;
use super::dom;
use super::page::Page;
use js_sys::{Array, Promise};
use latchkey_shared::FieldError;
use latchkey_shared::browser::{FromJs, member};
use std::cell::RefCell;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// How long a submit waits for the program, in milliseconds.
const PATIENCE: i32 = 8_000;

#[wasm_bindgen]
extern "C" {
    /// The program's exports (`widget/parser/src/browser.rs`).
    #[derive(Clone)]
    pub(super) type Program;

    #[wasm_bindgen(method)]
    fn read(this: &Program, typed: &Array, sources: &Array) -> Array;

    #[wasm_bindgen(method)]
    fn settle(this: &Program, typed: &Array) -> JsValue;

    #[wasm_bindgen(method)]
    fn link(this: &Program, template: &str, typed: &Array) -> Option<String>;
}

/// The program, once it is loaded.
pub(super) struct Parser {
    boot: Boot,
    loaded: RefCell<Option<Program>>,
}

/// What the program says about the text of one field.
pub(super) struct Reading {
    /// The changes to the text, as sentences.
    pub(super) changes: String,
    /// A warning, which does not stop the submit.
    pub(super) warning: Option<FieldError>,
    /// An error, which does.
    pub(super) error: Option<FieldError>,
    /// The value, of a list only.
    pub(super) value: Option<String>,
    /// The index of the field that carries a value of this one, and that value.
    pub(super) found: Option<(usize, String)>,
    /// A key in this field's address: the index of its field, and the key. Then the address without it.
    pub(super) key: Option<(usize, String, String)>,
}

impl FromJs for Reading {
    fn from_js(value: &JsValue) -> Option<Self> {
        let from: Option<u32> = member(value, "from")?;
        let found: Option<String> = member(value, "found")?;
        let to: Option<u32> = member(value, "to")?;
        let (key, address) =
            (member(value, "key").unwrap_or_default(), member(value, "address").unwrap_or_default());
        Some(Self {
            changes: member(value, "changes").unwrap_or_default(),
            warning: member(value, "warning")?,
            error: member(value, "error")?,
            value: member(value, "value")?,
            found: from.zip(found).map(|(from, value)| (from as usize, value)),
            key: to.map(|to| (to as usize, key, address)),
        })
    }
}

impl Parser {
    pub(super) fn new(boot: Boot) -> Self {
        Self { boot, loaded: RefCell::default() }
    }

    /// The program, if it is there already.
    pub(super) fn at_hand(&self) -> Option<Program> {
        self.loaded.borrow().clone()
    }

    /// The program, once it is loaded. `None` if it cannot be loaded.
    pub(super) async fn program(&self) -> Option<Program> {
        self.keep(self.boot.parser(false)).await
    }

    /// The same for a submit: it asks once more if loading failed before, and does not wait for ever.
    pub(super) async fn program_soon(&self) -> Option<Program> {
        let late = dom::after(PATIENCE);
        self.keep(Promise::race(&Array::of2(&self.boot.parser(true), &late))).await
    }

    async fn keep(&self, program: Promise) -> Option<Program> {
        if let Some(program) = self.at_hand() {
            return Some(program);
        }
        let loaded = JsFuture::from(program).await.ok().filter(|loaded| !loaded.is_undefined())?;
        self.loaded.replace(Some(loaded.unchecked_into()));
        self.at_hand()
    }
}

impl Program {
    /// What the program says about each field, in the form's order.
    pub(super) fn readings(&self, page: &Page) -> Vec<Reading> {
        let typed = page.all_typed();
        // A derived value is no source for another one.
        let sources = Array::new();
        for at in 0..typed.length() {
            let derived = page.derived_from(at as usize).is_some();
            sources.push(&if derived { JsValue::from("") } else { typed.get(at) });
        }
        Vec::from_js(&self.read(&typed, &sources)).unwrap_or_default()
    }

    /// The values to submit, in the form's order, or the errors that keep them from it.
    pub(super) fn values(&self, page: &Page) -> Result<Vec<String>, Vec<FieldError>> {
        let settled = self.settle(&page.all_typed());
        let values: Option<Vec<String>> = member(&settled, "values").flatten();
        values.ok_or_else(|| member(&settled, "errors").unwrap_or_default())
    }

    /// A link of the guide with the entered values; `None` while one of them is missing.
    pub(super) fn filled(&self, template: &str, page: &Page) -> Option<String> {
        self.link(template, &page.all_typed())
    }
}
