//! `cargo xtask fuzz`: generated texts for each parser of untrusted text and for the shape matcher.
//!
//! It owns the flags that let a stable compiler count coverage (libFuzzer brings the rest), the time, and the corpus, which
//! is kept in `target/fuzz/` and grows from run to run. It does not own the rules that must hold; `tests/fuzz` does.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::command::{capture, cargo, run};
use crate::workspace::Workspace;

/// The programs of `tests/fuzz`.
const TARGETS: [&str; 6] = ["host", "key", "id", "text", "shape", "delivery"];

/// The flags that `-Zsanitizer` sets on a nightly compiler, without the sanitizer.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 --cfg fuzzing";

/// How long each target runs by default, in seconds.
pub(crate) const SECONDS: u32 = 20;

/// Runs every target for so many seconds, and stops at the first that fails.
pub(crate) fn all(workspace: &Workspace, seconds: u32) -> Result<()> {
    let target = workspace.root().join("target/fuzz");
    let programs = build(workspace, &target)?;
    for name in TARGETS {
        println!("{name}, for {seconds} s");
        let corpus = target.join("corpus").join(name);
        fs::create_dir_all(&corpus).with_context(|| format!("cannot make {}", corpus.display()))?;
        let mut program = Command::new(programs.join(name));
        program.arg(&corpus).arg(format!("-max_total_time={seconds}"));
        program.arg(format!("-dict={}", workspace.fuzz().join("words.dict").display()));
        program.arg(format!("-artifact_prefix={}/failed-{name}-", target.display()));
        program.args([
            "-max_len=400",
            "-timeout=5",
            "-rss_limit_mb=1024",
            "-verbosity=0",
            "-print_final_stats=1",
        ]);
        let output = program.stdin(Stdio::null()).output().with_context(|| format!("cannot start {name}"))?;
        let report = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            eprintln!("{report}");
            bail!("the fuzz target {name} failed; the input is in {}/failed-{name}-*", target.display());
        }
        let units = report.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
        println!("  {} texts, nothing failed", units.unwrap_or("no").trim());
    }
    Ok(())
}

fn build(workspace: &Workspace, target: &std::path::Path) -> Result<PathBuf> {
    // With an explicit target, cargo does not build build scripts and macros with the flags.
    let version = capture(Command::new("rustc").arg("-vV"), "asking rustc for its host")?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    let mut cargo = cargo(workspace);
    cargo.args(["build", "--release", "--locked", "--target", host, "--target-dir"]).arg(target);
    cargo.current_dir(workspace.fuzz()).env("RUSTFLAGS", COVERAGE).env_remove("CARGO_ENCODED_RUSTFLAGS");
    run(&mut cargo, "building the fuzz targets")?;
    Ok(target.join(host).join("release"))
}
