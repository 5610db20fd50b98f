//! Ids, each with its own type, so that one cannot be used in place of another.

use crate::base62;
use crate::limits::NAME_MAX;
use std::fmt;

/// The error for a text that is not an id. It does not repeat the text, which may be a secret in the wrong place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidId {
    /// The expected form, for developers.
    pub expected: &'static str,
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}", self.expected)
    }
}

impl std::error::Error for InvalidId {}

fn parse_uuid(text: &str) -> Option<u128> {
    let shaped = text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    if !shaped {
        return None;
    }
    let digits: String = text.chars().filter(|&c| c != '-').collect();
    u128::from_str_radix(&digits, 16).ok()
}

fn write_uuid(number: u128, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let part = |shift: u32, bits: u32| (number >> shift) & ((1u128 << bits) - 1);
    write!(
        f,
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        part(96, 32),
        part(80, 16),
        part(64, 16),
        part(48, 16),
        part(0, 48)
    )
}

macro_rules! uuid_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl $name {
            /// A version 4 UUID (RFC 9562, section 5.4) of sixteen random bytes.
            #[must_use]
            pub fn from_random(bytes: [u8; 16]) -> Self {
                let number = u128::from_be_bytes(bytes);
                Self(number & !(0xf << 76) & !(0b11 << 62) | (0x4 << 76) | (0b10 << 62))
            }

            /// Reads the hyphenated form, in either case.
            ///
            /// # Errors
            /// If the text has another form.
            pub fn parse(text: &str) -> Result<Self, InvalidId> {
                parse_uuid(text).map(Self).ok_or(InvalidId { expected: "a UUID" })
            }

            /// The form used inside tokens: 22 characters of base62.
            #[must_use]
            pub fn to_base62(self) -> String {
                base62::encode(self.0)
            }

            /// Reads [`Self::to_base62`].
            ///
            /// # Errors
            /// If the text has another form.
            pub fn from_base62(text: &str) -> Result<Self, InvalidId> {
                base62::decode(text).map(Self).ok_or(InvalidId { expected: "22 characters of base62" })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_uuid(self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_uuid(self.0, f)
            }
        }

        as_text!($name);
    };
}

macro_rules! word_id {
    ($(#[$meta:meta])* $name:ident, $expected:literal, $valid:expr) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(String);

        impl $name {
            /// Reads the id.
            ///
            /// # Errors
            /// If the text has another form.
            pub fn parse(text: &str) -> Result<Self, InvalidId> {
                let valid: fn(&[u8]) -> bool = $valid;
                if (1..=40).contains(&text.len()) && valid(text.as_bytes()) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(InvalidId { expected: $expected })
                }
            }

            /// The id's text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        as_text!($name);
    };
}

/// On the wire an id is its text.
macro_rules! as_text {
    ($name:ident) => {
        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }

        #[cfg(feature = "browser")]
        impl crate::browser::FromJs for $name {
            fn from_js(value: &wasm_bindgen::JsValue) -> Option<Self> {
                Self::parse(&value.as_string()?).ok()
            }
        }
    };
}

uuid_id! {
    /// A project: the unit of isolation.
    ProjectId
}
uuid_id! {
    /// A stored account.
    ConnectionId
}

impl ConnectionId {
    /// A name for this account: `name` with the first eight digits of the id behind it, at most [`NAME_MAX`] characters.
    #[must_use]
    pub fn suffixed(&self, name: &str) -> String {
        let id = self.to_string();
        let suffix = id.split('-').next().unwrap_or_default();
        let kept: String = name.chars().take(NAME_MAX - 1 - suffix.len()).collect();
        [kept.trim_end_matches('-'), "-", suffix].concat()
    }
}
word_id! {
    /// A provider, such as `okta`: lower-case letters, digits and hyphens, beginning with a letter.
    ProviderId, "1 to 40 lower-case letters, digits and hyphens, beginning with a letter",
    |bytes| bytes[0].is_ascii_lowercase() && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
}
word_id! {
    /// A field, such as `apiToken`: letters and digits, beginning with a lower-case letter. It is also the key of the
    /// credential in the App Connections API.
    FieldId, "1 to 40 letters and digits, beginning with a lower-case letter",
    |bytes| bytes[0].is_ascii_lowercase() && bytes.iter().all(u8::is_ascii_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_reads_back_in_both_forms() {
        let id = ProjectId::parse("7FFBB072-2575-495a-b5b0-127f88caef78").unwrap();
        assert_eq!(id.to_string(), "7ffbb072-2575-495a-b5b0-127f88caef78");
        assert_eq!(ProjectId::from_base62(&id.to_base62()), Ok(id));
    }

    #[test]
    fn a_random_id_is_a_version_4_uuid() {
        assert_eq!(ConnectionId::from_random([0xff; 16]).to_string(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(ConnectionId::from_random([0; 16]).to_string(), "00000000-0000-4000-8000-000000000000");
    }

    #[test]
    fn a_name_with_the_id_behind_it_is_never_too_long() {
        let id = ConnectionId::from_random([0xff; 16]);
        assert_eq!(id.suffixed("okta-acme"), "okta-acme-ffffffff");
        assert_eq!(id.suffixed(&"é".repeat(NAME_MAX)).chars().count(), NAME_MAX);
        assert_eq!(id.suffixed(&"-".repeat(NAME_MAX)), "-ffffffff");
    }

    #[test]
    fn a_text_of_another_form_is_refused() {
        for text in ["", "7ffbb0722575495ab5b0127f88caef78", "7ffbb072-2575-495a-b5b0-127f88caef7g", "é"] {
            assert!(ProjectId::parse(text).is_err(), "{text}");
        }
        for text in ["", "Okta", "okta!", "1password", "a-provider-name-that-is-longer-than-forty-characters"]
        {
            assert!(ProviderId::parse(text).is_err(), "{text}");
        }
        for text in ["", "ApiToken", "api_token", "api-token", "__proto__"] {
            assert!(FieldId::parse(text).is_err(), "{text}");
        }
    }
}
