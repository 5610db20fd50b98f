//! `cargo xtask bench edge`: the cost of requests on plain workerd, beside bare JavaScript that makes the same calls, and of lists
//! and look-ups in growing projects.
//!
//! It owns the processes: the edge, the floor, and the provider and KV that both use. Each table has its own file. The processor
//! time per request and the ratios are the important results.

mod costs;
mod growth;
mod starts;
mod subject;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Result;
use serde_json::Value;

use self::subject::HOST;
pub(super) use self::subject::{ACCOUNTS, ADMIN_TOKEN, Project, body, okta, project, send};
use super::http::{serve, serve_kv};
use super::runtime::{Runtime, Worker};
use super::{load_average, publish};
use crate::bundle;
use crate::workspace::Workspace;

/// How long each run takes by default, in seconds.
pub(crate) const SECONDS: u32 = 4;
/// How often each run is repeated, in turns.
const ROUNDS: usize = 3;
/// How many requests run at once.
const CONNECTIONS: usize = 16;

/// Prints the tables, and with `write` puts them into `tests/bench/README.md`.
///
/// `beside` is another checkout of this repository, built: its Worker is measured in the same turns.
pub(crate) fn edge(workspace: &Workspace, seconds: u32, beside: Option<PathBuf>, write: bool) -> Result<()> {
    bundle::build(workspace)?;
    let folder = workspace.build().join("bench");
    _ = fs::remove_dir_all(&folder);
    let bench = Bench::new(workspace, folder, Duration::from_secs(u64::from(seconds)), beside)?;
    let load = load_average();
    let mut tables = bench.costs()?;
    tables.push('\n');
    tables += &bench.growth()?;
    tables.push('\n');
    tables += &bench.starts()?;
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    _ = writeln!(
        tables,
        "\n{cores} cores, shared: load average {load} before and {} after; {ROUNDS} rounds of {seconds} s in turns, {CONNECTIONS} connections.",
        load_average()
    );
    publish(workspace, "bench:edge", &tables, write)
}

struct Bench<'a> {
    workspace: &'a Workspace,
    folder: PathBuf,
    time: Duration,
    beside: Option<PathBuf>,
    kv: u16,
    provider: u16,
    /// The paths that a provider got requests for.
    asked: Arc<Mutex<Vec<String>>>,
}

impl<'a> Bench<'a> {
    fn new(
        workspace: &'a Workspace,
        folder: PathBuf,
        time: Duration,
        beside: Option<PathBuf>,
    ) -> Result<Self> {
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let remembered = asked.clone();
        let provider = serve(move |_, target, _| {
            let path = target
                .strip_prefix(HOST)
                .or_else(|| target.split_once("acme.okta.com").map(|(_, path)| path));
            let path = path.unwrap_or(target).to_owned();
            let answer = okta(&path);
            if let Ok(mut asked) = remembered.lock()
                && asked.len() < 100
            {
                asked.push(path);
            }
            (if answer.is_null() { 404 } else { 200 }, "application/json", answer.to_string().into_bytes())
        })?;
        Ok(Self { workspace, folder, time, beside, kv: serve_kv(Arc::default())?, provider, asked })
    }

    /// Starts the built Worker; `seed` puts the script in front that fills projects.
    fn edge(&self, name: &str, seed: bool) -> Result<Runtime> {
        self.built_edge(&self.workspace.worker(), name, seed)
    }

    /// Starts the Worker in this folder.
    fn built_edge(&self, worker: &Path, name: &str, seed: bool) -> Result<Runtime> {
        let built = |file: &str| worker.join(file);
        let mut modules = vec![("index.js", built("index.js")), ("index_bg.wasm", built("index_bg.wasm"))];
        if seed {
            modules.insert(0, ("seed.js", self.script("seed.js")));
        }
        let key = |letter: &str| letter.repeat(43);
        let texts = [
            ("ROUTE_KEY", key("A")),
            ("HASH_ROOT", key("E")),
            ("VAULT_KEYS", format!("k1:{}", key("I"))),
            ("SEALING_KEYS", format!("s1:{}", key("M"))),
            ("ADMIN_TOKEN", ADMIN_TOKEN.to_owned()),
            ("REQUESTS_PER_MINUTE", "1000000000".to_owned()),
            ("CLIENT_ADDRESS_HEADER", "none".to_owned()),
        ];
        let worker = Worker {
            modules: &modules,
            texts: &texts,
            objects: &[("PROJECTS", "ProjectObject"), ("REGISTRY", "RegistryObject")],
            kv: self.kv,
            outbound: self.provider,
            folder: self.folder.join(name),
        };
        Runtime::start(self.workspace, &worker)
    }

    /// Starts the floor, which requests these paths from the provider.
    fn floor(&self, name: &str, paths: &Value) -> Result<Runtime> {
        let worker = Worker {
            modules: &[("floor.js", self.script("floor.js"))],
            texts: &[("PATHS", paths.to_string()), ("WRAPPING_KEY", format!("{}=", "A".repeat(43)))],
            objects: &[("ROWS", "Rows")],
            kv: self.kv,
            outbound: self.provider,
            folder: self.folder.join(name),
        };
        Runtime::start(self.workspace, &worker)
    }

    fn script(&self, name: &str) -> PathBuf {
        self.workspace.tests().join("bench").join(name)
    }

    /// The paths that the edge requested from the provider since the last call.
    fn asked(&self) -> Vec<String> {
        self.asked.lock().map(|mut asked| std::mem::take(&mut *asked)).unwrap_or_default()
    }
}
