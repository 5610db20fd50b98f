//! Verifies in test mode or in live mode: the one place that chooses between the simulated provider and the network. No code path
//! holds both.
//!
//! In test mode the time is that of the project's test clock. The project's store tells it, and remembers when a simulated key was
//! used, under a hash of the key.

use crate::crypto::digest::text_hash;
use crate::error::{Error, Result};
use crate::ports::{Clock, Platform, ProjectStore};
use crate::store::client::StoreClient;
use crate::store::protocol::NoteSimulatedKey;
use crate::verify::simulator::{KeyMemory, Simulator};
use crate::verify::{Verification, VerificationRequest, verify};
use latchkey_shared::Mode;
use latchkey_shared::collect::collect_btree;
use latchkey_shared::project_provider::ProjectProvider;
use latchkey_shared::provider::Values;
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
            let provider = request.offered.provider;
            // Exposed to be compared with the documented test values. Nothing of it is kept.
            let shown =
                request.credential.values().map(|(id, value)| (id.to_owned(), value.expose().to_owned()));
            let values: Values = collect_btree(shown);
            let untestable = provider.untestable(&values);
            if !untestable.is_empty() {
                return Err(Error::fields(untestable));
            }
            let memory = remembered(store, request.offered, &values).await?;
            let clock = Ahead { clock, ms: memory.now - clock.now_ms() };
            Ok(verify(&Simulator::new(provider, memory), &clock, request).await)
        }
    }
}

/// A clock that is ahead of another one.
struct Ahead<'a, C> {
    clock: &'a C,
    ms: i64,
}

impl<C: Clock> Clock for Ahead<'_, C> {
    fn now_ms(&self) -> i64 {
        self.clock.now_ms() + self.ms
    }
}

/// What the simulated provider remembers of the key. The store notes that the key is used now.
async fn remembered<S: ProjectStore>(
    store: &StoreClient<'_, S>,
    offered: &ProjectProvider,
    values: &Values,
) -> Result<KeyMemory> {
    let provider = offered.provider;
    let secret = provider.fields.iter().find(|field| field.secret);
    let key = secret.and_then(|field| values.get(&field.id)).map(String::as_str).unwrap_or_default();
    let rules = provider.test_mode.simulation.iter().filter(|rule| rule.is_for(key));
    store
        .call(NoteSimulatedKey {
            app: provider.id.clone(),
            key: text_hash(key),
            past: Past::Used,
            idle_days: rules.filter_map(|rule| rule.idle_days).min(),
        })
        .await
}
