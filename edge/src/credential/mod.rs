//! A credential: the parsed field values of one form. It exists in memory only; `vault` alone turns it into bytes.
//!
//! It refuses field values that are wrong, unknown or missing, and a secret, or what looks like one, in a field that is shown.

pub mod hash;
pub mod key_shapes;
mod reveals;
pub mod submitted;

pub(crate) use reveals::{form_encoded, shows};

use crate::error::Error;
use latchkey_shared::collect::collect_btree;
use latchkey_shared::limits::FIELDS_MAX;
use latchkey_shared::project_provider::ProjectProvider;
use latchkey_shared::provider::{Provider, Values};
use latchkey_shared::{ErrorCode, FieldError, Secret, msg};
use std::collections::BTreeMap;
use zeroize::Zeroize;

/// Refuses more field values than any form has, with one error, before anything is done for each of them.
///
/// # Errors
/// Past the limit.
pub fn few_enough(count: usize) -> Result<(), Error> {
    if count <= FIELDS_MAX {
        return Ok(());
    }
    let (cause, fix) = (msg!("This form has no such field."), msg!("Send only fields of the form."));
    Err(Error::on("fields", ErrorCode::UnknownField, cause, fix))
}

/// The parsed field values of one form. Empty optional fields are left out. `Debug` shows no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    provider: &'static str,
    values: BTreeMap<String, Secret>,
}

impl Credential {
    /// Parses field values with the parser that the widget runs too, because the page is never trusted.
    ///
    /// # Errors
    /// One error for each field that is wrong, unknown or missing, or that holds a secret of another field.
    pub fn read(
        offered: &ProjectProvider,
        mut submitted: BTreeMap<String, Secret>,
    ) -> Result<Self, Vec<FieldError>> {
        let provider = offered.provider;
        let mut errors = Vec::new();
        let mut values = Values::new();
        let mut typed = Values::new();
        for field in offered.fields() {
            let value = submitted.remove(&field.id).unwrap_or_else(|| Secret::new(String::new()));
            // Exposed to be parsed. Errors of the parser never repeat a secret.
            match field.parse(value.expose()) {
                Ok(parsed) => _ = values.insert(field.id.clone(), parsed.value),
                Err(error) => errors.push(error),
            }
            typed.insert(field.id.clone(), value.expose().to_owned());
        }
        if errors.is_empty() {
            errors = offered.fill_from_other_fields(&typed, &mut values);
        }
        typed.values_mut().for_each(Zeroize::zeroize);
        let filled = values.into_iter().filter(|(_, value)| !value.is_empty());
        let values = collect_btree(filled.map(|(id, value)| (id, Secret::new(value))));
        for id in submitted.keys() {
            // If the id has an unusual form, it is not repeated: it may be a secret in the wrong place.
            let plain = id.len() <= 24 && id.bytes().all(|b| b.is_ascii_alphabetic());
            let name = if plain { id.clone() } else { "fields".to_owned() };
            let known: Vec<_> = provider.fields.iter().map(|field| field.id.as_str()).collect();
            errors.push(FieldError::on(
                name,
                ErrorCode::UnknownField,
                msg!("{provider} has no such field.", provider = &provider.name),
                msg!("Send only these fields: {fields}.", fields = known.join(", ")),
            ));
        }
        let credential = Self { provider: &provider.id, values };
        errors.extend(misplaced(offered, &credential));
        if errors.is_empty() { Ok(credential) } else { Err(errors) }
    }

    /// The provider's id.
    #[must_use]
    pub fn provider(&self) -> &'static str {
        self.provider
    }

    /// The value of one field, if it is not empty.
    #[must_use]
    pub fn value(&self, field: &str) -> Option<&Secret> {
        self.values.get(field)
    }

    /// Every value, sorted by field id.
    pub fn values(&self) -> impl Iterator<Item = (&str, &Secret)> {
        self.values.iter().map(|(id, value)| (id.as_str(), value))
    }

    /// The values of fields that are not secret. The API shows them.
    #[must_use]
    pub fn public(&self, provider: &Provider) -> BTreeMap<String, String> {
        let shown = self.values.iter().filter(|(id, _)| !provider.is_secret(id));
        // Exposed because the provider's file says that these fields are not secret.
        collect_btree(shown.map(|(id, value)| (id.clone(), value.expose().to_owned())))
    }

    /// A copy for people to read: each secret is replaced by its field's name, `<apiToken>`.
    #[must_use]
    pub(crate) fn masked(&self, provider: &Provider) -> Self {
        let shown = |(id, value): (&String, &Secret)| {
            let value = if provider.is_secret(id) { Secret::new(format!("<{id}>")) } else { value.clone() };
            (id.clone(), value)
        };
        Self { provider: self.provider, values: collect_btree(self.values.iter().map(shown)) }
    }

    /// Makes a credential from opened values. Only the vault calls this.
    pub(crate) fn opened(provider: &'static str, values: BTreeMap<String, Secret>) -> Self {
        Self { provider, values }
    }
}

/// An error for each value that the API would show and that holds a secret or looks like one: people paste into the wrong field, and
/// browsers fill it.
fn misplaced(offered: &ProjectProvider, credential: &Credential) -> Vec<FieldError> {
    let shown = credential.values.iter().filter(|(id, _)| !offered.provider.is_secret(id));
    let error = |(id, value): (&String, &Secret)| {
        let field = offered.provider.field(id);
        // Exposed to be compared. Nothing of it is kept.
        let cause = if credential.reveals(offered, value.expose()) {
            msg!("This field holds the secret or a part of it, but this field is not kept secret.")
        } else if field.is_none_or(|field| key_shapes::is_misplaced(field, value.expose())) {
            msg!("This is a secret, or it looks like one, so it is not kept.")
        } else {
            return None;
        };
        let fix = msg!("Remove the secret from this field. Nothing was stored.");
        Some(FieldError::on(id, ErrorCode::SecretMisplaced, cause, fix))
    };
    shown.filter_map(error).collect()
}

impl Credential {
    /// The credential with another value in a field that is not secret: the verified host, or the only thing that the key opens.
    pub(crate) fn with(mut self, field: &str, value: String) -> Self {
        self.values.insert(field.to_owned(), Secret::new(value));
        self
    }
}
