//! The wrapping keys of the vault, by id. The first one wraps new values. Each unwraps the values that name it.
//!
//! It owns the text form of a list of keys. It refuses a list with repeated ids or keys.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::fmt;

/// Wrapping keys by id.
pub struct KeyRing {
    keys: Vec<(String, [u8; 32])>,
}

impl KeyRing {
    /// Reads `<id>:<base64url of 32 bytes>`, several separated by commas or line breaks; the first is the primary key.
    ///
    /// # Errors
    /// What the list must be instead. It never repeats a key.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        keys_by_id(text).map(|keys| Self { keys })
    }

    /// The key that wraps new values, with its id.
    pub(crate) fn primary(&self) -> Option<(&str, &[u8; 32])> {
        self.keys.first().map(|(id, key)| (id.as_str(), key))
    }

    /// The id of the key that wraps new values. Empty only for an empty ring, which is never parsed.
    #[must_use]
    pub fn primary_id(&self) -> &str {
        self.keys.first().map_or("", |(id, _)| id.as_str())
    }

    /// All ids, the primary key's first.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|(id, _)| id.as_str())
    }

    /// The key with this id. A key is chosen by id, never by trial.
    pub(crate) fn find(&self, id: &str) -> Option<&[u8; 32]> {
        self.keys.iter().find(|(other, _)| other == id).map(|(_, key)| key)
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|(id, _)| id)).finish()
    }
}

/// Reads a list of keys, as [`KeyRing::parse`] describes it.
pub(crate) fn keys_by_id(text: &str) -> Result<Vec<(String, [u8; 32])>, &'static str> {
    let mut keys: Vec<(String, [u8; 32])> = Vec::new();
    for entry in text.split([',', '\n']).map(str::trim).filter(|entry| !entry.is_empty()) {
        let (id, key) = entry.split_once(':').ok_or("a list of <id>:<key>, separated by commas")?;
        let id_valid = (1..=32).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if !id_valid {
            return Err("a list whose ids are 1 to 32 letters, digits, - and _");
        }
        let key = decode_key(key).ok_or("a list whose keys are 32 bytes in base64url")?;
        if keys.iter().any(|(other, bytes)| other == id || *bytes == key) {
            return Err("a list without repeated ids or keys");
        }
        keys.push((id.to_owned(), key));
    }
    if keys.is_empty() { Err("a list of at least one key") } else { Ok(keys) }
}

/// Decodes 32 bytes from base64url.
pub(crate) fn decode_key(text: &str) -> Option<[u8; 32]> {
    URL_SAFE_NO_PAD.decode(text.trim().trim_end_matches('=')).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> String {
        URL_SAFE_NO_PAD.encode([byte; 32])
    }

    #[test]
    fn the_first_key_is_the_primary() {
        let ring = KeyRing::parse(&format!("k2:{}, k1:{}", key(2), key(1))).unwrap();
        assert_eq!(ring.primary(), Some(("k2", &[2; 32])));
        assert_eq!((ring.find("k1"), ring.find("k3")), (Some(&[1; 32]), None));
    }

    #[test]
    fn malformed_rings_are_refused() {
        for text in [
            String::new(),
            "k1".into(),
            "k1:short".into(),
            format!(":{}", key(1)),
            format!("k 1:{}", key(1)),
            format!("k1:{},k1:{}", key(1), key(2)),
            format!("k1:{},k2:{}", key(1), key(1)),
        ] {
            assert!(KeyRing::parse(&text).is_err(), "{text}");
        }
    }
}
