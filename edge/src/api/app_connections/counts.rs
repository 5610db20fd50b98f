//! `GET /api/v1/app-connections/counts`: how many accounts each value of a filter would find.

use crate::access::auth;
use crate::api::input::{account_list, same_project};
use crate::error::Result;
use crate::http::Request;
use crate::ports::Platform;
use crate::store::protocol::CountConnections;
use serde::Serialize;
use std::collections::BTreeMap;

/// How many accounts match the filters, by what they are. Each group leaves out its own filter: it says what choosing another
/// value would find.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectionCounts {
    /// All that match. Null: more would have to be counted one by one than is allowed.
    total: Option<i64>,
    /// By provider. Null: as above.
    provider: Option<BTreeMap<String, i64>>,
    /// By health. Null: as above.
    health: Option<BTreeMap<String, i64>>,
    /// By the type of the key. Null: as above.
    r#type: Option<BTreeMap<String, i64>>,
    /// By the color of the key. Null: as above.
    freshness: Option<BTreeMap<String, i64>>,
    /// Whether something is null.
    approximate: bool,
}

/// The counts of the accounts in the key's mode.
///
/// # Errors
/// Without a valid key, or when a parameter is not valid.
pub(crate) async fn counts(platform: &impl Platform, request: &Request) -> Result<ConnectionCounts> {
    let caller = auth::key_caller(platform, request)?;
    same_project(&caller, request.query.get("projectId").map(String::as_str))?;
    let filter = account_list::filter(request, None)?;
    let counts = caller.call(CountConnections { key: caller.proof(), filter }).await?;
    let groups = [&counts.provider, &counts.health, &counts.key_type, &counts.freshness];
    let approximate = counts.total.is_none() || groups.into_iter().any(Option::is_none);
    Ok(ConnectionCounts {
        total: counts.total,
        provider: counts.provider,
        health: counts.health,
        r#type: counts.key_type,
        freshness: counts.freshness,
        approximate,
    })
}
