//! The table of endpoints, and the dispatch that it expands to: a `match` on the segments of a path.
//!
//! To add an endpoint, add its line to `endpoints!`. The description of the API (`openapi/`) reads the same table.

use crate::access::hosts;
use crate::api::endpoint::{IntoResponse, JsonBody, NoContent, Page};
use crate::api::{
    api_keys, app_connections, audit_log, connect, connect_progress, connect_sessions, connect_share,
    projects, providers, vault,
};
use crate::crypto::entropy::Entropy;
use crate::error::{Error, Result};
use crate::http::{Request, Response, language, problem::problem};
use crate::pages::{connect as connect_page, guide};
use crate::ports::{Log, Platform, Quota};
use crate::store::quota::WINDOW;
use latchkey_shared::connect::{ConnectRequest, ConnectResponse};
use latchkey_shared::{ErrorCode, KeyScope, base62};

use Caller::{Anyone, AnyoneOrKey, Key, KeyOfAnyScope, Owner, OwnerOrAdminKey, Session};
use KeyScope::{Admin, ConnectionsRead, ConnectionsWrite, CredentialsRead, SessionsWrite};

/// Who may call an endpoint. The handler and the store enforce it; a test compares both with the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// No key or token is needed.
    Anyone,
    /// No key or token is needed. A test key, or the token of a session in test mode, gets a longer response.
    AnyoneOrKey,
    /// An API key, whatever its scopes.
    KeyOfAnyScope,
    /// An API key with this scope.
    Key(KeyScope),
    /// A page with the token of its session.
    Session,
    /// The deployment's owner, with the admin token.
    Owner,
    /// The deployment's owner, or an API key with the scope `admin`.
    OwnerOrAdminKey,
}

/// At which host names a path answers.
#[derive(Clone, Copy)]
enum Hosts {
    /// At every one. Pages check the host name themselves, because they say on a page what is wrong.
    Every,
    /// At the deployment's, and at a project's own for keys and tokens of that project.
    OwnProject,
    /// At the deployment's only.
    Deployment,
}

/// One endpoint, as its line in the table says.
#[derive(Debug)]
pub struct Endpoint {
    /// The method. An endpoint with GET also answers HEAD.
    pub method: &'static str,
    /// The path, with `{name}` for a parameter.
    pub path: &'static str,
    /// Who may call it.
    pub caller: Caller,
    /// The status of success.
    pub status: u16,
    /// The type of the request's body.
    #[cfg(feature = "schema")]
    pub(crate) request: Option<SchemaOf>,
    /// The type of the response's body.
    #[cfg(feature = "schema")]
    pub(crate) response: SchemaOf,
}

/// Makes the JSON Schema of one type.
#[cfg(feature = "schema")]
pub(crate) type SchemaOf = fn(&mut schemars::SchemaGenerator) -> schemars::Schema;

#[cfg(feature = "schema")]
fn schema_of<T: schemars::JsonSchema>(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    generator.subschema_for::<T>()
}

const GET: &str = "GET";
const POST: &str = "POST";
const PUT: &str = "PUT";
const PATCH: &str = "PATCH";
const DELETE: &str = "DELETE";

/// The segments of a path, as [`Endpoint::path`] writes them.
macro_rules! path {
    ([$($segment:tt),+]) => {
        concat!($("/", path!($segment)),+)
    };
    ($word:literal) => {
        $word
    };
    ($parameter:ident) => {
        concat!("{", stringify!($parameter), "}")
    };
}

/// A method, as `Allow` lists it (RFC 9110, section 10.2.1).
macro_rules! allow {
    (GET) => {
        "GET, HEAD, "
    };
    ($method:ident) => {
        concat!(stringify!($method), ", ")
    };
}

/// Without the comma at its end.
const fn list(methods: &str) -> &str {
    methods.split_at(methods.len() - 2).0
}

/// Expands the table to [`ENDPOINTS`], `place` and `call`.
macro_rules! endpoints {
    ($(
        $path:tt $hosts:ident {
            $($method:ident $caller:expr $(, $body:ty)? => $($handler:ident)::+($($argument:expr),*) -> $status:literal $response:ty;)+
        }
    )+) => {
        /// Every endpoint.
        pub const ENDPOINTS: &[Endpoint] = &[$($(
            Endpoint {
                method: stringify!($method),
                path: path!($path),
                caller: $caller,
                status: $status,
                #[cfg(feature = "schema")]
                request: endpoints!(@request $($body)?),
                #[cfg(feature = "schema")]
                response: schema_of::<$response>,
            },
        )+)+];

        /// At which host names a path answers, and its methods.
        #[allow(unused_variables, reason = "only the shape of the path counts")]
        fn place(segments: &[&str]) -> Option<(Hosts, &'static str)> {
            Some(match *segments {
                $($path => (Hosts::$hosts, const { list(concat!($(allow!($method)),+)) }),)+
                _ => return None,
            })
        }

        async fn call(platform: &impl Platform, request: &Request, segments: &[&str], methods: &'static str) -> Result<Response> {
            let method = if request.method == "HEAD" { GET } else { request.method.as_str() };
            match *segments {
                $($path => match method {
                    $($method => {
                        let result = $($handler)::+(platform, request $(, $argument)* $(, JsonBody::<$body>::of(request))?).await?;
                        Ok(IntoResponse::<$response>::into_response(result, $status))
                    })+
                    _ => Err(method_not_allowed(methods)),
                },)+
                _ => Err(Error::not_found()),
            }
        }
    };
    (@request) => { None };
    (@request $body:ty) => { Some(schema_of::<$body>) };
}

async fn dispatch(platform: &impl Platform, request: &Request) -> Result<Response> {
    let segments: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
    let (at, methods) = place(&segments).ok_or_else(Error::not_found)?;
    match at {
        Hosts::Every => {}
        Hosts::OwnProject => hosts::require_own_project(platform, request).await?,
        Hosts::Deployment => hosts::deny_on_custom_host(platform, request).await?,
    }
    call(platform, request, &segments, methods).await
}

// For each path: its segments, the host names it answers at, and in braces a line for each method:
// method, who may call it, the type of the request's body if it has one => handler -> status of success and type of the
// response's body. The first path that fits counts, so words stand before parameters.
endpoints! {
    ["healthz"] Every {
        GET Anyone => health() -> 200 Page;
    }
    ["link", id] Every {
        GET Anyone => connect_page::link(id) -> 200 Page;
    }
    ["embed", id] Every {
        GET Anyone => connect_page::embed(id) -> 200 Page;
    }
    ["guides", app] Every {
        GET Anyone => guide::page(app) -> 200 Page;
    }

    ["api", "v1", "connect-sessions"] OwnProject {
        POST Key(SessionsWrite), connect_sessions::NewSession => connect_sessions::create() -> 201 connect_sessions::CreatedSession;
    }
    ["api", "v1", "connect-sessions", id] OwnProject {
        GET Key(SessionsWrite) => connect_sessions::read(id) -> 200 connect_sessions::ConnectSession;
        DELETE Key(SessionsWrite) => connect_sessions::revoke(id) -> 204 NoContent;
    }

    ["api", "v1", "connect"] OwnProject {
        GET Session => connect::read() -> 200 connect::ConnectView;
        POST Session, ConnectRequest => connect::submit() -> 200 ConnectResponse;
    }
    ["api", "v1", "connect", "cancel"] OwnProject {
        POST Session, connect::CancelAttempt => connect::cancel_attempt() -> 200 ConnectResponse;
    }
    ["api", "v1", "connect", "progress"] OwnProject {
        PUT Session, connect_progress::SavedProgress => connect_progress::save() -> 204 NoContent;
    }
    ["api", "v1", "connect", "share"] OwnProject {
        POST Session => connect_share::share() -> 201 connect_share::SharedLink;
        DELETE Session => connect_share::unshare() -> 204 NoContent;
    }

    ["api", "v1", "app-connections"] OwnProject {
        GET Key(ConnectionsRead) => app_connections::list(None) -> 200 app_connections::ConnectionPage;
    }
    ["api", "v1", "app-connections", "options"] OwnProject {
        GET KeyOfAnyScope => app_connections::options() -> 200 app_connections::ConnectionOptions;
    }
    ["api", "v1", "app-connections", app] OwnProject {
        GET Key(ConnectionsRead) => app_connections::list(Some(app)) -> 200 app_connections::ConnectionPage;
        POST Key(ConnectionsWrite), app_connections::NewConnection => app_connections::create(app) -> 201 app_connections::OneConnection;
    }
    ["api", "v1", "app-connections", app, "available"] OwnProject {
        GET Key(ConnectionsRead) => app_connections::available(app) -> 200 app_connections::AvailableConnections;
    }
    ["api", "v1", "app-connections", app, "connection-name", name] OwnProject {
        GET Key(ConnectionsRead) => app_connections::by_name(app, name) -> 200 app_connections::OneConnection;
    }
    ["api", "v1", "app-connections", app, id] OwnProject {
        GET Key(ConnectionsRead) => app_connections::read(app, id) -> 200 app_connections::OneConnection;
        PATCH Key(ConnectionsWrite), app_connections::ConnectionChanges => app_connections::update(app, id) -> 200 app_connections::OneConnection;
        DELETE Key(ConnectionsWrite) => app_connections::delete(app, id) -> 200 app_connections::OneConnection;
    }
    ["api", "v1", "app-connections", app, id, "credentials"] OwnProject {
        GET Key(CredentialsRead) => app_connections::credentials(app, id) -> 200 app_connections::OpenedCredential;
    }
    ["api", "v1", "app-connections", app, id, "history"] OwnProject {
        GET Key(ConnectionsRead) => app_connections::history(app, id) -> 200 app_connections::CredentialHistory;
    }
    ["api", "v1", "app-connections", app, id, "rollback"] OwnProject {
        POST Key(ConnectionsWrite) => app_connections::rollback(app, id) -> 200 app_connections::OneConnection;
    }

    ["api", "v1", "providers"] Every {
        GET Anyone => providers::list() -> 200 providers::Providers;
    }
    ["api", "v1", "providers", id] OwnProject {
        GET AnyoneOrKey => providers::one(id) -> 200 providers::ProviderDetails;
    }

    ["api", "v1", "api-keys"] OwnProject {
        GET Key(Admin) => api_keys::list() -> 200 api_keys::ApiKeys;
        POST Key(Admin), api_keys::NewApiKey => api_keys::create() -> 201 api_keys::CreatedApiKey;
    }
    ["api", "v1", "api-keys", id] OwnProject {
        DELETE Key(Admin) => api_keys::revoke(id) -> 200 api_keys::OneApiKey;
    }
    ["api", "v1", "audit-log"] OwnProject {
        GET Key(Admin) => audit_log::list() -> 200 audit_log::AuditPage;
    }
    ["api", "v1", "vault"] OwnProject {
        GET OwnerOrAdminKey => vault::status() -> 200 vault::VaultStatus;
    }
    ["api", "v1", "vault", "rewrap"] Deployment {
        POST OwnerOrAdminKey => vault::rewrap() -> 200 vault::Rewrapped;
    }

    ["api", "v1", "projects"] Deployment {
        GET Owner => projects::list() -> 200 projects::Projects;
        POST Owner, projects::NewProject => projects::create() -> 201 projects::CreatedProject;
    }
    ["api", "v1", "projects", id] Deployment {
        GET Owner => projects::read(id) -> 200 projects::OneProject;
        PATCH Owner, projects::ProjectChanges => projects::update(id) -> 200 projects::OneProject;
        DELETE Owner => projects::delete(id) -> 200 projects::OneProject;
    }
    ["api", "v1", "projects", id, "api-keys"] Deployment {
        POST Owner, api_keys::NewApiKey => api_keys::create_for(id) -> 201 api_keys::CreatedApiKey;
    }
}

async fn health(_: &impl Platform, _: &Request) -> Result<Response> {
    Ok(Response::new(200, "text/plain; charset=utf-8", "ok".into()))
}

fn method_not_allowed(methods: &'static str) -> Error {
    let fix = format!("Use one of: {methods}.");
    Error::new(ErrorCode::MethodNotAllowed, "This method is not allowed here.", fix).allowing(methods)
}

/// Handles a request and always returns a response. Internal errors go to the log under the request's id. The caller's
/// remaining requests are in the header `RateLimit` (draft-ietf-httpapi-ratelimit-headers).
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
    // Pages get responses in their own language.
    let to_page = matches!(request.path.strip_prefix("/api/v1/connect"), Some(rest) if rest.is_empty() || rest.starts_with('/'));
    let response = if to_page { language::answer(platform, request, response).await } else { response };
    let response = response.with("x-request-id", request_id);
    let response = match request.quota.get() {
        Some(Quota { limit, remaining, reset }) => response
            .with("ratelimit-policy", format!("\"minute\";q={limit};w={WINDOW}"))
            .with("ratelimit", format!("\"minute\";r={remaining};t={reset}")),
        None => response,
    };
    // HEAD has the headers of GET and no content (RFC 9110, section 9.3.2).
    if request.method == "HEAD" { Response { body: String::new(), ..response } } else { response }
}
