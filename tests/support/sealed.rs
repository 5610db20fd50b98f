//! Submits as the form does: each secret is sealed to the deployment's current key.

use crate::Scenario;
use latchkey_edge::{crypto::entropy::Entropy, ports::Platform};
use latchkey_shared::SessionToken;
use latchkey_shared::sealing::{Context, FORMAT, SealingKey};
use serde_json::{Value, json};
use std::collections::BTreeMap;

impl Scenario {
    /// The body of an attempt with these field values.
    #[must_use]
    pub fn sealed_body(
        &self,
        attempt: &str,
        session: &str,
        provider: &str,
        values: &[(&str, &str)],
    ) -> Value {
        let known = latchkey_catalogue::find(provider);
        let is_secret = |id: &str, text: &str| {
            known.and_then(|known| known.field(id)).is_some_and(|field| field.secret) && !text.is_empty()
        };
        let mut body = json!({ "attemptId": attempt, "app": provider, "fields": {} });
        for (id, text) in values.iter().filter(|(id, text)| !is_secret(id, text)) {
            body["fields"][*id] = json!({ "text": text });
        }
        let secrets = values.iter().filter(|(id, text)| is_secret(id, text));
        let sealed: Vec<_> =
            secrets.map(|(id, text)| (*id, self.sealed_in(&body, session, id, text))).collect();
        for (id, value) in sealed {
            body["fields"][id] = value;
        }
        body
    }

    /// One value, sealed for an attempt at Okta's form in which only `instanceUrl` is filled in: `acme.okta.com`.
    #[must_use]
    pub fn sealed(&self, attempt: &str, session: &str, field: &str, text: &str) -> Value {
        let fields = json!({ "instanceUrl": { "text": "acme.okta.com" } });
        let body = json!({ "attemptId": attempt, "app": "okta", "fields": fields });
        self.sealed_in(&body, session, field, text)
    }

    /// One value, sealed for the attempt with this body.
    #[must_use]
    pub fn sealed_in(&self, body: &Value, session: &str, field: &str, text: &str) -> Value {
        let key = self.platform.config.sealing_keys.current().unwrap();
        sealed_with(&key, body, session, field, text, self.platform.entropy().bytes32())
    }
}

/// One value, sealed to any key with any randomness, for the attempt with this body.
#[must_use]
pub fn sealed_with(
    key: &SealingKey,
    body: &Value,
    session: &str,
    field: &str,
    text: &str,
    mut randomness: [u8; 32],
) -> Value {
    let token = SessionToken::parse(session).unwrap();
    let session = token.id.to_string();
    let text_of = |member: &str| body[member].as_str().unwrap();
    let fields: BTreeMap<&String, &Value> = body["fields"].as_object().unwrap().iter().collect();
    let clear = fields.into_iter().filter_map(|(id, value)| Some([id, value["text"].as_str()?]));
    let clear: Vec<&str> = clear.flatten().collect();
    let context = Context {
        kid: &key.kid,
        mode: token.mode,
        session: &session,
        attempt: text_of("attemptId"),
        app: text_of("app"),
        clear: &clear,
        field,
    };
    let sealed = latchkey_seal::seal((&key.suite, &key.public_key), &context, text, &mut randomness).unwrap();
    json!({ "format": FORMAT, "kid": key.kid, "enc": sealed.enc, "ct": sealed.ct })
}
