//! SHA-256 (FIPS 180-4) in hex. It refuses to know what is hashed. It must not hash passwords, because it is fast.

use latchkey_shared::token::TokenSecret;
use sha2::{Digest, Sha256};

/// The stored form of a token's secret: SHA-256 in hex. The secret has 256 random bits, so no slow hash is needed.
#[must_use]
pub fn secret_hash(secret: TokenSecret) -> String {
    hex(&Sha256::digest(secret.to_bytes()))
}

/// SHA-256 of a text, in hex.
#[must_use]
pub fn text_hash(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// Hex in lower case. No crate: the Worker links no hex crate, and this is one line.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(bytes)
}
