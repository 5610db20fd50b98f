//! Every call to KV and to the store, of every request that writes, goes wrong once or twice: the answer is true, what is listed
//! opens, repeating comes to an end, and the sweep leaves in KV what rows point to. The calls are those of a run without faults.
//! `tests/edge/every_step.test.mjs` does the same on the real runtime, and kills it.

use latchkey_edge::store::sql::Sql;
use latchkey_tests::{Answer, Fault, Scenario};
use serde_json::json;

const OLD: &str = "00oldoldoldoldoldoldoldoldoldoldoldoldold0";
const NEW: &str = "00newnewnewnewnewnewnewnewnewnewnewnewnew0";

/// A request, with what opens before it and after it.
struct Request {
    success: u16,
    before: Option<(&'static str, u64)>,
    after: Option<(&'static str, u64)>,
    act: fn(&Scenario, &str) -> Answer,
}

const CREATE: Request = Request {
    success: 201,
    before: None,
    after: Some((NEW, 1)),
    act: |scenario, _| scenario.create("one", NEW, &[("idempotency-key", "once")]),
};

const CHANGE: Request = Request {
    success: 200,
    before: Some((OLD, 1)),
    after: Some((NEW, 2)),
    act: |scenario, path| {
        let body = json!({ "credentials": { "instanceUrl": "https://acme.okta.com", "apiToken": NEW } });
        scenario.patch(path, &scenario.live_key, &body)
    },
};

const DELETE: Request = Request {
    success: 200,
    before: Some((OLD, 1)),
    after: None,
    act: |scenario, path| scenario.send("DELETE", path, Some(&scenario.live_key), None),
};

struct Case {
    scenario: Scenario,
    path: String,
    opener: String,
}

impl Case {
    fn new(request: &Request) -> Self {
        let scenario = Scenario::new();
        let path = request.before.map(|(token, _)| scenario.account("one", token)).unwrap_or_default();
        scenario.platform.index.done.borrow_mut().clear();
        Self { opener: scenario.key_with(&["credentials:read"]), scenario, path }
    }

    /// The one account's token and version, if it is listed; then it must open.
    fn opened(&self, what: &str) -> Option<(String, u64)> {
        let listed = self.scenario.listed(&self.scenario.live_key);
        let entry = listed.first()?;
        let path = format!("/api/v1/app-connections/okta/{}/credentials", entry["id"].as_str().unwrap());
        let opened = self.scenario.get(&path, &self.opener);
        assert_eq!(
            (opened.status, &opened.body["version"]),
            (200, &entry["version"]),
            "{what}: {}",
            opened.text
        );
        let token = opened.body["credentials"]["apiToken"].as_str().unwrap();
        Some((token.to_owned(), entry["version"].as_u64().unwrap()))
    }

    /// What KV holds is what rows point to, and no intent is open.
    fn swept(&self, what: &str) {
        let platform = &self.scenario.platform;
        let object = platform.index.object(self.scenario.target());
        let statement =
            "SELECT blob FROM connections UNION SELECT blob FROM versions WHERE blob IS NOT NULL ORDER BY 1";
        let pointed: Vec<String> =
            object.exec(statement, &[]).unwrap().iter().map(|row| row.text(0)).collect();
        let values = platform.blobs.values.borrow();
        let mut kept: Vec<_> = values.keys().map(|key| key.rsplit('/').next().unwrap().to_owned()).collect();
        kept.sort();
        assert_eq!((kept, object.count("intents")), (pointed, 0), "{what}");
    }
}

fn same(now: &Option<(String, u64)>, state: Option<(&str, u64)>) -> bool {
    now.as_ref().map(|(token, version)| (token.as_str(), *version)) == state
}

/// The calls of a request without faults.
fn steps(request: &Request) -> Vec<&'static str> {
    let case = Case::new(request);
    case.scenario.platform.index.done.borrow_mut().clear();
    let puts = case.scenario.platform.blobs.values.borrow().len();
    assert_eq!((request.act)(&case.scenario, &case.path).status, request.success);
    let mut steps = case.scenario.platform.index.done.borrow().clone();
    if case.scenario.platform.blobs.values.borrow().len() > puts {
        steps.push("put");
    }
    steps
}

fn break_at(case: &Case, step: &'static str, fault: Fault) {
    let platform = &case.scenario.platform;
    match step {
        "put" => platform.blobs.put_faults.borrow_mut().push(fault),
        _ => platform.index.faults.borrow_mut().push((step, fault)),
    }
}

fn every_step(request: &Request, least: usize) {
    let steps = steps(request);
    assert!(steps.len() >= least, "{steps:?}");
    for step in steps {
        for fault in [Fault::NotDone, Fault::NotDoneSilent, Fault::DoneSilent] {
            for times in 1..=3 {
                let what = format!("{step} {fault:?} x{times}");
                let case = Case::new(request);
                (0..times).for_each(|_| break_at(&case, step, fault));
                let answer = (request.act)(&case.scenario, &case.path);
                case.scenario.platform.index.faults.borrow_mut().clear();
                case.scenario.platform.blobs.put_faults.borrow_mut().clear();
                judge(request, &case, &answer, &what);
            }
        }
    }
}

fn judge(request: &Request, case: &Case, answer: &Answer, what: &str) {
    let now = case.opened(what);
    assert!(same(&now, request.before) || same(&now, request.after), "{what}: {now:?}");
    if answer.status == request.success {
        assert!(same(&now, request.after), "{what}: {} was answered", answer.status);
    } else {
        let known = [json!("storage_unavailable"), json!("outcome_unknown")];
        assert!(known.contains(&answer.body["code"]), "{what}: {}", answer.text);
        assert!(
            !answer.text.contains("Nothing was kept") || same(&now, request.before),
            "{what}: {}",
            answer.text
        );
    }
    let wait = |seconds: i64| {
        case.scenario.platform.wait(seconds);
        case.scenario.platform.sweep_if_due(case.scenario.target());
    };
    for seconds in [0, 130, 700] {
        wait(seconds);
        if !same(&case.opened(what), request.after) {
            (request.act)(&case.scenario, &case.path);
        }
    }
    assert!(same(&case.opened(what), request.after), "{what}: repeating does not come to an end");
    wait(2 * 3600);
    assert!(same(&case.opened(what), request.after), "{what}: it does not open from KV alone");
    case.swept(what);
    wait(25 * 3600);
    case.swept(what);
    assert_eq!(
        case.scenario.platform.blobs.values.borrow().len(),
        usize::from(request.after.is_some()),
        "{what}"
    );
}

#[test]
fn creating_an_account_is_true_and_whole_whatever_goes_wrong() {
    every_step(&CREATE, 5);
}

#[test]
fn changing_a_credential_is_true_and_whole_whatever_goes_wrong() {
    every_step(&CHANGE, 3);
}

#[test]
fn deleting_an_account_is_true_and_whole_whatever_goes_wrong() {
    every_step(&DELETE, 1);
}
