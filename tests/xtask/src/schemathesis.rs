//! The steps `schemathesis` and `schemathesis-long`: calls that Schemathesis generates from the description of the API, against
//! the built Worker.
//!
//! It owns their length and their tools. It does not judge: `tests/schemathesis/` does.

use std::fs;

use anyhow::{Context as _, Result};

use crate::command::{node, run};
use crate::results::Results;
use crate::tools;
use crate::workspace::Workspace;

/// The run of the CI set: a fixed number of calls of each kind, the same on every run and machine. It takes about a minute.
pub(crate) fn short(workspace: &Workspace, filter: Option<&str>) -> Result<Results> {
    check(workspace, ["--examples", "10"], filter)
}

/// The run of the matrix: ten minutes.
pub(crate) fn long(workspace: &Workspace, filter: Option<&str>) -> Result<Results> {
    check(workspace, ["--seconds", "600"], filter)
}

fn check(workspace: &Workspace, budget: [&str; 2], filter: Option<&str>) -> Result<Results> {
    let folder = workspace.tests().join("schemathesis");
    let program = tools::python_program(workspace, &folder.join("requirements.txt"), "schemathesis")?;
    tools::node_packages(workspace)?;
    let report = workspace.build().join("schemathesis.tap");
    _ = fs::remove_file(&report);
    let mut node = node(workspace, &folder.join("run.mjs"));
    node.arg("--program").arg(program).arg("--report").arg(&report).args(budget);
    if let Some(filter) = filter {
        node.args(["--filter", filter]);
    }
    run(&mut node, "Schemathesis")?;
    Ok(Results::from_tap(&fs::read_to_string(&report).context("Schemathesis left no report")?))
}
