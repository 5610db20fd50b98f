//! Shows the requests of a verification without sending them, for authors of provider files.
//!
//! It puts placeholders in: `<apiToken>` for a secret, `<identity.id>` for a finding that only a response has. It builds no request
//! itself: `request` does, with all its checks, so the preview shows exactly what a verification sends.

use super::findings::Findings;
use super::origins::Origins;
use super::request::{NO_SECRETS, RequestInputs, build, encode};
use super::{Verification, stages};
use crate::credential::Credential;
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
    /// `GET` or `POST`.
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
        secrets: &NO_SECRETS,
    };
    let mut previews = Vec::new();
    for (stage, probes) in stages::order(provider).into_iter().enumerate() {
        for (_, probe) in probes {
            previews.push(one(&inputs, stage, probe)?);
        }
    }
    Ok(previews)
}

fn one(inputs: &RequestInputs<'_>, stage: usize, probe: &'static Probe) -> Result<Preview<'static>, String> {
    let built = build(inputs, probe).map_err(|failure| match *failure {
        Verification::Unexpected(_, log) => log,
        _ => format!("probe {}: its request cannot be built", probe.id),
    })?;
    let method = probe.request.split(' ').next().unwrap_or_default().to_owned();
    let mut preview =
        Preview { probe: &probe.id, stage, method, url: None, headers: BTreeMap::new(), body: None };
    if let Some(outgoing) = built {
        preview.url = Some(readable(&outgoing.url, &inputs.offered.provider.probes));
        // Exposed because the secrets in it are placeholders already.
        preview.headers =
            outgoing.headers.iter().map(|(name, value)| (name.clone(), value.expose().to_owned())).collect();
        preview.body = outgoing.body.map(|body| body.expose().to_owned());
    }
    Ok(preview)
}

/// The URL with the placeholders of findings in plain text instead of percent-encoded.
fn readable(url: &str, probes: &[Probe]) -> String {
    probes.iter().flat_map(|probe| probe.extract.keys()).fold(url.to_owned(), |url, name| {
        let name = format!("<{name}>");
        url.replace(&encode(&name), &name)
    })
}
