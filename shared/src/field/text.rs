//! Reads a short text for people, such as the name of something.

use super::{Field, Parsed};
use crate::phrase::{fill, text as said};
use crate::{ErrorCode, FieldError};

pub(super) fn parse(field: &Field, text: String, changes: Vec<String>) -> Result<Parsed, FieldError> {
    if text.chars().any(|c| c.is_control()) {
        return Err(field.error(
            ErrorCode::TextMalformed,
            said("This goes over several lines."),
            fill("Enter {noun} in one line.", &[&field.parse.phrase]),
        ));
    }
    Ok(Parsed { value: text, changes, warning: None })
}
