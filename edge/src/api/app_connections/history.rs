//! `GET /api/v1/app-connections/{app}/{id}/history`: the versions of an account's credential, without any value.

use super::connection_id;
use crate::access::auth;
use crate::error::Result;
use crate::http::Request;
use crate::ports::Platform;
use crate::store::protocol::{ListVersions, VersionRow};
use crate::time::iso;
use serde::Serialize;

/// The versions of a credential.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct CredentialHistory {
    /// When the account was linked.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    created_at: String,
    /// When the key expires, if its provider says so.
    expires_at: Option<String>,
    /// Newest first.
    versions: Vec<CredentialVersion>,
}

/// One version of a credential.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct CredentialVersion {
    /// The first is 1.
    version: u32,
    /// Equal hashes mean equal credentials.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Hash"))]
    credentials_hash: String,
    /// When it was stored.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    created_at: String,
    /// When it was last opened.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Time>"))]
    last_used_at: Option<String>,
    /// When the next version replaced it.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Time>"))]
    replaced_at: Option<String>,
    /// Until when it is kept after that.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Time>"))]
    kept_until: Option<String>,
}

/// The versions of an account's credential.
///
/// # Errors
/// When the account does not exist, or when the key lacks the scope.
pub(crate) async fn history(
    platform: &impl Platform,
    request: &Request,
    app: &str,
    id: &str,
) -> Result<CredentialHistory> {
    let caller = auth::key_caller(platform, request)?;
    let operation = ListVersions { key: caller.proof(), app: app.to_owned(), id: connection_id(id)? };
    let history = caller.call(operation).await?;
    Ok(CredentialHistory {
        created_at: iso(history.created),
        expires_at: history.expires_at,
        versions: history.versions.into_iter().map(view).collect(),
    })
}

fn view(row: VersionRow) -> CredentialVersion {
    CredentialVersion {
        version: row.version,
        credentials_hash: row.hash,
        created_at: iso(row.created),
        last_used_at: row.used.map(iso),
        replaced_at: row.ended.map(iso),
        kept_until: row.kept_until.map(iso),
    }
}
