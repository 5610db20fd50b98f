//! Keeps the audit log verifiable and bounded: its head, its signed checkpoints, and the deletion of its oldest entries. It owns
//! the table `audit_checkpoints`.
//!
//! A checkpoint is the number and the hash of an entry, signed by the deployment (`jobs/sign_audit_log.rs`). One is made a day after the
//! first entry that no checkpoint covers, and for each [`AUDIT_CHECKPOINT`] entries. Entries are deleted from the oldest on, and
//! only up to a checkpoint, from which the chain goes on. The newest entry always stays.

use super::audit::NO_HASH;
use crate::store::object::{Outcome, Store, fault};
use crate::store::protocol::{AuditCheckpoint, AuditHead, AuditSettings, ProjectSettings, ReadAuditHead};
use crate::store::sql::{Sql, SqlError};
use latchkey_shared::limits::{AUDIT_CHECKPOINT, AUDIT_MAX};
use latchkey_shared::{KeyScope, ProjectId};

/// How long an entry waits for a checkpoint, and how much later than they could be entries are deleted, in milliseconds.
const DAY_MS: i64 = 24 * 3_600_000;

/// How many entries are deleted at once.
const DELETED: i64 = 2_000;

/// The most checkpoints of an export.
const SHOWN: i64 = 500;

columns! { AuditCheckpoint { seq, hash, at, signature } }

/// An entry of which a checkpoint is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditPoint {
    /// The project.
    pub project: ProjectId,
    /// The number of the entry.
    pub seq: i64,
    /// Its hash.
    pub hash: String,
    /// Whether the entries up to this one are to be deleted then.
    pub cut: bool,
}

/// Where the log stands.
pub(super) struct State {
    /// The project.
    pub(super) id: ProjectId,
    oldest: Option<i64>,
    pub(super) newest: Option<i64>,
    /// When the newest entry was written, and its hash.
    pub(super) newest_at: Option<i64>,
    pub(super) newest_hash: Option<String>,
    /// When the oldest entry was written.
    oldest_at: Option<i64>,
    /// The entry of the newest checkpoint.
    covered: i64,
    /// When the first entry behind it was written.
    uncovered_at: Option<i64>,
    /// The entry up to which all are to be deleted.
    cut: i64,
    pub(super) settings: ProjectSettings,
}

columns! {
    State {
        id,
        oldest = "(SELECT min(id) FROM audit)",
        newest = "(SELECT max(id) FROM audit)",
        newest_at = "(SELECT at FROM audit WHERE id > 0 ORDER BY id DESC LIMIT 1)",
        newest_hash = "(SELECT hash FROM audit WHERE id > 0 ORDER BY id DESC LIMIT 1)",
        oldest_at = "(SELECT at FROM audit WHERE id > 0 ORDER BY id LIMIT 1)",
        covered = "coalesce((SELECT max(seq) FROM audit_checkpoints), 0)",
        uncovered_at = "(SELECT at FROM audit WHERE id > coalesce((SELECT max(seq) FROM audit_checkpoints), 0) ORDER BY id LIMIT 1)",
        cut = "coalesce((SELECT max(seq) FROM audit_checkpoints WHERE cut = 1), 0)",
        settings: json,
    }
}

impl State {
    /// With one entry more, which was just written.
    pub(super) fn with(mut self, seq: i64, at: i64) -> Self {
        self.newest = Some(seq);
        self.oldest.get_or_insert(seq);
        self.oldest_at.get_or_insert(at);
        self.uncovered_at.get_or_insert(at);
        self
    }

    fn kept_ms(&self) -> i64 {
        let AuditSettings { days, .. } = self.settings.audit;
        i64::from(days) * DAY_MS
    }

    /// When there is something to do next.
    pub(super) fn due(&self) -> Option<i64> {
        let (Some(oldest), Some(newest)) = (self.oldest, self.newest) else { return None };
        let now = oldest <= self.cut
            || newest - oldest >= AUDIT_MAX
            || newest / AUDIT_CHECKPOINT > self.covered / AUDIT_CHECKPOINT;
        let over = self.oldest_at.filter(|_| oldest < newest).map(|at| at + self.kept_ms() + DAY_MS);
        let unsigned = self.uncovered_at.map(|at| at + DAY_MS);
        now.then_some(0).into_iter().chain(over).chain(unsigned).min()
    }
}

impl<S: Sql> Store<'_, S> {
    pub(super) fn audit_state(&self) -> Result<Option<State>, SqlError> {
        self.sql.select_one("FROM project", &[])
    }

    /// When the log has something to do, in milliseconds since 1970.
    pub(super) fn audit_due(&self) -> Result<Option<i64>, SqlError> {
        Ok(self.audit_state()?.and_then(|state| state.due()))
    }

    /// Deletes some of the entries that are behind a cut, and returns the entry of which a checkpoint is due.
    ///
    /// # Errors
    /// When the database fails.
    pub fn take_due_audit(&self) -> Result<Option<AuditPoint>, SqlError> {
        let Some(state) = self.audit_state()? else { return Ok(None) };
        let (Some(oldest), Some(newest)) = (state.oldest, state.newest) else { return Ok(None) };
        if state.due().is_none_or(|due| due > self.now) {
            return Ok(None);
        }
        if oldest <= state.cut {
            let most = state.cut.min(oldest + DELETED - 1);
            self.sql.exec("DELETE FROM audit WHERE id <= ?", &[most.into()])?;
            return Ok(None);
        }
        let over = state.oldest_at.is_some_and(|at| at + state.kept_ms() + DAY_MS <= self.now);
        let by_age = match over {
            true => self.first_audited(self.now - state.kept_ms()).map_err(fault)? - 1,
            false => 0,
        };
        let by_number = match newest - oldest >= AUDIT_MAX {
            true => newest - AUDIT_MAX + AUDIT_CHECKPOINT,
            false => 0,
        };
        let cut = by_age.max(by_number).min(newest - 1);
        let (seq, cut) = if cut >= oldest { (cut, true) } else { (newest, false) };
        if !cut && seq <= state.covered {
            return Ok(None);
        }
        // Entries from before the chain have gaps.
        let statement = "SELECT json_array(id, hash) FROM audit WHERE id <= ? ORDER BY id DESC LIMIT 1";
        let found: Option<String> = self.sql.value(statement, &[seq.into()])?;
        let found = found.and_then(|text| serde_json::from_str::<(i64, String)>(&text).ok());
        let Some(project) = self.own_id()? else { return Ok(None) };
        Ok(found.map(|(seq, hash)| AuditPoint { project, seq, hash, cut }))
    }

    /// Keeps a signed checkpoint, if its entry is still the same.
    ///
    /// # Errors
    /// When the database fails.
    pub fn keep_checkpoint(&self, point: &AuditPoint, at: i64, signature: &str) -> Result<(), SqlError> {
        let values = [point.seq.into(), point.hash.clone().into()];
        if !self.sql.exists("SELECT 1 FROM audit WHERE id = ? AND hash = ?", &values)? {
            return Ok(());
        }
        let row = vec![
            ("seq", point.seq.into()),
            ("hash", point.hash.clone().into()),
            ("at", at.into()),
            ("signature", signature.into()),
            ("cut", i64::from(point.cut).into()),
        ];
        self.sql.insert("OR REPLACE INTO audit_checkpoints", row)?;
        if point.cut {
            self.sql.exec("DELETE FROM audit_checkpoints WHERE seq < ?", &[point.seq.into()])?;
        }
        Ok(())
    }

    pub(super) fn read_audit_head(&self, operation: ReadAuditHead) -> Outcome<AuditHead> {
        self.authorize(&operation.key, KeyScope::Admin)?;
        self.audit_head()
    }

    /// Where the log stands.
    pub(super) fn audit_head(&self) -> Outcome<AuditHead> {
        let project = self.project()?;
        let last: Option<(i64, String)> = {
            let statement = "SELECT json_array(id, hash) FROM audit WHERE id > 0 ORDER BY id DESC LIMIT 1";
            let found: Option<String> = self.sql.value(statement, &[])?;
            found.map(|text| serde_json::from_str(&text)).transpose()?
        };
        let (seq, hash) = last.unwrap_or((0, NO_HASH.to_owned()));
        let oldest: Option<i64> = self.sql.value::<Option<i64>>("SELECT min(id) FROM audit", &[])?.flatten();
        // Behind the entries from before the chain. It is not signed.
        let begin = "SELECT coalesce(max(seq), 0) FROM audit_checkpoints WHERE signature = ''";
        let begin: i64 = self.sql.value(begin, &[])?.unwrap_or(0);
        let oldest = oldest.unwrap_or(0);
        let signed = "FROM audit_checkpoints WHERE seq > 0 AND signature <> ''";
        Ok(AuditHead {
            project: project.id,
            seq,
            hash,
            oldest,
            records: (seq - begin.max(oldest - 1)).max(0),
            days: project.settings.audit.days,
            checkpoint: self.sql.select_one(&format!("{signed} ORDER BY seq DESC LIMIT 1"), &[])?,
            start: self.sql.select_one(&format!("{signed} AND cut = 1 ORDER BY seq DESC LIMIT 1"), &[])?,
        })
    }

    /// The newest checkpoints, oldest first.
    pub(super) fn audit_checkpoints(&self) -> Outcome<Vec<AuditCheckpoint>> {
        let from = "FROM audit_checkpoints WHERE seq > 0 AND signature <> '' ORDER BY seq DESC LIMIT ?";
        let mut newest: Vec<AuditCheckpoint> = self.sql.select(from, &[SHOWN.into()])?;
        newest.reverse();
        Ok(newest)
    }
}
