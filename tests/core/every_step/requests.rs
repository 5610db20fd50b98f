//! The requests that write, for `every_step.rs`: how each is prepared and sent, and how its outcome is seen from outside.
//! Owns no fault and no judgement.

use latchkey_edge::ports::Target;
use latchkey_edge::store::sql::Sql;
use latchkey_tests::{ADMIN_TOKEN, Answer, Fault, Scenario};
use serde_json::{Value, json};

const OLD: &str = "00oldoldoldoldoldoldoldoldoldoldoldoldold0";
const NEW: &str = "00newnewnewnewnewnewnewnewnewnewnewnewnew0";
const HOST: &str = "acme.okta.com";

/// The token and version of the account `one`, and what `look` says.
pub(super) type State = (Option<(&'static str, u64)>, &'static str);

/// What a request is about.
#[derive(Default)]
pub(super) struct Subject {
    /// The account's path.
    path: String,
    /// A session's id and token.
    session: (String, String),
    /// A link that was shared, or an API key: its id and itself.
    other: (String, String),
}

/// A request, and the states it leads from and to.
pub(super) struct Request {
    pub(super) name: &'static str,
    /// Status and code of the answer when nothing goes wrong.
    pub(super) success: (u16, &'static str),
    /// Whether such an answer says that nothing is left to do.
    pub(super) done: fn(&Answer) -> bool,
    /// It makes at least so many calls.
    pub(super) least: usize,
    pub(super) prepare: fn(&mut Scenario) -> Subject,
    pub(super) act: fn(&Scenario, &Subject) -> Answer,
    /// What is seen beside the account.
    pub(super) look: fn(&Scenario, &Subject) -> String,
    pub(super) before: State,
    /// Two objects share no transaction: the state when only the first has changed.
    pub(super) half: Option<State>,
    pub(super) after: State,
    /// What holds when the request was answered as done.
    pub(super) promised: fn(&Scenario, &Subject, &Answer, &str),
    /// What can be done once it is over, and must succeed.
    pub(super) finish: fn(&Scenario, &Subject, &str),
}

/// A request about nothing but the account.
const PLAIN: Request = Request {
    name: "",
    success: (200, "none"),
    done: |_| true,
    least: 1,
    prepare: |_| Subject::default(),
    act: |_, _| unreachable!("each request says how it is sent"),
    look: |_, _| String::new(),
    before: (None, ""),
    half: None,
    after: (None, ""),
    promised: |_, _, _, _| (),
    finish: |_, _, _| (),
};

pub(super) const ALL: [&Request; 32] = [
    &CREATE,
    &CHANGE,
    &RENAME,
    &ROLL_BACK,
    &VERIFY,
    &REVOKE,
    &SUSPEND,
    &RESUME,
    &RELINK,
    &DELETE,
    &CONNECT,
    &UPDATE,
    &REFUSED,
    &NOT_TAKEN,
    &CANCEL,
    &PROGRESS,
    &SHARE,
    &UNSHARE,
    &SESSION,
    &ADVANCE,
    &RESET,
    &REVOKE_SESSION,
    &KEY,
    &KEY_BY_OWNER,
    &NARROW_KEY,
    &REVOKE_KEY,
    &PROJECT,
    &CHANGE_PROJECT,
    &DELETE_PROJECT,
    &REWRAP,
    &REWRAP_BY_OWNER,
    &STATUS,
];

pub(super) const CREATE: Request = Request {
    name: "POST an account",
    success: (201, "none"),
    least: 5,
    act: |scenario, _| scenario.create("one", NEW, &[("idempotency-key", "once")]),
    after: (Some((NEW, 1)), ""),
    ..PLAIN
};

pub(super) const CHANGE: Request = Request {
    name: "PATCH a credential",
    least: 3,
    prepare: account,
    act: |scenario, subject| change(scenario, &subject.path, NEW),
    before: (Some((OLD, 1)), ""),
    after: (Some((NEW, 2)), ""),
    ..PLAIN
};

pub(super) const RENAME: Request = Request {
    name: "PATCH a description",
    prepare: account,
    act: |scenario, subject| {
        scenario.patch(&subject.path, &scenario.live_key, &json!({ "description": "For payroll" }))
    },
    look: |scenario, subject| {
        let read = scenario.get(&subject.path, &scenario.live_key);
        read.body["appConnection"]["description"].as_str().unwrap_or_default().to_owned()
    },
    before: (Some((OLD, 1)), ""),
    after: (Some((OLD, 1)), "For payroll"),
    ..PLAIN
};

pub(super) const ROLL_BACK: Request = Request {
    name: "POST rollback",
    least: 5,
    prepare: changed_account,
    act: |scenario, subject| {
        scenario.send("POST", &format!("{}/rollback", subject.path), Some(&scenario.live_key), None)
    },
    before: (Some((NEW, 2)), ""),
    after: (Some((OLD, 3)), ""),
    ..PLAIN
};

pub(super) const REVOKE: Request = Request {
    name: "POST revoke",
    least: 2,
    prepare: account,
    act: |scenario, subject| {
        scenario.send("POST", &format!("{}/revoke", subject.path), Some(&scenario.live_key), None)
    },
    before: (Some((OLD, 1)), ""),
    half: Some((Some(("ending", 1)), "")),
    ..PLAIN
};

pub(super) const SUSPEND: Request = Request {
    name: "POST suspend",
    prepare: account,
    act: |scenario, subject| {
        scenario.send("POST", &format!("{}/suspend", subject.path), Some(&scenario.live_key), None)
    },
    before: (Some((OLD, 1)), ""),
    after: (Some(("suspended", 1)), ""),
    ..PLAIN
};

pub(super) const RESUME: Request = Request {
    name: "POST resume",
    prepare: |scenario| {
        let subject = account(scenario);
        let path = format!("{}/suspend", subject.path);
        assert_eq!(scenario.send("POST", &path, Some(&scenario.live_key), None).status, 200);
        subject
    },
    act: |scenario, subject| {
        scenario.send("POST", &format!("{}/resume", subject.path), Some(&scenario.live_key), None)
    },
    before: (Some(("suspended", 1)), ""),
    after: (Some((OLD, 1)), ""),
    ..PLAIN
};

pub(super) const RELINK: Request = Request {
    name: "POST relink",
    prepare: account,
    act: |scenario, subject| {
        let body = json!({ "endUser": { "id": "u" } });
        scenario.post(&format!("{}/relink", subject.path), &scenario.live_key, &body)
    },
    before: (Some((OLD, 1)), "none"),
    after: (Some((OLD, 1)), "some"),
    ..SESSION
};

pub(super) const VERIFY: Request = Request {
    name: "POST verify",
    least: 3,
    prepare: |scenario| {
        let subject = account(scenario);
        scenario.platform.wait(60);
        subject
    },
    act: |scenario, subject| {
        scenario.send("POST", &format!("{}/verify", subject.path), Some(&scenario.live_key), None)
    },
    look: |scenario, subject| {
        let read = scenario.get(&subject.path, &scenario.live_key).body["appConnection"].clone();
        let health = &read["details"]["health"];
        let checked = if health["checkedAt"] == read["createdAt"] { "linked" } else { "checked" };
        format!("{checked}, {}", text(&health["state"]))
    },
    before: (Some((OLD, 1)), "linked, healthy"),
    after: (Some((OLD, 1)), "checked, healthy"),
    ..PLAIN
};

pub(super) const DELETE: Request = Request {
    name: "DELETE an account",
    prepare: account,
    act: |scenario, subject| scenario.send("DELETE", &subject.path, Some(&scenario.live_key), None),
    before: (Some((OLD, 1)), ""),
    ..PLAIN
};

pub(super) const CONNECT: Request = Request {
    name: "POST connect",
    least: 3,
    prepare: |scenario| invited(scenario, Subject::default(), json!({ "connectionName": "one" })),
    // As the form does it: an attempt whose end is known is followed by another, and any other goes on.
    act: |scenario, subject| attempt(scenario, subject, &format!("attempt-{}", recorded(scenario) + 1)),
    look: session_state,
    before: (None, "open"),
    after: (Some((NEW, 1)), "done"),
    promised: |scenario, _, answer, what| {
        let listed = scenario.listed(&scenario.live_key);
        assert_eq!(answer.body["connection"]["id"], listed[0]["id"], "{what}");
    },
    finish: |scenario, subject, what| {
        let last = format!("attempt-{}", recorded(scenario));
        let again = attempt(scenario, subject, &last);
        assert_eq!(again.status, 200, "{what}: the same attempt answers the same: {}", again.text);
        assert_eq!(attempt(scenario, subject, "one-more").problem().1, "session_used", "{what}");
    },
    ..PLAIN
};

pub(super) const UPDATE: Request = Request {
    name: "POST connect, for an account that is there",
    prepare: |scenario| {
        let subject = account(scenario);
        let id = subject.path.rsplit('/').next().unwrap_or_default().to_owned();
        invited(scenario, subject, json!({ "connectionId": id }))
    },
    before: (Some((OLD, 1)), "open"),
    after: (Some((NEW, 2)), "done"),
    ..CONNECT
};

/// The provider refuses the key.
pub(super) const REFUSED: Request = Request {
    name: "POST connect, with a key that is refused",
    success: (422, "key_rejected"),
    least: 2,
    act: |scenario, subject| {
        scenario.platform.live.answer(&format!("GET https://{HOST}/api/v1/users/me"), 401, "{}");
        attempt(scenario, subject, "attempt-1")
    },
    look: |scenario, subject| {
        format!("{}, {} recorded", session_state(scenario, subject), recorded(scenario))
    },
    before: (None, "open, 0 recorded"),
    after: (None, "open, 1 recorded"),
    promised: |_, _, _, _| (),
    finish: |scenario, subject, what| {
        scenario.platform.live.okta(HOST);
        scenario.platform.blobs.put_faults.borrow_mut().clear();
        assert_eq!(attempt(scenario, subject, "attempt-2").status, 200, "{what}: another attempt connects");
    },
    ..CONNECT
};

/// KV refuses the value, and then something else goes wrong.
pub(super) const NOT_TAKEN: Request = Request {
    name: "POST connect, with a KV that takes nothing",
    success: (503, "storage_unavailable"),
    act: |scenario, subject| {
        scenario.platform.blobs.put_faults.borrow_mut().push(Fault::NotDone);
        attempt(scenario, subject, "attempt-1")
    },
    ..REFUSED
};

/// An attempt whose end nobody knows is taken back; its value is in KV already.
pub(super) const CANCEL: Request = Request {
    name: "POST connect/cancel",
    success: (409, "attempt_cancelled"),
    least: 1,
    prepare: |scenario| {
        let subject = (CONNECT.prepare)(scenario);
        let faults =
            ["commit-attempt", "commit-attempt", "recorded-attempt"].map(|step| (step, Fault::NotDoneSilent));
        scenario.platform.index.faults.borrow_mut().extend(faults);
        assert_eq!(attempt(scenario, &subject, "attempt-1").problem().1, "outcome_unknown");
        subject
    },
    act: |scenario, subject| {
        scenario.post("/api/v1/connect/cancel", &subject.session.1, &json!({ "attemptId": "attempt-1" }))
    },
    finish: |scenario, subject, what| {
        let late = attempt(scenario, subject, "attempt-1");
        assert_eq!(late.problem().1, "attempt_cancelled", "{what}: it arrived after it was taken back");
        (REFUSED.finish)(scenario, subject, what);
    },
    ..REFUSED
};

pub(super) const PROGRESS: Request = Request {
    name: "PUT connect/progress",
    success: (204, "none"),
    prepare: CONNECT.prepare,
    act: |scenario, subject| {
        let body = json!({ "app": "okta", "fields": { "instanceUrl": HOST }, "steps": ["1"] }).to_string();
        let body = Some(("application/json", body.as_str()));
        scenario.send("PUT", "/api/v1/connect/progress", Some(&subject.session.1), body)
    },
    look: |scenario, subject| {
        let read = scenario.get("/api/v1/connect", &subject.session.1).body;
        format!("{} {}", read["progress"]["steps"], read["prefill"][0]["value"])
    },
    before: (None, "null null"),
    after: (None, "[\"1\"] \"https://acme.okta.com\""),
    ..PLAIN
};

/// A link was shared before; sharing anew ends that one.
pub(super) const SHARE: Request = Request {
    name: "POST connect/share",
    success: (201, "none"),
    prepare: |scenario| {
        let mut subject = (CONNECT.prepare)(scenario);
        subject.other.1 = link(&share(scenario, &subject));
        subject
    },
    act: share,
    look: |scenario, subject| scenario.get("/api/v1/connect", &subject.other.1).status.to_string(),
    before: (None, "200"),
    after: (None, "401"),
    promised: |scenario, _, answer, what| {
        assert_eq!(scenario.get("/api/v1/connect", &link(answer)).status, 200, "{what}: the new link opens");
    },
    finish: |scenario, subject, what| {
        let [second, third] = [(); 2].map(|()| link(&share(scenario, subject)));
        let opens = [second, third].map(|link| scenario.get("/api/v1/connect", &link).status);
        assert_eq!(opens, [401, 200], "{what}: only the last link opens");
    },
    ..PLAIN
};

pub(super) const UNSHARE: Request = Request {
    name: "DELETE connect/share",
    success: (204, "none"),
    act: |scenario, subject| scenario.send("DELETE", "/api/v1/connect/share", Some(&subject.session.1), None),
    promised: |_, _, _, _| (),
    ..SHARE
};

pub(super) const SESSION: Request = Request {
    name: "POST a session",
    success: (201, "none"),
    act: |scenario, _| {
        let body = json!({ "providers": ["okta"], "endUser": { "id": "u" } });
        scenario.post("/api/v1/connect-sessions", &scenario.live_key, &body)
    },
    // A session whose answer was lost is nobody's, and ends by itself.
    look: |scenario, _| some(count(scenario, "sessions")),
    before: (None, "none"),
    after: (None, "some"),
    promised: |scenario, _, answer, what| {
        let token = answer.body["token"].as_str().unwrap_or_default();
        assert_eq!(scenario.get("/api/v1/connect", token).status, 200, "{what}");
    },
    ..PLAIN
};

pub(super) const ADVANCE: Request = Request {
    name: "POST the test clock",
    prepare: |scenario| Subject { other: (String::new(), scenario.test_admin()), ..Subject::default() },
    act: |scenario, subject| {
        let body = Some(("application/json", r#"{"advance":60}"#));
        let once = [("idempotency-key", "once")];
        scenario.send_with("POST", "/api/v1/test-clock", Some(&subject.other.1), body, &once)
    },
    look: ahead,
    before: (None, "0"),
    after: (None, "60"),
    ..PLAIN
};

pub(super) const RESET: Request = Request {
    name: "DELETE the test clock",
    prepare: |scenario| {
        let subject = (ADVANCE.prepare)(scenario);
        let advanced = (ADVANCE.act)(scenario, &subject);
        assert_eq!(advanced.status, 200, "{}", advanced.text);
        subject
    },
    act: |scenario, subject| scenario.send("DELETE", "/api/v1/test-clock", Some(&subject.other.1), None),
    look: ahead,
    before: (None, "60"),
    after: (None, "0"),
    ..PLAIN
};

/// How far the test clock is ahead, in seconds.
fn ahead(scenario: &Scenario, subject: &Subject) -> String {
    scenario.get("/api/v1/test-clock", &subject.other.1).body["offset"].to_string()
}

pub(super) const REVOKE_SESSION: Request = Request {
    name: "DELETE a session",
    success: (204, "none"),
    prepare: CONNECT.prepare,
    act: |scenario, subject| {
        let path = format!("/api/v1/connect-sessions/{}", subject.session.0);
        scenario.send("DELETE", &path, Some(&scenario.live_key), None)
    },
    look: session_state,
    before: (None, "open"),
    after: (None, "session_revoked"),
    finish: |scenario, subject, what| {
        assert_eq!(attempt(scenario, subject, "attempt-1").problem().1, "session_revoked", "{what}");
    },
    ..PLAIN
};

pub(super) const KEY: Request = Request {
    name: "POST an API key",
    success: (201, "none"),
    prepare: with_admin_key,
    act: |scenario, _| {
        let body = json!({ "name": "New", "scopes": ["connections:read"] });
        scenario.post("/api/v1/api-keys", scenario.admin_key(), &body)
    },
    // A key whose answer was lost is nobody's; it is listed, and can be revoked.
    look: |scenario, _| {
        let listed = scenario.get("/api/v1/api-keys", scenario.admin_key());
        let entries = listed.body["apiKeys"].as_array().cloned().unwrap_or_default();
        some(entries.iter().filter(|key| key["name"] == "New").count() as u64)
    },
    before: (None, "none"),
    after: (None, "some"),
    promised: |scenario, _, answer, what| {
        let key = answer.body["key"].as_str().unwrap_or_default();
        assert_eq!(scenario.get("/api/v1/app-connections", key).status, 200, "{what}: the key opens");
    },
    ..PLAIN
};

pub(super) const KEY_BY_OWNER: Request = Request {
    name: "POST an API key, by the owner",
    act: |scenario, _| {
        let body = json!({ "name": "New", "mode": "live", "scopes": ["connections:read"] });
        scenario.post(&format!("/api/v1/projects/{}/api-keys", scenario.project), ADMIN_TOKEN, &body)
    },
    ..KEY
};

pub(super) const NARROW_KEY: Request = Request {
    name: "PATCH an API key",
    prepare: |scenario| {
        let _ = scenario.admin_key();
        let (id, key) = scenario.key_of(&json!({ "scopes": ["connections:read", "admin"] }));
        Subject { other: (id, key), ..Subject::default() }
    },
    act: |scenario, subject| {
        let path = format!("/api/v1/api-keys/{}", subject.other.0);
        scenario.patch(&path, scenario.admin_key(), &json!({ "scopes": ["admin"] }))
    },
    look: |scenario, subject| scenario.get("/api/v1/app-connections", &subject.other.1).status.to_string(),
    before: (None, "200"),
    after: (None, "403"),
    ..PLAIN
};

pub(super) const REVOKE_KEY: Request = Request {
    name: "DELETE an API key",
    prepare: |scenario| {
        let made = (KEY.act)(scenario, &Subject::default());
        Subject { other: (text(&made.body["apiKey"]["id"]), text(&made.body["key"])), ..Subject::default() }
    },
    act: |scenario, subject| {
        let path = format!("/api/v1/api-keys/{}", subject.other.0);
        scenario.send("DELETE", &path, Some(scenario.admin_key()), None)
    },
    look: |scenario, subject| scenario.get("/api/v1/app-connections", &subject.other.1).status.to_string(),
    before: (None, "200"),
    after: (None, "401"),
    ..PLAIN
};

/// The registry lists it first; the entry of a project that was never made can be deleted.
pub(super) const PROJECT: Request = Request {
    name: "POST a project",
    success: (201, "none"),
    least: 2,
    prepare: |scenario| {
        scenario.platform.config.public_url = Some("https://edge.example".to_owned());
        Subject::default()
    },
    act: |scenario, _| {
        entries_without_project(scenario).iter().for_each(|id| drop(delete_project(scenario, id)));
        scenario.post(
            "/api/v1/projects",
            ADMIN_TOKEN,
            &json!({ "name": "New", "domains": ["connect.acme.com"] }),
        )
    },
    look: |scenario, _| {
        match (new_projects(scenario).len(), entries_without_project(scenario).len()) {
            (0, _) => "none",
            (1, 0) => "one",
            (1, 1) => "an entry",
            _ => "too many",
        }
        .to_owned()
    },
    before: (None, "none"),
    half: Some((None, "an entry")),
    after: (None, "one"),
    promised: |scenario, _, answer, what| {
        let key = answer.body["apiKeys"]["live"].as_str().unwrap_or_default();
        assert_eq!(scenario.get("/api/v1/app-connections", key).status, 200, "{what}: its key opens");
    },
    ..PLAIN
};

pub(super) const CHANGE_PROJECT: Request = Request {
    name: "PATCH a project",
    least: 4,
    prepare: |scenario| {
        scenario.platform.config.public_url = Some("https://edge.example".to_owned());
        account(scenario)
    },
    act: |scenario, _| {
        let body = json!({ "name": "Renamed", "domains": ["connect.acme.com"] });
        scenario.patch(&format!("/api/v1/projects/{}", scenario.project), ADMIN_TOKEN, &body)
    },
    look: |scenario, _| {
        let own = scenario.get(&format!("/api/v1/projects/{}", scenario.project), ADMIN_TOKEN);
        let project = &own.body["project"];
        format!("{} {} {}", project_entry(scenario), text(&project["name"]), project["domains"])
    },
    before: (Some((OLD, 1)), "Example Example []"),
    half: Some((Some((OLD, 1)), "Example Renamed [\"connect.acme.com\"]")),
    after: (Some((OLD, 1)), "Renamed Renamed [\"connect.acme.com\"]"),
    ..PLAIN
};

/// Its keys and values go first, and then its entry. A repeated call says that there is no such project.
pub(super) const DELETE_PROJECT: Request = Request {
    name: "DELETE a project",
    least: 3,
    prepare: changed_account,
    act: |scenario, _| delete_project(scenario, &scenario.project),
    look: |scenario, _| project_entry(scenario),
    before: (Some((NEW, 2)), "Example"),
    half: Some((None, "Example")),
    after: (None, ""),
    ..PLAIN
};

/// Two values are to be moved: the account's own, and the one before it.
pub(super) const REWRAP: Request = Request {
    name: "POST vault/rewrap",
    least: 5,
    prepare: |scenario| {
        let subject = changed_account(scenario);
        let _ = scenario.admin_key();
        scenario.platform.rotate(&[("k2", 9), ("k1", 2)]);
        subject
    },
    act: |scenario, _| scenario.post("/api/v1/vault/rewrap", scenario.admin_key(), &json!({})),
    done: |answer| answer.body["remaining"] == 0,
    look: |scenario, _| scenario.get("/api/v1/vault", scenario.admin_key()).body["remaining"].to_string(),
    promised: |scenario, subject, answer, what| {
        let left = (REWRAP.look)(scenario, subject);
        assert_eq!(answer.body["remaining"].to_string(), left, "{what}: {}", answer.text);
    },
    before: (Some((NEW, 2)), "2"),
    half: Some((Some((NEW, 2)), "1")),
    after: (Some((NEW, 2)), "0"),
    ..PLAIN
};

/// A key that may manage keys, made before anything goes wrong.
fn with_admin_key(scenario: &mut Scenario) -> Subject {
    let _ = scenario.admin_key();
    Subject::default()
}
/// A project that fails is reported, and the call succeeds.
pub(super) const REWRAP_BY_OWNER: Request = Request {
    name: "POST vault/rewrap, by the owner",
    act: |scenario, _| scenario.post("/api/v1/vault/rewrap", ADMIN_TOKEN, &json!({})),
    done: |answer| answer.body["remaining"] == 0 && answer.body["uncounted"] == 0,
    promised: |scenario, subject, answer, what| {
        if answer.body["uncounted"] == 0 {
            (REWRAP.promised)(scenario, subject, answer, what);
        } else {
            assert_eq!(answer.body["failedProjects"][0]["projectId"], scenario.project, "{what}");
        }
    },
    ..REWRAP
};

/// It counts, and what it counted stays in the registry.
pub(super) const STATUS: Request = Request {
    name: "GET vault, by the owner",
    least: 3,
    act: |scenario, _| scenario.get("/api/v1/vault", ADMIN_TOKEN),
    done: |answer| answer.body["uncounted"] == 0,
    look: |scenario, _| {
        let registry = scenario.platform.index.object(Target::Registry);
        let rows = registry.exec("SELECT key_id, sum(credentials) FROM key_counts", &[]).unwrap();
        format!("{:?}", rows[0])
    },
    promised: |_, _, answer, what| {
        let whole = answer.body["uncounted"] == 0;
        assert_eq!(whole, answer.body["failedProjects"] == json!([]), "{what}: {}", answer.text);
        assert!(!whole || answer.body["remaining"] == 2, "{what}: {}", answer.text);
    },
    before: (Some((NEW, 2)), "Row([Null, Null])"),
    half: None,
    after: (Some((NEW, 2)), "Row([Text(\"k1\"), Int(2)])"),
    ..REWRAP
};

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn some(count: u64) -> String {
    if count > 0 { "some" } else { "none" }.to_owned()
}

fn count(scenario: &Scenario, table: &str) -> u64 {
    scenario.platform.index.object(scenario.target()).count(table) as u64
}

fn recorded(scenario: &Scenario) -> u64 {
    count(scenario, "attempts")
}

fn account(scenario: &mut Scenario) -> Subject {
    Subject { path: scenario.account("one", OLD), ..Subject::default() }
}

fn changed_account(scenario: &mut Scenario) -> Subject {
    let subject = account(scenario);
    assert_eq!(change(scenario, &subject.path, NEW).status, 200);
    subject
}

fn change(scenario: &Scenario, path: &str, token: &str) -> Answer {
    let credentials = json!({ "instanceUrl": HOST, "apiToken": token });
    scenario.patch(path, &scenario.live_key, &json!({ "credentials": credentials }))
}

/// A session with this and that more in it.
fn invited(scenario: &mut Scenario, subject: Subject, more: Value) -> Subject {
    scenario.platform.live.okta(HOST);
    let mut body = json!({ "providers": ["okta"], "endUser": { "id": "u" } });
    more.as_object().into_iter().flatten().for_each(|(name, value)| body[name] = value.clone());
    let made = scenario.post("/api/v1/connect-sessions", &scenario.live_key, &body);
    assert_eq!(made.status, 201, "{}", made.text);
    Subject { session: (text(&made.body["id"]), text(&made.body["token"])), ..subject }
}

fn attempt(scenario: &Scenario, subject: &Subject, id: &str) -> Answer {
    scenario.attempt(&subject.session.1, id, HOST, NEW)
}

/// Where a session stands, as its page sees it; one that is leased can still be used.
fn session_state(scenario: &Scenario, subject: &Subject) -> String {
    let read = scenario.get("/api/v1/connect", &subject.session.1);
    let state = read.body["session"]["state"].as_str().or(read.body["state"].as_str());
    let state = state.unwrap_or(read.problem().1);
    state.replace("leased", "open")
}

fn share(scenario: &Scenario, subject: &Subject) -> Answer {
    scenario.send("POST", "/api/v1/connect/share", Some(&subject.session.1), None)
}

fn link(shared: &Answer) -> String {
    text(&shared.body["url"]).rsplit('#').next().unwrap_or_default().to_owned()
}

/// The registry's entries: ids and names.
fn projects(scenario: &Scenario) -> Vec<(String, String)> {
    let listed = scenario.get("/api/v1/projects", ADMIN_TOKEN);
    let entries = listed.body["projects"].as_array().cloned().unwrap_or_default();
    entries.iter().map(|entry| (text(&entry["id"]), text(&entry["name"]))).collect()
}

fn project_entry(scenario: &Scenario) -> String {
    let found = projects(scenario).into_iter().find(|(id, _)| *id == scenario.project);
    found.map(|(_, name)| name).unwrap_or_default()
}

fn new_projects(scenario: &Scenario) -> Vec<String> {
    projects(scenario).into_iter().filter(|(_, name)| name == "New").map(|(id, _)| id).collect()
}

/// Entries whose object holds no project.
fn entries_without_project(scenario: &Scenario) -> Vec<String> {
    let made = |id: &String| scenario.get(&format!("/api/v1/projects/{id}"), ADMIN_TOKEN).status == 200;
    new_projects(scenario).into_iter().filter(|id| !made(id)).collect()
}

fn delete_project(scenario: &Scenario, id: &str) -> Answer {
    scenario.send("DELETE", &format!("/api/v1/projects/{id}?force=true&now=true"), Some(ADMIN_TOKEN), None)
}
