//! Shows the requests of a verification without sending them, for authors of provider files.
//!
//! It puts placeholders in: `<apiToken>` for a secret, `<identity.id>` for a finding that only a response has. It builds no request
//! itself: `request` does, with all its checks, so the preview shows exactly what a verification sends.

use super::findings::Findings;
use super::origins::Origins;
use super::request::{RequestInputs, Template, build_from, encode};
use super::{Verification, stages};
use crate::credential::Credential;
use latchkey_shared::Secret;
use latchkey_shared::probe::Probe;
use latchkey_shared::project_provider::ProjectProvider;
use std::collections::BTreeMap;

/// One request of a verification, as it would be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview<'a> {
    /// The probe's id.
    pub probe: &'a str,
    /// The stage, from 0. Requests of one stage are sent together.
    pub stage: usize,
    /// `GET`, `POST` or another method.
    pub method: String,
    /// Absolute, https. `None` if the request is not sent, because a field that it needs is empty.
    pub url: Option<String>,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body, if the request has one.
    pub body: Option<String>,
}

/// Every request of a verification of this credential, in order. No secret is in it.
///
/// # Errors
/// Why a request cannot be built, as a sentence for the author of the provider file.
pub fn preview(offered: &ProjectProvider, credential: &Credential) -> Result<Vec<Preview<'static>>, String> {
    let provider = offered.provider;
    let masked = credential.masked(provider);
    let findings = Findings::placeholders(&provider.probes);
    let inputs = RequestInputs {
        offered,
        credential: &masked,
        origins: &Origins::of(offered, &masked),
        findings: &findings,
        secrets: &token(),
    };
    let mut previews = Vec::new();
    for (stage, probes) in stages::order(provider).into_iter().enumerate() {
        for (_, probe) in probes {
            previews.push(one(&inputs, stage, probe)?);
        }
    }
    Ok(previews)
}

/// Every request of the provider's procedures with this credential, in the order of the file. No secret is in it.
///
/// # Errors
/// As for [`preview`].
pub fn preview_procedures(
    offered: &ProjectProvider,
    credential: &Credential,
) -> Result<Vec<Preview<'static>>, String> {
    let provider = offered.provider;
    let masked = credential.masked(provider);
    let steps = provider.steps();
    let extracted = steps.iter().flat_map(|step| step.extract.keys().map(String::as_str));
    let mut findings = Findings::placeholders(&provider.probes);
    for name in extracted.chain(GIVEN).filter(|name| !name.starts_with("json.")) {
        findings.set(name, vec![format!("<{name}>")]);
    }
    for name in NUMBERS {
        findings.set(name, vec![NUMBER.to_string()]);
        findings.values.insert(name.to_owned(), NUMBER.into());
    }
    let inputs = RequestInputs {
        offered,
        credential: &masked,
        origins: &Origins::of(offered, &masked),
        findings: &findings,
        secrets: &token(),
    };
    steps.into_iter().map(|step| built(&inputs, 0, &step.id, &Template::of_step(step))).collect()
}

/// The name of the access token in its place.
fn token() -> BTreeMap<String, Secret> {
    BTreeMap::from([("token".to_owned(), Secret::new("<token>".to_owned()))])
}

/// What a procedure gives, as texts and as numbers. The number is a time in 2027.
const GIVEN: [&str; 7] =
    ["old.key.id", "rotation.name", "life.date", "hook.uri", "hook.name", "hook.secret", "poll.since"];
const NUMBERS: [&str; 2] = ["now.ms", "overlap.ms"];
const NUMBER: i64 = 1_800_000_000_000;

fn one(inputs: &RequestInputs<'_>, stage: usize, probe: &'static Probe) -> Result<Preview<'static>, String> {
    built(inputs, stage, &probe.id, &Template::of_probe(probe))
}

fn built(
    inputs: &RequestInputs<'_>,
    stage: usize,
    id: &'static str,
    template: &Template<'_>,
) -> Result<Preview<'static>, String> {
    let built = build_from(inputs, template).map_err(|failure| match *failure {
        Verification::Unexpected(_, log) => log,
        _ => format!("{}: its request cannot be built", template.sender),
    })?;
    let method = template.request.split(' ').next().unwrap_or_default().to_owned();
    let mut preview = Preview { probe: id, stage, method, url: None, headers: BTreeMap::new(), body: None };
    if let Some(outgoing) = built {
        let names = inputs.findings.names().map(|name| format!("<{name}>"));
        preview.url = Some(names.fold(outgoing.url.clone(), |url, name| url.replace(&encode(&name), &name)));
        // Exposed because the secrets in it are placeholders already.
        preview.headers =
            outgoing.headers.iter().map(|(name, value)| (name.clone(), value.expose().to_owned())).collect();
        preview.body = outgoing.body.map(|body| body.expose().to_owned());
    }
    Ok(preview)
}
