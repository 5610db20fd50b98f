//! Checks the accounts of a batch. The consumer of the queue calls it, and the object itself where there is no queue.
//!
//! One call reads the batch and one settles it. Accounts of one organization are checked one after the other, the organizations
//! beside each other, so that a slow one keeps nobody else waiting. What goes wrong on our side says nothing about a key.

use crate::config::Config;
use crate::connections::check::{Stored, ask, signal_of};
use crate::connections::find_provider;
use crate::connections::verify_in_mode::{Asked, Depth};
use crate::error::Error;
use crate::health::{DAY_MS, Health, Signal};
use crate::ports::{CheckMessage, Log, Platform};
use crate::store::client::{CallError, StoreClient};
use crate::store::protocol::{
    CheckBatch, CheckedAccount, DueAccount, Found, OrganizationPause, ReadBatch, SettleBatch,
};
use crate::verify::Verification;
use futures_util::future::join_all;
use latchkey_shared::ErrorCode;
use std::cell::Cell;
use std::collections::BTreeMap;

/// How long an account waits after a fault of ours, in seconds.
const FAULT_WAIT: u32 = 600;

/// How long an organization is left alone after it could not be reached, in seconds, if it does not ask for longer.
const OUTAGE_PAUSE: u32 = 300;

/// The requests that are left for reading, settling and files.
pub(super) const RESERVED: u32 = 12;

/// How many requests this call of the Worker may still make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    left: u32,
    small: bool,
}

impl Allowance {
    /// All that the deployment's plan allows, but some.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        Self { left: config.subrequests.saturating_sub(RESERVED), small: config.subrequests < 400 }
    }

    /// So many requests.
    #[must_use]
    pub(crate) fn exactly(requests: u32) -> Self {
        Self { left: requests, small: true }
    }

    /// Enough for whatever the simulation is asked.
    #[must_use]
    pub(crate) fn of_test_mode() -> Self {
        Self { left: u32::MAX, small: false }
    }

    /// Whether batches must be small.
    #[must_use]
    pub fn is_small(self) -> bool {
        self.small
    }

    /// Whether another batch can be begun.
    #[must_use]
    pub fn has_room(self) -> bool {
        self.left >= RESERVED
    }

    /// How many requests are left.
    #[must_use]
    pub(crate) fn left(self) -> u32 {
        self.left
    }

    /// Counts requests that are made whatever is left.
    pub fn spend(&mut self, requests: u32) {
        self.left = self.left.saturating_sub(requests);
    }

    /// Takes so many requests, if they are left.
    fn take(&mut self, requests: u32) -> bool {
        let room = self.left >= requests;
        if room {
            self.left -= requests;
        }
        room
    }
}

/// Checks the accounts of a batch. A batch that has ended meanwhile is nothing to do.
///
/// # Errors
/// A text for the log, if the object does not answer. Then the batch is not settled.
pub async fn check_batch<P: Platform>(
    platform: &P,
    message: CheckMessage,
    allowance: &mut Allowance,
) -> Result<(), String> {
    let store = StoreClient::project(platform.store(), message.project);
    let read = match store.try_call(&ReadBatch { batch: message.batch }).await {
        Ok(read) => read,
        // The project is gone.
        Err(CallError::Refused(_)) => return Ok(()),
        Err(CallError::Unanswered(why)) => return Err(why),
    };
    let Some(batch) = read else { return Ok(()) };
    let mut organizations: BTreeMap<&str, Vec<&DueAccount>> = BTreeMap::new();
    for account in &batch.accounts {
        organizations.entry(&account.organization).or_default().push(account);
    }
    let left = Cell::new(*allowance);
    let run = Run { platform, store: &store, batch: &batch, allowance: &left };
    let runs = organizations.into_iter().map(|(name, accounts)| run.organization(name, accounts));
    let (mut checked, mut pauses) = (Vec::new(), Vec::new());
    for (accounts, pause) in join_all(runs).await {
        checked.extend(accounts);
        pauses.extend(pause);
    }
    *allowance = left.get();
    let settle = SettleBatch { batch: message.batch, checked, pauses };
    store.send_twice(&settle).await.map_err(|error| format!("{error:?}"))
}

/// A batch that is being checked.
struct Run<'a, P: Platform> {
    platform: &'a P,
    store: &'a StoreClient<'a, P::Store>,
    batch: &'a CheckBatch,
    allowance: &'a Cell<Allowance>,
}

impl<P: Platform> Run<'_, P> {
    /// Checks the accounts of an organization, one after the other, until it is to be left alone.
    async fn organization(
        &self,
        name: &str,
        accounts: Vec<&DueAccount>,
    ) -> (Vec<CheckedAccount>, Option<OrganizationPause>) {
        let (mut checked, mut pause) = (Vec::new(), None);
        for account in accounts {
            let found = match pause {
                Some(seconds) => Found::Later(seconds),
                None => self.account(account, &mut pause).await,
            };
            let row = &account.row;
            checked.push(CheckedAccount { id: row.id, version: row.version, check_at: row.check_at, found });
        }
        let paused = |seconds| OrganizationPause { organization: name.to_owned(), seconds };
        (checked, pause.map(paused))
    }

    async fn account(&self, account: &DueAccount, pause: &mut Option<u32>) -> Found {
        let row = &account.row;
        let fault = |why: String| {
            self.platform.log().fault("check", &format!("{}: {why}", row.id));
            Found::Later(FAULT_WAIT)
        };
        let provider = match find_provider(self.platform, &row.app).await {
            Ok(Some(provider)) => provider,
            Ok(None) => return fault(format!("no provider {}", row.app)),
            Err(error) => return fault(error.log.unwrap_or_default()),
        };
        let full_every = provider.check.as_ref().map_or(0, |check| i64::from(check.full_every_days) * DAY_MS);
        let health: Option<Health> =
            row.health_record.as_deref().and_then(|text| serde_json::from_str(text).ok());
        let light = health.is_some_and(|health| health.may_ask_less(self.batch.now, full_every));
        let probes = match &provider.check {
            Some(check) if light => check.probes.len(),
            _ => provider.probes.len(),
        };
        let mut allowance = self.allowance.get();
        // The value in KV, the requests, and in test mode the memory of the simulation.
        if !allowance.take(2 + probes as u32) {
            return Found::Later(0);
        }
        self.allowance.set(allowance);
        let stored = Stored {
            mode: self.batch.mode,
            project: self.batch.project.id,
            settings: &self.batch.project.settings,
            row,
        };
        let low = Cell::new(None);
        let asked = ask(self.platform, self.store, provider, stored, Depth { light, low: &low }).await;
        *pause = low.get();
        let verification = match asked {
            Ok(Asked::Alive(ends)) => return Found::Said(Box::new(Signal::Alive(ends))),
            Ok(Asked::Verified(verification)) => Ok(*verification),
            Err(error) => Err(error),
        };
        match verification {
            Ok(verification) => {
                *pause = match &verification {
                    Verification::Unavailable(error, wait)
                        if error.code == ErrorCode::ProviderRateLimited =>
                    {
                        Some(*wait)
                    }
                    Verification::Unavailable(_, wait) => Some(OUTAGE_PAUSE.max(*wait)),
                    _ => low.get(),
                };
                Found::Said(Box::new(signal_of(&verification, provider)))
            }
            Err(Error { log: Some(log), .. }) => fault(log),
            // The values are not allowed anymore. A person has to confirm them.
            Err(error) => match error.errors.into_iter().find(|error| error.field.is_some()) {
                Some(error) => Found::Said(Box::new(Signal::Paused(error))),
                None => fault(error.detail.to_string()),
            },
        }
    }
}
