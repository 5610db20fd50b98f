//! The sender of sealed values: HPKE in base mode, single-shot (RFC 9180, sections 5.1.1 and 6.1).
//!
//! Owns the encryption of a value before it leaves the page. Refuses to choose a key or the context that a value is bound to,
//! and to use a suite of another name. It is a module of its own, so that the form does not wait for its bytes.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, Kem, OpModeS, Serializable, single_shot_seal_with_rng};
use latchkey_shared::sealing::{Context, SUITE};
use std::convert::Infallible;
use zeroize::Zeroize;

#[cfg(target_arch = "wasm32")]
pub mod browser;

type Suite = X25519HkdfSha256;

/// A sealed value, which may leave the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The encapsulated key, base64url.
    pub enc: String,
    /// The ciphertext, base64url.
    pub ct: String,
}

/// Seals one value to a public key. `randomness` must come from the system. It is used for this value only, and wiped.
///
/// `None` when the key is malformed or of another suite.
#[must_use]
pub fn seal(
    (suite, public_key): (&str, &str),
    context: &Context<'_>,
    value: &str,
    randomness: &mut [u8; 32],
) -> Option<Sealed> {
    if suite != SUITE {
        return None;
    }
    let key = <Suite as Kem>::PublicKey::from_bytes(&URL_SAFE_NO_PAD.decode(public_key).ok()?).ok()?;
    let (info, data) = (context.info(), context.associated_data());
    let mut once = Once(randomness);
    let sealed = single_shot_seal_with_rng::<AesGcm256, HkdfSha256, Suite>(
        &OpModeS::Base,
        &key,
        &info,
        value.as_bytes(),
        &data,
        &mut once,
    );
    once.0.zeroize();
    let (enc, ct) = sealed.ok()?;
    Some(Sealed { enc: URL_SAFE_NO_PAD.encode(enc.to_bytes()), ct: URL_SAFE_NO_PAD.encode(ct) })
}

/// The keying material of one ephemeral key (RFC 9180, section 4: `DeriveKeyPair(random(Nsk))`), in the shape of a generator.
struct Once<'a>(&'a mut [u8; 32]);

impl TryRng for Once<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    /// Called once, for exactly as many bytes as there are.
    fn try_fill_bytes(&mut self, buffer: &mut [u8]) -> Result<(), Infallible> {
        buffer.iter_mut().zip(self.0.iter()).for_each(|(to, from)| *to = *from);
        Ok(())
    }
}

impl TryCryptoRng for Once<'_> {}
