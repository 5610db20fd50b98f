//! One question of the form, and the parser that both sides run on its answer.
//!
//! The widget runs it while the person types, the edge runs it again on what arrives and never trusts the page. What was
//! changed on the way (a scheme cut off, a header name removed) is told, so that the person sees it. Where the vendor
//! documents no grammar, shape alone warns and never refuses.

mod clean;
mod cross_field;
mod domain;
mod host;
mod id;
mod key;
mod rule;
pub mod shape;
mod text;

#[cfg(test)]
mod tests;

pub use cross_field::{fill_from_other_fields, value_from_others};
pub use rule::{Field, LookAlike, Parse, ParseKind};

use crate::i18n::{Sentence, phrase};
use crate::msg;
use crate::{ErrorCode, FieldError};

/// An answer that was read. `Debug` does not show its value.
#[derive(Clone, PartialEq)]
pub struct Parsed {
    /// The value; empty when an optional field was left empty. May be secret: see [`Field::secret`].
    pub value: String,
    /// What was changed, each as a short sentence for the person.
    pub changes: Vec<Sentence>,
    /// What looks odd, but does not stop anyone.
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
    /// Reads an answer. Reading the value again gives the same value.
    ///
    /// # Errors
    /// A [`FieldError`] on this field, with cause and fix, when the answer cannot be one. It never repeats a secret.
    pub fn parse(&self, input: &str) -> Result<Parsed, FieldError> {
        let mut parsed = self.read(input)?;
        // What was wrapped twice, in quotes or behind a header's name, is unwrapped twice. Every turn makes it shorter.
        while !parsed.value.is_empty() {
            let again = self.read(&parsed.value)?;
            if again.value == parsed.value {
                break;
            }
            let told = std::mem::take(&mut parsed.changes);
            let new = again.changes.into_iter().filter(|change| !told.contains(change)).collect::<Vec<_>>();
            parsed = Parsed { changes: [told, new].concat(), ..again };
        }
        Ok(parsed)
    }

    fn read(&self, input: &str) -> Result<Parsed, FieldError> {
        let mut changes = Vec::new();
        let text = clean::clean(input, &mut changes);
        if text.is_empty() {
            if self.optional || self.inferred {
                let value = self.parse.default.as_ref().map(|host| ["https://", host].concat());
                return Ok(Parsed { value: value.unwrap_or_default(), changes, warning: None });
            }
            return Err(self.error(
                ErrorCode::FieldRequired,
                msg!("{label} is empty.", label = phrase(&self.label)),
                msg!("Enter {noun}.", noun = phrase(&self.parse.phrase)),
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

    /// What a text pasted into another field tells about this one: the host of an address that names one, the id in an
    /// address or in a key. `None` for secrets, and when it tells nothing.
    #[must_use]
    pub fn capture(&self, pasted: &str) -> Option<String> {
        match self.parse.kind {
            // A bare name may be anything; only a whole address says that it is one.
            ParseKind::Host if !self.secret && holds(pasted, "://") => {
                host::among(self, pasted).map(|host| ["https://", &host].concat())
            }
            ParseKind::Id if !self.secret => id::out_of(self, pasted).map(str::to_owned),
            _ => None,
        }
    }

    /// Whether a text holds what is built like this secret usually is.
    #[must_use]
    pub fn recognises(&self, text: &str) -> bool {
        self.secret && words(text).any(|word| self.parse.shapes.iter().any(|shape| shape::fits(shape, word)))
    }

    /// Whether a host may be sent a secret of this field's provider: a bare lower-case host, no port.
    #[must_use]
    pub fn allows_host(&self, host: &str) -> bool {
        self.parse.kind == ParseKind::Host && host::belongs(&self.parse, host)
    }

    /// Whether a host may be asked, without any secret, which organisation it belongs to.
    #[must_use]
    pub fn accepts_host(&self, host: &str) -> bool {
        self.parse.kind == ParseKind::Host && host::accepts(&self.parse, host)
    }

    fn error(&self, code: ErrorCode, message: Sentence, fix: Sentence) -> FieldError {
        FieldError::on(&self.id, code, message, fix)
    }
}

/// The text as people see it: without characters that cannot be seen or that turn the direction of what is around them.
#[must_use]
pub fn visible(text: &str) -> String {
    text.chars().filter(|&c| !c.is_control() && !clean::is_invisible(c)).collect()
}

/// Whether a bare host can be one on the public network: a name in lower case, with a top-level domain that is no private one.
#[must_use]
pub fn is_public_host(host: &str) -> bool {
    domain::is_public(host) && !host.bytes().any(|b| b.is_ascii_uppercase())
}

/// Whether a text holds another one. Byte by byte: the standard search brings three kilobytes along, for texts of this length.
fn holds(text: &str, part: &str) -> bool {
    text.as_bytes().windows(part.len()).any(|window| window == part.as_bytes())
}

/// The words of a text as people paste it: a sentence, a header, a line of a script, a whole command.
fn words(text: &str) -> impl Iterator<Item = &str> {
    const BETWEEN: [char; 14] = ['"', '\'', '`', '<', '>', '(', ')', ',', ';', '=', '“', '”', '‘', '’'];
    text.split(|c: char| c.is_whitespace() || BETWEEN.contains(&c)).filter(|word| !word.is_empty())
}
