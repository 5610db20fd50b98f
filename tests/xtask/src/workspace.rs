//! Paths of the checkout. It owns the paths only, and never reads or changes a file.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// The checkout.
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Finds the checkout that this tool was started in, or else the one that it was compiled in.
    pub(crate) fn find() -> Result<Self> {
        let own = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let own = PathBuf::from(own);
        let root = own.ancestors().nth(2).context("the developer tool must be in tests/xtask")?;
        Ok(Self { root: root.to_owned() })
    }

    /// The top of the checkout.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where the Node packages are installed and the JavaScript tests are.
    pub(crate) fn tests(&self) -> PathBuf {
        self.root.join("tests")
    }

    /// A file of an installed Node package, such as `esbuild/bin/esbuild`.
    pub(crate) fn package_file(&self, file: &str) -> PathBuf {
        self.tests().join("node_modules").join(file)
    }

    /// A script of the local runtime.
    pub(crate) fn runtime(&self, script: &str) -> PathBuf {
        self.tests().join("runtime").join(script)
    }

    /// The fuzz targets, a workspace of their own.
    pub(crate) fn fuzz(&self) -> PathBuf {
        self.tests().join("fuzz")
    }

    /// The mock servers' packages and test.
    pub(crate) fn prism(&self) -> PathBuf {
        self.tests().join("prism")
    }

    /// The sources of the widget.
    pub(crate) fn widget(&self) -> PathBuf {
        self.root.join("widget")
    }

    /// The Worker's directory.
    pub(crate) fn edge(&self) -> PathBuf {
        self.root.join("edge")
    }

    /// Everything that is built for the edge; git ignores it.
    pub(crate) fn build(&self) -> PathBuf {
        self.edge().join("build")
    }

    /// The files that a browser may request.
    pub(crate) fn assets(&self) -> PathBuf {
        self.build().join("assets")
    }

    /// The parts that the edge compiles into its page.
    pub(crate) fn page(&self) -> PathBuf {
        self.build().join("page")
    }

    /// The Worker's script and its WebAssembly.
    pub(crate) fn worker(&self) -> PathBuf {
        self.build().join("worker")
    }

    /// The sources of the console.
    pub(crate) fn console(&self) -> PathBuf {
        self.widget().join("console")
    }

    /// The script and the WebAssembly of the Worker that renders the console.
    pub(crate) fn console_worker(&self) -> PathBuf {
        self.build().join("console")
    }

    /// The generator's output, before bundling.
    pub(crate) fn generated(&self, part: &str) -> PathBuf {
        self.build().join("generated").join(part)
    }
}
