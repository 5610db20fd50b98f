//! `cargo xtask bench console`: what the pages, searches, filters, orders and counts of a list of accounts cost in small and large
//! projects, on plain workerd.
//!
//! It owns the requests, the measuring and the table. The accounts are made by `tests/bench/console.js`. Rows read are those that the
//! runtime counts, and bills.

use std::fmt::Write as _;
use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail};
use serde_json::Value;

use super::edge::{ACCOUNTS, ADMIN_TOKEN, Project, body, okta, project, send};
use super::http::{expect, serve, serve_kv};
use super::runtime::{Runtime, Worker};
use super::{load_average, publish};
use crate::bundle;
use crate::workspace::Workspace;

/// How many accounts a project has.
const SIZES: [u64; 3] = [1_000, 10_000, 100_000];
/// How many accounts are made with one request.
const STEP: u64 = 1_000;
/// How often each request is sent. The median counts.
const TIMES: usize = 11;
/// The most by which rows read may grow from the smallest to the largest project.
const GROWTH: f64 = 1.5;

/// What a request costs.
struct Cost {
    time: Duration,
    rows: u64,
    bytes: usize,
}

/// A request by its name. `{soon}` and `{later}` are times, `{cursor}` is where the tenth page begins.
const REQUESTS: [(&str, &str); 55] = [
    ("first page", ""),
    ("page 10", "?cursor={cursor}"),
    ("search, common: `account`", "?q=account"),
    ("search, common, two words: `person tok`", "?q=person%20tok"),
    ("search, rare (20): `needle`", "?q=needle"),
    ("search, none: `zzzz`", "?q=zzzz"),
    ("search, one letter, common: `a`", "?q=a"),
    ("search, one letter, none: `z`", "?q=%C3%BE"),
    ("search, common, by end user", "?q=person&sort=endUser"),
    ("search, rare, by end user", "?q=needle&sort=endUser"),
    ("provider, common", "?provider=okta"),
    ("provider, one in ten, by name", "?provider=launchdarkly&sort=name"),
    ("provider, rare", "?provider=gitlab"),
    ("provider, rare, by name", "?provider=gitlab&sort=name"),
    ("two providers", "?provider=okta,gitlab"),
    ("health, common", "?health=healthy"),
    ("health, one in twenty, by name", "?health=expiring&sort=name"),
    ("health, rare", "?health=blocked"),
    ("health, rare, by last use", "?health=blocked&sort=-lastUsedAt"),
    ("type, common", "?type=personal"),
    ("type, rare", "?type=agent"),
    ("freshness, common (green)", "?freshness=green"),
    ("freshness, common (gray)", "?freshness=gray"),
    ("freshness, rare (red)", "?freshness=red"),
    ("freshness, rare (yellow)", "?freshness=yellow"),
    ("suspended", "?suspended=true"),
    ("not suspended", "?suspended=false"),
    ("expires before, rare", "?expiresBefore={soon}"),
    ("expires before, common", "?expiresBefore={later}"),
    ("end user", "?endUserId=user-12"),
    ("common provider and health", "?provider=okta&health=healthy"),
    ("common filter, by end user, reversed", "?type=personal&sort=-endUser"),
    ("by createdAt, reversed", "?sort=-createdAt"),
    ("by updatedAt", "?sort=updatedAt"),
    ("by name", "?sort=name"),
    ("by provider", "?sort=provider"),
    ("by provider, reversed", "?sort=-provider"),
    ("by endUser", "?sort=endUser"),
    ("by endUser, reversed", "?sort=-endUser"),
    ("by organization", "?sort=organization"),
    ("by organization, reversed", "?sort=-organization"),
    ("by health", "?sort=health"),
    ("by health, reversed", "?sort=-health"),
    ("by keyName", "?sort=keyName"),
    ("by lastUsedAt", "?sort=lastUsedAt"),
    ("by checkedAt", "?sort=checkedAt"),
    ("by checkedAt, reversed", "?sort=-checkedAt"),
    ("by expiresAt", "?sort=expiresAt"),
    ("by expiresAt, reversed", "?sort=-expiresAt"),
    ("counts", "/counts"),
    ("counts of a common provider", "/counts?provider=okta"),
    ("counts of a rare health", "/counts?health=blocked"),
    ("counts of a rare search", "/counts?q=needle"),
    ("counts of a common search", "/counts?q=account"),
    ("counts of a color", "/counts?freshness=red"),
];

/// Prints the table, and with `write` puts it into `tests/bench/README.md`.
pub(crate) fn console(workspace: &Workspace, write: bool) -> Result<()> {
    bundle::build(workspace)?;
    let folder = workspace.build().join("bench-console");
    _ = fs::remove_dir_all(&folder);
    let provider = serve(move |_, target, _| {
        let path = target.split_once("acme.okta.com").map_or(target, |(_, path)| path);
        let answer = okta(path);
        (if answer.is_null() { 404 } else { 200 }, "application/json", answer.to_string().into_bytes())
    })?;
    let built = |file: &str| workspace.worker().join(file);
    let key = |letter: &str| letter.repeat(43);
    let worker = Worker {
        modules: &[
            ("console.js", workspace.tests().join("bench/console.js")),
            ("index.js", built("index.js")),
            ("index_bg.wasm", built("index_bg.wasm")),
        ],
        texts: &[
            ("ROUTE_KEY", key("A")),
            ("HASH_ROOT", key("E")),
            ("VAULT_KEYS", format!("k1:{}", key("I"))),
            ("SEALING_KEYS", format!("s1:{}", key("M"))),
            ("ADMIN_TOKEN", ADMIN_TOKEN.to_owned()),
            ("REQUESTS_PER_MINUTE", "1000000000".to_owned()),
            ("CLIENT_ADDRESS_HEADER", "none".to_owned()),
        ],
        objects: &[("PROJECTS", "ProjectObject"), ("REGISTRY", "RegistryObject")],
        kv: serve_kv(std::sync::Arc::default())?,
        outbound: provider,
        folder,
    };
    let edge = Runtime::start(workspace, &worker)?;
    let load = load_average();
    let (mut columns, mut sizes) = (Vec::new(), Vec::new());
    for size in SIZES {
        let project = project(edge.port)?;
        sizes.push(fill(&edge, &project, size)?);
        let measured: Result<Vec<_>> =
            REQUESTS.iter().map(|(_, path)| measure(&edge, &project, path)).collect();
        columns.push(measured?);
    }
    let mut table = table(&columns);
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    _ = writeln!(
        table,
        "\n{} bytes of the database for each account. {cores} cores, shared: load average {load} before and {} after; medians of {TIMES}.",
        sizes.last().map_or(0, |bytes| bytes / SIZES[2]),
        load_average()
    );
    publish(workspace, "bench:console", &table, write)
}

/// Makes the accounts. Returns the bytes of the database.
fn fill(edge: &Runtime, project: &Project, size: u64) -> Result<u64> {
    let credentials =
        r#"{"instanceUrl":"https://acme.okta.com","apiToken":"000000000000000000000000000000000000000000"}"#;
    let new = format!(r#"{{"name":"template","method":"api-token","credentials":{credentials}}}"#);
    expect(&send(edge.port, "POST", ACCOUNTS, &project.key, &new)?, 201)?;
    let mut filled = Value::Null;
    for from in (0..size - 1).step_by(STEP as usize) {
        let to = (from + STEP).min(size - 1);
        let path = format!("/__fill?project={}&from={from}&to={to}", project.id);
        filled = body(&send(edge.port, "POST", &path, "", "")?)?;
    }
    if filled["connections"] != size {
        bail!("cannot fill a project with {size} accounts: {filled}");
    }
    rows(edge, project)?["bytes"].as_u64().ok_or_else(|| anyhow!("the object does not say its size"))
}

/// The rows since the last call.
fn rows(edge: &Runtime, project: &Project) -> Result<Value> {
    body(&send(edge.port, "GET", &format!("/__rows?project={}", project.id), "", "")?)
}

fn measure(edge: &Runtime, project: &Project, path: &str) -> Result<Cost> {
    let list = "/api/v1/app-connections";
    let get = |path: &str| -> Result<(Duration, usize, Value)> {
        let began = Instant::now();
        let answer = send(edge.port, "GET", path, &project.key, "")?;
        let time = began.elapsed();
        expect(&answer, 200)?;
        Ok((time, answer.body.len(), body(&answer)?))
    };
    let mut path = format!("{list}{path}");
    if path.contains("{cursor}") {
        let mut cursor = String::new();
        for _ in 1..10 {
            let page = get(&format!("{list}{cursor}"))?.2;
            cursor = format!("?cursor={}", page["nextCursor"].as_str().unwrap_or_default());
        }
        path = path.replace("?cursor={cursor}", &cursor);
    }
    let times = rows(edge, project)?;
    for (name, place) in [("soon", "{soon}"), ("later", "{later}")] {
        path = path.replace(place, times[name].as_str().unwrap_or_default());
    }
    get(&path)?;
    rows(edge, project)?;
    let (first, bytes, _) = get(&path)?;
    let read = rows(edge, project)?["read"].as_u64().unwrap_or(0);
    let mut times = vec![first];
    for _ in 1..TIMES {
        times.push(get(&path)?.0);
    }
    times.sort();
    let time = times.get(TIMES / 2).copied().unwrap_or_default();
    Ok(Cost { time, rows: read, bytes })
}

fn table(columns: &[Vec<Cost>]) -> String {
    let mut table = "| request | 1,000: ms, rows | 10,000: ms, rows | 100,000: ms, rows | growth of rows | bytes |\n|---|--:|--:|--:|--:|--:|\n".to_owned();
    for (at, (name, _)) in REQUESTS.iter().enumerate() {
        let costs: Vec<_> = columns.iter().filter_map(|column| column.get(at)).collect();
        _ = write!(table, "| {name} |");
        for cost in &costs {
            _ = write!(table, " {:.1}, {} |", cost.time.as_secs_f64() * 1000.0, cost.rows);
        }
        let (Some(first), Some(last)) = (costs.first(), costs.last()) else { continue };
        let growth = last.rows as f64 / first.rows.max(1) as f64;
        let growth = if growth > GROWTH { format!("**{growth:.2}**") } else { format!("{growth:.2}") };
        _ = writeln!(table, " {growth} | {} |", last.bytes);
    }
    table
}
