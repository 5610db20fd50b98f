//! The module's exports, for the form's program.

use js_sys::{Array, Object, Reflect};
use latchkey_shared::FieldError;
use latchkey_shared::browser::member;
use latchkey_shared::connect::Form;
use latchkey_shared::deep_link;
use latchkey_shared::field::{Field, fill_from_other_fields, key_in_address, value_from_others};
use latchkey_shared::i18n;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

thread_local! {
    /// The fields of the document's one form.
    static FIELDS: RefCell<Vec<Field>> = const { RefCell::new(Vec::new()) };
}

/// Reads the form (`definition` of `GET connect`) and the language's table (`words` of the page's data). The boot script calls this once.
///
/// # Errors
/// If there is no form: nothing can be parsed without it.
#[wasm_bindgen]
pub fn start(data: &JsValue) -> Result<(), JsValue> {
    i18n::speak(get(data, "words"));
    let form: Form = member(data, "form").ok_or(JsValue::NULL)?;
    FIELDS.set(form.fields);
    Ok(())
}

/// How the form's texts are read, an object for each field: `changes` is one text, `warning` and `error` are errors as the edge sends
/// them. `value` is the value, of a list only. `found` is the value that another field carries for this one, and `from` the index of that field. `key` is a key that stands in
/// this field's address, `to` the index of its field, and `address` the address without it.
///
/// Both lists are in the form's order. `typed` has the texts of the inputs; `sources` has the same without derived values, because
/// those are no sources of other values.
#[wasm_bindgen]
pub fn read(typed: Vec<String>, sources: Vec<String>) -> Array {
    let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
    let texts: Vec<&str> = typed.iter().map(String::as_str).collect();
    let results = Array::new();
    FIELDS.with_borrow(|fields| {
        for (at, (field, text)) in fields.iter().zip(&texts).enumerate() {
            let result = Object::new();
            // A missing value is reported at submit, not while somebody may still enter it.
            if !text.trim().is_empty() {
                match field.parse(text) {
                    Ok(parsed) => {
                        // A list cannot hold another text than its values.
                        if field.choice || !field.parse.regions.is_empty() {
                            set(&result, "value", &JsValue::from(&parsed.value));
                        }
                        set(&result, "changes", &parsed.changes.join(" ").into());
                        if let Some(warning) = parsed.warning {
                            set(&result, "warning", &error(warning));
                        }
                    }
                    Err(wrong) => set(&result, "error", &error(wrong)),
                }
            }
            if let Some((from, value)) = value_from_others(fields, &sources, at) {
                set(&result, "from", &JsValue::from(from as u32));
                set(&result, "found", &value.into());
            }
            if let Some(found) = key_in_address(fields, &texts, at) {
                set(&result, "to", &JsValue::from(found.at as u32));
                set(&result, "key", &found.key.into());
                set(&result, "address", &found.address.into());
            }
            results.push(&result);
        }
    });
    results
}

/// The values to submit, in the form's order, or else the errors: an object with `values` or with `errors`.
#[wasm_bindgen]
pub fn settle(typed: Vec<String>) -> Object {
    let texts: Vec<&str> = typed.iter().map(String::as_str).collect();
    let (mut values, mut errors) = (Vec::new(), Vec::new());
    FIELDS.with_borrow(|fields| {
        for (field, text) in fields.iter().zip(&texts) {
            match field.parse(text) {
                Ok(parsed) => values.push(parsed.value),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() {
            errors = fill_from_other_fields(fields, &texts, &mut values);
        }
    });
    let result = Object::new();
    if errors.is_empty() {
        set(&result, "values", &values.into_iter().map(JsValue::from).collect::<Array>());
    } else {
        set(&result, "errors", &errors.into_iter().map(error).collect::<Array>());
    }
    result
}

/// A link of the guide with the values of these texts, as [`deep_link::fill`] makes it.
#[wasm_bindgen]
pub fn link(template: &str, typed: Vec<String>) -> Option<String> {
    FIELDS.with_borrow(|fields| {
        let text = |at: usize| typed.get(at).cloned().unwrap_or_default();
        deep_link::fill(template, fields, text, |text| js_sys::encode_uri_component(text).into())
    })
}

/// An error as the edge sends it.
fn error(error: FieldError) -> JsValue {
    let object = Object::new();
    let causes: Array = error.causes.into_iter().map(JsValue::from).collect();
    set(&object, "field", &error.field.into());
    set(&object, "code", &error.code.as_str().into());
    set(&object, "message", &error.message.into());
    set(&object, "causes", &causes);
    set(&object, "fix", &error.fix.into());
    set(&object, "suggestion", &error.suggestion.into());
    object.into()
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // Cannot fail on a plain object.
    _ = Reflect::set(object, &name.into(), value);
}
