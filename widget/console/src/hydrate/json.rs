//! JSON by the browser's own parser. That of `serde_json` would be a tenth of the program.

use js_sys::{Array, JSON, Object, Reflect};
use serde_json::{Map, Value};
use wasm_bindgen::{JsCast, JsValue};

/// The largest whole number that JavaScript holds exactly.
const WHOLE_MAX: f64 = 9_007_199_254_740_991.0;

/// A text of JSON. Null if it is none.
pub(super) fn parse(text: &str) -> Value {
    JSON::parse(text).map_or(Value::Null, |value| read(&value))
}

/// A value of JavaScript that came out of JSON.
pub(super) fn read(value: &JsValue) -> Value {
    if let Some(text) = value.as_string() {
        return Value::String(text);
    }
    if let Some(truth) = value.as_bool() {
        return Value::Bool(truth);
    }
    if let Some(number) = value.as_f64() {
        let whole = number.trunc() == number && number.abs() <= WHOLE_MAX;
        return if whole { Value::from(number as i64) } else { Value::from(number) };
    }
    if let Some(list) = value.dyn_ref::<Array>() {
        return Value::Array(list.iter().map(|item| read(&item)).collect());
    }
    let Some(object) = value.dyn_ref::<Object>() else { return Value::Null };
    let mut members = Map::new();
    for name in Object::keys(object).iter() {
        let member = Reflect::get(object, &name).map_or(Value::Null, |member| read(&member));
        members.insert(name.as_string().unwrap_or_default(), member);
    }
    Value::Object(members)
}

fn write(value: &Value) -> JsValue {
    match value {
        Value::Null => JsValue::NULL,
        Value::Bool(truth) => (*truth).into(),
        Value::Number(number) => number.as_f64().unwrap_or_default().into(),
        Value::String(text) => text.into(),
        Value::Array(list) => list.iter().map(write).collect::<Array>().into(),
        Value::Object(members) => {
            let object = Object::new();
            for (name, member) in members {
                // Cannot fail on a plain object.
                _ = Reflect::set(&object, &name.into(), &write(member));
            }
            object.into()
        }
    }
}

/// The text of a value.
pub(super) fn text(value: &Value) -> String {
    JSON::stringify(&write(value)).map_or_else(|_| String::new(), String::from)
}

/// The text of a value, in lines.
pub(crate) fn pretty(value: &Value) -> String {
    let spaces = JsValue::from_f64(2.0);
    JSON::stringify_with_replacer_and_space(&write(value), &JsValue::NULL, &spaces)
        .map_or_else(|_| String::new(), String::from)
}
