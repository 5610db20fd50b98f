//! What requests carry, checked: each file one kind of value, with its limits and the words of its refusal.

pub(crate) mod branding;
pub(crate) mod domains;
pub(crate) mod host_opt_ins;
pub mod origin;
pub mod page_url;

use crate::access::auth::KeyCaller;
use crate::error::{Error, Result};
use crate::ports::ProjectStore;
use latchkey_shared::i18n::Sentence;
use latchkey_shared::limits::{DESCRIPTION_MAX, NAME_MAX};
use latchkey_shared::provider::Provider;
use latchkey_shared::{ErrorCode, ProjectId};

/// A member of a body with a value that is not allowed.
pub(crate) fn invalid(member: &str, message: impl Into<Sentence>, fix: impl Into<Sentence>) -> Error {
    Error::on(member, ErrorCode::InvalidParameter, message, fix)
}

/// A connection's name: a slug.
pub(crate) fn name(member: &str, text: String) -> Result<String> {
    let slug = text
        .split('-')
        .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
    if slug && text.len() <= NAME_MAX {
        return Ok(text);
    }
    let fix = format!("Use 1 to {NAME_MAX} lower-case letters and digits, with single hyphens between them.");
    Err(invalid(member, "The name is not a slug.", fix))
}

/// A description, for people.
pub(crate) fn description(text: Option<String>) -> Result<Option<String>> {
    match text {
        Some(text) if text.chars().count() > DESCRIPTION_MAX => Err(invalid(
            "description",
            "The description is too long.",
            format!("Use at most {DESCRIPTION_MAX} characters."),
        )),
        text => Ok(text),
    }
}

/// The provider of a path or a body.
pub(crate) fn provider(id: &str, error: fn() -> Error) -> Result<&'static Provider> {
    latchkey_catalogue::find(id).ok_or_else(error)
}

pub(crate) fn unknown_provider() -> Error {
    let known: Vec<_> = latchkey_catalogue::ids().collect();
    Error::new(
        ErrorCode::UnknownProvider,
        "There is no such provider.",
        format!("Use one of: {}.", known.join(", ")),
    )
}

/// What another project owns reads as not there (DESIGN, invariant 7).
pub(crate) fn same_project<S: ProjectStore>(caller: &KeyCaller<'_, S>, named: Option<&str>) -> Result<()> {
    match named {
        Some(text) if ProjectId::parse(text) != Ok(caller.project) => Err(Error::not_found()),
        _ => Ok(()),
    }
}
