//! A field of the form, and the parser of its value, which both sides run.
//!
//! The widget runs it while the person types. The edge runs it again and never trusts the page. Each change to the text (a removed
//! scheme or header name) is reported, so that the person sees it. If the vendor documents no format, an unusual shape is only a
//! warning.

mod address;
mod base_path;
mod clean;
mod cross_field;
mod domain;
mod host;
mod id;
mod key;
mod key_fault;
mod near;
mod region;
mod rule;
pub mod shape;
mod text;
mod tokens;

#[cfg(test)]
mod tests;

pub use cross_field::{KeyInAddress, fill_from_other_fields, key_in_address, value_from_others};
pub use rule::{Field, LookAlike, Parse, ParseKind, Region};

use crate::i18n::{Sentence, phrase, sentence};
use crate::{ErrorCode, FieldError};
use crate::{mark, msg};

/// A parsed field value. `Debug` does not show it.
#[derive(Clone, PartialEq)]
pub struct Parsed {
    /// The value; empty if an optional field was left empty. It may be secret: see [`Field::secret`].
    pub value: String,
    /// The changes to the text, each as a short sentence for the person.
    pub changes: Vec<Sentence>,
    /// A warning about the value. It does not prevent submitting.
    pub warning: Option<FieldError>,
}

impl std::fmt::Debug for Parsed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parsed")
            .field("changes", &self.changes)
            .field("warning", &self.warning)
            .finish_non_exhaustive()
    }
}

impl Field {
    /// Parses a text. Parsing the value again returns the same value.
    ///
    /// # Errors
    /// A [`FieldError`] on this field, with cause and fix, if the text has no valid value. It never repeats a secret.
    pub fn parse(&self, input: &str) -> Result<Parsed, FieldError> {
        let mut parsed = self.read(input)?;
        // A text can be wrapped more than once, in quotes or behind header names. Each round makes it shorter, so the loop ends.
        while !parsed.value.is_empty() {
            let again = self.read(&parsed.value)?;
            if again.value == parsed.value {
                break;
            }
            let before = std::mem::take(&mut parsed.changes);
            let new = again.changes.into_iter().filter(|change| !before.contains(change)).collect::<Vec<_>>();
            parsed = Parsed { changes: [before, new].concat(), ..again };
        }
        Ok(parsed)
    }

    fn read(&self, input: &str) -> Result<Parsed, FieldError> {
        let mut changes = Vec::new();
        let text = clean::clean(input, &mut changes);
        if text.is_empty() {
            if self.optional || self.inferred || self.choice {
                let value = self.parse.default.as_ref().map(|host| ["https://", host].concat());
                return Ok(Parsed { value: value.unwrap_or_default(), changes, warning: None });
            }
            return Err(self.error(
                ErrorCode::FieldRequired,
                msg!("{label} is empty.", label = phrase(&self.label)),
                self.wanted(),
            ));
        }
        if text.chars().count() > self.parse.max as usize {
            return Err(self.error(
                ErrorCode::FieldTooLong,
                msg!(
                    "This is longer than {noun} can be ({max} characters at most).",
                    noun = phrase(&self.parse.phrase),
                    max = self.parse.max.to_string()
                ),
                msg!("Copy only {noun}, without the text around it.", noun = phrase(&self.parse.phrase)),
            ));
        }
        match self.parse.kind {
            ParseKind::Host => host::parse(self, &text, changes),
            ParseKind::Key => key::parse(self, &text, changes),
            ParseKind::Id => id::parse(self, &text, changes),
            ParseKind::Text => text::parse(self, text, changes),
        }
    }

    /// The fix for a missing value.
    fn wanted(&self) -> Sentence {
        let noun = phrase(&self.parse.phrase);
        if self.parse.regions.is_empty() {
            msg!("Enter {noun}.", noun = noun)
        } else {
            msg!("Choose {noun}.", noun = noun)
        }
    }

    /// The value of this field that a text in another field contains: the host of a URL or of a region, or the id, or the label of a
    /// host, in a URL or key. `None` for secret fields, and if the text contains none.
    #[must_use]
    pub fn capture(&self, pasted: &str) -> Option<String> {
        match self.parse.kind {
            ParseKind::Host if !self.secret => {
                // A bare name may be anything. Only a whole URL surely names a host, or the name of a region's.
                let named = holds(pasted, "://") || !self.parse.regions.is_empty();
                let host = named.then(|| host::captured(self, pasted)).flatten();
                let host = host.or_else(|| host::of_label(&self.parse, &self.carried_id(pasted)?))?;
                Some(["https://", &host].concat())
            }
            ParseKind::Id if !self.secret => self.carried_id(pasted),
            _ => None,
        }
    }

    /// Whether a value of this field is bound to the key that carries it.
    fn is_bound_to_key(&self) -> bool {
        self.parse.kind == ParseKind::Id || !self.parse.within.is_empty()
    }

    /// The one id that another field's text carries.
    fn carried_id(&self, text: &str) -> Option<String> {
        let found = id::carried(self, text);
        let first = *found.first()?;
        found.iter().all(|other| *other == first).then(|| first.to_owned())
    }

    /// Whether a host may receive a secret of this field's provider. `host` is in lower case and has no port.
    #[must_use]
    pub fn allows_host(&self, host: &str) -> bool {
        self.parse.kind == ParseKind::Host && host::belongs(&self.parse, host)
    }

    /// Whether a host may receive requests without a secret, to find out its organization.
    #[must_use]
    pub fn accepts_host(&self, host: &str) -> bool {
        self.parse.kind == ParseKind::Host && host::accepts(&self.parse, host)
    }

    /// The error for a text that holds several values, without any of them: they may be secret.
    fn several(&self, code: ErrorCode) -> FieldError {
        self.refused(
            code,
            mark!("This holds more than one value that could be {noun}."),
            mark!("Enter only the one that you mean."),
        )
    }

    /// An error whose sentences need no value but the field's noun.
    fn refused(&self, code: ErrorCode, message: &'static str, fix: &'static str) -> FieldError {
        let say = |template| sentence(template, vec![("noun", phrase(&self.parse.phrase))]);
        self.error(code, say(message), say(fix))
    }

    fn error(&self, code: ErrorCode, message: Sentence, fix: Sentence) -> FieldError {
        FieldError::on(&self.id, code, message, fix)
    }
}

/// Whether a bare host can be on the public network: a name in lower case whose top-level domain is not private.
#[must_use]
pub fn is_public_host(host: &str) -> bool {
    domain::is_public(host) && !host.bytes().any(|b| b.is_ascii_uppercase())
}

/// Whether `text` contains `part`. It compares bytes, because the standard search adds three kilobytes, and these texts are short.
fn holds(text: &str, part: &str) -> bool {
    text.as_bytes().windows(part.len()).any(|window| window == part.as_bytes())
}

/// The sentence that names a character.
fn odd_character(rule: &Parse, odd: char) -> Sentence {
    msg!(
        "A character in it ({code}) cannot be part of {noun}.",
        code = format!("U+{:04X}", u32::from(odd)),
        noun = phrase(&rule.phrase)
    )
}
