//! Whether a delivery comes from the provider: its header has the shared secret, or a signature that is made with it. Both are
//! compared in constant time.

use hmac::{Hmac, KeyInit, Mac};
use latchkey_shared::Secret;
use latchkey_shared::hook::{Proof, ProofKind};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Whether `sent`, the value of the proof's header, proves the body. `None` for the body is one that was too long to be kept:
/// no signature can prove it.
#[must_use]
pub fn holds(proof: &Proof, secret: &Secret, sent: &str, body: Option<&[u8]>) -> bool {
    // Exposed to be compared with what was sent. Nothing of it is kept.
    let secret = secret.expose().as_bytes();
    match proof.has {
        ProofKind::Secret => sent.as_bytes().ct_eq(secret).into(),
        ProofKind::HmacSha256Hex => {
            let signature = base16ct::mixed::decode_vec(sent);
            let hmac = Hmac::<Sha256>::new_from_slice(secret);
            let (Ok(signature), Ok(hmac), Some(body)) = (signature, hmac, body) else { return false };
            // It compares in constant time.
            hmac.chain_update(body).verify_slice(&signature).is_ok()
        }
    }
}
