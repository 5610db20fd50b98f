//! Reads and settles a batch of checks, one operation each. It owns the table `check_batches`; `due_checks.rs` fills it.
//!
//! A batch settles once. After ten minutes it is lost, and its accounts are due again; then a late settling finds no batch and
//! does nothing. An account that has another credential by now, or is gone, is left as it is.

use super::check_pauses::organization;
use super::check_times::NEVER;
use super::checks::StoredHealth;
use super::connections::{SealedUntil, within_sealed_time};
use crate::health::Signal;
use crate::store::object::{Outcome, Store};
use crate::store::protocol::{
    Actor, CheckBatch, CheckedAccount, ConnectionRow, DueAccount, Found, ReadBatch, SettleBatch, WakeObject,
};
use crate::store::sql::{Sql, json as json_text};
use latchkey_shared::audit::ActorType;
use latchkey_shared::limits::PAUSES_MAX;
use latchkey_shared::report::Report;
use latchkey_shared::{ConnectionId, Mode};

/// How long a batch is under way, in milliseconds. Then its message was lost, and its accounts are due again.
pub(super) const BATCH_MS: i64 = 600_000;

/// The longest pause of an organization, in seconds.
const PAUSE_MAX: u32 = 3_600;

/// A batch.
struct StoredBatch {
    mode: Mode,
    connections: Vec<ConnectionId>,
    until: i64,
}

columns! { StoredBatch { mode, connections: json, until } }

/// A batch that is under way.
pub(super) struct UnderWay {
    pub(super) id: i64,
    pub(super) mode: Mode,
    pub(super) connections: Vec<ConnectionId>,
    pub(super) organizations: Vec<String>,
    pub(super) until: i64,
}

columns! { UnderWay { id, mode, connections: json, organizations: json, until } }

impl<S: Sql> Store<'_, S> {
    pub(super) fn wake_object(&self, _: WakeObject) -> Outcome<()> {
        if let Some(due) = self.next_due()? {
            self.schedule(due);
        }
        Ok(())
    }

    pub(super) fn read_batch(&self, operation: ReadBatch) -> Outcome<Option<CheckBatch>> {
        let Some(StoredBatch { mode, connections, .. }) = self.batch(operation.batch)? else {
            return Ok(None);
        };
        // No provider is asked for a project that was deleted.
        if self.marked_until()?.is_some() {
            return Ok(None);
        }
        let mut accounts = Vec::new();
        for id in connections {
            let found: Option<(ConnectionRow, SealedUntil)> =
                self.sql.select_one("FROM connections WHERE id = ?", &[id.to_string().into()])?;
            let Some(found) = found else { continue };
            let row = within_sealed_time(found, self.now);
            let report: Option<Report> =
                row.report.as_deref().and_then(|text| serde_json::from_str(text).ok());
            let named = report.and_then(|report| Some(report.organization?.id));
            let organization = organization(&row.app, named, &row.credentials, id);
            accounts.push(DueAccount { row, organization });
        }
        let (project, now) = (self.project()?, self.now_in(mode)?);
        Ok(Some(CheckBatch { mode, project, accounts, now }))
    }

    pub(super) fn settle_batch(&self, operation: SettleBatch) -> Outcome<()> {
        let Some(StoredBatch { mode, connections, until }) = self.batch(operation.batch)? else {
            return Ok(());
        };
        self.sql.exec("DELETE FROM check_batches WHERE id = ?", &[operation.batch.into()])?;
        let now = self.now_in(mode)?;
        let began = now - (self.now - (until - BATCH_MS)).max(0);
        for checked in operation.checked.into_iter().filter(|checked| connections.contains(&checked.id)) {
            self.settle_account(checked, began, now)?;
        }
        for pause in operation.pauses {
            let until = now + i64::from(pause.seconds.min(PAUSE_MAX)) * 1000;
            let statement = "INSERT INTO check_pauses (mode, organization, until)
                SELECT ?1, ?2, ?3 WHERE (SELECT count(*) FROM check_pauses WHERE mode = ?1) < ?4
                ON CONFLICT DO UPDATE SET until = max(until, excluded.until)";
            let values = [mode.as_str().into(), pause.organization.into(), until.into(), PAUSES_MAX.into()];
            self.sql.exec(statement, &values)?;
            self.schedule_in(mode, until)?;
        }
        // Room for another batch.
        if let Some(due) = self.next_check_due()? {
            self.schedule(due);
        }
        Ok(())
    }

    fn settle_account(&self, checked: CheckedAccount, began: i64, now: i64) -> Outcome<()> {
        let id = checked.id.to_string();
        let stored: Option<StoredHealth> =
            self.sql.select_one("FROM connections WHERE id = ?", &[id.clone().into()])?;
        let Some(stored) = stored.filter(|stored| stored.version == checked.version) else { return Ok(()) };
        // Somebody asked for another check meanwhile. What has ended meanwhile stays ended.
        let asked = stored.check_at.filter(|_| stored.check_at != checked.check_at);
        if asked == Some(NEVER) {
            return Ok(());
        }
        if stored.health(self.care()?)?.was_pushed_since(began) {
            // The provider reported something meanwhile, so what this check found is out of date.
            return self.check_soon(checked.id, asked.unwrap_or(now));
        }
        match checked.found {
            Found::Said(signal) => {
                let more = match signal.as_ref() {
                    Signal::Accepted(report, _) => vec![("report = ?", Some(json_text(report)?))],
                    _ => Vec::new(),
                };
                self.change_health(&stored, &signal, Actor::of(ActorType::Timer), more)?;
            }
            Found::Later(seconds) => self.put_off(checked.id, now + i64::from(seconds) * 1000)?,
        }
        asked.map_or(Ok(()), |at| self.check_soon(checked.id, at))
    }

    fn batch(&self, id: i64) -> Outcome<Option<StoredBatch>> {
        Ok(self.sql.select_one("FROM check_batches WHERE id = ?", &[id.into()])?)
    }

    /// Gives up the batches of test mode: the test clock makes their checks itself.
    pub(super) fn end_test_batches(&self) -> Outcome<()> {
        self.end_batches(|batch| batch.mode == Mode::Test)
    }

    /// Ends batches, such as those whose message was lost. Their accounts are due now.
    pub(super) fn end_batches(&self, which: impl Fn(&UnderWay) -> bool) -> Outcome<()> {
        let from = "FROM check_batches WHERE id > 0 ORDER BY id";
        let batches: Vec<UnderWay> = self.sql.select(from, &[])?;
        for batch in batches.iter().filter(|batch| which(batch)) {
            self.sql.exec("DELETE FROM check_batches WHERE id = ?", &[batch.id.into()])?;
            let lost = "INSERT INTO row_counts (kind, rows) VALUES ('lost_batches', 1)
                ON CONFLICT (kind) DO UPDATE SET rows = rows + 1";
            self.sql.exec(lost, &[])?;
            let now = self.now_in(batch.mode)?;
            for id in &batch.connections {
                let values = [now.into(), id.to_string().into(), NEVER.into()];
                let statement =
                    "UPDATE connections SET check_at = ? WHERE id = ? AND (check_at IS NULL OR check_at < ?)";
                self.sql.exec(statement, &values)?;
            }
        }
        Ok(())
    }
}
