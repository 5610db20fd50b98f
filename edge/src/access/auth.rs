//! Who is asking: the bearer token of a request, parsed and with its mac checked. Whether its secret is right, the store says.

use crate::access::tokens::{address_hash, is_our_api_key, is_our_session};
use crate::config::Config;
use crate::crypto::digest::secret_hash;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::store::protocol::{KeyProof, SessionProof};
use crate::store::quota::RateLimit;
use crate::store::refusals::{invalid_api_key, invalid_session_token};
use latchkey_shared::{ApiKey, ErrorCode, ProjectId, SessionToken, base62};
use subtle::ConstantTimeEq;

/// A caller with an API key.
#[derive(Clone, Debug)]
pub struct KeyCaller {
    /// Routes to the store.
    pub project: ProjectId,
    /// For the store.
    pub proof: KeyProof,
}

/// A caller with a session token.
#[derive(Clone, Debug)]
pub struct SessionCaller {
    /// Routes to the store.
    pub project: ProjectId,
    /// The session's id.
    pub id: latchkey_shared::SessionId,
    /// For the store.
    pub proof: SessionProof,
}

/// How many requests a page may make in a minute with its session's token: far more than a person causes.
const SESSION_REQUESTS: u32 = 120;

/// Whom this request counts for. Whether the key or token is right is not asked yet.
#[must_use]
pub fn rate_limit(request: &Request, config: &Config) -> Option<RateLimit> {
    let text = bearer(request).ok()?;
    let (id, limit) = match (ApiKey::parse(text), SessionToken::parse(text)) {
        (Ok(key), _) => (key.id, config.requests_per_minute),
        (_, Ok(token)) => (token.id, SESSION_REQUESTS),
        _ => return None,
    };
    Some(RateLimit { caller: base62::encode(id.random), limit })
}

/// Whose key or token the request carries. Whether it is right is not asked yet.
#[must_use]
pub fn project(request: &Request) -> Option<ProjectId> {
    let text = bearer(request).ok()?;
    let key = ApiKey::parse(text).ok().map(|key| key.id.project);
    key.or_else(|| SessionToken::parse(text).ok().map(|token| token.id.project))
}

/// Where the request comes from, as the platform tells it; no client can say it. A network of its own, with IPv6.
#[must_use]
pub fn address(request: &Request, config: &Config) -> Option<String> {
    let text = request.header("cf-connecting-ip")?;
    let network = match text.parse::<std::net::Ipv6Addr>() {
        Ok(address) => format!("{:x}", address.to_bits() >> 64),
        Err(_) => text.to_owned(),
    };
    Some(address_hash(config, &network))
}

fn bearer(request: &Request) -> Result<&str> {
    let value = request.header("authorization").unwrap_or_default();
    let token = value
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    token.filter(|token| !token.is_empty()).ok_or_else(|| {
        Error::new(
            ErrorCode::CredentialsMissing,
            "The request carries no key.",
            "Send the header Authorization: Bearer, followed by the key or token.",
        )
    })
}

/// The caller of an endpoint for backends.
///
/// # Errors
/// When there is no key, or none of ours.
pub fn api_key(request: &Request, config: &Config) -> Result<KeyCaller> {
    let key = ApiKey::parse(bearer(request)?)
        .ok()
        .filter(|key| is_our_api_key(config, key))
        .ok_or_else(invalid_api_key)?;
    let proof = KeyProof { id: base62::encode(key.id.random), mode: key.mode, hash: secret_hash(key.secret) };
    Ok(KeyCaller { project: key.id.project, proof })
}

/// The caller of an endpoint for pages.
///
/// # Errors
/// When there is no token, or none of ours.
pub fn session_token(request: &Request, config: &Config) -> Result<SessionCaller> {
    let token = SessionToken::parse(bearer(request)?).ok();
    let token = token.filter(|token| is_our_session(config, &token.id)).ok_or_else(invalid_session_token)?;
    let proof = SessionProof {
        id: base62::encode(token.id.random),
        mode: token.mode,
        hash: secret_hash(token.secret),
    };
    Ok(SessionCaller { project: token.id.project, id: token.id, proof })
}

/// Whether the caller is the deployment's owner.
///
/// # Errors
/// When there is no admin token, or another one.
pub fn admin(request: &Request, config: &Config) -> Result<()> {
    // Exposed to be compared, in constant time.
    let same: bool = bearer(request)?.as_bytes().ct_eq(config.admin_token.expose().as_bytes()).into();
    let fix = "Send the deployment’s ADMIN_TOKEN as Authorization: Bearer.";
    if same {
        Ok(())
    } else {
        Err(Error::new(ErrorCode::InvalidAdminToken, "This is not the admin token.", fix))
    }
}
