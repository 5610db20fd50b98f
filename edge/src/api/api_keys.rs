//! `/api/v1/api-keys`: the API keys of a project. Each has a name and scopes, is shown once, and can be revoked. A key
//! manages keys of its own mode.

use crate::access::auth;
use crate::access::tokens::make_api_key;
use crate::api::endpoint::JsonBody;
use crate::api::input::{invalid, line};
use crate::crypto::digest::secret_hash;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::ports::Platform;
use crate::store::client::StoreClient;
use crate::store::protocol::{ApiKeyRow, CreateApiKey, KeyProof, ListApiKeys, RevokeApiKey};
use crate::time::iso;
use latchkey_shared::limits::NAME_MAX;
use latchkey_shared::{KeyScope, Mode, ProjectId, base62};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewApiKey {
    /// For people.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 64)))]
    name: String,
    /// What it may do.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<KeyScope>", length(min = 1)))]
    scopes: Vec<String>,
    /// Test or live. When it is left out, it is the caller’s.
    #[cfg_attr(feature = "schema", schemars(with = "Option<Mode>"))]
    mode: Option<String>,
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

/// Makes a key of the caller's mode. It is shown this once.
///
/// # Errors
/// Without the scope `admin`, or when a value is not allowed.
pub(crate) async fn create(
    platform: &impl Platform,
    request: &Request,
    body: JsonBody<'_, NewApiKey>,
) -> Result<CreatedApiKey> {
    let caller = auth::key_caller(platform, request)?;
    let new = body.read()?;
    // A key of one mode may not make a key of the other.
    if new.mode.as_deref().is_some_and(|mode| mode != caller.mode().as_str()) {
        return Err(invalid("mode", "A key can only make keys of its own mode.", "Leave mode out."));
    }
    let mode = caller.mode();
    make(platform, caller.project, mode, caller.store(), Some(caller.proof()), new).await
}

/// Makes a key with the admin token, for a project that lost all its keys.
///
/// # Errors
/// Without the admin token, when there is no such project, or when a value is not allowed.
pub(crate) async fn create_for(
    platform: &impl Platform,
    request: &Request,
    id: &str,
    body: JsonBody<'_, NewApiKey>,
) -> Result<CreatedApiKey> {
    auth::admin(request, platform.config())?;
    let project = super::projects::registered(platform, id).await?;
    let new = body.read()?;
    let mode = new.mode.as_deref().and_then(Mode::parse);
    let mode = mode.ok_or_else(|| invalid("mode", "The mode is missing or unknown.", "Use test or live."))?;
    make(platform, project, mode, &StoreClient::project(platform.store(), project), None, new).await
}

async fn make<P: Platform>(
    platform: &P,
    project: ProjectId,
    mode: Mode,
    store: &StoreClient<'_, P::Store>,
    by: Option<KeyProof>,
    new: NewApiKey,
) -> Result<CreatedApiKey> {
    let name = line("name", &new.name, NAME_MAX)?;
    let mut scopes = new
        .scopes
        .iter()
        .map(|word| KeyScope::parse(word))
        .collect::<Option<Vec<_>>>()
        .filter(|scopes| !scopes.is_empty())
        .ok_or_else(|| {
            let known = KeyScope::ALL.map(KeyScope::as_str).join(", ");
            invalid("scopes", "A scope is unknown, or the list is empty.", format!("Use some of: {known}."))
        })?;
    scopes.sort();
    scopes.dedup();
    let key = make_api_key(platform.config(), platform.entropy(), mode, project);
    let proof = KeyProof { id: base62::encode(key.id.random), mode, hash: secret_hash(key.secret) };
    let created = store.call(CreateApiKey { by, new: proof, name, scopes }).await?;
    // Exposed this once, to the caller. Only its hash is stored.
    Ok(CreatedApiKey { api_key: view(created), key: key.expose() })
}

/// Revokes a key.
///
/// # Errors
/// When it is not there, or without the scope `admin`.
pub(crate) async fn revoke(platform: &impl Platform, request: &Request, id: &str) -> Result<OneApiKey> {
    let caller = auth::key_caller(platform, request)?;
    if id.len() > 30 || !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(Error::not_found());
    }
    let revoked = caller.call(RevokeApiKey { key: caller.proof(), id: id.to_owned() }).await?;
    Ok(OneApiKey { api_key: view(revoked) })
}

fn view(key: ApiKeyRow) -> ApiKeyView {
    ApiKeyView {
        id: key.id,
        name: key.name,
        mode: key.mode,
        scopes: key.scopes,
        created_at: iso(key.created),
        last_used_at: key.used.map(iso),
    }
}
