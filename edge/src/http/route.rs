//! Method and path → one function of `api`. A `match`, because a router costs more than all the rest of a small request.
//!
//! To add an endpoint: a line in `Route::of`, its methods in `Route::methods`, a line in `dispatch`.

use super::{Request, Response, problem::problem};
use crate::api::{app_connections, connect, connect_sessions, guides, pages, projects, providers};
use crate::error::{Error, Result};
use crate::ports::{Entropy, Log, Platform};
use latchkey_shared::{ErrorCode, base62};

/// Every path there is.
#[derive(Clone, Copy, Debug)]
enum Route<'a> {
    Health,
    Link(&'a str),
    Embed(&'a str),
    Guide(&'a str),
    Projects,
    Providers,
    Provider(&'a str),
    ConnectSessions,
    Connect,
    AppConnections,
    AppConnectionsOf(&'a str),
    AppConnection(&'a str, &'a str),
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
                ["providers"] => Self::Providers,
                ["providers", id] => Self::Provider(id),
                ["connect-sessions"] => Self::ConnectSessions,
                ["connect"] => Self::Connect,
                ["app-connections"] => Self::AppConnections,
                ["app-connections", app] => Self::AppConnectionsOf(app),
                ["app-connections", app, id] => Self::AppConnection(app, id),
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
            | Self::AppConnections => "GET, HEAD",
            Self::Projects | Self::Connect | Self::AppConnectionsOf(_) => "GET, HEAD, POST",
            Self::ConnectSessions => "POST",
            Self::AppConnection(..) => "GET, HEAD, DELETE",
        }
    }
}

/// Answers a request, whatever it is. Faults of ours go to the log under the request's id.
pub async fn handle(platform: &impl Platform, request: &Request) -> Response {
    let request_id = format!("req_{}", base62::encode(u128::from_be_bytes(platform.entropy().bytes16())));
    let response = match dispatch(platform, request).await {
        Ok(response) => response,
        Err(error) => {
            if let Some(detail) = &error.log {
                platform.log().fault(&request_id, detail);
            }
            problem(&error, &request_id)
        }
    };
    let response = response.with("x-request-id", request_id);
    // RFC 9110, section 9.3.2: the headers of GET, without its content.
    if request.method == "HEAD" { Response { body: String::new(), ..response } } else { response }
}

async fn dispatch(platform: &impl Platform, request: &Request) -> Result<Response> {
    let segments: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
    let route = Route::of(&segments).ok_or_else(Error::not_found)?;
    let method = if request.method == "HEAD" { "GET" } else { request.method.as_str() };
    match (route, method) {
        (Route::Health, "GET") => Ok(Response::new(200, "text/plain; charset=utf-8", "ok".into())),
        (Route::Link(id), "GET") => pages::link(platform, id).await,
        (Route::Embed(id), "GET") => pages::embed(platform, id).await,
        (Route::Guide(app), "GET") => guides::page(platform, request, app).await,
        (Route::Projects, "GET") => projects::list(platform, request).await,
        (Route::Projects, "POST") => projects::create(platform, request).await,
        (Route::Providers, "GET") => providers::list(),
        (Route::Provider(id), "GET") => providers::one(platform, request, id).await,
        (Route::ConnectSessions, "POST") => connect_sessions::create(platform, request).await,
        (Route::Connect, "GET") => connect::read(platform, request).await,
        (Route::Connect, "POST") => connect::submit(platform, request).await,
        (Route::AppConnections, "GET") => app_connections::list(platform, request, None).await,
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
