//! Seals and opens credentials. It seals only a [`Verified`] (ARCHITECTURE, invariant 1), and never logs a value.
//!
//! Format `lk1`, envelope encryption with AES-256-GCM (NIST SP 800-38D): a fresh data key per value, wrapped by the key
//! ring's primary key. Text, so that it travels in JSON:
//! `lk1.<wrapping key id>.<base64url(nonce ‖ wrapped data key)>.<base64url(nonce ‖ ciphertext)>`.
//! The associated data binds format, mode, project, connection, version, blob id and provider, each length-prefixed; that
//! of the wrapping binds the wrapping key's id too. A value that was moved, replayed or altered does not open. The frozen
//! vector of this format is `tests/core/vectors/lk1.txt` and opens for ever.

use crate::credential::Credential;
use crate::crypto::aead::{AeadError, decrypt, encrypt};
use crate::crypto::entropy::Entropy;
use crate::crypto::key_ring::KeyRing;
use crate::ports::BlobKey;
use crate::verify::Verified;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use latchkey_shared::Secret;
use latchkey_shared::collect::collect_btree;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

const FORMAT: &str = "lk1";

/// The place that a sealed value is bound to.
#[derive(Clone, Debug)]
pub struct Binding<'a> {
    /// Its key in KV.
    pub key: &'a BlobKey,
    /// The version of the connection.
    pub version: u32,
    /// The provider's id.
    pub provider: &'static str,
}

impl Binding<'_> {
    fn associated_data(&self, wrapping_key: Option<&str>) -> Vec<u8> {
        let texts = [
            FORMAT.to_owned(),
            self.key.mode.to_string(),
            self.key.project.to_string(),
            self.key.connection.to_string(),
            self.version.to_string(),
            self.key.blob.clone(),
            self.provider.to_owned(),
        ];
        let mut data = Vec::new();
        for text in texts.iter().map(String::as_str).chain(wrapping_key) {
            data.extend((text.len() as u64).to_be_bytes());
            data.extend(text.as_bytes());
        }
        data
    }
}

/// Why a value does not open. It says little on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The value is in no format that this vault knows.
    #[error("the sealed value is malformed")]
    Malformed,
    /// The key ring does not have the wrapping key that the value names.
    #[error("the wrapping key is not on the key ring")]
    KeyMissing,
    /// The value was altered, moved, or sealed under another key.
    #[error("the sealed value does not open")]
    DoesNotOpen,
}

impl From<AeadError> for VaultError {
    fn from(error: AeadError) -> Self {
        match error {
            AeadError::Length => Self::Malformed,
            AeadError::Mismatch => Self::DoesNotOpen,
        }
    }
}

/// Seals a verified credential. There is no other way to seal one.
///
/// # Errors
/// [`VaultError::KeyMissing`] if the key ring is empty.
pub fn seal(
    ring: &KeyRing,
    entropy: &impl Entropy,
    binding: &Binding<'_>,
    verified: &Verified,
) -> Result<String, VaultError> {
    seal_values(ring, entropy, binding, verified.credential())
}

fn seal_values(
    ring: &KeyRing,
    entropy: &impl Entropy,
    binding: &Binding<'_>,
    credential: &Credential,
) -> Result<String, VaultError> {
    let (key_id, wrapping_key) = ring.primary().ok_or(VaultError::KeyMissing)?;
    let data_key = Zeroizing::new(entropy.bytes32());
    // Exposed to be sealed, here and nowhere else; the text is wiped when it goes out of scope.
    let values = collect_btree(credential.values().map(|(id, value)| (id, value.expose())));
    let text = Zeroizing::new(serde_json::to_vec(&values).map_err(|_| VaultError::Malformed)?);
    let wrapped =
        encrypt(wrapping_key, entropy, data_key.as_slice(), &binding.associated_data(Some(key_id)))?;
    let sealed = encrypt(&data_key, entropy, &text, &binding.associated_data(None))?;
    Ok(format!("{FORMAT}.{key_id}.{}.{}", URL_SAFE_NO_PAD.encode(wrapped), URL_SAFE_NO_PAD.encode(sealed)))
}

/// Opens a sealed value.
///
/// # Errors
/// If the value is malformed, if its wrapping key is missing, or if it was not sealed for this binding.
pub fn open(ring: &KeyRing, binding: &Binding<'_>, sealed: &str) -> Result<Credential, VaultError> {
    let parts: Vec<&str> = sealed.split('.').collect();
    let [FORMAT, key_id, wrapped, sealed] = parts[..] else { return Err(VaultError::Malformed) };
    let decode = |part| URL_SAFE_NO_PAD.decode(part).map_err(|_| VaultError::Malformed);
    let wrapping_key = ring.find(key_id).ok_or(VaultError::KeyMissing)?;
    let data_key =
        Zeroizing::new(decrypt(wrapping_key, &decode(wrapped)?, &binding.associated_data(Some(key_id)))?);
    let data_key: Zeroizing<[u8; 32]> =
        Zeroizing::new(data_key.as_slice().try_into().map_err(|_| VaultError::Malformed)?);
    let text = Zeroizing::new(decrypt(&data_key, &decode(sealed)?, &binding.associated_data(None))?);
    let values: BTreeMap<String, Secret> =
        serde_json::from_slice(&text).map_err(|_| VaultError::Malformed)?;
    Ok(Credential::opened(binding.provider, values))
}

/// Seals a sealed value again, under the primary key and for another place. Key rotation uses it. The credential was
/// verified when it was first sealed.
///
/// # Errors
/// As for [`open`] and [`seal`].
pub fn rewrap(
    ring: &KeyRing,
    entropy: &impl Entropy,
    from: &Binding<'_>,
    to: &Binding<'_>,
    sealed: &str,
) -> Result<String, VaultError> {
    let credential = open(ring, from, sealed)?;
    seal_values(ring, entropy, to, &credential)
}
