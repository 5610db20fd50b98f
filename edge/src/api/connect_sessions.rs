//! `/api/v1/connect-sessions`: a backend asks for permission for one end user to link one account, or to change the key of one;
//! it can look at a session, and take it back.

use crate::access::auth;
use crate::access::hosts::public_url;
use crate::access::tokens::{is_our_session, make_session_token};
use crate::api::input;
use crate::api::input::{description, invalid, name, origin, page_url, unknown_provider};
use crate::crypto::digest::secret_hash;
use crate::error::{Error, Result};
use crate::http::{Request, Response, body};
use crate::ports::{Clock, Platform};
use crate::store::protocol::{CreateSession, RevokeSession, SessionByApiKey, SessionProof, SessionRow};
use crate::time::iso;
use latchkey_shared::connect::Prefill;
use latchkey_shared::provider::Provider;
use latchkey_shared::session::{EndOrganization, EndUser, SessionState};
use latchkey_shared::{ConnectionId, ErrorCode, SessionId, base62};
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;

/// How long a session may live, in seconds: from a minute to thirty days.
const EXPIRES_IN: std::ops::RangeInclusive<i64> = 60..=30 * 24 * 3600;
/// How long it lives when nothing is said.
const EXPIRES_IN_DEFAULT: i64 = 1800;
/// The longest text about a person or customer, in characters.
const TEXT_MAX: usize = 200;
/// At most so many entries of the backend's own.
const METADATA_MAX: usize = 20;
/// The longest name of such an entry, in characters.
const METADATA_NAME_MAX: usize = 40;

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewSession {
    /// What the person may link.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<crate::openapi::ProviderName>", length(min = 1)))]
    providers: Vec<String>,
    /// Who is asked, as you know them.
    end_user: EndUser,
    /// The customer they belong to.
    organization: Option<EndOrganization>,
    /// The name the account will have; one is made when it is left out.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::openapi::Slug>"))]
    connection_name: Option<String>,
    /// For people.
    #[cfg_attr(feature = "schema", schemars(length(max = 256)))]
    description: Option<String>,
    /// Values to start with, by field id; never secrets.
    #[serde(default)]
    prefill: BTreeMap<String, String>,
    /// What the key shall be able to do: scopes of the provider.
    #[serde(default)]
    scopes: Vec<String>,
    /// How long the session lives, in seconds.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<i64>", range(min = 60, max = 2_592_000), extend("default" = 1800))
    )]
    expires_in: Option<serde_json::Number>,
    /// Origins that may embed the form; some of the project’s, which are all meant when it is left out.
    #[cfg_attr(feature = "schema", schemars(with = "Option<Vec<crate::openapi::Origin>>", length(max = 20)))]
    allowed_origins: Option<Vec<String>>,
    /// The account whose key is to be replaced, instead of linking a new one. Its provider is the only one then.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uuid")))]
    connection_id: Option<String>,
    /// Where the hosted page leads when it is done; https, and with a test key also http on this machine.
    #[cfg_attr(feature = "schema", schemars(length(max = 2000), extend("format" = "uri")))]
    return_url: Option<String>,
    /// Where a link that has ended leads, to get a new one. As `returnUrl`.
    #[cfg_attr(feature = "schema", schemars(length(max = 2000), extend("format" = "uri")))]
    refresh_url: Option<String>,
    /// The form's language, a BCP 47 tag. One that the form does not speak leaves the choice to the browser's `Accept-Language`, then
    /// to English.
    #[cfg_attr(
        feature = "schema",
        schemars(length(max = 35), regex(pattern = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$"))
    )]
    locale: Option<String>,
    /// Your own entries, told to nobody else.
    #[cfg_attr(feature = "schema", schemars(extend("maxProperties" = 20)))]
    #[serde(default)]
    metadata: BTreeMap<String, String>,
}

/// Makes a session. Its token is shown this once.
///
/// # Errors
/// Without a valid key, or when a value is not allowed.
pub async fn create(platform: &impl Platform, request: &Request) -> Result<Response> {
    let config = platform.config();
    let caller = auth::api_key(platform, request)?;
    let new: NewSession = body::json(request)?;
    let offered = providers(&new.providers)?;
    texts(&new.end_user, new.organization.as_ref())?;
    let expires_in = new.expires_in.as_ref().map_or(EXPIRES_IN_DEFAULT, whole);
    if !EXPIRES_IN.contains(&expires_in) {
        let fix = format!("Use {} to {} seconds.", EXPIRES_IN.start(), EXPIRES_IN.end());
        return Err(invalid("expiresIn", "The session would live too short or too long.", fix));
    }
    if let Some(origins) = &new.allowed_origins {
        origin::check(origins)?;
    }
    let mode = caller.mode();
    page_url::check("returnUrl", new.return_url.as_deref(), mode)?;
    page_url::check("refreshUrl", new.refresh_url.as_deref(), mode)?;
    metadata(&new.metadata)?;
    let token = make_session_token(config, platform.entropy(), mode, caller.project);
    let expires = platform.clock().now_ms() + expires_in * 1000;
    let session = SessionRow {
        mode,
        prefill: prefill(&offered, new.prefill)?,
        scopes: scopes(&offered, new.scopes)?,
        providers: new.providers,
        origins: Vec::new(),
        end_user: new.end_user,
        organization: new.organization,
        connection_name: new.connection_name.map(|text| name("connectionName", text)).transpose()?,
        description: description(new.description)?,
        state: SessionState::Open,
        expires,
        connection: new.connection_id.as_deref().map(connection).transpose()?,
        return_url: new.return_url,
        refresh_url: new.refresh_url,
        locale: new.locale.map(locale).transpose()?,
        metadata: new.metadata,
        progress: None,
        shared: None,
    };
    let proof = SessionProof { id: base62::encode(token.id.random), mode, hash: secret_hash(token.secret) };
    let open = CreateSession { key: caller.proof(), proof, session, allowed_origins: new.allowed_origins };
    let project = caller.call(open).await.map_err(|mut error| {
        if error.code == ErrorCode::NameTaken {
            error.errors.iter_mut().for_each(|error| error.field = Some("connectionName".to_owned()));
        }
        error
    })?;
    // Exposed this once, to the backend that asked; only its hash is stored. In the link it is the fragment, which no
    // browser sends to a server.
    let secret = token.expose();
    let url = format!("{}/link/{}#{secret}", public_url(config, request, &project), token.id);
    let answer =
        json!({ "id": token.id.to_string(), "token": secret, "url": url, "expiresAt": iso(expires) });
    Ok(Response::json(201, &answer))
}

/// A session as the backend that made it sees it; its token is not told again.
///
/// # Errors
/// Without a valid key, or when there is no such session that this key may see.
pub async fn read(platform: &impl Platform, request: &Request, id: &str) -> Result<Response> {
    let caller = auth::api_key(platform, request)?;
    let asked = SessionByApiKey { key: caller.proof(), id: random(platform, caller.project, id)? };
    let found = caller.call(asked).await?;
    let session = found.session;
    let over = session.expires <= platform.clock().now_ms();
    let state = match session.state {
        SessionState::Open | SessionState::Leased if over => "expired",
        state => state.as_str(),
    };
    let answer = json!({
        "id": id,
        "mode": session.mode,
        "state": state,
        "providers": session.providers,
        "endUser": session.end_user,
        "organization": session.organization,
        "connectionName": session.connection_name,
        "description": session.description,
        "scopes": session.scopes,
        "allowedOrigins": session.origins,
        "connectionId": session.connection.map(|id| id.to_string()),
        "returnUrl": session.return_url,
        "refreshUrl": session.refresh_url,
        "locale": session.locale,
        "metadata": session.metadata,
        "sharedAt": session.shared.map(iso),
        "expiresAt": iso(session.expires),
    });
    Ok(Response::json(200, &answer))
}

/// Takes a session back: its link says so, and what is under way is not stored. One that is done stays done.
///
/// # Errors
/// The same.
pub async fn revoke(platform: &impl Platform, request: &Request, id: &str) -> Result<Response> {
    let caller = auth::api_key(platform, request)?;
    let asked = RevokeSession { key: caller.proof(), id: random(platform, caller.project, id)? };
    caller.call(asked).await?;
    Ok(Response::done())
}

/// The random part of a session's id, if the session is of the caller's project.
fn random(platform: &impl Platform, project: latchkey_shared::ProjectId, id: &str) -> Result<String> {
    let ours = |id: &SessionId| id.project == project && is_our_session(platform.config(), id);
    let id = SessionId::parse(id).ok().filter(ours).ok_or_else(Error::not_found)?;
    Ok(base62::encode(id.random))
}

/// A whole number, however JSON spells it (`60`, `60.0`, `6e1`); zero for any other.
fn whole(number: &serde_json::Number) -> i64 {
    let spelt = || number.as_f64().filter(|number| number.fract() == 0.0).map(|number| number as i64);
    number.as_i64().or_else(spelt).unwrap_or(0)
}

fn connection(id: &str) -> Result<ConnectionId> {
    ConnectionId::parse(id).map_err(|_| {
        let fix = "Send the id of an account that is listed, and its provider as the only one.";
        invalid("connectionId", "There is no such account of this provider in this project and mode.", fix)
    })
}

/// A language tag (BCP 47), well-formed. One whose language the form does not speak is kept, and the browser chooses: a
/// backend may hand on what its user prefers.
fn locale(tag: String) -> Result<String> {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    let well_formed = (2..=3).contains(&language.len())
        && language.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
        && tag.len() <= 35;
    if well_formed {
        return Ok(tag);
    }
    Err(invalid("locale", "The locale is not a language tag.", "Use a BCP 47 tag, such as en, de or pt-BR."))
}

fn metadata(entries: &BTreeMap<String, String>) -> Result<()> {
    let fits = |text: &str, max: usize| text.chars().count() <= max;
    let valid = entries.len() <= METADATA_MAX
        && entries
            .iter()
            .all(|(name, value)| !name.is_empty() && fits(name, METADATA_NAME_MAX) && fits(value, TEXT_MAX));
    if valid {
        return Ok(());
    }
    let fix = format!(
        "Use at most {METADATA_MAX} entries, names of 1 to {METADATA_NAME_MAX} and values of at most {TEXT_MAX} characters."
    );
    Err(invalid("metadata", "There is too much metadata.", fix))
}

fn providers(ids: &[String]) -> Result<Vec<&'static Provider>> {
    if ids.is_empty() {
        return Err(invalid("providers", "No provider is named.", "Name at least one, such as okta."));
    }
    if ids.iter().enumerate().any(|(at, id)| ids.iter().take(at).any(|before| before == id)) {
        return Err(invalid("providers", "A provider is named twice.", "Name each once."));
    }
    ids.iter().map(|id| input::provider(id, unknown_provider)).collect()
}

fn scopes(offered: &[&'static Provider], selected: Vec<String>) -> Result<Vec<String>> {
    let known: Vec<_> =
        offered.iter().flat_map(|provider| &provider.scopes).map(|scope| scope.id.as_str()).collect();
    if selected.iter().all(|scope| known.contains(&scope.as_str())) {
        return Ok(selected);
    }
    let fix = format!("Use some of: {}.", known.join(", "));
    Err(invalid("scopes", "The providers of this session know no such scope.", fix))
}

fn texts(user: &EndUser, organization: Option<&EndOrganization>) -> Result<()> {
    let organization =
        organization.map(|organization| (Some(organization.id.as_str()), organization.name.as_deref()));
    let (organization_id, organization_name) = organization.unwrap_or_default();
    for (member, text) in [
        ("endUser.id", Some(user.id.as_str())),
        ("endUser.email", user.email.as_deref()),
        ("endUser.name", user.name.as_deref()),
        ("organization.id", organization_id),
        ("organization.name", organization_name),
    ] {
        let valid = text.is_none_or(|text| !text.trim().is_empty() && text.chars().count() <= TEXT_MAX);
        if !valid {
            return Err(invalid(
                member,
                "The text is empty or too long.",
                format!("Use 1 to {TEXT_MAX} characters."),
            ));
        }
    }
    Ok(())
}

fn prefill(offered: &[&'static Provider], values: BTreeMap<String, String>) -> Result<Vec<Prefill>> {
    let allowed =
        |id: &str| offered.iter().filter_map(|provider| provider.field(id)).any(|field| !field.secret);
    if !values.keys().all(|id| allowed(id)) {
        return Err(invalid(
            "prefill",
            "A prefilled field does not exist, or is secret.",
            "Prefill only fields that are no secrets.",
        ));
    }
    if values.values().any(|value| value.chars().count() > TEXT_MAX) {
        return Err(invalid(
            "prefill",
            "A prefilled value is too long.",
            format!("Use at most {TEXT_MAX} characters."),
        ));
    }
    Ok(values.into_iter().map(|(field, value)| Prefill { field, value }).collect())
}
