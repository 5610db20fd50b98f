//! The step `prism` of the matrix: checks every request of a verification against the vendor's own description of its API.
//!
//! It owns the list of providers with a description, and where both sides find their files. It does not judge:
//! `tests/prism/requests.test.mjs` sends the requests to mock servers that do. Without `VENDOR_SPECS` it does nothing.

use std::env;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::command::{capture, cargo};
use crate::results::Results;
use crate::steps::node_tests;
use crate::tools;
use crate::workspace::Workspace;

/// Providers, each with the file in `VENDOR_SPECS`.
const SPECS: [(&str, &str); 3] = [
    ("okta", "okta-subset.openapi.json"),
    ("launchdarkly", "launchdarkly-subset.openapi.json"),
    ("harness", "harness-ng-min.openapi.yaml"),
];

/// Sends every request of those providers to mock servers.
pub(crate) fn check(workspace: &Workspace, filter: Option<&str>) -> Result<Results> {
    let Some(folder) = env::var_os("VENDOR_SPECS").filter(|folder| !folder.is_empty()) else {
        println!("skipped: VENDOR_SPECS names no folder with the vendors' API descriptions");
        return Ok(Results::default());
    };
    let folder = std::path::absolute(Path::new(&folder)).context("cannot use VENDOR_SPECS")?;
    if let Some((_, missing)) = SPECS.iter().find(|(_, file)| !folder.join(file).is_file()) {
        bail!("VENDOR_SPECS has no file {missing}");
    }
    tools::node_packages_of(&workspace.prism())?;
    let mut preview = cargo(workspace);
    preview.args(["run", "--quiet", "--package=latchkey-tests", "--bin=preview", "--", "--json"]);
    preview.args(SPECS.map(|(provider, _)| provider));
    let requests = capture(&mut preview, "building the requests")?;
    fs::create_dir_all(workspace.build()).context("cannot make edge/build")?;
    let file = workspace.build().join("requests.json");
    fs::write(&file, requests).with_context(|| format!("cannot write {}", file.display()))?;
    let specs = serde_json::to_string(&SPECS.map(|(provider, file)| (provider, folder.join(file))))?;
    let environment = [("REQUESTS", file.into_os_string()), ("SPECS", specs.into())];
    node_tests(workspace, "prism", filter, &environment)
}
