//! The developer tool, started as `cargo xtask`.
//!
//! It owns the commands of a contributor: building the widget and the Worker, running them locally, every check, the
//! benches, and help with providers. It holds no product code, and it never shows a backtrace: an error is one sentence.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a command line tool"
)]

mod audit;
mod bench;
mod bundle;
mod cache;
mod command;
mod console;
mod dependencies;
mod dev;
mod fuzz;
mod hash;
mod languages;
mod pinned;
mod prefetch;
mod prism;
mod provider;
mod reference;
mod results;
mod schemathesis;
mod steps;
mod test;
mod tools;
mod wasm;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use lexopt::prelude::*;

use crate::workspace::Workspace;

const HELP: &str = "\
The developer tool of Latchkey. It installs what is missing.

cargo xtask dev [--port 8787] [--state DIR]   the edge on workerd with a demo product, state in .latchkey/
cargo xtask test [FILTER] [--matrix]          every check; FILTER names a step, or a part of a test; --matrix adds the slow ones
cargo xtask provider new ID [--plain]         the files of a new provider, with every key and a comment on each; --plain: for one key and one host
cargo xtask provider check ID [--value FIELD=VALUE]…
                                              its faults; or its form, guide and requests
cargo xtask provider languages [ID]           how many of its texts each language lacks; with an ID, which
cargo xtask audit check FILE [--key PUBLIC_KEY] [--head KEPT_HEAD]…
                                              checks an export of the audit log offline; KEPT_HEAD is a file with a head that was kept
cargo xtask fuzz [--seconds 20]               generated texts for each parser of untrusted text
cargo xtask bench size [--write]              the sizes of the hosted page and the Worker; --write puts the table into tests/bench/README.md
cargo xtask bench edge [--seconds 4] [--beside FOLDER] [--write]
                                              the cost of requests on workerd, beside bare JavaScript, and of growing lists;
                                              FOLDER is another checkout, built, whose Worker takes its turns too
cargo xtask bench checks [--write]            what it costs to check accounts, beside bare JavaScript
cargo xtask bench console [--write]           what pages, searches, filters, orders and counts of accounts cost in large projects
cargo xtask bench audit [--write]             how long it takes to check an export of 100,000 records
cargo xtask bench webhooks [--write]          how soon a webhook arrives beside a dead endpoint, and what it costs
cargo xtask bench widget [--write]            how soon the form can be typed into, beside another product's
cargo xtask bench picker [--write]            what a letter costs in the search of a hundred services
cargo xtask advisories FOLDER                 copies the advisories out of a checkout of RustSec's database
cargo xtask pin                               keeps the current pinned script in widget/pinned/, so that later builds serve it too
cargo xtask build                             the widget and the Worker, into edge/build/";

/// The requested task, with its options.
enum Task {
    Help,
    Build,
    Pin,
    Dev { port: u16, state: Option<PathBuf> },
    Test { filter: Option<String>, matrix: bool },
    BenchSize { write: bool },
    BenchEdge { seconds: u32, beside: Option<PathBuf>, write: bool },
    BenchChecks { write: bool },
    BenchConsole { write: bool },
    BenchWebhooks { write: bool },
    BenchWidget { write: bool },
    BenchPicker { write: bool },
    BenchAudit { write: bool },
    AuditCheck { file: PathBuf, key: Option<String>, heads: Vec<PathBuf> },
    ProviderNew { id: String, plain: bool },
    ProviderCheck { id: String, values: Vec<String> },
    ProviderLanguages { only: Option<String> },
    Fuzz { seconds: u32 },
    Advisories { checkout: PathBuf },
}

fn main() -> ExitCode {
    match parse().and_then(run) {
        Ok(code) => code,
        Err(err) => {
            eprintln!("error: {err:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    match task {
        Task::Help => println!("{HELP}"),
        Task::Build => bundle::build(&workspace)?,
        Task::Pin => {
            bundle::build(&workspace)?;
            println!("{}", pinned::keep(&workspace)?.display());
        }
        Task::Dev { port, state } => return dev::run(&workspace, port, state),
        Task::Test { filter, matrix } => return test::run(&workspace, filter.as_deref(), matrix),
        Task::BenchSize { write } => bench::size(&workspace, write)?,
        Task::BenchEdge { seconds, beside, write } => bench::edge(&workspace, seconds, beside, write)?,
        Task::BenchChecks { write } => bench::checks(&workspace, write)?,
        Task::BenchConsole { write } => bench::console(&workspace, write)?,
        Task::BenchWebhooks { write } => bench::webhooks(&workspace, write)?,
        Task::BenchWidget { write } => bench::widget(&workspace, write)?,
        Task::BenchPicker { write } => bench::picker(&workspace, write)?,
        Task::BenchAudit { write } => bench::audit(&workspace, write)?,
        Task::AuditCheck { file, key, heads } => return audit::check(&file, key.as_deref(), &heads),
        Task::ProviderNew { id, plain } => provider::new(&workspace, &id, plain)?,
        Task::ProviderCheck { id, values } => provider::check(&workspace, &id, &values)?,
        Task::ProviderLanguages { only } => provider::languages(&workspace, only.as_deref())?,
        Task::Fuzz { seconds } => fuzz::all(&workspace, seconds)?,
        Task::Advisories { checkout } => dependencies::copy_advisories(&workspace, &checkout)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn parse() -> Result<Task> {
    let mut args = lexopt::Parser::from_env();
    let mut words: Vec<String> = Vec::new();
    let (mut port, mut state, mut matrix, mut write) = (None, None, false, false);
    let (mut seconds, mut beside, mut values) = (None, None, Vec::new());
    let (mut key, mut heads, mut plain) = (None, Vec::new(), false);
    while let Some(arg) = args.next()? {
        match arg {
            Long("help") | Short('h') => return Ok(Task::Help),
            Long("port") => {
                let number = args.value()?.parse::<u16>().ok();
                port = Some(number.context("--port takes a number between 0 and 65535")?);
            }
            Long("state") => state = Some(PathBuf::from(args.value()?)),
            Long("seconds") => {
                let number = args.value()?.parse::<u32>().ok().filter(|&number| number > 0);
                seconds = Some(number.context("--seconds takes a number")?);
            }
            Long("beside") => beside = Some(PathBuf::from(args.value()?)),
            Long("value") => values.push(args.value()?.string()?),
            Long("key") => key = Some(args.value()?.string()?),
            Long("head") => heads.push(PathBuf::from(args.value()?)),
            Long("matrix") => matrix = true,
            Long("write") => write = true,
            Long("plain") => plain = true,
            // Every build is a release build; the flag is accepted for habit's sake.
            Long("release") => {}
            Value(word) => words.push(word.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let task = match words.as_slice() {
        [] | ["help"] => Task::Help,
        ["build"] => Task::Build,
        ["pin"] => Task::Pin,
        ["dev"] => Task::Dev { port: port.take().unwrap_or(8787), state: state.take() },
        ["test"] => Task::Test { filter: None, matrix: std::mem::take(&mut matrix) },
        ["test", filter] => {
            Task::Test { filter: Some((*filter).to_owned()), matrix: std::mem::take(&mut matrix) }
        }
        ["bench", "console"] => Task::BenchConsole { write: std::mem::take(&mut write) },
        ["bench", "checks"] => Task::BenchChecks { write: std::mem::take(&mut write) },
        ["bench", "size"] => Task::BenchSize { write: std::mem::take(&mut write) },
        ["bench", "edge"] => Task::BenchEdge {
            seconds: seconds.take().unwrap_or(bench::SECONDS),
            beside: beside.take(),
            write: std::mem::take(&mut write),
        },
        ["bench", "webhooks"] => Task::BenchWebhooks { write: std::mem::take(&mut write) },
        ["bench", "widget"] => Task::BenchWidget { write: std::mem::take(&mut write) },
        ["bench", "picker"] => Task::BenchPicker { write: std::mem::take(&mut write) },
        ["bench", "audit"] => Task::BenchAudit { write: std::mem::take(&mut write) },
        ["audit", "check", file] => {
            Task::AuditCheck { file: PathBuf::from(file), key: key.take(), heads: std::mem::take(&mut heads) }
        }
        ["provider", "languages"] => Task::ProviderLanguages { only: None },
        ["provider", "languages", id] => Task::ProviderLanguages { only: Some((*id).to_owned()) },
        ["provider", "new", id] => {
            Task::ProviderNew { id: (*id).to_owned(), plain: std::mem::take(&mut plain) }
        }
        ["provider", "check", id] => {
            Task::ProviderCheck { id: (*id).to_owned(), values: std::mem::take(&mut values) }
        }
        ["fuzz"] => Task::Fuzz { seconds: seconds.take().unwrap_or(fuzz::SECONDS) },
        ["advisories", checkout] => Task::Advisories { checkout: PathBuf::from(checkout) },
        _ => bail!("there is no task `{}`; `cargo xtask --help` lists them", words.join(" ")),
    };
    let left = [
        port.is_some(),
        state.is_some(),
        seconds.is_some(),
        beside.is_some(),
        !values.is_empty(),
        key.is_some(),
        !heads.is_empty(),
    ];
    if left.contains(&true) || matrix || write || plain {
        bail!("`{}` does not take one of these options; `cargo xtask --help` lists them", words.join(" "));
    }
    Ok(task)
}
