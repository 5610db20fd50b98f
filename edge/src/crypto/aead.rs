//! AES-256-GCM (NIST SP 800-38D) as the vault uses it: a random nonce of 96 bits in front, a tag of 128 bits behind.
//!
//! Owns the layout `nonce ‖ ciphertext ‖ tag`. Refuses to know what is encrypted, and what it is bound to.

use crate::crypto::entropy::Entropy;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};

const NONCE: usize = 12;

/// Why nothing was encrypted or decrypted. Says no more than that, on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AeadError {
    /// The text is longer than the algorithm allows, or the value is shorter than a nonce.
    #[error("the value has an impossible length")]
    Length,
    /// It was altered, or encrypted with another key or other associated data.
    #[error("the value does not decrypt")]
    Mismatch,
}

/// Encrypts under a fresh nonce.
///
/// # Errors
/// When the text is longer than the algorithm allows.
pub fn encrypt(
    key: &[u8; 32],
    entropy: &impl Entropy,
    text: &[u8],
    aad: &[u8],
) -> Result<Vec<u8>, AeadError> {
    let mut nonce = [0; NONCE];
    entropy.fill(&mut nonce);
    let sealed = Aes256Gcm::new(key.into()).encrypt(&Nonce::from(nonce), Payload { msg: text, aad });
    let mut value = nonce.to_vec();
    value.extend(sealed.map_err(|_| AeadError::Length)?);
    Ok(value)
}

/// Decrypts what was encrypted with this key and this associated data, and not altered since.
///
/// # Errors
/// When it is anything else.
pub fn decrypt(key: &[u8; 32], value: &[u8], aad: &[u8]) -> Result<Vec<u8>, AeadError> {
    let (nonce, sealed) = value.split_first_chunk::<NONCE>().ok_or(AeadError::Length)?;
    Aes256Gcm::new(key.into())
        .decrypt(&Nonce::from(*nonce), Payload { msg: sealed, aad })
        .map_err(|_| AeadError::Mismatch)
}
