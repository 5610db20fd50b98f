//! The simulation finds the key wherever a request has it, and an access token that contains the key plays the same case.

use super::*;
use latchkey_edge::verify::simulator::{KeyMemory, Simulator};

/// The simulated answers: the case is in the key.
const PLAYED: &str = r#"
values = [
  { name = "Works", ending = "accepted", fields = { instanceUrl = "acme.example.com", apiKey = "key-test-works-*" } },
  { name = "Gone", ending = "rejected", code = "key_rejected", field = "apiKey", fields = { instanceUrl = "acme.example.com", apiKey = "key-test-gone-*" } },
]
simulation = [
  { request = "POST https://acme.example.com/token", status = 200, body = '{"access_token":"token-of-{key}"}' },
  { request = "* https://acme.example.com/me", keys = ["key-test-works-"], status = 200, body = '{"id":"u1"}' },
  { request = "* https://acme.example.com/me", keys = ["key-test-gone-"], status = 401, body = '{}' },
]
"#;

const REFUSED: &str = r#"
[[responses]]
status = ["401"]
ending = "rejected"
field = "apiKey"
code = "key_rejected"
message = "Acme does not accept this key."
fix = "Create a new one."
"#;

#[test]
fn the_key_is_found_in_a_header_in_basic_authentication_in_a_body_and_in_a_token() {
    let probe = |line: &str, more: &str| {
        format!(
            "[[probes]]\nid = \"key\"\ntitle = \"Key\"\nrequest = \"{line}\"\nsecret = true\nextract = {{ \"identity.id\" = \"id\" }}\n{more}\n{REFUSED}"
        )
    };
    let get = |headers: &str| format!("secretHeaders = {headers}\n{}", probe("GET {instanceUrl}/me", ""));
    let post = |body: &str| format!("secretHeaders = {{}}\n{}", probe("POST {instanceUrl}/me", body));
    let exchange = "[[probes]]\nid = \"token\"\ntitle = \"Token\"\nrequest = \"POST {instanceUrl}/token\"\nsecret = true\n\
        secretHeaders = { Authorization = { user = \"{apiKey}\", password = \"\" } }\ntoken = \"access_token\"\n";
    for verify in [
        get("{ Authorization = \"Bearer {apiKey}\" }"),
        get("{ A-First = \"{orgId}\", X-Key = \"{apiKey}\" }"),
        get("{ Authorization = { user = \"x\", password = \"{apiKey}\" } }"),
        post("body.text = \"key={apiKey}\""),
        post("body.json = { key = \"{apiKey}\" }"),
        post("body.form = { key = \"{apiKey}\" }"),
        format!(
            "secretHeaders = {{ Authorization = \"Bearer {{token}}\" }}\n{exchange}{}",
            probe("GET {instanceUrl}/me", "")
        ),
    ] {
        let offered = offered(made_of(&verify, "", PLAYED));
        for (key, expected) in [
            ("key-test-works-00000000", "accepted"),
            ("key-test-gone-000000000", "rejected key_rejected apiKey"),
        ] {
            let credential = credential(&offered, key, &[]);
            let simulator = Simulator::new(offered.provider, &credential, KeyMemory::new(1_795_348_800_000));
            let request = VerificationRequest {
                offered: &offered,
                credential,
                scopes: &[],
                known_organization: None,
                stored: false,
                on_step: &|_| (),
            };
            assert_eq!(said(&block_on(verify_with(&simulator, request))), expected, "{verify}");
        }
    }
}

async fn verify_with(simulator: &Simulator, request: VerificationRequest<'_>) -> Verification {
    verify(simulator, &Noon, request).await
}
