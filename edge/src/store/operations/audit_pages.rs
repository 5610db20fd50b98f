//! Reads the audit log: its pages, newest first, and the pieces of an export, oldest first.
//!
//! A page is read along the index of one filter, in the order of the page. What other filters leave out is read too, at most
//! [`AUDIT_SCAN`] entries for a page. Times need no index, because an entry is never earlier than the one before it.

use super::audit::NO_HASH;
use crate::http::csv;
use crate::store::object::{Outcome, Store};
use crate::store::protocol::{
    AUDIT_COLUMNS, AuditEntry, AuditExport, AuditFilter, AuditPage, AuditPart, BeginAuditExport, ListAudit,
    ReadAuditPart,
};
use crate::store::record::Record;
use crate::store::sql::{Sql, Value};
use crate::time::iso;
use latchkey_shared::audit::{AuditAction, AuditOutcome};
use latchkey_shared::limits::AUDIT_SCAN;
use latchkey_shared::{KeyScope, Mode, ProjectId};
use serde_json::json;

/// The most bytes of a piece of an export. One entry more may begin below it.
const PART_BYTES: usize = 2 << 20;

/// Larger than the number of every entry, and exact in JavaScript.
const BEHIND: i64 = 1 << 52;

/// The actor as the index has it: its id, or its kind if it has none.
const ACTOR: &str = "CASE actor WHEN '' THEN actor_type ELSE actor END";

impl AuditFilter {
    /// Whether an entry is wanted, apart from its time.
    fn wants(&self, entry: &AuditEntry) -> bool {
        let actor = match entry.actor.id.as_str() {
            "" => entry.actor.kind.as_str(),
            id => id,
        };
        self.subject.as_ref().is_none_or(|subject| *subject == entry.subject)
            && self.actor.as_ref().is_none_or(|wanted| wanted == actor)
            && self.action.is_none_or(|action| action == entry.action)
            && self.outcome.is_none_or(|outcome| outcome == entry.outcome)
    }

    /// The index to read along, its condition with its value, and whether the filter says more than that.
    fn index(&self) -> (&'static str, String, Vec<Value>, bool) {
        let done = self.outcome == Some(AuditOutcome::Done);
        let says =
            [self.subject.is_some(), self.actor.is_some(), self.action.is_some(), self.outcome.is_some()];
        let several = says.iter().filter(|says| **says).count() > 1;
        if let Some(subject) = &self.subject {
            ("audit_subject", "subject = ?4 AND ".to_owned(), vec![subject.clone().into()], several)
        } else if let Some(actor) = &self.actor {
            ("audit_actor", format!("{ACTOR} = ?4 AND "), vec![actor.clone().into()], several)
        } else if let Some(action) = self.action {
            ("audit_action", "action = ?4 AND ".to_owned(), vec![action.as_str().into()], several)
        } else if let Some(outcome) = self.outcome.filter(|_| !done) {
            let values = vec![outcome.as_str().into()];
            ("audit_outcome", "outcome = ?4 AND outcome <> 'done' AND ".to_owned(), values, several)
        } else {
            ("audit_page", String::new(), Vec::new(), done)
        }
    }

    /// Whether it leaves out no entry.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The filter as the detail of an entry.
    fn describe(&self) -> String {
        let parts = [
            ("subject", self.subject.clone()),
            ("actor", self.actor.clone()),
            ("action", self.action.map(|action| action.to_string())),
            ("outcome", self.outcome.map(|outcome| outcome.to_string())),
            ("since", self.since.map(iso)),
            ("until", self.until.map(iso)),
        ];
        let parts = parts.into_iter().filter_map(|(name, value)| Some([" ", name, "=", &value?].concat()));
        parts.collect()
    }
}

impl<S: Sql> Store<'_, S> {
    pub(super) fn list_audit(&self, operation: ListAudit) -> Outcome<AuditPage> {
        let mode = self.authorize(&operation.key, KeyScope::Admin)?.mode;
        let filter = operation
            .filter
            .unwrap_or_else(|| AuditFilter { subject: operation.subject, ..AuditFilter::default() });
        let (low, high) = self.audit_times(&filter)?;
        let high = operation.before.unwrap_or(BEHIND).min(high);
        let limit = operation.limit as usize;
        let (index, condition, value, more) = filter.index();
        let most = if more { AUDIT_SCAN } else { i64::from(operation.limit) + 1 };
        let mut values: Vec<Value> = vec![mode.as_str().into(), high.into(), most.into()];
        let low_at = if value.is_empty() { "?4" } else { "?5" };
        values.extend(value);
        values.push(low.into());
        let columns = AuditEntry::columns().join(", ");
        let of = |mode: &str| {
            format!("FROM audit INDEXED BY {index} WHERE {condition}{mode} AND id < ?2 AND id > {low_at}")
        };
        // Each half is in the order of the page. An id of a thing belongs to one mode, or to the whole project.
        let from = match index {
            "audit_subject" => of("(mode = ?1 OR mode IS NULL)"),
            _ => format!("{} UNION ALL SELECT {columns} {}", of("mode = ?1"), of("mode IS NULL")),
        };
        let read: Vec<AuditEntry> = self.sql.select(&format!("{from} ORDER BY id DESC LIMIT ?3"), &values)?;
        let (mut entries, mut next) = (Vec::new(), None);
        let all = read.len() < most as usize;
        let last = read.last().map(|entry| entry.id);
        for entry in read.into_iter().filter(|entry| filter.wants(entry)) {
            if entries.len() == limit {
                next = entries.last().map(|last: &AuditEntry| last.id);
                break;
            }
            entries.push(entry);
        }
        if next.is_none() && !all {
            next = last;
        }
        Ok(AuditPage { entries, next })
    }

    /// The numbers between which a filter's times are, both not included.
    fn audit_times(&self, filter: &AuditFilter) -> Outcome<(i64, i64)> {
        let low = filter.since.map(|at| self.first_audited(at)).transpose()?.map_or(0, |first| first - 1);
        let high = filter.until.map(|at| self.first_audited(at)).transpose()?;
        Ok((low, high.unwrap_or(BEHIND)))
    }

    /// The number of the first entry at or after a time; behind the last one, if there is none.
    pub(super) fn first_audited(&self, at: i64) -> Outcome<i64> {
        let bound = |which: &str| -> Outcome<i64> {
            let found = self.sql.value(&format!("SELECT {which}(id) FROM audit"), &[])?;
            Ok(found.flatten().unwrap_or(0))
        };
        let (mut low, mut high) = (bound("min")?, bound("max")? + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            let statement = "SELECT at FROM audit WHERE id >= ? ORDER BY id LIMIT 1";
            match self.sql.value::<i64>(statement, &[middle.into()])? {
                Some(found) if found < at => low = middle + 1,
                _ => high = middle,
            }
        }
        Ok(low)
    }

    pub(super) fn begin_audit_export(&self, operation: BeginAuditExport) -> Outcome<AuditExport> {
        let grant = self.authorize(&operation.key, KeyScope::Admin)?;
        let project = self.project()?.id.to_string();
        let format = if operation.csv { "csv" } else { "jsonl" };
        let detail = [format, &operation.filter.describe()].concat();
        let actor = grant.audited();
        self.audit(Some(grant.mode), actor, AuditAction::AuditLogExport, &project, &detail)?;
        let (low, high) = self.audit_times(&operation.filter)?;
        let head = self.audit_head()?;
        let high = high.min(head.seq + 1);
        Ok(AuditExport { checkpoints: self.audit_checkpoints()?, head, low, high })
    }

    pub(super) fn read_audit_part(&self, operation: ReadAuditPart) -> Outcome<AuditPart> {
        let ReadAuditPart { mode, filter, low, high, csv } = operation;
        let project = self.project()?.id;
        let from = "FROM audit WHERE id > ? AND id < ? ORDER BY id LIMIT ?";
        let read: Vec<AuditEntry> = self.sql.select(from, &[low.into(), high.into(), AUDIT_SCAN.into()])?;
        let more = read.len() as i64 == AUDIT_SCAN;
        let (mut text, mut next) = (String::new(), None);
        let last = read.len().saturating_sub(1);
        for (at, entry) in read.into_iter().enumerate() {
            let id = entry.id;
            if entry.mode.is_some_and(|of| of != mode) {
                // The other mode's entries do not exist here, but their links do: without them nobody could follow the chain.
                if !csv && filter.is_empty() && entry.hash != NO_HASH {
                    let link = json!({ "hash": entry.hash, "prev": entry.prev, "seq": id,
                        "withheld": entry.mode });
                    text.push_str(&link.to_string());
                    text.push('\n');
                }
            } else if filter.wants(&entry) {
                text.push_str(&if csv { row(&entry) } else { line(&entry, project)? });
            }
            if (at == last && more) || (text.len() >= PART_BYTES && at < last) {
                next = Some(id);
                break;
            }
        }
        Ok(AuditPart { text, next })
    }
}

/// An entry as a line of JSON: what is hashed, and the hash in front.
fn line(entry: &AuditEntry, project: ProjectId) -> Outcome<String> {
    let canonical = entry.canonical(project)?;
    let members = canonical.strip_prefix('{').unwrap_or_default();
    Ok([r#"{"hash":""#, &entry.hash, r#"","#, members, "\n"].concat())
}

/// An entry as a row of CSV (RFC 4180), with the columns of [`AUDIT_COLUMNS`].
fn row(entry: &AuditEntry) -> String {
    let AuditEntry { actor, .. } = entry;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let cells: [String; AUDIT_COLUMNS.len()] = [
        entry.id.to_string(),
        iso(entry.at),
        entry.mode.map(Mode::as_str).unwrap_or_default().to_owned(),
        actor.kind.to_string(),
        actor.id.clone(),
        text(&actor.end_user),
        entry.action.to_string(),
        entry.subject.clone(),
        entry.detail.clone(),
        text(&entry.changes),
        entry.outcome.to_string(),
        text(&entry.from),
        text(&entry.request),
        entry.prev.clone(),
        entry.hash.clone(),
        "1".to_owned(),
    ];
    csv::row(&cells)
}
