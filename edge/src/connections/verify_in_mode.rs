//! Verifies, and runs procedures, in test mode or in live mode: the one place that chooses between the simulated provider and the network. No code path
//! holds both.
//!
//! The project's store remembers whether a simulated key was used before, under a hash of the key.

use crate::credential::Credential;
use crate::crypto::digest::text_hash;
use crate::error::{Error, Result};
use crate::ports::{Clock, Platform, ProjectStore};
use crate::procedures::{self, Procedure, Ran};
use crate::store::client::StoreClient;
use crate::store::protocol::NoteSimulatedKey;
use crate::verify::simulator::Simulator;
use crate::verify::{Verification, VerificationRequest, verify};
use latchkey_shared::Mode;
use latchkey_shared::collect::collect_btree;
use latchkey_shared::project_provider::ProjectProvider;
use latchkey_shared::provider::{Provider, Values};
use latchkey_shared::simulation::Past;

/// Verifies against the simulation in test mode, and against the network in live mode.
///
/// # Errors
/// In test mode, one error for each field whose value is not a documented test value.
pub(crate) async fn verify_in<P: Platform>(
    mode: Mode,
    platform: &P,
    store: &StoreClient<'_, P::Store>,
    request: VerificationRequest<'_>,
) -> Result<Verification> {
    let clock = platform.clock();
    match mode {
        Mode::Live => Ok(verify(platform.network(), clock, request).await),
        Mode::Test => {
            let simulator = simulate(platform, store, request.offered, &request.credential, true).await?;
            let verification = verify(&simulator, clock, request).await;
            Ok(verification)
        }
    }
}

/// Runs a procedure at the simulation in test mode, and at the provider in live mode.
///
/// # Errors
/// As for [`verify_in`].
pub(crate) async fn run_in<P: Platform>(
    mode: Mode,
    platform: &P,
    store: &StoreClient<'_, P::Store>,
    procedure: &Procedure<'_>,
) -> Result<Ran> {
    match mode {
        Mode::Live => Ok(procedures::run(platform.network(), procedure).await),
        Mode::Test => {
            let Procedure { offered, credential, .. } = procedure;
            let simulator = simulate(platform, store, offered, credential, false).await?;
            let ran = procedures::run(&simulator, procedure).await;
            for past in simulator.then() {
                let key = text_hash(&key_of(offered.provider, &shown(credential)));
                let note = NoteSimulatedKey { app: offered.provider.id.clone(), key, past: Some(past) };
                store.call(note).await?;
            }
            Ok(ran)
        }
    }
}

/// The simulation for a credential of documented test values. `uses` says whether the key counts as used from now on.
async fn simulate<P: Platform>(
    platform: &P,
    store: &StoreClient<'_, P::Store>,
    offered: &ProjectProvider,
    credential: &Credential,
    uses: bool,
) -> Result<Simulator> {
    let values = shown(credential);
    let untestable = offered.provider.untestable(&values);
    if !untestable.is_empty() {
        return Err(Error::fields(untestable));
    }
    let past = past(store, offered, &values, uses).await?;
    Ok(Simulator::new(offered.provider, platform.clock().now_ms(), past))
}

/// The values of a credential, in test mode only.
fn shown(credential: &Credential) -> Values {
    // Exposed to be compared with the documented test values. Nothing of it is kept.
    collect_btree(credential.values().map(|(id, value)| (id.to_owned(), value.expose().to_owned())))
}

/// The value of the first secret field.
fn key_of(provider: &Provider, values: &Values) -> String {
    let secret = provider.fields.iter().find(|field| field.secret);
    secret.and_then(|field| values.get(&field.id)).cloned().unwrap_or_default()
}

/// What happened to the key before, if the provider's file has rules for that. If `uses`, the store notes that the key is used now.
async fn past<S: ProjectStore>(
    store: &StoreClient<'_, S>,
    offered: &ProjectProvider,
    values: &Values,
    uses: bool,
) -> Result<Vec<Past>> {
    let provider = offered.provider;
    let key = key_of(provider, values);
    let about = |past: Past| {
        let rules = provider.test_mode.simulation.iter().filter(move |rule| rule.after == Some(past));
        rules
            .into_iter()
            .any(|rule| rule.keys.is_empty() || rule.keys.iter().any(|start| key.starts_with(start)))
    };
    let used = about(Past::Used);
    if !used && !about(Past::Revoked) {
        return Ok(Vec::new());
    }
    let past = (uses && used).then_some(Past::Used);
    store.call(NoteSimulatedKey { app: provider.id.clone(), key: text_hash(&key), past }).await
}
