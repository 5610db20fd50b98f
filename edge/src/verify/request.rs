//! Builds the request of a probe or of a procedure's step. This is the one place that puts a secret into an outgoing request.

use super::findings::Findings;
use super::origins::Origins;
use super::{Failure, Verification, retry, unexpected};
use crate::credential::{Credential, form_encoded};
use crate::ports::Outgoing;
use base64::{Engine, engine::general_purpose::STANDARD};
use latchkey_shared::collect::collect_btree;
use latchkey_shared::probe::{Body, Extraction, Probe, SecretHeader, SecretHeaders};
use latchkey_shared::procedure::Step;
use latchkey_shared::project_provider::ProjectProvider;
use latchkey_shared::provider::Provider;
use latchkey_shared::template::{Piece, names, pieces};
use latchkey_shared::{ErrorCode, FieldError, Secret, msg};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// The longest response body that is read, in bytes. An organization or an identity has a few kilobytes.
const BODY_MAX: usize = 256 * 1024;

/// The longest response body of an optional probe, in bytes. Several of them run at once.
const OPTIONAL_BODY_MAX: usize = 96 * 1024;

/// The values that a request is built from.
pub(crate) struct RequestInputs<'a> {
    pub(crate) offered: &'a ProjectProvider,
    pub(crate) credential: &'a Credential,
    pub(crate) origins: &'a Origins,
    pub(crate) findings: &'a Findings,
    /// Secrets beside the credential's, for requests that are `secret`: our own, which may be in a body, and the access `token`, which
    /// may be in a header.
    pub(crate) secrets: &'a BTreeMap<String, Secret>,
}

/// What a provider's file says about one request.
pub(crate) struct Template<'a> {
    /// Who sends it, for the log: `probe identity`.
    pub(crate) sender: String,
    pub(crate) request: &'a str,
    pub(crate) headers: &'a BTreeMap<String, String>,
    pub(crate) body: Option<&'a Body>,
    pub(crate) secret: bool,
    /// Secret headers in the place of the provider's.
    pub(crate) own_headers: Option<&'a SecretHeaders>,
    /// Whether the request gets the access token. Then the provider's headers that name it are left out.
    pub(crate) gets_token: bool,
    pub(crate) extract: &'a BTreeMap<String, Extraction>,
    pub(crate) body_max: usize,
}

impl<'a> Template<'a> {
    pub(super) fn of_probe(probe: &'a Probe) -> Self {
        let Probe { id, request, headers, body, secret, optional, extract, .. } = probe;
        Self {
            sender: format!("probe {id}"),
            request,
            headers,
            body: body.as_ref(),
            secret: *secret,
            own_headers: probe.secret_headers.as_ref(),
            gets_token: probe.token.is_some(),
            extract,
            body_max: if *optional { OPTIONAL_BODY_MAX } else { BODY_MAX },
        }
    }

    pub(crate) fn of_step(step: &'a Step) -> Self {
        let Step { id, request, headers, body, secret, extract, .. } = step;
        Self {
            sender: format!("step {id}"),
            request,
            headers,
            body: body.as_ref(),
            secret: *secret,
            own_headers: step.secret_headers.as_ref(),
            gets_token: false,
            extract,
            body_max: BODY_MAX,
        }
    }
}

/// The request of a probe. `None` if a field or finding that it needs has no value.
///
/// # Errors
/// As for [`build_from`].
pub(super) fn build(inputs: &RequestInputs<'_>, probe: &Probe) -> Result<Option<Outgoing>, Failure> {
    build_from(inputs, &Template::of_probe(probe))
}

/// A request. `None` if a field or finding that it needs has no value.
///
/// # Errors
/// `Rejected` if the user of Basic authentication has a colon. `Unexpected` if the provider's file is wrong, or if a secret would go to a
/// host that the field's rule does not allow.
pub(crate) fn build_from(
    inputs: &RequestInputs<'_>,
    probe: &Template<'_>,
) -> Result<Option<Outgoing>, Failure> {
    let RequestInputs { offered, credential, origins, findings, secrets } = inputs;
    let provider = offered.provider;
    let fault = |what: &str| unexpected(provider, format!("{}: {what}", probe.sender));
    let (method, template) = probe.request.split_once(' ').ok_or_else(|| fault("no method"))?;
    // Exposed because only fields that are not secret may be in a URL. The build of the catalogue checks this too.
    let shown = |name: &str| {
        let field =
            || credential.value(name).filter(|_| !provider.is_secret(name)).map(|value| value.expose());
        findings.one(name).or_else(field).map(str::to_owned)
    };
    // A segment of dots alone changes the path, however it is encoded.
    let segment =
        |name: &str| shown(name).filter(|text| text != "." && text != "..").map(|text| encode(&text));
    let known = |name: &str| origins.of_field(name).or_else(|| segment(name));
    let url = fill(&with_known_parts(template, known), known);
    let Some(url) = url else { return Ok(None) };
    if !may_receive(offered, probe.secret, template, &url) {
        return Err(fault("its host is not allowed"));
    }
    // Exposed to be sent to the provider, over https, to a host that its field's rule allows.
    let sent = |name: &str| {
        let secret =
            || credential.value(name).filter(|_| probe.secret).map(|value| value.expose().to_owned());
        let ours = || secrets.get(name).filter(|_| probe.secret).map(|value| value.expose().to_owned());
        shown(name).or_else(secret).or_else(ours)
    };
    let mut headers = collect_btree([
        ("accept".to_owned(), Secret::new("application/json".into())),
        ("user-agent".to_owned(), Secret::new(concat!("Latchkey/", env!("CARGO_PKG_VERSION")).into())),
    ]);
    for (name, value) in probe.headers {
        headers.insert(name.to_ascii_lowercase(), Secret::new(value.clone()));
    }
    let carried = probe.own_headers.unwrap_or(&provider.secret_headers);
    for (name, header) in carried.iter().filter(|_| probe.secret) {
        let left_out =
            |text: &str| is_empty(text, provider) || (probe.gets_token && text.contains("{token}"));
        let value = match header {
            SecretHeader::Text(text) => match fill(text, sent) {
                Some(value) => value,
                None if left_out(text) => continue,
                None => return Err(fault("a header has no value")),
            },
            SecretHeader::Basic { user, password } => {
                let (Some(name), Some(password)) = (fill(user, sent), fill(password, sent)) else {
                    return Err(fault("a header has no value"));
                };
                if name.contains(':') {
                    return Err(has_colon(provider, user, credential));
                }
                basic(&name, &password)
            }
        };
        headers.insert(name.to_ascii_lowercase(), Secret::new(value));
    }
    let body = match probe.body {
        None => None,
        Some(body) => {
            let kind = match body {
                Body::Text(_) => "text/plain",
                Body::Json(_) => "application/json",
                Body::Form(_) => "application/x-www-form-urlencoded",
            };
            headers.entry("content-type".to_owned()).or_insert_with(|| Secret::new(kind.into()));
            let text = match body {
                Body::Text(template) => fill(template, sent),
                Body::Json(value) => fill_json(value, findings, &sent).map(|value| value.to_string()),
                Body::Form(members) => fill_form(members, provider, &sent),
            };
            let Some(text) = text else { return Ok(None) };
            Some(Secret::new(text))
        }
    };
    let mut wanted = retry::headers(provider);
    wanted.extend(probe.extract.values().filter_map(|extraction| extraction.header.clone()));
    Ok(Some(Outgoing {
        cut: false,
        method: method.to_owned(),
        url,
        headers,
        body,
        body_max: probe.body_max,
        wanted,
    }))
}

/// The template without its parts in square brackets whose placeholder has no value.
fn with_known_parts<'a>(template: &'a str, value: impl Fn(&str) -> Option<String>) -> Cow<'a, str> {
    if !template.contains('[') {
        return Cow::Borrowed(template);
    }
    let mut parts = template.split('[');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (inside, rest) = part.split_once(']').unwrap_or((part, ""));
        if fill(inside, &value).is_some() {
            text.push_str(inside);
        }
        text.push_str(rest);
    }
    Cow::Owned(text)
}

/// Fills a template: `value` returns the text of each `{name}`. `None` if it does not know one.
fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut text = String::new();
    for piece in pieces(template) {
        match piece {
            Piece::Text(as_it_is) => text.push_str(as_it_is),
            Piece::Name(name) => text.push_str(&value(name)?),
        }
    }
    Some(text)
}

/// Whether a template is nothing but fields that may have no value.
fn is_empty(template: &str, provider: &Provider) -> bool {
    let mut rest = template;
    while let Some((id, after)) = rest.strip_prefix('{').and_then(|inside| inside.split_once('}')) {
        if !provider.may_be_empty(id) {
            return false;
        }
        rest = after;
    }
    rest.is_empty()
}

/// The credentials of Basic authentication (RFC 7617, section 2), in UTF-8.
pub(crate) fn basic(user: &str, password: &str) -> String {
    let pair = Zeroizing::new([user, ":", password].concat());
    ["Basic ", &STANDARD.encode(pair.as_bytes())].concat()
}

/// The failure for a user of Basic authentication with a colon: the server would read another password.
fn has_colon(provider: &Provider, user: &str, credential: &Credential) -> Failure {
    // Exposed to be searched for a colon.
    let with = |id: &&str| credential.value(id).is_some_and(|value| value.expose().contains(':'));
    let field = names(user).find(with).and_then(|id| provider.field(id));
    let message = msg!("{provider} takes no colon in this value.", provider = &provider.name);
    let fix = msg!("Remove the colon and what does not belong to the value.");
    let code = if field.is_some_and(|field| field.secret) {
        ErrorCode::KeyMalformed
    } else {
        ErrorCode::TextMalformed
    };
    let error = field.map_or_else(
        || FieldError::whole(code, message.clone(), fix.clone()),
        |field| FieldError::on(&field.id, code, message.clone(), fix.clone()),
    );
    Box::new(Verification::Rejected(error))
}

/// Fills a form. A member that is nothing but a field without a value is left out. `None` as for [`fill`].
fn fill_form(
    members: &BTreeMap<String, String>,
    provider: &Provider,
    value: &impl Fn(&str) -> Option<String>,
) -> Option<String> {
    let mut pairs = Vec::new();
    for (name, template) in members {
        match fill(template, value) {
            Some(text) => pairs.push([form_encoded(name), form_encoded(&text)].join("=")),
            None if is_empty(template, provider) => {}
            None => return None,
        }
    }
    Some(pairs.join("&"))
}

/// Fills every string in a JSON value. A string that is one placeholder of a value becomes that value; without one, its member is
/// left out. `None` as for [`fill`].
fn fill_json(
    template: &Value,
    findings: &Findings,
    value: &impl Fn(&str) -> Option<String>,
) -> Option<Value> {
    let whole = |text: &str| {
        let name = text.strip_prefix('{')?.strip_suffix('}')?;
        let found = findings.values.get(name).cloned();
        (found.is_some() || name.starts_with("json.")).then_some(found.unwrap_or(Value::Null))
    };
    Some(match template {
        Value::String(text) => match whole(text) {
            Some(found) => found,
            None => Value::String(fill(text, value)?),
        },
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| fill_json(item, findings, value)).collect::<Option<_>>()?)
        }
        Value::Object(members) => {
            let mut filled = serde_json::Map::new();
            for (name, member) in members {
                let found = fill_json(member, findings, value)?;
                if !found.is_null() {
                    filled.insert(name.clone(), found);
                }
            }
            Value::Object(filled)
        }
        other => other.clone(),
    })
}

/// All but the unreserved characters of RFC 3986, section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes a value for a path segment or a query.
pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Whether the request may go to the URL's host: one that the file fixes, or one that the field's rule allows. A customer's own
/// domain may receive requests without a secret only.
fn may_receive(offered: &ProjectProvider, secret: bool, template: &str, url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match template.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        None => template
            .strip_prefix("https://")
            .and_then(|fixed| fixed.split(['/', '?', '#']).next())
            .is_some_and(|fixed| fixed == host && !fixed.contains('{')),
        Some((field, _)) => offered
            .field(field)
            .is_some_and(|field| if secret { field.allows_host(host) } else { field.accepts_host(host) }),
    }
}
