//! Tools that the build and the tests need: the wasm target, Node and its packages, Python packages, and browsers.
//!
//! It installs without asking: a rustup target, the packages of a lockfile, and on Debian as root the browsers and Python's
//! `venv`. It changes the machine in no other way: for everything else its error says what to install.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::command::{capture, run};
use crate::hash::sha256_hex;
use crate::workspace::Workspace;

/// The target of the widget and of the Worker.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

const OLDEST_NODE: u32 = 20;

/// Adds the wasm target to the toolchain in use, when it is missing.
pub(crate) fn wasm_target() -> Result<()> {
    let sysroot = capture(Command::new("rustc").args(["--print", "sysroot"]), "asking rustc for its folder")?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(WASM).join("lib").is_dir() {
        return Ok(());
    }
    run(Command::new("rustup").args(["target", "add", WASM]).stdin(Stdio::null()), "adding the wasm target")
}

/// Checks Node, and installs the locked packages of `tests/` unless the installed ones are in line with the lockfile.
pub(crate) fn node_packages(workspace: &Workspace) -> Result<()> {
    node_packages_of(&workspace.tests())
}

/// The same for any folder with a lockfile.
pub(crate) fn node_packages_of(folder: &Path) -> Result<()> {
    let version = Command::new("node").arg("--version").output();
    let version =
        version.context(format!("Node.js {OLDEST_NODE} or newer is needed, and `node` does not start"))?;
    let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < OLDEST_NODE) {
        bail!("Node.js {OLDEST_NODE} or newer is needed; `node --version` says `{version}`");
    }

    let lockfile = folder.join("package-lock.json");
    let lockfile = fs::read(&lockfile).with_context(|| format!("cannot read {}", lockfile.display()))?;
    let stamp = folder.join("node_modules/.latchkey-lock");
    let wanted = sha256_hex(&lockfile);
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    eprintln!("installing the Node packages of {}", folder.join("package-lock.json").display());
    // No package here needs its install script, so none of them gets to run one.
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    // Standard output belongs to the task; npm's report goes to standard error.
    let mut npm = Command::new(npm);
    npm.args(args).current_dir(folder).stdin(Stdio::null()).stdout(std::io::stderr());
    run(&mut npm, "installing the Node packages")?;
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
}

/// A program from Python packages. They are installed into their own folder below `target/`, from a list with the hash of each.
pub(crate) fn python_program(workspace: &Workspace, list: &Path, program: &str) -> Result<PathBuf> {
    Ok(python_packages(workspace, list, program)?.join(program))
}

/// The Python interpreter that has the packages of a list, in the folder with this name below `target/`.
pub(crate) fn python_with(workspace: &Workspace, list: &Path, name: &str) -> Result<PathBuf> {
    let python = Path::new("python").with_extension(std::env::consts::EXE_EXTENSION);
    Ok(python_packages(workspace, list, name)?.join(python))
}

/// Installs Python packages into the folder with this name below `target/`, and returns the folder of its programs.
fn python_packages(workspace: &Workspace, list: &Path, name: &str) -> Result<PathBuf> {
    let folder = workspace.root().join("target").join(name);
    let programs = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let wanted = fs::read(list).with_context(|| format!("cannot read {}", list.display()))?;
    let wanted = sha256_hex(&wanted);
    let stamp = folder.join(".latchkey-lock");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(programs);
    }
    eprintln!("installing the Python packages of {}", list.display());
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    let make = || {
        let mut python = Command::new("python3");
        python.args(["-m", "venv"]).arg(&folder).stdin(Stdio::null()).stdout(std::io::stderr());
        python.status().is_ok_and(|status| status.success())
    };
    if !make() {
        if !is_debian_as_root() {
            bail!("{name} needs Python 3.11 or newer with its module `venv`");
        }
        apt_get(&["update"])?;
        apt_get(&["install", "--yes", "--no-install-recommends", "python3-venv"])?;
        if !make() {
            bail!("python3 cannot make a virtual environment in {}", folder.display());
        }
    }
    let mut pip = Command::new(programs.join("python"));
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--only-binary=:all:",
    ]);
    pip.args(["--require-hashes", "--requirement"]).arg(list).stdin(Stdio::null()).stdout(std::io::stderr());
    run(&mut pip, &format!("installing {name}"))?;
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(programs)
}

fn is_debian_as_root() -> bool {
    let root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout.trim_ascii() == b"0");
    root && Path::new("/etc/debian_version").exists()
}

/// Finds a Chromium for the browser tests, or installs Debian's when this is Debian and we are root.
pub(crate) fn chromium() -> Result<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let missing = "the browser tests need Chromium: install it, or set CHROMIUM to the path of a Chromium or Chrome program";
    installed("CHROMIUM", &names, "chromium", missing)
}

/// Finds Chromium's headless shell, or installs Debian's likewise. Returns none if there is none, or if `CHROMIUM` names a browser.
pub(crate) fn headless_shell() -> Result<Option<PathBuf>> {
    const NAMES: [&str; 2] = ["chromium-headless-shell", "chrome-headless-shell"];
    let named = |variable| env::var_os(variable).is_some_and(|path| !path.is_empty());
    if named("CHROMIUM") && !named("CHROMIUM_SHELL") {
        return Ok(None);
    }
    let found = find_program("CHROMIUM_SHELL", &NAMES);
    if found.is_some() || !is_debian_as_root() {
        return Ok(found);
    }
    installed("CHROMIUM_SHELL", &NAMES, "chromium-headless-shell", "Debian has no headless shell").map(Some)
}

/// Finds Firefox for the tests of other engines, or installs Debian's likewise.
pub(crate) fn firefox() -> Result<PathBuf> {
    let missing =
        "the tests of other engines need Firefox: install it, or set FIREFOX to the path of its program";
    installed("FIREFOX", &["firefox-esr", "firefox"], "firefox-esr", missing)
}

/// Finds the driver of WebKitGTK's own browser, or installs Debian's likewise.
pub(crate) fn webkit_driver() -> Result<PathBuf> {
    let missing = "the tests of other engines need WebKitGTK's driver: install webkit2gtk-driver, or set WEBKIT_DRIVER to \
                   the path of WebKitWebDriver";
    installed("WEBKIT_DRIVER", &["WebKitWebDriver"], "webkit2gtk-driver", missing)
}

/// Finds the virtual screen for WebKitGTK's browser, or installs Debian's likewise.
pub(crate) fn xvfb() -> Result<PathBuf> {
    let missing = "the tests of other engines need Xvfb: install it, or set XVFB to the path of its program";
    installed("XVFB", &["Xvfb"], "xvfb", missing)
}

/// Finds the program that a variable names, or else the first of these names; if there is none, installs Debian's package first.
fn installed(variable: &str, names: &[&str], package: &str, missing: &'static str) -> Result<PathBuf> {
    if let Some(found) = find_program(variable, names) {
        return Ok(found);
    }
    if is_debian_as_root() {
        eprintln!("installing Debian's {package}");
        apt_get(&["update"])?;
        // A bare machine has no fonts, and text without any has no size.
        apt_get(&["install", "--yes", "--no-install-recommends", package, "fonts-dejavu-core"])?;
    }
    find_program(variable, names).context(missing)
}

fn find_program(variable: &str, names: &[&str]) -> Option<PathBuf> {
    if let Some(named) = env::var_os(variable).filter(|named| !named.is_empty()) {
        return Some(named.into());
    }
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain([PathBuf::from("/usr/bin")])
        .flat_map(|dir| names.iter().map(move |name| dir.join(name)))
        .find(|program| program.is_file())
}

fn apt_get(args: &[&str]) -> Result<()> {
    let mut command = Command::new("apt-get");
    command
        .args(args)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .stdout(std::io::stderr());
    run(&mut command, "apt-get")
}
