//! A check that a backend asks for and that fails is in the audit log with its code and field, whatever it means for the health; and
//! asking again and again pushes nothing out of the log.

use latchkey_edge::ports::FetchError;
use latchkey_tests::Scenario;
use serde_json::Value;

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const ME: &str = "GET https://acme.okta.com/api/v1/users/me";

struct Checked {
    scenario: Scenario,
    path: String,
}

impl Checked {
    fn new() -> Self {
        let scenario = Scenario::new();
        let path = scenario.account("one", TOKEN);
        scenario.platform.wait(3600);
        Self { scenario, path }
    }

    fn verify(&self) -> u16 {
        let path = format!("{}/verify", self.path);
        self.scenario.send("POST", &path, Some(&self.scenario.live_key), None).status
    }

    fn entries(&self) -> Vec<Value> {
        let log = self.scenario.get("/api/v1/audit-log?limit=100", self.scenario.admin_key());
        assert!(!log.text.contains(TOKEN), "{}", log.text);
        log.body["entries"].as_array().unwrap().clone()
    }

    /// The entries that this adds, oldest first: action, outcome, detail, and who acted.
    fn added(&self, act: impl FnOnce()) -> Vec<[String; 4]> {
        let before = self.entries().len();
        act();
        let entries = self.entries();
        let added = entries.iter().take(entries.len() - before).rev();
        let id = self.path.rsplit('/').next().unwrap();
        added
            .map(|entry| {
                assert_eq!(entry["subject"], id, "{entry}");
                ["/action", "/outcome", "/detail", "/actor/type"]
                    .map(|at| entry.pointer(at).unwrap().as_str().unwrap().to_owned())
            })
            .collect()
    }
}

fn began() -> [&'static str; 4] {
    ["connection.verify", "done", "", "api-key"]
}

#[test]
fn every_check_that_fails_says_so_with_its_code_and_field() {
    let refused =
        |body: &'static str| move |checked: &Checked| checked.scenario.platform.live.answer(ME, 401, body);
    type Break = Box<dyn Fn(&Checked)>;
    let cases: [(Break, [&str; 3]); 5] = [
        (
            Box::new(refused(r#"{"errorCode":"E0000011"}"#)),
            ["credential.refuse", "refused", "key_rejected apiToken"],
        ),
        (
            Box::new(|checked| checked.scenario.platform.live.fail(ME, FetchError::TimedOut)),
            ["connection.verify", "failed", "provider_unavailable"],
        ),
        (
            Box::new(|checked| checked.scenario.platform.live.answer(ME, 429, "{}")),
            ["connection.verify", "failed", "provider_rate_limited"],
        ),
        (
            Box::new(|checked| checked.scenario.platform.live.answer(ME, 200, "<html>")),
            ["connection.verify", "failed", "provider_unexpected"],
        ),
        (
            Box::new(|checked| checked.scenario.platform.live.answer(ME, 403, r#"{"errorCode":"E0000006"}"#)),
            ["credential.refuse", "refused", "insufficient_rights apiToken"],
        ),
    ];
    for (broken, [action, outcome, detail]) in cases {
        let checked = Checked::new();
        broken(&checked);
        let added = checked.added(|| assert!(checked.verify() >= 400));
        assert_eq!(added, [began(), [action, outcome, detail, "api-key"]]);
    }
    let checked = Checked::new();
    assert_eq!(checked.added(|| assert_eq!(checked.verify(), 200)), [began()], "one that is accepted");
}

#[test]
fn a_refusal_that_changes_the_health_is_there_beside_the_change() {
    let checked = Checked::new();
    checked.scenario.platform.live.answer(ME, 401, r#"{"errorCode":"E0000011"}"#);
    checked.added(|| assert_eq!(checked.verify(), 422));
    checked.scenario.platform.wait(3 * 3600);
    let added = checked.added(|| assert_eq!(checked.verify(), 422));
    let refusal = ["credential.refuse", "refused", "key_rejected apiToken", "api-key"];
    let change = ["connection.health", "done", "needs_new_key key_rejected", "api-key"];
    assert_eq!(added, [began(), change, refusal]);
}

#[test]
fn the_same_refusal_writes_one_entry_an_hour_with_their_number() {
    let checked = Checked::new();
    checked.scenario.platform.live.fail(ME, FetchError::TimedOut);
    let refusals = |act: &dyn Fn()| -> Vec<[String; 4]> {
        checked.added(act).into_iter().filter(|entry| entry[1] != "done").collect()
    };
    let failed =
        |detail: &str, actor: &str| ["connection.verify", "failed", detail, actor].map(str::to_owned);
    let ask = || {
        for _ in 0..20 {
            checked.scenario.platform.wait(10);
            assert!(checked.verify() >= 400);
        }
    };
    assert_eq!(refusals(&ask), [failed("provider_unavailable", "api-key")]);
    // Another cause has an entry of its own.
    checked.scenario.platform.live.answer(ME, 429, "{}");
    let limited = refusals(&|| assert!(checked.verify() >= 400));
    assert_eq!(limited, [failed("provider_rate_limited", "api-key")]);
    let hour = || {
        checked.scenario.platform.wait(3600);
        checked.scenario.platform.sweep_if_due(checked.scenario.target());
    };
    assert_eq!(refusals(&hour), [failed("provider_unavailable: 19", "timer")]);
    hour();
    let object = checked.scenario.platform.index.object(checked.scenario.target());
    assert_eq!((refusals(&hour), object.count("refused_logins")), (Vec::new(), 0));
}
