//! Keyed hashes: `credentialsHash`, which changes with the credential, the hash of a key that nothing else identifies, the fingerprint
//! of a request, and the secret of a token that a repeated request makes again.
//!
//! All use a secret key, so that nobody can test guesses offline.
//!
//! `credentialsHash` is HMAC-SHA-256 under HKDF-SHA-256(`HASH_ROOT`, project id), over app, method and the (field id, value) pairs
//! in order of id. Each part has its length in front. The key does not rotate with the key ring.

use crate::config::Config;
use crate::credential::Credential;
use crate::crypto::digest::hex;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use latchkey_shared::ProjectId;
use latchkey_shared::provider::Provider;
use sha2::Sha256;
use zeroize::Zeroizing;

/// The hash of a credential, in hex. Equal hashes in one project mean that the credential is unchanged.
#[must_use]
pub fn credentials_hash(
    config: &Config,
    project: ProjectId,
    method: &str,
    credential: &Credential,
) -> String {
    let mut key = [0; 32];
    let info = format!("latchkey credentials-hash v1 {project}");
    // Neither step can fail: 32 bytes are within HKDF-SHA-256's limit of 255 blocks, and HMAC takes a key of any length.
    let expanded = Hkdf::<Sha256>::new(None, &config.hash_root).expand(info.as_bytes(), &mut key);
    let (Ok(()), Ok(mut hmac)) = (expanded, Hmac::<Sha256>::new_from_slice(&key)) else {
        return String::new();
    };
    let mut part = |bytes: &[u8]| {
        hmac.update(&(bytes.len() as u64).to_be_bytes());
        hmac.update(bytes);
    };
    part(credential.provider().as_bytes());
    part(method.as_bytes());
    for (id, value) in credential.values() {
        part(id.as_bytes());
        // Exposed to be hashed under a secret key.
        part(value.expose().as_bytes());
    }
    hex(&hmac.finalize().into_bytes())
}

/// A hash of a credential's secrets, in hex: what an account is known by if its provider does not say whose key it is. Another
/// key, after a rotation too, has another hash.
#[must_use]
pub fn key_hash(config: &Config, project: ProjectId, provider: &Provider, credential: &Credential) -> String {
    let mut secrets = Zeroizing::new(Vec::new());
    for (id, value) in credential.values().filter(|(id, _)| provider.is_secret(id)) {
        // Exposed to be hashed under a secret key. A field id has no zero byte, and a length ends each value.
        secrets.extend_from_slice(id.as_bytes());
        secrets.push(0);
        secrets.extend_from_slice(&(value.expose().len() as u64).to_be_bytes());
        secrets.extend_from_slice(value.expose().as_bytes());
    }
    let (project, provider) = (project.to_string(), credential.provider());
    let parts = [project.as_bytes(), provider.as_bytes(), &secrets];
    keyed(config, b"latchkey key-hash v1", parts).map(|hash| hex(&hash)).unwrap_or_default()
}

/// A keyed hash of a request, in hex. It distinguishes requests and reveals nothing about their content.
#[must_use]
pub fn request_fingerprint(config: &Config, parts: [&[u8]; 3]) -> String {
    keyed(config, b"latchkey request-fingerprint v1", parts).map(|hash| hex(&hash)).unwrap_or_default()
}

/// The secret of a token that is made again when its request is repeated, because only its hash is stored. Without the
/// caller's own secret, which is one of the parts, nobody can make it: not with `HASH_ROOT` and everything that is stored.
#[must_use]
pub(crate) fn repeatable_secret(config: &Config, parts: [&[u8]; 3]) -> Option<[u8; 32]> {
    keyed(config, b"latchkey repeatable-secret v1", parts)
}

/// HMAC-SHA-256 under a key of its own for each label. `None` never happens: 32 bytes are within HKDF-SHA-256's limit of 255
/// blocks, and HMAC takes a key of any length.
fn keyed(config: &Config, label: &[u8], parts: [&[u8]; 3]) -> Option<[u8; 32]> {
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(None, &config.hash_root).expand(label, &mut key).ok()?;
    let mut hmac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    for part in parts {
        hmac.update(&(part.len() as u64).to_be_bytes());
        hmac.update(part);
    }
    Some(hmac.finalize().into_bytes().into())
}
