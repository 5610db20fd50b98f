//! Builds a probe's request. This is the one place that puts a secret into an outgoing request.

use super::findings::Findings;
use super::origins::Origins;
use super::{Failure, retry, unexpected};
use crate::credential::Credential;
use crate::ports::Outgoing;
use latchkey_shared::Secret;
use latchkey_shared::collect::collect_btree;
use latchkey_shared::probe::{Body, Probe};
use latchkey_shared::project_provider::ProjectProvider;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The longest response body that is read, in bytes. An organization or an identity has a few kilobytes.
const BODY_MAX: usize = 256 * 1024;

/// The longest response body of an optional probe, in bytes. Several of them run at once.
const OPTIONAL_BODY_MAX: usize = 96 * 1024;

/// The values that a request is built from.
pub(super) struct RequestInputs<'a> {
    pub(super) offered: &'a ProjectProvider,
    pub(super) credential: &'a Credential,
    pub(super) origins: &'a Origins,
    pub(super) findings: &'a Findings,
}

/// The request of a probe. `None` if a field or finding that it needs has no value.
///
/// # Errors
/// `Unexpected` if the provider's file is wrong, or if a secret would go to a host that the field's rule does not allow.
pub(super) fn build(inputs: &RequestInputs<'_>, probe: &Probe) -> Result<Option<Outgoing>, Failure> {
    let RequestInputs { offered, credential, origins, findings } = inputs;
    let provider = offered.provider;
    let fault = |what: &str| unexpected(provider, format!("probe {}: {what}", probe.id));
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
    let url = fill(template, |name| origins.of_field(name).or_else(|| segment(name)));
    let Some(url) = url else { return Ok(None) };
    if !may_receive(offered, probe, template, &url) {
        return Err(fault("its host is not allowed"));
    }
    // Exposed to be sent to the provider, over https, to a host that its field's rule allows.
    let sent = |name: &str| {
        let secret =
            || credential.value(name).filter(|_| probe.secret).map(|value| value.expose().to_owned());
        shown(name).or_else(secret)
    };
    let mut headers = collect_btree([
        ("accept".to_owned(), Secret::new("application/json".into())),
        ("user-agent".to_owned(), Secret::new(concat!("Latchkey/", env!("CARGO_PKG_VERSION")).into())),
    ]);
    for (name, value) in &probe.headers {
        headers.insert(name.to_ascii_lowercase(), Secret::new(value.clone()));
    }
    for (name, template) in provider.secret_headers.iter().filter(|_| probe.secret) {
        let value = fill(template, sent).ok_or_else(|| fault("a header has no value"))?;
        headers.insert(name.to_ascii_lowercase(), Secret::new(value));
    }
    let body = match &probe.body {
        None => None,
        Some(body) => {
            let kind = if matches!(body, Body::Text(_)) { "text/plain" } else { "application/json" };
            headers.entry("content-type".to_owned()).or_insert_with(|| Secret::new(kind.into()));
            let text = match body {
                Body::Text(template) => fill(template, sent),
                Body::Json(value) => fill_json(value, &sent).map(|value| value.to_string()),
            };
            let Some(text) = text else { return Ok(None) };
            Some(Secret::new(text))
        }
    };
    let body_max = if probe.optional { OPTIONAL_BODY_MAX } else { BODY_MAX };
    Ok(Some(Outgoing {
        method: method.to_owned(),
        url,
        headers,
        body,
        body_max,
        wanted: retry::headers(provider),
    }))
}

/// Fills a template: `value` returns the text of each `{name}`. `None` if it does not know one.
fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut parts = template.split('{');
    let mut text = parts.next()?.to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}')?;
        text.push_str(&value(name)?);
        text.push_str(rest);
    }
    Some(text)
}

/// Fills every string in a JSON value. `None` as for [`fill`].
fn fill_json(
    template: &serde_json::Value,
    value: &impl Fn(&str) -> Option<String>,
) -> Option<serde_json::Value> {
    use serde_json::Value;
    Some(match template {
        Value::String(text) => Value::String(fill(text, value)?),
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| fill_json(item, value)).collect::<Option<_>>()?)
        }
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, member)| Some((name.clone(), fill_json(member, value)?)))
                .collect::<Option<_>>()?,
        ),
        other => other.clone(),
    })
}

/// All but the unreserved characters of RFC 3986, section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes a value for a path segment or a query.
pub(super) fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Whether the request may go to the URL's host: one that the file fixes, or one that the field's rule allows. A customer's own
/// domain may receive requests without a secret only.
fn may_receive(offered: &ProjectProvider, probe: &Probe, template: &str, url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match template.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        None => template
            .strip_prefix("https://")
            .and_then(|fixed| fixed.split(['/', '?', '#']).next())
            .is_some_and(|fixed| fixed == host && !fixed.contains('{')),
        Some((field, _)) => offered.field(field).is_some_and(|field| {
            if probe.secret { field.allows_host(host) } else { field.accepts_host(host) }
        }),
    }
}
