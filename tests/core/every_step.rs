//! Every call to KV and to the store, of every request that writes, goes wrong once or more: the answer is true, each listed
//! account opens, repeating the request comes to an end, and the sweep leaves in KV exactly the values that rows point to.
//!
//! The calls are those of a run without faults, so a new call is covered by itself. `every_step/requests.rs` holds the requests, `every_step/hooks.rs`
//! the life of an event hook.
//! `tests/edge/every_step.test.mjs` does the same on the real runtime and kills it; it also fails when the API has a writing
//! endpoint that it does not send.

#[path = "every_step/hooks.rs"]
mod hooks;
#[path = "every_step/requests.rs"]
mod requests;

use latchkey_edge::store::schema;
use latchkey_edge::store::sql::Sql;
use latchkey_tests::{Answer, Fault, Scenario};
use requests::{ALL, Request, Subject};
use serde_json::json;

/// The token and version of the account `one`, and whatever else tells how far the request has come.
type Seen = (Option<(String, u64)>, String);

struct Case {
    scenario: Scenario,
    subject: Subject,
    opener: String,
}

impl Case {
    fn new(request: &Request) -> Self {
        let mut scenario = Scenario::new();
        let opener = scenario.key_with(&["credentials:read"]);
        let subject = (request.prepare)(&mut scenario);
        Self { scenario, subject, opener }
    }

    /// The one account's token and version, if it is listed; then it must open.
    fn opened(&self, what: &str) -> Option<(String, u64)> {
        let listed = self.scenario.get("/api/v1/app-connections", &self.scenario.live_key);
        // A project that was deleted lists nothing; its request says so itself.
        let entries = listed.body["appConnections"].as_array().cloned().unwrap_or_default();
        assert!(listed.status == 200 || listed.problem().1 == "invalid_api_key", "{what}: {}", listed.text);
        assert!(entries.len() <= 1, "{what}: stored twice: {}", listed.text);
        let entry = entries.first()?;
        assert_eq!(entry["name"], "one", "{what}");
        let path = format!("/api/v1/app-connections/okta/{}/credentials", entry["id"].as_str().unwrap());
        let opened = self.scenario.get(&path, &self.opener);
        if !entry["details"]["suspended"].is_null() {
            assert_eq!(opened.problem().1, "suspended", "{what}: {}", opened.text);
            return Some(("suspended".to_owned(), entry["version"].as_u64().unwrap()));
        }
        if entry["details"]["task"]["kind"] == "revoke" {
            assert_eq!(opened.problem().1, "ending", "{what}: {}", opened.text);
            return Some(("ending".to_owned(), entry["version"].as_u64().unwrap()));
        }
        assert_eq!(
            (opened.status, &opened.body["version"]),
            (200, &entry["version"]),
            "{what}: {}",
            opened.text
        );
        let token = opened.body["credentials"]["apiToken"].as_str().unwrap();
        Some((token.to_owned(), entry["version"].as_u64().unwrap()))
    }

    fn seen(&self, request: &Request, what: &str) -> Seen {
        (self.opened(what), (request.look)(&self.scenario, &self.subject))
    }

    /// KV holds exactly the values that rows point to, and no intent is open.
    fn swept(&self, what: &str) {
        let platform = &self.scenario.platform;
        let object = platform.index.object(self.scenario.target());
        if !schema::is_founded(object.as_ref()).unwrap() {
            // The project was deleted, and its database with it.
            assert_eq!(platform.blobs.values.borrow().len(), 0, "{what}");
            return;
        }
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

fn same(now: &Seen, (account, more): requests::State) -> bool {
    now.0.as_ref().map(|(token, version)| (token.as_str(), *version)) == account && now.1 == more
}

/// How it ended: the status, and the code of a problem.
fn ending(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.problem().1)
}

/// The calls of a request without faults.
fn steps(request: &Request) -> Vec<&'static str> {
    let case = Case::new(request);
    let now = case.seen(request, "before");
    assert!(same(&now, request.before), "{}, before: {now:?}", request.name);
    case.scenario.platform.index.done.borrow_mut().clear();
    case.scenario.platform.blobs.gets.set(0);
    let values = case.scenario.platform.blobs.values.borrow().len();
    let answer = (request.act)(&case.scenario, &case.subject);
    assert_eq!(ending(&answer), request.success, "{}: {}", request.name, answer.text);
    let mut steps = case.scenario.platform.index.done.borrow().clone();
    if case.scenario.platform.blobs.gets.get() > 0 {
        steps.push("get");
    }
    if case.scenario.platform.blobs.values.borrow().len() > values {
        steps.push("put");
    }
    let now = case.seen(request, "after");
    assert!(same(&now, request.after), "{}, after: {now:?}", request.name);
    steps
}

fn break_at(case: &Case, step: &'static str, fault: Fault) {
    let platform = &case.scenario.platform;
    match step {
        "put" => platform.blobs.put_faults.borrow_mut().push(fault),
        "get" => platform.blobs.get_faults.borrow_mut().push(fault),
        _ => platform.index.faults.borrow_mut().push((step, fault)),
    }
}

fn mend(case: &Case) {
    let platform = &case.scenario.platform;
    platform.index.faults.borrow_mut().clear();
    platform.blobs.put_faults.borrow_mut().clear();
    platform.blobs.get_faults.borrow_mut().clear();
}

fn every_step(request: &Request) {
    let steps = steps(request);
    assert!(steps.len() >= request.least, "{}: {steps:?}", request.name);
    for step in steps {
        for fault in [Fault::NotDone, Fault::NotDoneSilent, Fault::DoneSilent] {
            for times in 1..=3 {
                let what = format!("{}: {step} {fault:?} x{times}", request.name);
                let case = Case::new(request);
                (0..times).for_each(|_| break_at(&case, step, fault));
                let answer = (request.act)(&case.scenario, &case.subject);
                mend(&case);
                judge(request, &case, &answer, &what);
            }
        }
    }
}

fn judge(request: &Request, case: &Case, answer: &Answer, what: &str) {
    let now = case.seen(request, what);
    let (before, half, after) = (same(&now, request.before), request.half, same(&now, request.after));
    assert!(before || after || half.is_some_and(|half| same(&now, half)), "{what}: {now:?}");
    if ending(answer) == request.success {
        assert!(after || !(request.done)(answer), "{what}: {} was answered: {now:?}", answer.status);
        (request.promised)(&case.scenario, &case.subject, answer, what);
    } else {
        let known = [json!("storage_unavailable"), json!("outcome_unknown")];
        assert!(known.contains(&answer.body["code"]), "{what}: {}", answer.text);
        let kept_nothing = same(&(now.0.clone(), request.before.1.to_owned()), request.before);
        assert!(!answer.text.contains("Nothing was kept") || kept_nothing, "{what}: {}", answer.text);
    }
    let wait = |seconds: i64| {
        case.scenario.platform.wait(seconds);
        case.scenario.platform.sweep_if_due(case.scenario.target());
    };
    for seconds in [0, 130, 700] {
        wait(seconds);
        if !same(&case.seen(request, what), request.after) {
            (request.act)(&case.scenario, &case.subject);
        }
    }
    let now = case.seen(request, what);
    assert!(same(&now, request.after), "{what}: repeating does not come to an end: {now:?}");
    (request.finish)(&case.scenario, &case.subject, what);
    let end = case.opened(what);
    wait(2 * 3600);
    assert_eq!(case.opened(what), end, "{what}: it does not open from KV alone");
    case.swept(what);
    wait(25 * 3600);
    assert_eq!(case.opened(what), end, "{what}: it does not open after a day");
    case.swept(what);
    let kept = case.scenario.platform.blobs.values.borrow().len();
    assert_eq!(kept, usize::from(end.is_some()), "{what}");
}

/// One test for each request, so that a failure says which and they run side by side.
macro_rules! each {
    ($($test:ident: $request:ident,)*) => {
        $(#[test] fn $test() { every_step(&requests::$request); })*

        #[test]
        fn every_request_of_the_list_has_its_test() {
            assert_eq!([$(requests::$request.name),*], ALL.map(|request| request.name));
        }
    };
}

each! {
    creating_an_account_is_true_and_whole_whatever_goes_wrong: CREATE,
    changing_a_credential_is_true_and_whole_whatever_goes_wrong: CHANGE,
    renaming_an_account_is_true_and_whole_whatever_goes_wrong: RENAME,
    taking_a_change_back_is_true_and_whole_whatever_goes_wrong: ROLL_BACK,
    checking_an_account_is_true_and_whole_whatever_goes_wrong: VERIFY,
    ending_a_key_is_true_and_whole_whatever_goes_wrong: REVOKE,
    suspending_an_account_is_true_and_whole_whatever_goes_wrong: SUSPEND,
    resuming_an_account_is_true_and_whole_whatever_goes_wrong: RESUME,
    asking_for_a_new_key_is_true_and_whole_whatever_goes_wrong: RELINK,
    deleting_an_account_is_true_and_whole_whatever_goes_wrong: DELETE,
    connecting_by_a_session_is_true_and_whole_whatever_goes_wrong: CONNECT,
    updating_by_a_session_is_true_and_whole_whatever_goes_wrong: UPDATE,
    a_refused_attempt_is_true_and_whole_whatever_goes_wrong: REFUSED,
    an_attempt_that_kv_does_not_take_is_true_and_whole_whatever_else_goes_wrong: NOT_TAKEN,
    taking_an_attempt_back_is_true_and_whole_whatever_goes_wrong: CANCEL,
    keeping_progress_is_true_and_whole_whatever_goes_wrong: PROGRESS,
    sharing_a_session_is_true_and_whole_whatever_goes_wrong: SHARE,
    unsharing_a_session_is_true_and_whole_whatever_goes_wrong: UNSHARE,
    making_a_session_is_true_and_whole_whatever_goes_wrong: SESSION,
    moving_the_test_clock_is_true_and_whole_whatever_goes_wrong: ADVANCE,
    resetting_the_test_clock_is_true_and_whole_whatever_goes_wrong: RESET,
    revoking_a_session_is_true_and_whole_whatever_goes_wrong: REVOKE_SESSION,
    making_an_api_key_is_true_and_whole_whatever_goes_wrong: KEY,
    the_owner_making_an_api_key_is_true_and_whole_whatever_goes_wrong: KEY_BY_OWNER,
    narrowing_an_api_key_is_true_and_whole_whatever_goes_wrong: NARROW_KEY,
    revoking_an_api_key_is_true_and_whole_whatever_goes_wrong: REVOKE_KEY,
    making_a_project_is_true_and_whole_whatever_goes_wrong: PROJECT,
    changing_a_project_is_true_and_whole_whatever_goes_wrong: CHANGE_PROJECT,
    deleting_a_project_is_true_and_whole_whatever_goes_wrong: DELETE_PROJECT,
    moving_a_value_to_a_new_vault_key_is_true_and_whole_whatever_goes_wrong: REWRAP,
    the_owner_moving_values_is_true_and_whole_whatever_goes_wrong: REWRAP_BY_OWNER,
    the_owner_reading_the_vault_is_true_and_whole_whatever_goes_wrong: STATUS,
}
