//! How full the database of a project is: its size, which tables are largest, and what to do about it. It owns the columns
//! `fullness_told` and `fullness_at` of `project`. It refuses nothing; `room.rs` does.
//!
//! A Durable Object does not say how many bytes a table has. So a table's bytes are estimated: its rows, which triggers count, times
//! the bytes that every row has, and the texts of some of its newest rows (`tests/core/fullness.rs` compares them with SQLite's own
//! count).

use crate::store::object::{Outcome, Store};
use crate::store::protocol::TableSize;
use crate::store::sql::Sql;
use latchkey_shared::Mode;
use latchkey_shared::collect::sort_few;
use latchkey_shared::event::EventType;
use latchkey_shared::limits::STORAGE_MAX;
use serde_json::json;

/// From this percentage on, a database is nearly full: an event tells it, and the status says what to do.
const NEARLY_FULL: i64 = 70;

/// Below this percentage it is told again when it is nearly full the next time.
const ROOM_AGAIN: i64 = 65;

/// How long what was told stays so at least, in milliseconds.
const PAUSE_MS: i64 = 3_600_000;

/// How many rows are looked at to estimate the bytes of a table.
const SAMPLE: &str = "50";

/// How many of the largest tables are named.
const LARGEST: usize = 5;

/// A table that may become large.
struct Table {
    name: &'static str,
    /// Its kinds of rows in `row_counts`: those that begin with this.
    kind: &'static str,
    /// What each row has beside its long texts, in its table and its indexes. In bytes.
    fixed: i64,
    /// Its long texts.
    texts: &'static [&'static str],
    /// What makes it smaller.
    advice: &'static str,
}

/// The tables with so many rows that they may become large. Those of few rows are not among them.
const TABLES: [Table; 13] = [
    Table {
        name: "connections",
        kind: "connections",
        fixed: 900,
        texts: &["credentials", "report", "sealed", "description", "end_user", "organization", "metadata"],
        advice: "Delete accounts that are not needed anymore.",
    },
    Table {
        name: "versions",
        kind: "versions",
        fixed: 330,
        texts: &["hash"],
        advice: "An account keeps its newest fifty versions: delete accounts that are not needed anymore.",
    },
    Table {
        name: "sessions",
        kind: "sessions",
        fixed: 500,
        texts: &[
            "end_user",
            "organization",
            "description",
            "prefill",
            "metadata",
            "origins",
            "progress",
            "return_url",
        ],
        advice: "A session is kept for thirty days past its end: make fewer, with less metadata, or with a shorter expiresIn.",
    },
    Table {
        name: "attempts",
        kind: "attempts",
        fixed: 150,
        texts: &["outcome"],
        advice: "An attempt ends with its session, thirty days past its end: make sessions with a shorter expiresIn.",
    },
    Table {
        name: "sealed_answers",
        kind: "sealed_answers",
        fixed: 120,
        texts: &["enc"],
        advice: "It ends with its session, thirty days past its end: make sessions with a shorter expiresIn.",
    },
    Table {
        name: "events",
        kind: "events",
        fixed: 150,
        texts: &["account", "shown", "more"],
        advice: "An event is deleted after thirty days. Less metadata in sessions makes each of them smaller.",
    },
    Table {
        name: "webhook_deliveries",
        kind: "",
        fixed: 120,
        texts: &["attempts"],
        advice: "A delivery ends with its event, after thirty days: delete webhook endpoints that are not needed, or give them types.",
    },
    Table {
        name: "audit",
        kind: "",
        fixed: 480,
        texts: &["detail", "changes"],
        advice: "The audit log keeps its entries for the auditDays of the project: make them fewer.",
    },
    Table {
        name: "idempotency",
        kind: "idempotency",
        fixed: 250,
        texts: &["body", "headers"],
        advice: "An idempotency key is deleted after a day.",
    },
    Table {
        name: "intents",
        kind: "intents",
        fixed: 200,
        texts: &[],
        advice: "They go by themselves as soon as the storage of credentials answers.",
    },
    Table {
        name: "hook_events",
        kind: "hook_events",
        fixed: 200,
        texts: &[],
        advice: "A pushed event is forgotten after a day.",
    },
    Table {
        name: "provider_events",
        kind: "provider_events",
        fixed: 260,
        texts: &["record"],
        advice: "They go with their accounts, or after 400 days.",
    },
    Table {
        name: "simulated_keys",
        kind: "simulated_keys",
        fixed: 220,
        texts: &[],
        advice: "Reset the test clock.",
    },
];

/// The bytes of a database in percent of the most that it may have.
pub(super) fn percent(bytes: i64) -> i64 {
    bytes.saturating_mul(100) / STORAGE_MAX
}

impl<S: Sql> Store<'_, S> {
    /// Tells that the database is nearly full: once, until there is room again, and not twice within an hour. The alarm calls it. It
    /// reads the size and a row.
    pub(super) fn watch_storage(&self) -> Outcome<()> {
        let bytes = self.sql.size()?;
        let percent = percent(bytes);
        let nearly_full = percent >= NEARLY_FULL;
        if !nearly_full && percent >= ROOM_AGAIN {
            return Ok(());
        }
        let turn = "UPDATE project SET fullness_told = ?1, fullness_at = ?2 WHERE fullness_told <> ?1 AND fullness_at <= ?3
            RETURNING 1";
        let values = [i64::from(nearly_full).into(), self.now.into(), (self.now - PAUSE_MS).into()];
        if !self.sql.exists(turn, &values)? || !nearly_full {
            return Ok(());
        }
        let storage = json!({ "storage": {
            "bytes": bytes, "limitBytes": STORAGE_MAX, "percent": percent, "advice": self.advice(bytes)?,
        } });
        for mode in [Mode::Live, Mode::Test] {
            self.tell_of_project(EventType::StorageNearlyFull, mode, &storage)?;
        }
        Ok(())
    }

    /// Lets the alarm ring, if there is something to tell about the size of the database.
    pub(super) fn schedule_storage(&self, bytes: i64) -> Outcome<()> {
        if percent(bytes) >= NEARLY_FULL {
            let untold = "SELECT 1 FROM project WHERE fullness_told = 0 AND fullness_at <= ?";
            if self.sql.exists(untold, &[(self.now - PAUSE_MS).into()])? {
                self.schedule(self.now);
            }
        }
        Ok(())
    }

    /// What to do about a database that is nearly full.
    pub(super) fn advice(&self, bytes: i64) -> Outcome<Option<String>> {
        let percent = percent(bytes);
        if percent < NEARLY_FULL {
            return Ok(None);
        }
        let mut advice = format!(
            "The database of this project is {percent} % full. At 100 % it takes no new sessions, accounts or API keys."
        );
        if let Some(largest) = self.largest_tables()?.first()
            && let Some(table) = TABLES.iter().find(|table| table.name == largest.table)
        {
            advice += &format!(" The largest part of it is {}. {}", table.name, table.advice);
        }
        Ok(Some(advice))
    }

    /// The largest tables, the largest first, with the estimate of their bytes.
    pub(super) fn largest_tables(&self) -> Outcome<Vec<TableSize>> {
        let mut sizes = Vec::new();
        for table in &TABLES {
            let rows = match (table.name, table.kind) {
                ("audit", _) => {
                    // Their numbers have no gaps.
                    let rows = "SELECT coalesce(max(id), 0) - coalesce((SELECT min(id) FROM audit), 1) + 1 FROM audit";
                    self.sql.value(rows, &[])?.unwrap_or(0)
                }
                (_, "") => self.estimated_deliveries()?,
                (_, kind) => {
                    // Along the primary key: the kinds of a table begin with its name.
                    let sum =
                        "SELECT coalesce(sum(rows), 0) FROM row_counts WHERE kind >= ?1 AND kind < ?1 || '{'";
                    self.sql.value(sum, &[kind.into()])?.unwrap_or(0)
                }
            };
            if rows > 0 {
                let bytes = rows * (table.fixed + self.bytes_of_texts(table)?);
                sizes.push(TableSize { table: table.name.to_owned(), rows, bytes });
            }
        }
        sort_few(&mut sizes, |size| -size.bytes);
        sizes.truncate(LARGEST);
        Ok(sizes)
    }

    /// About how many bytes the long texts of a row have.
    fn bytes_of_texts(&self, table: &Table) -> Outcome<i64> {
        if table.texts.is_empty() {
            return Ok(0);
        }
        let lengths: Vec<_> =
            table.texts.iter().map(|text| format!("coalesce(length(CAST({text} AS BLOB)), 0)")).collect();
        // Of the newest rows; deliveries have no number.
        let order = if table.kind.is_empty() { "" } else { " ORDER BY rowid DESC" };
        let sample =
            format!("SELECT {} AS bytes FROM {}{order} LIMIT {SAMPLE}", lengths.join(" + "), table.name);
        let statement = format!("SELECT coalesce(sum(bytes) / count(*), 0) FROM ({sample})");
        Ok(self.sql.value(&statement, &[])?.unwrap_or(0))
    }

    /// About how many deliveries of webhooks there are: for each endpoint, the events of its mode since its first delivery.
    fn estimated_deliveries(&self) -> Outcome<i64> {
        let mut deliveries = 0;
        for mode in [Mode::Live, Mode::Test] {
            let mode = mode.as_str();
            let of_mode = self.rows(&["events", mode])?;
            let span = "SELECT coalesce(max(id) - min(id) + 1, 1) FROM events";
            let span: i64 = self.sql.value(span, &[])?.unwrap_or(1);
            let endpoints =
                "SELECT coalesce((SELECT max(event) FROM webhook_deliveries WHERE endpoint = webhook_endpoints.id)
                    - (SELECT min(event) FROM webhook_deliveries WHERE endpoint = webhook_endpoints.id) + 1, 0)
                    FROM webhook_endpoints INDEXED BY webhook_endpoints_page WHERE mode = ?";
            for events in self.sql.values::<i64>(endpoints, &[mode.into()])? {
                // The numbers of events are those of both modes.
                deliveries += (events.saturating_mul(of_mode) / span.max(1)).max(i64::from(events > 0));
            }
        }
        Ok(deliveries)
    }
}
