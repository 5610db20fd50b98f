//! Plain `workerd serve` for the benches. A development server around it would add its own KV and proxy to the measurement.
//!
//! It owns the generated configuration, the process, and the reading of its processor time. Dates and flags are those of
//! `edge/wrangler.toml`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use super::http::{Client, free_port};
use crate::workspace::Workspace;

/// A Worker to run, with its bindings.
pub(crate) struct Worker<'a> {
    /// Module names with their files; the first one is the entry.
    pub(crate) modules: &'a [(&'a str, PathBuf)],
    /// Text bindings.
    pub(crate) texts: &'a [(&'a str, String)],
    /// Durable Object bindings: name and class.
    pub(crate) objects: &'a [(&'a str, &'a str)],
    /// The port of the KV service.
    pub(crate) kv: u16,
    /// The port that gets every outgoing request of the Worker.
    pub(crate) outbound: u16,
    /// A folder of its own, for the configuration and the objects' databases.
    pub(crate) folder: PathBuf,
}

/// A running workerd.
pub(crate) struct Runtime {
    child: Child,
    pub(crate) port: u16,
    /// The time from its start until it accepted a connection, and the processor time in nanoseconds.
    pub(crate) start: (Duration, u64),
}

impl Runtime {
    pub(crate) fn start(workspace: &Workspace, worker: &Worker<'_>) -> Result<Self> {
        let port = free_port()?;
        let objects = worker.folder.join("objects");
        fs::create_dir_all(&objects)?;
        for (name, file) in worker.modules {
            fs::copy(file, worker.folder.join(name))
                .with_context(|| format!("cannot read {}", file.display()))?;
        }
        let config = worker.folder.join("config.capnp");
        fs::write(&config, configuration(workspace, worker, port)?)?;
        let start = Instant::now();
        let child = Command::new(binary(workspace)?)
            .args(["serve".as_ref(), config.as_os_str()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .context("cannot start workerd")?;
        let mut runtime = Self { child, port, start: Default::default() };
        while Client::connect(port).is_err() {
            if let Some(status) = runtime.child.try_wait()? {
                bail!("workerd ended ({status}); its output is above");
            }
            if start.elapsed() > Duration::from_secs(30) {
                bail!("workerd does not listen");
            }
            thread::sleep(Duration::from_micros(200));
        }
        runtime.start = (start.elapsed(), runtime.cpu()?);
        Ok(runtime)
    }

    /// Nanoseconds of processor time of all its threads so far.
    pub(crate) fn cpu(&self) -> Result<u64> {
        let tasks = format!("/proc/{}/task", self.child.id());
        let mut sum = 0;
        for task in fs::read_dir(&tasks).with_context(|| format!("{tasks}: the bench needs Linux"))? {
            // A thread may have ended meanwhile.
            let Ok(text) = fs::read_to_string(task?.path().join("schedstat")) else { continue };
            sum += text.split(' ').next().and_then(|time| time.parse::<u64>().ok()).unwrap_or(0);
        }
        Ok(sum)
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program itself, not the npm script that finds it.
fn binary(workspace: &Workspace) -> Result<PathBuf> {
    let packages = workspace.package_file("@cloudflare");
    let found = fs::read_dir(&packages).with_context(|| format!("cannot read {}", packages.display()))?;
    found
        .flatten()
        .map(|entry| entry.path().join("bin/workerd"))
        .find(|program| program.is_file())
        .context("the Node packages hold no workerd for this machine")
}

fn configuration(workspace: &Workspace, worker: &Worker<'_>, port: u16) -> Result<String> {
    let wrangler = fs::read_to_string(workspace.edge().join("wrangler.toml"))?;
    let setting = |name: &str| {
        let line = wrangler.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "));
        line.with_context(|| format!("edge/wrangler.toml has no {name}"))
    };
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let list = |items: Vec<String>| items.join(",\n    ");
    let module = |(name, _): &(&str, PathBuf)| {
        let kind =
            if Path::new(name).extension().is_some_and(|end| end == "wasm") { "wasm" } else { "esModule" };
        format!("(name = {}, {kind} = embed {})", quoted(name), quoted(name))
    };
    let texts =
        worker.texts.iter().map(|(name, text)| format!("(name = {}, text = {})", quoted(name), quoted(text)));
    let objects = worker.objects.iter().map(|(name, class)| {
        format!("(name = {}, durableObjectNamespace = {})", quoted(name), quoted(class))
    });
    let namespaces = worker
        .objects
        .iter()
        .map(|(_, class)| format!("(className = {0}, uniqueKey = {0}, enableSql = true)", quoted(class)));
    let kv = "(name = \"CREDENTIALS\", kvNamespace = \"kv\")".to_owned();
    // The Worker reads a provider's data from these files once.
    let assets = "(name = \"ASSETS\", service = \"assets\")".to_owned();
    Ok(format!(
        "using Workerd = import \"/workerd/workerd.capnp\";
const config :Workerd.Config = (
  services = [
    (name = \"main\", worker = .main),
    (name = \"kv\", external = (address = \"127.0.0.1:{kv_port}\", http = ())),
    (name = \"providers\", external = (address = \"127.0.0.1:{outbound}\", http = (style = proxy))),
    (name = \"objects\", disk = (path = {folder}, writable = true)),
    (name = \"assets\", disk = (path = {assets_folder})),
  ],
  sockets = [(name = \"http\", address = \"127.0.0.1:{port}\", http = (), service = \"main\")],
);
const main :Workerd.Worker = (
  modules = [
    {modules}
  ],
  compatibilityDate = {date},
  compatibilityFlags = {flags},
  bindings = [
    {bindings}
  ],
  durableObjectNamespaces = [
    {namespaces}
  ],
  durableObjectStorage = (localDisk = \"objects\"),
  globalOutbound = \"providers\",
);
",
        kv_port = worker.kv,
        outbound = worker.outbound,
        folder = quoted(&worker.folder.join("objects").display().to_string()),
        assets_folder = quoted(&workspace.build().join("assets").display().to_string()),
        modules = list(worker.modules.iter().map(module).collect()),
        date = setting("compatibility_date")?,
        flags = setting("compatibility_flags")?,
        bindings = list(texts.chain(objects).chain([kv, assets]).collect()),
        namespaces = list(namespaces.collect()),
    ))
}
