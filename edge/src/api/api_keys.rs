//! `/api/v1/api-keys`: the API keys of a project. Each has a name and scopes, is shown once, and can be narrowed and revoked.
//! A key manages keys of its own mode, and makes none that could do more than itself.

use crate::access::auth;
use crate::access::idempotency::{REPLAYED, once, token_secret};
use crate::access::tokens::{api_key_id, make_api_key};
use crate::api::endpoint::{Built, JsonBody};
use crate::api::input::api_key::{addresses, expiry, scopes};
use crate::api::input::{invalid, line};
use crate::crypto::digest::secret_hash;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::http::body::present;
use crate::ports::Platform;
use crate::store::client::StoreClient;
use crate::store::protocol::{
    ApiKeyRow, CreateApiKey, KeyProof, ListApiKeys, NarrowApiKey, RevokeApiKey, RevokedApiKey as Revoked,
};
use crate::time::iso;
use latchkey_shared::limits::NAME_MAX;
use latchkey_shared::{ApiKey, KeyScope, Mode, ProjectId, base62};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewApiKey {
    /// For people.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 64)))]
    name: String,
    /// What it may do. A key grants only scopes that it has.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<KeyScope>", length(min = 1)))]
    scopes: Vec<String>,
    /// When it expires. When it is left out, it expires with the key that makes it, or never.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Time>"))]
    expires_at: Option<String>,
    /// The addresses it may be used from: IPv4, IPv6, ranges such as `203.0.113.7-203.0.113.20`, or ranges in CIDR notation. When it is left out, they are those of the
    /// key that makes it, or all.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 20)))]
    allowed_addresses: Option<Vec<String>>,
    /// Test or live. When it is left out, it is the caller’s.
    #[cfg_attr(feature = "schema", schemars(with = "Option<Mode>"))]
    mode: Option<String>,
}

/// What is narrowed. Members that are left out stay.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ApiKeyChanges {
    /// The scopes that are left: some of those that it has.
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<KeyScope>", length(min = 1)))]
    scopes: Option<Option<Vec<String>>>,
    /// When it expires: not later than now.
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    expires_at: Option<Option<String>>,
    /// The addresses it may be used from: inside those that are allowed now.
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>", length(min = 1, max = 20)))]
    allowed_addresses: Option<Option<Vec<String>>>,
}

/// A key, without its secret.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct ApiKeyView {
    /// Identifies the key.
    id: String,
    /// For people.
    name: String,
    /// Test or live.
    mode: Mode,
    /// What it may do.
    scopes: Vec<KeyScope>,
    /// When it was made.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    created_at: String,
    /// When it was last used, within a few minutes.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Time>"))]
    last_used_at: Option<String>,
    /// When it expires. Null: never.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Time>"))]
    expires_at: Option<String>,
    /// The addresses it may be used from. Null: all.
    allowed_addresses: Option<Vec<String>>,
    /// The id of the key or console session that made it, or `owner`. Null: it is one of the project’s first keys.
    created_by: Option<String>,
}

/// The keys of a project and mode.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApiKeys {
    /// All of them.
    api_keys: Vec<ApiKeyView>,
}

/// One key.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct OneApiKey {
    /// The key.
    api_key: ApiKeyView,
}

/// A key that was revoked.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct RevokedApiKey {
    /// The key.
    api_key: ApiKeyView,
    /// How many open sessions that it made were revoked.
    revoked_sessions: u32,
}

/// A new key.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreatedApiKey {
    /// The key.
    api_key: ApiKeyView,
    /// The secret key itself, shown this once.
    key: String,
}

/// Every key of the caller's mode.
///
/// # Errors
/// Without the scope `admin`.
pub(crate) async fn list(platform: &impl Platform, request: &Request) -> Result<ApiKeys> {
    let caller = auth::key_caller(platform, request)?;
    let keys = caller.call(ListApiKeys { key: caller.proof() }).await?;
    Ok(ApiKeys { api_keys: keys.into_iter().map(view).collect() })
}

/// Makes a key of the caller's mode. It is shown this once, and to a repeat with the same idempotency key.
///
/// # Errors
/// Without the scope `admin`, when the new key could do more than the caller's, or when a value is not allowed.
pub(crate) async fn create(
    platform: &impl Platform,
    request: &Request,
    body: JsonBody<'_, NewApiKey>,
) -> Result<Built<CreatedApiKey>> {
    let caller = auth::key_caller(platform, request)?;
    let new = body.read()?;
    // A key of one mode may not make a key of the other.
    if new.mode.as_deref().is_some_and(|mode| mode != caller.mode().as_str()) {
        return Err(invalid("mode", "A key can only make keys of its own mode.", "Leave mode out."));
    }
    let place = (caller.project, caller.mode());
    make(platform, request, place, caller.store(), Some(caller.proof()), new).await
}

/// Makes a key with the admin token, with any scopes.
///
/// # Errors
/// Without the admin token, when there is no such project, or when a value is not allowed.
pub(crate) async fn create_for(
    platform: &impl Platform,
    request: &Request,
    id: &str,
    body: JsonBody<'_, NewApiKey>,
) -> Result<Built<CreatedApiKey>> {
    auth::admin(request, platform.config())?;
    let project = super::projects::registered(platform, id).await?;
    let new = body.read()?;
    let mode = new.mode.as_deref().and_then(Mode::parse);
    let mode = mode.ok_or_else(|| invalid("mode", "The mode is missing or unknown.", "Use test or live."))?;
    let store = StoreClient::project(platform.store(), project);
    make(platform, request, (project, mode), &store, None, new).await
}

async fn make<P: Platform>(
    platform: &P,
    request: &Request,
    (project, mode): (ProjectId, Mode),
    store: &StoreClient<'_, P::Store>,
    by: Option<KeyProof>,
    new: NewApiKey,
) -> Result<Built<CreatedApiKey>> {
    let config = platform.config();
    let name = line("name", &new.name, NAME_MAX)?;
    let scopes = scopes(&new.scopes)?;
    let expires = new.expires_at.map(|text| expiry(platform, &text)).transpose()?;
    let addresses = new.allowed_addresses.map(addresses).transpose()?;
    let once = once(platform, request, by.as_ref().map_or("owner", |key| &key.id))?;
    let mut key = make_api_key(config, platform.entropy(), mode, project);
    key.secret = token_secret(platform, request, once.as_ref(), &key.id)?;
    let id = base62::encode(key.id.random);
    let proof =
        KeyProof { id: id.clone(), mode, hash: secret_hash(key.secret), address: None, console: None };
    let operation = CreateApiKey { by, new: proof, name, scopes, expires, addresses, once: once.clone() };
    let created = store.call(operation).await?;
    let replayed = created.id != id;
    if replayed {
        let random = base62::decode(&created.id).ok_or_else(|| Error::fault("an id is not base62"))?;
        let id = api_key_id(config, project, mode, random);
        key = ApiKey { mode, secret: token_secret(platform, request, once.as_ref(), &id)?, id };
    }
    // Exposed this once, to the caller. Only its hash is stored.
    let response = Built::json(201, &CreatedApiKey { api_key: view(created), key: key.expose() });
    Ok(if replayed { response.with(REPLAYED, "true") } else { response })
}

/// Narrows a key: fewer scopes, an earlier expiry, fewer addresses.
///
/// # Errors
/// When it is not there, without the scope `admin`, or when the key could do more afterwards.
pub(crate) async fn narrow(
    platform: &impl Platform,
    request: &Request,
    id: &str,
    body: JsonBody<'_, ApiKeyChanges>,
) -> Result<OneApiKey> {
    let caller = auth::key_caller(platform, request)?;
    let id = key_id(id)?;
    let changes = body.read()?;
    let kept = |member| {
        invalid(member, "A limit of a key cannot be removed.", "Send a narrower one, or leave it out.")
    };
    let expires = changes.expires_at.map(|text| expiry(platform, &text.ok_or_else(|| kept("expiresAt"))?));
    let ranges = changes.allowed_addresses;
    let ranges = ranges.map(|ranges| addresses(ranges.ok_or_else(|| kept("allowedAddresses"))?));
    let operation = NarrowApiKey {
        key: caller.proof(),
        id,
        scopes: changes.scopes.map(|words| scopes(&words.ok_or_else(|| kept("scopes"))?)).transpose()?,
        expires: expires.transpose()?,
        addresses: ranges.transpose()?,
    };
    Ok(OneApiKey { api_key: view(caller.call(operation).await?) })
}

/// Revokes a key, and the open sessions that it made unless `?sessions=keep`.
///
/// # Errors
/// When it is not there, or without the scope `admin`.
pub(crate) async fn revoke(platform: &impl Platform, request: &Request, id: &str) -> Result<RevokedApiKey> {
    let caller = auth::key_caller(platform, request)?;
    let id = key_id(id)?;
    let keep_sessions = match request.query.get("sessions").map(String::as_str) {
        None | Some("revoke") => false,
        Some("keep") => true,
        Some(_) => {
            return Err(invalid(
                "sessions",
                "sessions is neither revoke nor keep.",
                "Send keep, or leave it out.",
            ));
        }
    };
    let operation = RevokeApiKey { key: caller.proof(), id, keep_sessions: Some(keep_sessions) };
    let Revoked { key, sessions } = caller.call(operation).await?;
    Ok(RevokedApiKey { api_key: view(key), revoked_sessions: sessions })
}

fn key_id(id: &str) -> Result<String> {
    if id.len() > 30 || !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(Error::not_found());
    }
    Ok(id.to_owned())
}

fn view(key: ApiKeyRow) -> ApiKeyView {
    ApiKeyView {
        id: key.id,
        name: key.name,
        mode: key.mode,
        scopes: key.scopes,
        created_at: iso(key.created),
        last_used_at: key.used.map(iso),
        expires_at: key.expires.map(iso),
        allowed_addresses: key.addresses,
        created_by: key.made_by,
    }
}
