//! Ending and replacing a key, in test mode, for every provider whose file can: each accepted test value of each. The outcome is one
//! that the file documents, nothing of the key is told, and a key that is said to be ended is dead.

use latchkey_shared::Mode;
use latchkey_shared::provider::Provider;
use latchkey_shared::report::Ending;
use latchkey_tests::{Answer, Scenario, disguises};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// An account of a test value, and what it was made of.
struct Made {
    scenario: Scenario,
    path: String,
    new: Value,
    secrets: Vec<String>,
}

/// The fields of each accepted test value of a provider, by its name.
fn accepted(provider: &'static Provider) -> Vec<(String, BTreeMap<String, String>)> {
    let listed = provider.listed_test_values(Mode::Test).into_iter();
    listed.filter(|value| value.ending == Ending::Accepted).map(|value| (value.name, value.fields)).collect()
}

fn made(provider: &Provider, fields: &BTreeMap<String, String>) -> Option<Made> {
    let scenario = Scenario::new();
    let new = json!({ "name": "one", "method": provider.method, "credentials": fields });
    let answer = scenario.post(&format!("/api/v1/app-connections/{}", provider.id), &scenario.test_key, &new);
    // A key that waits for a choice, or whose rights are too narrow for a backend, has no account.
    let id = answer.body["appConnection"]["id"].as_str()?;
    let path = format!("/api/v1/app-connections/{}/{id}", provider.id);
    let secret = |id: &&String| provider.fields.iter().any(|field| field.secret && field.id == **id);
    let secrets = fields.keys().filter(secret).map(|id| fields[id].clone()).collect();
    Some(Made { scenario, path, new, secrets })
}

impl Made {
    fn post(&self, what: &str) -> Answer {
        self.scenario.send("POST", &format!("{}/{what}", self.path), Some(&self.scenario.test_key), None)
    }

    /// The answer and the log of what was done tell nothing of the key.
    fn tells_no_secret(&self, name: &str, answer: &Answer) {
        let log = self.scenario.platform.log.0.borrow().join("\n");
        for secret in self.secrets.iter().filter(|secret| secret.len() > 12) {
            for found in disguises(secret) {
                assert!(!answer.text.contains(&found), "{name}: the answer holds the key");
                assert!(!log.contains(&found), "{name}: the log holds the key");
            }
        }
    }
}

#[test]
fn every_key_that_can_be_ended_is_ended_or_says_why_not() {
    for provider in latchkey_catalogue::all() {
        let Some(revoke) = &provider.revoke else { continue };
        let documented: BTreeSet<_> = revoke
            .steps
            .iter()
            .flat_map(|step| &step.responses)
            .filter_map(|response| response.code.map(|code| code.as_str()))
            .collect();
        let mut endings = BTreeSet::new();
        for (name, fields) in accepted(provider) {
            let Some(made) = made(provider, &fields) else { continue };
            let name = format!("{}, {name}", provider.id);
            let ended = made.post("revoke");
            made.tells_no_secret(&name, &ended);
            let steps = ended.body["steps"].as_array().unwrap_or_else(|| panic!("{name}: {}", ended.text));
            let last = steps.iter().rfind(|step| step["step"] != "forget").unwrap();
            let state = last["state"].as_str().unwrap();
            match (ended.status, state) {
                (200, "done") => {
                    let again = made.scenario.post(
                        &format!("/api/v1/app-connections/{}", provider.id),
                        &made.scenario.test_key,
                        &made.new,
                    );
                    assert_eq!(again.problem().1, "key_rejected", "{name}: {}", again.text);
                }
                // It was ended before, by itself.
                (200, "skipped") => {}
                (200, "failed") => {
                    let code = last["code"].as_str().unwrap();
                    assert!(documented.contains(code), "{name}: {code} is not documented");
                    assert!(last["fix"].as_str().is_some_and(|fix| fix.len() > 20), "{name}: {last}");
                }
                // The provider does not answer, so a task goes on.
                (202, "failed") => {}
                other => panic!("{name}: {other:?} {}", ended.text),
            }
            endings.insert((ended.status, state.to_owned()));
        }
        assert!(endings.contains(&(200, "done".to_owned())), "{}: no test value is ended", provider.id);
    }
}

#[test]
fn every_key_that_can_be_replaced_is_replaced_or_says_why_not() {
    for provider in latchkey_catalogue::all() {
        if provider.rotate.is_none() {
            continue;
        }
        let mut statuses = BTreeSet::new();
        for (name, fields) in accepted(provider) {
            let Some(made) = made(provider, &fields) else { continue };
            let name = format!("{}, {name}", provider.id);
            let rotated = made.post("rotate");
            made.tells_no_secret(&name, &rotated);
            match rotated.status {
                // Some test values end by themselves, before they are replaced.
                422 | 503 => {
                    assert!(name.contains("Works once") || name.contains("down"), "{name}: {}", rotated.text)
                }
                status => assert!([200, 202, 409].contains(&status), "{name}: {status} {}", rotated.text),
            }
            statuses.insert(rotated.status);
            if rotated.status == 200 {
                assert_eq!(rotated.body["appConnection"]["version"], 2, "{name}: {}", rotated.text);
                let checked = made.post("verify");
                assert_eq!(checked.status, 200, "{name}: the new key does not work: {}", checked.text);
            }
        }
        assert!(statuses.contains(&200) && statuses.contains(&409), "{}: {statuses:?}", provider.id);
    }
}
