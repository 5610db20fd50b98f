//! The context that a sealed field value is bound to (HPKE, RFC 9180). Both sides compile it, so that they cannot disagree.
//!
//! It owns the suite's name, and the bytes of `info` and of the associated data. It does not encrypt: the sender is `widget/seal`, the
//! receiver is `edge/src/crypto/hpke.rs`.

use crate::Mode;

/// The only suite (RFC 9180, section 7): KEM 0x0020, KDF 0x0001, AEAD 0x0002.
pub const SUITE: &str = "DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM";

/// The name of the layout below. A new layout needs a new name. Its predecessor `ls1` bound neither the provider nor the other field
/// values; nothing opens it any more.
pub const FORMAT: &str = "ls2";

wire! {
    /// The key that secret field values are sealed to, from `GET connect`.
    pub struct SealingKey {
        /// The key's id.
        "kid" kid: String,
        /// The serialized public key (RFC 9180, section 7.1.1), base64url.
        "publicKey" public_key: String,
        /// The suite of the key. Clients must use no key of another suite than [`SUITE`].
        "suite" suite: String,
        /// The layout of the context that values are bound to, [`FORMAT`]. Each sealed value names the layout that it was sealed with.
        "format" format: String,
    }
}

/// The context of one sealed value. If any part differs, the value does not open.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The id of the key that it is sealed to.
    pub kid: &'a str,
    /// The session's mode.
    pub mode: Mode,
    /// The session's id, `P.<random>.<mac>`, with the project's in front.
    pub session: &'a str,
    /// The attempt that submits it.
    pub attempt: &'a str,
    /// The provider whose form it was entered in.
    pub app: &'a str,
    /// The field values that the attempt submits in clear, sorted by field id: id, value, id, value, and so on. Each value is bound as
    /// it is sent, before it is parsed.
    pub clear: &'a [&'a str],
    /// The field.
    pub field: &'a str,
}

impl Context<'_> {
    /// The `info` of the key schedule (RFC 9180, section 5.1): format, suite, key id, mode, project, session.
    #[must_use]
    pub fn info(&self) -> Vec<u8> {
        let project = self.session.split('.').next().unwrap_or_default();
        bind(&[FORMAT, SUITE, self.kid, self.mode.as_str(), project, self.session])
    }

    /// The associated data (RFC 9180, section 5.2): attempt, field, provider, and what is submitted in clear.
    #[must_use]
    pub fn associated_data(&self) -> Vec<u8> {
        bind(&[&[self.attempt, self.field, self.app], self.clear].concat())
    }
}

/// Joins texts, each with its length in front (eight bytes, big-endian), so that different lists have different bytes.
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
