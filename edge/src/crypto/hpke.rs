//! Opens values that the form sealed: the receiver of HPKE in base mode (RFC 9180), single-shot.
//!
//! It owns the sealing keys of the deployment, and the step from a sealed value to a [`Secret`]. A key is chosen by its id,
//! never by trial. It refuses a value that was altered, or sealed for another session, attempt, form or field, or beside
//! other answers, and does not say which. The store makes sure that each value is accepted only once
//! (`store/operations/leases.rs`).

use crate::crypto::key_ring::keys_by_id;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, Serializable, single_shot_open};
use latchkey_shared::Secret;
use latchkey_shared::sealing::{Context, FORMAT, SUITE, SealingKey};
use std::fmt;
use zeroize::Zeroize;

type Suite = X25519HkdfSha256;

/// Key pairs by id. The form seals to the first one. Each opens the values that name it.
pub struct SealingKeys {
    keys: Vec<(String, <Suite as Kem>::PrivateKey)>,
}

impl SealingKeys {
    /// Reads `<id>:<base64url of a private key of 32 bytes>`, several separated by commas or line breaks.
    ///
    /// # Errors
    /// What the list must be instead. It never repeats a key.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let mut keys = Vec::new();
        for (id, mut bytes) in keys_by_id(text)? {
            let key = <Suite as Kem>::PrivateKey::from_bytes(&bytes);
            bytes.zeroize();
            keys.push((id, key.map_err(|_| "a list of X25519 private keys")?));
        }
        Ok(Self { keys })
    }

    /// The key that the form seals to now. `None` only for an empty list, which is never parsed.
    #[must_use]
    pub fn current(&self) -> Option<SealingKey> {
        let (kid, key) = self.keys.first()?;
        let public_key = URL_SAFE_NO_PAD.encode(<Suite as Kem>::sk_to_pk(key).to_bytes());
        Some(SealingKey { kid: kid.clone(), public_key, suite: SUITE.to_owned(), format: FORMAT.to_owned() })
    }

    /// Whether there is a key with this id.
    #[must_use]
    pub fn knows(&self, kid: &str) -> bool {
        self.find(kid).is_some()
    }

    fn find(&self, kid: &str) -> Option<&<Suite as Kem>::PrivateKey> {
        self.keys.iter().find(|(id, _)| id == kid).map(|(_, key)| key)
    }

    /// Opens a value, if it was sealed for this context and not altered.
    #[must_use]
    pub fn open(&self, context: &Context<'_>, sealed: &Sealed) -> Option<Secret> {
        let enc = <Suite as Kem>::EncappedKey::from_bytes(&sealed.enc).ok()?;
        let opened = single_shot_open::<AesGcm256, HkdfSha256, Suite>(
            &OpModeR::Base,
            self.find(context.kid)?,
            &enc,
            &context.info(),
            &sealed.ct,
            &context.associated_data(),
        );
        match String::from_utf8(opened.ok()?) {
            Ok(text) => Some(Secret::new(text)),
            Err(error) => {
                error.into_bytes().zeroize();
                None
            }
        }
    }
}

impl fmt::Debug for SealingKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|(id, _)| id)).finish()
    }
}

/// A sealed value.
#[derive(Debug)]
pub struct Sealed {
    /// The id of the key that it was sealed to.
    pub kid: String,
    /// The encapsulated key.
    pub enc: [u8; 32],
    /// The ciphertext with its tag.
    pub ct: Vec<u8>,
}

impl Sealed {
    /// Reads both parts, which are base64url without padding. `None` if they are not.
    #[must_use]
    pub fn read(kid: String, enc: &str, ct: &str) -> Option<Self> {
        let enc = URL_SAFE_NO_PAD.decode(enc).ok()?.try_into().ok()?;
        Some(Self { kid, enc, ct: URL_SAFE_NO_PAD.decode(ct).ok()? })
    }

    /// The encapsulated key as base64url without padding: only one text stands for each key.
    #[must_use]
    pub fn enc_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.enc)
    }
}
