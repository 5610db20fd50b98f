//! `cargo xtask bench checks`: what it costs to check accounts that are linked, on plain workerd, beside a loop in bare
//! JavaScript that sends the same requests and writes one row for each.
//!
//! It owns the accounts, the provider that counts, and the table. Without a queue the object makes the checks itself, so the
//! whole cost is in one process.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail};
use serde_json::{Value, json};

use super::edge::{ACCOUNTS, ADMIN_TOKEN, body, okta, project, send};
use super::http::{expect, serve, serve_kv};
use super::runtime::{Runtime, Worker};
use super::{load_average, publish};
use crate::bundle;
use crate::workspace::Workspace;

/// How many accounts a project has, of which [`DUE`] are due.
const SIZES: [u64; 3] = [1_000, 10_000, 100_000];
/// How many accounts are checked.
const DUE: u64 = 1_000;
/// The case whose accounts all belong to one organization.
const ONE: &str = "1000, all of one organization";
/// How many accounts are made at once.
const THREADS: u64 = 8;
/// After so long the bench gives up.
const PATIENCE: Duration = Duration::from_secs(600);

/// What the checks of one project cost.
struct Costs {
    wall: Duration,
    cpu: u64,
    asked: u64,
    kv: u64,
    costs: Value,
}

struct Bench<'a> {
    workspace: &'a Workspace,
    folder: PathBuf,
    kv: u16,
    provider: u16,
    /// The requests that the provider got.
    asked: Arc<AtomicU64>,
    /// The requests that KV got.
    read: Arc<AtomicU64>,
}

/// Prints the table, and with `write` puts it into `tests/bench/README.md`.
pub(crate) fn checks(workspace: &Workspace, write: bool) -> Result<()> {
    bundle::build(workspace)?;
    let folder = workspace.build().join("bench-checks");
    _ = fs::remove_dir_all(&folder);
    let asked: Arc<AtomicU64> = Arc::default();
    let counted = asked.clone();
    let provider = serve(move |_, target, _| {
        counted.fetch_add(1, Ordering::Relaxed);
        let (host, path) = target
            .split_once("://")
            .map_or(("", target), |(_, rest)| rest.split_at(rest.find('/').unwrap_or(rest.len())));
        let answer = of_host(okta(path), host);
        (if answer.is_null() { 404 } else { 200 }, "application/json", answer.to_string().into_bytes())
    })?;
    let read: Arc<AtomicU64> = Arc::default();
    let bench = Bench { workspace, folder, kv: serve_kv(read.clone())?, provider, asked, read };
    let load = load_average();
    let mut runs = Vec::new();
    for size in SIZES {
        runs.push((format!("**{size}**"), bench.measure(size, false)?));
    }
    runs.push((ONE.to_owned(), bench.measure(DUE, true)?));
    let per_check = runs.first().map_or(1, |(_, costs)| (costs.asked / DUE).max(1));
    let floor = bench.floor(per_check)?;
    let mut table = table(&runs, &floor);
    let cores = thread::available_parallelism().map_or(0, std::num::NonZero::get);
    _ = writeln!(table, "\n{cores} cores, shared: load average {load} before and {} after.", load_average());
    publish(workspace, "bench:checks", &table, write)
}

/// The provider's answer for an organization of its own at each host.
fn of_host(mut answer: Value, host: &str) -> Value {
    if answer.get("pipeline").is_some() {
        answer["id"] = json!(format!("00o{}", host.split('.').next().unwrap_or_default()));
        answer["_links"]["organization"]["href"] = json!(format!("https://{host}"));
    }
    answer
}

/// A backend's request for an account at a host of its own, or at the one host of all.
fn account(number: u64, one: bool) -> String {
    let host = if one { 0 } else { number };
    let credentials = json!({
        "instanceUrl": format!("https://acme{host}.okta.com"), "apiToken": format!("00{number:0>40}"),
    });
    json!({ "name": format!("made-{number}"), "method": "api-token", "credentials": credentials }).to_string()
}

impl Bench<'_> {
    /// Makes a project of this size, has its accounts checked, and counts. `one`: all are of one organization.
    fn measure(&self, size: u64, one: bool) -> Result<Costs> {
        let edge = self.edge(&format!("edge-{size}{}", if one { "-one" } else { "" }))?;
        let project = project(edge.port)?;
        expect(&send(edge.port, "POST", ACCOUNTS, &project.key, &account(0, one))?, 201)?;
        if size > DUE {
            let path = format!("/__copy?project={}&count={}", project.id, size - DUE);
            let copied = body(&send(edge.port, "POST", &path, "", "")?)?;
            if copied["connections"] != size - DUE + 1 {
                bail!("cannot fill a project with {size} accounts: {copied}");
            }
        }
        let make = |from: u64| -> Result<()> {
            (from..DUE).step_by(THREADS as usize).try_for_each(|number| {
                expect(&send(edge.port, "POST", ACCOUNTS, &project.key, &account(number, one))?, 201)
            })
        };
        thread::scope(|scope| {
            let threads: Vec<_> = (1..=THREADS).map(|from| scope.spawn(move || make(from))).collect();
            threads
                .into_iter()
                .try_for_each(|made| made.join().map_err(|_| anyhow!("a thread of the bench failed"))?)
        })?;
        self.asked.store(0, Ordering::Relaxed);
        self.read.store(0, Ordering::Relaxed);
        let (before, began) = (edge.cpu()?, Instant::now());
        send(edge.port, "POST", &format!("/__due?project={}", project.id), "", "")?;
        let costs = loop {
            thread::sleep(Duration::from_millis(500));
            let path = format!("/__costs?project={}", project.id);
            let costs = body(&send(edge.port, "GET", &path, "", "")?)?;
            if costs["waiting"] == 0 {
                break costs;
            }
            if began.elapsed() > PATIENCE {
                bail!("accounts wait for their check: {costs}");
            }
        };
        Ok(Costs {
            wall: began.elapsed(),
            cpu: edge.cpu()? - before,
            asked: self.asked.load(Ordering::Relaxed),
            kv: self.read.load(Ordering::Relaxed),
            costs,
        })
    }

    /// The same requests in a loop of bare JavaScript, with one row written for each account.
    fn floor(&self, per_check: u64) -> Result<Costs> {
        let worker = Worker {
            modules: &[("floor.js", self.workspace.tests().join("bench/floor.js"))],
            texts: &[("PATHS", "[]".to_owned()), ("WRAPPING_KEY", format!("{}=", "A".repeat(43)))],
            objects: &[("ROWS", "Rows")],
            kv: self.kv,
            outbound: self.provider,
            folder: self.folder.join("floor"),
        };
        let floor = Runtime::start(self.workspace, &worker)?;
        expect(&send(floor.port, "POST", &format!("/check?count=20&requests={per_check}"), "", "")?, 200)?;
        self.asked.store(0, Ordering::Relaxed);
        let (before, began) = (floor.cpu()?, Instant::now());
        let path = format!("/check?count={DUE}&requests={per_check}");
        expect(&send(floor.port, "POST", &path, "", "")?, 200)?;
        let costs = json!({ "read": 0, "written": DUE, "operations": DUE });
        let asked = self.asked.load(Ordering::Relaxed);
        Ok(Costs { wall: began.elapsed(), cpu: floor.cpu()? - before, asked, kv: 0, costs })
    }

    fn edge(&self, name: &str) -> Result<Runtime> {
        let built = |file: &str| self.workspace.worker().join(file);
        let key = |letter: &str| letter.repeat(43);
        let worker = Worker {
            modules: &[
                ("checks.js", self.workspace.tests().join("bench/checks.js")),
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
            kv: self.kv,
            outbound: self.provider,
            folder: self.folder.join(name),
        };
        Runtime::start(self.workspace, &worker)
    }
}

fn table(runs: &[(String, Costs)], floor: &Costs) -> String {
    let mut table = "| accounts of the project, 1,000 of them due | checks/min | CPU µs/check | CPU ÷ floor | requests to the provider | KV reads | operations of the store | rows read | rows written |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|\n".to_owned();
    let each = |number: u64| number as f64 / DUE as f64;
    let mut row = |name: &str, costs: &Costs, ratio: &str| {
        let number = |member: &str| each(costs.costs[member].as_u64().unwrap_or(0));
        _ = writeln!(
            table,
            "| {name} | {:.0} | {:.0} | {ratio} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} |",
            DUE as f64 * 60.0 / costs.wall.as_secs_f64(),
            each(costs.cpu) / 1000.0,
            each(costs.asked),
            each(costs.kv),
            number("operations"),
            number("read"),
            number("written")
        );
    };
    for (name, costs) in runs {
        let ratio = format!("{:.2}", costs.cpu as f64 / floor.cpu.max(1) as f64);
        row(name, costs, &ratio);
    }
    row("floor: the same requests and one row each, in bare JavaScript", floor, "");
    table
}
