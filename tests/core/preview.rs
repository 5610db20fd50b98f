//! Previews: they show the requests of a verification exactly, without a secret.

use latchkey_edge::credential::Credential;
use latchkey_edge::ports::{Clock as _, Fetch, FetchError, Incoming, Outgoing, Platform as _};
use latchkey_edge::verify::simulator::{KeyMemory, Simulator};
use latchkey_edge::verify::{Verification, VerificationRequest, preview, verify};
use latchkey_shared::probe::Body;
use latchkey_shared::project_provider::{HostOptIns, ProjectProvider};
use latchkey_shared::provider::Provider;
use latchkey_shared::{Mode, Secret};
use latchkey_tests::TestPlatform;
use serde_json::json;
use std::cell::RefCell;

fn credential(offered: &ProjectProvider, values: &[(&str, &str)]) -> Credential {
    let answers =
        values.iter().map(|(id, text)| ((*id).to_owned(), Secret::new((*text).to_owned()))).collect();
    Credential::read(offered, answers).unwrap()
}

fn project_provider(id: &str) -> ProjectProvider {
    ProjectProvider::new(latchkey_catalogue::find(id).unwrap(), &HostOptIns::new())
}

const KEY: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

#[test]
fn secrets_and_findings_are_their_names() {
    let okta = project_provider("okta");
    let shown =
        preview(&okta, &credential(&okta, &[("instanceUrl", "acme.okta.com"), ("apiToken", KEY)])).unwrap();
    let identity = shown.iter().find(|request| request.probe == "identity").unwrap();
    assert_eq!(identity.url.as_deref(), Some("https://acme.okta.com/api/v1/users/me"));
    assert_eq!(identity.headers["authorization"], "SSWS <apiToken>");
    let roles = shown.iter().find(|request| request.probe == "roles").unwrap();
    assert_eq!(roles.url.as_deref(), Some("https://acme.okta.com/api/v1/users/<identity.id>/roles"));
    assert!(!shown[0].headers.contains_key("authorization") && shown[0].stage < identity.stage);
}

#[test]
fn no_request_of_any_provider_shows_a_secret() {
    for provider in latchkey_catalogue::all() {
        let offered = ProjectProvider::new(provider, &HostOptIns::new());
        for value in provider.listed_test_values(Mode::Test) {
            let fields: Vec<_> = value.fields.iter().map(|(id, text)| (id.as_str(), text.as_str())).collect();
            let credential = credential(&offered, &fields);
            let shown = format!("{:?}", preview(&offered, &credential).unwrap());
            for secret in secrets(provider, &credential) {
                assert!(!shown.contains(&secret), "{}: {}", provider.id, value.name);
            }
        }
    }
}

/// A simulation that remembers what it was asked.
struct Listening(Simulator, RefCell<Vec<Outgoing>>);

impl Fetch for Listening {
    async fn fetch(&self, request: Outgoing) -> Result<Incoming, FetchError> {
        self.1.borrow_mut().push(request.clone());
        self.0.fetch(request).await
    }
}

/// Whether a URL is as it was shown, whatever was found in the place of `<name>`.
fn is_as_shown(shown: &str, sent: &str) -> bool {
    match shown.split_once('<').and_then(|(start, rest)| Some((start, rest.split_once('>')?.1))) {
        None => shown == sent,
        Some((start, rest)) => sent.strip_prefix(start).is_some_and(|sent| {
            let end = sent.find(['/', '?', '&']).unwrap_or(sent.len());
            is_as_shown(rest, sent.get(end..).unwrap_or_default())
        }),
    }
}

#[test]
fn every_request_sent_is_in_the_preview() {
    let platform = TestPlatform::new();
    for provider in latchkey_catalogue::all() {
        let offered = ProjectProvider::new(provider, &HostOptIns::new());
        let value = provider.listed_test_values(Mode::Test).into_iter().next().unwrap();
        let fields: Vec<_> = value.fields.iter().map(|(id, text)| (id.as_str(), text.as_str())).collect();
        let credential = credential(&offered, &fields);
        let shown = preview(&offered, &credential).unwrap();
        let now = platform.clock().now_ms();
        let listening =
            Listening(Simulator::new(provider, &credential, KeyMemory::new(now)), RefCell::default());
        let request = VerificationRequest {
            offered: &offered,
            credential,
            scopes: &[],
            known_organization: None,
            on_step: &|_| (),
            stored: false,
        };
        pollster::block_on(verify(&listening, platform.clock(), request));
        let sent = listening.1.into_inner();
        assert!(!sent.is_empty(), "{}", provider.id);
        for request in sent {
            let as_shown = shown.iter().any(|shown| {
                shown.method == request.method
                    && shown.url.as_ref().is_some_and(|url| is_as_shown(url, &request.url))
                    && shown.headers.keys().eq(request.headers.keys())
                    && shown.body.is_some() == request.body.is_some()
            });
            assert!(as_shown, "{}: {} {}", provider.id, request.method, request.url);
        }
    }
}

/// Whatever an optional probe stands on: its body too.
#[test]
fn an_optional_probe_whose_body_has_no_value_is_not_sent_and_ends_nothing() {
    let mut okta = latchkey_catalogue::find("okta").unwrap().clone();
    let roles = okta.probes.iter_mut().find(|probe| probe.id == "roles").unwrap();
    roles.request = "POST {instanceUrl}/api/v1/roles".into();
    roles.body = Some(Body::Text("{note.nowhere}".into()));
    let offered = ProjectProvider::new(Box::leak(Box::new(okta)), &HostOptIns::new());
    let value = offered.provider.listed_test_values(Mode::Test).into_iter().next().unwrap();
    let fields: Vec<_> = value.fields.iter().map(|(id, text)| (id.as_str(), text.as_str())).collect();
    let credential = credential(&offered, &fields);
    let shown = preview(&offered, &credential).unwrap();
    assert_eq!(shown.iter().find(|request| request.probe == "roles").unwrap().url, None);
    let platform = TestPlatform::new();
    let simulator = Simulator::new(offered.provider, &credential, KeyMemory::new(platform.clock().now_ms()));
    let request = VerificationRequest {
        offered: &offered,
        credential,
        scopes: &[],
        known_organization: None,
        on_step: &|_| (),
        stored: false,
    };
    let ending = pollster::block_on(verify(&simulator, platform.clock(), request));
    assert!(matches!(ending, Verification::Accepted(_)), "{ending:?}");
}

#[test]
fn an_optional_probe_waits_for_the_findings_that_its_body_needs() {
    let mut okta = latchkey_catalogue::find("okta").unwrap().clone();
    let company = okta.probes.iter().position(|probe| probe.id == "company").unwrap();
    let name = okta.probes[company].extract.keys().next().unwrap().clone();
    let roles = okta.probes.iter_mut().find(|probe| probe.id == "roles").unwrap();
    roles.request = "POST {instanceUrl}/api/v1/roles".into();
    roles.body = Some(Body::Json(json!({ "for": [format!("{{{name}}}")] })));
    let offered = ProjectProvider::new(Box::leak(Box::new(okta)), &HostOptIns::new());
    let credential = credential(&offered, &[("instanceUrl", "acme.okta.com"), ("apiToken", KEY)]);
    let shown = preview(&offered, &credential).unwrap();
    let stage = |id: &str| shown.iter().find(|request| request.probe == id).unwrap().stage;
    assert!(stage("roles") > stage("company"));
}

fn secrets(provider: &Provider, credential: &Credential) -> Vec<String> {
    let secret = credential.values().filter(|(id, _)| provider.is_secret(id));
    secret.map(|(_, value)| value.expose().to_owned()).collect()
}
