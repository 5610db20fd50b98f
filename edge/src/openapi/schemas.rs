//! JSON Schemas of Rust types, collected under `components`. What is read and what is written are two sides: a type that is used
//! on both and looks different there gets the ending `Input` where it is read.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Where references lead to what is written, and for the time being to what is read.
const WRITTEN: &str = "/components/schemas";
const READ: &str = "/components/inputs";

/// What was described so far.
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

    /// The schema of a body that is read.
    pub(super) fn read<T: JsonSchema>(&mut self) -> Value {
        self.read.subschema_for::<T>().to_value()
    }

    /// The schema of a body that is written.
    pub(super) fn written<T: JsonSchema>(&mut self) -> Value {
        self.written.subschema_for::<T>().to_value()
    }

    /// Puts everything that was described into the document, and lets its references lead there.
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

/// The same value with other references.
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

/// Declares what a text must look like; for fields whose Rust type is `String`.
macro_rules! text {
    ($($(#[$meta:meta])* $name:ident = $schema:expr;)*) => {$(
        $(#[$meta])*
        pub(crate) struct $name;

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> schemars::Schema {
                let schema: Value = $schema;
                schema.try_into().unwrap_or_default()
            }
        }
    )*};
}

text! {
    /// A UUID.
    Uuid = json!({ "type": "string", "format": "uuid" });
    /// A time, ISO 8601 in UTC.
    Time = json!({ "type": "string", "format": "date-time" });
    /// A name of an account.
    Slug = json!({ "type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "minLength": 1, "maxLength": latchkey_shared::limits::NAME_MAX });
    /// An origin that may embed the form.
    Origin = json!({
        "type": "string",
        "pattern": "^(https://[a-z0-9.-]+|http://(localhost|127\\.0\\.0\\.1))(:[0-9]{1,5})?$",
        "maxLength": 270,
    });
    /// A provider of this deployment.
    ProviderName = json!({ "type": "string", "enum": latchkey_catalogue::ids().collect::<Vec<_>>() });
    /// A host name of a project’s own.
    Host = json!({ "type": "string", "pattern": "^[a-z0-9-]+(\\.[a-z0-9-]+)+$", "maxLength": 253 });
    /// SHA-256 in hex.
    Hash = json!({ "type": "string", "pattern": "^[0-9a-f]{64}$" });
}
