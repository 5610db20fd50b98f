//! Push channels at the provider: one is registered after the account is linked, looked after, and removed with the account.

use latchkey_edge::access::tokens::{hook_id, hook_secret};
use latchkey_edge::jobs::tend_hooks::{HOOKS_MAX, tend_hooks};
use latchkey_edge::ports::FetchError;
use latchkey_edge::store::sql::Sql;
use latchkey_edge::time::iso;
use latchkey_shared::{ProjectId, base62};
use latchkey_tests::{Scenario, Seen};
use serde_json::{Value, json};

const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const HOST: &str = "acme.okta.com";
const LIST: &str = "GET https://acme.okta.com/api/v1/eventHooks";
const CREATE: &str = "POST https://acme.okta.com/api/v1/eventHooks";
const VERIFY: &str = "POST https://acme.okta.com/api/v1/eventHooks/who1/lifecycle/verify";
const DEACTIVATE: &str = "POST https://acme.okta.com/api/v1/eventHooks/who1/lifecycle/deactivate";
const DELETE: &str = "DELETE https://acme.okta.com/api/v1/eventHooks/who1";
const DAY: i64 = 24 * 3600;

/// An account that wants a push channel, which nobody has registered yet.
struct Wanting {
    scenario: Scenario,
    account: String,
}

impl Wanting {
    fn new() -> Self {
        let mut scenario = Scenario::new();
        scenario.platform.config.public_url = Some("https://edge.example".to_owned());
        let live = &scenario.platform.live;
        live.okta(HOST);
        live.answer(LIST, 200, "[]");
        live.answer(CREATE, 200, r#"{"id":"who1","status":"ACTIVE","verificationStatus":"UNVERIFIED"}"#);
        live.answer(VERIFY, 200, r#"{"id":"who1","status":"ACTIVE","verificationStatus":"VERIFIED"}"#);
        let session = scenario.session(&scenario.live_key);
        let values = [("instanceUrl", HOST), ("apiToken", TOKEN), ("eventHookName", "Our hook")];
        let linked = scenario.submit(&session, "okta", &values);
        assert_eq!(linked.status, 200, "{}", linked.text);
        let account = linked.body["connection"]["id"].as_str().unwrap().to_owned();
        Self { scenario, account: format!("/api/v1/app-connections/okta/{account}") }
    }

    fn project(&self) -> ProjectId {
        ProjectId::parse(&self.scenario.project).unwrap()
    }

    /// Looks after the channels that are due, and returns the requests that this caused.
    fn tend(&self) -> Vec<Seen> {
        let before = self.scenario.platform.live.seen().len();
        pollster::block_on(tend_hooks(&self.scenario.platform, self.project(), HOOKS_MAX)).unwrap();
        self.scenario.platform.live.seen().split_off(before)
    }

    fn lines(&self) -> Vec<String> {
        self.tend().into_iter().map(|seen| seen.line).collect()
    }

    fn answer(&self, line: &str, status: u16, body: &str) {
        self.scenario.platform.live.answer(line, status, body);
    }

    fn details(&self) -> Value {
        self.scenario.get(&self.account, &self.scenario.live_key).body["appConnection"]["details"].clone()
    }

    /// The state of the channel, and the code of the warning about it.
    fn state(&self) -> (String, Option<String>) {
        let details = self.details();
        assert_eq!(details["hook"]["name"], "Our hook");
        let warnings = details["warnings"].as_array().unwrap();
        let ours = |code: &&str| code.starts_with("hook_") || *code == "insufficient_rights";
        let code = warnings.iter().filter_map(|warning| warning["code"].as_str()).find(ours);
        (details["hook"]["state"].as_str().unwrap().to_owned(), code.map(str::to_owned))
    }

    /// The address of the channel.
    fn uri(&self) -> String {
        let object = self.scenario.platform.index.object(self.scenario.target());
        let id: Option<String> = object.value("SELECT id FROM hooks", &[]).unwrap();
        let id =
            hook_id(&self.scenario.platform.config, self.project(), base62::decode(&id.unwrap()).unwrap());
        format!("https://edge.example/hooks/okta/{id}")
    }

    /// The channel as Okta lists it.
    fn listed(&self, status: &str, verification: &str) -> String {
        let channel = json!({ "config": { "uri": self.uri() } });
        let hook = json!({ "id": "who1", "name": "Our hook", "status": status, "verificationStatus": verification, "channel": channel });
        json!([{ "id": "who0", "name": "Another", "status": "ACTIVE" }, hook]).to_string()
    }
}

fn is(state: &str, code: Option<&str>) -> (String, Option<String>) {
    (state.to_owned(), code.map(str::to_owned))
}

#[test]
fn a_channel_is_registered_and_verified_after_the_account_is_linked() {
    let wanting = Wanting::new();
    assert_eq!(wanting.state(), is("none", None));
    assert!(wanting.scenario.platform.live.seen().iter().all(|seen| !seen.line.starts_with("POST")));
    let seen = wanting.tend();
    let lines: Vec<_> = seen.iter().map(|seen| seen.line.as_str()).collect();
    assert_eq!(lines, [LIST, CREATE, VERIFY]);
    let body: Value = serde_json::from_str(seen[1].body.as_ref().unwrap()).unwrap();
    assert_eq!(body["name"], "Our hook");
    assert_eq!(body["channel"]["config"]["uri"], wanting.uri().as_str());
    let events = body["events"]["items"].as_array().unwrap();
    assert!(events.contains(&json!("system.api_token.revoke")), "{events:?}");
    let scheme = &body["channel"]["config"]["authScheme"];
    let id = wanting.uri().rsplit('/').next().unwrap().parse_id();
    let secret = hook_secret(&wanting.scenario.platform.config, &id);
    assert_eq!(*scheme, json!({ "type": "HEADER", "key": "Authorization", "value": secret.expose() }));
    assert!(secret.len() >= 43, "32 bytes");
    assert_eq!(wanting.state(), is("registered", None));
    assert_eq!(wanting.tend(), [], "nothing is due");
    let log = wanting.scenario.get("/api/v1/audit-log", wanting.scenario.admin_key()).text;
    assert!(log.contains("connection.hook") && !log.contains(secret.expose()), "{log}");
}

trait ParseId {
    fn parse_id(&self) -> latchkey_shared::token::RoutedId;
}

impl ParseId for str {
    fn parse_id(&self) -> latchkey_shared::token::RoutedId {
        latchkey_shared::token::RoutedId::parse(self).unwrap()
    }
}

#[test]
fn the_secret_is_in_no_row_and_in_no_line_of_the_log() {
    let wanting = Wanting::new();
    // Okta's answer may repeat it.
    let id = || wanting.uri().rsplit('/').next().unwrap().parse_id();
    wanting.answer(VERIFY, 503, "{}");
    wanting.tend();
    let secret = hook_secret(&wanting.scenario.platform.config, &id());
    let echo =
        json!({ "id": secret.expose(), "status": secret.expose(), "errorCode": secret.expose() }).to_string();
    for line in [LIST, CREATE, VERIFY] {
        for status in [200, 400, 403, 418] {
            wanting.answer(line, status, &echo);
            wanting.scenario.platform.wait(DAY);
            wanting.tend();
        }
    }
    let object = wanting.scenario.platform.index.object(wanting.scenario.target());
    let tables: Vec<String> =
        object.values("SELECT name FROM sqlite_schema WHERE type = 'table'", &[]).unwrap();
    for table in tables {
        let columns: Vec<String> =
            object.values(&format!("SELECT name FROM pragma_table_info('{table}')"), &[]).unwrap();
        for column in columns {
            let statement = format!("SELECT 1 FROM {table} WHERE instr(CAST({column} AS TEXT), ?) > 0");
            assert!(!object.exists(&statement, &[secret.expose().into()]).unwrap(), "{table}.{column}");
        }
    }
    let log = wanting.scenario.platform.log.0.borrow().join("\n");
    assert!(!log.contains(secret.expose()), "{log}");
    let seen = wanting.scenario.platform.live.seen();
    assert!(seen.iter().all(|seen| !seen.line.contains(secret.expose())), "in a URL");
}

#[test]
fn each_refusal_leads_to_a_state_with_a_reason() {
    let denied = r#"{"errorCode":"E0000006"}"#;
    let foreign = r#"[{"id":"who9","name":"Our hook","status":"ACTIVE","channel":{"config":{"uri":"https://elsewhere.example/x"}}}]"#;
    for (case, line, status, body, state, code) in [
        ("may not read", LIST, 403, denied, "not_permitted", Some("insufficient_rights")),
        ("may not create", CREATE, 403, denied, "not_permitted", Some("insufficient_rights")),
        (
            "feature is off",
            LIST,
            401,
            r#"{"errorCode":"E0000015"}"#,
            "not_permitted",
            Some("insufficient_rights"),
        ),
        ("twenty-five", CREATE, 400, r#"{"errorCode":"E0000001"}"#, "failed", Some("hook_refused")),
        ("another's name", LIST, 200, foreign, "failed", Some("hook_refused")),
        (
            "challenge failed",
            VERIFY,
            400,
            r#"{"errorCode":"E0000001"}"#,
            "unverified",
            Some("hook_unverified"),
        ),
        ("down", CREATE, 503, "{}", "none", None),
        ("rate limit", LIST, 429, r#"{"errorCode":"E0000047"}"#, "none", None),
        ("a page", LIST, 403, "<html>", "none", None),
        ("unknown", VERIFY, 418, "", "none", None),
    ] {
        let wanting = Wanting::new();
        wanting.answer("GET https://acme.okta.com/api/v1/eventHooks/who9", 200, "{}");
        wanting.answer(line, status, body);
        let asked = wanting.lines();
        assert_eq!(wanting.state(), is(state, code), "{case}");
        assert_eq!(wanting.details()["health"]["state"], "healthy", "{case}");
        let touched = asked.iter().any(|line| line.contains("who9") && !line.starts_with("GET"));
        assert!(
            !touched && (case != "another's name" || !asked.contains(&CREATE.to_owned())),
            "{case}: {asked:?}"
        );
        let fix = wanting.details()["warnings"].as_array().unwrap().last().cloned();
        assert!(code.is_none() || fix.unwrap()["fix"].is_string(), "{case}");
        // When the cause is gone, it is registered within a week.
        wanting.answer(LIST, 200, "[]");
        wanting.answer(CREATE, 200, r#"{"id":"who1","status":"ACTIVE","verificationStatus":"UNVERIFIED"}"#);
        wanting.answer(VERIFY, 200, r#"{"id":"who1","verificationStatus":"VERIFIED"}"#);
        for _ in 0..8 {
            wanting.scenario.platform.wait(DAY);
            wanting.tend();
        }
        assert_eq!(wanting.state(), is("registered", None), "{case}");
    }
    let wanting = Wanting::new();
    wanting.scenario.platform.live.fail(CREATE, FetchError::TimedOut);
    wanting.tend();
    assert_eq!(wanting.state(), is("none", None));
    // The answer was lost, and Okta has the hook.
    wanting.answer(LIST, 200, &wanting.listed("ACTIVE", "UNVERIFIED"));
    wanting.scenario.platform.wait(3600);
    assert_eq!(wanting.lines(), [LIST, VERIFY], "nothing is made twice");
    assert_eq!(wanting.state(), is("registered", None));
}

#[test]
fn a_channel_is_looked_at_every_week_and_repaired() {
    for (case, listed, asked) in [
        ("fine", Some(("ACTIVE", "VERIFIED")), vec![LIST]),
        ("deleted", None, vec![LIST, CREATE, VERIFY]),
        ("unverified", Some(("ACTIVE", "UNVERIFIED")), vec![LIST, VERIFY]),
        (
            "switched off",
            Some(("INACTIVE", "VERIFIED")),
            vec![LIST, "POST https://acme.okta.com/api/v1/eventHooks/who1/lifecycle/activate"],
        ),
    ] {
        let wanting = Wanting::new();
        wanting.tend();
        assert_eq!(wanting.state(), is("registered", None));
        let body =
            listed.map_or("[]".to_owned(), |(status, verification)| wanting.listed(status, verification));
        wanting.answer(LIST, 200, &body);
        wanting.answer("POST https://acme.okta.com/api/v1/eventHooks/who1/lifecycle/activate", 200, "{}");
        wanting.scenario.platform.wait(6 * DAY);
        assert_eq!(wanting.lines(), Vec::<String>::new(), "{case}");
        wanting.scenario.platform.wait(DAY + 1);
        assert_eq!(wanting.lines(), asked, "{case}");
        assert_eq!(wanting.state(), is("registered", None), "{case}");
    }
}

#[test]
fn where_a_channel_is_not_permitted_the_same_events_are_asked_for() {
    let wanting = Wanting::new();
    wanting.answer(LIST, 403, r#"{"errorCode":"E0000006"}"#);
    wanting.tend();
    assert_eq!(wanting.state(), is("not_permitted", Some("insufficient_rights")));
    wanting.scenario.platform.wait(DAY);
    let asked = wanting.lines();
    assert_eq!(asked.len(), 1, "{asked:?}");
    let line = asked[0].clone();
    assert!(line.starts_with("GET https://acme.okta.com/api/v1/logs?since=2026-"), "{line}");
    assert!(line.contains("eventType%20eq%20%22user.lifecycle.suspend%22"), "{line}");
    wanting.scenario.platform.wait(DAY);
    let at = wanting.scenario.platform.clock.0.get();
    let since = wanting.scenario.platform.index.object(wanting.scenario.target());
    let polled: Vec<i64> = since.values("SELECT coalesce(polled, tried) FROM hooks", &[]).unwrap();
    let start = line.split_once("since=").unwrap().0.to_owned() + "since=";
    let end = line.split_once('&').unwrap().1;
    let encoded = |ms: i64| iso(ms).replace(':', "%3A");
    let event = json!([{ "uuid": "e1", "published": iso(at - 1000), "eventType": "user.lifecycle.suspend",
        "outcome": { "result": "SUCCESS" }, "target": [{ "id": "00uada" }] }]);
    wanting.answer(&format!("{start}{}&{end}", encoded(polled[0] - 600_000)), 200, &event.to_string());
    assert_eq!(wanting.lines().len(), 1);
    assert_eq!(wanting.details()["health"]["state"], "blocked");
    assert_eq!(wanting.details()["health"]["code"], "account_inactive");
    assert_eq!(wanting.state(), is("not_permitted", Some("insufficient_rights")));
}

#[test]
fn a_full_page_of_events_asks_for_a_check() {
    let hook = latchkey_catalogue::find("okta").unwrap().hook.as_ref().unwrap();
    let page = hook.poll.as_ref().unwrap().page;
    let (request, named) = (&hook.poll.as_ref().unwrap().step.request, format!("limit={page}&"));
    assert!(request.contains(&named), "{request}");
    for (count, soon) in [(page - 1, false), (page, true)] {
        let wanting = Wanting::new();
        wanting.answer(LIST, 403, r#"{"errorCode":"E0000006"}"#);
        wanting.tend();
        wanting.scenario.platform.wait(DAY);
        let before = wanting.details()["health"]["nextCheckAt"].clone();
        let line = wanting.lines().remove(0);
        let object = wanting.scenario.platform.index.object(wanting.scenario.target());
        let due: Option<i64> = object.value("SELECT due FROM hooks", &[]).unwrap();
        wanting.scenario.platform.wait((due.unwrap() - wanting.scenario.platform.clock.0.get()) / 1000);
        let polled: Option<i64> = object.value("SELECT coalesce(polled, tried) FROM hooks", &[]).unwrap();
        let since = line.split_once("since=").unwrap().1.split_once('&').unwrap().0;
        let line = line.replace(since, &iso(polled.unwrap() - 600_000).replace(':', "%3A"));
        // Events about others.
        let event = |at| json!({ "uuid": format!("e{at}"), "eventType": "user.lifecycle.suspend", "target": [{ "id": "00uother" }] });
        let events: Vec<_> = (0..count).map(event).collect();
        wanting.answer(&line, 200, &json!(events).to_string());
        assert_eq!(wanting.lines(), [line], "{count}");
        let next = wanting.details()["health"]["nextCheckAt"].clone();
        let at = iso(wanting.scenario.platform.clock.0.get());
        assert_eq!(
            next.as_str().is_some_and(|next| next <= at.as_str()),
            soon,
            "{count}: {before} {next} {at}"
        );
    }
}

#[test]
fn a_channel_of_another_organization_is_another_one() {
    let wanting = Wanting::new();
    wanting.tend();
    let (old, listed) = (wanting.uri(), wanting.listed("ACTIVE", "VERIFIED"));
    let secret = |uri: &str| {
        let id = uri.rsplit('/').next().unwrap().parse_id();
        hook_secret(&wanting.scenario.platform.config, &id).expose().to_owned()
    };
    let change = |host: &str, hook: Option<&str>| {
        wanting.scenario.platform.wait(60);
        wanting.scenario.platform.live.okta(host);
        let mut credentials = json!({ "instanceUrl": host, "apiToken": TOKEN });
        if let Some(name) = hook {
            credentials["eventHookName"] = json!(name);
        }
        let body = json!({ "credentials": credentials });
        let changed = wanting.scenario.patch(&wanting.account, &wanting.scenario.live_key, &body);
        assert_eq!(changed.status, 200, "{}", changed.text);
    };
    let status = |uri: &str, secret: &str| {
        let path = uri.trim_start_matches("https://edge.example");
        let body = Some(("application/json", "{}"));
        wanting.scenario.send_with("POST", path, None, body, &[("authorization", secret)]).status
    };
    // Another token of the same organization: the same channel.
    change(HOST, Some("Our hook"));
    wanting.answer(LIST, 200, &listed);
    assert_eq!((wanting.lines(), wanting.uri()), (vec![LIST.to_owned()], old.clone()));
    assert_eq!(status(&old, &secret(&old)), 204);
    // Another organization.
    let elsewhere = |line: &str| line.replace(HOST, "other.okta.com");
    let organization = r#"{"id":"00oother","_links":{"organization":{"href":"https://other.okta.com"}}}"#;
    wanting.scenario.platform.live.okta("other.okta.com");
    let found = "GET https://other.okta.com/.well-known/okta-organization";
    wanting.answer(found, 200, organization);
    wanting.answer(DEACTIVATE, 200, "{}");
    wanting.answer(DELETE, 204, "");
    wanting.answer(&elsewhere(LIST), 200, "[]");
    wanting.answer(
        &elsewhere(CREATE),
        200,
        r#"{"id":"who1","status":"ACTIVE","verificationStatus":"UNVERIFIED"}"#,
    );
    wanting.answer(&elsewhere(VERIFY), 200, "{}");
    change("other.okta.com", Some("Our hook"));
    wanting.answer(found, 200, organization);
    assert_eq!(status(&old, &secret(&old)), 404, "before anything is asked of the provider");
    let removed = [LIST, DEACTIVATE, DELETE].map(str::to_owned);
    let made = [LIST, CREATE, VERIFY].map(elsewhere);
    assert_eq!(wanting.lines(), [removed.clone(), made].concat());
    assert_eq!(wanting.state(), is("registered", None));
    let new = wanting.uri();
    assert_ne!(new, old);
    assert_eq!((status(&old, &secret(&old)), status(&new, &secret(&old))), (404, 401));
    assert_eq!(status(&new, &secret(&new)), 204);
    // No channel is wanted anymore.
    change("other.okta.com", None);
    assert_eq!(status(&new, &secret(&new)), 404);
    wanting.answer(&elsewhere(LIST), 200, &listed.replace(&old, &new));
    wanting.answer(&elsewhere(DEACTIVATE), 200, "{}");
    wanting.answer(&elsewhere(DELETE), 204, "");
    assert_eq!(wanting.details()["hook"], Value::Null);
    assert_eq!(wanting.lines(), removed.map(|line| elsewhere(&line)));
    let object = wanting.scenario.platform.index.object(wanting.scenario.target());
    assert_eq!((object.count("hooks"), wanting.tend()), (0, Vec::new()));
}

#[test]
fn the_channel_of_an_organization_that_does_not_answer_stops_nothing() {
    let wanting = Wanting::new();
    wanting.tend();
    let elsewhere = |line: &str| line.replace(HOST, "other.okta.com");
    wanting.scenario.platform.live.fail(LIST, FetchError::TimedOut);
    wanting.scenario.platform.live.okta("other.okta.com");
    wanting.answer(&elsewhere(LIST), 200, "[]");
    wanting.answer(
        &elsewhere(CREATE),
        200,
        r#"{"id":"who1","status":"ACTIVE","verificationStatus":"VERIFIED"}"#,
    );
    let credentials =
        json!({ "instanceUrl": "other.okta.com", "apiToken": TOKEN, "eventHookName": "Our hook" });
    let body = json!({ "credentials": credentials });
    assert_eq!(wanting.scenario.patch(&wanting.account, &wanting.scenario.live_key, &body).status, 200);
    wanting.tend();
    assert_eq!(wanting.state(), is("registered", None));
    // It is forgotten with the value that could have removed it.
    wanting.scenario.platform.wait(8 * DAY);
    wanting.answer(&elsewhere(LIST), 200, &wanting.listed("ACTIVE", "VERIFIED"));
    wanting.scenario.platform.sweep_all();
    wanting.tend();
    let object = wanting.scenario.platform.index.object(wanting.scenario.target());
    assert!(!object.exists("SELECT 1 FROM hooks WHERE old IS NOT NULL", &[]).unwrap());
}

#[test]
fn nothing_is_registered_for_an_account_that_is_being_ended_or_gone() {
    // The provider does not answer, so the account waits for its end.
    let wanting = Wanting::new();
    wanting
        .scenario
        .platform
        .live
        .fail("DELETE https://acme.okta.com/api/v1/api-tokens/current", FetchError::TimedOut);
    let path = [wanting.account.as_str(), "/revoke"].concat();
    let revoked = wanting.scenario.send("POST", &path, Some(&wanting.scenario.live_key), None);
    assert_eq!(revoked.status, 202, "{}", revoked.text);
    assert_eq!(wanting.tend(), []);
    // The account is gone when its channel was registered.
    let wanting = Wanting::new();
    let object = wanting.scenario.platform.index.object(wanting.scenario.target());
    object.exec("UPDATE hooks SET id = ?", &[base62::encode(7).into()]).unwrap();
    wanting.answer(LIST, 200, &wanting.listed("ACTIVE", "UNVERIFIED"));
    wanting.answer(DEACTIVATE, 200, "{}");
    wanting.answer(DELETE, 204, "");
    wanting.scenario.platform.live.meanwhile(move || {
        object.exec("DELETE FROM hooks", &[]).unwrap();
        object.exec("DELETE FROM connections", &[]).unwrap();
    });
    assert_eq!(wanting.lines(), [LIST, VERIFY, LIST, DEACTIVATE, DELETE]);
}

#[test]
fn a_deleted_account_leaves_no_channel_behind() {
    let wanting = Wanting::new();
    wanting.tend();
    let listed = wanting.listed("ACTIVE", "VERIFIED");
    wanting.answer(LIST, 200, &listed);
    wanting.answer(DEACTIVATE, 200, "{}");
    wanting.answer(DELETE, 204, "");
    let before = wanting.scenario.platform.live.seen().len();
    let deleted = wanting.scenario.send("DELETE", &wanting.account, Some(&wanting.scenario.live_key), None);
    assert_eq!(deleted.status, 200, "{}", deleted.text);
    let asked = wanting.scenario.platform.live.seen().split_off(before);
    let lines: Vec<_> = asked.iter().map(|seen| seen.line.as_str()).collect();
    assert_eq!(lines, [LIST, DEACTIVATE, DELETE]);
    // An account is deleted whatever its provider answers.
    let wanting = Wanting::new();
    wanting.tend();
    wanting.scenario.platform.live.fail(LIST, FetchError::TimedOut);
    let deleted = wanting.scenario.send("DELETE", &wanting.account, Some(&wanting.scenario.live_key), None);
    assert_eq!(deleted.status, 200, "{}", deleted.text);
    assert_eq!(wanting.tend(), []);
}

#[test]
fn a_look_that_was_cut_short_is_made_again_and_a_late_one_changes_nothing() {
    let wanting = Wanting::new();
    let project = wanting.project();
    // The credential is changed while the channel is being registered.
    wanting.answer(VERIFY, 400, r#"{"errorCode":"E0000001"}"#);
    let object = wanting.scenario.platform.index.object(wanting.scenario.target());
    let stolen = object.clone();
    let now = wanting.scenario.platform.clock.0.get();
    wanting.scenario.platform.live.meanwhile(move || {
        stolen.exec("UPDATE hooks SET trying = NULL, due = ?", &[now.into()]).unwrap();
    });
    let before = wanting.scenario.platform.live.seen().len();
    wanting.answer(VERIFY, 200, "{}");
    pollster::block_on(tend_hooks(&wanting.scenario.platform, project, HOOKS_MAX)).unwrap();
    let lines = wanting.scenario.platform.live.seen().split_off(before);
    assert_eq!(lines.iter().filter(|seen| seen.line == LIST).count(), 2, "the first look did not settle");
    assert_eq!(wanting.state(), is("registered", None));
    // Killed between the request and the settling.
    object.exec("UPDATE hooks SET due = ?, trying = 1", &[now.into()]).unwrap();
    assert_eq!(wanting.tend().len(), 3);
}

#[test]
fn the_key_of_a_dead_account_is_not_used_for_its_channel() {
    let wanting = Wanting::new();
    let object = wanting.scenario.platform.index.object(wanting.scenario.target());
    object.exec("UPDATE connections SET health = 'needs_new_key'", &[]).unwrap();
    assert_eq!(wanting.tend(), []);
    object.exec("UPDATE connections SET health = 'healthy'", &[]).unwrap();
    wanting.scenario.platform.wait(DAY);
    assert_eq!(wanting.tend().len(), 3);
}

#[test]
fn without_a_public_address_nothing_is_sent() {
    let mut wanting = Wanting::new();
    for url in [None, Some("http://edge.example".to_owned())] {
        wanting.scenario.platform.config.public_url = url;
        wanting.scenario.platform.wait(DAY);
        assert_eq!(wanting.tend(), []);
        assert_eq!(wanting.state(), is("failed", Some("hook_refused")));
    }
}

#[test]
fn test_mode_plays_a_channel_that_is_verified_and_one_that_never_is() {
    let mut scenario = Scenario::new();
    scenario.platform.config.public_url = Some("https://edge.example".to_owned());
    for (host, token, state) in [
        ("latchkey-demo.okta.com", "00test-super-admin-", "registered"),
        ("latchkey-unverified.okta.com", "00test-super-admin-", "unverified"),
        ("latchkey-demo.okta.com", "00test-read-only-", "not_permitted"),
    ] {
        let token = format!("{token:0<42}");
        let session = scenario.session(&scenario.test_key);
        let values = [("instanceUrl", host), ("apiToken", token.as_str()), ("eventHookName", "Latchkey")];
        let linked = scenario.submit(&session, "okta", &values);
        assert_eq!(linked.status, 200, "{}", linked.text);
        let project = ProjectId::parse(&scenario.project).unwrap();
        pollster::block_on(tend_hooks(&scenario.platform, project, HOOKS_MAX)).unwrap();
        let id = linked.body["connection"]["id"].as_str().unwrap();
        let read = scenario.get(&format!("/api/v1/app-connections/okta/{id}"), &scenario.test_key);
        assert_eq!(read.body["appConnection"]["details"]["hook"]["state"], state, "{host} {token}");
    }
    assert_eq!(scenario.platform.live.seen(), [], "test mode sends nothing");
}
