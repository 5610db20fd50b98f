//! Tokens that contain the id of their project: format and parsing. The edge checks whether one is genuine (`edge/src/access/tokens.rs`).
//!
//! `P` is the project id in base62, so that a request finds its project's Durable Object without a lookup:
//! session id `P.<random>.<mac>`, session token `cs_<mode>_<session id>.<secret>`, API key
//! `lk_<mode>_<P>.<random>.<mac>.<secret>`; a console session's `lkc_…` and a sign-in link's `lkl_…` in the same way. Random, mac and half a secret are 128 bits in base62 each; a secret is two.

use crate::{Mode, ProjectId, base62, id::InvalidId};
use std::fmt;

/// `P.<random>.<mac>`: the public id of a session or an API key. It permits nothing without the secret.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RoutedId {
    /// The project. Untrusted until the MAC is checked.
    pub project: ProjectId,
    /// Random bits that make the id unique.
    pub random: u128,
    /// Truncated HMAC-SHA-256 under the deployment's route key.
    pub mac: u128,
}

/// The id of a connect session.
pub type SessionId = RoutedId;

impl RoutedId {
    /// Reads `P.<random>.<mac>`.
    ///
    /// # Errors
    /// If the text has another form.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let expected = InvalidId { expected: "three parts of 22 base62 characters, separated by dots" };
        let mut parts = text.split('.').map(base62::decode);
        match (
            text.split('.').next().map(ProjectId::from_base62),
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
        ) {
            (Some(Ok(project)), Some(_), Some(Some(random)), Some(Some(mac)), None) => {
                Ok(Self { project, random, mac })
            }
            _ => Err(expected),
        }
    }
}

impl fmt::Display for RoutedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.project.to_base62(), base62::encode(self.random), base62::encode(self.mac))
    }
}

impl fmt::Debug for RoutedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for RoutedId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for RoutedId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// The secret half of a token: 256 bits. `Debug` is redacted, and the edge stores only its hash.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TokenSecret([u128; 2]);

impl TokenSecret {
    /// Makes a secret from 32 random bytes.
    #[must_use]
    pub fn from_random(bytes: [u8; 32]) -> Self {
        let half =
            |at: usize| bytes[at..at + 16].iter().fold(0u128, |number, &byte| number << 8 | u128::from(byte));
        Self([half(0), half(16)])
    }

    fn parse(text: &str) -> Option<Self> {
        Some(Self([base62::decode(text.get(..base62::WIDTH)?)?, base62::decode(text.get(base62::WIDTH..)?)?]))
    }

    fn text(self) -> String {
        base62::encode(self.0[0]) + &base62::encode(self.0[1])
    }

    /// The bytes to hash.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes[..16].copy_from_slice(&self.0[0].to_be_bytes());
        bytes[16..].copy_from_slice(&self.0[1].to_be_bytes());
        bytes
    }
}

impl fmt::Debug for TokenSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenSecret(…)")
    }
}

macro_rules! token {
    ($(#[$meta:meta])* $name:ident, $prefix:literal) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub struct $name {
            /// The mode, from the prefix.
            pub mode: Mode,
            /// The public id, which names the project.
            pub id: RoutedId,
            /// The secret, which proves possession.
            pub secret: TokenSecret,
        }

        impl $name {
            /// Parses the token. The result is *unverified*: the caller must check the MAC and the secret.
            ///
            /// # Errors
            /// If the text has another form.
            pub fn parse(text: &str) -> Result<Self, InvalidId> {
                let read = || {
                    let rest = text.strip_prefix($prefix)?;
                    let (mode, rest) = rest.split_once('_')?;
                    let (id, secret) = rest.rsplit_once('.')?;
                    Some(Self { mode: Mode::parse(mode)?, id: RoutedId::parse(id).ok()?, secret: TokenSecret::parse(secret)? })
                };
                read().ok_or(InvalidId { expected: concat!("a token that begins with ", $prefix) })
            }

            /// The whole token, secret included. Say in a comment at each call why it may be written out.
            #[must_use]
            pub fn expose(&self) -> String {
                format!(concat!($prefix, "{}_{}.{}"), self.mode, self.id, self.secret.text())
            }
        }
    };
}

token! {
    /// A session token, with which one end user links one account: `cs_test_…` or `cs_live_…`.
    SessionToken, "cs_"
}
token! {
    /// A project's secret key: `lk_test_…` or `lk_live_…`.
    ApiKey, "lk_"
}
token! {
    /// The token of a console session, which the cookie of a signed-in browser has: `lkc_test_…` or `lkc_live_…`.
    ConsoleToken, "lkc_"
}
token! {
    /// The token of a link that signs in to the console once: `lkl_test_…` or `lkl_live_…`.
    ConsoleLink, "lkl_"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> SessionToken {
        SessionToken {
            mode: Mode::Test,
            id: RoutedId { project: ProjectId::from_random([7; 16]), random: 1, mac: u128::MAX },
            secret: TokenSecret::from_random([9; 32]),
        }
    }

    #[test]
    fn a_token_reads_back() {
        assert_eq!(SessionToken::parse(&token().expose()), Ok(token()));
        assert!(ApiKey::parse(&token().expose()).is_err());
    }

    #[test]
    fn a_session_id_reads_back() {
        assert_eq!(RoutedId::parse(&token().id.to_string()), Ok(token().id));
    }

    #[test]
    fn cut_or_grown_tokens_are_refused() {
        let text = token().expose();
        for end in 0..text.len() {
            assert!(SessionToken::parse(&text.chars().take(end).collect::<String>()).is_err(), "{end}");
        }
        assert!(SessionToken::parse(&format!("{text}0")).is_err());
        assert!(SessionToken::parse(&text.replace("test", "prod")).is_err());
        assert!(RoutedId::parse(&format!("{}.{}", token().id, "0".repeat(22))).is_err());
    }

    #[test]
    fn debug_does_not_show_the_secret() {
        assert!(format!("{:?}", token()).contains("TokenSecret(…)"));
    }
}
