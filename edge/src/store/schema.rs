//! The tables of an object, as a list of migrations. To change the tables, add a migration at the end. Never edit one that
//! was released: objects that ran it do not run it again.

use super::account_tables;
use super::sql::{Sql, SqlError};

/// Keeps the number of a table's rows in `row_counts` as rows come and go. `$kind` is the SQL of the row's kind, with `$row`
/// for `NEW` or `OLD`.
macro_rules! counted {
    (added $table:literal $kind:literal) => {
        concat!(
            "CREATE TRIGGER ",
            $table,
            "_added AFTER INSERT ON ",
            $table,
            " BEGIN UPDATE row_counts SET rows = rows + 1 WHERE kind = '",
            $table,
            "'",
            $kind,
            "; END"
        )
    };
    (removed $table:literal $kind:literal) => {
        concat!(
            "CREATE TRIGGER ",
            $table,
            "_removed AFTER DELETE ON ",
            $table,
            " BEGIN UPDATE row_counts SET rows = rows - 1 WHERE kind = '",
            $table,
            "'",
            $kind,
            "; END"
        )
    };
    // `INSERT OR REPLACE` deletes the row that it replaces without the trigger for that.
    (replaced $table:literal $same:literal) => {
        concat!(
            "CREATE TRIGGER ",
            $table,
            "_replaced BEFORE INSERT ON ",
            $table,
            " WHEN EXISTS (SELECT 1 FROM ",
            $table,
            " WHERE ",
            $same,
            ") BEGIN UPDATE row_counts SET rows = rows - 1 WHERE kind = '",
            $table,
            "' || NEW.mode; END"
        )
    };
}

/// Each entry brings the schema from its index to the next version, statement by statement.
const MIGRATIONS: &[&[&str]] = &[&[
    "CREATE TABLE project (id TEXT PRIMARY KEY, name TEXT NOT NULL, org_id TEXT NOT NULL, origins TEXT NOT NULL,
        created INTEGER NOT NULL)",
    "CREATE TABLE api_keys (id TEXT PRIMARY KEY, mode TEXT NOT NULL, hash TEXT NOT NULL, created INTEGER NOT NULL)",
    "CREATE TABLE sessions (id TEXT PRIMARY KEY, mode TEXT NOT NULL, hash TEXT NOT NULL, providers TEXT NOT NULL,
        origins TEXT NOT NULL, end_user TEXT NOT NULL, organization TEXT, connection_name TEXT, description TEXT,
        prefill TEXT NOT NULL, state TEXT NOT NULL, attempt TEXT, lease_until INTEGER, expires INTEGER NOT NULL,
        created INTEGER NOT NULL)",
    "CREATE INDEX sessions_expires ON sessions (expires)",
    "CREATE TABLE attempts (session TEXT NOT NULL, id TEXT NOT NULL, outcome TEXT NOT NULL, created INTEGER NOT NULL,
        PRIMARY KEY (session, id))",
    "CREATE TABLE intents (blob TEXT PRIMARY KEY, mode TEXT NOT NULL, connection TEXT NOT NULL, swept INTEGER NOT NULL,
        due INTEGER NOT NULL)",
    "CREATE INDEX intents_due ON intents (due)",
    "CREATE TABLE connections (id TEXT PRIMARY KEY, mode TEXT NOT NULL, app TEXT NOT NULL, method TEXT NOT NULL,
        name TEXT NOT NULL, description TEXT, version INTEGER NOT NULL, credentials TEXT NOT NULL, hash TEXT NOT NULL,
        blob TEXT NOT NULL, sealed TEXT, sealed_until INTEGER, report TEXT NOT NULL, end_user TEXT, organization TEXT,
        created INTEGER NOT NULL, updated INTEGER NOT NULL)",
    "CREATE INDEX connections_page ON connections (mode, created, id)",
    "CREATE INDEX connections_sealed ON connections (sealed_until) WHERE sealed_until IS NOT NULL",
    "CREATE TABLE names (mode TEXT NOT NULL, name TEXT NOT NULL, connection TEXT NOT NULL, PRIMARY KEY (mode, name))",
    "CREATE INDEX names_connection ON names (connection)",
    "CREATE TABLE projects (id TEXT PRIMARY KEY, name TEXT NOT NULL, created INTEGER NOT NULL)",
], &[
    "ALTER TABLE project ADD COLUMN settings TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE projects ADD COLUMN white_label INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE sessions ADD COLUMN scopes TEXT NOT NULL DEFAULT '[]'",
    "CREATE INDEX connections_person ON connections (mode, app, json_extract(end_user, '$.id'), created)",
    "CREATE TABLE simulated_keys (app TEXT NOT NULL, key TEXT NOT NULL, past TEXT NOT NULL, created INTEGER NOT NULL,
        PRIMARY KEY (app, key, past))",
], &[
    "ALTER TABLE api_keys ADD COLUMN name TEXT NOT NULL DEFAULT 'First key'",
    "ALTER TABLE api_keys ADD COLUMN scopes TEXT NOT NULL
        DEFAULT '[\"connections:read\",\"connections:write\",\"sessions:write\",\"admin\"]'",
    "ALTER TABLE api_keys ADD COLUMN used INTEGER",
    "CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, mode TEXT, at INTEGER NOT NULL, actor TEXT NOT NULL,
        action TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL)",
    "CREATE INDEX audit_page ON audit (mode, id)",
    "ALTER TABLE connections ADD COLUMN key_id TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE connections ADD COLUMN version_created INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE connections ADD COLUMN used INTEGER",
    "ALTER TABLE connections ADD COLUMN health TEXT NOT NULL DEFAULT 'healthy'",
    "ALTER TABLE connections ADD COLUMN revision INTEGER NOT NULL DEFAULT 1",
    "UPDATE connections SET version_created = created",
    "CREATE INDEX connections_key ON connections (key_id)",
    "CREATE INDEX connections_name ON connections (mode, name, id)",
    "CREATE INDEX connections_updated ON connections (mode, updated, id)",
    "CREATE TABLE versions (connection TEXT NOT NULL, version INTEGER NOT NULL, blob TEXT, key_id TEXT NOT NULL,
        hash TEXT NOT NULL, created INTEGER NOT NULL, used INTEGER, ended INTEGER NOT NULL, kept_until INTEGER,
        PRIMARY KEY (connection, version))",
    "CREATE INDEX versions_kept ON versions (kept_until) WHERE kept_until IS NOT NULL",
    "CREATE TABLE ended_project (id TEXT PRIMARY KEY)",
    "CREATE TABLE idempotency (mode TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, status INTEGER, body TEXT,
        created INTEGER NOT NULL, PRIMARY KEY (mode, key))",
], &[
    "CREATE TABLE sealed_answers (session TEXT NOT NULL, enc TEXT NOT NULL, attempt TEXT NOT NULL,
        PRIMARY KEY (session, enc))",
], &[
    "CREATE TABLE failures (session TEXT NOT NULL, address TEXT, at INTEGER NOT NULL)",
    "CREATE INDEX failures_session ON failures (session, at)",
    "CREATE INDEX failures_address ON failures (address, at) WHERE address IS NOT NULL",
    "CREATE INDEX failures_at ON failures (at)",
    "ALTER TABLE projects ADD COLUMN rotated_to TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE projects ADD COLUMN rotated_at INTEGER NOT NULL DEFAULT 0",
], &[
    "DROP INDEX connections_person",
    "CREATE INDEX connections_end_user ON connections (mode, json_extract(end_user, '$.id'), created, id)",
    "CREATE INDEX connections_app ON connections (mode, app, created, id)",
    "CREATE INDEX connections_health ON connections (mode, health, created, id) WHERE health <> 'healthy'",
    "CREATE INDEX idempotency_created ON idempotency (created)",
], &[
    "ALTER TABLE sessions ADD COLUMN connection TEXT",
    "ALTER TABLE sessions ADD COLUMN return_url TEXT",
    "ALTER TABLE sessions ADD COLUMN refresh_url TEXT",
    "ALTER TABLE sessions ADD COLUMN locale TEXT",
    "ALTER TABLE sessions ADD COLUMN metadata TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE sessions ADD COLUMN progress TEXT",
    "ALTER TABLE sessions ADD COLUMN share_hash TEXT",
    "ALTER TABLE sessions ADD COLUMN shared INTEGER",
], &[
    "ALTER TABLE idempotency ADD COLUMN connection TEXT",
], &[
    "ALTER TABLE project ADD COLUMN branding TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE projects ADD COLUMN branding TEXT NOT NULL DEFAULT ''",
    "CREATE TABLE domains (host TEXT PRIMARY KEY, project TEXT NOT NULL)",
    "CREATE INDEX domains_project ON domains (project)",
], &[
    "CREATE TABLE row_counts (kind TEXT PRIMARY KEY, rows INTEGER NOT NULL)",
    "INSERT INTO row_counts (kind, rows) SELECT 'attempts', count(*) FROM attempts",
    "INSERT INTO row_counts (kind, rows) SELECT 'sealed_answers', count(*) FROM sealed_answers",
    "INSERT INTO row_counts (kind, rows) SELECT 'sessionstest', count(*) FROM sessions WHERE mode = 'test'
        UNION ALL SELECT 'sessionslive', count(*) FROM sessions WHERE mode = 'live'",
    "INSERT INTO row_counts (kind, rows) SELECT 'connectionstest', count(*) FROM connections WHERE mode = 'test'
        UNION ALL SELECT 'connectionslive', count(*) FROM connections WHERE mode = 'live'",
    "INSERT INTO row_counts (kind, rows) SELECT 'intentstest', count(*) FROM intents WHERE mode = 'test'
        UNION ALL SELECT 'intentslive', count(*) FROM intents WHERE mode = 'live'",
    "INSERT INTO row_counts (kind, rows) SELECT 'idempotencytest', count(*) FROM idempotency WHERE mode = 'test'
        UNION ALL SELECT 'idempotencylive', count(*) FROM idempotency WHERE mode = 'live'",
    "INSERT INTO row_counts (kind, rows) SELECT 'audit' || action, count(*) FROM audit GROUP BY action",
    counted!(added "attempts" ""),
    counted!(removed "attempts" ""),
    counted!(added "sealed_answers" ""),
    counted!(removed "sealed_answers" ""),
    counted!(added "sessions" " || NEW.mode"),
    counted!(removed "sessions" " || OLD.mode"),
    counted!(added "connections" " || NEW.mode"),
    counted!(removed "connections" " || OLD.mode"),
    counted!(added "intents" " || NEW.mode"),
    counted!(removed "intents" " || OLD.mode"),
    counted!(replaced "intents" "blob = NEW.blob"),
    counted!(added "idempotency" " || NEW.mode"),
    counted!(removed "idempotency" " || OLD.mode"),
    counted!(replaced "idempotency" "mode = NEW.mode AND key = NEW.key"),
    "CREATE TRIGGER audit_added AFTER INSERT ON audit BEGIN
        INSERT INTO row_counts (kind, rows) VALUES ('audit' || NEW.action, 0) ON CONFLICT (kind) DO NOTHING;
        UPDATE row_counts SET rows = rows + 1 WHERE kind = 'audit' || NEW.action; END",
    counted!(removed "audit" " || OLD.action"),
    "CREATE INDEX audit_action ON audit (action, id)",
    "CREATE INDEX sessions_mode_expires ON sessions (mode, expires)",
    "CREATE INDEX sessions_over ON sessions (mode, expires) WHERE state IN ('done', 'revoked')",
    "ALTER TABLE sessions ADD COLUMN leases INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE sessions ADD COLUMN lease_by_share INTEGER NOT NULL DEFAULT 0",
    "DROP TABLE failures",
    "CREATE TABLE failures (claim TEXT NOT NULL, subject TEXT NOT NULL, at INTEGER NOT NULL, ended INTEGER NOT NULL,
        PRIMARY KEY (claim, subject)) WITHOUT ROWID",
    "CREATE INDEX failures_subject ON failures (subject, at)",
    "CREATE INDEX failures_ended ON failures (subject, at) WHERE ended = 1",
    "CREATE INDEX failures_at ON failures (at)",
], &[
    "ALTER TABLE api_keys ADD COLUMN expires INTEGER",
    "ALTER TABLE api_keys ADD COLUMN addresses TEXT",
    "ALTER TABLE api_keys ADD COLUMN made_by TEXT",
    "CREATE INDEX api_keys_page ON api_keys (mode, created, id)",
    "UPDATE api_keys SET scopes = json_insert(scopes, '$[#]', 'sessions:read') WHERE instr(scopes, 'sessions:write') > 0",
    "ALTER TABLE sessions ADD COLUMN made_by TEXT",
    "ALTER TABLE sessions ADD COLUMN ended INTEGER",
    "ALTER TABLE sessions ADD COLUMN linked_name TEXT",
    "ALTER TABLE sessions ADD COLUMN linked_hash TEXT",
    "CREATE INDEX sessions_page ON sessions (mode, created, id)",
    "CREATE INDEX sessions_made_by ON sessions (mode, made_by, created, id)",
    "CREATE INDEX sessions_end_user ON sessions (mode, json_extract(end_user, '$.id'), created, id)",
    "CREATE INDEX sessions_connection ON sessions (mode, connection, created, id) WHERE connection IS NOT NULL",
    "CREATE INDEX sessions_usable ON sessions (mode, created, id) WHERE state IN ('open', 'leased')",
    "CREATE INDEX sessions_ended ON sessions (mode, state, created, id) WHERE state IN ('done', 'revoked')",
    "ALTER TABLE attempts ADD COLUMN connection TEXT",
    "CREATE INDEX attempts_connection ON attempts (connection) WHERE connection IS NOT NULL",
    "ALTER TABLE idempotency ADD COLUMN headers TEXT",
], &[
    "ALTER TABLE project ADD COLUMN revision INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE ended_project ADD COLUMN due INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE domains ADD COLUMN reserved_until INTEGER",
    "ALTER TABLE projects ADD COLUMN state TEXT NOT NULL DEFAULT 'ready'",
    "ALTER TABLE projects ADD COLUMN revision INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE projects ADD COLUMN due INTEGER",
    "ALTER TABLE projects ADD COLUMN counted_for TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE projects ADD COLUMN counted INTEGER NOT NULL DEFAULT 0",
    // Whatever was cut short before is found and finished by the timer.
    "UPDATE projects SET due = 0",
    "CREATE INDEX projects_page ON projects (created, id)",
    "CREATE INDEX projects_due ON projects (due) WHERE due IS NOT NULL",
    "CREATE TABLE key_counts (project TEXT NOT NULL, key_id TEXT NOT NULL, credentials INTEGER NOT NULL,
        PRIMARY KEY (project, key_id))",
    "CREATE TABLE ended_projects (id TEXT PRIMARY KEY, name TEXT NOT NULL, ended INTEGER NOT NULL, actor TEXT NOT NULL)",
    "CREATE INDEX ended_projects_page ON ended_projects (ended, id)",
], &[
    "CREATE TABLE refused_admin_tokens (id INTEGER PRIMARY KEY, count INTEGER NOT NULL, last INTEGER NOT NULL)",
], &[
    "ALTER TABLE connections ADD COLUMN metadata TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE connections ADD COLUMN session TEXT",
    "ALTER TABLE connections ADD COLUMN health_record TEXT",
    "ALTER TABLE connections ADD COLUMN turns INTEGER",
    "ALTER TABLE connections ADD COLUMN check_lease TEXT",
    "ALTER TABLE connections ADD COLUMN check_until INTEGER",
    "ALTER TABLE connections ADD COLUMN checks_since INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE connections ADD COLUMN checks_made INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX connections_turns ON connections (turns) WHERE turns IS NOT NULL",
    "UPDATE connections SET health_record = json_object('state', 'healthy', 'since', version_created, 'checked', version_created,
        'answered', version_created, 'healthy', version_created), turns = version_created + 259200000",
], &[
    "ALTER TABLE audit ADD COLUMN actor_type TEXT NOT NULL DEFAULT 'api-key'",
    "ALTER TABLE audit ADD COLUMN end_user TEXT",
    "CREATE INDEX audit_subject ON audit (subject, id)",
    "UPDATE audit SET actor_type = actor, actor = '' WHERE actor IN ('owner', 'session')",
    "CREATE TABLE refused_logins (subject TEXT NOT NULL, reason TEXT NOT NULL, action TEXT NOT NULL, mode TEXT NOT NULL,
        noted INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (subject, reason)) WITHOUT ROWID",
    "CREATE INDEX refused_logins_noted ON refused_logins (noted)",
], &[
    "ALTER TABLE sessions ADD COLUMN share_leases INTEGER NOT NULL DEFAULT 0",
], &[
    "CREATE TABLE events (id INTEGER PRIMARY KEY AUTOINCREMENT, mode TEXT NOT NULL, at INTEGER NOT NULL,
        created INTEGER NOT NULL, type TEXT NOT NULL, connection TEXT NOT NULL, account TEXT NOT NULL, more TEXT NOT NULL)",
    "CREATE INDEX events_page ON events (mode, id)",
    "CREATE INDEX events_connection ON events (connection, id)",
    "CREATE INDEX events_at ON events (at)",
    "INSERT INTO row_counts (kind, rows) VALUES ('eventstest', 0), ('eventslive', 0)",
    counted!(added "events" " || NEW.mode"),
    counted!(removed "events" " || OLD.mode"),
    "ALTER TABLE connections ADD COLUMN suspended TEXT",
    "ALTER TABLE sessions ADD COLUMN relink INTEGER",
], &[
    "ALTER TABLE connections ADD COLUMN slot INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE connections ADD COLUMN cap INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE connections ADD COLUMN check_at INTEGER",
    // The slot is the number in the last four hexadecimal digits of the id. A cap is a quarter of the days after which an unused
    // key ends, and seven days at most. A key that is not used again by itself has the largest time.
    "UPDATE connections SET
        slot = instr('123456789abcdef', substr(id, -4, 1)) * 4096 + instr('123456789abcdef', substr(id, -3, 1)) * 256
            + instr('123456789abcdef', substr(id, -2, 1)) * 16 + instr('123456789abcdef', substr(id, -1, 1)),
        cap = coalesce(min(json_extract(report, '$.key.idleDays') * 21600, 604800), 0),
        check_at = CASE WHEN health = 'needs_new_key' OR (health = 'blocked'
            AND json_extract(health_record, '$.cause.code') = 'network_restricted') THEN 9007199254740991 END",
    "CREATE INDEX connections_slot ON connections (mode, cap, slot) WHERE check_at IS NULL",
    "CREATE INDEX connections_check_at ON connections (mode, check_at) WHERE check_at IS NOT NULL",
    "CREATE TABLE check_walks (mode TEXT NOT NULL, cap INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (mode, cap))
        WITHOUT ROWID",
    "INSERT INTO check_walks (mode, cap, at) SELECT DISTINCT mode, cap, unixepoch() * 1000 FROM connections",
    "CREATE TABLE check_batches (id INTEGER PRIMARY KEY AUTOINCREMENT, mode TEXT NOT NULL, connections TEXT NOT NULL,
        organizations TEXT NOT NULL, until INTEGER NOT NULL)",
    "CREATE TABLE check_pauses (mode TEXT NOT NULL, organization TEXT NOT NULL, until INTEGER NOT NULL,
        PRIMARY KEY (mode, organization)) WITHOUT ROWID",
], &[
    "CREATE TABLE test_clock (id INTEGER PRIMARY KEY, ahead INTEGER NOT NULL, target INTEGER NOT NULL)",
    "DROP INDEX connections_turns",
    "CREATE INDEX connections_turns ON connections (mode, turns) WHERE turns IS NOT NULL",
    "ALTER TABLE versions ADD COLUMN mode TEXT NOT NULL DEFAULT 'live'",
    "UPDATE versions SET mode = 'test' WHERE connection IN (SELECT id FROM connections WHERE mode = 'test')",
    "DROP INDEX versions_kept",
    "CREATE INDEX versions_kept ON versions (mode, kept_until) WHERE kept_until IS NOT NULL",
    "ALTER TABLE simulated_keys ADD COLUMN last INTEGER",
    "INSERT INTO row_counts (kind, rows) SELECT 'simulated_keys', count(*) FROM simulated_keys",
    counted!(added "simulated_keys" ""),
    counted!(removed "simulated_keys" ""),
], &[
    "ALTER TABLE connections ADD COLUMN task TEXT",
    "ALTER TABLE connections ADD COLUMN task_due INTEGER",
    "ALTER TABLE connections ADD COLUMN managed INTEGER",
    "ALTER TABLE connections ADD COLUMN rotate_from INTEGER",
    "ALTER TABLE sessions ADD COLUMN take_over INTEGER",
    "CREATE INDEX connections_task ON connections (mode, task_due) WHERE task_due IS NOT NULL",
    "CREATE INDEX connections_rotate ON connections (mode, rotate_from) WHERE rotate_from IS NOT NULL",
], &[
    "CREATE TABLE hooks (connection TEXT PRIMARY KEY, name TEXT NOT NULL, state TEXT NOT NULL, since INTEGER NOT NULL,
        id TEXT, found TEXT NOT NULL DEFAULT '{}', cause TEXT, due INTEGER, trying INTEGER, tried INTEGER,
        failures INTEGER NOT NULL DEFAULT 0, polled INTEGER, heard INTEGER)",
    "CREATE UNIQUE INDEX hooks_id ON hooks (id) WHERE id IS NOT NULL",
    "CREATE INDEX hooks_due ON hooks (due) WHERE due IS NOT NULL",
    "CREATE TABLE hook_events (connection TEXT NOT NULL, event TEXT NOT NULL, at INTEGER NOT NULL, UNIQUE (connection, event))",
    "CREATE INDEX hook_events_at ON hook_events (at)",
    "INSERT INTO row_counts (kind, rows) VALUES ('hook_events', 0)",
    counted!(added "hook_events" ""),
    counted!(removed "hook_events" ""),
], &[
    "ALTER TABLE connections ADD COLUMN overlap INTEGER",
    "ALTER TABLE hooks ADD COLUMN acted_since INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE hooks ADD COLUMN acted INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE hooks ADD COLUMN changes_since INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE hooks ADD COLUMN changes INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX hook_events_of ON hook_events (connection, at)",
    "ALTER TABLE hooks ADD COLUMN place TEXT",
    "ALTER TABLE hooks ADD COLUMN old TEXT",
], &[
    "CREATE TABLE webhook_endpoints (id TEXT PRIMARY KEY, mode TEXT NOT NULL, url TEXT NOT NULL, types TEXT NOT NULL,
        description TEXT, disabled TEXT, disabled_at INTEGER, created INTEGER NOT NULL, revision INTEGER NOT NULL DEFAULT 1,
        made_by TEXT NOT NULL, secret INTEGER NOT NULL DEFAULT 1, secret_until INTEGER, cursor INTEGER NOT NULL,
        lease INTEGER NOT NULL DEFAULT 0, lease_until INTEGER, in_flight TEXT NOT NULL DEFAULT '[]', paused_until INTEGER,
        failures INTEGER NOT NULL DEFAULT 0, failing_since INTEGER, delivered_at INTEGER, tests INTEGER NOT NULL DEFAULT 0,
        tests_since INTEGER NOT NULL DEFAULT 0)",
    "CREATE INDEX webhook_endpoints_page ON webhook_endpoints (mode, created, id)",
    "CREATE TABLE webhook_deliveries (endpoint TEXT NOT NULL, event INTEGER NOT NULL, connection TEXT NOT NULL,
        state TEXT NOT NULL, tries INTEGER NOT NULL, due INTEGER, attempts TEXT NOT NULL, PRIMARY KEY (endpoint, event))
        WITHOUT ROWID",
    "CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint, due, event) WHERE state = 'waiting'",
    "CREATE INDEX webhook_deliveries_held ON webhook_deliveries (endpoint, connection) WHERE state = 'waiting'",
    "CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (endpoint, event) WHERE state = 'failed'",
], &[
    "ALTER TABLE events ADD COLUMN session TEXT",
    "ALTER TABLE events ADD COLUMN shown TEXT",
    "ALTER TABLE sessions ADD COLUMN opened INTEGER",
    "ALTER TABLE sessions ADD COLUMN expiry_told INTEGER NOT NULL DEFAULT 0",
    // Those that expired before there were events of sessions are not told.
    "UPDATE sessions SET expiry_told = 1 WHERE expires <= unixepoch() * 1000",
    "CREATE INDEX sessions_expiring ON sessions (expires) WHERE expiry_told = 0 AND state IN ('open', 'leased')",
    "ALTER TABLE project ADD COLUMN fullness_told INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE project ADD COLUMN fullness_at INTEGER NOT NULL DEFAULT 0",
    "INSERT INTO row_counts (kind, rows) SELECT 'versions', count(*) FROM versions",
    counted!(added "versions" ""),
    counted!(removed "versions" ""),
], &[
    // The chain of the audit log begins here: an entry from before has no hash.
    "ALTER TABLE audit ADD COLUMN outcome TEXT NOT NULL DEFAULT 'done'",
    "ALTER TABLE audit ADD COLUMN client TEXT",
    "ALTER TABLE audit ADD COLUMN request TEXT",
    "ALTER TABLE audit ADD COLUMN changes TEXT",
    "ALTER TABLE audit ADD COLUMN prev TEXT NOT NULL DEFAULT '0000000000000000000000000000000000000000000000000000000000000000'",
    "ALTER TABLE audit ADD COLUMN hash TEXT NOT NULL DEFAULT '0000000000000000000000000000000000000000000000000000000000000000'",
    "UPDATE audit SET outcome = 'refused' WHERE action IN ('api-key.refuse', 'session.refuse', 'credential.refuse')",
    "DROP INDEX audit_action",
    "CREATE INDEX audit_action ON audit (action, mode, id)",
    "CREATE INDEX audit_actor ON audit (CASE actor WHEN '' THEN actor_type ELSE actor END, mode, id)",
    "CREATE INDEX audit_outcome ON audit (outcome, mode, id) WHERE outcome <> 'done'",
    "DROP TRIGGER audit_added",
    "DROP TRIGGER audit_removed",
    "DELETE FROM row_counts WHERE kind GLOB 'audit*'",
    "CREATE TABLE audit_checkpoints (seq INTEGER PRIMARY KEY, hash TEXT NOT NULL, at INTEGER NOT NULL, signature TEXT NOT NULL,
        cut INTEGER NOT NULL)",
    "CREATE INDEX audit_cuts ON audit_checkpoints (seq) WHERE cut = 1",
    "CREATE INDEX audit_begin ON audit_checkpoints (seq) WHERE signature = ''",
    "INSERT INTO audit_checkpoints (seq, hash, at, signature, cut) SELECT id, hash, at, '', 0 FROM audit ORDER BY id DESC LIMIT 1",
], &[
    "ALTER TABLE connections ADD COLUMN made_keys TEXT",
    "ALTER TABLE hooks ADD COLUMN mode TEXT NOT NULL DEFAULT 'live'",
    "UPDATE hooks SET mode = 'test' WHERE connection IN (SELECT id FROM connections WHERE mode = 'test')",
    "DROP INDEX hooks_due",
    "CREATE INDEX hooks_due ON hooks (mode, due) WHERE due IS NOT NULL",
], &[
    "CREATE TABLE provider_events (connection TEXT NOT NULL, event TEXT NOT NULL, at INTEGER NOT NULL, taken INTEGER NOT NULL,
        record TEXT NOT NULL, UNIQUE (connection, event))",
    "CREATE INDEX provider_events_taken ON provider_events (taken)",
    "CREATE INDEX provider_events_of ON provider_events (connection, at)",
    "INSERT INTO row_counts (kind, rows) VALUES ('provider_events', 0)",
    counted!(added "provider_events" ""),
    counted!(removed "provider_events" ""),
    "ALTER TABLE hooks ADD COLUMN noted_since INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE hooks ADD COLUMN noted INTEGER NOT NULL DEFAULT 0",
], &[
    "ALTER TABLE webhook_deliveries ADD COLUMN replayed INTEGER NOT NULL DEFAULT 0",
], &[
    "CREATE TABLE console_sessions (id TEXT PRIMARY KEY, mode TEXT NOT NULL, hash TEXT NOT NULL, role TEXT NOT NULL,
        name TEXT NOT NULL, key TEXT, email TEXT, created INTEGER NOT NULL, expires INTEGER NOT NULL, used INTEGER NOT NULL,
        address TEXT, agent TEXT) WITHOUT ROWID",
    "CREATE INDEX console_sessions_page ON console_sessions (mode, created, id)",
    "CREATE INDEX console_sessions_expires ON console_sessions (expires)",
    "CREATE INDEX console_sessions_key ON console_sessions (key) WHERE key IS NOT NULL",
    "CREATE TABLE console_links (id TEXT PRIMARY KEY, mode TEXT NOT NULL, hash TEXT NOT NULL, role TEXT NOT NULL,
        name TEXT NOT NULL, key TEXT, created INTEGER NOT NULL, expires INTEGER NOT NULL, used INTEGER) WITHOUT ROWID",
    "CREATE INDEX console_links_page ON console_links (mode, created, id)",
    "CREATE INDEX console_links_expires ON console_links (expires)",
    "CREATE INDEX console_links_key ON console_links (key) WHERE key IS NOT NULL",
], account_tables::STATEMENTS, &[
    "ALTER TABLE project ADD COLUMN ends INTEGER",
    "ALTER TABLE projects ADD COLUMN ends INTEGER",
    "ALTER TABLE sessions ADD COLUMN refusal TEXT",
]];

/// Opens the database of an object for an operation, on the newest schema. Returns whether the object is in use.
///
/// An object is in use from its first operation that `founds` it until its project is deleted. To an object that is not in
/// use nothing is written, so a late call does not bring a deleted object back to life.
///
/// # Errors
/// When the database refuses a statement.
pub fn open(sql: &impl Sql, founds: bool) -> Result<bool, SqlError> {
    if !founds && !is_founded(sql)? {
        return Ok(false);
    }
    migrate(sql)?;
    Ok(founds || !sql.exists("SELECT 1 FROM ended_project", &[])?)
}

/// Whether an object has a schema: it was founded, and not swept since.
///
/// # Errors
/// When the database refuses the statement.
pub fn is_founded(sql: &impl Sql) -> Result<bool, SqlError> {
    sql.exists("SELECT 1 FROM sqlite_schema WHERE name = 'schema_version'", &[])
}

/// Brings the schema to the newest version. If it is there already, this costs two statements.
///
/// # Errors
/// When the database refuses a statement.
pub fn migrate(sql: &impl Sql) -> Result<(), SqlError> {
    migrate_to(sql, MIGRATIONS.len())
}

/// The newest version: the number of migrations.
pub const VERSION: i64 = MIGRATIONS.len() as i64;

/// Brings the schema to a version. Tests of upgrades use it.
///
/// # Errors
/// When the database refuses a statement.
pub fn migrate_to(sql: &impl Sql, newest: usize) -> Result<(), SqlError> {
    sql.exec("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)", &[])?;
    let version: Option<u32> = sql.value("SELECT coalesce(max(version), 0) FROM schema_version", &[])?;
    let version = version.unwrap_or(0) as usize;
    for (at, statements) in MIGRATIONS.iter().enumerate().take(newest).skip(version) {
        for statement in *statements {
            sql.exec(statement, &[])?;
        }
        sql.exec("INSERT INTO schema_version (version) VALUES (?)", &[((at + 1) as i64).into()])?;
    }
    Ok(())
}
