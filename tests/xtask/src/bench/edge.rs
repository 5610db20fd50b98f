//! `cargo xtask bench edge`: what requests cost on plain workerd, beside bare JavaScript that makes the same calls, and how lists and
//! look-ups grow.
//!
//! It owns what is asked and how the tables read. The edge and the floor run as two processes in one run and take turns, so that what
//! else the machine does concerns both; processor time per request and the ratios are what to look at.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use super::http::{self, Client, Message, Request, expect, serve, serve_kv};
use super::load::{Sample, Target, run};
use super::publish;
use super::runtime::{Runtime, Worker};
use crate::bundle;
use crate::workspace::Workspace;

/// How long each run takes, in seconds, unless the command line says.
pub(crate) const SECONDS: u32 = 4;
/// How often each run is repeated, in turns.
const ROUNDS: usize = 3;
const CONNECTIONS: usize = 16;
/// How many accounts a project has, for lists and look-ups.
const SIZES: [u32; 3] = [100, 10_000, 100_000];
/// How often a runtime is started to time its start.
const STARTS: usize = 9;

const ADMIN_TOKEN: &str = "la_0123456789012345678901234567890123456789";
const HOST: &str = "https://acme.okta.com";
const ACCOUNTS: &str = "/api/v1/app-connections/okta";

/// Prints the tables, and with `write` puts them into README.md.
pub(crate) fn edge(workspace: &Workspace, seconds: u32, write: bool) -> Result<()> {
    bundle::build(workspace)?;
    let folder = workspace.build().join("bench");
    _ = fs::remove_dir_all(&folder);
    let bench = Bench::new(workspace, folder, Duration::from_secs(u64::from(seconds)))?;
    let load = load_average();
    let mut tables = bench.costs()?;
    tables.push('\n');
    tables += &bench.growth()?;
    tables.push('\n');
    tables += &bench.starts()?;
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    _ = writeln!(
        tables,
        "\n{cores} cores, shared: load average {load} before and {} after; {ROUNDS} rounds of {seconds} s by turns, {CONNECTIONS} connections.",
        load_average()
    );
    publish(workspace, "bench:edge", &tables, write)
}

fn load_average() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}

struct Bench<'a> {
    workspace: &'a Workspace,
    folder: PathBuf,
    time: Duration,
    kv: u16,
    provider: u16,
    /// The paths that a provider was asked for.
    asked: Arc<Mutex<Vec<String>>>,
}

/// A project on a running edge.
struct Project {
    id: String,
    key: String,
}

impl<'a> Bench<'a> {
    fn new(workspace: &'a Workspace, folder: PathBuf, time: Duration) -> Result<Self> {
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
        Ok(Self { workspace, folder, time, kv: serve_kv()?, provider, asked })
    }

    /// Starts the built Worker; `seed` puts the script in front that fills projects.
    fn edge(&self, name: &str, seed: bool) -> Result<Runtime> {
        let built = |file: &str| self.workspace.worker().join(file);
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

    /// Starts the floor, which asks the provider for these paths.
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

    /// What the edge asked the provider for since the last time.
    fn asked(&self) -> Vec<String> {
        self.asked.lock().map(|mut asked| std::mem::take(&mut *asked)).unwrap_or_default()
    }

    /// Requests that do the same on the edge and on the floor.
    fn costs(&self) -> Result<String> {
        let edge = self.edge("edge", false)?;
        let project = project(edge.port)?;
        self.asked();
        let made = send(edge.port, "POST", ACCOUNTS, &project.key, &account(0))?;
        expect(&made, 201)?;
        let id = text(&body(&made)?["appConnection"]["id"])?;
        let (paths, calls) = stages(self.asked())?;
        let floor = self.floor("floor", &paths)?;
        expect(&send(floor.port, "POST", "/create", "", &account(0))?, 201)?;
        let floor_calls = self.asked().len();
        if floor_calls != calls {
            bail!("the edge asked the provider {calls} times, the floor {floor_calls} times");
        }
        let opener = json!({ "name": "Opener", "scopes": ["credentials:read"] }).to_string();
        let opener = send(edge.port, "POST", "/api/v1/api-keys", &project.key, &opener)?;
        let opener = text(&body(&opener)?["key"])?;
        let stored = send(floor.port, "POST", "/create?objects", "", &account(0))?;
        let stored = format!("credential/live/{}", text(&body(&stored)?["appConnection"]["id"])?);
        // A page is full before it is timed.
        for number in 1..60 {
            expect(&send(edge.port, "POST", ACCOUNTS, &project.key, &account(u64::MAX - number))?, 201)?;
        }

        let none = |_: u64| String::new();
        let fixed = |path: String| move |_: u64| path.clone();
        let [create, one, open, list] = [
            ACCOUNTS.to_owned(),
            format!("{ACCOUNTS}/{id}"),
            format!("{ACCOUNTS}/{id}/credentials"),
            "/api/v1/app-connections?limit=50".to_owned(),
        ]
        .map(fixed);
        let [floor_create, floor_create_objects, floor_open, floor_open_objects, plain] = [
            "/create".to_owned(),
            "/create?objects".to_owned(),
            format!("/open?key={stored}"),
            format!("/open?objects&key={stored}"),
            "/plain".to_owned(),
        ]
        .map(fixed);
        let ours =
            |method, path, key, body, status| Target { port: edge.port, method, path, key, body, status };
        let bare =
            |method, path, body, status| Target { port: floor.port, method, path, key: "", body, status };
        let runs: [(Target<'_>, &Runtime); 9] = [
            (ours("POST", &create, &project.key, &account, 201), &edge),
            (bare("POST", &floor_create, &account, 201), &floor),
            (bare("POST", &floor_create_objects, &account, 201), &floor),
            (ours("GET", &open, &opener, &none, 200), &edge),
            (bare("GET", &floor_open, &none, 200), &floor),
            (bare("GET", &floor_open_objects, &none, 200), &floor),
            (ours("GET", &one, &project.key, &none, 200), &edge),
            (ours("GET", &list, &project.key, &none, 200), &edge),
            (bare("GET", &plain, &none, 200), &floor),
        ];
        let mut samples = vec![Sample::default(); runs.len()];
        for (target, runtime) in &runs {
            run(target, CONNECTIONS, self.time / 2, || runtime.cpu())?;
        }
        for _ in 0..ROUNDS {
            for ((target, runtime), sample) in runs.iter().zip(&mut samples) {
                sample.add(run(target, CONNECTIONS, self.time, || runtime.cpu())?);
            }
        }
        Ok(cost_table(&samples, calls))
    }

    /// Lists and look-ups in projects of different sizes.
    fn growth(&self) -> Result<String> {
        let seeding = self.edge("growth", true)?;
        let mut projects = Vec::new();
        for size in SIZES {
            let project = project(seeding.port)?;
            expect(&send(seeding.port, "POST", ACCOUNTS, &project.key, &account(0))?, 201)?;
            let path = format!("/__seed?project={}&count={size}", project.id);
            let seeded = body(&send(seeding.port, "POST", &path, "", "")?)?;
            if seeded["connections"] != size {
                bail!("a project was to be filled with {size} accounts: {seeded}");
            }
            projects.push(project);
        }
        drop(seeding);
        let edge = self.edge("growth", false)?;
        let rows = [
            ("first page of 50", "?limit=50"),
            ("page of 50 in the middle", "?limit=50&cursor={middle}"),
            ("page of one provider, by name", "/okta?limit=50&sort=name"),
            ("filtered by person", "?endUserId=user-3"),
            ("filtered by name", "?name=account-7"),
            ("filtered by a rare health", "?health=blocked&limit=50"),
            ("`available`", "/okta/available"),
            ("one, by id", "/okta/{id}"),
            ("one, by name", "/okta/connection-name/account-7"),
        ];
        let mut cells = vec![Vec::new(); rows.len()];
        for (project, size) in projects.iter().zip(SIZES) {
            let middle = middle(edge.port, project, size)?;
            let entry = &middle["appConnections"][0];
            let app = text(&entry["app"])?;
            let known = [text(&middle["nextCursor"])?, text(&entry["id"])?, app];
            for ((_, path), cells) in rows.iter().zip(&mut cells) {
                let path = path
                    .replace("{middle}", &known[0])
                    .replace("/okta/{id}", &format!("/{}/{}", known[2], known[1]));
                let path = format!("/api/v1/app-connections{path}");
                let none = |_: u64| String::new();
                let path = |_: u64| path.clone();
                let target = Target {
                    port: edge.port,
                    method: "GET",
                    path: &path,
                    key: &project.key,
                    body: &none,
                    status: 200,
                };
                run(&target, 1, self.time / 8, || edge.cpu())?;
                cells.push(run(&target, 1, self.time / 4, || edge.cpu())?);
            }
        }
        let mut table = "| one request at a time, p50 / p99 ms |".to_owned();
        for size in SIZES {
            _ = write!(table, " {} accounts |", grouped(size));
        }
        table += "\n|---|--:|--:|--:|\n";
        for ((name, _), cells) in rows.iter().zip(&cells) {
            _ = write!(table, "| {name} |");
            for sample in cells {
                _ = write!(table, " {:.2} / {:.2} |", sample.percentile(50), sample.percentile(99));
            }
            table.push('\n');
        }
        Ok(table)
    }

    /// What starting the Worker adds to starting a bare one.
    fn starts(&self) -> Result<String> {
        let (mut edge, mut floor) = (Vec::new(), Vec::new());
        for number in 0..STARTS {
            for (times, runtime) in [
                (&mut edge, self.edge(&format!("start-edge-{number}"), false)?),
                (&mut floor, self.floor(&format!("start-floor-{number}"), &json!(["/", "/", []]))?),
            ] {
                let before = std::time::Instant::now();
                send(runtime.port, "GET", "/nowhere", "", "")?;
                times.push([
                    runtime.start.0.as_secs_f64() * 1000.0,
                    runtime.start.1 as f64 / 1e6,
                    before.elapsed().as_secs_f64() * 1000.0,
                    runtime.cpu()? as f64 / 1e6,
                ]);
            }
        }
        let mut table = format!(
            "| start of workerd, median of {STARTS} | Worker | bare Worker | difference |\n|---|--:|--:|--:|\n"
        );
        let names = [
            "until it listens: script and module read, compiled, evaluated; ms",
            "the same, processor ms",
            "its first answer: the WebAssembly instance made, the path refused; ms",
            "start and first answer, processor ms",
        ];
        for (at, name) in names.iter().enumerate() {
            let median = |times: &[[f64; 4]]| {
                let mut column: Vec<f64> = times.iter().filter_map(|row| row.get(at).copied()).collect();
                column.sort_by(f64::total_cmp);
                column.get(column.len() / 2).copied().unwrap_or_default()
            };
            let (ours, bare) = (median(&edge), median(&floor));
            _ = writeln!(table, "| {name} | {ours:.1} | {bare:.1} | {:.1} |", ours - bare);
        }
        Ok(table)
    }
}

fn cost_table(samples: &[Sample], calls: usize) -> String {
    let mut table = "| request | CPU ÷ floor | throughput ÷ floor | CPU µs | requests/s | p50 ms | p99 ms |\n|---|--:|--:|--:|--:|--:|--:|\n".to_owned();
    let names = [
        format!(
            "**create and verify** ({calls} requests to the provider, 1 KV write, 2 ledger transactions)"
        ),
        "floor: the same in bare JavaScript, without the ledger".to_owned(),
        "floor with two transactions of a bare Durable Object".to_owned(),
        "**open a credential** (1 audited ledger transaction, 1 KV read)".to_owned(),
        "floor: KV read and opening in bare JavaScript".to_owned(),
        "floor with one transaction of a bare Durable Object".to_owned(),
        "**read one account** (1 ledger transaction)".to_owned(),
        "**list 50 accounts** (1 ledger transaction)".to_owned(),
        "an answer of bare JavaScript".to_owned(),
    ];
    // Which rows each row is set against.
    let floors: [&[usize]; 9] = [&[1, 2], &[], &[], &[4, 5], &[], &[], &[], &[], &[]];
    for ((name, sample), floors) in names.iter().zip(samples).zip(floors) {
        let ratios = |ratio: &dyn Fn(&Sample) -> f64| {
            let texts =
                floors.iter().filter_map(|at| samples.get(*at)).map(|floor| format!("{:.2}", ratio(floor)));
            texts.collect::<Vec<_>>().join(", ")
        };
        _ = writeln!(
            table,
            "| {name} | {} | {} | {:.0} | {:.0} | {:.2} | {:.2} |",
            ratios(&|floor| sample.cpu_each() / floor.cpu_each()),
            ratios(&|floor| sample.rate() / floor.rate()),
            sample.cpu_each(),
            sample.rate(),
            sample.percentile(50),
            sample.percentile(99)
        );
    }
    table
}

/// The paths in the stages in which the edge asks: one without the key, one with it, and the others together.
fn stages(asked: Vec<String>) -> Result<(Value, usize)> {
    let calls = asked.len();
    let mut paths = asked.into_iter();
    let (Some(first), Some(second)) = (paths.next(), paths.next()) else {
        bail!("the edge did not ask the provider");
    };
    Ok((json!([first, second, paths.collect::<Vec<_>>()]), calls))
}

/// An organisation whose every token is a super administrator's.
fn okta(path: &str) -> Value {
    match path.split('?').next().unwrap_or_default() {
        "/.well-known/okta-organization" => {
            json!({ "id": "00oabc", "pipeline": "idx", "_links": { "organization": { "href": HOST } } })
        }
        "/api/v1/users/me" => json!({ "id": "00uada", "status": "ACTIVE",
            "profile": { "login": "ada@example.com", "firstName": "Ada", "lastName": "Lovelace" } }),
        "/api/v1/users/00uada/roles" => {
            json!([{ "id": "ra1", "type": "SUPER_ADMIN", "label": "Super Administrator", "status": "ACTIVE" }])
        }
        "/api/v1/org" => json!({ "id": "00oabc", "companyName": "Acme", "status": "ACTIVE" }),
        path if path.starts_with("/api/v1/") => json!([]),
        _ => Value::Null,
    }
}

/// A backend's request for an account, by number.
fn account(number: u64) -> String {
    let token = format!("00{number:0>40}");
    let credentials = json!({ "instanceUrl": HOST, "apiToken": token });
    json!({ "name": format!("made-{number}"), "method": "api-token", "credentials": credentials }).to_string()
}

fn project(port: u16) -> Result<Project> {
    let made = send(port, "POST", "/api/v1/projects", ADMIN_TOKEN, r#"{"name":"Bench"}"#)?;
    expect(&made, 201)?;
    let made = body(&made)?;
    Ok(Project { id: text(&made["project"]["id"])?, key: text(&made["apiKeys"]["live"])? })
}

/// The page in the middle of a project, walked to.
fn middle(port: u16, project: &Project, size: u32) -> Result<Value> {
    let mut page = json!({});
    for _ in 0..(size / 200).max(1) {
        let after = page["nextCursor"].as_str().map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let path = format!("/api/v1/app-connections?limit={}{after}", 100.min(size / 2));
        page = body(&send(port, "GET", &path, &project.key, "")?)?;
    }
    Ok(page)
}

fn send(port: u16, method: &'static str, path: &str, key: &str, body: &str) -> Result<Message> {
    Client::connect(port)?.ask(&Request { method, path, key, body })
}

fn body(answer: &http::Message) -> Result<Value> {
    serde_json::from_slice(&answer.body)
        .with_context(|| format!("{}: {}", answer.first, String::from_utf8_lossy(&answer.body)))
}

fn text(value: &Value) -> Result<String> {
    value.as_str().map(str::to_owned).with_context(|| format!("a text was expected, not {value}"))
}

fn grouped(number: u32) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", number / 1000, number % 1000) }
}
