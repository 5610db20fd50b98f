//! `/api/v1/api-keys`: several per project, each named, with scopes, shown once, revocable. A key manages keys of its own mode.

use crate::access::auth;
use crate::access::tokens::make_api_key;
use crate::api::input::invalid;
use crate::crypto::digest::secret_hash;
use crate::error::{Error, Result};
use crate::http::{Request, Response, body};
use crate::ports::Platform;
use crate::store::client::StoreClient;
use crate::store::protocol::{ApiKeyRow, CreateApiKey, KeyProof, ListApiKeys, RevokeApiKey};
use crate::time::iso;
use latchkey_shared::{KeyScope, Mode, ProjectId, base62};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewKey {
    /// For people.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 64)))]
    name: String,
    /// What it may do.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<KeyScope>", length(min = 1)))]
    scopes: Vec<String>,
    /// Test or live; the caller’s when it is left out.
    #[cfg_attr(feature = "schema", schemars(with = "Option<Mode>"))]
    mode: Option<String>,
}

/// Every key of the caller's mode.
///
/// # Errors
/// Without the scope `admin`.
pub async fn list(platform: &impl Platform, request: &Request) -> Result<Response> {
    let caller = auth::api_key(platform, request)?;
    let keys = caller.call(ListApiKeys { key: caller.proof() }).await?;
    Ok(Response::json(200, &json!({ "apiKeys": keys.iter().map(view).collect::<Vec<_>>() })))
}

/// Makes a key of the caller's mode. It is shown this once.
///
/// # Errors
/// Without the scope `admin`, or when a value is not allowed.
pub async fn create(platform: &impl Platform, request: &Request) -> Result<Response> {
    let caller = auth::api_key(platform, request)?;
    let new: NewKey = body::json(request)?;
    // What is the other mode's is not the caller's to make.
    if new.mode.as_deref().is_some_and(|mode| mode != caller.mode().as_str()) {
        return Err(invalid("mode", "A key makes keys of its own mode only.", "Leave it out."));
    }
    let mode = caller.mode();
    make(platform, caller.project, mode, caller.store(), Some(caller.proof()), new).await
}

/// Makes a key for the deployment's owner, who needs none of the project's: when all were lost.
///
/// # Errors
/// Without the admin token, when there is no such project, or when a value is not allowed.
pub async fn create_for(platform: &impl Platform, request: &Request, id: &str) -> Result<Response> {
    auth::admin(request, platform.config())?;
    let project = super::projects::registered(platform, id).await?;
    let new: NewKey = body::json(request)?;
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
    new: NewKey,
) -> Result<Response> {
    let name = new.name.trim().to_owned();
    if name.is_empty()
        || name.chars().count() > latchkey_shared::limits::NAME_MAX
        || name.chars().any(char::is_control)
    {
        return Err(invalid(
            "name",
            "The name is empty, too long, or goes over several lines.",
            format!("Use 1 to {} characters.", latchkey_shared::limits::NAME_MAX),
        ));
    }
    let mut scopes = new
        .scopes
        .iter()
        .map(|word| KeyScope::parse(word))
        .collect::<Option<Vec<_>>>()
        .filter(|scopes| !scopes.is_empty())
        .ok_or_else(|| {
            let known = KeyScope::ALL.map(KeyScope::as_str).join(", ");
            invalid("scopes", "A scope is unknown, or there is none.", format!("Use some of: {known}."))
        })?;
    scopes.sort();
    scopes.dedup();
    let key = make_api_key(platform.config(), platform.entropy(), mode, project);
    let proof = KeyProof { id: base62::encode(key.id.random), mode, hash: secret_hash(key.secret) };
    let asked = CreateApiKey { by, new: proof, name, scopes };
    let made = store.call(asked).await?;
    // Exposed this once, to the one who asked; only its hash is stored.
    Ok(Response::json(201, &json!({ "apiKey": view(&made), "key": key.expose() })))
}

/// Ends a key.
///
/// # Errors
/// When it is not there, or without the scope `admin`.
pub async fn revoke(platform: &impl Platform, request: &Request, id: &str) -> Result<Response> {
    let caller = auth::api_key(platform, request)?;
    if id.len() > 30 || !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(Error::not_found());
    }
    let asked = RevokeApiKey { key: caller.proof(), id: id.to_owned() };
    let revoked = caller.call(asked).await?;
    Ok(Response::json(200, &json!({ "apiKey": view(&revoked) })))
}

fn view(key: &ApiKeyRow) -> Value {
    json!({
        "id": key.id,
        "name": key.name,
        "mode": key.mode,
        "scopes": key.scopes,
        "createdAt": iso(key.created),
        "lastUsedAt": key.used.map(iso),
    })
}
