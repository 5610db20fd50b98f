//! Signs heads and checkpoints of audit logs with the deployment's Ed25519 key, so that whoever kept one can prove later what the
//! log was. `edge/docs/audit-log.md` describes what is signed.
//!
//! The key is derived from `HASH_ROOT`, which never rotates, so old signatures stay valid. It refuses to read a log.

use crate::config::Config;
use crate::crypto::ed25519::KeyPair;
use crate::time::iso;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hkdf::Hkdf;
use latchkey_shared::ProjectId;
use sha2::Sha256;
use zeroize::Zeroize;

/// The label of the key.
const LABEL: &[u8] = b"latchkey audit-log v1";

fn key(config: &Config) -> KeyPair {
    let mut seed = [0; 32];
    // 32 bytes are within HKDF-SHA-256's limit of 255 blocks, so this never fails.
    _ = Hkdf::<Sha256>::new(None, &config.hash_root).expand(LABEL, &mut seed);
    let key = KeyPair::from_seed(&seed);
    seed.zeroize();
    key
}

/// The public key, in base64url: the member `x` of its JWK (RFC 8037).
#[must_use]
pub fn public_key(config: &Config) -> String {
    URL_SAFE_NO_PAD.encode(key(config).public_key())
}

/// What is signed: that the entry with this number of this project's log had this hash at this time.
fn message(project: ProjectId, seq: i64, hash: &str, at: i64) -> String {
    format!("latchkey audit-log v1\n{project}\n{seq}\n{hash}\n{}\n", iso(at))
}

/// The signature, in base64url.
#[must_use]
pub fn sign(config: &Config, project: ProjectId, seq: i64, hash: &str, at: i64) -> String {
    URL_SAFE_NO_PAD.encode(key(config).sign(message(project, seq, hash, at).as_bytes()))
}
