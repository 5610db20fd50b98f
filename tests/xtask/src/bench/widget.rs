//! `cargo xtask bench widget`: how soon the form can be typed into, beside another product's. It does not measure:
//! `tests/bench/widget.mjs` opens both in turns, and prints the table.

use anyhow::Result;

use super::publish;
use crate::command::{capture, node};
use crate::workspace::Workspace;
use crate::{bundle, tools};

/// Prints the table, and with `write` puts it into `tests/bench/README.md`.
pub(crate) fn widget(workspace: &Workspace, write: bool) -> Result<()> {
    bundle::build(workspace)?;
    let chromium = tools::chromium()?;
    tools::node_packages_of(&workspace.tests().join("bench/peer"))?;
    let script = workspace.tests().join("bench/widget.mjs");
    let table = capture(node(workspace, &script).env("CHROMIUM", chromium), "timing the forms")?;
    publish(workspace, "bench:widget", &table, write)
}
