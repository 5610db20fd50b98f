//! Check now: the stored credential is verified again, and the health of the account follows, whatever goes wrong meanwhile.

use latchkey_edge::ports::FetchError;
use latchkey_edge::store::sql::Sql;
use latchkey_tests::{Answer, Scenario};
use serde_json::{Value, json};

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const OTHER: &str = "00newnewnewnewnewnewnewnewnewnewnewnewnew0";
const ME: &str = "GET https://acme.okta.com/api/v1/users/me";
const ORGANIZATION: &str = "GET https://acme.okta.com/.well-known/okta-organization";

fn verify(scenario: &Scenario, path: &str) -> Answer {
    scenario.send("POST", &format!("{path}/verify"), Some(&scenario.live_key), None)
}

fn details(scenario: &Scenario, path: &str) -> Value {
    let read = scenario.get(path, &scenario.live_key);
    assert_eq!(read.status, 200, "{}", read.text);
    read.body["appConnection"]["details"].clone()
}

/// The state of an account, and its code.
fn health(scenario: &Scenario, path: &str) -> (String, Value) {
    let health = details(scenario, path)["health"].clone();
    (health["state"].as_str().unwrap().to_owned(), health["code"].clone())
}

fn is(state: &str, code: Value) -> (String, Value) {
    (state.to_owned(), code)
}

/// The names of accounts with this health.
fn listed(scenario: &Scenario, state: &str) -> Vec<String> {
    let page = scenario.get(&format!("/api/v1/app-connections?health={state}"), &scenario.live_key);
    let page = page.body["appConnections"].as_array().unwrap().clone();
    page.iter().map(|entry| entry["name"].as_str().unwrap().to_owned()).collect()
}

fn refuse(scenario: &Scenario) {
    scenario.platform.live.answer(ME, 401, r#"{"errorCode":"E0000011"}"#);
}

#[test]
fn a_check_returns_the_account_and_its_report_and_notes_when_it_was() {
    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    let before = scenario.get(&path, &scenario.live_key);
    scenario.platform.wait(3600);
    let answer = verify(&scenario, &path);
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.body["report"]["identity"]["login"], "ada@example.com");
    let connection = &answer.body["appConnection"];
    assert_eq!(connection["details"]["health"]["state"], "healthy");
    assert_eq!(connection["details"]["report"], Value::Null, "the report stands beside the account");
    assert_ne!(connection["details"]["health"]["checkedAt"], connection["createdAt"]);
    assert_eq!(connection["details"]["health"]["since"], connection["createdAt"]);
    for member in ["id", "name", "version", "updatedAt", "credentialsHash", "credentials"] {
        assert_eq!(connection[member], before.body["appConnection"][member], "{member}");
    }
    let asked = scenario.platform.live.seen();
    assert_eq!(asked.last().unwrap().authorization.as_deref(), Some(format!("SSWS {TOKEN}").as_str()));
    assert_ne!(answer.headers["etag"], before.headers["etag"], "the account is not as it was read");
    assert_eq!(answer.headers["etag"], scenario.get(&path, &scenario.live_key).headers["etag"]);
}

#[test]
fn a_key_is_dead_after_two_refusals_and_alive_after_one_accepted_check() {
    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    refuse(&scenario);
    assert_eq!(verify(&scenario, &path).problem(), (422, "key_rejected", Some("apiToken")));
    assert_eq!(health(&scenario, &path), is("healthy", Value::Null), "it was refused once");
    scenario.platform.wait(299);
    assert_eq!(verify(&scenario, &path).status, 422);
    assert_eq!(
        health(&scenario, &path),
        is("healthy", Value::Null),
        "it was refused twice within five minutes"
    );
    scenario.platform.wait(1);
    assert_eq!(verify(&scenario, &path).status, 422);
    assert_eq!(health(&scenario, &path), is("needs_new_key", json!("key_rejected")));
    let dead = details(&scenario, &path)["health"].clone();
    assert_eq!(dead["nextCheckAt"], Value::Null, "the key is not used again by itself");
    assert!(dead["message"].as_str().unwrap().contains("Okta") && dead["fix"].is_string(), "{dead}");
    assert!(dead["lastHealthyAt"].as_str() < dead["since"].as_str(), "{dead}");
    assert_eq!(
        (listed(&scenario, "needs_new_key"), listed(&scenario, "healthy")),
        (vec!["one".into()], vec![])
    );
    scenario.platform.live.okta("acme.okta.com");
    assert_eq!(verify(&scenario, &path).status, 200);
    assert_eq!(health(&scenario, &path), is("healthy", Value::Null));
    assert_eq!(
        (listed(&scenario, "needs_new_key"), listed(&scenario, "healthy")),
        (vec![], vec!["one".into()])
    );
    let log = scenario.get("/api/v1/audit-log", scenario.admin_key()).body["entries"].clone();
    let changes = log.as_array().unwrap().iter().rev().filter(|entry| entry["action"] == "connection.health");
    let changes: Vec<_> = changes.map(|entry| entry["detail"].as_str().unwrap()).collect();
    assert_eq!(changes, ["needs_new_key key_rejected", "healthy"]);
}

#[test]
fn what_says_nothing_about_the_key_changes_nothing() {
    let page = "<!doctype html><title>Sign in</title>";
    for (case, status, code) in [
        ("503", 503, "provider_unavailable"),
        ("429", 503, "provider_rate_limited"),
        ("page 401", 422, "key_rejected"),
        ("page 403", 422, "access_refused"),
        ("page 200", 502, "provider_unexpected"),
        ("text 401", 422, "key_rejected"),
        ("organization page", 422, "host_unknown"),
        ("timeout", 503, "provider_unavailable"),
        ("network", 503, "provider_unavailable"),
    ] {
        let scenario = Scenario::new();
        let path = scenario.account("one", TOKEN);
        let live = &scenario.platform.live;
        match case {
            "503" => live.answer(ME, 503, "{}"),
            "429" => live.answer(ME, 429, "{}"),
            "page 401" => live.answer(ME, 401, page),
            "page 403" => live.answer(ME, 403, page),
            "page 200" => live.answer(ME, 200, page),
            "text 401" => live.answer(ME, 401, "no"),
            "organization page" => live.answer(ORGANIZATION, 200, page),
            "timeout" => live.fail(ME, FetchError::TimedOut),
            _ => live.fail(ORGANIZATION, FetchError::Network),
        }
        for minutes in [0, 6, 6, 60] {
            scenario.platform.wait(minutes * 60);
            let answer = verify(&scenario, &path);
            assert_eq!((answer.status, answer.problem().1), (status, code), "{case}: {}", answer.text);
            assert_eq!(health(&scenario, &path), is("healthy", Value::Null), "{case}");
        }
        let checked = details(&scenario, &path)["health"].clone();
        assert!(checked["checkedAt"].as_str() > checked["lastHealthyAt"].as_str(), "{case}: {checked}");
        scenario.platform.live.okta("acme.okta.com");
        scenario.platform.wait(60);
        assert_eq!(verify(&scenario, &path).status, 200, "{case}");
    }
}

#[test]
fn a_right_that_is_gone_degrades_the_account_until_it_is_back() {
    let scenario = Scenario::new();
    let users = "GET https://acme.okta.com/api/v1/users?limit=1";
    scenario.platform.live.answer(users, 200, "[]");
    let path = scenario.account("one", TOKEN);
    scenario.platform.live.answer(users, 403, r#"{"errorCode":"E0000006"}"#);
    assert_eq!(verify(&scenario, &path).status, 200);
    assert_eq!(health(&scenario, &path), is("degraded", json!("insufficient_rights")));
    let message = details(&scenario, &path)["health"]["message"].clone();
    assert!(message.as_str().unwrap().contains("Read users"), "{message}");
    scenario.platform.live.fail(users, FetchError::TimedOut);
    assert_eq!(verify(&scenario, &path).status, 200);
    assert_eq!(health(&scenario, &path).0, "degraded", "nobody saw the right again");
    scenario.platform.live.answer(users, 200, "[]");
    assert_eq!(verify(&scenario, &path).status, 200);
    assert_eq!(health(&scenario, &path), is("healthy", Value::Null));
}

#[test]
fn an_account_that_is_not_checked_is_unknown_when_its_alarm_says_so() {
    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    let day = 24 * 3600;
    let pass = |seconds| {
        scenario.platform.wait(seconds);
        scenario.platform.sweep_if_due(scenario.target());
    };
    pass(2 * day);
    assert_eq!(verify(&scenario, &path).status, 200);
    pass(day + 3600);
    assert_eq!(health(&scenario, &path).0, "healthy", "it was checked meanwhile");
    scenario.platform.live.fail(ORGANIZATION, FetchError::Network);
    pass(3 * day + 3600);
    assert_eq!(health(&scenario, &path), is("unknown", json!("not_checked")));
    assert_eq!(listed(&scenario, "unknown"), ["one"]);
    let log = scenario.get("/api/v1/audit-log", scenario.admin_key());
    assert!(log.text.contains("connection.health") && log.text.contains("\"timer\""), "{}", log.text);
    scenario.platform.live.okta("acme.okta.com");
    assert_eq!(verify(&scenario, &path).status, 200);
    assert_eq!(health(&scenario, &path), is("healthy", Value::Null));
}

#[test]
fn a_credential_that_was_changed_meanwhile_wins_over_a_late_check() {
    let scenario = std::rc::Rc::new(Scenario::new());
    let path = scenario.account("one", TOKEN);
    refuse(&scenario);
    assert_eq!(verify(&scenario, &path).status, 422);
    scenario.platform.wait(600);
    // While the second refusal is on its way, somebody stores a new key.
    let (other, changed) = (scenario.clone(), path.clone());
    scenario.platform.live.meanwhile(move || {
        other.platform.live.okta("acme.okta.com");
        let credentials = json!({ "instanceUrl": "https://acme.okta.com", "apiToken": OTHER });
        let answer = other.patch(&changed, &other.live_key, &json!({ "credentials": credentials }));
        assert_eq!(answer.status, 200, "{}", answer.text);
        refuse(&other);
    });
    assert_eq!(verify(&scenario, &path).status, 422);
    assert_eq!(health(&scenario, &path), is("healthy", Value::Null));
    // An accepted check of the old key does not speak for the new one either.
    scenario.platform.live.okta("acme.okta.com");
    let (other, changed) = (scenario.clone(), path.clone());
    scenario.platform.live.meanwhile(move || {
        let credentials = json!({ "instanceUrl": "https://acme.okta.com", "apiToken": TOKEN });
        other.patch(&changed, &other.live_key, &json!({ "credentials": credentials }));
    });
    assert_eq!(verify(&scenario, &path).problem().1, "precondition_failed");
    assert_eq!(scenario.get(&path, &scenario.live_key).body["appConnection"]["version"], 3);
}

#[test]
fn one_check_runs_at_a_time_and_ten_in_a_minute() {
    let scenario = std::rc::Rc::new(Scenario::new());
    let path = scenario.account("one", TOKEN);
    let second = std::rc::Rc::new(std::cell::RefCell::new(None));
    let (other, at, seen) = (scenario.clone(), path.clone(), second.clone());
    scenario.platform.live.meanwhile(move || *seen.borrow_mut() = Some(verify(&other, &at)));
    assert_eq!(verify(&scenario, &path).status, 200);
    let second = second.take().unwrap();
    assert_eq!(second.problem(), (409, "check_in_progress", None));
    assert!(second.headers.contains_key("retry-after"), "{:?}", second.headers);
    for number in 2..=10 {
        assert_eq!(verify(&scenario, &path).status, 200, "{number}");
    }
    let asked = scenario.platform.live.seen().len();
    let refused = verify(&scenario, &path);
    assert_eq!(refused.problem(), (429, "rate_limited", None));
    assert_eq!(refused.headers["retry-after"], "60");
    assert_eq!(scenario.platform.live.seen().len(), asked, "the provider was asked");
    // Another account has a quota of its own, and the minute ends.
    let another = scenario.account("two", TOKEN);
    assert_eq!(verify(&scenario, &another).status, 200);
    scenario.platform.wait(60);
    assert_eq!(verify(&scenario, &path).status, 200);
}

#[test]
fn what_goes_wrong_on_our_side_is_not_the_fault_of_the_key() {
    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    scenario.platform.wait(2 * 3600);
    scenario.platform.sweep_if_due(scenario.target());
    let asked = scenario.platform.live.seen().len();
    let before = details(&scenario, &path);
    let blobs = &scenario.platform.blobs;
    blobs.hidden.set(true);
    assert_eq!(verify(&scenario, &path).problem().1, "credential_unreadable");
    blobs.hidden.set(false);
    blobs.get_fails.set(true);
    assert_eq!(verify(&scenario, &path).problem().1, "storage_unavailable");
    blobs.get_fails.set(false);
    let key = blobs.values.borrow().keys().next().unwrap().clone();
    let value = blobs.values.borrow_mut().insert(key.clone(), "lk1.k1.AAAA.AAAA".to_owned()).unwrap();
    assert_eq!(verify(&scenario, &path).problem().1, "credential_unreadable");
    blobs.values.borrow_mut().insert(key, value);
    assert_eq!(scenario.platform.live.seen().len(), asked, "no provider was asked");
    assert_eq!(details(&scenario, &path), before);
    assert_eq!(verify(&scenario, &path).status, 200, "no lease was left behind");
}

#[test]
fn a_check_does_not_open_the_credential_for_anyone_and_is_in_the_audit_log() {
    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    let answer = verify(&scenario, &path);
    assert!(!answer.text.contains(TOKEN), "{}", answer.text);
    let log = scenario.get("/api/v1/audit-log", scenario.admin_key()).body["entries"].clone();
    let actions: Vec<_> =
        log.as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert!(actions.contains(&"connection.verify"), "{actions:?}");
    assert!(!actions.contains(&"credential.read") && !actions.contains(&"connection.health"), "{actions:?}");
    let history = scenario.get(&format!("{path}/history"), &scenario.live_key);
    assert_eq!(history.body["versions"][0]["lastUsedAt"], Value::Null);
}

#[test]
fn a_check_needs_the_write_scope_its_own_mode_and_the_revision_that_was_read() {
    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    let send = |key: &str, tag: &str| {
        scenario.send_with("POST", &format!("{path}/verify"), Some(key), None, &[("if-match", tag)])
    };
    let reader = scenario.key_with(&["connections:read", "credentials:read", "sessions:write", "admin"]);
    assert_eq!(send(&reader, "*").problem(), (403, "insufficient_scope", None));
    let (_, _, stranger) = scenario.another_project();
    assert_eq!(send(&stranger, "*").problem(), (404, "not_found", None));
    assert_eq!(send(&scenario.test_key, "*").problem(), (404, "not_found", None));
    assert_eq!(send(&scenario.live_key, "\"2\"").problem(), (412, "precondition_failed", None));
    let tag = scenario.get(&path, &scenario.live_key).headers["etag"].clone();
    assert_eq!(send(&scenario.live_key, &tag).status, 200);
    assert_eq!(send(&scenario.live_key, &tag).status, 200, "a check is no change");
    let withdrawn = path.replace("okta", "nobody");
    assert_eq!(verify(&scenario, &withdrawn).problem(), (404, "not_found", None));
}

#[test]
fn test_mode_checks_against_the_simulation() {
    let scenario = Scenario::new();
    let link = |name: &str, kind: &str| {
        let token = format!("{kind}{}", "0".repeat(42 - kind.len()));
        let credentials = json!({ "instanceUrl": "latchkey-demo.okta.com", "apiToken": token });
        let body = json!({ "name": name, "method": "api-token", "credentials": credentials });
        let made = scenario.post("/api/v1/app-connections/okta", &scenario.test_key, &body);
        assert_eq!(made.status, 201, "{}", made.text);
        format!("/api/v1/app-connections/okta/{}", made.body["appConnection"]["id"].as_str().unwrap())
    };
    let check = |path: &str| scenario.send("POST", &format!("{path}/verify"), Some(&scenario.test_key), None);
    let state = |path: &str| {
        let read = scenario.get(path, &scenario.test_key);
        read.body["appConnection"]["details"]["health"]["state"].clone()
    };
    let lives = link("lives", "00test-super-admin-");
    assert_eq!((check(&lives).status, state(&lives)), (200, json!("healthy")));
    let dies = link("dies", "00test-dies-");
    assert_eq!((check(&dies).problem().1, state(&dies)), ("key_rejected", json!("healthy")));
    scenario.platform.wait(300);
    assert_eq!((check(&dies).problem().1, state(&dies)), ("key_rejected", json!("needs_new_key")));
    assert!(scenario.platform.live.seen().is_empty(), "test mode asks no network");
}

/// The opcodes of a statement that write: rows, and entries of indexes. Those of its triggers are not among them: the program of a
/// trigger begins at 0 again.
fn writes(database: &latchkey_tests::Database, statement: &str) -> (usize, usize) {
    use latchkey_edge::store::sql::Value;
    let nulls = |count: usize| vec![Value::Null; count];
    let explain = format!("EXPLAIN {statement}");
    let program = (0..30).find_map(|count| database.exec(&explain, &nulls(count)).ok()).unwrap();
    let own = program.iter().skip(1).position(|row| row.text(0) == "0").map_or(program.len(), |at| at + 1);
    let count = |opcode: &str| program.iter().take(own).filter(|row| row.text(1) == opcode).count();
    (count("Insert"), count("IdxInsert") + count("IdxDelete"))
}

#[test]
fn a_check_that_changed_nothing_writes_one_row_and_its_times_in_the_list_beside_its_event() {
    use latchkey_edge::crypto::digest::secret_hash;
    use latchkey_edge::health::{Policy, Signal};
    use latchkey_edge::ports::Clock;
    use latchkey_edge::store::Store;
    use latchkey_edge::store::protocol::{BeginCheck, KeyProof, Operation, SettleCheck};
    use latchkey_shared::{ApiKey, ConnectionId, Mode, base62};

    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    let id = ConnectionId::parse(path.rsplit('/').next().unwrap()).unwrap();
    let report = serde_json::from_value(details(&scenario, &path)["report"].clone()).unwrap();
    let key = ApiKey::parse(&scenario.live_key).unwrap();
    let proof = KeyProof {
        id: base62::encode(key.id.random),
        mode: Mode::Live,
        hash: secret_hash(key.secret),
        address: None,
        console: None,
    };
    let app = "okta".to_owned();
    let database = scenario.platform.index.object(scenario.target());
    // The statements of an operation that write, each with the rows and index entries that it writes.
    let run = |name: &str, body: String| {
        let planned = latchkey_tests::Planned::new(&database);
        let now = scenario.platform.clock.now_ms();
        let reply = Store::new(&planned, now).run(name, &body).unwrap();
        assert!(reply.starts_with('+'), "{reply}");
        let statements: Vec<String> = planned.plans.borrow().iter().map(|(text, _)| text.clone()).collect();
        statements.iter().map(|text| writes(&database, text)).filter(|sum| *sum != (0, 0)).collect::<Vec<_>>()
    };
    let text = |operation: &dyn Fn() -> serde_json::Result<String>| operation().unwrap();
    let settle = |signal: Signal| {
        let lease = format!("lease-{}", scenario.platform.clock.now_ms());
        let (key, app) = (proof.clone(), app.clone());
        let begin =
            BeginCheck { key: key.clone(), app: app.clone(), id, if_match: None, lease: lease.clone() };
        run(BeginCheck::NAME, text(&|| serde_json::to_string(&begin)));
        let settle = SettleCheck { key, app, id, lease, signal: Some(signal) };
        run(SettleCheck::NAME, text(&|| serde_json::to_string(&settle)))
    };
    for _ in 0..3 {
        scenario.platform.wait(3600);
        let accepted = Signal::Accepted(Box::new(Clone::clone(&report)), Policy::default());
        assert_eq!(settle(accepted).first(), Some(&(1, 0)));
    }
    // The next try after a check that said nothing has a time of its own, and so has every account that is not as usual.
    scenario.platform.wait(30);
    let exception = settle(Signal::Unavailable(30));
    assert!(matches!(exception.as_slice(), [(1, 1..), ..]), "{exception:?}");
    // A change of the state is in the index by health, in the audit log, and in events.
    scenario.platform.wait(3600);
    let ended =
        latchkey_shared::FieldError::whole(latchkey_shared::ErrorCode::KeyRejected, "It ended.", "Make one.");
    let changed = settle(Signal::Ended(ended));
    assert!(changed.len() >= 2 && changed.first().is_some_and(|(_, entries)| *entries > 0), "{changed:?}");
}

#[test]
fn a_batch_that_changed_nothing_writes_one_row_for_each_account_and_its_times_in_the_list() {
    use latchkey_edge::health::Signal;
    use latchkey_edge::ports::Clock;
    use latchkey_edge::store::Store;
    use latchkey_edge::store::protocol::{
        CheckBatch, CheckedAccount, Found, Operation, ReadBatch, SettleBatch,
    };

    let scenario = Scenario::new();
    for number in 0..5 {
        let _ = scenario.account(&format!("account-{number}"), &format!("00{number:0>40}"));
    }
    let database = scenario.platform.index.object(scenario.target());
    // A whole interval after their linking, all of them have had a turn.
    scenario.platform.wait(24 * 3600);
    let now = scenario.platform.clock.now_ms();
    let planned = latchkey_tests::Planned::new(&database);
    let store = Store::new(&planned, now);
    let written = || {
        let statements: Vec<_> = planned.plans.take().into_iter().map(|(text, _)| text).collect();
        let sums = statements.iter().map(|text| writes(&database, text)).filter(|sum| *sum != (0, 0));
        sums.collect::<Vec<_>>()
    };
    let batches = store.take_due_checks(20, 20).unwrap();
    assert_eq!(batches.len(), 1, "one organization");
    // The batch, its number, and the walk. The statement for accounts with a time of their own finds none.
    let began = written();
    assert!(began.len() <= 4, "{began:?}");
    let batch = batches[0];
    let run = |name: &str, body: String| {
        let reply = store.run(name, &body).unwrap();
        assert!(reply.starts_with('+'), "{reply}");
        reply
    };
    let reply = run(ReadBatch::NAME, serde_json::to_string(&ReadBatch { batch }).unwrap());
    assert_eq!(written(), []);
    let read: Option<CheckBatch> = serde_json::from_str(reply.trim_start_matches('+')).unwrap();
    let accounts = read.unwrap().accounts;
    assert_eq!(accounts.len(), 5);
    let checked = accounts.into_iter().map(|account| CheckedAccount {
        id: account.row.id,
        version: account.row.version,
        check_at: account.row.check_at,
        found: Found::Said(Box::new(Signal::Alive(None))),
    });
    let settle = SettleBatch { batch, checked: checked.collect(), pauses: Vec::new() };
    let changes = || database.value::<i64>("SELECT total_changes()", &[]).unwrap().unwrap();
    let before = changes();
    run(SettleBatch::NAME, serde_json::to_string(&settle).unwrap());
    let rows = changes() - before;
    let settled = written();
    assert_eq!(settled, [(1, 0); 5]);
    // For each account its own row and that of the list, and the batch.
    assert_eq!(rows, 5 * 2 + 1);
    let odd = "SELECT 1 FROM connections WHERE check_at IS NOT NULL";
    assert!(!database.exists(odd, &[]).unwrap());
}
