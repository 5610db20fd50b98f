//! Reads wire types from JavaScript values, and uses the browser's URL parser. `wire!` implements [`FromJs`] for each struct.

use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen]
extern "C" {
    type URL;
    #[wasm_bindgen(constructor, catch)]
    fn new(url: &str) -> Result<URL, JsValue>;
    #[wasm_bindgen(method, getter)]
    fn hostname(this: &URL) -> String;
}

/// A host name as the browser looks it up, with labels outside ASCII in their `xn--` form. `None` if it is not a host name.
pub(crate) fn host_in_ascii(host: &str) -> Option<String> {
    Some(URL::new(&["https://", host].concat()).ok()?.hostname())
}

/// A type that can be read from a result of `JSON.parse`.
pub trait FromJs: Sized {
    /// `None` if the value has another shape.
    fn from_js(value: &JsValue) -> Option<Self>;
}

/// Reads one member of an object; a missing member reads as `undefined`.
pub fn member<T: FromJs>(object: &JsValue, name: &str) -> Option<T> {
    T::from_js(&get(object, name)?)
}

/// Not inlined, because every member of every wire type calls it.
#[inline(never)]
fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &JsValue::from_str(name)).ok()
}

impl FromJs for String {
    #[inline(never)]
    fn from_js(value: &JsValue) -> Option<Self> {
        value.as_string()
    }
}

impl FromJs for bool {
    /// A missing member reads as `false`.
    fn from_js(value: &JsValue) -> Option<Self> {
        Some(value.as_bool().unwrap_or(false))
    }
}

impl FromJs for u32 {
    fn from_js(value: &JsValue) -> Option<Self> {
        let number = value.as_f64()?;
        (number >= 0.0 && number <= f64::from(u32::MAX)).then_some(number as u32)
    }
}

impl<T: FromJs> FromJs for Option<T> {
    fn from_js(value: &JsValue) -> Option<Self> {
        if value.is_null() || value.is_undefined() { Some(None) } else { T::from_js(value).map(Some) }
    }
}

impl<T: FromJs> FromJs for Vec<T> {
    /// A missing member reads as empty.
    fn from_js(value: &JsValue) -> Option<Self> {
        if value.is_undefined() {
            return Some(Vec::new());
        }
        // A loop: collecting into an option costs more code for each type.
        let mut items = Self::new();
        let array = value.dyn_ref::<Array>()?;
        for at in 0..array.length() {
            items.push(T::from_js(&array.get(at))?);
        }
        Some(items)
    }
}
