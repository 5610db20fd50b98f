//! `cargo xtask bench audit`: how long it takes to check an export of 100,000 records offline, by the tool and by the example for Node.

use std::fs;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use latchkey_audit_check::{check, sample};

use super::{load_average, publish};
use crate::workspace::Workspace;

const RECORDS: i64 = 100_000;

/// Measures both.
pub(crate) fn audit(workspace: &Workspace, write: bool) -> Result<()> {
    let export = sample(RECORDS, &[7; 32]);
    let began = Instant::now();
    let verdict = check(export.as_bytes(), None, &[])?;
    let tool = began.elapsed();
    ensure!(verdict.faults.is_empty(), "the sample is not honest: {:?}", verdict.faults);
    let file = workspace.generated("bench").join("audit-log.jsonl");
    fs::create_dir_all(workspace.generated("bench"))?;
    fs::write(&file, &export).with_context(|| format!("cannot write {}", file.display()))?;
    let script = workspace.edge().join("docs/examples/check-audit-log.mjs");
    let began = Instant::now();
    let status = Command::new("node").arg(script).arg(&file).status().context("cannot start node")?;
    let example = began.elapsed();
    ensure!(status.success(), "the example refuses the sample");
    let table = format!(
        "| {RECORDS} records, {:.1} MB | seconds |\n|---|---|\n| `cargo xtask audit check` | {:.2} |\n| `edge/docs/examples/check-audit-log.mjs` | {:.2} |\n\nLoad average: {}.\n",
        export.len() as f64 / 1e6,
        tool.as_secs_f64(),
        example.as_secs_f64(),
        load_average(),
    );
    publish(workspace, "audit", &table, write)
}
