//! Verifies, and runs procedures, in test mode or in live mode: the one place that chooses between the simulated provider and the network. No code path
//! holds both.
//!
//! In test mode the time is that of the project's test clock. The project's store tells it, and remembers when a simulated key was
//! used, under a hash of the key.

use crate::credential::Credential;
use crate::crypto::digest::text_hash;
use crate::error::{Error, Result};
use crate::ports::{Clock, Fetch, Platform, ProjectStore};
use crate::procedures::{self, Procedure, Ran};
use crate::store::client::StoreClient;
use crate::store::protocol::NoteSimulatedKey;
use crate::verify::simulator::{KeyMemory, Simulator};
use crate::verify::{Life, Verification, VerificationRequest, Watched, alive, verify};
use latchkey_shared::Mode;
use latchkey_shared::collect::collect_btree;
use latchkey_shared::project_provider::ProjectProvider;
use latchkey_shared::provider::{Provider, Values};
use latchkey_shared::simulation::Past;
use std::cell::Cell;

/// How much to ask.
#[derive(Clone, Copy)]
pub(crate) struct Depth<'a> {
    /// Whether it is enough to know that the key works, where the provider's file has requests for that.
    pub light: bool,
    /// Gets the seconds to wait, if little of a rate limit is left.
    pub low: &'a Cell<Option<u32>>,
}

/// What was found.
pub(crate) enum Asked {
    /// A whole verification.
    Verified(Box<Verification>),
    /// The key works, and nothing more was asked. Its end, if the provider named it: milliseconds since 1970.
    Alive(Option<i64>),
}

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
    let low = Cell::new(None);
    match ask_in(mode, platform, store, request, Depth { light: false, low: &low }).await? {
        Asked::Verified(verification) => Ok(*verification),
        Asked::Alive(_) => Err(Error::fault("a whole verification asked too little")),
    }
}

/// Asks as deep as wanted: the simulation in test mode, the network in live mode.
///
/// # Errors
/// The same as for [`verify_in`].
pub(crate) async fn ask_in<P: Platform>(
    mode: Mode,
    platform: &P,
    store: &StoreClient<'_, P::Store>,
    request: VerificationRequest<'_>,
    depth: Depth<'_>,
) -> Result<Asked> {
    let clock = platform.clock();
    match mode {
        Mode::Live => Ok(ask(platform.network(), clock, request, depth).await),
        Mode::Test => {
            let (simulator, now) = simulate(store, request.offered, &request.credential).await?;
            let clock = Ahead { clock, ms: now - clock.now_ms() };
            Ok(ask(&simulator, &clock, request, depth).await)
        }
    }
}

async fn ask(
    fetch: &impl Fetch,
    clock: &impl Clock,
    request: VerificationRequest<'_>,
    depth: Depth<'_>,
) -> Asked {
    let fetch = Watched::new(fetch, request.offered.provider, depth.low);
    if depth.light
        && let Some(life) = alive(&fetch, &request).await
    {
        return match life {
            Life::Alive(ends) => Asked::Alive(ends),
            Life::Failed(failure) => Asked::Verified(failure),
        };
    }
    Asked::Verified(Box::new(verify(&fetch, clock, request).await))
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
            let (simulator, _) = simulate(store, offered, credential).await?;
            let ran = procedures::run(&simulator, procedure).await;
            for past in simulator.then() {
                let key = text_hash(&key_of(offered.provider, &shown(credential)));
                let note = NoteSimulatedKey { app: offered.provider.id.clone(), key, past, idle_days: None };
                store.call(note).await?;
            }
            Ok(ran)
        }
    }
}

/// The simulation for a credential of documented test values, and its time.
async fn simulate<S: ProjectStore>(
    store: &StoreClient<'_, S>,
    offered: &ProjectProvider,
    credential: &Credential,
) -> Result<(Simulator, i64)> {
    let values = shown(credential);
    let untestable = offered.provider.untestable(&values);
    if !untestable.is_empty() {
        return Err(Error::fields(untestable));
    }
    let memory = remembered(store, offered, &values).await?;
    let now = memory.now;
    Ok((Simulator::new(offered.provider, credential, memory), now))
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
    let key = &key_of(provider, values);
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
