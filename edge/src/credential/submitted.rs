//! The field values of an attempt, as the page submitted them, and how sealed ones are opened.
//!
//! It refuses a secret field in clear and any other field sealed, so that at most the secrets of the form are opened. [`read`] opens
//! nothing, because the session's token is not checked by then.

use crate::credential::few_enough;
use crate::crypto::hpke::{Sealed, SealingKeys};
use crate::error::{Error, Result};
use latchkey_shared::connect::FieldValue;
use latchkey_shared::provider::Provider;
use latchkey_shared::sealing::{Context, FORMAT};
use latchkey_shared::{ErrorCode, FieldError, Secret, msg};
use std::collections::{BTreeMap, BTreeSet};

/// One submitted field value.
#[derive(Debug)]
pub enum SubmittedValue {
    /// In clear.
    Clear(Secret),
    /// Sealed in the browser.
    Sealed(Sealed),
}

/// Field values by field id, in clear.
pub type FieldValues = BTreeMap<String, Secret>;

/// Field values by field id, as the page sent them.
pub type Submission = BTreeMap<String, SubmittedValue>;

/// Reads field values without opening them. A refusal ends no attempt, because none has begun: the page may send the same
/// attempt again.
///
/// # Errors
/// If there are more values than any form has, if fields were sent in the wrong form, or if a value is sealed to an unknown
/// key.
pub fn read(
    provider: &Provider,
    keys: &SealingKeys,
    fields: BTreeMap<String, FieldValue>,
) -> Result<Submission> {
    few_enough(fields.len())?;
    let mut submission = BTreeMap::new();
    let mut errors = Vec::new();
    let mut seen = BTreeSet::new();
    for (id, value) in fields {
        let secret = provider.field(&id).is_some_and(|field| field.secret);
        match value {
            FieldValue::Text { text } if secret && !text.is_empty() => {
                errors.push(in_clear(&id));
            }
            FieldValue::Text { text } => _ = submission.insert(id, SubmittedValue::Clear(text)),
            FieldValue::Sealed { .. } if !secret => errors.push(not_a_secret(provider, &id)),
            FieldValue::Sealed { format, .. } if format.as_deref() != Some(FORMAT) => {
                errors.push(outdated(&id))
            }
            FieldValue::Sealed { kid, .. } if !keys.knows(&kid) => return Err(unknown_key(&id)),
            FieldValue::Sealed { kid, enc, ct, .. } => match Sealed::read(kid, &enc, &ct) {
                // HPKE derives the nonce from the encapsulated key, so two values must not share one.
                Some(sealed) if !seen.insert(sealed.enc) => errors.push(twice(&id)),
                Some(sealed) => _ = submission.insert(id, SubmittedValue::Sealed(sealed)),
                None => errors.push(unreadable(&id)),
            },
        }
    }
    if errors.is_empty() { Ok(submission) } else { Err(Error::fields(errors)) }
}

/// The encapsulated key of each sealed value, as text. The store notes them, so that none is opened twice.
#[must_use]
pub fn encapsulated(submission: &Submission) -> Vec<String> {
    let sealed = submission.values().filter_map(|value| match value {
        SubmittedValue::Clear(_) => None,
        SubmittedValue::Sealed(sealed) => Some(sealed.enc_text()),
    });
    sealed.collect()
}

/// Opens the sealed values. Each is bound to `context`, with its own field and key id, and with all that was sent in clear.
///
/// # Errors
/// One error for each value that does not open.
pub fn open(keys: &SealingKeys, context: &Context<'_>, submission: &Submission) -> Result<FieldValues> {
    // The map is sorted by field id. Exposed because what was sent in clear is not secret.
    let clear = submission.iter().filter_map(|(id, value)| match value {
        SubmittedValue::Clear(text) => Some([id.as_str(), text.expose()]),
        SubmittedValue::Sealed(_) => None,
    });
    let clear: Vec<&str> = clear.flatten().collect();
    let open = |(field, value): (&String, &SubmittedValue)| match value {
        SubmittedValue::Clear(text) => (field.clone(), Some(text.clone())),
        SubmittedValue::Sealed(sealed) => {
            let context = Context { kid: &sealed.kid, field, clear: &clear, ..*context };
            (field.clone(), keys.open(&context, sealed))
        }
    };
    let mut opened = BTreeMap::new();
    let mut errors = Vec::new();
    for (field, text) in submission.iter().map(open) {
        match text {
            Some(text) => _ = opened.insert(field, text),
            None => errors.push(unreadable(&field)),
        }
    }
    if errors.is_empty() { Ok(opened) } else { Err(Error::fields(errors)) }
}

fn in_clear(id: &str) -> FieldError {
    FieldError::on(
        id,
        ErrorCode::SealingRequired,
        msg!("This secret was not sealed before it left the page."),
        msg!(
            "Load the page again and enter it once more. A program must seal it (RFC 9180) to the key in GET /api/v1/connect."
        ),
    )
}

fn not_a_secret(provider: &Provider, id: &str) -> FieldError {
    // An id that no field has is not repeated: it may be a secret in the wrong place.
    let (field, code) = match provider.field(id) {
        Some(field) => (field.id.as_str(), ErrorCode::InvalidParameter),
        None => ("fields", ErrorCode::UnknownField),
    };
    FieldError::on(
        field,
        code,
        msg!("Only secret fields may be sealed; this one is not secret."),
        msg!("Send it as text."),
    )
}

fn unknown_key(id: &str) -> Error {
    Error::on(
        id,
        ErrorCode::UnknownSealingKey,
        msg!("This value was sealed to a key that this service does not have, or no longer has."),
        msg!("Press Connect again. A program must read the key from GET /api/v1/connect and seal again."),
    )
}

/// The error for a value that a page of an earlier deployment sealed.
fn outdated(id: &str) -> FieldError {
    FieldError::on(
        id,
        ErrorCode::SealedValueUnreadable,
        msg!("This page is older than the service, which no longer accepts how the page sealed this value."),
        msg!(
            "Load the page again and enter it once more. A program must seal it (RFC 9180) to the key in GET /api/v1/connect."
        ),
    )
}

fn twice(id: &str) -> FieldError {
    FieldError::on(
        id,
        ErrorCode::SealedValueReused,
        msg!("Two values were sealed with one encapsulated key."),
        msg!("Press Connect again: each value must be sealed on its own."),
    )
}

/// The error for a value that cannot be decrypted. It does not say why, on purpose.
fn unreadable(id: &str) -> FieldError {
    FieldError::on(
        id,
        ErrorCode::SealedValueUnreadable,
        msg!("This value was sealed in the browser, but it does not open here."),
        msg!("Press Connect again. If it happens again, load the page again and enter it once more."),
    )
}
