//! `PUT /api/v1/connect/progress`: saves what was filled in so far, so that the link can be opened again and continued.
//!
//! It owns what may be saved: values of fields that are not secret and that the field parser can read, and the finished
//! steps of the guide. It refuses secrets, and text in other fields that looks like a key of any provider.

use crate::access::auth;
use crate::api::endpoint::{JsonBody, NoContent};
use crate::api::input;
use crate::api::input::unknown_provider;
use crate::credential::few_enough;
use crate::credential::key_shapes::is_misplaced;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::ports::Platform;
use crate::store::protocol::{Progress, SaveProgress};
use latchkey_shared::msg;
use latchkey_shared::provider::Provider;
use latchkey_shared::{ErrorCode, FieldError};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The longest value that is saved, in characters.
const VALUE_MAX: usize = 200;
/// The most steps that are saved. No guide has more.
const STEPS_MAX: usize = 64;

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SavedProgress {
    /// The provider of the form.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::ProviderName"))]
    app: String,
    /// Field values by field id, without secrets.
    #[serde(default)]
    fields: BTreeMap<String, String>,
    /// The finished steps of the guide.
    #[cfg_attr(feature = "schema", schemars(length(max = 64)))]
    #[serde(default)]
    steps: Vec<String>,
}

/// Saves it, in place of what was saved before.
///
/// # Errors
/// Without a valid token, when the session has ended, or when a value is a secret.
pub(crate) async fn save(
    platform: &impl Platform,
    request: &Request,
    body: JsonBody<'_, SavedProgress>,
) -> Result<NoContent> {
    let caller = auth::session_caller(platform, request)?;
    let SavedProgress { app, fields, steps } = body.read()?;
    few_enough(fields.len())?;
    let provider = input::provider(platform, &app, unknown_provider).await?;
    let fields = readable(provider, fields).map_err(Error::fields)?;
    let well_formed = |step: &String| {
        (1..=12).contains(&step.len()) && step.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    };
    if steps.len() > STEPS_MAX || !steps.iter().all(well_formed) {
        return Err(input::invalid(
            "steps",
            msg!("This guide has no such step."),
            msg!("Send the names of the guide’s steps."),
        ));
    }
    let progress = Progress { app, fields, steps };
    caller.call(SaveProgress { proof: caller.proof(), progress }).await?;
    Ok(NoContent)
}

/// The values as the parser reads them. A value that it cannot read yet is left out: somebody may still be typing it.
fn readable(
    provider: &Provider,
    fields: BTreeMap<String, String>,
) -> std::result::Result<BTreeMap<String, String>, Vec<FieldError>> {
    let mut kept = BTreeMap::new();
    let mut errors = Vec::new();
    for (id, text) in fields {
        let Some(field) = provider.field(&id) else {
            // The unknown id is not repeated: it may hold anything.
            let fix = msg!("Send only fields of the form.");
            errors.push(FieldError::on(
                "fields",
                ErrorCode::UnknownField,
                msg!("This form has no such field."),
                fix,
            ));
            continue;
        };
        let fits = text.chars().count() <= VALUE_MAX;
        // A text that is too long is not kept, and searching it would take long.
        if field.secret || fits && is_misplaced(field, &text) {
            errors.push(FieldError::on(
                &id,
                ErrorCode::SecretMisplaced,
                msg!("This is a secret, or it looks like one, so it is not kept."),
                msg!("Send only values that are not secret."),
            ));
        } else if fits
            && let Ok(parsed) = field.parse(&text)
            && !parsed.value.is_empty()
        {
            kept.insert(id, parsed.value);
        }
    }
    if errors.is_empty() { Ok(kept) } else { Err(errors) }
}
