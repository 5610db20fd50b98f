//! Procedures at a provider: the order of the steps, what each response means, and that no secret goes where it may not.

use latchkey_edge::credential::Credential;
use latchkey_edge::ports::FetchError;
use latchkey_edge::procedures::{Procedure, Ran, StepState, run};
use latchkey_shared::Secret;
use latchkey_shared::procedure::Step;
use latchkey_shared::project_provider::ProjectProvider;
use latchkey_shared::provider::Provider;
use latchkey_tests::FakeProvider;
use pollster::block_on;
use std::collections::BTreeMap;

const OKTA: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const GITLAB: &str = "glpat-aBcDeFgHiJkLmNoPqRsT";
const HARNESS: &str = "sat.AbCdEfGhIjKlMnOpQrStUv.0123456789abcdef01234567.zYxW9vUtSrQ8pOnMlKj7";
const LAUNCHDARKLY: &str = "api-01234567-89ab-4cde-8f01-23456789abcd";

fn provider(id: &str) -> &'static Provider {
    latchkey_catalogue::find(id).unwrap()
}

/// Runs steps with a credential of these fields.
fn ran_with(
    fake: &FakeProvider,
    id: &str,
    fields: &[(&str, &str)],
    steps: &'static [Step],
    given: &[(&str, &str)],
) -> Ran {
    let offered = ProjectProvider::new(provider(id), &BTreeMap::new());
    let values = fields.iter().map(|(id, value)| ((*id).to_owned(), Secret::new((*value).to_owned())));
    let credential = Credential::read(&offered, values.collect()).unwrap();
    let given = given.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let procedure = Procedure {
        offered: &offered,
        credential: &credential,
        steps,
        given,
        numbers: BTreeMap::from([("overlap.ms".to_owned(), 1_800_000_000_000)]),
        secrets: BTreeMap::new(),
    };
    block_on(run(fake, &procedure))
}

fn revoked(fake: &FakeProvider, id: &str, fields: &[(&str, &str)], given: &[(&str, &str)]) -> Ran {
    ran_with(fake, id, fields, &provider(id).revoke.as_ref().unwrap().steps, given)
}

/// The states of the steps, and the codes of those that have one.
fn states(ran: &Ran) -> Vec<(&str, StepState, Option<&str>)> {
    let state = |step: &latchkey_edge::procedures::StepResult| {
        (step.step, step.state, step.error.as_ref().map(|error| error.code.as_str()))
    };
    ran.steps.iter().map(state).collect()
}

fn lines(fake: &FakeProvider) -> Vec<String> {
    fake.seen().into_iter().map(|seen| seen.line).collect()
}

const OKTA_FIELDS: [(&str, &str); 2] = [("instanceUrl", "acme.okta.com"), ("apiToken", OKTA)];
const OKTA_LINE: &str = "DELETE https://acme.okta.com/api/v1/api-tokens/current";

#[test]
fn each_response_ends_a_step_in_its_own_way() {
    use StepState::{Done, Failed, Skipped, Unreachable};
    for (status, body, state, code, perhaps) in [
        (204, "", Done, None, false),
        (200, "", Done, None, false),
        (401, r#"{"errorCode":"E0000011"}"#, Skipped, None, false),
        (404, r#"{"errorCode":"E0000007"}"#, Skipped, None, false),
        (403, r#"{"errorCode":"E0000006"}"#, Failed, Some("revoke_not_permitted"), false),
        (403, r#"{"errorCode":"E0000212"}"#, Failed, Some("access_refused"), false),
        (403, "<html>", Unreachable, Some("access_refused"), true),
        (429, r#"{"errorCode":"E0000047"}"#, Unreachable, Some("provider_rate_limited"), false),
        (429, "", Unreachable, Some("provider_rate_limited"), false),
        (500, "", Unreachable, Some("provider_unavailable"), true),
        (502, "<html>", Unreachable, Some("provider_unavailable"), true),
        (418, "{}", Unreachable, Some("provider_unexpected"), true),
        (302, "", Unreachable, Some("provider_unexpected"), true),
    ] {
        let fake = FakeProvider::default();
        fake.answer(OKTA_LINE, status, body);
        let ran = revoked(&fake, "okta", &OKTA_FIELDS, &[]);
        assert_eq!(states(&ran), [("token", state, code)], "{status} {body}");
        assert_eq!(ran.steps[0].perhaps_done, perhaps, "{status} {body}");
        assert_eq!(ran.stopped().is_some(), matches!(state, Failed | Unreachable), "{status} {body}");
    }
    for error in [FetchError::TimedOut, FetchError::Network, FetchError::TooLarge] {
        let fake = FakeProvider::default();
        fake.fail(OKTA_LINE, error);
        let ran = revoked(&fake, "okta", &OKTA_FIELDS, &[]);
        assert_eq!(states(&ran), [("token", Unreachable, Some("provider_unavailable"))]);
        assert!(ran.steps[0].perhaps_done && ran.steps[0].retry_in.is_some());
    }
}

#[test]
fn the_waiting_time_is_the_providers() {
    let fake = FakeProvider::default();
    let headers = [("retry-after", "77")];
    fake.answer_with(OKTA_LINE, 429, &headers, r#"{"errorCode":"E0000047"}"#);
    assert_eq!(revoked(&fake, "okta", &OKTA_FIELDS, &[]).steps[0].retry_in, Some(77));
}

const VALIDATE: &str =
    "POST https://app.harness.io/ng/api/token/validate?accountIdentifier=AbCdEfGhIjKlMnOpQrStUv";
const IDENTIFIED: &str = r#"{"status":"SUCCESS","data":{"identifier":"my token","apiKeyIdentifier":"my_key","apiKeyType":"SERVICE_ACCOUNT","parentIdentifier":"bot","orgIdentifier":null,"valid":true}}"#;

#[test]
fn a_step_names_what_an_earlier_one_found_and_leaves_out_what_has_no_value() {
    let fake = FakeProvider::default();
    fake.answer(VALIDATE, 200, IDENTIFIED);
    let delete = "DELETE https://app.harness.io/ng/api/token/my%20token?accountIdentifier=AbCdEfGhIjKlMnOpQrStUv&apiKeyType=SERVICE_ACCOUNT&parentIdentifier=bot&apiKeyIdentifier=my_key";
    fake.answer(delete, 200, r#"{"status":"SUCCESS","data":true}"#);
    let ran = revoked(&fake, "harness", &[("apiKey", HARNESS)], &[]);
    assert_eq!(lines(&fake), [VALIDATE, delete]);
    assert_eq!(states(&ran), [("identify", StepState::Done, None), ("token", StepState::Done, None)]);

    let in_project =
        IDENTIFIED.replace(r#""orgIdentifier":null"#, r#""orgIdentifier":"o","projectIdentifier":"p""#);
    fake.answer(VALIDATE, 200, &in_project);
    revoked(&fake, "harness", &[("apiKey", HARNESS)], &[]);
    let last = lines(&fake).pop().unwrap();
    assert!(last.ends_with("&apiKeyIdentifier=my_key&orgIdentifier=o&projectIdentifier=p"), "{last}");
}

#[test]
fn a_required_step_that_fails_is_the_last() {
    let fake = FakeProvider::default();
    fake.answer(VALIDATE, 401, r#"{"status":"ERROR","code":"INVALID_TOKEN"}"#);
    let ran = revoked(&fake, "harness", &[("apiKey", HARNESS)], &[]);
    assert_eq!(states(&ran), [("identify", StepState::Failed, Some("key_rejected"))]);
    // A success that is none: the body counts, not the status.
    fake.answer(VALIDATE, 200, r#"{"status":"ERROR"}"#);
    let ran = revoked(&fake, "harness", &[("apiKey", HARNESS)], &[]);
    assert_eq!(states(&ran), [("identify", StepState::Unreachable, Some("provider_unexpected"))]);
}

#[test]
fn a_required_step_without_its_values_is_not_sent() {
    let fake = FakeProvider::default();
    let ran = revoked(&fake, "launchdarkly", &[("accessToken", LAUNCHDARKLY)], &[]);
    assert_eq!(states(&ran), [("token", StepState::Failed, Some("provider_unexpected"))]);
    assert_eq!(lines(&fake), [] as [String; 0]);
}

const RIGHTS: &str = "GET https://app.launchdarkly.com/api/v2/tokens/t1";
const MAKE: &str = "POST https://app.launchdarkly.com/api/v2/tokens";
const NEW: &str = "api-99999999-89ab-4cde-8f01-23456789abcd";

fn made(rights: &str) -> (FakeProvider, Ran) {
    let fake = FakeProvider::default();
    fake.answer(RIGHTS, 200, rights);
    fake.answer(MAKE, 201, &format!(r#"{{"_id":"t2","name":"{NEW}","token":"{NEW}"}}"#));
    let steps = &provider("launchdarkly").rotate.as_ref().unwrap().steps;
    let given = [("key.id", "t1"), ("rotation.name", "Latchkey r1")];
    let ran = ran_with(&fake, "launchdarkly", &[("accessToken", LAUNCHDARKLY)], steps, &given);
    (fake, ran)
}

#[test]
fn a_value_of_a_body_is_copied_as_it_is_and_left_out_if_there_is_none() {
    for (rights, expected) in [
        (
            r#"{"role":"admin","customRoleIds":[],"serviceToken":true,"defaultApiVersion":20240415}"#,
            r#"{"defaultApiVersion":20240415,"name":"Latchkey r1","role":"admin","serviceToken":true}"#,
        ),
        (
            r#"{"customRoleIds":["a","b"],"serviceToken":false}"#,
            r#"{"customRoleIds":["a","b"],"name":"Latchkey r1","serviceToken":false}"#,
        ),
        (
            r#"{"inlineRole":[{"effect":"allow","actions":["*"],"resources":["proj/*"]}]}"#,
            r#"{"inlineRole":[{"actions":["*"],"effect":"allow","resources":["proj/*"]}],"name":"Latchkey r1"}"#,
        ),
    ] {
        let (fake, ran) = made(rights);
        let body: serde_json::Value = serde_json::from_str(&fake.seen()[1].body.clone().unwrap()).unwrap();
        assert_eq!(body, serde_json::from_str::<serde_json::Value>(expected).unwrap());
        assert_eq!(ran.new_key.unwrap().1.expose(), NEW);
    }
}

#[test]
fn a_new_key_is_no_text_of_the_result() {
    let (_, ran) = made(r#"{"role":"admin"}"#);
    let shown = format!("{ran:?}");
    assert!(!shown.contains(NEW) && !shown.contains(LAUNCHDARKLY), "{shown}");
}

#[test]
fn an_answer_without_the_new_key_may_have_made_one() {
    for body in ["", "<html>", "{}", r#"{"token":""}"#, r#"{"token":7}"#] {
        let fake = FakeProvider::default();
        fake.answer(RIGHTS, 200, r#"{"role":"admin"}"#);
        fake.answer(MAKE, 201, body);
        let steps = &provider("launchdarkly").rotate.as_ref().unwrap().steps;
        let given = [("key.id", "t1"), ("rotation.name", "Latchkey r1")];
        let ran = ran_with(&fake, "launchdarkly", &[("accessToken", LAUNCHDARKLY)], steps, &given);
        assert_eq!(states(&ran)[1], ("token", StepState::Unreachable, Some("provider_unexpected")), "{body}");
        assert!(ran.steps[1].perhaps_done && ran.new_key.is_none(), "{body}");
    }
}

#[test]
fn a_number_of_a_body_is_a_number() {
    let fake = FakeProvider::default();
    fake.answer("PATCH https://app.launchdarkly.com/api/v2/tokens/t1", 200, "{}");
    let steps = &provider("launchdarkly").rotate.as_ref().unwrap().finish;
    let fields = [("accessToken", LAUNCHDARKLY)];
    let ran = ran_with(&fake, "launchdarkly", &fields, steps, &[("old.key.id", "t1")]);
    assert_eq!(states(&ran), [("old", StepState::Done, None)]);
    let body = fake.seen()[0].body.clone().unwrap();
    assert_eq!(body, r#"[{"op":"add","path":"/expiry","value":1800000000000}]"#);
}

#[test]
fn a_secret_of_ours_is_sent_only_by_a_step_with_secrets() {
    let offered = ProjectProvider::new(provider("okta"), &BTreeMap::new());
    let values = OKTA_FIELDS.map(|(id, value)| (id.to_owned(), Secret::new(value.to_owned())));
    let credential = Credential::read(&offered, values.into_iter().collect()).unwrap();
    for (secret, sent) in [(true, 1), (false, 0)] {
        let step = serde_json::json!({ "id": "hook", "title": "Made", "secret": secret,
            "request": "POST {instanceUrl}/api/v1/eventHooks", "body": { "json": { "secret": "{hook.secret}" } } });
        let steps: Vec<Step> = vec![serde_json::from_value(step).unwrap()];
        let fake = FakeProvider::default();
        fake.answer("POST https://acme.okta.com/api/v1/eventHooks", 200, "{}");
        let procedure = Procedure {
            offered: &offered,
            credential: &credential,
            steps: steps.leak(),
            given: BTreeMap::new(),
            numbers: BTreeMap::new(),
            secrets: BTreeMap::from([("hook.secret".to_owned(), Secret::new("ours".to_owned()))]),
        };
        block_on(run(&fake, &procedure));
        assert_eq!(fake.seen().len(), sent, "secret = {secret}");
    }
}

#[test]
fn a_secret_goes_to_no_host_that_the_field_does_not_allow() {
    // The project allowed the host when the account was linked, and does not any more.
    let gitlab = provider("gitlab");
    let opted = BTreeMap::from([(
        "gitlab".to_owned(),
        serde_json::from_str(r#"{"selfManaged":["git.example.com"]}"#).unwrap(),
    )]);
    let then = ProjectProvider::new(gitlab, &opted);
    let fields = [("accessToken", GITLAB), ("instanceUrl", "git.example.com")];
    let values = fields.map(|(id, value)| (id.to_owned(), Secret::new(value.to_owned())));
    let credential = Credential::read(&then, values.into_iter().collect()).unwrap();
    let now = ProjectProvider::new(gitlab, &BTreeMap::new());
    for (offered, sent) in [(&then, 1), (&now, 0)] {
        let fake = FakeProvider::default();
        let procedure = Procedure {
            offered,
            credential: &credential,
            steps: &gitlab.revoke.as_ref().unwrap().steps,
            given: BTreeMap::new(),
            numbers: BTreeMap::new(),
            secrets: BTreeMap::new(),
        };
        let ran = block_on(run(&fake, &procedure));
        assert_eq!(fake.seen().len(), sent);
        let code = if sent == 0 { "host_not_allowed" } else { "provider_unavailable" };
        assert_eq!(ran.steps[0].error.as_ref().unwrap().code.as_str(), code);
    }
}
