//! Builds a probe's request. The one place where a secret is put into something that leaves.

use super::extract::Findings;
use super::{Stop, Verification, unexpected};
use crate::credential::Credential;
use crate::ports::Outgoing;
use latchkey_shared::field::ParseKind;
use latchkey_shared::probe::Probe;
use latchkey_shared::provider::Provider;
use latchkey_shared::{ErrorCode, FieldError, Secret};
use std::collections::BTreeMap;

/// The origin that each host field stands for: what was typed, until the organisation named its own.
pub(super) struct Origins(BTreeMap<String, String>);

impl Origins {
    pub(super) fn of(provider: &Provider, credential: &Credential) -> Self {
        let hosts = provider.fields.iter().filter(|field| field.parse.kind == ParseKind::Host);
        // Exposed because hosts are no secrets.
        Self(
            hosts
                .filter_map(|field| {
                    Some((field.id.clone(), credential.value(&field.id)?.expose().to_owned()))
                })
                .collect(),
        )
    }

    /// Takes the origin the organisation names, if the field's rule allows it; refuses the field otherwise.
    pub(super) fn replace(
        &mut self,
        provider: &Provider,
        field: &str,
        named: Option<&str>,
    ) -> Result<(), Stop> {
        let Some(named) = named else { return Ok(()) };
        let host = named.strip_prefix("https://").map(|rest| rest.trim_end_matches('/'));
        match host.filter(|host| provider.field(field).is_some_and(|field| field.allows_host(host))) {
            Some(host) => {
                self.0.insert(field.to_owned(), format!("https://{host}"));
                Ok(())
            }
            None => Err(Box::new(Verification::Rejected(FieldError::on(
                field,
                ErrorCode::HostNotAllowed,
                format!("The organization at this domain names an address that is not {}’s.", provider.name),
                "Check the domain with your administrator. Nothing secret was sent.",
            )))),
        }
    }
}

/// Fills a template: `{name}` by what `value` knows. `None` when a name is unknown.
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

/// Percent-encodes a value for a path segment or query (RFC 3986, section 2.3: only unreserved characters stay).
fn encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

pub(super) fn build(
    provider: &Provider,
    probe: &Probe,
    credential: &Credential,
    origins: &Origins,
    findings: &Findings,
) -> Result<Outgoing, Stop> {
    let fault = |what: &str| unexpected(provider, format!("probe {}: {what}", probe.id));
    let (method, template) = probe.request.split_once(' ').ok_or_else(|| fault("no method"))?;
    let url = fill(template, |name| match name {
        "identity.id" => findings.identity_id().map(encode),
        "organization.id" => findings.organization_id().map(encode),
        _ => origins.0.get(name).cloned().or_else(|| {
            // Exposed because only fields that are no secrets may stand in a URL; the build of the catalogue checks it too.
            credential.value(name).filter(|_| !provider.is_secret(name)).map(|value| encode(value.expose()))
        }),
    })
    .ok_or_else(|| fault("a placeholder has no value"))?;
    if !may_receive(provider, template, &url) {
        return Err(fault("its host is not allowed"));
    }
    let mut headers = BTreeMap::from([
        ("accept".to_owned(), Secret::new("application/json".into())),
        ("user-agent".to_owned(), Secret::new(concat!("Latchkey/", env!("CARGO_PKG_VERSION")).into())),
    ]);
    if probe.secret {
        for (name, template) in &provider.secret_headers {
            // Exposed to be sent to the provider, over https, to a host its field's rule allows.
            let value =
                fill(template, |field| credential.value(field).map(|value| value.expose().to_owned()));
            headers.insert(
                name.to_ascii_lowercase(),
                Secret::new(value.ok_or_else(|| fault("a header has no value"))?),
            );
        }
    }
    Ok(Outgoing { method: method.to_owned(), url, headers })
}

/// Whether a URL's host is fixed by the file, or allowed by the rule of the field it came from.
fn may_receive(provider: &Provider, template: &str, url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match template.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        None => template
            .strip_prefix("https://")
            .and_then(|fixed| fixed.split(['/', '?', '#']).next())
            .is_some_and(|fixed| fixed == host && !fixed.contains('{')),
        Some((field, _)) => provider.field(field).is_some_and(|field| field.allows_host(host)),
    }
}
