//! Faults between the steps of a write: the response is true, no unfinished account is listed, none is stored twice, and a retry
//! succeeds.

use latchkey_edge::connections::open::open_credential;
use latchkey_edge::crypto::digest::secret_hash;
use latchkey_edge::store::client::StoreClient;
use latchkey_edge::store::protocol::{FindConnection, KeyProof};
use latchkey_shared::{ApiKey, ConnectionId, Mode, ProjectId, base62};
use latchkey_tests::{Answer, Fault, Scenario};

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

struct Attempted {
    scenario: Scenario,
    session: String,
}

impl Attempted {
    fn new() -> Self {
        let scenario = Scenario::new();
        scenario.platform.live.okta("acme.okta.com");
        let session = scenario.session(&scenario.live_key);
        Self { scenario, session }
    }

    fn attempt(&self, id: &str) -> Answer {
        self.scenario.attempt(&self.session, id, "acme.okta.com", TOKEN)
    }

    fn fault(&self, operation: &'static str, fault: Fault) {
        self.scenario.platform.index.faults.borrow_mut().push((operation, fault));
    }

    fn listed(&self) -> usize {
        self.scenario.listed(&self.scenario.live_key).len()
    }

    /// Opens the one stored credential, the way a health check will.
    fn opened(&self) -> String {
        let key = ApiKey::parse(&self.scenario.live_key).unwrap();
        let proof = KeyProof {
            id: base62::encode(key.id.random),
            mode: Mode::Live,
            hash: secret_hash(key.secret),
            address: None,
            console: None,
        };
        let id = self.scenario.listed(&self.scenario.live_key)[0]["id"]
            .as_str()
            .map(ConnectionId::parse)
            .unwrap()
            .unwrap();
        let project = ProjectId::parse(&self.scenario.project).unwrap();
        let asked = FindConnection { key: proof, app: "okta".into(), id };
        let platform = &self.scenario.platform;
        pollster::block_on(async {
            let found = StoreClient::project(platform, project).call(asked).await.unwrap();
            let credential = open_credential(platform, Mode::Live, project, &found.connection)
                .await
                .map_err(|error| error.log)
                .unwrap();
            credential.value("apiToken").unwrap().expose().to_owned()
        })
    }
}

#[test]
fn a_failed_kv_write_stores_nothing_and_the_next_try_succeeds() {
    for fault in [Fault::NotDone, Fault::NotDoneSilent, Fault::DoneSilent] {
        let test = Attempted::new();
        test.scenario.platform.blobs.put_faults.borrow_mut().push(fault);
        let answer = test.attempt("attempt-1");
        assert_eq!(answer.problem(), (503, "storage_unavailable", None), "{fault:?}");
        assert_eq!(answer.headers["retry-after"], "2");
        assert_eq!(test.listed(), 0);
        assert_eq!(test.attempt("attempt-2").status, 200);
        assert_eq!((test.listed(), test.opened().as_str()), (1, TOKEN));
    }
}

#[test]
fn a_commit_whose_reply_is_lost_is_reported_as_done() {
    let test = Attempted::new();
    test.fault("commit-attempt", Fault::DoneSilent);
    assert_eq!(test.attempt("attempt-1").status, 200);
    assert_eq!((test.listed(), test.opened().as_str()), (1, TOKEN));
}

#[test]
fn a_commit_that_did_not_arrive_is_sent_again() {
    for fault in [Fault::NotDone, Fault::NotDoneSilent] {
        let test = Attempted::new();
        test.fault("commit-attempt", fault);
        assert_eq!(test.attempt("attempt-1").status, 200);
        assert_eq!(test.listed(), 1);
    }
}

#[test]
fn an_unknown_outcome_is_reported_and_the_same_attempt_resolves_it() {
    for done in [true, false] {
        let test = Attempted::new();
        for _ in 0..2 {
            test.fault("commit-attempt", if done { Fault::DoneSilent } else { Fault::NotDoneSilent });
        }
        test.fault("recorded-attempt", Fault::NotDoneSilent);
        let answer = test.attempt("attempt-1");
        assert_eq!(answer.problem(), (503, "outcome_unknown", None));
        assert_eq!(test.listed(), usize::from(done));
        let again = test.attempt("attempt-1");
        assert_eq!(again.status, 200, "{}", again.text);
        assert_eq!((test.listed(), test.opened().as_str()), (1, TOKEN));
    }
}

#[test]
fn an_object_that_does_not_answer_at_first_stores_nothing() {
    let test = Attempted::new();
    test.fault("lease-session", Fault::DoneSilent);
    assert_eq!(test.attempt("attempt-1").problem(), (503, "outcome_unknown", None));
    assert!(test.scenario.platform.live.seen().is_empty());
    assert_eq!(test.attempt("attempt-1").status, 200, "the same attempt may go on under its own lease");
}

#[test]
fn a_second_window_waits_until_the_lease_ends() {
    let test = Attempted::new();
    test.fault("commit-attempt", Fault::NotDoneSilent);
    test.fault("commit-attempt", Fault::NotDoneSilent);
    test.fault("recorded-attempt", Fault::NotDoneSilent);
    test.attempt("attempt-1");
    let busy = test.attempt("attempt-2");
    assert_eq!(busy.problem(), (409, "session_busy", None));
    assert_eq!(busy.headers["retry-after"], "61");
    test.scenario.platform.wait(61);
    assert_eq!(test.attempt("attempt-2").status, 200);
    assert_eq!(test.listed(), 1);
    assert_eq!(test.attempt("attempt-1").problem().1, "session_used");
}

#[test]
fn a_kv_that_hides_new_keys_does_not_hide_the_credential() {
    let test = Attempted::new();
    test.scenario.platform.blobs.hidden.set(true);
    assert_eq!(test.attempt("attempt-1").status, 200);
    assert_eq!((test.listed(), test.opened().as_str()), (1, TOKEN));
    test.scenario.platform.wait(3600);
    test.scenario.platform.blobs.hidden.set(false);
    let row = test.scenario.platform.index.object(test.scenario.target());
    _ = test.scenario.platform.sweep(test.scenario.target());
    assert!(!row.dump().contains("lk1."), "the row still keeps the sealed text after its hour");
    assert_eq!(test.opened(), TOKEN);
}

#[test]
fn the_sweep_deletes_what_never_became_visible_and_nothing_else() {
    let test = Attempted::new();
    test.scenario.platform.blobs.put_faults.borrow_mut().push(Fault::DoneSilent);
    test.attempt("attempt-1");
    test.attempt("attempt-2");
    let platform = &test.scenario.platform;
    assert_eq!(platform.blobs.values.borrow().len(), 2);
    platform.wait(601);
    _ = platform.sweep(test.scenario.target());
    assert_eq!(platform.blobs.values.borrow().len(), 1);
    assert_eq!(platform.index.object(test.scenario.target()).count("intents"), 0);
    assert_eq!(test.opened(), TOKEN);
}

#[test]
fn a_swept_intent_can_no_longer_commit() {
    let test = Attempted::new();
    // The commit is held back until after the sweep, then sent by the retry of the same attempt's first run.
    test.fault("commit-attempt", Fault::NotDoneSilent);
    test.fault("commit-attempt", Fault::NotDoneSilent);
    test.fault("recorded-attempt", Fault::NotDoneSilent);
    test.attempt("attempt-1");
    let platform = &test.scenario.platform;
    platform.wait(601);
    _ = platform.sweep(test.scenario.target());
    assert!(platform.blobs.values.borrow().is_empty());
    let again = test.attempt("attempt-1");
    assert_eq!(again.status, 200, "a new lease notes a new intent: {}", again.text);
    assert_eq!((test.listed(), test.opened().as_str()), (1, TOKEN));
}

#[test]
fn a_lost_failure_record_locks_nobody_out() {
    let test = Attempted::new();
    test.scenario.platform.live.answer("GET https://acme.okta.com/api/v1/users/me", 401, "{}");
    test.fault("fail-attempt", Fault::NotDoneSilent);
    assert_eq!(test.attempt("attempt-1").problem().1, "key_rejected");
    test.scenario.platform.live.okta("acme.okta.com");
    assert_eq!(test.attempt("attempt-2").status, 200);
}

#[test]
fn without_a_failure_record_the_same_attempt_finds_the_outcome() {
    let test = Attempted::new();
    test.scenario.platform.live.answer("GET https://acme.okta.com/api/v1/users/me", 503, "");
    test.fault("fail-attempt", Fault::NotDoneSilent);
    test.fault("fail-attempt", Fault::NotDone);
    assert_eq!(test.attempt("attempt-1").problem().1, "outcome_unknown");
    test.scenario.platform.live.okta("acme.okta.com");
    assert_eq!(test.attempt("attempt-1").status, 200);
    assert_eq!(test.listed(), 1);
}
