//! The tables of the list of accounts, as statements of a migration: `accounts`, `account_counts` and `account_grams`.
//!
//! `accounts` has a narrow row for each connection: what a list filters and sorts by. Triggers of `connections` write it, so it
//! is in step whoever writes a connection. They write an index only when its value changes. The one thing that SQL cannot
//! compute is the folded text of an account; a trigger empties it, and `operations/accounts.rs` writes it anew in the same
//! transaction. `edge/docs/accounts.md` has the reasons.

/// The columns of `accounts` as SQL over a row of `connections`. `$row` is `NEW`, `OLD` or the table.
macro_rules! column {
    (end_user $row:literal) => {
        concat!(
            "lower(coalesce(json_extract(",
            $row,
            ".end_user, '$.name'), json_extract(",
            $row,
            ".end_user, '$.email'),
            json_extract(",
            $row,
            ".end_user, '$.id')))"
        )
    };
    (organization $row:literal) => {
        concat!(
            "lower(coalesce(json_extract(",
            $row,
            ".organization, '$.name'), json_extract(",
            $row,
            ".organization, '$.id')))"
        )
    };
    (key_name $row:literal) => {
        concat!("lower(json_extract(", $row, ".report, '$.key.name'))")
    };
    (health $row:literal) => {
        concat!(
            "CASE ",
            $row,
            ".health WHEN 'needs_new_key' THEN 0 WHEN 'blocked' THEN 1 WHEN 'unknown' THEN 2
                WHEN 'degraded' THEN 3 WHEN 'expiring' THEN 4 ELSE 5 END"
        )
    };
    (type $row:literal) => {
        concat!(
            "CASE json_extract(",
            $row,
            ".report, '$.identity.kind') WHEN 'person' THEN 'personal'
                WHEN 'service' THEN 'service' WHEN 'agent' THEN 'agent' ELSE 'unknown' END"
        )
    };
    (suspended $row:literal) => {
        concat!("(", $row, ".suspended IS NOT NULL)")
    };
    (suspicious $row:literal) => {
        concat!(
            "(coalesce(json_extract(",
            $row,
            ".health_record, '$.otherOwner'), 0)
                OR coalesce(json_extract(",
            $row,
            ".health_record, '$.usedAfterEnd'), 0))"
        )
    };
    (checked $row:literal) => {
        concat!("coalesce(json_extract(", $row, ".health_record, '$.checked'), ", $row, ".created)")
    };
    (last_used $row:literal) => {
        concat!(
            "max(coalesce(json_extract(",
            $row,
            ".health_record, '$.healthy'), ",
            $row,
            ".created), coalesce(",
            $row,
            ".used, 0))"
        )
    };
    (expires $row:literal) => {
        concat!("json_extract(", $row, ".health_record, '$.end.at')")
    };
}

/// A whole row of `accounts`, without its text.
macro_rules! row {
    ($row:literal) => {
        concat!(
            $row, ".id, ", $row, ".mode, ", $row, ".app, ", $row, ".name, json_extract(", $row, ".end_user, '$.id'), ",
            column!(end_user $row), ", ", column!(organization $row), ", ", column!(key_name $row), ", ",
            column!(health $row), ", ", column!(type $row), ", ", column!(suspended $row), ", ",
            column!(suspicious $row), ", ", column!(last_used $row), ", ", column!(checked $row), ", ",
            column!(expires $row), ", ", $row, ".created, ", $row, ".updated"
        )
    };
}

/// The columns of [`row!`].
macro_rules! into {
    () => {
        "INSERT INTO accounts (id, mode, app, name, end_user_id, end_user, organization, key_name, health, type, suspended,
            suspicious, last_used, checked, expires, created, updated) "
    };
}

/// A trigger that writes columns of `accounts` when one of them differs by a change of `connections`.
macro_rules! follows {
    ($name:literal, $of:literal, [$first:ident $(, $column:ident)*] $(, $more:literal)?) => {
        concat!(
            "CREATE TRIGGER ", $name, " AFTER UPDATE OF ", $of, " ON connections WHEN ",
            column!($first "NEW"), " IS NOT ", column!($first "OLD"),
            $( " OR ", column!($column "NEW"), " IS NOT ", column!($column "OLD"), )*
            " BEGIN UPDATE accounts SET ", stringify!($first), " = ", column!($first "NEW"),
            $( ", ", stringify!($column), " = ", column!($column "NEW"), )*
            $( $more, )?
            " WHERE id = NEW.id; END"
        )
    };
}

/// Changes the number of accounts of a kind by one. A kind without accounts has no row.
macro_rules! counts {
    (more) => {
        "INSERT INTO account_counts (mode, app, health, type, suspended, accounts)
            VALUES (NEW.mode, NEW.app, NEW.health, NEW.type, NEW.suspended, 1)
            ON CONFLICT DO UPDATE SET accounts = accounts + 1;"
    };
    (less) => {
        concat!(
            "UPDATE account_counts SET accounts = accounts - 1 WHERE ", counts!(kind),
            "; DELETE FROM account_counts WHERE ", counts!(kind), " AND accounts = 0;"
        )
    };
    (kind) => {
        "mode = OLD.mode AND app = OLD.app AND health = OLD.health AND type = OLD.type AND suspended = OLD.suspended"
    };
}

/// The statements, in order. The accounts that are there already get their rows; the alarm writes their texts.
pub(super) const STATEMENTS: &[&str] = &[
    "CREATE TABLE accounts (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, mode TEXT NOT NULL, app TEXT NOT NULL,
        name TEXT NOT NULL, end_user_id TEXT, end_user TEXT, organization TEXT, key_name TEXT, health INTEGER NOT NULL,
        type TEXT NOT NULL, suspended INTEGER NOT NULL, suspicious INTEGER NOT NULL, last_used INTEGER NOT NULL,
        checked INTEGER NOT NULL, expires INTEGER, created INTEGER NOT NULL, updated INTEGER NOT NULL, text TEXT)",
    "CREATE TABLE account_counts (mode TEXT NOT NULL, app TEXT NOT NULL, health INTEGER NOT NULL, type TEXT NOT NULL,
        suspended INTEGER NOT NULL, accounts INTEGER NOT NULL, PRIMARY KEY (mode, app, health, type, suspended)) WITHOUT ROWID",
    "CREATE VIRTUAL TABLE account_grams USING fts5(grams, content = '', contentless_delete = 1, detail = none,
        tokenize = 'ascii', prefix = '5 9')",
    concat!(into!(), "SELECT ", row!("connections"), " FROM connections ORDER BY created, id"),
    "INSERT INTO account_counts (mode, app, health, type, suspended, accounts)
        SELECT mode, app, health, type, suspended, count(*) FROM accounts GROUP BY 1, 2, 3, 4, 5",
    "CREATE INDEX accounts_created ON accounts (mode, created)",
    "CREATE INDEX accounts_updated ON accounts (mode, updated)",
    "CREATE INDEX accounts_name ON accounts (mode, name)",
    "CREATE INDEX accounts_app ON accounts (mode, app, created)",
    "CREATE INDEX accounts_person ON accounts (mode, end_user_id, created) WHERE end_user_id IS NOT NULL",
    "CREATE INDEX accounts_end_user ON accounts (mode, end_user)",
    "CREATE INDEX accounts_organization ON accounts (mode, organization)",
    "CREATE INDEX accounts_key_name ON accounts (mode, key_name)",
    "CREATE INDEX accounts_health ON accounts (mode, health, created)",
    "CREATE INDEX accounts_type ON accounts (mode, type, created)",
    "CREATE INDEX accounts_suspended ON accounts (mode, created) WHERE suspended = 1",
    "CREATE INDEX accounts_suspicious ON accounts (mode, created) WHERE suspicious = 1",
    "CREATE INDEX accounts_last_used ON accounts (mode, last_used)",
    "CREATE INDEX accounts_checked ON accounts (mode, checked)",
    "CREATE INDEX accounts_expires ON accounts (mode, expires)",
    "CREATE INDEX accounts_unread ON accounts (n) WHERE text IS NULL",
    concat!("CREATE TRIGGER accounts_linked AFTER INSERT ON connections BEGIN ", into!(), "SELECT ", row!("NEW"), "; END"),
    "CREATE TRIGGER accounts_renamed AFTER UPDATE OF name ON connections WHEN NEW.name <> OLD.name
        BEGIN UPDATE accounts SET name = NEW.name, text = NULL WHERE id = NEW.id; END",
    follows!("accounts_owned", "end_user, organization", [end_user, organization], ", text = NULL"),
    follows!("accounts_turned", "health", [health]),
    follows!("accounts_named", "report", [key_name], ", text = NULL"),
    follows!("accounts_typed", "report", [type]),
    // Two, because each column that is written has its index: the end of most keys stays as it is.
    concat!(
        "CREATE TRIGGER accounts_checked AFTER UPDATE OF health_record ON connections WHEN ",
        column!(expires "NEW"), " IS ", column!(expires "OLD"), " AND (", column!(checked "NEW"), " <> ", column!(checked "OLD"),
        " OR ", column!(last_used "NEW"), " <> ", column!(last_used "OLD"), ") BEGIN UPDATE accounts SET checked = ",
        column!(checked "NEW"), ", last_used = ", column!(last_used "NEW"), " WHERE id = NEW.id; END"
    ),
    concat!(
        "CREATE TRIGGER accounts_expire AFTER UPDATE OF health_record ON connections WHEN ",
        column!(expires "NEW"), " IS NOT ", column!(expires "OLD"), " BEGIN UPDATE accounts SET checked = ",
        column!(checked "NEW"), ", last_used = ", column!(last_used "NEW"), ", expires = ", column!(expires "NEW"),
        " WHERE id = NEW.id; END"
    ),
    follows!("accounts_used", "used", [last_used]),
    follows!("accounts_suspect", "health_record", [suspicious]),
    follows!("accounts_suspended", "suspended", [suspended]),
    "CREATE TRIGGER accounts_updated AFTER UPDATE OF updated ON connections WHEN NEW.updated <> OLD.updated
        BEGIN UPDATE accounts SET updated = NEW.updated WHERE id = NEW.id; END",
    "CREATE TRIGGER accounts_ended AFTER DELETE ON connections BEGIN DELETE FROM accounts WHERE id = OLD.id; END",
    concat!("CREATE TRIGGER accounts_counted AFTER INSERT ON accounts BEGIN ", counts!(more), " END"),
    concat!(
        "CREATE TRIGGER accounts_recounted AFTER UPDATE OF health, type, suspended ON accounts
            WHEN NEW.health <> OLD.health OR NEW.type <> OLD.type OR NEW.suspended <> OLD.suspended BEGIN ",
        counts!(less), counts!(more), " END"
    ),
    concat!(
        "CREATE TRIGGER accounts_uncounted AFTER DELETE ON accounts BEGIN ", counts!(less),
        " DELETE FROM account_grams WHERE rowid = OLD.n; END"
    ),
    "DROP INDEX connections_page",
    "DROP INDEX connections_name",
    "DROP INDEX connections_updated",
    "DROP INDEX connections_app",
    "DROP INDEX connections_health",
];
