//! Host names of a project's own: whose a request came to, and that nothing of another project is there.
//!
//! The registry is asked only where a request came to another host than `PUBLIC_URL`'s, and then at most once a minute in each
//! isolate. Without `PUBLIC_URL` every host is the deployment's, and nobody is asked.

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

/// The project whose host name the request came to; none: the deployment's own.
///
/// # Errors
/// When the registry does not answer.
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

/// Refuses a key or token of another project than the one whose host name the request came to, as if it were nowhere.
///
/// # Errors
/// In that case, or when the registry does not answer.
pub async fn require_own_project(platform: &impl Platform, request: &Request) -> Result<()> {
    match project_of_host(platform, request).await? {
        Some(home) if auth::project(request).is_some_and(|project| project != home) => {
            Err(Error::not_found())
        }
        _ => Ok(()),
    }
}

/// Refuses what only the deployment's owner may do at a project's host name.
///
/// # Errors
/// There, or when the registry does not answer.
pub async fn deny_on_custom_host(platform: &impl Platform, request: &Request) -> Result<()> {
    match project_of_host(platform, request).await? {
        Some(_) => Err(Error::not_found()),
        None => Ok(()),
    }
}

/// Where a project's links lead: to the first of its own host names, else to where this deployment is reached.
#[must_use]
pub fn public_url(config: &Config, request: &Request, project: &ProjectView) -> String {
    match project.settings.domains.first() {
        Some(host) => ["https://", host].concat(),
        None => config.public_url.clone().unwrap_or_else(|| request.origin.clone()),
    }
}
