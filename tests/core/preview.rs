//! What a verification would send is shown without a secret, and is what it sends.

use latchkey_edge::credential::Credential;
use latchkey_edge::verify::preview;
use latchkey_shared::offer::{HostOptIns, Offer};
use latchkey_shared::provider::Provider;
use latchkey_shared::{Mode, Secret};

fn credential(offer: &Offer, values: &[(&str, &str)]) -> Credential {
    let answers =
        values.iter().map(|(id, text)| ((*id).to_owned(), Secret::new((*text).to_owned()))).collect();
    Credential::read(offer, answers).unwrap()
}

fn offer(id: &str) -> Offer {
    Offer::new(latchkey_catalogue::find(id).unwrap(), &HostOptIns::new())
}

const KEY: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

#[test]
fn secrets_and_findings_are_their_names() {
    let okta = offer("okta");
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
        let offer = Offer::new(provider, &HostOptIns::new());
        for value in provider.listed_test_values(Mode::Test) {
            let fields: Vec<_> = value.fields.iter().map(|(id, text)| (id.as_str(), text.as_str())).collect();
            let credential = credential(&offer, &fields);
            let shown = format!("{:?}", preview(&offer, &credential).unwrap());
            for secret in secrets(provider, &credential) {
                assert!(!shown.contains(&secret), "{}: {}", provider.id, value.name);
            }
        }
    }
}

fn secrets(provider: &Provider, credential: &Credential) -> Vec<String> {
    let secret = credential.values().filter(|(id, _)| provider.is_secret(id));
    secret.map(|(_, value)| value.expose().to_owned()).collect()
}
