//! What needs more than reading an account: its credential, in clear, and its versions.

use super::connection_id;
use crate::access::auth;
use crate::connections::open::open_credential;
use crate::error::Result;
use crate::http::{Request, Response};
use crate::ports::Platform;
use crate::store::protocol::{ListVersions, OpenConnection};
use crate::time::iso;
use serde_json::{Map, Value, json};

/// The credential of an account, in clear. Its own scope, audited before it is opened, and never kept by anyone on the way.
///
/// # Errors
/// When it is not there, the key lacks the scope, or the vault cannot open it.
pub async fn credentials(
    platform: &impl Platform,
    request: &Request,
    app: &str,
    id: &str,
) -> Result<Response> {
    let caller = auth::api_key(platform, request)?;
    let mode = caller.mode();
    let asked = OpenConnection { key: caller.proof(), app: app.to_owned(), id: connection_id(id)? };
    let found = caller.call(asked).await?;
    let credential = open_credential(platform, mode, caller.project, &found.connection).await?;
    // Exposed because this is the one answer that carries them (DESIGN, invariant 2).
    let values: Map<String, Value> =
        credential.values().map(|(id, value)| (id.to_owned(), json!(value.expose()))).collect();
    Ok(Response::json(200, &json!({ "credentials": values, "version": found.connection.version })))
}

/// The versions of an account's credential.
///
/// # Errors
/// When it is not there, or the key lacks the scope.
pub async fn history(platform: &impl Platform, request: &Request, app: &str, id: &str) -> Result<Response> {
    let caller = auth::api_key(platform, request)?;
    let asked = ListVersions { key: caller.proof(), app: app.to_owned(), id: connection_id(id)? };
    let history = caller.call(asked).await?;
    let versions: Vec<_> = history
        .versions
        .iter()
        .map(|version| {
            json!({
                "version": version.version,
                "credentialsHash": version.hash,
                "createdAt": iso(version.created),
                "lastUsedAt": version.used.map(iso),
                "replacedAt": version.ended.map(iso),
                "keptUntil": version.kept_until.map(iso),
            })
        })
        .collect();
    let answer =
        json!({ "createdAt": iso(history.created), "expiresAt": history.expires_at, "versions": versions });
    Ok(Response::json(200, &answer))
}
