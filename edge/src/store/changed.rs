//! What changed in an object, for the console's live channel: kinds and ids, never data.
//!
//! An operation notes what it changes where it writes its audit record or its event, so nothing can be forgotten that is told
//! elsewhere. It refuses to grow: past the most, ids are left out, and the kind stays.

use latchkey_shared::Mode;
use latchkey_shared::audit::AuditAction;
use latchkey_shared::limits::LIVE_IDS_MAX;
use std::cell::RefCell;

/// One change: the mode, if it has one, the kind, and the id, which may be empty.
type Change = (Option<Mode>, &'static str, String);

/// The changes of one call.
#[derive(Debug, Default)]
pub struct Changed(RefCell<Vec<Change>>);

impl Changed {
    /// Notes a change.
    pub(crate) fn note(&self, mode: Option<Mode>, kind: &'static str, id: &str) {
        let mut changes = self.0.borrow_mut();
        let id = if changes.len() < LIVE_IDS_MAX { id } else { "" };
        let change = (mode, kind, id.to_owned());
        if !changes.contains(&change) {
            changes.push(change);
        }
    }

    /// Notes what an entry of the audit log is about.
    pub(crate) fn note_entry(&self, mode: Option<Mode>, action: AuditAction, subject: &str) {
        let kind = match action.as_str().split('.').next().unwrap_or_default() {
            "connection" | "credential" => "app-connections",
            "session" => "connect-sessions",
            "api-key" => "api-keys",
            "webhook-endpoint" => "webhook-endpoints",
            "project" | "test-clock" => "project",
            "console-session" | "console-link" => "console-sessions",
            _ => "audit-log",
        };
        self.note(mode, kind, subject);
        self.note(mode, "audit-log", "");
    }

    /// The changes as lines of mode, kind and id, each with a space between them. A change of both modes has `-` for the mode.
    #[must_use]
    pub fn lines(self) -> String {
        let line =
            |(mode, kind, id): Change| [mode.map_or("-", Mode::as_str), " ", kind, " ", &id, "\n"].concat();
        self.0.into_inner().into_iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_told_by_the_kind_of_its_subject_and_past_the_most_without_its_id() {
        let changed = Changed::default();
        changed.note_entry(Some(Mode::Live), AuditAction::CredentialChange, "one");
        changed.note_entry(Some(Mode::Live), AuditAction::CredentialChange, "one");
        changed.note_entry(None, AuditAction::ProjectChange, "p");
        let lines = "live app-connections one\nlive audit-log \n- project p\n- audit-log \n";
        assert_eq!(changed.lines(), lines);
        let changed = Changed::default();
        for number in 0..10 * LIVE_IDS_MAX {
            changed.note(Some(Mode::Test), "app-connections", &number.to_string());
        }
        let lines = changed.lines();
        assert_eq!(lines.lines().count(), LIVE_IDS_MAX + 1);
        assert!(lines.ends_with("test app-connections \n"), "{lines}");
    }
}
