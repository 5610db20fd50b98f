//! Authenticates the caller of a request. It parses the bearer token and checks its MAC; the first call of the store
//! checks its secret.

use crate::access::client_address::{client_address, client_network};
use crate::access::console;
use crate::access::tokens::{is_our_api_key, is_our_session};
use crate::config::Config;
use crate::crypto::digest::secret_hash;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::ports::{Platform, ProjectStore, RateLimit, Target};
use crate::store::client::StoreClient;
use crate::store::protocol::{KeyProof, Operation, SessionProof};
use crate::store::refusals::{CallerKind, invalid_api_key, invalid_session_token};
use latchkey_shared::limits::CONSOLE_REQUESTS;
use latchkey_shared::token::{RoutedId, TokenSecret};
use latchkey_shared::{ApiKey, ErrorCode, Mode, ProjectId, SessionToken, base62, msg};
use subtle::ConstantTimeEq;

/// A caller whose id is genuine, and the store of its project. The first call of the store checks its secret.
pub struct Caller<'a, S, P> {
    /// The project that the id names.
    pub project: ProjectId,
    /// The id of the key or session.
    pub id: RoutedId,
    mode: Mode,
    proof: P,
    store: StoreClient<'a, S>,
}

/// A caller with an API key, or with a console session, which stands for one.
pub type KeyCaller<'a, S> = Caller<'a, S, KeyProof>;

/// A caller with a session token.
pub type SessionCaller<'a, S> = Caller<'a, S, SessionProof>;

impl<'a, S: ProjectStore, P: Clone> Caller<'a, S, P> {
    /// A caller of this kind, with its most requests in a minute.
    pub(crate) fn new(
        platform: &'a impl Platform<Store = S>,
        request: &'a Request,
        kind: CallerKind,
        (mode, id): (Mode, RoutedId),
        limit: u32,
        proof: P,
    ) -> Self {
        let address = client_network(request, platform.config());
        let limit = RateLimit { caller: base62::encode(id.random), limit, address };
        let store = StoreClient::new(platform.store(), Target::Project(id.project), kind)
            .counted(limit, &request.quota);
        Self { project: id.project, id, mode, proof, store }
    }

    /// The proof for the store.
    #[must_use]
    pub fn proof(&self) -> P {
        self.proof.clone()
    }

    /// Test or live.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The project's store.
    #[must_use]
    pub fn store(&self) -> &StoreClient<'_, S> {
        &self.store
    }

    /// The project's store, for work that does not need the caller anymore.
    #[must_use]
    pub fn into_store(self) -> StoreClient<'a, S> {
        self.store
    }

    /// Calls one operation of the project's store.
    ///
    /// # Errors
    /// The store refused, or no reply came. The error is worded for the caller.
    pub fn call<O: Operation>(&self, operation: O) -> impl Future<Output = Result<O::Reply>> {
        self.store.call(operation)
    }
}

/// The most requests of a session in a minute: far more than a person causes.
const SESSION_REQUESTS: u32 = 120;

/// The project that the request's key or token names, or the cookie of the console that it asks for. None is checked here.
#[must_use]
pub fn project(request: &Request) -> Option<ProjectId> {
    if let Ok(Some(mode)) = console::wanted(request) {
        return console::cookie(request, mode).map(|token| token.id.project);
    }
    let text = bearer(request).ok()?;
    let key = ApiKey::parse(text).ok().map(|key| key.id.project);
    key.or_else(|| SessionToken::parse(text).ok().map(|token| token.id.project))
}

/// The key or token of the request. It is not checked here.
///
/// # Errors
/// If there is none.
pub(crate) fn bearer(request: &Request) -> Result<&str> {
    let value = request.header("authorization").unwrap_or_default();
    let token = value
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    token.filter(|token| !token.is_empty()).ok_or_else(|| {
        Error::new(
            ErrorCode::CredentialsMissing,
            msg!("The request carries no key."),
            msg!("Send the header Authorization: Bearer, followed by the key or token."),
        )
    })
}

/// The secret of the caller's own key or console session. `None`: the caller has neither.
///
/// # Errors
/// If the request carries no key or token.
pub(crate) fn secret(request: &Request) -> Result<Option<TokenSecret>> {
    if let Some(mode) = console::wanted(request)? {
        return Ok(console::cookie(request, mode).map(|token| token.secret));
    }
    Ok(ApiKey::parse(bearer(request)?).ok().map(|key| key.secret))
}

/// The caller of an endpoint for backends: an API key, or a person in the console. The first call of the store counts for the
/// caller, if the secret is right.
///
/// # Errors
/// If there is no API key and no console session, or this deployment did not make it.
pub fn key_caller<'a, P: Platform>(platform: &'a P, request: &'a Request) -> Result<KeyCaller<'a, P::Store>> {
    match console::wanted(request)? {
        Some(mode) => console_caller(platform, request, mode),
        None => caller_of_key(platform, request, bearer(request)?),
    }
}

/// The caller with the cookie of a console session of this mode. What changes something must come from our own page.
///
/// # Errors
/// If the request comes from another site, or there is no cookie, or this deployment did not make it.
pub fn console_caller<'a, P: Platform>(
    platform: &'a P,
    request: &'a Request,
    mode: Mode,
) -> Result<KeyCaller<'a, P::Store>> {
    let config = platform.config();
    if !matches!(request.method.as_str(), "GET" | "HEAD") || request.header("origin").is_some() {
        console::check_origin(request)?;
    }
    let token = console::token(request, config, mode)?;
    let address = client_address(request, config).map(|address| address.to_string());
    let id = base62::encode(token.id.random);
    let proof = KeyProof { id, mode, hash: secret_hash(token.secret), address, console: Some(true) };
    Ok(Caller::new(platform, request, CallerKind::Console, (mode, token.id), CONSOLE_REQUESTS, proof))
}

/// The caller with this API key, which the request carries somewhere.
///
/// # Errors
/// If it is no API key, or this deployment did not make it.
pub(crate) fn caller_of_key<'a, P: Platform>(
    platform: &'a P,
    request: &'a Request,
    key: &str,
) -> Result<KeyCaller<'a, P::Store>> {
    let config = platform.config();
    let key =
        ApiKey::parse(key).ok().filter(|key| is_our_api_key(config, key)).ok_or_else(invalid_api_key)?;
    let address = client_address(request, config).map(|address| address.to_string());
    let id = base62::encode(key.id.random);
    let proof = KeyProof { id, mode: key.mode, hash: secret_hash(key.secret), address, console: None };
    let limit = config.requests_per_minute;
    Ok(Caller::new(platform, request, CallerKind::ApiKey, (key.mode, key.id), limit, proof))
}

/// The caller of an endpoint for pages. The first call of the store counts for the session, if its secret is right.
///
/// # Errors
/// If there is no session token, or this deployment did not make it.
pub fn session_caller<'a, P: Platform>(
    platform: &'a P,
    request: &'a Request,
) -> Result<SessionCaller<'a, P::Store>> {
    let token = SessionToken::parse(bearer(request)?)
        .ok()
        .filter(|token| is_our_session(platform.config(), &token.id))
        .ok_or_else(invalid_session_token)?;
    let proof = SessionProof {
        id: base62::encode(token.id.random),
        mode: token.mode,
        hash: secret_hash(token.secret),
    };
    let kind = CallerKind::SessionToken;
    Ok(Caller::new(platform, request, kind, (token.mode, token.id), SESSION_REQUESTS, proof))
}

/// Whether the caller is the owner of the deployment, where an API key may call too.
///
/// # Errors
/// If there is neither an API key nor the admin token.
pub fn is_owner(request: &Request, config: &Config) -> Result<bool> {
    if console::wanted(request)?.is_some() {
        return Ok(false);
    }
    let text = bearer(request)?;
    match admin(request, config) {
        // A key or session token, well-formed or not, is no attempt to guess the admin token.
        Err(_) if text.starts_with("lk_") || text.starts_with("cs_") => Ok(false),
        checked => checked.map(|()| true),
    }
}

/// Requires the owner of the deployment. The router counts wrong tokens (`access/admin_token.rs`).
///
/// # Errors
/// If there is no admin token, or it is wrong.
pub fn admin(request: &Request, config: &Config) -> Result<()> {
    // Exposed to be compared, in constant time.
    let same: bool = bearer(request)?.as_bytes().ct_eq(config.admin_token.expose().as_bytes()).into();
    let fix = "Send the deployment’s ADMIN_TOKEN as Authorization: Bearer.";
    if same {
        Ok(())
    } else {
        Err(Error::new(ErrorCode::InvalidAdminToken, "This is not the admin token.", fix))
    }
}
