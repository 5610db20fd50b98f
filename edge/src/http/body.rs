//! Reads JSON bodies. `media.rs` has what they may be declared as, and `shape.rs` what is said about one that cannot be read.

use super::shape::malformed;
use super::{BODY_MAX, Body, Request, media};
use crate::error::{Error, Result};
use latchkey_shared::{ErrorCode, msg};
use serde::de::{DeserializeOwned, Visitor};
use serde::{Deserialize, Deserializer};

/// Reads the body as JSON of the type `T`.
///
/// # Errors
/// If the body is not declared as JSON, compressed, too large, not valid JSON, or does not have the shape of `T`.
pub fn json<T: DeserializeOwned>(request: &Request) -> Result<T> {
    media::check(request)?;
    let Body::Bytes(bytes) = &request.body else {
        return Err(Error::new(
            ErrorCode::BodyTooLarge,
            msg!("The body is longer than {bytes} bytes.", bytes = BODY_MAX.to_string()),
            msg!("Send only the documented members."),
        ));
    };
    serde_json::from_slice(bytes).map(|Object(body)| body).map_err(|error| malformed(bytes, &error))
}

/// Reads a member that is present but may be `null`: with `#[serde(default)]`, a missing member is `None`, and `null` is `Some(None)`.
///
/// # Errors
/// If the value does not have the shape of `T`.
pub fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A whole number, in any of JSON's spellings (`60`, `60.0`, `6e1`). Any other number reads as zero, which is in no range.
#[derive(Clone, Copy, Debug)]
pub struct Whole(pub i64);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Number;

        impl Visitor<'_> for Number {
            type Value = Whole;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a number")
            }

            fn visit_i64<E>(self, number: i64) -> std::result::Result<Whole, E> {
                Ok(Whole(number))
            }

            fn visit_u64<E>(self, number: u64) -> std::result::Result<Whole, E> {
                Ok(Whole(i64::try_from(number).unwrap_or(0)))
            }

            fn visit_f64<E>(self, number: f64) -> std::result::Result<Whole, E> {
                Ok(Whole(if number.fract() == 0.0 { number as i64 } else { 0 }))
            }
        }

        // Not `deserialize_any`, with which the parser stops inside of a list that is no number.
        deserializer.deserialize_f64(Number)
    }
}

/// A struct that is read from an object only. Serde reads one from a list too, by position, which nobody documents.
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        T::deserialize(StructAsMap(deserializer)).map(Self)
    }
}

struct StructAsMap<D>(D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for StructAsMap<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, D::Error> {
        self.0.deserialize_map(visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct
        seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
