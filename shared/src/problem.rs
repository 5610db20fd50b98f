//! Problem details (RFC 9457): the format of every refusal on the wire.

use crate::ErrorCode;
use crate::i18n::Sentence;

wire! {
    /// One error, with the field that it concerns.
    pub struct FieldError {
        /// The field's id, or the member of the body. `None` if the error concerns the whole.
        "field" field: Option<String>,
        /// Stable, for machines.
        "code" code: ErrorCode,
        /// What is wrong, in plain words.
        "message" message: Sentence,
        /// Why that may be, the likeliest cause first, if there are several.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty", default))]
        "causes" causes: Vec<Sentence>,
        /// What to do about it.
        "fix" fix: Sentence,
        /// The provider's own code, such as `E0000011`.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
        "vendorCode" vendor_code: Option<String>,
        /// A value for the field that a person may accept instead: it satisfies the field's rule, and is never secret.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
        "suggestion" suggestion: Option<String>,
        /// The values among which a person must choose one for the field. At most 50; no label has more than 100 characters.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty", default))]
        "choices" choices: Vec<Choice>,
    }

    /// A value of a field, as one of several.
    pub struct Choice {
        /// The value to send. It is never secret.
        "value" value: String,
        /// Its name at the provider.
        "label" label: String,
    }

    /// `application/problem+json`.
    pub struct Problem {
        /// A URI that names the kind of problem.
        "type" kind: String,
        /// The same for every occurrence of the code.
        "title" title: String,
        /// The HTTP status.
        "status" status: u32,
        /// This occurrence, in plain words.
        "detail" detail: String,
        /// Stable, for machines.
        "code" code: ErrorCode,
        /// The id of this request in the log.
        "requestId" request_id: String,
        /// The errors, field by field.
        "errors" errors: Vec<FieldError>,
        /// The seconds until a retry makes sense. The header `Retry-After` has the same.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
        "retryAfter" retry_after: Option<u32>,
    }
}

impl FieldError {
    /// An error on a field.
    #[must_use]
    pub fn on(
        field: impl Into<String>,
        code: ErrorCode,
        message: impl Into<Sentence>,
        fix: impl Into<Sentence>,
    ) -> Self {
        Self { field: Some(field.into()), ..Self::whole(code, message, fix) }
    }

    /// An error that concerns the whole form or request.
    #[must_use]
    pub fn whole(code: ErrorCode, message: impl Into<Sentence>, fix: impl Into<Sentence>) -> Self {
        let (message, fix) = (message.into(), fix.into());
        Self {
            field: None,
            code,
            message,
            causes: Vec::new(),
            fix,
            vendor_code: None,
            suggestion: None,
            choices: Vec::new(),
        }
    }

    /// The error in the current language, for a response to a person.
    #[cfg(not(feature = "browser"))]
    #[must_use]
    pub fn into_said(self) -> Self {
        let causes = self.causes.into_iter().map(Sentence::into_said).collect();
        Self { message: self.message.into_said(), causes, fix: self.fix.into_said(), ..self }
    }
}
