//! Texts with a fixed form, as the description of the API shows them. For fields whose Rust type is `String`. Compiled on
//! the host only (feature `schema`).

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};
use std::borrow::Cow;

/// Declares the form of a text.
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
    /// The name of an account.
    Slug = json!({ "type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "minLength": 1, "maxLength": latchkey_shared::limits::NAME_MAX });
    /// An origin that may embed the form.
    Origin = json!({
        "type": "string",
        "pattern": "^(https://[a-z0-9.-]+|http://(localhost|127\\.0\\.0\\.1))(:[0-9]{1,5})?$",
        "maxLength": 270,
    });
    /// A provider of this deployment.
    ProviderName = json!({ "type": "string", "enum": latchkey_catalogue::ids().collect::<Vec<_>>() });
    /// A project's own host name.
    Host = json!({ "type": "string", "pattern": "^[a-z0-9-]+(\\.[a-z0-9-]+)+$", "maxLength": 253 });
    /// SHA-256 in hex.
    Hash = json!({ "type": "string", "pattern": "^[0-9a-f]{64}$" });
}
