//! Watches every operation and every alarm of every test: what a backend must know about an account or a session writes its event in
//! the same transaction, and no event is written without such a change.
//!
//! Triggers of the connection (`TEMP`) note each change and each event, as `audited.rs` does for the audit log. It owns the list of the
//! changes that are told, and of the operations that may change an account: a new one fails until it is added.

use crate::sqlite::Database;
use latchkey_edge::store::sql::Sql;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

/// The changes that are told: the table, the change, when it counts, and the events of which one must tell it.
const TOLD: [(&str, &str, &str, &[&str]); 13] = [
    ("connections", "INSERT", "1", &["connection.created"]),
    (
        "connections",
        "UPDATE OF name, description",
        "NEW.name <> OLD.name OR NEW.description IS NOT OLD.description",
        &["connection.updated"],
    ),
    (
        "connections",
        "UPDATE OF version, credentials, hash",
        "NEW.version <> OLD.version OR NEW.credentials <> OLD.credentials OR NEW.hash <> OLD.hash",
        &["connection.updated", "connection.rotated"],
    ),
    ("connections", "UPDATE OF health", "NEW.health <> OLD.health", &["connection.health_changed"]),
    ("connections", "UPDATE OF suspended", "NEW.suspended IS NOT OLD.suspended", &["connection.updated"]),
    (
        "connections",
        "UPDATE OF end_user, organization, metadata",
        "NEW.end_user IS NOT OLD.end_user OR NEW.organization IS NOT OLD.organization OR NEW.metadata IS NOT OLD.metadata",
        &["connection.updated"],
    ),
    // An account begins to wait for the end of its key.
    (
        "connections",
        "UPDATE OF task",
        "NEW.task ->> 'kind' = 'revoke' AND NEW.task ->> 'tries' = 1 AND OLD.task ->> 'tries' = 0",
        &["connection.updated"],
    ),
    ("connections", "DELETE", "1", &["connection.deleted"]),
    ("hooks", "UPDATE OF state", "NEW.state <> OLD.state", &["connection.updated"]),
    ("sessions", "UPDATE OF state", "NEW.state = 'done' AND OLD.state <> 'done'", &["session.completed"]),
    ("sessions", "UPDATE OF opened", "OLD.opened IS NULL AND NEW.opened IS NOT NULL", &["session.opened"]),
    (
        "sessions",
        "UPDATE OF expiry_told",
        "OLD.expiry_told = 0 AND NEW.expiry_told = 1",
        &["session.expired"],
    ),
    (
        "webhook_endpoints",
        "UPDATE OF disabled",
        "NEW.disabled IN ('failing', 'gone') AND OLD.disabled IS NULL",
        &["endpoint.disabled"],
    ),
];

/// Events that stand beside another one, or that tell what no column of a row shows, and why.
const BESIDE: [(&str, &str); 8] = [
    ("connection.verified", "how a check ended, also if it changed nothing"),
    ("connection.expiring", "a number of days before the end, which comes with time"),
    ("connection.needs_new_key", "beside the change of the health"),
    ("connection.recovered", "beside the change of the health"),
    ("connection.updated", "of the freshness, which is computed from the health"),
    ("connection.revoked", "beside the deletion"),
    ("session.rejected", "how an attempt ended"),
    ("storage.nearly_full", "how large the database is"),
];

/// The operations and the work of the alarm that may change an account as [`TOLD`] says.
pub const CHANGE_ACCOUNTS: [&str; 14] = [
    "alarm",
    "commit-attempt",
    "commit-connection",
    "commit-update",
    "delete-connection",
    "deliver-events",
    "resume-connection",
    "settle-batch",
    "settle-check",
    "settle-hook",
    "settle-task",
    "suspend-connection",
    "update-connection",
    // What it deletes was of test mode, and its events go with it.
    "reset-test-clock",
];

/// Operations after which there are no events, because everything is deleted.
const DELETE_ALL: [&str; 2] = ["delete-project", "reset-test-clock"];

thread_local! {
    /// The operations of this test that changed an account.
    static SEEN: RefCell<BTreeSet<String>> = RefCell::default();
    /// Whether this test is not watched.
    static OFF: Cell<bool> = const { Cell::new(false) };
}

/// Stops watching for the rest of this thread's test. For a test of a whole day, which repeats thousands of times what others do once.
pub fn off() {
    OFF.set(true);
}

/// The operations of this thread's test that have changed an account so far.
#[must_use]
pub fn seen() -> BTreeSet<String> {
    SEEN.with_borrow(Clone::clone)
}

/// Begins to watch an operation on a project's object, which has its newest tables.
///
/// # Panics
/// When the database fails.
pub fn begin(database: &Database) {
    if OFF.get() {
        return;
    }
    if database.exists("SELECT 1 FROM temp.sqlite_schema WHERE name = 'told'", &[]).unwrap() {
        database.exec("DELETE FROM temp.told", &[]).unwrap();
        return;
    }
    let exec = |statement: String| drop(database.exec(&statement, &[]).unwrap());
    exec("CREATE TEMP TABLE told (rule INTEGER, event TEXT)".to_owned());
    for (at, (table, change, when, _)) in TOLD.iter().enumerate() {
        exec(format!(
            "CREATE TEMP TRIGGER tell_{at} AFTER {change} ON main.{table} WHEN {when}
                BEGIN INSERT INTO told VALUES ({at}, NULL); END"
        ));
    }
    exec(
        "CREATE TEMP TRIGGER tell_event AFTER INSERT ON main.events
            BEGIN INSERT INTO told VALUES (NULL, NEW.type); END"
            .to_owned(),
    );
}

/// Ends to watch an operation.
///
/// # Panics
/// When it changed something that is told without an event of it, or wrote an event of nothing, or may not change accounts.
pub fn end(database: &Database, operation: &str) {
    if OFF.get() {
        return;
    }
    let rules: Vec<i64> = database.values("SELECT rule FROM temp.told WHERE rule IS NOT NULL", &[]).unwrap();
    let events: Vec<String> =
        database.values("SELECT event FROM temp.told WHERE event IS NOT NULL", &[]).unwrap();
    let changes: Vec<_> = rules.iter().filter_map(|rule| TOLD.get(*rule as usize)).collect();
    let of_accounts = changes.iter().any(|(table, ..)| ["connections", "hooks"].contains(table));
    if of_accounts {
        let known = CHANGE_ACCOUNTS.contains(&operation) || DELETE_ALL.contains(&operation);
        assert!(known, "{operation} changes accounts: say so in CHANGE_ACCOUNTS");
        let _ = SEEN.with_borrow_mut(|seen| seen.insert(operation.to_owned()));
    }
    if DELETE_ALL.contains(&operation) {
        return;
    }
    for (table, change, _, types) in &changes {
        let told = events.iter().any(|event| types.contains(&event.as_str()));
        assert!(told, "{operation}: {change} of {table} is told by none of {types:?}: {events:?}");
    }
    for event in &events {
        let told = changes.iter().any(|(.., types)| types.contains(&event.as_str()));
        let beside = BESIDE.iter().any(|(known, _)| known == event);
        assert!(told || beside, "{operation} wrote {event}, and nothing happened that it tells: {changes:?}");
    }
}
