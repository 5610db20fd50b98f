//! Signs webhooks as Standard Webhooks 1.0 says: `v1` is HMAC-SHA-256 with a shared secret (`whsec_…`), `v1a` is Ed25519 with a public
//! key (`whpk_…`). Both are sent, so that a receiver chooses.
//!
//! The keys of an endpoint follow from its id, their number and the deployment's `ROUTE_KEY`. So no row and no message has them, and
//! they can be shown again only by this code, which shows the secret once.

use crate::config::Config;
use crate::crypto::ed25519::KeyPair;
use base64::{Engine, engine::general_purpose::STANDARD};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use latchkey_shared::{ProjectId, Secret};
use sha2::Sha256;
use zeroize::Zeroizing;

/// The signing keys of an endpoint.
pub struct SigningKeys {
    secret: Zeroizing<[u8; 32]>,
    pair: KeyPair,
}

impl SigningKeys {
    /// The keys with this number.
    #[must_use]
    pub fn of(config: &Config, project: ProjectId, endpoint: &str, number: i64) -> Self {
        let derived = |scheme: &str| {
            let mut key = Zeroizing::new([0; 32]);
            let place = project.to_base62();
            let info = ["latchkey webhook", scheme, &place, endpoint, &number.to_string()].join("\0");
            // 32 bytes are no more than HKDF can make (RFC 5869, section 2.3), so this never fails.
            let made = Hkdf::<Sha256>::new(None, &config.route_key).expand(info.as_bytes(), key.as_mut());
            debug_assert!(made.is_ok());
            key
        };
        Self { secret: derived("v1"), pair: KeyPair::from_seed(&derived("v1a")) }
    }

    /// The shared secret: `whsec_` and the base64 of 32 bytes.
    #[must_use]
    pub fn secret(&self) -> Secret {
        Secret::new(["whsec_", &STANDARD.encode(&self.secret[..])].concat())
    }

    /// The public key: `whpk_` and the base64 of 32 bytes.
    #[must_use]
    pub fn public_key(&self) -> String {
        ["whpk_", &STANDARD.encode(self.pair.public_key())].concat()
    }

    /// The signatures of a message, as the header `webhook-signature` has them: one of each scheme.
    ///
    /// The signed text is the id, the time in seconds since 1970, and the body, with dots between them.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: i64, body: &str) -> String {
        let text = format!("{id}.{timestamp}.{body}");
        let mut signatures = String::new();
        // HMAC takes a key of any length (RFC 2104, section 2), so this never fails.
        if let Ok(hmac) = Hmac::<Sha256>::new_from_slice(&self.secret[..]) {
            let mac = hmac.chain_update(&text).finalize().into_bytes();
            signatures = ["v1,", &STANDARD.encode(mac), " "].concat();
        }
        signatures + "v1a," + &STANDARD.encode(self.pair.sign(text.as_bytes()))
    }
}

impl std::fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SigningKeys").field(&self.public_key()).finish()
    }
}
