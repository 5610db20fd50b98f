//! `cargo xtask bench webhooks`: how soon a webhook arrives, and what it costs. It does not measure: `tests/bench/webhooks.mjs` makes
//! the changes and receives the webhooks, and prints the table.

use anyhow::Result;

use super::publish;
use crate::bundle;
use crate::command::{capture, node};
use crate::workspace::Workspace;

/// Prints the table, and with `write` puts it into `tests/bench/README.md`.
pub(crate) fn webhooks(workspace: &Workspace, write: bool) -> Result<()> {
    bundle::build(workspace)?;
    let script = workspace.tests().join("bench/webhooks.mjs");
    let table = capture(&mut node(workspace, &script), "timing webhooks")?;
    publish(workspace, "bench:webhooks", &table, write)
}
