//! Who Cloudflare Access says is there: it checks the statement (a JWT, RFC 7519) that Access adds to a request.
//!
//! Facts: developers.cloudflare.com, "Validate JWTs" of Cloudflare One. The statement is signed with RS256 by a key of the team, which
//! `https://<team>/cdn-cgi/access/certs` lists by its id. It refuses every other algorithm before it looks at a signature, and it
//! believes nothing of a statement whose signature is not right. The keys are kept in the memory of the isolate.

use crate::config::Access;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::ports::{AccessKey, Clock, Fetch, Outgoing, Platform};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use latchkey_shared::ErrorCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// The header with the statement.
const HEADER: &str = "cf-access-jwt-assertion";
/// The longest statement that is read, in bytes.
const STATEMENT_MAX: usize = 8 * 1024;
/// The longest list of keys that is read, in bytes.
const KEYS_BYTES_MAX: usize = 32 * 1024;
/// By how much the clock of Access may be ahead of ours, in seconds.
const AHEAD_SECONDS: i64 = 60;

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
}

/// One audience, or several (RFC 7519, section 4.1.3).
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

#[derive(Deserialize)]
struct Claims {
    aud: Audience,
    iss: String,
    exp: i64,
    nbf: Option<i64>,
    email: String,
}

#[derive(Deserialize)]
struct Keys {
    keys: Vec<Key>,
}

#[derive(Deserialize)]
struct Key {
    kid: String,
    kty: String,
    n: String,
    e: String,
}

/// The e-mail address of the person, as Access states it.
///
/// # Errors
/// If the deployment has no Access, the request has no statement, or the statement is not valid; 503 if the keys of the team cannot be
/// read.
pub(crate) async fn email(platform: &impl Platform, request: &Request) -> Result<String> {
    let Some(access) = &platform.config().access else {
        let fix = "Set ACCESS_TEAM_DOMAIN and ACCESS_AUDIENCE, or sign in with a key or a link.";
        return Err(Error::new(
            ErrorCode::InvalidAccessToken,
            "This deployment is not behind Cloudflare Access.",
            fix,
        ));
    };
    let statement = request.header(HEADER).filter(|text| text.len() <= STATEMENT_MAX);
    let statement = statement.ok_or_else(|| {
        refused("Cloudflare Access has added no statement to the request, or one that is too long.")
    })?;
    let (signed, signature) = statement.rsplit_once('.').ok_or_else(unreadable)?;
    let (header, claims) = signed.split_once('.').ok_or_else(unreadable)?;
    let header: Header = read(header).ok_or_else(unreadable)?;
    if header.alg != "RS256" {
        return Err(refused("The statement of Cloudflare Access is not signed with RS256."));
    }
    let key = key(platform, access, &header.kid).await?;
    if !platform.is_rs256(&key, signed, signature).await {
        return Err(refused("The signature of Cloudflare Access is wrong."));
    }
    let claims: Claims = read(claims).ok_or_else(unreadable)?;
    check(&claims, access, platform.clock().now_ms() / 1000)?;
    crate::access::email::read(&claims.email)
        .ok_or_else(|| refused("The statement of Cloudflare Access has no e-mail address."))
}

/// Checks for whom, by whom and for when the statement was made.
fn check(claims: &Claims, access: &Access, now: i64) -> Result<()> {
    let ours = match &claims.aud {
        Audience::One(audience) => *audience == access.audience,
        Audience::Several(audiences) => audiences.contains(&access.audience),
    };
    let issuer = claims.iss.strip_prefix("https://").unwrap_or_default();
    if !ours || issuer != access.team {
        return Err(refused("The statement of Cloudflare Access is for another application or team."));
    }
    if claims.exp <= now || claims.nbf.is_some_and(|begin| begin > now + AHEAD_SECONDS) {
        return Err(refused("The statement of Cloudflare Access has expired, or is not valid yet."));
    }
    Ok(())
}

/// A part of the statement: JSON in base64url.
fn read<T: DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// The key of the team with this id. An id that is not known makes the list be read again, at most once a minute.
async fn key(platform: &impl Platform, access: &Access, id: &str) -> Result<AccessKey> {
    let now = platform.clock().now_ms();
    let known = platform.isolate().access_keys.borrow().find(id, now);
    if let Some(known) = known {
        return known.ok_or_else(unknown_key);
    }
    let request = Outgoing {
        method: "GET".to_owned(),
        url: ["https://", &access.team, "/cdn-cgi/access/certs"].concat(),
        headers: BTreeMap::new(),
        body: None,
        body_max: KEYS_BYTES_MAX,
        cut: false,
        wanted: Vec::new(),
    };
    // Not a provider: in test mode too the team is the real one, and it gets nothing.
    let listed = platform.network().fetch(request).await.ok().filter(|answer| answer.status == 200);
    let listed = listed.and_then(|answer| serde_json::from_slice::<Keys>(&answer.body).ok());
    let Some(Keys { keys }) = listed else {
        return Err(Error::new(
            ErrorCode::ProviderUnavailable,
            "Cloudflare Access does not list the keys of the team right now.",
            "Try again in a moment, or sign in with a key or a link.",
        )
        .retry_in(10));
    };
    let rsa = keys.into_iter().filter(|key| key.kty == "RSA");
    let keys = rsa.map(|key| AccessKey { id: key.kid, modulus: key.n, exponent: key.e }).collect();
    platform.isolate().access_keys.borrow_mut().listed(keys, now);
    let known = platform.isolate().access_keys.borrow().find(id, now);
    known.flatten().ok_or_else(unknown_key)
}

fn unknown_key() -> Error {
    refused("The statement of Cloudflare Access is signed with a key that its team does not have.")
}

fn unreadable() -> Error {
    refused("The statement of Cloudflare Access cannot be read.")
}

fn refused(why: &str) -> Error {
    let fix = "Open the console at the address that Cloudflare Access protects, and sign in there again.";
    Error::new(ErrorCode::InvalidAccessToken, why.to_owned(), fix)
}
