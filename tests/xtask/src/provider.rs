//! `cargo xtask provider new | check | languages`: help for adding a provider.
//!
//! It owns the order. The faults come first, from a tool that builds even while a file is wrong. Then come the requests and the endings
//! of the test values, from tools that link the edge and with it every provider. This file links none of them, so it always builds.

use anyhow::Result;

use crate::command::{cargo, run};
use crate::workspace::Workspace;

/// The folder of the providers, relative to the top of the checkout, where cargo starts. Each fault begins with it.
const PROVIDERS: &str = "shared/providers";

/// Writes the files of a new provider: with every key, or plain ones.
pub(crate) fn new(workspace: &Workspace, id: &str, plain: bool) -> Result<()> {
    let mut cargo = cargo(workspace);
    cargo.args(["run", "--quiet", "--package=latchkey-provider-check", "--", "new"]);
    run(cargo.arg(PROVIDERS).arg(id).args(plain.then_some("--plain")), "writing the provider")
}

/// Shows the faults of a provider; or its form, its guide and its requests for some `field=value` words, and how each test value ends.
pub(crate) fn check(workspace: &Workspace, id: &str, values: &[String]) -> Result<()> {
    let mut faults = cargo(workspace);
    faults.args(["run", "--quiet", "--package=latchkey-provider-check", "--", "check"]);
    run(faults.arg(PROVIDERS).arg(id).args(values), "checking the provider")?;
    println!();
    eprintln!(
        "Building what sends the requests. The first time this takes some minutes, and later some seconds."
    );
    let mut preview = cargo(workspace);
    preview.args(["run", "--quiet", "--package=latchkey-tests", "--bin=preview", "--", id]).args(values);
    run(&mut preview, "building the requests")?;
    println!();
    let mut values = cargo(workspace);
    values.args(["run", "--quiet", "--package=latchkey-tests", "--bin=try-provider", "--"]);
    run(values.arg(format!("{PROVIDERS}/{id}")), "trying the test values")
}

/// Shows how many texts of each provider each language lacks; of one provider, the texts too.
pub(crate) fn languages(workspace: &Workspace, only: Option<&str>) -> Result<()> {
    let mut cargo = cargo(workspace);
    cargo.args(["run", "--quiet", "--package=latchkey-provider-check", "--", "languages"]);
    run(cargo.args([PROVIDERS, "widget/languages"]).args(only), "comparing the translations")
}
