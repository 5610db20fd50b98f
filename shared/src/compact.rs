//! Leaves out of a JSON document what reads the same when it is not there: `null`, `false`, and empty lists and objects.
//!
//! For documents whose readers take what is missing for that: the page's data.

use serde_json::Value;

/// Takes away every member that says nothing. Items of lists stay, because their place counts.
pub fn compact(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(compact);
            members.retain(|_, member| !says_nothing(member));
        }
        Value::Array(items) => items.iter_mut().for_each(compact),
        _ => {}
    }
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}
