//! The build, begun beside what comes before it: its long parts keep one core busy each, so that two cores finish all of it
//! sooner than one after the other.
//!
//! It owns another process of this tool, and what that prints, which is kept until it is asked for. It refuses to decide when.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::workspace::Workspace;

/// A build that is under way.
pub(crate) struct Prefetch {
    process: Child,
    printed: PathBuf,
}

impl Prefetch {
    /// Begins to build.
    pub(crate) fn start(workspace: &Workspace) -> Result<Self> {
        fs::create_dir_all(workspace.build()).context("cannot make the build's folder")?;
        let printed = workspace.build().join("build.log");
        let output = File::create(&printed).with_context(|| format!("cannot write {}", printed.display()))?;
        let errors = output.try_clone().context("cannot share the build's log")?;
        let own = std::env::current_exe().context("this tool does not know where it is")?;
        let mut command = Command::new(own);
        command.arg("build").stdin(Stdio::null()).stdout(output).stderr(errors);
        let process = command.spawn().context("cannot start the build")?;
        Ok(Self { process, printed })
    }

    /// Waits for its end, and shows what it printed.
    pub(crate) fn finish(mut self) -> Result<()> {
        let status = self.process.wait().context("cannot wait for the build")?;
        print!("{}", fs::read_to_string(&self.printed).context("cannot read the build's log")?);
        if !status.success() {
            bail!("the build failed ({status}); its output is above");
        }
        Ok(())
    }
}
