//! What a sealed answer is bound to (HPKE, RFC 9180). Both sides compile it, so that they cannot disagree.
//!
//! Owns the suite's name, and the bytes of `info` and of the associated data. Refuses to encrypt: the sender is
//! `widget/seal`, the receiver `edge/src/crypto/hpke.rs`.

use crate::Mode;

/// The one suite there is (RFC 9180, section 7): KEM 0x0020, KDF 0x0001, AEAD 0x0002.
pub const SUITE: &str = "DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM";

/// Names the layout of everything below. Another layout gets another name.
const FORMAT: &str = "ls1";

wire! {
    /// The key that answers are sealed to, as `GET connect` tells it.
    pub struct SealingKey {
        /// Names it.
        "kid" kid: String,
        /// The serialized public key (RFC 9180, section 7.1.1), base64url.
        "publicKey" public_key: String,
        /// What it is a key of; anything but [`SUITE`] is not to be used.
        "suite" suite: String,
    }
}

/// What one sealed answer belongs to. Changed in any part, it does not open.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The key it is sealed to.
    pub kid: &'a str,
    /// The session's mode.
    pub mode: Mode,
    /// The session's id, `P.<random>.<mac>`, with the project's in front.
    pub session: &'a str,
    /// The attempt it is submitted with.
    pub attempt: &'a str,
    /// The field it answers.
    pub field: &'a str,
}

impl Context<'_> {
    /// The `info` of the key schedule (RFC 9180, section 5.1): format, suite, key id, mode, project, session.
    #[must_use]
    pub fn info(&self) -> Vec<u8> {
        let project = self.session.split('.').next().unwrap_or_default();
        bind(&[FORMAT, SUITE, self.kid, self.mode.as_str(), project, self.session])
    }

    /// The associated data (RFC 9180, section 5.2): attempt and field.
    #[must_use]
    pub fn associated_data(&self) -> Vec<u8> {
        bind(&[self.attempt, self.field])
    }
}

/// Each text behind its length in bytes (eight, big-endian), so that no two lists give the same bytes.
fn bind(texts: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for text in texts {
        bytes.extend((text.len() as u64).to_be_bytes());
        bytes.extend(text.as_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cannot_be_shifted_into_each_other() {
        assert_ne!(bind(&["ab", "c"]), bind(&["a", "bc"]));
        assert_ne!(bind(&["a", ""]), bind(&["", "a"]));
        assert_eq!(bind(&["ab"]), b"\0\0\0\0\0\0\0\x02ab");
    }
}
