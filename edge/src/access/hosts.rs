//! Host names that belong to a project. At such a host name, other projects do not exist.
//!
//! The registry is called only for a host other than that of `PUBLIC_URL`, at most once a minute in each isolate. Without
//! `PUBLIC_URL` all hosts belong to the deployment, and the registry is never called.

use crate::access::auth;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::ports::{Clock, Platform};
use crate::store::client::StoreClient;
use crate::store::protocol::{FindDomain, ProjectView};
use latchkey_shared::ProjectId;

/// The host of an origin, without its port.
#[must_use]
pub fn host(origin: &str) -> &str {
    let authority = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    authority.split(['/', ':']).next().unwrap_or_default().trim_end_matches('.')
}

/// The project that the host name of the request belongs to. `None` is the deployment.
///
/// # Errors
/// If the registry does not reply.
pub async fn project_of_host(platform: &impl Platform, request: &Request) -> Result<Option<ProjectId>> {
    let config = platform.config();
    let host = host(&request.origin);
    if config.public_url.as_deref().is_none_or(|own| self::host(own) == host) {
        return Ok(None);
    }
    let now = platform.clock().now_ms();
    if let Some(project) = platform.host_cache().get(host, now) {
        return Ok(project);
    }
    let project = StoreClient::registry(platform.store()).call(FindDomain { host: host.to_owned() }).await?;
    platform.host_cache().put(host, project, now);
    Ok(project)
}

/// Refuses a key or token of another project at a project's host name, with 404.
///
/// # Errors
/// In that case, or if the registry does not reply.
pub async fn require_own_project(platform: &impl Platform, request: &Request) -> Result<()> {
    match project_of_host(platform, request).await? {
        Some(owner) if auth::project(request).is_some_and(|project| project != owner) => {
            Err(Error::not_found())
        }
        _ => Ok(()),
    }
}

/// Refuses endpoints of the deployment's owner at a project's host name, with 404.
///
/// # Errors
/// In that case, or if the registry does not reply.
pub async fn deny_on_custom_host(platform: &impl Platform, request: &Request) -> Result<()> {
    match project_of_host(platform, request).await? {
        Some(_) => Err(Error::not_found()),
        None => Ok(()),
    }
}

/// The base of a project's links: the first of its own host names, or else the public URL of the deployment.
#[must_use]
pub fn public_url(config: &Config, request: &Request, project: &ProjectView) -> String {
    match project.settings.domains.first() {
        Some(host) => ["https://", host].concat(),
        None => config.public_url.clone().unwrap_or_else(|| request.origin.clone()),
    }
}
