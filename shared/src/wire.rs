//! `wire!` and `string_enum!`: declare a type of the wire once, and derive the readers of both sides from it.
//!
//! The edge and the tests get serde. The widget gets [`FromJs`](crate::browser::FromJs), which reads a result of the browser's
//! `JSON.parse` (a JSON parser compiled to wasm is larger than the framework). The JSON name stands in front
//! of each field, because a `macro_rules` cannot derive it. With the feature `schema`, which no wasm has, the API's description is
//! derived here too.

/// Declares structs that travel as JSON objects: `"jsonName" field: Type`.
///
/// Readers ignore unknown members, so that a newer edge can serve an older widget.
macro_rules! wire {
    ($(
        $(#[$meta:meta])*
        pub struct $name:ident { $( $(#[$fmeta:meta])* $json:literal $field:ident : $ty:ty ),* $(,)? }
    )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub struct $name {
            $( $(#[$fmeta])* #[cfg_attr(feature = "serde", serde(rename = $json))] pub $field: $ty, )*
        }

        #[cfg(feature = "browser")]
        impl crate::browser::FromJs for $name {
            fn from_js(value: &wasm_bindgen::JsValue) -> Option<Self> {
                Some(Self { $( $field: crate::browser::member(value, $json)?, )* })
            }
        }
    )*};
}

/// Declares an enum whose variants are fixed strings on the wire.
macro_rules! string_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $( $(#[$vmeta:meta])* $variant:ident = $word:literal ),* $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum $name {
            $( $(#[$vmeta])* #[cfg_attr(feature = "serde", serde(rename = $word))] $variant, )*
        }

        impl $name {
            /// The string on the wire.
            #[must_use]
            #[allow(unused_doc_comments, reason = "a variant's attributes may leave it out, and its documentation is one")]
            pub fn as_str(self) -> &'static str {
                match self { $( $(#[$vmeta])* Self::$variant => $word, )* }
            }

            /// The variant of a string. `None` for any other text.
            #[must_use]
            #[allow(unused_doc_comments, reason = "as above")]
            pub fn parse(word: &str) -> Option<Self> {
                match word { $( $(#[$vmeta])* $word => Some(Self::$variant), )* _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        #[cfg(feature = "browser")]
        impl crate::browser::FromJs for $name {
            fn from_js(value: &wasm_bindgen::JsValue) -> Option<Self> {
                Self::parse(&value.as_string()?)
            }
        }
    };
}
