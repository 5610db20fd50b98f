//! Query plans: each statement finds its rows by an index, in the order of the page. A project may have a hundred thousand
//! accounts.

use latchkey_edge::crypto::digest::secret_hash;
use latchkey_edge::ports::Clock;
use latchkey_edge::store::Store;
use latchkey_edge::store::protocol::{
    AuditFilter, BeginAuditExport, ConnectionFilter, ConnectionSort, CountConnections, DeleteConnection,
    FindConnection, FindConnectionByName, KeyProof, ListAudit, ListConnections, ListSessions, OpenConnection,
    Operation, PagePoint, ReadAuditHead, ReadAuditPart, ReadConnectionPart, SessionFilter,
};
use latchkey_shared::audit::{AuditAction, AuditOutcome};
use latchkey_shared::{ApiKey, ConnectionId, Mode, base62};
use latchkey_tests::{Planned, Scenario};
use serde_json::json;

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

/// Runs an operation, which must succeed without a slow plan.
fn run<O: Operation>(scenario: &Scenario, operation: &O) -> String {
    let database = scenario.platform.index.object(scenario.target());
    let planned = Planned::new(&database);
    let reply = Store::new(&planned, scenario.platform.clock.now_ms())
        .run(O::NAME, &serde_json::to_string(operation).unwrap());
    assert!(reply.as_ref().is_ok_and(|reply| reply.starts_with('+')), "{reply:?}");
    assert!(planned.plans.borrow().len() >= 2, "nothing was planned");
    assert!(planned.slow().is_empty(), "{}:\n{}", O::NAME, planned.slow().join("\n"));
    format!("{:?}", planned.plans.borrow())
}

fn proof(key: &str) -> KeyProof {
    let key = ApiKey::parse(key).unwrap();
    KeyProof {
        id: base62::encode(key.id.random),
        mode: Mode::Live,
        hash: secret_hash(key.secret),
        address: None,
        console: None,
    }
}

fn scenario() -> (Scenario, ConnectionId) {
    let scenario = Scenario::new();
    let path = scenario.account("one", TOKEN);
    let id = ConnectionId::parse(path.rsplit('/').next().unwrap()).unwrap();
    (scenario, id)
}

/// A filter of each kind, alone and beside another one.
fn filters() -> Vec<ConnectionFilter> {
    let some = |text: &str| Some(text.to_owned());
    let none = ConnectionFilter::default;
    vec![
        none(),
        ConnectionFilter { app: some("okta"), ..none() },
        ConnectionFilter { app: some("okta,harness"), ..none() },
        ConnectionFilter { name: some("one"), ..none() },
        ConnectionFilter { name: some("one"), app: some("okta"), ..none() },
        ConnectionFilter { health: some("healthy"), ..none() },
        ConnectionFilter { health: some("healthy,blocked"), app: some("okta"), ..none() },
        ConnectionFilter { key_type: some("personal"), ..none() },
        ConnectionFilter { key_type: some("personal,service"), suspended: Some(false), ..none() },
        ConnectionFilter { suspended: Some(true), ..none() },
        ConnectionFilter { end_user: some("user-1"), ..none() },
        ConnectionFilter { end_user: some("user-1"), health: some("healthy"), ..none() },
        ConnectionFilter { expires_before: Some(1 << 50), ..none() },
        ConnectionFilter { freshness: some("green"), ..none() },
        ConnectionFilter { freshness: some("gray"), ..none() },
        ConnectionFilter { freshness: some("red"), app: some("okta"), ..none() },
        ConnectionFilter { freshness: some("yellow"), ..none() },
        ConnectionFilter { freshness: some("red,yellow,gray"), ..none() },
        ConnectionFilter { words: some("one"), ..none() },
        ConnectionFilter { words: some("o"), ..none() },
        ConnectionFilter {
            words: some("one okta"),
            health: some("healthy"),
            freshness: some("green"),
            ..none()
        },
    ]
}

fn point(at: &str, id: ConnectionId, empty: bool) -> PagePoint {
    PagePoint { at: at.to_owned(), id, row: Some(1), created: Some(1), empty }
}

#[test]
fn every_page_of_accounts_is_read_along_an_index() {
    let (scenario, id) = scenario();
    let mut pages = 0;
    for filter in filters() {
        for (_, sort) in ConnectionSort::ALL {
            for after in [None, Some(point("1", id, false)), Some(point("", id, true))] {
                for descending in [false, true] {
                    let (filter, after) = (filter.clone(), after.clone());
                    let key = proof(&scenario.live_key);
                    let _ =
                        run(&scenario, &ListConnections { key, filter, sort, descending, after, limit: 100 });
                    pages += 1;
                }
            }
        }
    }
    assert_eq!(pages, 21 * 11 * 6);
}

#[test]
fn every_count_of_accounts_is_read_along_an_index() {
    let (scenario, _) = scenario();
    for filter in filters() {
        let plans =
            run(&scenario, &CountConnections { key: proof(&scenario.live_key), filter: filter.clone() });
        let counted = filter.words.is_none() && filter.end_user.is_none() && filter.name.is_none();
        let counted = counted && filter.freshness.is_none() && filter.expires_before.is_none();
        assert!(plans.contains("account_counts USING PRIMARY KEY (mode=?)"), "{plans}");
        let whole = plans.contains("AND mode = ?\\n                AND 1 GROUP BY");
        assert!(!(counted && whole), "kept counts are counted: {plans}");
    }
}

#[test]
fn a_piece_of_an_export_is_read_along_an_index() {
    let (scenario, id) = scenario();
    for filter in filters() {
        let after = Some(point("1", id, false));
        let (mode, sort, descending) = (Mode::Live, ConnectionSort::Expires, true);
        let _ = run(&scenario, &ReadConnectionPart { mode, filter, sort, descending, after });
    }
}

#[test]
fn the_audit_log_is_read_along_an_index_in_its_order() {
    let (scenario, id) = scenario();
    let some = |text: &str| Some(text.to_owned());
    let none = AuditFilter::default;
    let refused = Some(AuditOutcome::Refused);
    let action = Some(AuditAction::CredentialRead);
    for (index, filter) in [
        ("audit_page", none()),
        ("audit_page", AuditFilter { since: Some(1), until: Some(i64::MAX >> 12), ..none() }),
        ("audit_page", AuditFilter { outcome: Some(AuditOutcome::Done), ..none() }),
        ("audit_subject", AuditFilter { subject: Some(id.to_string()), ..none() }),
        ("audit_actor", AuditFilter { actor: some("owner"), ..none() }),
        ("audit_action", AuditFilter { action, ..none() }),
        ("audit_outcome", AuditFilter { outcome: refused, ..none() }),
        ("audit_actor", AuditFilter { actor: some("x"), action, outcome: refused, since: Some(1), ..none() }),
    ] {
        for before in [None, Some(7)] {
            let key = proof(scenario.admin_key());
            let list = ListAudit { key, subject: None, before, limit: 100, filter: Some(filter.clone()) };
            let plans = run(&scenario, &list);
            assert!(plans.contains(&format!("audit USING INDEX {index} (")), "{filter:?}: {plans}");
        }
    }
    let _ = run(&scenario, &ReadAuditHead { key: proof(scenario.admin_key()) });
    let filter = AuditFilter { actor: some("owner"), since: Some(1), ..none() };
    let begin = BeginAuditExport { key: proof(scenario.admin_key()), filter: filter.clone(), csv: false };
    let _ = run(&scenario, &begin);
    let part = ReadAuditPart { mode: Mode::Live, filter, low: 0, high: 100, csv: false };
    let _ = run(&scenario, &part);
}

#[test]
fn the_accounts_of_one_person_are_found_by_the_person() {
    let (scenario, id) = scenario();
    for after in [None, Some(point("1", id, false))] {
        let filter = ConnectionFilter { end_user: Some("user-1".to_owned()), ..ConnectionFilter::default() };
        let key = proof(&scenario.live_key);
        let (sort, descending) = (ConnectionSort::Created, false);
        let list = ListConnections { key, filter, sort, descending, after, limit: 100 };
        let index = "accounts_person (mode=? AND end_user_id=?";
        assert!(run(&scenario, &list).contains(index));
    }
}

#[test]
fn accounts_that_are_not_healthy_are_found_without_reading_the_others() {
    let (scenario, _) = scenario();
    let filter = ConnectionFilter { health: Some("blocked".to_owned()), ..ConnectionFilter::default() };
    let (key, sort) = (proof(&scenario.live_key), ConnectionSort::Created);
    let list = ListConnections { key, filter, sort, descending: true, after: None, limit: 100 };
    assert!(run(&scenario, &list).contains("accounts_health (mode=? AND health=?"));
}

#[test]
fn one_account_is_found_opened_and_deleted_by_an_index() {
    let (scenario, id) = scenario();
    let app = || "okta".to_owned();
    let _ = run(&scenario, &FindConnection { key: proof(&scenario.live_key), app: app(), id });
    let by_name = FindConnectionByName { key: proof(&scenario.live_key), app: app(), name: "one".to_owned() };
    let plans = run(&scenario, &by_name);
    assert!(plans.contains("names USING INDEX sqlite_autoindex_names_1 (mode=? AND name=?)"), "{plans}");
    let opener = scenario.key_with(&["credentials:read"]);
    let _ = run(&scenario, &OpenConnection { key: proof(&opener), app: app(), id });
    let _ =
        run(&scenario, &DeleteConnection { key: proof(&scenario.live_key), app: app(), id, if_match: None });
}

#[test]
fn every_page_of_sessions_is_read_along_an_index_in_its_order() {
    let (scenario, id) = scenario();
    let reader = proof(&scenario.key_with(&["sessions:read"]));
    let some = |text: &str| Some(text.to_owned());
    let mut pages = 0;
    for state in [None, some("open"), some("leased"), some("done"), some("revoked"), some("expired")] {
        for provider in [None, some("okta")] {
            for (index, filter) in [
                (None, SessionFilter::default()),
                (
                    Some("sessions_end_user"),
                    SessionFilter { end_user: some("u"), ..SessionFilter::default() },
                ),
                (Some("sessions_made_by"), SessionFilter { made_by: some("k"), ..SessionFilter::default() }),
                (
                    Some("sessions_connection"),
                    SessionFilter { connection: Some(id.to_string()), ..SessionFilter::default() },
                ),
            ] {
                for after in [None, Some((1, "x".to_owned()))] {
                    let filter =
                        SessionFilter { state: state.clone(), provider: provider.clone(), ..filter.clone() };
                    let list = ListSessions { key: reader.clone(), filter, after, limit: 100 };
                    let plans = run(&scenario, &list);
                    let index = index.unwrap_or(match state.as_deref() {
                        None => "sessions_page",
                        Some("done" | "revoked") => "sessions_ended",
                        Some(_) => "sessions_usable",
                    });
                    assert!(plans.contains(&format!("sessions USING INDEX {index} (mode=?")), "{plans}");
                    pages += 1;
                }
            }
        }
    }
    assert_eq!(pages, 96);
}

/// Runs the requests of a day's work, and the sweep.
#[test]
fn no_write_and_no_sweep_scans_a_table() {
    let scenario = Scenario::new();
    scenario.platform.index.plan.set(true);
    scenario.platform.live.okta("acme.okta.com");
    let session = scenario.session(&scenario.live_key);
    assert_eq!(scenario.attempt(&session, "attempt-1", "acme.okta.com", TOKEN).status, 200);
    let path = scenario.account("one", TOKEN);
    assert_eq!(scenario.create("two", TOKEN, &[("idempotency-key", "once")]).status, 201);
    let credentials = json!({ "credentials": { "instanceUrl": "acme.okta.com", "apiToken": TOKEN } });
    assert_eq!(scenario.patch(&path, &scenario.live_key, &credentials).status, 200);
    assert_eq!(scenario.patch(&path, &scenario.live_key, &json!({ "name": "three" })).status, 200);
    assert_eq!(scenario.send("POST", &format!("{path}/verify"), Some(&scenario.live_key), None).status, 200);
    assert_eq!(scenario.send("DELETE", &path, Some(&scenario.live_key), None).status, 200);
    assert_eq!(scenario.platform.sweep(scenario.target()), 2);
    let (maker, key) = scenario.key_of(&json!({ "scopes": ["sessions:write", "connections:read"] }));
    let session = json!({ "providers": ["okta"], "endUser": { "id": "u" } }).to_string();
    let body = Some(("application/json", session.as_str()));
    let once = [("idempotency-key", "once-more")];
    for _ in 0..2 {
        let made = scenario.send_with("POST", "/api/v1/connect-sessions", Some(&key), body, &once);
        assert_eq!(made.status, 201);
    }
    let admin = scenario.admin_key();
    let path = format!("/api/v1/api-keys/{maker}");
    assert_eq!(scenario.patch(&path, admin, &json!({ "scopes": ["sessions:write"] })).status, 200);
    assert_eq!(scenario.send("DELETE", &path, Some(admin), None).body["revokedSessions"], 1);
    // The health of the two others turns after three days without a check.
    scenario.platform.wait(4 * 24 * 3600);
    scenario.platform.sweep(scenario.target());
    let slow = scenario.platform.index.slow.borrow();
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}
