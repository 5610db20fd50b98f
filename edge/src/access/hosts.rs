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

/// At which host names a path answers.
#[derive(Clone, Copy)]
pub(crate) enum Hosts {
    /// At every one. Pages check the host name themselves, because they say on a page what is wrong.
    Every,
    /// At the deployment's, and at a project's own for keys and tokens of that project.
    OwnProject,
    /// At the deployment's only.
    Deployment,
}

impl Hosts {
    /// Refuses a request to a host name where its path does not answer, as if nothing were there. `home` is what
    /// [`project_of_host`] returned.
    ///
    /// # Errors
    /// In that case, or when the host name had to be known and the registry did not reply.
    pub(crate) fn check(self, home: Result<Option<ProjectId>>, request: &Request) -> Result<()> {
        let elsewhere = match self {
            Self::Every => false,
            Self::OwnProject => {
                home?.is_some_and(|home| auth::project(request).is_some_and(|project| project != home))
            }
            Self::Deployment => home?.is_some(),
        };
        if elsewhere { Err(Error::not_found()) } else { Ok(()) }
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
