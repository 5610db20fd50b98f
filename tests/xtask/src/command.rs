//! Starting other programs. It owns the report of a failure: the program's own output first, then one sentence.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::workspace::Workspace;

/// The cargo that started this tool.
pub(crate) fn cargo(workspace: &Workspace) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(workspace.root()).stdin(Stdio::null());
    command
}

/// A script on Node, without Wrangler's telemetry.
pub(crate) fn node(workspace: &Workspace, script: &Path) -> Command {
    let mut command = Command::new("node");
    command
        .arg(script)
        .current_dir(workspace.tests())
        .stdin(Stdio::null())
        .env("WRANGLER_SEND_METRICS", "false");
    command
}

/// Runs a command that shares our output; `what` names it in the sentence about a failure.
pub(crate) fn run(command: &mut Command, what: &str) -> Result<()> {
    let status = command.status().with_context(|| start_failure(command.get_program()))?;
    if !status.success() {
        bail!("{what} failed ({status}); its output is above");
    }
    Ok(())
}

/// Runs a command and returns its standard output; its standard error goes to ours.
pub(crate) fn capture(command: &mut Command, what: &str) -> Result<String> {
    let output =
        command.stderr(Stdio::inherit()).output().with_context(|| start_failure(command.get_program()))?;
    if !output.status.success() {
        bail!("{what} failed ({}); its output is above", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("{what} printed something that is not text"))
}

fn start_failure(program: &OsStr) -> String {
    format!("cannot start `{}`", program.to_string_lossy())
}
