//! Watches every operation of every test: what changes something that matters writes exactly one entry into the audit log,
//! in the same transaction, and nothing else writes one.
//!
//! Triggers of the connection (`TEMP`) note each change of a watched column. It owns the list of the tables that matter,
//! and of those that do not, with the reasons; a table that is in neither fails `tests/core/audit.rs`.

use crate::sqlite::Database;
use latchkey_edge::store::schema;
use latchkey_edge::store::sql::Sql;

/// The changes that matter: the table, the event, and where it matters.
const WATCHED: [(&str, &str, &str); 30] = [
    ("project", "INSERT", "1"),
    ("project", "UPDATE", "1"),
    ("project", "DELETE", "1"),
    ("api_keys", "INSERT", "1"),
    ("api_keys", "UPDATE OF mode, hash, name, scopes, expires, addresses", "1"),
    ("api_keys", "DELETE", "1"),
    ("sessions", "INSERT", "1"),
    // Not a lease, which comes and goes, nor the progress of a form.
    ("sessions", "UPDATE OF state", "NEW.state IN ('done', 'revoked') AND NEW.state <> OLD.state"),
    (
        "sessions",
        "UPDATE OF hash, share_hash",
        "NEW.hash <> OLD.hash OR NEW.share_hash IS NOT OLD.share_hash",
    ),
    ("sessions", "UPDATE OF expires", "NEW.expires <> OLD.expires AND NEW.hash = OLD.hash"),
    // Before its end. Deleted with the rest of test mode, or because it has expired.
    ("sessions", "DELETE", "OLD.state IN ('open', 'leased')"),
    // The shared token of a session that is done, for as long as it may ask for the result.
    ("sessions", "UPDATE OF linked_hash", "OLD.linked_hash <> OLD.hash"),
    ("connections", "INSERT", "1"),
    // Not the sealed text, of which the row keeps a copy for an hour. `used` is the opening of a credential.
    (
        "connections",
        "UPDATE OF name, description, version, credentials, hash, blob, key_id, used, updated, revision",
        "1",
    ),
    // A check begins. Its end matters only if it changes the health.
    ("connections", "UPDATE OF check_lease", "NEW.check_lease IS NOT NULL"),
    ("connections", "UPDATE OF health", "NEW.health <> OLD.health"),
    // An account whose provider did not answer begins to wait for the end of its key.
    (
        "connections",
        "UPDATE OF task",
        "NEW.task ->> 'kind' = 'revoke' AND NEW.task ->> 'tries' = 1 AND OLD.task ->> 'tries' = 0",
    ),
    ("connections", "DELETE", "1"),
    // The push channel of an account, as the account shows it.
    ("hooks", "UPDATE OF state", "NEW.state <> OLD.state"),
    // Not its way to the target, on which accounts change.
    ("test_clock", "INSERT", "1"),
    ("test_clock", "UPDATE OF target", "NEW.target <> OLD.target"),
    ("test_clock", "DELETE", "1"),
    ("console_links", "INSERT", "1"),
    ("console_sessions", "INSERT", "1"),
    ("console_sessions", "UPDATE OF mode, hash, role, name, key, email, expires", "1"),
    ("console_sessions", "DELETE", "1"),
    // Not how the sending goes.
    ("webhook_endpoints", "INSERT", "1"),
    ("webhook_endpoints", "UPDATE OF url, types, description, disabled, secret", "1"),
    ("webhook_endpoints", "DELETE", "1"),
    // Not the end of the time that a version is kept.
    ("versions", "UPDATE OF blob, key_id", "NEW.blob IS NOT NULL"),
];

/// In the registry: a project leaves the list. The rest of a project's life is in the log of the project itself.
const WATCHED_IN_REGISTRY: [(&str, &str, &str); 1] = [("projects", "DELETE", "OLD.revision > 0")];

/// The tables that are not watched, and why.
pub const UNWATCHED: [(&str, &str); 26] = [
    ("schema_version", "the migrations"),
    ("attempts", "how an attempt ended, so that a repeat gets the same: what it changed is watched"),
    ("sealed_answers", "which attempt sent a sealed value"),
    ("intents", "values on their way to KV, or to their deletion"),
    ("accounts", "what a list of accounts needs of them: what it is made from is watched"),
    ("account_counts", "counts of accounts"),
    ("account_grams", "the index of a search"),
    ("names", "reservations: the name of an account is watched"),
    ("simulated_keys", "test values of the simulation"),
    ("idempotency", "how a request ended, so that a repeat gets the same"),
    ("events", "what the backend is told: each is about a change that is watched"),
    ("webhook_deliveries", "what became of each event: a replay has an entry"),
    ("check_walks", "until when accounts were looked for whose check is due"),
    ("check_batches", "checks that are under way: what they change is watched"),
    ("check_pauses", "organizations that are left alone for a while"),
    ("hook_events", "which events came, so that one that comes again acts once: what it changed is watched"),
    ("provider_events", "what a provider's log says: nothing of ours changes"),
    ("failures", "counts of ten minutes"),
    ("refused_logins", "counts of an hour, which the log gets"),
    ("row_counts", "counts of rows"),
    ("audit", "the log itself"),
    ("audit_checkpoints", "signatures over the log itself"),
    ("ended_project", "that no project can be made here anymore"),
    ("domains", "in the registry: the project's own settings are watched"),
    ("key_counts", "in the registry: a tally"),
    ("refused_admin_tokens", "in the registry: a count that the owner sees"),
];

/// The entries: the log of a project, and in the registry the list of deleted projects, because a log ends with its project.
const ENTRIES: [(&str, &str); 2] = [("audit", "action"), ("ended_projects", "'project.delete'")];

/// The operations that change what matters without an entry in this object, and why.
const WITHOUT_ENTRY: [(&str, &str); 1] =
    [("delete-project", "the log ends with its project; the registry gets the entry")];

/// The tables that are watched or hold the entries.
pub fn watched() -> Vec<&'static str> {
    let watched = WATCHED.iter().chain(&WATCHED_IN_REGISTRY).map(|(table, ..)| *table);
    watched.chain(ENTRIES.map(|(table, _)| table)).collect()
}

/// Begins to watch an operation. Returns whether the object is in use: an operation cannot change another one.
pub(crate) fn begin(database: &Database, registry: bool, operation: &str) -> bool {
    let founds = registry || ["create-project", "delete-project"].contains(&operation);
    if !founds && !schema::is_founded(database).unwrap() {
        return false;
    }
    // As the operation itself does it first.
    schema::migrate(database).unwrap();
    if database.exists("SELECT 1 FROM temp.sqlite_schema WHERE name = 'seen'", &[]).unwrap() {
        database.exec("DELETE FROM temp.seen", &[]).unwrap();
        return true;
    }
    let exec = |statement: String| drop(database.exec(&statement, &[]).unwrap());
    exec("CREATE TEMP TABLE seen (matters INTEGER NOT NULL, what TEXT NOT NULL)".to_owned());
    let watched: &[_] = if registry { &WATCHED_IN_REGISTRY } else { &WATCHED };
    for (at, (table, event, when)) in watched.iter().enumerate() {
        exec(format!(
            "CREATE TEMP TRIGGER watch_{at} AFTER {event} ON main.{table} WHEN {when}
                BEGIN INSERT INTO seen VALUES (1, '{table}: {}'); END",
            event.split(' ').next().unwrap_or_default()
        ));
    }
    for (table, action) in ENTRIES {
        let action = if action.starts_with('\'') { action.to_owned() } else { format!("NEW.{action}") };
        exec(format!(
            "CREATE TEMP TRIGGER watch_{table} AFTER INSERT ON main.{table}
                BEGIN INSERT INTO seen VALUES (0, {action}); END"
        ));
    }
    true
}

/// Ends to watch an operation, which has this reply.
///
/// # Panics
/// When it changed something that matters without exactly one entry, or wrote an entry of another kind.
pub(crate) fn end(database: &Database, operation: &str, reply: &str) {
    let seen = |matters: i64| {
        let statement = "SELECT what FROM temp.seen WHERE matters = ?";
        database.values::<String>(statement, &[matters.into()]).unwrap()
    };
    let (changes, entries) = (seen(1), seen(0));
    let refused = reply.starts_with('-');
    assert!(!refused || changes.is_empty(), "{operation} was refused, and has changed {changes:?}: {reply}");
    if WITHOUT_ENTRY.iter().any(|(name, _)| *name == operation) {
        return;
    }
    if operation == "settle-check" {
        // Beside the change: that the provider did not accept the key, once an hour for each reason.
        let failed = |action: &&String| ["credential.refuse", "connection.verify"].contains(&action.as_str());
        let failures = entries.iter().filter(failed).count();
        let others = entries.len() - failures;
        assert!(
            failures <= 1 && others == changes.len(),
            "{operation}: {changes:?}, and the entries {entries:?}"
        );
    } else if ["settle-batch", "arm-sessions"].contains(&operation) {
        // Each account of a batch has an entry of its own, and so has a session for its new key.
        assert_eq!(changes.len(), entries.len(), "{operation}: {changes:?}, and the entries {entries:?}");
    } else if changes.is_empty() {
        // What was tried in vain is recorded too: keys, API keys and tokens that were refused. So are events that are sent again,
        // and who took the log away.
        let known = |action: &String| {
            action.ends_with(".refuse") || action.ends_with(".replay") || action == "audit-log.export"
        };
        let allowed = entries.len() <= 1 && entries.iter().all(known);
        assert!(allowed, "{operation} has changed nothing that matters, and wrote {entries:?}");
    } else {
        assert_eq!(
            entries.len(),
            1,
            "{operation} has changed {changes:?}, and wrote the entries {entries:?}"
        );
    }
}
