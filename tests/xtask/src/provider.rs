//! `cargo xtask provider new | check`: for the person who writes a provider file.
//!
//! It owns the order: the faults first, by a tool that builds whatever the files say, and only then the requests, by one
//! that links the edge and with it all provider files. It refuses to link either, so that it builds while a file is wrong.

use anyhow::Result;

use crate::command::{cargo, run};
use crate::workspace::Workspace;

/// Where the files are, from the top of the checkout, where cargo is started: faults are told with it.
const PROVIDERS: &str = "shared/providers";

/// Writes a file to begin with.
pub(crate) fn new(workspace: &Workspace, id: &str) -> Result<()> {
    let mut cargo = cargo(workspace);
    cargo.args(["run", "--quiet", "--package=latchkey-provider-check", "--", "new"]);
    run(cargo.arg(PROVIDERS).arg(id), "writing the provider file")
}

/// Shows the faults of a file; or the form, the guide and the requests for some `field=value` words.
pub(crate) fn check(workspace: &Workspace, id: &str, values: &[String]) -> Result<()> {
    let mut faults = cargo(workspace);
    faults.args(["run", "--quiet", "--package=latchkey-provider-check", "--", "check"]);
    run(faults.arg(PROVIDERS).arg(id).args(values), "checking the provider file")?;
    println!();
    let mut preview = cargo(workspace);
    preview.args(["run", "--quiet", "--package=latchkey-tests", "--bin=preview", "--", id]).args(values);
    run(&mut preview, "building the requests")
}
