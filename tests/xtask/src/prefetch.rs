//! An early start of the build, beside the steps before it. The build's long parts use one core each, so on two cores both
//! finish sooner than one after the other.
//!
//! It owns another process of this tool, and keeps its output until the build's turn. `test.rs` decides when it starts.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::workspace::Workspace;

/// A running build.
pub(crate) struct Prefetch {
    process: Child,
    printed: PathBuf,
}

impl Prefetch {
    /// Starts the build.
    pub(crate) fn start(workspace: &Workspace) -> Result<Self> {
        fs::create_dir_all(workspace.build()).context("cannot make the build's folder")?;
        let printed = workspace.build().join("build.log");
        let output = File::create(&printed).with_context(|| format!("cannot write {}", printed.display()))?;
        let errors = output.try_clone().context("cannot share the build's log")?;
        let own = std::env::current_exe().context("cannot find the path of this tool")?;
        let mut command = Command::new(own);
        command.arg("build").stdin(Stdio::null()).stdout(output).stderr(errors);
        let process = command.spawn().context("cannot start the build")?;
        Ok(Self { process, printed })
    }

    /// Waits for the end of the build, and prints its output.
    pub(crate) fn finish(mut self) -> Result<()> {
        let status = self.process.wait().context("cannot wait for the build")?;
        print!("{}", fs::read_to_string(&self.printed).context("cannot read the build's log")?);
        if !status.success() {
            bail!("the build failed ({status}); its output is above");
        }
        Ok(())
    }
}
