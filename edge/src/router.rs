//! Method and path → one function of `api`. A `match`, because a router costs more than all the rest of a small request.
//!
//! To add an endpoint: a line in `Route::of`, its methods in `Route::methods`, a line in `dispatch`.

use crate::access::hosts;
use crate::api::{
    api_keys, app_connections, audit_log, connect, connect_progress, connect_sessions, connect_share,
    projects, providers, vault,
};
use crate::crypto::entropy::Entropy;
use crate::error::{Error, Result};
use crate::http::language;
use crate::http::{Request, Response, problem::problem};
use crate::pages::{connect as connect_page, guide};
use crate::ports::{Log, Platform, Quota};
use crate::store::quota::WINDOW;
use latchkey_shared::{ErrorCode, base62};

/// Every path there is.
#[derive(Clone, Copy, Debug)]
enum Route<'a> {
    Health,
    Link(&'a str),
    Embed(&'a str),
    Guide(&'a str),
    Projects,
    Project(&'a str),
    ProjectKeys(&'a str),
    ApiKeys,
    ApiKey(&'a str),
    AuditLog,
    Vault,
    VaultRewrap,
    Providers,
    Provider(&'a str),
    ConnectSessions,
    ConnectSession(&'a str),
    Connect,
    ConnectCancel,
    ConnectProgress,
    ConnectShare,
    AppConnections,
    ConnectionOptions,
    AppConnectionsOf(&'a str),
    AvailableConnections(&'a str),
    AppConnection(&'a str, &'a str),
    ConnectionByName(&'a str, &'a str),
    Credentials(&'a str, &'a str),
    History(&'a str, &'a str),
    Rollback(&'a str, &'a str),
}

impl<'a> Route<'a> {
    fn of(segments: &[&'a str]) -> Option<Self> {
        Some(match *segments {
            ["healthz"] => Self::Health,
            ["link", id] => Self::Link(id),
            ["embed", id] => Self::Embed(id),
            ["guides", app] => Self::Guide(app),
            ["api", "v1", ref rest @ ..] => match *rest {
                ["projects"] => Self::Projects,
                ["projects", id] => Self::Project(id),
                ["projects", id, "api-keys"] => Self::ProjectKeys(id),
                ["api-keys"] => Self::ApiKeys,
                ["api-keys", id] => Self::ApiKey(id),
                ["audit-log"] => Self::AuditLog,
                ["vault"] => Self::Vault,
                ["vault", "rewrap"] => Self::VaultRewrap,
                ["providers"] => Self::Providers,
                ["providers", id] => Self::Provider(id),
                ["connect-sessions"] => Self::ConnectSessions,
                ["connect-sessions", id] => Self::ConnectSession(id),
                ["connect"] => Self::Connect,
                ["connect", "cancel"] => Self::ConnectCancel,
                ["connect", "progress"] => Self::ConnectProgress,
                ["connect", "share"] => Self::ConnectShare,
                ["app-connections"] => Self::AppConnections,
                ["app-connections", "options"] => Self::ConnectionOptions,
                ["app-connections", app] => Self::AppConnectionsOf(app),
                ["app-connections", app, "available"] => Self::AvailableConnections(app),
                ["app-connections", app, "connection-name", name] => Self::ConnectionByName(app, name),
                ["app-connections", app, id] => Self::AppConnection(app, id),
                ["app-connections", app, id, "credentials"] => Self::Credentials(app, id),
                ["app-connections", app, id, "history"] => Self::History(app, id),
                ["app-connections", app, id, "rollback"] => Self::Rollback(app, id),
                _ => return None,
            },
            _ => return None,
        })
    }

    /// What `Allow` says (RFC 9110, section 10.2.1).
    fn methods(self) -> &'static str {
        match self {
            Self::Health
            | Self::Link(_)
            | Self::Embed(_)
            | Self::Guide(_)
            | Self::Providers
            | Self::Provider(_)
            | Self::AuditLog
            | Self::Vault
            | Self::AppConnections
            | Self::ConnectionOptions
            | Self::AvailableConnections(_)
            | Self::ConnectionByName(..)
            | Self::Credentials(..)
            | Self::History(..) => "GET, HEAD",
            Self::Projects | Self::ApiKeys | Self::Connect | Self::AppConnectionsOf(_) => "GET, HEAD, POST",
            Self::ConnectSessions
            | Self::ConnectCancel
            | Self::VaultRewrap
            | Self::ProjectKeys(_)
            | Self::Rollback(..) => "POST",
            Self::ConnectSession(_) => "GET, HEAD, DELETE",
            Self::ConnectProgress => "PUT",
            Self::ConnectShare => "POST, DELETE",
            Self::ApiKey(_) => "DELETE",
            Self::Project(_) | Self::AppConnection(..) => "GET, HEAD, PATCH, DELETE",
        }
    }
}

/// The methods of a path, for the test that compares them with the description of the API.
#[cfg(all(test, feature = "schema"))]
pub(crate) fn methods_of(path: &str) -> Option<&'static str> {
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    Route::of(&segments).map(Route::methods)
}

/// Answers a request, whatever it is. Faults of ours go to the log under the request's id. What is left to the caller is
/// told as `RateLimit` (draft-ietf-httpapi-ratelimit-headers).
pub async fn handle(platform: &impl Platform, request: &Request) -> Response {
    let request_id = format!("req_{}", base62::encode(u128::from_be_bytes(platform.entropy().bytes16())));
    let response = match dispatch(platform, request).await {
        Ok(response) => response,
        Err(error) => {
            if let Some(detail) = &error.log {
                platform.log().fault(&request_id, detail);
            }
            let phrases = match language::is_for_page(&request.path) {
                true => language::of(platform, request, None).await,
                false => None,
            };
            language::marked(problem(&error, &request_id, phrases), phrases)
        }
    };
    let response = response.with("x-request-id", request_id);
    let response = match request.quota.get() {
        Some(Quota { limit, remaining, reset }) => response
            .with("ratelimit-policy", format!("\"minute\";q={limit};w={WINDOW}"))
            .with("ratelimit", format!("\"minute\";r={remaining};t={reset}")),
        None => response,
    };
    // RFC 9110, section 9.3.2: the headers of GET, without its content.
    if request.method == "HEAD" { Response { body: String::new(), ..response } } else { response }
}

async fn dispatch(platform: &impl Platform, request: &Request) -> Result<Response> {
    let segments: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
    let route = Route::of(&segments).ok_or_else(Error::not_found)?;
    match route {
        // Public, or with a page to say it on.
        Route::Health | Route::Link(_) | Route::Embed(_) | Route::Guide(_) | Route::Providers => {}
        Route::Projects | Route::Project(_) | Route::ProjectKeys(_) | Route::VaultRewrap => {
            hosts::deny_on_custom_host(platform, request).await?;
        }
        _ => hosts::require_own_project(platform, request).await?,
    }
    let method = if request.method == "HEAD" { "GET" } else { request.method.as_str() };
    match (route, method) {
        (Route::Health, "GET") => Ok(Response::new(200, "text/plain; charset=utf-8", "ok".into())),
        (Route::Link(id), "GET") => connect_page::link(platform, request, id).await,
        (Route::Embed(id), "GET") => connect_page::embed(platform, request, id).await,
        (Route::Guide(app), "GET") => guide::page(platform, request, app).await,
        (Route::Projects, "GET") => projects::list(platform, request).await,
        (Route::Projects, "POST") => projects::create(platform, request).await,
        (Route::Project(id), "GET") => projects::read(platform, request, id).await,
        (Route::Project(id), "PATCH") => projects::update(platform, request, id).await,
        (Route::Project(id), "DELETE") => projects::delete(platform, request, id).await,
        (Route::ProjectKeys(id), "POST") => api_keys::create_for(platform, request, id).await,
        (Route::ApiKeys, "GET") => api_keys::list(platform, request).await,
        (Route::ApiKeys, "POST") => api_keys::create(platform, request).await,
        (Route::ApiKey(id), "DELETE") => api_keys::revoke(platform, request, id).await,
        (Route::AuditLog, "GET") => audit_log::list(platform, request).await,
        (Route::Vault, "GET") => vault::status(platform, request).await,
        (Route::VaultRewrap, "POST") => vault::rewrap(platform, request).await,
        (Route::Providers, "GET") => providers::list(),
        (Route::Provider(id), "GET") => providers::one(platform, request, id).await,
        (Route::ConnectSessions, "POST") => connect_sessions::create(platform, request).await,
        (Route::ConnectSession(id), "GET") => connect_sessions::read(platform, request, id).await,
        (Route::ConnectSession(id), "DELETE") => connect_sessions::revoke(platform, request, id).await,
        (Route::ConnectCancel, "POST") => connect::cancel_attempt(platform, request).await,
        (Route::ConnectProgress, "PUT") => connect_progress::save(platform, request).await,
        (Route::ConnectShare, "POST") => connect_share::share(platform, request).await,
        (Route::ConnectShare, "DELETE") => connect_share::unshare(platform, request).await,
        (Route::Connect, "GET") => connect::read(platform, request).await,
        (Route::Connect, "POST") => connect::submit(platform, request).await,
        (Route::AppConnections, "GET") => app_connections::list(platform, request, None).await,
        (Route::ConnectionOptions, "GET") => app_connections::options(platform, request).await,
        (Route::AvailableConnections(app), "GET") => app_connections::available(platform, request, app).await,
        (Route::ConnectionByName(app, name), "GET") => {
            app_connections::by_name(platform, request, app, name).await
        }
        (Route::Credentials(app, id), "GET") => {
            app_connections::credentials(platform, request, app, id).await
        }
        (Route::History(app, id), "GET") => app_connections::history(platform, request, app, id).await,
        (Route::Rollback(app, id), "POST") => app_connections::rollback(platform, request, app, id).await,
        (Route::AppConnection(app, id), "PATCH") => app_connections::update(platform, request, app, id).await,
        (Route::AppConnectionsOf(app), "GET") => app_connections::list(platform, request, Some(app)).await,
        (Route::AppConnectionsOf(app), "POST") => app_connections::create(platform, request, app).await,
        (Route::AppConnection(app, id), "GET") => app_connections::read(platform, request, app, id).await,
        (Route::AppConnection(app, id), "DELETE") => {
            app_connections::delete(platform, request, app, id).await
        }
        (route, _) => Err(method_not_allowed(route)),
    }
}

fn method_not_allowed(route: Route<'_>) -> Error {
    let fix = format!("Use one of: {}.", route.methods());
    Error::new(ErrorCode::MethodNotAllowed, "This address has no such method.", fix).allowing(route.methods())
}
