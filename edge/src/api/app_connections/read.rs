//! One account by id or name, and what accounts there can be.

use super::{connection_id, is_unchanged, one, tag};
use crate::access::auth;
use crate::api::input;
use crate::error::{Error, Result};
use crate::http::{Request, Response};
use crate::ports::Platform;
use crate::store::protocol::{
    ConnectionFilter, ConnectionInProject, ConnectionSort, FindConnection, FindConnectionByName,
    ListConnections, ProjectByApiKey,
};
use serde_json::json;

/// How many accounts `available` lists at most.
const AVAILABLE_MAX: u32 = 100;

/// One account.
///
/// # Errors
/// Without a valid key; what is not there, another project's, or the other mode's is not found.
pub async fn read(platform: &impl Platform, request: &Request, app: &str, id: &str) -> Result<Response> {
    let caller = auth::api_key(platform, request)?;
    let asked = FindConnection { key: caller.proof(), app: app.to_owned(), id: connection_id(id)? };
    Ok(unless_known(request, caller.call(asked).await?))
}

/// One account, by its name.
///
/// # Errors
/// As for [`read`].
pub async fn by_name(platform: &impl Platform, request: &Request, app: &str, name: &str) -> Result<Response> {
    let caller = auth::api_key(platform, request)?;
    let asked = FindConnectionByName { key: caller.proof(), app: app.to_owned(), name: name.to_owned() };
    Ok(unless_known(request, caller.call(asked).await?))
}

fn unless_known(request: &Request, found: ConnectionInProject) -> Response {
    if is_unchanged(request, found.connection.revision) {
        return Response::new(304, "application/json", String::new())
            .with("etag", tag(found.connection.revision));
    }
    one(200, found)
}

/// Every provider an account can be of, with its methods.
///
/// # Errors
/// Without a valid key.
pub async fn options(platform: &impl Platform, request: &Request) -> Result<Response> {
    let caller = auth::api_key(platform, request)?;
    let asked = ProjectByApiKey { key: caller.proof() };
    caller.call(asked).await?;
    let options: Vec<_> = latchkey_catalogue::all()
        .map(|provider| json!({ "name": provider.name, "app": provider.id, "methods": [provider.method] }))
        .collect();
    Ok(Response::json(200, &json!({ "appConnectionOptions": options })))
}

/// The accounts of one provider that can be chosen from, in short and by name.
///
/// # Errors
/// As for the list.
pub async fn available(platform: &impl Platform, request: &Request, app: &str) -> Result<Response> {
    let caller = auth::api_key(platform, request)?;
    input::same_project(&caller, request.query.get("projectId").map(String::as_str))?;
    let provider = input::provider(app, Error::not_found)?;
    let asked = ListConnections {
        key: caller.proof(),
        filter: ConnectionFilter { app: Some(provider.id.clone()), ..ConnectionFilter::default() },
        sort: ConnectionSort::Name,
        descending: false,
        after: None,
        limit: AVAILABLE_MAX,
    };
    let page = caller.call(asked).await?;
    let entries: Vec<_> = page
        .connections
        .iter()
        .map(|row| json!({ "id": row.id, "name": row.name, "app": row.app, "projectId": page.project.id }))
        .collect();
    Ok(Response::json(200, &json!({ "appConnections": entries })))
}
