//! Makes a JSON document smaller: removes members that are `null`, `false`, or an empty list or object.
//!
//! It is for documents whose readers treat a missing member the same way, such as the page's data.

use serde_json::Value;

/// Removes every empty member. Items of lists stay, because their position matters.
pub fn compact(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(compact);
            members.retain(|_, member| !is_blank(member));
        }
        Value::Array(items) => items.iter_mut().for_each(compact),
        _ => {}
    }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}
