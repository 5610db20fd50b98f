//! `PUT /api/v1/connect/progress`: the page keeps what was filled in so far, so that opening the link again goes on from there.
//!
//! Owns what may be kept: answers that are no secrets and that the field parser can read, and which steps of the guide are
//! done. Refuses secrets, and what looks like one in another field.

use crate::access::auth;
use crate::api::input;
use crate::api::input::unknown_provider;
use crate::error::{Error, Result};
use crate::http::{Request, Response, body};
use crate::ports::Platform;
use crate::store::protocol::{Progress, SaveProgress};
use latchkey_shared::provider::Provider;
use latchkey_shared::{ErrorCode, FieldError};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The longest answer that is kept, in characters.
const VALUE_MAX: usize = 200;
/// No guide has more steps.
const STEPS_MAX: usize = 64;

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Saved {
    /// The provider of the form.
    #[cfg_attr(feature = "schema", schemars(with = "crate::openapi::ProviderName"))]
    app: String,
    /// Answers by field id; never secrets.
    #[serde(default)]
    fields: BTreeMap<String, String>,
    /// Steps of the guide that are done.
    #[cfg_attr(feature = "schema", schemars(length(max = 64)))]
    #[serde(default)]
    steps: Vec<String>,
}

/// Keeps it, in the place of what was kept before.
///
/// # Errors
/// Without a valid token, when the session has ended, or when something is a secret.
pub async fn save(platform: &impl Platform, request: &Request) -> Result<Response> {
    let caller = auth::session_token(platform, request)?;
    let Saved { app, fields, steps } = body::json(request)?;
    let provider = input::provider(&app, unknown_provider)?;
    let fields = readable(provider, fields).map_err(Error::fields)?;
    let named = |step: &String| {
        (1..=12).contains(&step.len()) && step.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    };
    if steps.len() > STEPS_MAX || !steps.iter().all(named) {
        return Err(input::invalid("steps", "A step is none of the guide.", "Send the steps’ own names."));
    }
    let progress = Progress { app, fields, steps };
    let asked = SaveProgress { proof: caller.proof(), progress };
    caller.call(asked).await?;
    Ok(Response::done())
}

/// The answers as the parser reads them. What cannot be read yet is left out: it is on its way.
fn readable(
    provider: &Provider,
    fields: BTreeMap<String, String>,
) -> std::result::Result<BTreeMap<String, String>, Vec<FieldError>> {
    let mut kept = BTreeMap::new();
    let mut errors = Vec::new();
    for (id, text) in fields {
        let Some(field) = provider.field(&id) else {
            // What is no field's id is not repeated.
            let fix = "Send only fields of the form.";
            errors.push(FieldError::on("fields", ErrorCode::UnknownField, "A field does not exist.", fix));
            continue;
        };
        if field.secret || provider.fields.iter().any(|field| field.recognises(&text)) {
            errors.push(FieldError::on(
                &id,
                ErrorCode::SecretMisplaced,
                "This is a secret, or looks like one. It is not kept.",
                "Send only answers that are no secrets.",
            ));
        } else if text.chars().count() <= VALUE_MAX
            && let Ok(parsed) = field.parse(&text)
            && !parsed.value.is_empty()
        {
            kept.insert(id, parsed.value);
        }
    }
    if errors.is_empty() { Ok(kept) } else { Err(errors) }
}
