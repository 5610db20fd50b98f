//! JSON Schemas of Rust types, collected under `components`. A type may be read, written, or both. If its two schemas
//! differ, the one that is read gets a name with `Input` at its end.

use crate::router::SchemaOf;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Where references to written types lead, and, until the document is complete, references to read types.
const WRITTEN: &str = "/components/schemas";
const READ: &str = "/components/inputs";

/// The schemas so far.
pub(super) struct Schemas {
    read: SchemaGenerator,
    written: SchemaGenerator,
}

impl Schemas {
    pub(super) fn new() -> Self {
        let settings = |path: &'static str| {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.meta_schema = None;
                settings.definitions_path = path.into();
            })
        };
        Self {
            read: settings(READ).for_deserialize().into_generator(),
            written: settings(WRITTEN).for_serialize().into_generator(),
        }
    }

    /// The schema of a request's body.
    pub(super) fn read_by(&mut self, schema: SchemaOf) -> Value {
        schema(&mut self.read).to_value()
    }

    /// The schema of a response's body.
    pub(super) fn written_by(&mut self, schema: SchemaOf) -> Value {
        schema(&mut self.written).to_value()
    }

    /// The schema of a type that is read.
    pub(super) fn read<T: JsonSchema>(&mut self) -> Value {
        self.read.subschema_for::<T>().to_value()
    }

    /// The schema of a type that is written.
    pub(super) fn written<T: JsonSchema>(&mut self) -> Value {
        self.written.subschema_for::<T>().to_value()
    }

    /// Puts the schemas into the document, and corrects the references.
    pub(super) fn complete(mut self, mut document: Value) -> Value {
        let mut all = self.written.take_definitions(true);
        let mut names = BTreeMap::new();
        for (name, schema) in self.read.take_definitions(true) {
            let own = if all.get(&name).is_some_and(|written| *written != schema) {
                format!("{name}Input")
            } else {
                name.clone()
            };
            all.insert(own.clone(), schema);
            names.insert(format!("#{READ}/{name}"), format!("#{WRITTEN}/{own}"));
        }
        document["components"]["schemas"] = Value::Object(all);
        redirect(document, &names)
    }
}

/// The value, with references renamed.
fn redirect(value: Value, names: &BTreeMap<String, String>) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| {
                let other = (name == "$ref").then(|| names.get(value.as_str()?)).flatten();
                let value = other.map_or_else(|| redirect(value, names), |other| json!(other));
                (name, value)
            })
            .collect(),
        Value::Array(items) => items.into_iter().map(|item| redirect(item, names)).collect(),
        value => value,
    }
}
