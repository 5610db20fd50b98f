//! `cargo xtask test`: chooses the steps, runs them, and reports the sum of their results.
//!
//! It owns the last line, `N passed, N failed`, and the exit status: a run with a failure, or without any test, is not a
//! success. It does not stop at the first failure, but it skips the steps that need a build that failed.

use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::prefetch::Prefetch;
use crate::results::Results;
use crate::steps::{BROWSER, BUILD, MATRIX, STEPS, Step, Work};
use crate::tools;
use crate::workspace::Workspace;

/// The meaning of the filter on the command line.
#[derive(Clone, Copy)]
enum Choice<'a> {
    CiSet,
    Everything,
    Step(&'a str),
    TestsNamed(&'a str),
}

impl<'a> Choice<'a> {
    fn from_filter(filter: Option<&'a str>, matrix: bool) -> Self {
        match filter {
            None if matrix => Self::Everything,
            None => Self::CiSet,
            Some(name) if STEPS.iter().any(|step| step.name == name) => Self::Step(name),
            Some(part) => Self::TestsNamed(part),
        }
    }

    fn takes(self, step: &Step) -> bool {
        match self {
            // `browser-long` includes all tests of `browser`.
            Self::Everything => step.name != BROWSER,
            Self::CiSet => !step.is_slow(),
            Self::Step(name) => step.name == name,
            Self::TestsNamed(_) => matches!(step.work, Work::Tests(_)) && !step.is_slow(),
        }
    }

    /// Whether a step runs only because another one needs it. Such a step can fail, but does not count as a test.
    fn implies(self, step: &Step) -> bool {
        let needed = STEPS.iter().any(|other| other.needs_build && self.takes(other));
        step.name == BUILD && needed && !self.takes(step)
    }

    fn test_name(self) -> Option<&'a str> {
        match self {
            Self::TestsNamed(part) => Some(part),
            Self::CiSet | Self::Everything | Self::Step(_) => None,
        }
    }
}

/// Runs the chosen steps and prints a report. Fails if a test failed or none ran.
pub(crate) fn run(workspace: &Workspace, filter: Option<&str>, matrix: bool) -> Result<ExitCode> {
    let choice = Choice::from_filter(filter, matrix);
    MATRIX.store(matrix, Ordering::Relaxed);
    let mut total = Results::default();
    let mut durations = Vec::new();
    let mut built = true;
    // A whole run always needs the build, whose long parts use only one core.
    let whole = matches!(choice, Choice::CiSet | Choice::Everything);
    let mut prefetch = None;
    if whole {
        // Installed here, so that two processes do not install them at once.
        tools::node_packages(workspace)?;
        tools::wasm_target()?;
        prefetch = Some(Prefetch::start(workspace)?);
    }
    for step in STEPS.iter().filter(|step| choice.takes(step) || choice.implies(step)) {
        println!("\n== {} ==", step.name);
        let start = Instant::now();
        let begun = if step.name == BUILD { prefetch.take() } else { None };
        let outcome = if let Some(begun) = begun {
            begun.finish().map(|()| Results::passed_check())
        } else if step.needs_build && !built {
            Err(anyhow::anyhow!("not run, because the build failed"))
        } else {
            run_step(workspace, step, choice)
        };
        if step.name == BUILD {
            built = outcome.is_ok();
        }
        durations.push((step.name, start.elapsed()));
        let results = outcome.unwrap_or_else(|err| Results::failure(format!("{err:#}")));
        total.passed += results.passed;
        total.failed += results.failed;
        total.failures.extend(results.failures.iter().map(|failure| format!("{}: {failure}", step.name)));
    }
    Ok(report(&total, &durations))
}

fn run_step(workspace: &Workspace, step: &Step, choice: Choice<'_>) -> Result<Results> {
    match step.work {
        Work::Tests(tests) => tests(workspace, choice.test_name()),
        Work::Check(check) if choice.implies(step) => check(workspace).map(|()| Results::default()),
        Work::Check(check) => check(workspace).map(|()| Results::passed_check()),
    }
}

fn report(total: &Results, durations: &[(&str, Duration)]) -> ExitCode {
    println!();
    for (step, duration) in durations {
        println!("{:>7.1} s  {step}", duration.as_secs_f64());
    }
    println!("{:>7.1} s  in all", durations.iter().map(|(_, duration)| duration.as_secs_f64()).sum::<f64>());
    if !total.failures.is_empty() {
        println!("\nfailed:");
        for failure in &total.failures {
            println!("  {failure}");
        }
    }
    if total.passed + total.failed == 0 {
        println!("\nno test ran");
    }
    println!("\n{} passed, {} failed", total.passed, total.failed);
    if total.failed == 0 && total.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
