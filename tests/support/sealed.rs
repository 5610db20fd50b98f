//! Submits as the form does: each secret is sealed to the deployment's current key.

use crate::Scenario;
use latchkey_edge::{crypto::entropy::Entropy, ports::Platform};
use latchkey_shared::SessionToken;
use latchkey_shared::sealing::{Context, SealingKey};
use serde_json::{Value, json};

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
        let field = |(id, text): &(&str, &str)| {
            let secret =
                known.and_then(|known| known.field(id)).is_some_and(|field| field.secret) && !text.is_empty();
            let value =
                if secret { self.sealed(attempt, session, id, text) } else { json!({ "text": text }) };
            ((*id).to_owned(), value)
        };
        let fields: Value = values.iter().map(field).collect();
        json!({ "attemptId": attempt, "app": provider, "fields": fields })
    }

    /// One value, sealed for an attempt.
    #[must_use]
    pub fn sealed(&self, attempt: &str, session: &str, field: &str, text: &str) -> Value {
        let key = self.platform.config.sealing_keys.current().unwrap();
        sealed_with(&key, attempt, session, field, text, self.platform.entropy().bytes32())
    }
}

/// One value, sealed to any key with any randomness.
#[must_use]
pub fn sealed_with(
    key: &SealingKey,
    attempt: &str,
    session: &str,
    field: &str,
    text: &str,
    mut randomness: [u8; 32],
) -> Value {
    let token = SessionToken::parse(session).unwrap();
    let session = token.id.to_string();
    let context = Context { kid: &key.kid, mode: token.mode, session: &session, attempt, field };
    let sealed = latchkey_seal::seal((&key.suite, &key.public_key), &context, text, &mut randomness).unwrap();
    json!({ "kid": key.kid, "enc": sealed.enc, "ct": sealed.ct })
}
