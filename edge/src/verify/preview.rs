//! What a verification would send, without sending it: for the person who writes a provider file.
//!
//! It owns the order and the stand-ins: a secret is its field's name, `<apiToken>`, and what is not known before the
//! provider has answered is the finding's name, `<identity.id>`. It refuses to build a request by itself; `request` does,
//! with every check it always makes, so what is shown here is what would leave.

use super::findings::Findings;
use super::origins::Origins;
use super::request::{Materials, build, encode};
use super::{Verification, stages};
use crate::credential::Credential;
use latchkey_shared::probe::Probe;
use latchkey_shared::project_provider::ProjectProvider;
use std::collections::BTreeMap;

/// One request of a verification, as it would be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview<'a> {
    /// The probe that asks.
    pub probe: &'a str,
    /// Requests of the same stage are sent together.
    pub stage: usize,
    /// `GET` or `POST`.
    pub method: String,
    /// Absolute, https; `None` when an answer it needs was left empty, and it would not be sent.
    pub url: Option<String>,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    /// What is sent along.
    pub body: Option<String>,
}

/// Every request of a verification of these answers, in the order they would be sent in. No secret is in it.
///
/// # Errors
/// Why a request cannot be built, in words for the person who writes the provider file.
pub fn preview(offered: &ProjectProvider, credential: &Credential) -> Result<Vec<Preview<'static>>, String> {
    let provider = offered.provider;
    let masked = credential.masked(provider);
    let findings = Findings::standing_for_themselves(&provider.probes);
    let materials = Materials {
        offered,
        credential: &masked,
        origins: &Origins::of(offered, &masked),
        findings: &findings,
    };
    let mut previews = Vec::new();
    for (stage, probes) in stages::order(provider).into_iter().enumerate() {
        for (_, probe) in probes {
            previews.push(one(&materials, stage, probe)?);
        }
    }
    Ok(previews)
}

fn one(materials: &Materials<'_>, stage: usize, probe: &'static Probe) -> Result<Preview<'static>, String> {
    let built = build(materials, probe).map_err(|stop| match *stop {
        Verification::Unexpected(_, log) => log,
        _ => format!("probe {}: its request cannot be built", probe.id),
    })?;
    let method = probe.request.split(' ').next().unwrap_or_default().to_owned();
    let mut preview =
        Preview { probe: &probe.id, stage, method, url: None, headers: BTreeMap::new(), body: None };
    if let Some(outgoing) = built {
        preview.url = Some(readable(&outgoing.url, &materials.offered.provider.probes));
        // Exposed because the secrets in it are names already.
        preview.headers =
            outgoing.headers.iter().map(|(name, value)| (name.clone(), value.expose().to_owned())).collect();
        preview.body = outgoing.body.map(|body| body.expose().to_owned());
    }
    Ok(preview)
}

/// The names of findings as they are written, and not percent-encoded.
fn readable(url: &str, probes: &[Probe]) -> String {
    probes.iter().flat_map(|probe| probe.extract.keys()).fold(url.to_owned(), |url, name| {
        let name = format!("<{name}>");
        url.replace(&encode(&name), &name)
    })
}
