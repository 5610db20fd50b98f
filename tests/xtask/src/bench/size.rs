//! `cargo xtask bench size`: the sizes of the hosted page and of the Worker. It does not measure: `tests/runtime/size.mjs` requests
//! every file of the page from the built Worker, and prints the table.

use anyhow::Result;

use super::publish;
use crate::bundle;
use crate::command::{capture, node};
use crate::workspace::Workspace;

/// Prints the table of sizes, and with `write` puts it into `tests/bench/README.md`.
pub(crate) fn size(workspace: &Workspace, write: bool) -> Result<()> {
    bundle::build(workspace)?;
    let table = capture(&mut node(workspace, &workspace.runtime("size.mjs")), "measuring the page")?;
    publish(workspace, "bench:size", &table, write)
}
