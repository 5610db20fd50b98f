//! `cargo xtask dev`: builds, then runs the edge and its demo until it is stopped.
//!
//! It owns the port check before the long build, and the end of the child process: the child runs as long as its standard
//! input is open, so it stops cleanly when this process is interrupted, terminated or killed. It does not own the work of
//! the child; `tests/runtime/dev.mjs` does.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{ExitCode, Stdio};
use std::sync::Mutex;

use anyhow::{Context as _, Result, bail};

use crate::workspace::Workspace;
use crate::{bundle, command};

/// Runs the edge on `port` with its state in `state`, which is `.latchkey/` in the checkout unless named.
pub(crate) fn run(workspace: &Workspace, port: u16, state: Option<PathBuf>) -> Result<ExitCode> {
    refuse_used_port(port)?;
    let state = state.unwrap_or_else(|| workspace.root().join(".latchkey"));
    let state = std::path::absolute(&state).with_context(|| format!("cannot use {}", state.display()))?;
    bundle::build(workspace)?;

    let mut node = command::node(workspace, &workspace.runtime("dev.mjs"));
    node.args(["--until-input-ends", "--port"]).arg(port.to_string()).arg("--state").arg(&state);
    let mut child = node.stdin(Stdio::piped()).spawn().context("cannot start the local runtime")?;

    let input = Mutex::new(child.stdin.take());
    ctrlc::set_handler(move || {
        // Dropping the only end that can write is the signal to stop.
        if let Ok(mut input) = input.lock() {
            drop(input.take());
        }
    })
    .context("cannot listen for the signals that end this task")?;

    let status = child.wait().context("cannot wait for the local runtime")?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

fn refuse_used_port(port: u16) -> Result<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(err) if err.kind() == ErrorKind::AddrInUse => bail!("port {port} is in use; pass --port N"),
        Err(err) => Err(err).with_context(|| format!("cannot listen on port {port}")),
    }
}
