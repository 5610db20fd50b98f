//! The steps of `cargo xtask test`. It owns the command line of every check, in an order in which later steps reuse the
//! results of earlier ones. It does not choose the steps that run or judge their outcome; `test.rs` does.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, Result, bail};

use crate::command::{cargo, node, run};
use crate::results::Results;
use crate::tools::WASM;
use crate::workspace::Workspace;
use crate::{bundle, dependencies, fuzz, prism, schemathesis, tools};

/// One step of the test run.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    /// Whether it needs the files of the step `build`.
    pub(crate) needs_build: bool,
    pub(crate) work: Work,
}

impl Step {
    /// Whether the CI set leaves it out.
    pub(crate) fn is_slow(&self) -> bool {
        matches!(
            self.name,
            "browser-long"
                | "clippy-edge"
                | "clippy-tests"
                | "clippy-widget"
                | "doc"
                | "engines"
                | "fuzz"
                | "hosts"
                | "load"
                | "prism"
                | "schemathesis"
                | "schemathesis-long"
        )
    }
}

/// The work of a step.
pub(crate) enum Work {
    /// A check that succeeds or fails as a whole, and counts as one test.
    Check(fn(&Workspace) -> Result<()>),
    /// Named tests: all of them, or those whose name contains the filter.
    Tests(fn(&Workspace, Option<&str>) -> Result<Results>),
}

/// The step that other steps need; if it fails, they fail too.
pub(crate) const BUILD: &str = "build";

/// The short step of the browser tests; `browser-long` repeats and extends it.
pub(crate) const BROWSER: &str = "browser";

/// All steps, in their order. The last ones are slow, and run only by name or with `--matrix`.
pub(crate) const STEPS: [Step; 21] = [
    Step { name: "format", needs_build: false, work: Work::Check(format) },
    Step { name: "clippy-host", needs_build: false, work: Work::Check(clippy_host) },
    Step { name: "dependencies", needs_build: false, work: Work::Check(dependencies::check) },
    Step { name: "types", needs_build: false, work: Work::Check(types) },
    Step { name: "host", needs_build: false, work: Work::Tests(host) },
    Step { name: BUILD, needs_build: false, work: Work::Check(bundle::build) },
    Step { name: "clippy-tests", needs_build: false, work: Work::Check(clippy_tests) },
    Step { name: "clippy-edge", needs_build: false, work: Work::Check(clippy_edge) },
    Step { name: "clippy-widget", needs_build: false, work: Work::Check(clippy_widget) },
    Step { name: "deploy", needs_build: true, work: Work::Check(deploy) },
    Step { name: "edge", needs_build: true, work: Work::Tests(edge) },
    Step { name: "schemathesis", needs_build: true, work: Work::Tests(schemathesis::short) },
    Step { name: BROWSER, needs_build: true, work: Work::Tests(browser) },
    Step { name: "browser-long", needs_build: true, work: Work::Tests(browser_long) },
    Step { name: "doc", needs_build: false, work: Work::Check(doc) },
    Step {
        name: "fuzz",
        needs_build: false,
        work: Work::Check(|workspace| fuzz::all(workspace, fuzz::SECONDS)),
    },
    Step { name: "hosts", needs_build: true, work: Work::Tests(hosts) },
    Step { name: "engines", needs_build: true, work: Work::Tests(engines) },
    Step { name: "load", needs_build: true, work: Work::Tests(load) },
    Step { name: "prism", needs_build: false, work: Work::Tests(prism::check) },
    Step { name: "schemathesis-long", needs_build: true, work: Work::Tests(schemathesis::long) },
];

fn format(workspace: &Workspace) -> Result<()> {
    run(cargo(workspace).args(["fmt", "--all", "--check"]), "cargo fmt")
}

fn clippy_host(workspace: &Workspace) -> Result<()> {
    let mut cargo = cargo(workspace);
    cargo.args(["clippy", "--workspace", "--locked", "--", "--deny=warnings"]);
    run(&mut cargo, "clippy for the host")
}

/// The host's run leaves out the tests, which are most of its time.
fn clippy_tests(workspace: &Workspace) -> Result<()> {
    let mut cargo = cargo(workspace);
    cargo.args(["clippy", "--workspace", "--all-targets", "--locked", "--", "--deny=warnings"]);
    run(&mut cargo, "clippy for the tests")
}

fn clippy_edge(workspace: &Workspace) -> Result<()> {
    clippy_wasm(workspace, &["--package=latchkey-edge"])
}

fn clippy_widget(workspace: &Workspace) -> Result<()> {
    clippy_wasm(workspace, &["--package=latchkey-widget", "--features=hydrate"])?;
    clippy_wasm(workspace, &["--package=latchkey-parser"])?;
    clippy_wasm(workspace, &["--package=latchkey-seal"])?;
    clippy_wasm(workspace, &["--package=latchkey-console", "--features=hydrate"])
}

/// The host's run does not compile the code that only the browser or the Worker has. The profile is that of the build, so
/// that its macros and build scripts are not compiled again.
fn clippy_wasm(workspace: &Workspace, package: &[&str]) -> Result<()> {
    tools::wasm_target()?;
    let mut cargo = cargo(workspace);
    cargo
        .args(["clippy", "--locked", "--release", "--target", WASM])
        .args(package)
        .args(["--", "--deny=warnings"]);
    run(&mut cargo, &format!("clippy for {WASM}"))
}

fn doc(workspace: &Workspace) -> Result<()> {
    let mut cargo = cargo(workspace);
    cargo.args(["doc", "--workspace", "--no-deps", "--locked"]).env("RUSTDOCFLAGS", "--deny=warnings");
    run(&mut cargo, "cargo doc")
}

/// Two projects: TypeScript of host pages that the types must accept or refuse, and the widget's own JavaScript.
fn types(workspace: &Workspace) -> Result<()> {
    tools::node_packages(workspace)?;
    for (project, checked) in [("tsconfig.json", "connect.d.ts"), ("scripts.json", "the widget's scripts")] {
        let mut compiler = node(workspace, &workspace.package_file("typescript/bin/tsc"));
        let project = workspace.tests().join("types").join(project);
        run(compiler.arg("-p").arg(project), &format!("checking the types of {checked}"))?;
    }
    Ok(())
}

/// Runs `cargo test`, prints its output line by line, and counts the tests.
fn host(workspace: &Workspace, filter: Option<&str>) -> Result<Results> {
    let mut cargo = cargo(workspace);
    cargo.args(["test", "--workspace", "--locked", "--no-fail-fast"]).args(filter).stdout(Stdio::piped());
    if MATRIX.load(Ordering::Relaxed) {
        cargo.env("LATCHKEY_MATRIX", "1");
    }
    let mut child = cargo.spawn().context("cannot start cargo test")?;
    let output = child.stdout.take().context("cargo test has no output")?;
    let mut results = Results::default();
    for line in BufReader::new(output).lines() {
        let line = line.context("cannot read the output of cargo test")?;
        println!("{line}");
        results.add_cargo_line(&line);
    }
    let status = child.wait().context("cannot wait for cargo test")?;
    if !status.success() && results.failed == 0 {
        bail!("cargo test did not finish; its output is above");
    }
    Ok(results)
}

/// Checks the files of both Workers with the tool that deploys, without an account and without a network.
fn deploy(workspace: &Workspace) -> Result<()> {
    tools::node_packages(workspace)?;
    for folder in [workspace.console(), workspace.edge()] {
        let scratch = workspace.build().join("dry-run");
        let mut wrangler = node(workspace, &workspace.package_file("wrangler/bin/wrangler.js"));
        wrangler.args(["deploy", "--dry-run", "--config"]).arg(folder.join("wrangler.toml"));
        wrangler.arg("--outdir").arg(&scratch);
        wrangler
            .env("CI", "1")
            .env("WRANGLER_HIDE_BANNER", "true")
            .env("WRANGLER_LOG_PATH", scratch.join("log"));
        run(&mut wrangler, "wrangler deploy --dry-run")?;
    }
    Ok(())
}

/// Whether the run is that of `--matrix`, in which tables of cases are whole.
pub(crate) static MATRIX: AtomicBool = AtomicBool::new(false);

fn edge(workspace: &Workspace, filter: Option<&str>) -> Result<Results> {
    let list = workspace.tests().join("edge/requirements.txt");
    let python = tools::python_with(workspace, &list, "webhook-receivers")?;
    let mut environment = vec![("LATCHKEY_PYTHON", python.into())];
    environment.extend(MATRIX.load(Ordering::Relaxed).then(|| ("LATCHKEY_MATRIX", "1".into())));
    node_tests(workspace, "edge", filter, &environment)
}

fn browser(workspace: &Workspace, filter: Option<&str>) -> Result<Results> {
    let mut environment = vec![("CHROMIUM", tools::chromium()?.into())];
    environment.extend(tools::headless_shell()?.map(|shell| ("CHROMIUM_SHELL", shell.into())));
    node_tests(workspace, "browser", filter, &environment)
}

/// The browser tests in every language, state, look and ending, in the whole browser.
fn browser_long(workspace: &Workspace, filter: Option<&str>) -> Result<Results> {
    let environment = [
        ("CHROMIUM", tools::chromium()?.into()),
        ("CHROMIUM_SHELL", "".into()),
        ("LATCHKEY_MATRIX", "1".into()),
    ];
    node_tests(workspace, "browser", filter, &environment)
}

/// Host pages in real frameworks, which have their own lockfile.
fn hosts(workspace: &Workspace, filter: Option<&str>) -> Result<Results> {
    tools::node_packages_of(&workspace.tests().join("hosts"))?;
    node_tests(workspace, "hosts", filter, &[("CHROMIUM", tools::chromium()?.into())])
}

/// Many accounts in many projects, with a real queue, alarms and timer.
fn load(workspace: &Workspace, filter: Option<&str>) -> Result<Results> {
    node_tests(workspace, "load", filter, &[])
}

/// The core of the form in the other two engines: Gecko and WebKit.
fn engines(workspace: &Workspace, filter: Option<&str>) -> Result<Results> {
    let environment = [
        ("FIREFOX", tools::firefox()?.into()),
        ("WEBKIT_DRIVER", tools::webkit_driver()?.into()),
        ("XVFB", tools::xvfb()?.into()),
    ];
    node_tests(workspace, "engines", filter, &environment)
}

/// Runs `node --test` over `tests/<folder>/*.test.mjs`, three files at a time.
pub(crate) fn node_tests(
    workspace: &Workspace,
    folder: &str,
    filter: Option<&str>,
    environment: &[(&str, OsString)],
) -> Result<Results> {
    let files = test_files(&workspace.tests().join(folder))?;
    if files.is_empty() {
        println!("tests/{folder} holds no tests yet");
        return Ok(Results::default());
    }
    let report = workspace.build().join(format!("{folder}.tap"));
    _ = fs::remove_file(&report);
    // A test that hangs fails by its name, instead of blocking the whole run.
    let mut node = node(workspace, "--test".as_ref());
    node.arg("--test-timeout=600000");
    node.args(["--test-reporter=spec", "--test-reporter-destination=stdout", "--test-reporter=tap"]);
    node.arg(format!("--test-reporter-destination={}", report.display()));
    if let Some(filter) = filter {
        node.arg(format!("--test-name-pattern={}", literal_pattern(filter)));
    }
    node.envs(environment.iter().cloned());
    // Tests mostly wait, so three files at a time keep two cores busy.
    node.arg("--test-concurrency=3");
    let finished = run(node.args(files), &format!("node --test over tests/{folder}"));
    let results = Results::from_tap(&fs::read_to_string(&report).unwrap_or_default());
    if results.failed == 0 {
        finished?;
    }
    Ok(results)
}

fn test_files(folder: &std::path::Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let file = entry.with_context(|| format!("cannot read {}", folder.display()))?.path();
            if file.to_string_lossy().ends_with(".test.mjs") {
                files.push(file);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// `node --test` takes a regular expression where `cargo test` takes a part of the name.
fn literal_pattern(filter: &str) -> String {
    let mut pattern = String::new();
    for letter in filter.chars() {
        if !letter.is_alphanumeric() && !letter.is_whitespace() && letter.is_ascii() && letter != '_' {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::literal_pattern;

    #[test]
    fn node_takes_a_filter_literally() {
        assert_eq!(literal_pattern("POST /connect (twice)"), r"POST \/connect \(twice\)");
        assert_eq!(literal_pattern("session_ok"), "session_ok");
    }
}
