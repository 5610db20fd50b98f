//! `GET /api/v1/status`: how a project stands.

use crate::access::auth;
use crate::error::Result;
use crate::http::Request;
use crate::ports::Platform;
use crate::store::protocol::{ReadStatus, StatusRow, TableSize};
use crate::time::iso;
use latchkey_shared::Mode;
use latchkey_shared::limits::{
    CONNECTIONS_MAX, EVENTS_MAX, IDEMPOTENCY_MAX, INTENTS_MAX, SESSIONS_MAX, STORAGE_MAX,
};
use serde::Serialize;

/// How a project stands.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Status {
    /// Test or live.
    mode: Mode,
    /// The checks of accounts.
    checks: Checks,
    /// How many accounts wait for something to be done at their provider.
    tasks: u32,
    /// The database of the project.
    storage: Storage,
    /// The rows that have a limit, in this mode.
    rows: Vec<Rows>,
    /// What this deployment has.
    features: Features,
}

/// The checks of accounts.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct Checks {
    /// Whether accounts are checked by themselves.
    enabled: bool,
    /// The time between two checks of an account, in seconds.
    every_seconds: u32,
    /// When the next check is due. One in the past waits. Null: none is due.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Time>"))]
    next_at: Option<String>,
    /// For how many seconds the oldest check that is due has waited.
    overdue_seconds: i64,
    /// How many accounts are being checked.
    under_way: u32,
    /// How many batches of checks were lost, and made again, since the project began.
    lost_batches: u32,
    /// Who makes the checks: the queue, or the project's own object where no queue is bound.
    made_by: MadeBy,
}

/// Who makes the checks.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
enum MadeBy {
    /// The consumer of the queue.
    Queue,
    /// The alarm of the project's object, in smaller batches.
    Alarm,
}

/// How full the database of the project is, with what both modes have stored.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct Storage {
    /// The size, in bytes.
    bytes: i64,
    /// The most bytes.
    limit_bytes: i64,
    /// The size in percent of the most bytes.
    percent: i64,
    /// Its largest tables, the largest first.
    largest: Vec<TableBytes>,
    /// What to do. Null: it is less than 70 % full.
    advice: Option<String>,
}

/// A table of the database.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct TableBytes {
    /// Its name.
    table: String,
    /// How many rows it has.
    rows: i64,
    /// About how many bytes it has, with its indexes.
    estimated_bytes: i64,
}

impl Storage {
    fn of(row: &mut StatusRow) -> Self {
        let largest = row.largest.take().unwrap_or_default().into_iter();
        let shown = |TableSize { table, rows, bytes }| TableBytes { table, rows, estimated_bytes: bytes };
        Self {
            bytes: row.bytes,
            limit_bytes: STORAGE_MAX,
            percent: row.bytes.saturating_mul(100) / STORAGE_MAX,
            largest: largest.map(shown).collect(),
            advice: row.advice.take(),
        }
    }
}

/// Rows and their limit.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Rows {
    /// What a row is.
    kind: String,
    /// How many there are.
    rows: i64,
    /// The most rows.
    limit: i64,
}

/// What a deployment has.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct Features {
    /// Whether the queue of checks is bound.
    queue: bool,
    /// Whether the deployment has a public URL, which event hooks need.
    public_url: bool,
    /// Whether the network addresses of clients are known.
    client_addresses: bool,
    /// The most requests that one call of the Worker may make.
    subrequests: u32,
}

/// How the project of the key stands, in the key's mode.
///
/// # Errors
/// Without the scope `admin`.
pub(crate) async fn read(platform: &impl Platform, request: &Request) -> Result<Status> {
    let caller = auth::key_caller(platform, request)?;
    let mut row = caller.call(ReadStatus { key: caller.proof() }).await?;
    let storage = Storage::of(&mut row);
    let (care, config) = (row.project.settings.care, platform.config());
    let limit = |kind: &str| match kind {
        "connections" => CONNECTIONS_MAX,
        "sessions" => SESSIONS_MAX,
        "events" => EVENTS_MAX,
        "intents" => INTENTS_MAX,
        _ => IDEMPOTENCY_MAX,
    };
    let rows = row.rows.into_iter().map(|(kind, rows)| Rows { limit: limit(&kind), kind, rows });
    Ok(Status {
        mode: caller.mode(),
        checks: Checks {
            enabled: care.checks,
            every_seconds: care.check_every_seconds,
            next_at: row.next_check.map(iso),
            overdue_seconds: row.next_check.map_or(0, |at| (row.now - at).max(0) / 1000),
            under_way: row.under_way,
            lost_batches: row.lost_batches,
            made_by: if platform.has_queue() { MadeBy::Queue } else { MadeBy::Alarm },
        },
        tasks: row.tasks,
        storage,
        rows: rows.collect(),
        features: Features {
            queue: platform.has_queue(),
            public_url: config.public_url.is_some(),
            client_addresses: config.client_address_header.is_some(),
            subrequests: config.subrequests,
        },
    })
}
