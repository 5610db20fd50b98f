//! AES-256-GCM (NIST SP 800-38D) for the vault, with a random nonce of 96 bits and a tag of 128 bits.
//!
//! It owns the layout `nonce ‖ ciphertext ‖ tag`. It refuses to know what is encrypted and what it is bound to.

use crate::crypto::entropy::Entropy;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};

const NONCE: usize = 12;

/// Why a value was not encrypted or decrypted. It says no more than that, on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AeadError {
    /// The text is longer than the algorithm allows, or the value is shorter than a nonce.
    #[error("the value has an impossible length")]
    Length,
    /// It was altered, or encrypted with another key or other associated data.
    #[error("the value does not decrypt")]
    Mismatch,
}

/// Encrypts a text with a fresh nonce.
///
/// # Errors
/// If the text is longer than the algorithm allows.
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

/// Decrypts a value that was encrypted with this key and this associated data.
///
/// # Errors
/// If it was altered, or encrypted with another key or other associated data.
pub fn decrypt(key: &[u8; 32], value: &[u8], aad: &[u8]) -> Result<Vec<u8>, AeadError> {
    let (nonce, sealed) = value.split_first_chunk::<NONCE>().ok_or(AeadError::Length)?;
    Aes256Gcm::new(key.into())
        .decrypt(&Nonce::from(*nonce), Payload { msg: sealed, aad })
        .map_err(|_| AeadError::Mismatch)
}
