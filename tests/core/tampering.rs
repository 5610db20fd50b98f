//! Tampering in KV: a changed value does not open, and only its own account is affected.

use latchkey_tests::{Answer, Scenario};
use serde_json::json;

fn token(number: usize) -> String {
    format!("00token{number:0>35}")
}

/// A deployment with accounts one, two and three; the rows have no copy of their values any more.
struct Stored {
    scenario: Scenario,
    opener: String,
    paths: Vec<String>,
}

impl Stored {
    fn new() -> Self {
        let scenario = Scenario::new();
        let paths =
            (0..3).map(|number| scenario.account(&format!("account-{number}"), &token(number))).collect();
        let stored = Self { opener: scenario.key_with(&["credentials:read"]), scenario, paths };
        stored.forget_copies();
        stored
    }

    fn forget_copies(&self) {
        self.scenario.platform.wait(3600);
        self.scenario.platform.sweep_if_due(self.scenario.target());
    }

    /// The one key of KV that belongs to an account.
    fn key(&self, account: usize) -> String {
        let id = self.paths[account].rsplit('/').next().unwrap();
        let values = self.scenario.platform.blobs.values.borrow();
        values.keys().find(|key| key.contains(id)).unwrap().clone()
    }

    fn value(&self, account: usize) -> String {
        self.scenario.platform.blobs.values.borrow()[&self.key(account)].clone()
    }

    fn put(&self, account: usize, value: String) {
        let key = self.key(account);
        self.scenario.platform.blobs.values.borrow_mut().insert(key, value);
    }

    fn open(&self, account: usize) -> Answer {
        self.scenario.get(&format!("{}/credentials", self.paths[account]), &self.opener)
    }

    /// The first account does not open and says so; its listing and the last account are as they were.
    fn refused(&self, what: &str) {
        let answer = self.open(0);
        assert_eq!(answer.problem(), (500, "credential_unreadable", None), "{what}: {}", answer.text);
        for number in 0..3 {
            assert!(!answer.text.contains(&token(number)));
        }
        assert_eq!(self.scenario.listed(&self.scenario.live_key).len(), 3);
        assert_eq!(self.open(2).body["credentials"]["apiToken"], token(2), "{what}");
    }
}

#[test]
fn two_values_that_changed_places_do_not_open() {
    let stored = Stored::new();
    let (first, second) = (stored.value(0), stored.value(1));
    stored.put(0, second);
    stored.put(1, first);
    stored.refused("swapped");
    assert_eq!(stored.open(1).problem().1, "credential_unreadable");
}

#[test]
fn parts_of_two_values_do_not_open_together() {
    let stored = Stored::new();
    let (first, second) = (stored.value(0), stored.value(1));
    let (first, second) = (first.split('.').collect::<Vec<_>>(), second.split('.').collect::<Vec<_>>());
    for part in [2, 3] {
        let mut mixed = first.clone();
        mixed[part] = second[part];
        stored.put(0, mixed.join("."));
        stored.refused("mixed");
    }
}

#[test]
fn a_value_that_was_cut_emptied_or_taken_away_does_not_open() {
    let stored = Stored::new();
    let value = stored.value(0);
    for end in [0, 1, value.len() / 2, value.len() - 1] {
        stored.put(0, value.chars().take(end).collect());
        stored.refused("cut");
    }
    let key = stored.key(0);
    stored.scenario.platform.blobs.values.borrow_mut().remove(&key);
    stored.refused("taken away");
}

#[test]
fn an_older_version_in_the_place_of_the_new_one_does_not_open() {
    let stored = Stored::new();
    let old = stored.value(0);
    let body = json!({ "credentials": { "instanceUrl": "https://acme.okta.com", "apiToken": token(7) } });
    let changed = stored.scenario.patch(&stored.paths[0], &stored.scenario.live_key, &body);
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(stored.open(0).body["credentials"]["apiToken"], token(7));
    // The version before goes after a day; then there is one key of the account again.
    stored.scenario.platform.wait(24 * 3600);
    stored.scenario.platform.sweep_if_due(stored.scenario.target());
    stored.put(0, old);
    stored.refused("replayed");
}

#[test]
fn a_value_of_another_project_does_not_open() {
    let stored = Stored::new();
    let (_, _, other) = stored.scenario.another_project();
    let credentials = json!({ "instanceUrl": "https://acme.okta.com", "apiToken": token(0) });
    let body = json!({ "name": "account-0", "method": "api-token", "credentials": credentials });
    let own: Vec<String> = stored.scenario.platform.blobs.values.borrow().keys().cloned().collect();
    assert_eq!(stored.scenario.post("/api/v1/app-connections/okta", &other, &body).status, 201);
    let values = stored.scenario.platform.blobs.values.borrow().clone();
    let (_, theirs) = values.into_iter().find(|(key, _)| !own.contains(key)).unwrap();
    stored.put(0, theirs);
    stored.refused("another project's");
}

#[test]
fn a_kv_outage_is_reported_and_the_rows_copy_works_for_an_hour() {
    let stored = Stored::new();
    stored.scenario.platform.blobs.get_fails.set(true);
    assert_eq!(stored.open(0).problem(), (503, "storage_unavailable", None));
    let path = stored.scenario.account("new", &token(5));
    let opened = stored.scenario.get(&format!("{path}/credentials"), &stored.opener);
    assert_eq!(opened.body["credentials"]["apiToken"], token(5), "{}", opened.text);
}
