//! A cache of build steps: a module that did not change is not optimized, generated and bundled again.
//!
//! It owns the notes in `edge/build/generated/`, which list the files that were made from which inputs, by which build of
//! this tool and with which Node packages. It ignores a note whose files are gone.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::{Context as _, Result};

use crate::hash::sha256_hex;
use crate::workspace::Workspace;

/// The inputs of one part of the build.
pub(crate) struct Cache {
    file: PathBuf,
    key: String,
}

impl Cache {
    /// A note named `part` about a build from `inputs` as they are now.
    pub(crate) fn of(workspace: &Workspace, part: &str, inputs: &[&Path]) -> Result<Self> {
        let tool = std::env::current_exe().and_then(fs::metadata).and_then(|tool| tool.modified());
        let tool = tool.context("cannot find out when this tool was built")?;
        let tool = tool.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let mut key = format!("tool {tool}\n");
        let lockfile = workspace.tests().join("package-lock.json");
        for input in inputs.iter().copied().chain([lockfile.as_path()]) {
            let bytes = fs::read(input).with_context(|| format!("cannot read {}", input.display()))?;
            key.push_str(&sha256_hex(&bytes));
            key.push('\n');
        }
        Ok(Self { file: workspace.generated(part).with_extension("memo"), key: sha256_hex(key.as_bytes()) })
    }

    /// The files that were made from the same inputs, if all of them are still there.
    pub(crate) fn recall(&self) -> Option<Vec<PathBuf>> {
        let note = fs::read_to_string(&self.file).ok()?;
        let (key, files) = note.split_once('\n')?;
        let files: Vec<PathBuf> = files.lines().map(PathBuf::from).collect();
        (key == self.key && files.iter().all(|file| file.is_file())).then_some(files)
    }

    /// Notes that `files` were made.
    pub(crate) fn record(&self, files: &[&Path]) -> Result<()> {
        let mut note = self.key.clone();
        for file in files {
            note.push('\n');
            note.push_str(&file.display().to_string());
        }
        fs::write(&self.file, note).with_context(|| format!("cannot write {}", self.file.display()))
    }
}
