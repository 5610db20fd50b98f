//! `ctx.storage.transactionSync`, which the bindings do not offer: what throws inside is rolled back.

use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use worker::{Error, Result, State};

/// Runs `work` on `sql`; if it fails, nothing that it wrote stays.
///
/// # Errors
/// What `work` failed with, or the database's refusal to commit.
pub(super) fn run<S: 'static, T: 'static>(
    state: &State,
    sql: S,
    work: impl FnOnce(&S) -> std::result::Result<T, String> + 'static,
) -> Result<T> {
    let outcome = Rc::new(RefCell::new(None));
    let inside = outcome.clone();
    let closure = Closure::once(move || -> std::result::Result<JsValue, JsValue> {
        let done = work(&sql);
        let thrown = done.as_ref().err().map(|_| JsValue::from_str("rolled back"));
        *inside.borrow_mut() = Some(done);
        thrown.map_or(Ok(JsValue::UNDEFINED), Err)
    });
    let storage = state.storage();
    let storage: &JsValue = storage.as_raw().as_ref();
    let transaction: js_sys::Function = js_sys::Reflect::get(storage, &JsValue::from_str("transactionSync"))
        .map_err(Error::from)?
        .dyn_into()
        .map_err(Error::from)?;
    let committed = transaction.call1(storage, closure.as_ref());
    match (outcome.take(), committed) {
        (Some(Ok(value)), Ok(_)) => Ok(value),
        (Some(Err(error)), _) => Err(Error::from(error)),
        (_, Err(error)) => Err(Error::from(error)),
        (None, Ok(_)) => Err(Error::from("the transaction did not run")),
    }
}
