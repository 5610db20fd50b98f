//! `GET /api/v1/app-connections/{app}/{id}/credentials`: the credential of an account, in clear.

use super::connection_id;
use crate::access::auth;
use crate::connections::open::open_credential;
use crate::error::Result;
use crate::http::Request;
use crate::ports::Platform;
use crate::store::protocol::OpenConnection;
use latchkey_shared::collect::collect_btree;
use serde::Serialize;
use std::collections::BTreeMap;

/// A credential in clear. Not printable: it holds secrets.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct OpenedCredential {
    /// Every field, secrets too, by field id.
    credentials: BTreeMap<String, String>,
    /// Its version.
    version: u32,
}

/// The credential of an account, in clear. It needs a scope of its own, is recorded in the audit log before it is opened,
/// and may not be cached.
///
/// # Errors
/// When it does not exist, when the key lacks the scope, or when the vault cannot open it.
pub(crate) async fn credentials(
    platform: &impl Platform,
    request: &Request,
    app: &str,
    id: &str,
) -> Result<OpenedCredential> {
    let caller = auth::key_caller(platform, request)?;
    let operation = OpenConnection { key: caller.proof(), app: app.to_owned(), id: connection_id(id)? };
    let found = caller.call(operation).await?;
    let credential = open_credential(platform, caller.mode(), caller.project, &found.connection).await?;
    // Exposed because this is the only response that may carry secrets (ARCHITECTURE, invariant 2).
    let exposed = credential.values().map(|(id, value)| (id.to_owned(), value.expose().to_owned()));
    Ok(OpenedCredential { credentials: collect_btree(exposed), version: found.connection.version })
}
