//! One question of the form, and the parser that both sides run on its answer.
//!
//! The widget runs it while the person types, the edge runs it again on what arrives and never trusts the page. What was
//! changed on the way (a scheme cut off, a header name removed) is told, so that the person sees it. Where the vendor
//! documents no grammar, shape alone warns and never refuses.

mod clean;
mod host;
mod key;
mod text;

#[cfg(test)]
mod tests;

use crate::{ErrorCode, FieldError};

words! {
    /// Which parser reads the answer.
    pub enum ParseKind {
        /// The host of an organisation, out of anything that names it; the value is its origin, `https://<host>`.
        Host = "host",
        /// An API key or token.
        Key = "key",
        /// A short text for people.
        Text = "text",
    }
}

wire! {
    /// One question.
    pub struct Field {
        /// Also the key of the credential in the API.
        "id" id: String,
        /// What is asked.
        "label" label: String,
        /// How an answer looks.
        "placeholder" placeholder: Option<String>,
        /// One sentence below the label.
        "help" help: Option<String>,
        /// Whether the answer must never be shown again.
        #[cfg_attr(feature = "serde", serde(default))]
        "secret" secret: bool,
        /// Whether it may stay empty.
        #[cfg_attr(feature = "serde", serde(default))]
        "optional" optional: bool,
        /// How the answer is read.
        "parse" parse: Parse,
    }

    /// How an answer is read. Members that do not belong to the kind are empty.
    pub struct Parse {
        /// Which parser.
        "kind" kind: ParseKind,
        /// What the thing is called in messages, with its article: "an Okta API token".
        "noun" noun: String,
        /// Host: the domains an organisation may live under, one label deep.
        #[cfg_attr(feature = "serde", serde(default))]
        "suffixes" suffixes: Vec<String>,
        /// Host: first labels that are the vendor's own pages and nobody's organisation.
        #[cfg_attr(feature = "serde", serde(default))]
        "reserved" reserved: Vec<String>,
        /// Host: an ending of the first label that names the admin console of the same organisation, `-admin`.
        #[cfg_attr(feature = "serde", serde(default))]
        "adminSuffix" admin_suffix: Option<String>,
        /// Key: words that people copy along, such as `SSWS`.
        #[cfg_attr(feature = "serde", serde(default))]
        "schemes" schemes: Vec<String>,
        /// Key: how it usually begins.
        #[cfg_attr(feature = "serde", serde(default))]
        "prefix" prefix: Option<String>,
        /// Key: how many characters it usually has.
        #[cfg_attr(feature = "serde", serde(default))]
        "length" length: Option<u32>,
        /// Key: things of the same vendor, or of another, that people paste by mistake.
        #[cfg_attr(feature = "serde", serde(default))]
        "lookAlikes" look_alikes: Vec<LookAlike>,
        /// The longest answer, in characters.
        "max" max: u32,
    }

    /// Something people paste by mistake.
    pub struct LookAlike {
        /// How it begins.
        "prefix" prefix: String,
        /// How many characters it has; none: any.
        "length" length: Option<u32>,
        /// What it is.
        "message" message: String,
        /// Where the right thing is.
        "fix" fix: String,
    }
}

/// An answer that was read. `Debug` does not show its value.
#[derive(Clone, PartialEq)]
pub struct Parsed {
    /// The value; empty when an optional field was left empty. May be secret: see [`Field::secret`].
    pub value: String,
    /// What was changed, each as a short sentence for the person.
    pub changes: Vec<String>,
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
    /// Reads an answer.
    ///
    /// # Errors
    /// A [`FieldError`] on this field, with cause and fix, when the answer cannot be one. It never repeats a secret.
    pub fn parse(&self, input: &str) -> Result<Parsed, FieldError> {
        let mut changes = Vec::new();
        let text = clean::clean(input, &mut changes);
        if text.is_empty() {
            if self.optional {
                return Ok(Parsed { value: String::new(), changes, warning: None });
            }
            return Err(self.error(
                ErrorCode::FieldRequired,
                format!("{} is empty.", self.label),
                format!("Enter {}.", self.parse.noun),
            ));
        }
        if text.chars().count() > self.parse.max as usize {
            return Err(self.error(
                ErrorCode::FieldTooLong,
                format!(
                    "This is longer than {} can be ({} characters at most).",
                    self.parse.noun, self.parse.max
                ),
                format!("Copy only {}, without the text around it.", self.parse.noun),
            ));
        }
        match self.parse.kind {
            ParseKind::Host => host::parse(self, &text, changes),
            ParseKind::Key => key::parse(self, &text, changes),
            ParseKind::Text => text::parse(self, text, changes),
        }
    }

    /// Whether a host may be sent a secret of this field's provider: a bare lower-case host, no port.
    #[must_use]
    pub fn allows_host(&self, host: &str) -> bool {
        self.parse.kind == ParseKind::Host && host::belongs(&self.parse, host)
    }

    fn error(&self, code: ErrorCode, message: String, fix: String) -> FieldError {
        FieldError::on(&self.id, code, message, fix)
    }
}
