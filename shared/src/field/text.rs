//! Parses a short text for people, such as a name.

use super::{Field, Parsed};
use crate::i18n::{Sentence, phrase};
use crate::msg;
use crate::{ErrorCode, FieldError};

pub(super) fn parse(field: &Field, text: String, changes: Vec<Sentence>) -> Result<Parsed, FieldError> {
    if text.chars().any(|c| c.is_control()) {
        return Err(field.error(
            ErrorCode::TextMalformed,
            msg!("This goes over several lines."),
            msg!("Enter {noun} in one line.", noun = phrase(&field.parse.phrase)),
        ));
    }
    Ok(Parsed { value: text, changes, warning: None })
}
