//! Host names: the deployment's own, and those of projects. At a project's host name, other projects do not exist. Every
//! other host name has nothing but the health check.
//!
//! The registry is called only for a host other than that of `PUBLIC_URL`, and seldom: an isolate lists the host names of all
//! projects about once a minute. Without `PUBLIC_URL`, as in development, every host name is the deployment's, and the registry is
//! never called.

use crate::access::auth;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::ports::{Clock, Platform};
use crate::store::client::StoreClient;
use crate::store::protocol::{ListDomains, ProjectView};
use latchkey_shared::ProjectId;

/// The host of an origin in lower case, without its port and the last dot. A text that has no host is returned as it is, and
/// is no known host then.
#[must_use]
pub fn host(origin: &str) -> String {
    let authority = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    let authority = authority.split('/').next().unwrap_or_default();
    let name = match authority.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => authority,
    };
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

/// Whose host name a request came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    /// The deployment's: it serves all projects.
    Deployment,
    /// A project's own.
    Project(ProjectId),
}

impl Site {
    /// Whether the project exists here.
    #[must_use]
    pub fn has(self, project: ProjectId) -> bool {
        self == Self::Deployment || self == Self::Project(project)
    }
}

/// Whose host name the request came to.
///
/// # Errors
/// 404 if it is nobody's; 503 if the registry does not reply.
pub async fn site(platform: &impl Platform, request: &Request) -> Result<Site> {
    let host = host(&request.origin);
    if platform.config().public_url.as_deref().is_none_or(|own| self::host(own) == host) {
        return Ok(Site::Deployment);
    }
    let (now, domains) = (platform.clock().now_ms(), &platform.isolate().domains);
    let known = domains.borrow_mut().find(&host, now);
    let project = match known {
        Some(project) => project,
        None => {
            let listed = StoreClient::registry(platform.store()).call(ListDomains {}).await?;
            domains.borrow_mut().listed(listed, now);
            domains.borrow_mut().find(&host, now).flatten()
        }
    };
    project.map(Site::Project).ok_or_else(Error::not_found)
}

/// At which host names a path answers. There is no default, so a new endpoint has to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hosts {
    /// At every one, known or not: for a load balancer.
    Any,
    /// At the deployment's and at every project's: it shows nothing of a project, or compares the project itself.
    Known,
    /// At the deployment's, and at a project's own for keys and tokens of that project.
    OwnProject,
    /// As [`Self::OwnProject`], but at a project's own the request must carry such a key. The owner of the deployment may call
    /// it elsewhere.
    OwnKey,
    /// At the deployment's only.
    Deployment,
}

impl Hosts {
    /// Refuses a request to a host name where its path does not answer, as if nothing were there. `site` is what [`site()`]
    /// returned.
    ///
    /// # Errors
    /// In that case, and that of `site`.
    pub(crate) fn check(self, site: Result<Site>, request: &Request) -> Result<()> {
        if self == Self::Any {
            return Ok(());
        }
        let Site::Project(home) = site? else { return Ok(()) };
        let named = auth::project(request);
        let here = match self {
            Self::Any | Self::Known => true,
            Self::OwnProject => named.is_none_or(|project| project == home),
            Self::OwnKey => named == Some(home),
            Self::Deployment => false,
        };
        if here { Ok(()) } else { Err(Error::not_found()) }
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
