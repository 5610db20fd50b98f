//! From a request to its handler, and from its result to a response.
//!
//! The table is in `endpoints.rs`, one line for each endpoint. The macro here expands it to [`ENDPOINTS`], which the
//! description of the API reads, and to a `match` on the segments of the path.

use crate::access::asker::asker;
use crate::access::hosts::{Hosts, Site, site};
use crate::access::{admin_token, auth, page_limit, uncounted};
use crate::api::{app_connections, audit_log};
use crate::crypto::entropy::Entropy;
use crate::error::{Error, Result};
use crate::http::{Request, Response, language, problem::problem};
use crate::pages::{connect, problem as problem_page};
use crate::ports::{Log, Platform, ProjectStore, Quota, WINDOW};
use latchkey_shared::msg;
use latchkey_shared::{ErrorCode, KeyScope, base62};

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
    /// An API key with this scope, or the one that made the session, with the scope `sessions:write`.
    KeyOrMaker(KeyScope),
    /// A page with the token of its session.
    Session,
    /// A person in the console, with the cookie of a session. Wherever an API key may call, such a person may too.
    Console,
    /// The deployment's owner, with the admin token.
    Owner,
    /// A provider: the path has the id of a push channel, and a delivery has a proof.
    Provider,
    /// The deployment's owner, or an API key with the scope `admin`.
    OwnerOrAdminKey,
}

/// One endpoint, as its line in the table says.
#[derive(Debug)]
pub struct Endpoint {
    /// The method. An endpoint with GET also answers HEAD, and every path answers OPTIONS.
    pub method: &'static str,
    /// The path, with `{name}` for a parameter.
    pub path: &'static str,
    /// At which host names it answers.
    pub hosts: Hosts,
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
    /// Reads the request's body, for tests of its type.
    #[cfg(all(test, feature = "schema"))]
    pub(crate) read: Option<fn(&Request) -> Result<()>>,
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

/// A method, as `Allow` lists it (RFC 9110, section 10.2.1). OPTIONS comes last.
macro_rules! allow {
    (GET) => {
        "GET, HEAD, "
    };
    ($method:ident) => {
        concat!(stringify!($method), ", ")
    };
}

/// Expands the table to [`ENDPOINTS`] and `call`.
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
                hosts: Hosts::$hosts,
                caller: $caller,
                status: $status,
                #[cfg(feature = "schema")]
                request: endpoints!(@request $($body)?),
                #[cfg(feature = "schema")]
                response: schema_of::<$response>,
                #[cfg(all(test, feature = "schema"))]
                read: endpoints!(@read $($body)?),
            },
        )+)+];

        /// Calls the endpoint of a path, if it answers at this host name.
        pub(super) async fn call(
            platform: &impl Platform,
            request: &Request,
            segments: &[&str],
            site: Result<Site>,
        ) -> Result<Response> {
            let method = if request.method == "HEAD" { GET } else { request.method.as_str() };
            match *segments {
                $($path => {
                    may_answer(Hosts::$hosts, site, request)?;
                    match method {
                        $($method => {
                            let result = $($handler)::+(platform, request $(, $argument)* $(, JsonBody::<$body>::of(request))?).await?;
                            Ok(IntoResponse::<$response>::into_response(result, $status))
                        })+
                        _ => without_handler(method, concat!($(allow!($method)),+, "OPTIONS")),
                    }
                })+
                _ => site.and(Err(spelling::not_found(segments))),
            }
        }
    };
    (@request) => { None };
    (@request $body:ty) => { Some(schema_of::<$body>) };
    (@read) => { None };
    (@read $body:ty) => { Some(|request| crate::http::body::json::<$body>(request).map(|_| ())) };
}

mod console;
mod endpoints;
mod in_process;
mod spelling;

pub use in_process::api_get;

pub use endpoints::ENDPOINTS;

async fn dispatch(platform: &impl Platform, request: &Request) -> Result<Response> {
    let segments: Vec<&str> = request.path.split('/').skip(1).collect();
    // A load balancer's check must not depend on the registry.
    let site = if segments == ["healthz"] { Ok(Site::Deployment) } else { site(platform, request).await };
    let page = !matches!(segments.first(), Some(&("api" | "healthz" | "hooks")));
    if page && site.is_ok() {
        page_limit::check(platform, request, &segments)?;
    }
    // At a project's host name the keys of others are not there.
    let here =
        site.as_ref().is_ok_and(|site| auth::project(request).is_some_and(|project| site.has(project)));
    let called = match spelling::has_empty_segment(&segments) {
        true => site.and(Err(spelling::not_found(&segments))),
        false => endpoints::call(platform, request, &segments, site).await,
    };
    match called {
        Err(wrong) if wrong.code == ErrorCode::InvalidAdminToken => {
            Err(admin_token::refused(platform, request, wrong).await)
        }
        Err(error) if here && !page => Err(uncounted::refused(platform, request, error).await),
        done => done,
    }
}

/// Refuses a request at a host name where its path does not answer, and a call of the API with a member of the query twice. Pages take
/// such a query: services that send e-mails add members to links.
fn may_answer(hosts: Hosts, site: Result<Site>, request: &Request) -> Result<()> {
    hosts.check(site, request)?;
    if request.path.starts_with("/api/") { request.query.check() } else { Ok(()) }
}

/// The response to OPTIONS, or the refusal of a method that a path does not have. There are no headers for pages of other origins
/// (CORS): a key of the API must not be in a browser.
fn without_handler(method: &str, methods: &'static str) -> Result<Response> {
    if method == "OPTIONS" {
        return Ok(Response::done().with("allow", methods));
    }
    let fix = msg!("Use one of: {methods}.", methods = methods);
    Err(Error::new(ErrorCode::MethodNotAllowed, msg!("This method is not allowed here."), fix)
        .telling(("allow", methods)))
}

/// A new id of a request, for its response and the log.
fn request_id(platform: &impl Platform) -> String {
    format!("req_{}", base62::encode(u128::from_be_bytes(platform.entropy().bytes16())))
}

/// Handles a request and always returns a response. Internal errors go to the log under the request's id. The caller's
/// remaining requests are in the header `RateLimit` (draft-ietf-httpapi-ratelimit-headers).
pub async fn handle(platform: &impl Platform, request: &Request) -> Response {
    let request_id = request_id(platform);
    let before = platform.store().asked_by(Some(asker(request, platform.config(), &request_id)));
    let dispatched = dispatch(platform, request).await;
    platform.store().asked_by(before);
    let response = match dispatched {
        Ok(response) => response,
        Err(error) => {
            if let Some(detail) = &error.log {
                platform.log().fault(&request_id, detail);
            }
            let mut page = connect::refusal(platform, request, &error).await;
            if page.is_none() {
                page = problem_page::page(platform, request, &error, &request_id).await;
            }
            match page {
                Some(page) => page,
                None => {
                    let phrases = match language::is_for_page(&request.path) {
                        true => language::of(platform, request, None).await,
                        false => None,
                    };
                    language::marked(problem(&error, &request_id, phrases), phrases)
                }
            }
        }
    };
    let response = response.with("x-request-id", request_id);
    let response = match request.quota.get() {
        Some(Quota { limit, remaining, reset }) => response
            .with("ratelimit-policy", format!("\"minute\";q={limit};w={WINDOW}"))
            .with("ratelimit", format!("\"minute\";r={remaining};t={reset}")),
        None => response,
    };
    if request.method == "HEAD" { without_content(response) } else { response }
}

/// The response to HEAD: the headers of GET, and no content (RFC 9110, section 9.3.2). The length is that of GET. It is left out
/// where GET has none: without content, and where the length is not known.
fn without_content(response: Response) -> Response {
    let length = response.body.len().to_string();
    let known = response.rest.is_none() && !matches!(response.status, 204 | 304);
    let headed = Response { body: String::new(), rest: None, ..response };
    if known { headed.with("content-length", length) } else { headed }
}

/// Makes the next piece of a response whose body is not whole: its text, and how the one after it is made. `rest` is that of the
/// piece before, and never comes from a client.
///
/// # Errors
/// A text for the log. What was sent is not whole then.
pub async fn rest(
    platform: &impl Platform,
    rest: &str,
) -> std::result::Result<(String, Option<String>), String> {
    let piece = match app_connections::rest(platform, rest).await {
        Some(piece) => piece,
        None => audit_log::rest(platform, rest).await,
    };
    piece.map_err(|error| error.log.unwrap_or_else(|| error.detail.to_string()))
}
