//! Counting tests. It owns the reading of the reports of `cargo test` and `node --test`. It does not guess: a test that no
//! report has did not run.

use std::collections::BTreeSet;

/// How many tests passed, and the names of those that did not.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Results {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) failures: BTreeSet<String>,
}

impl Results {
    /// A check that counts as one test and passed.
    pub(crate) fn passed_check() -> Self {
        Self { passed: 1, ..Self::default() }
    }

    /// One failure, with the sentence that describes it.
    pub(crate) fn failure(sentence: String) -> Self {
        Self { passed: 0, failed: 1, failures: BTreeSet::from([sentence]) }
    }

    /// Adds one line of `cargo test`'s standard output.
    pub(crate) fn add_cargo_line(&mut self, line: &str) {
        if let Some(result) = line.strip_prefix("test result: ") {
            self.passed += count_before(result, " passed;");
            self.failed += count_before(result, " failed;");
        } else if let Some(test) = line.strip_prefix("test ")
            && let Some((name, outcome)) = test.rsplit_once(" ... ")
            && outcome.starts_with("FAILED")
        {
            self.failures.insert(name.to_owned());
        }
    }

    /// Reads a TAP report of `node --test`: totals from its last lines, names from the tests that failed themselves.
    pub(crate) fn from_tap(report: &str) -> Self {
        let mut results = Self::default();
        let mut failing: Option<String> = None;
        for line in report.lines() {
            let text = line.trim_start();
            if let Some(test) = text.strip_prefix("not ok ") {
                failing = test.split_once(" - ").map(|(_, name)| name.to_owned());
                // Tests that are marked as to do or skipped do not fail the run.
                failing = failing.filter(|name| !name.contains(" # TODO") && !name.contains(" # SKIP"));
            } else if let Some(kind) = text.strip_prefix("failureType: ") {
                // A suite fails because of its tests, and those are already in the list.
                results.failures.extend(failing.take().filter(|_| kind != "'subtestsFailed'"));
            } else if let Some(count) = line.strip_prefix("# pass ") {
                results.passed += number(count);
            } else if let Some(count) =
                line.strip_prefix("# fail ").or_else(|| line.strip_prefix("# cancelled "))
            {
                results.failed += number(count);
            }
        }
        results
    }
}

fn count_before(text: &str, label: &str) -> usize {
    let before = text.split_once(label).map(|(before, _)| before);
    before.and_then(|before| before.rsplit(' ').next()).map_or(0, number)
}

fn number(text: &str) -> usize {
    text.trim().parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_results_are_added_up_over_binaries() {
        let mut results = Results::default();
        for line in [
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test fields::okta_domain ... ok",
            "test fields::api_token ... FAILED",
            "test src/lib.rs - parse (line 3) ... FAILED",
            "test result: FAILED. 12 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        ] {
            results.add_cargo_line(line);
        }
        let failures = ["fields::api_token", "src/lib.rs - parse (line 3)"].map(str::to_owned);
        assert_eq!(results, Results { passed: 15, failed: 2, failures: failures.into() });
    }

    #[test]
    fn tap_names_failing_tests_but_not_their_suites() {
        let report = "\
TAP version 13
# Subtest: projects
    # Subtest: are created
    ok 1 - are created
    # Subtest: need a token
    not ok 2 - need a token
      ---
      failureType: 'testCodeFailure'
      ...
    1..2
not ok 1 - projects
  ---
  failureType: 'subtestsFailed'
  ...
1..1
# tests 2
# suites 1
# pass 1
# fail 1
# cancelled 0
# skipped 0
# todo 0
";
        let failures = BTreeSet::from(["need a token".to_owned()]);
        assert_eq!(Results::from_tap(report), Results { passed: 1, failed: 1, failures });
    }

    #[test]
    fn an_empty_report_counts_no_tests() {
        assert_eq!(Results::from_tap("TAP version 13\n"), Results::default());
    }
}
