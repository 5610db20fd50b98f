//! Tries a provider from its folder, as it is on the disk now: its faults, or how each of its test values ends.
//!
//! `try FOLDER` tries one, and `try --all FOLDER` every folder in it. It owns the words and the comparison with `test_mode.toml`. The
//! verification is that of the edge, against the provider's own simulation; nothing of the provider has to be in the catalogue.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a command line tool"
)]

use latchkey_edge::credential::Credential;
use latchkey_edge::ports::Clock;
use latchkey_edge::verify::simulator::{KeyMemory, Simulator};
use latchkey_edge::verify::{Verification, VerificationRequest, verify};
use latchkey_provider_file::{Files, Part};
use latchkey_shared::project_provider::{HostOptIns, ProjectProvider};
use latchkey_shared::provider::{Provider, Values};
use latchkey_shared::report::{Ending, Report};
use latchkey_shared::simulation::{Past, TestValue};
use latchkey_shared::{FieldError, Mode, Secret};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

/// A day in milliseconds.
const DAY_MS: i64 = 24 * 3600 * 1000;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let folders = match words.as_slice() {
        ["--all", folder] => folders_in(Path::new(folder)),
        [folder] if !folder.starts_with('-') => Ok(vec![PathBuf::from(folder)]),
        _ => Err("usage: try FOLDER | try --all FOLDER".to_owned()),
    };
    let folders = match folders {
        Ok(folders) => folders,
        Err(sentence) => {
            eprintln!("{sentence}");
            return ExitCode::FAILURE;
        }
    };
    let mut right = true;
    for folder in folders {
        match tried(&folder) {
            Ok(text) => show(&text),
            Err(text) => {
                right = false;
                show(&text);
            }
        }
    }
    if right { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Writes a text to the standard output. Somebody who reads only the beginning of it (`| head`) does no harm.
fn show(text: &str) {
    _ = writeln!(std::io::stdout(), "{text}");
}

/// Every folder in a folder, sorted.
fn folders_in(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |error: std::io::Error| format!("cannot read {}: {error}", folder.display());
    let entries = std::fs::read_dir(folder).map_err(failed)?;
    let mut folders: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    Ok(folders)
}

/// The text about one provider; an error if it has a fault, or if a value ends otherwise than its file says.
fn tried(folder: &Path) -> Result<String, String> {
    let files = Files::of(folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    let path = folder.canonicalize().map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let provider = latchkey_provider_file::read(&name, &files).map_err(|faults| {
        let lines = faults.iter().map(|fault| format!("{}/{fault}", folder.display()));
        lines.collect::<Vec<_>>().join("\n")
    })?;
    // It lives as long as the process.
    let provider: &'static Provider = Box::leak(Box::new(provider));
    let mut text = format!("{}: no faults", provider.id);
    let (mut right, mut some_named) = (true, false);
    for test in provider.listed_test_values(Mode::Test) {
        let line = line_of(files.text(Part::TestMode).unwrap_or_default(), &test.name);
        let Tried { lines, as_said, named } =
            value(provider, &test, &format!("{}/test_mode.toml:{line}", folder.display()));
        text.push_str(&lines);
        right &= as_said;
        some_named |= named;
    }
    if !right {
        text.push_str("\n  Not every value ends as test_mode.toml says.");
    }
    if !some_named && !provider.anonymous {
        right = false;
        text.push_str(
            "\n  No value leads to identity.id, organization.id or key.id: compare the paths of `extract` with the simulated \
             bodies. A text that has a part of the secret, such as its many zeros, is left out.",
        );
    }
    if right { Ok(text) } else { Err(text) }
}

/// The line of a test value in its file, by its name, counted from one.
fn line_of(text: &str, name: &str) -> usize {
    let quoted = format!("\"{name}\"");
    text.lines().position(|line| line.contains(&quoted)).map_or(1, |at| at + 1)
}

/// What is shown of one test value.
struct Tried {
    lines: String,
    /// Whether it ends as its file says.
    as_said: bool,
    /// Whether a response says whose key it is.
    named: bool,
}

/// Tries one test value, which its file has at `place`.
fn value(provider: &'static Provider, test: &TestValue, place: &str) -> Tried {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64);
    let first = KeyMemory::new(now);
    let used = KeyMemory { past: vec![Past::Used], ..KeyMemory::new(now) };
    let after_a_week = KeyMemory {
        now: now + 8 * DAY_MS,
        past: vec![Past::Used],
        last: now + 7 * DAY_MS,
        ..KeyMemory::new(now)
    };
    let Ended { said: found, log, whose } = ended(provider, test, first);
    let said = shown(test.ending, test.code.map(|code| code.as_str()), test.field.as_deref());
    let as_said = found == said;
    let mut lines = format!("\n  {} {}: {found}", if as_said { "ok   " } else { "WRONG" }, test.name);
    if !as_said {
        _ = write!(lines, "\n        {place} says: {said}{log}");
    }
    if let Some(whose) = &whose {
        _ = write!(lines, "\n        of {whose}");
    }
    for (when, memory) in [("at its second use", used), ("after eight days", after_a_week)] {
        let Ended { said: later, log, .. } = ended(provider, test, memory);
        if later != found {
            _ = write!(lines, "\n        {when}: {later}{log}");
        }
    }
    Tried { lines, as_said, named: whose.is_some() }
}

/// How a verification ends, with the code and field of its error or of its first warning.
fn shown(ending: Ending, code: Option<&str>, field: Option<&str>) -> String {
    let code = code.map(|code| format!(", {code}")).unwrap_or_default();
    let field = field.map(|field| format!(" on {field}")).unwrap_or_default();
    format!("{}{code}{field}", ending.as_str())
}

/// How a verification ended.
struct Ended {
    /// The ending, with the code and field.
    said: String,
    /// What the log says of it, as a line of its own, or nothing.
    log: String,
    /// Whose key it is, as the responses say it.
    whose: Option<String>,
}

impl Ended {
    fn new(said: String, log: String) -> Self {
        Self { said, log, whose: None }
    }
}

/// Whose key it is: what an account is known again by.
fn whose(report: &Report) -> Option<String> {
    let identity = report.identity.as_ref().map(|identity| ("identity", identity.id.as_str()));
    let organization = report.organization.as_ref().map(|found| ("organization", found.id.as_str()));
    let key = report.key.as_ref().and_then(|key| Some(("key", key.id.as_deref()?)));
    let found: Vec<_> = [identity, organization, key].into_iter().flatten().collect();
    let words = found.iter().map(|(what, id)| format!("{what} `{id}`"));
    (!found.is_empty()).then(|| words.collect::<Vec<_>>().join(", "))
}

/// How a verification of a test value ends, if the simulated provider remembers this of the key; and what the log says of it.
fn ended(provider: &'static Provider, test: &TestValue, memory: KeyMemory) -> Ended {
    let offered = ProjectProvider::new(provider, &HostOptIns::new());
    let refused = |errors: &[FieldError]| {
        let lines = errors.iter().map(|error| {
            let field = error.field.as_deref().unwrap_or_default();
            format!("\n        {field}: {} ({}) {}", error.message, error.code, error.fix)
        });
        Ended::new("refused by the parser".to_owned(), lines.collect::<String>())
    };
    let typed = test.fields.iter().map(|(id, value)| (id.clone(), Secret::new(value.clone())));
    let credential = match Credential::read(&offered, typed.collect()) {
        Ok(credential) => credential,
        Err(errors) => return refused(&errors),
    };
    let values: Values =
        credential.values().map(|(id, value)| (id.to_owned(), value.expose().to_owned())).collect();
    let untestable = provider.untestable(&values);
    if !untestable.is_empty() {
        return refused(&untestable);
    }
    let clock = At(memory.now);
    let simulator = Simulator::new(provider, &credential, memory);
    let request = VerificationRequest {
        offered: &offered,
        credential,
        scopes: &[],
        known_organization: None,
        stored: false,
        on_step: &|_| (),
    };
    let of = |ending, error: Option<&FieldError>| {
        shown(ending, error.map(|error| error.code.as_str()), error.and_then(|error| error.field.as_deref()))
    };
    match pollster::block_on(verify(&simulator, &clock, request)) {
        Verification::Accepted(verified) => {
            let report = verified.report();
            let ending = of(Ending::Accepted, report.warnings.first());
            Ended { said: ending, log: String::new(), whose: whose(report) }
        }
        Verification::Rejected(error) => Ended::new(of(Ending::Rejected, Some(&error)), String::new()),
        Verification::Unavailable(error, _) => {
            Ended::new(of(Ending::Unavailable, Some(&error)), String::new())
        }
        Verification::Unexpected(error, log) => {
            Ended::new(of(Ending::Unexpected, Some(&error)), format!("\n        log: {log}"))
        }
    }
}

/// A clock that stands.
struct At(i64);

impl Clock for At {
    fn now_ms(&self) -> i64 {
        self.0
    }
}
