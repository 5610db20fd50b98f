//! `GET /api/v1/audit-log/head` and `GET /.well-known/latchkey-audit-key`: where a log stands, signed by the deployment, and the
//! key to check that with.

use crate::access::audit_signature::{public_key, sign};
use crate::access::auth;
use crate::api::endpoint::Built;
use crate::config::Config;
use crate::error::Result;
use crate::http::Request;
use crate::ports::{Clock, Platform};
use crate::store::protocol::{self, AuditCheckpoint, ReadAuditHead};
use crate::time::iso;
use latchkey_shared::ProjectId;
use serde::Serialize;

/// Where the log stands. Keep it where nobody can change it: it proves later what the log was.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuditHead {
    /// The project.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Uuid"))]
    project: ProjectId,
    /// The number of the newest entry, in both modes together. 0: there is none.
    seq: i64,
    /// Its hash: SHA-256 in hex.
    hash: String,
    /// When it was signed: now.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    at: String,
    /// The Ed25519 signature, in base64url, over the project, `seq`, `hash` and `at`.
    signature: String,
    /// How many entries of the chain are kept.
    records: i64,
    /// The number of the oldest entry that is kept.
    oldest_seq: i64,
    /// For how many days entries are kept.
    kept_days: u32,
    /// The newest stored checkpoint. Null: there is none yet.
    checkpoint: Option<Signed>,
    /// The checkpoint that the oldest entry follows. Null: no entry was deleted.
    start: Option<Signed>,
    /// The public key of the signatures, Ed25519 in base64url.
    public_key: String,
}

/// A signature over the number and the hash of an entry.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Signed {
    /// The number of the entry. 0: there is none.
    seq: i64,
    /// Its hash: SHA-256 in hex.
    hash: String,
    /// When it was signed.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    at: String,
    /// The Ed25519 signature, in base64url, over the project, `seq`, `hash` and `at`.
    signature: String,
}

impl Signed {
    pub(super) fn of(AuditCheckpoint { seq, hash, at, signature }: AuditCheckpoint) -> Self {
        Self { seq, hash, at: iso(at), signature }
    }

    /// Signs the newest entry of a log.
    pub(super) fn now(config: &Config, head: &protocol::AuditHead, at: i64) -> Self {
        let signature = sign(config, head.project, head.seq, &head.hash, at);
        Self { seq: head.seq, hash: head.hash.clone(), at: iso(at), signature }
    }
}

/// Where the log of the caller's project stands, in both modes together.
///
/// # Errors
/// Without the scope `admin`.
pub(crate) async fn head(platform: &impl Platform, request: &Request) -> Result<AuditHead> {
    let caller = auth::key_caller(platform, request)?;
    let head = caller.call(ReadAuditHead { key: caller.proof() }).await?;
    let Signed { seq, hash, at, signature } =
        Signed::now(platform.config(), &head, platform.clock().now_ms());
    Ok(AuditHead {
        project: head.project,
        seq,
        hash,
        at,
        signature,
        records: head.records,
        oldest_seq: head.oldest,
        kept_days: head.days,
        checkpoint: head.checkpoint.map(Signed::of),
        start: head.start.map(Signed::of),
        public_key: public_key(platform.config()),
    })
}

/// The public key of the deployment, as a JWK (RFC 7517, RFC 8037).
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct AuditKey {
    /// The type: `OKP`.
    kty: &'static str,
    /// The curve: `Ed25519`.
    crv: &'static str,
    /// The key, in base64url.
    x: String,
    /// What it is for: `sig`.
    r#use: &'static str,
    /// The algorithm: `EdDSA`.
    alg: &'static str,
}

/// The key that heads and checkpoints are signed with. It never changes, so anybody may keep it.
///
/// # Errors
/// Never.
#[allow(clippy::unused_async, reason = "an endpoint")]
pub(crate) async fn key(platform: &impl Platform, _: &Request) -> Result<Built<AuditKey>> {
    let x = public_key(platform.config());
    let key = AuditKey { kty: "OKP", crv: "Ed25519", x, r#use: "sig", alg: "EdDSA" };
    let mut response = Built::json(200, &key).response();
    response.headers.retain(|(name, _)| *name != "cache-control");
    Ok(Built::of(response)
        .with("cache-control", "public, max-age=86400")
        .with("access-control-allow-origin", "*"))
}
