//! `cargo xtask bench picker`: what a letter costs in the search of a hundred services. It does not measure: `tests/bench/picker.mjs` types,
//! and prints the table.

use anyhow::Result;

use super::publish;
use crate::command::{capture, node};
use crate::workspace::Workspace;
use crate::{bundle, tools};

/// Prints the table, and with `write` puts it into `tests/bench/README.md`.
pub(crate) fn picker(workspace: &Workspace, write: bool) -> Result<()> {
    bundle::build(workspace)?;
    let script = workspace.tests().join("bench/picker.mjs");
    let table = capture(node(workspace, &script).env("CHROMIUM", tools::chromium()?), "timing the search")?;
    publish(workspace, "bench:picker", &table, write)
}
