//! What a key opens, where it is one of several: the only one, the one that was chosen, or the error that asks for one.
//!
//! It asks nobody and stores nothing. A provider's response has listed the things, and `findings.rs` has left out what reveals a secret.

use super::{Failure, Verification, VerificationRequest};
use latchkey_shared::i18n::phrase;
use latchkey_shared::limits::CHOICES_MAX;
use latchkey_shared::probe::Choices;
use latchkey_shared::{Choice, ErrorCode, FieldError, msg};

/// The value of the field of `choices`, if it is found out here: the id of the only thing. `None` if it was chosen before.
///
/// # Errors
/// `choice_required` with the list, if there are several and none was chosen. `choice_unknown` if there is none, or not the chosen one.
pub(super) fn chosen(
    request: &VerificationRequest<'_>,
    choices: &Choices,
    found: Vec<Choice>,
) -> Result<Option<String>, Failure> {
    let provider = request.offered.provider;
    let Some(field) = request.offered.field(&choices.field) else { return Ok(None) };
    // What the field's own parser does not return as it is could never be sent.
    let can_be_sent =
        |choice: &Choice| field.parse(&choice.value).is_ok_and(|parsed| parsed.value == choice.value);
    let mut found: Vec<Choice> = found.into_iter().filter(can_be_sent).collect();
    let label = || phrase(&field.label);
    // Exposed because a choice is not secret; the build of the catalogue checks this.
    let error = match (request.credential.value(&field.id).map(|value| value.expose()), found.as_slice()) {
        (Some(value), found) if found.iter().any(|choice| choice.value == *value) => return Ok(None),
        // A list as long as a page may go on, so it does not say that a stored choice is gone.
        (Some(_), found) if request.stored && found.len() >= CHOICES_MAX => return Ok(None),
        (None, [only]) => return Ok(Some(only.value.clone())),
        // Nothing can be chosen, so this is about the key.
        (_, []) => FieldError::whole(
            ErrorCode::ChoiceUnknown,
            msg!("{provider} lists nothing that this key opens.", provider = &provider.name),
            msg!("Use a key of an account that has access to something."),
        ),
        (Some(_), _) => FieldError::on(
            &field.id,
            ErrorCode::ChoiceUnknown,
            msg!("{label}: this key does not open what was chosen.", label = label()),
            msg!("Choose another one from the list, or use another key."),
        ),
        (None, _) => FieldError::on(
            &field.id,
            ErrorCode::ChoiceRequired,
            msg!("This key opens several. Which one do you want to connect?"),
            msg!("Choose one from the list and press Connect again. Nothing you typed is lost."),
        ),
    };
    if error.field.is_none() {
        found.clear();
    }
    found.truncate(CHOICES_MAX);
    Err(Box::new(Verification::Rejected(FieldError { choices: found, ..error })))
}
