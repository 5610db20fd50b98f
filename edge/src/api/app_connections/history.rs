//! `GET /api/v1/app-connections/{app}/{id}/history`: the versions of an account's credential, without any value, and what its
//! provider reported about its key.

use super::connection_id;
use crate::access::auth;
use crate::error::Result;
use crate::http::Request;
use crate::ports::Platform;
use crate::store::protocol::{EventParty, ListVersions, ProviderEvent, VersionRow};
use crate::time::iso;
use serde::Serialize;

/// The history of an account.
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
    /// What the provider's log says about the key, and about other keys that the owner of the key made or ended, in the provider's
    /// own words. Newest first: the newest hundred of 400 days, or as many as fit into 128 KiB.
    provider_events: Vec<ProviderEventView>,
}

/// An event in the provider's log. Its texts are the provider's.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "ProviderEvent"))]
#[serde(rename_all = "camelCase")]
struct ProviderEventView {
    /// When it happened.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    at: String,
    /// Its type.
    r#type: String,
    /// The provider's words for it.
    message: Option<String>,
    /// Who did it.
    actor: Option<Party>,
    /// To what or whom it was done.
    targets: Vec<Party>,
}

/// Somebody or something that the event names.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "ProviderEventParty"))]
#[serde(rename_all = "camelCase")]
struct Party {
    /// The provider's id of it.
    id: Option<String>,
    /// Its kind.
    r#type: Option<String>,
    /// Its name.
    name: Option<String>,
    /// The name with which it signs in.
    login: Option<String>,
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
        provider_events: history.provider_events.unwrap_or_default().into_iter().map(event_view).collect(),
    })
}

fn event_view(event: ProviderEvent) -> ProviderEventView {
    let party = |party: EventParty| {
        let EventParty { id, kind, name, login } = party;
        Party { id, r#type: kind, name, login }
    };
    ProviderEventView {
        at: iso(event.at.unwrap_or_default()),
        r#type: event.kind,
        message: event.message,
        actor: event.actor.map(party),
        targets: event.targets.into_iter().map(party).collect(),
    }
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
