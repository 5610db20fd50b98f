//! One try of a task at a provider: the leased task, the opened credential, and the values that the provider's procedures may name.
//!
//! It refuses to know what a procedure is for; `revoke.rs` and `rotate.rs` do.

use crate::connections::find_provider;
use crate::connections::open::open_credential;
use crate::connections::verify_in_mode::run_in;
use crate::credential::Credential;
use crate::crypto::entropy::Entropy;
use crate::error::{Error, Result};
use crate::health::signal::RefusalKind;
use crate::health::{DAY_MS, Health};
use crate::ports::{Clock, Log, Platform};
use crate::procedures::{Procedure, Ran};
use crate::store::client::StoreClient;
use crate::store::protocol::{ConnectionInProject, Task, TaskEnding};
use crate::time::{ProviderTime, from_any, iso};
use latchkey_shared::collect::collect_btree;
use latchkey_shared::connection::{HealthState, TaskKind};
use latchkey_shared::i18n::Sentence;
use latchkey_shared::procedure::Step;
use latchkey_shared::project_provider::ProjectProvider;
use latchkey_shared::provider::Provider;
use latchkey_shared::report::Report;
use latchkey_shared::{ErrorCode, FieldError, Mode, base62};
use std::collections::BTreeMap;

/// How long the old key still works after it was replaced, in milliseconds, so that nobody who has it is cut off at once.
const OVERLAP_MS: i64 = DAY_MS;

/// The same for a key that was taken over.
const TAKE_OVER_MS: i64 = 600_000;

/// A try of a task, with everything that its procedures need.
pub(crate) struct Try<'a, P: Platform> {
    pub(crate) platform: &'a P,
    pub(crate) store: &'a StoreClient<'a, P::Store>,
    pub(crate) mode: Mode,
    pub(crate) found: &'a ConnectionInProject,
    pub(crate) task: Task,
    pub(crate) lease: String,
    pub(crate) provider: &'static Provider,
    pub(crate) offered: ProjectProvider,
    pub(crate) credential: Credential,
}

/// How a try ended.
pub(crate) struct Tried {
    pub(crate) ending: TaskEnding,
    /// What each procedure did.
    pub(crate) ran: Vec<Ran>,
    /// A blob that was not needed, and whether it may have been written.
    pub(crate) unused: Option<(String, bool)>,
    /// What went wrong on our side, if anything did. It says nothing about the key.
    pub(crate) fault: Option<Error>,
}

impl Tried {
    pub(crate) fn new(ending: TaskEnding, ran: Vec<Ran>) -> Self {
        Self { ending, ran, unused: None, fault: None }
    }
}

/// A new lease.
pub(crate) fn new_lease(platform: &impl Platform) -> String {
    base62::encode(u128::from_be_bytes(platform.entropy().bytes16()))
}

/// Opens what a try needs.
pub(super) async fn begin<'a, P: Platform>(
    platform: &'a P,
    store: &'a StoreClient<'a, P::Store>,
    mode: Mode,
    found: &'a ConnectionInProject,
    lease: &str,
) -> Result<Try<'a, P>> {
    let row = &found.connection;
    let missing = || Error::fault(format!("no provider or task for {}", row.id));
    let provider = find_provider(platform, &row.app).await?.ok_or_else(missing)?;
    let task = row.current_task().ok_or_else(missing)?;
    let credential = open_credential(platform, mode, found.project.id, row).await?;
    let offered = ProjectProvider::new(provider, &found.project.settings.hosts);
    Ok(Try { platform, store, mode, found, task, lease: lease.to_owned(), provider, offered, credential })
}

impl<P: Platform> Try<'_, P> {
    /// The report of the last accepted check.
    pub(crate) fn report(&self) -> Option<Report> {
        serde_json::from_str(self.found.connection.report.as_deref()?).ok()
    }

    /// The time in the mode.
    pub(crate) fn now(&self) -> i64 {
        self.found.project.now_in(self.mode, self.platform.clock().now_ms())
    }

    /// The health of the account.
    pub(crate) fn health(&self) -> Option<Health> {
        serde_json::from_str(self.found.connection.health_record.as_deref()?).ok()
    }

    /// Whether a provider may refuse the key as if it were unknown though it is not: an address rule keeps it out, or its owner may
    /// be suspended.
    pub(crate) fn may_be_kept_out(&self) -> bool {
        self.health().is_some_and(|health| {
            let inactive = health.cause.is_some_and(|cause| cause.code == ErrorCode::AccountInactive);
            health.restricted || health.state == HealthState::Blocked || inactive
        })
    }

    /// Whether this refusal says that the key is dead.
    pub(crate) fn is_dead(&self, code: ErrorCode) -> bool {
        RefusalKind::of(code, false) == Some(RefusalKind::Dead)
            && code != ErrorCode::AccountInactive
            && !self.may_be_kept_out()
    }

    /// How long an old key works beside the new one, in milliseconds.
    pub(crate) fn overlap(&self) -> i64 {
        match self.task.kind {
            TaskKind::Revoke => 0,
            TaskKind::TakeOver => TAKE_OVER_MS,
            _ if self.found.connection.managed == Some(true) => TAKE_OVER_MS,
            _ => OVERLAP_MS,
        }
    }

    /// Runs steps with a credential.
    pub(crate) async fn run(&self, steps: &'static [Step], credential: &Credential) -> Result<Ran> {
        self.run_about(steps, credential, self.task.old_key.as_ref()).await
    }

    /// Runs steps about a key with this id at the provider.
    pub(crate) async fn run_about(
        &self,
        steps: &'static [Step],
        credential: &Credential,
        old_key: Option<&String>,
    ) -> Result<Ran> {
        let report = self.report();
        let now = self.now();
        let overlap = self.overlap();
        let mut given = BTreeMap::from([
            ("rotation.name".to_owned(), self.task.name.clone()),
            ("life.date".to_owned(), life(report.as_ref(), now)),
        ]);
        let mut give = |name: &str, text: Option<&String>| {
            if let Some(text) = text {
                given.insert(name.to_owned(), text.clone());
            }
        };
        give("old.key.id", old_key);
        if let Some(report) = &report {
            give("identity.id", report.identity.as_ref().map(|identity| &identity.id));
            give("organization.id", report.organization.as_ref().map(|organization| &organization.id));
            give("key.id", report.key.as_ref().and_then(|key| key.id.as_ref()));
        }
        let numbers = [("now.ms".to_owned(), now), ("overlap.ms".to_owned(), now + overlap)];
        let procedure = Procedure {
            offered: &self.offered,
            credential,
            steps,
            given,
            numbers: collect_btree(numbers),
            secrets: BTreeMap::new(),
        };
        let ran = run_in(self.mode, self.platform, self.store, &procedure).await?;
        if let Some(log) = &ran.log {
            self.platform.log().fault("task", &format!("{}: {log}", self.found.connection.id));
        }
        Ok(ran)
    }
}

/// Until when a new key is to live, as a date: as long as the old one was to live, at most a year.
fn life(report: Option<&Report>, now: i64) -> String {
    let key = report.and_then(|report| report.key.as_ref());
    let time = |text: Option<&String>| match text.map(|text| from_any(text)) {
        Some(ProviderTime::At(at)) => Some(at),
        _ => None,
    };
    let from = time(key.and_then(|key| key.created_at.as_ref()));
    let until = time(key.and_then(|key| key.expires_at.as_ref()));
    let days = match (from, until) {
        (Some(from), Some(until)) => ((until - from) / DAY_MS).clamp(1, 364),
        _ => 364,
    };
    iso(now + days * DAY_MS).chars().take(10).collect()
}

/// An error of a task, for people.
pub(crate) fn task_error(code: ErrorCode, cause: &str, fix: &str) -> FieldError {
    FieldError::whole(code, Sentence::from(&cause.to_owned()), Sentence::from(&fix.to_owned()))
}
