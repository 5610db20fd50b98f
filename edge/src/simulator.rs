//! The simulated providers of test mode. Answers from the provider's file, and reaches nothing.
//!
//! `verify_in` is the one place that chooses between this and the network, by the mode; no path holds both.

use crate::credential::Credential;
use crate::error::{Error, Result};
use crate::ports::{Fetch, FetchError, Incoming, Outgoing, Platform};
use crate::verify::{Verification, verify};
use latchkey_shared::Mode;
use latchkey_shared::provider::{Provider, Values};

/// A provider that lives in its file.
struct Simulator(&'static Provider);

impl Fetch for Simulator {
    async fn fetch(&self, request: Outgoing) -> std::result::Result<Incoming, FetchError> {
        let line = format!("{} {}", request.method, request.url);
        // Exposed to be compared with the documented prefixes of test values.
        let authorization = request.headers.get("authorization").map_or("", |value| value.expose());
        let answer = self.0.simulation.iter().find(|answer| {
            answer.request == line
                && answer.authorization.as_deref().is_none_or(|prefix| authorization.starts_with(prefix))
        });
        let answer = answer.ok_or(FetchError::Network)?;
        let mut headers = answer.headers.clone();
        headers.entry("content-type".into()).or_insert_with(|| "application/json".into());
        Ok(Incoming { status: answer.status, headers, body: answer.body.clone().into_bytes() })
    }
}

/// Verifies against the simulation in test mode, and against the network in live mode.
///
/// # Errors
/// In test mode, every value that is not a documented one is refused before anything is asked.
pub async fn verify_in(
    mode: Mode,
    platform: &impl Platform,
    provider: &'static Provider,
    credential: Credential,
) -> Result<Verification> {
    match mode {
        Mode::Live => Ok(verify(platform.live(), provider, credential).await),
        Mode::Test => {
            // Exposed to be compared with the documented test values; nothing of it is kept.
            let values: Values =
                credential.values().map(|(id, value)| (id.to_owned(), value.expose().to_owned())).collect();
            let untestable = provider.untestable(&values);
            if !untestable.is_empty() {
                return Err(Error::fields(untestable));
            }
            Ok(verify(&Simulator(provider), provider, credential).await)
        }
    }
}
