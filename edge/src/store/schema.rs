//! The tables of an object, as a list of migrations. To change the tables, add a migration at the end. Never edit one that
//! was released: objects that ran it do not run it again.

use super::sql::{Sql, SqlError};

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
    "CREATE TABLE refused_admin_tokens (id INTEGER PRIMARY KEY, count INTEGER NOT NULL, last INTEGER NOT NULL)",
]];

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
