//! Checks of single values in requests. Each file has one kind of value, with its limits and its error messages.

pub(crate) mod account_list;
pub(crate) mod api_key;
pub(crate) mod branding;
#[cfg(feature = "schema")]
pub(crate) mod branding_schema;
pub(crate) mod care;
pub(crate) mod console_members;
pub(crate) mod domains;
pub(crate) mod host_opt_ins;
pub(crate) mod moment;
pub(crate) mod origin;
pub(crate) mod page_url;
pub(crate) mod session;
mod slug;

pub(crate) use slug::name;

use crate::access::auth::KeyCaller;
use crate::connections::find_provider;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::ports::{Platform, ProjectStore};
use latchkey_catalogue::Entry;
use latchkey_shared::i18n::Sentence;
use latchkey_shared::limits::DESCRIPTION_MAX;
use latchkey_shared::msg;
use latchkey_shared::provider::Provider;
use latchkey_shared::shown::hidden_character;
use latchkey_shared::{ErrorCode, ProjectId};

/// A UUID, as an example in a message.
pub(crate) const A_UUID: &str = "7ffbb072-2575-495a-b5b0-127f88caef78";

/// The error for a member of the body, or a parameter, whose value is not valid.
pub(crate) fn invalid(member: &str, message: impl Into<Sentence>, fix: impl Into<Sentence>) -> Error {
    Error::on(member, ErrorCode::InvalidParameter, message, fix)
}

/// Refuses to take a key over at a provider that cannot replace keys.
pub(crate) fn check_take_over(
    take_over: bool,
    providers: impl IntoIterator<Item = &'static Provider>,
) -> Result<()> {
    match providers.into_iter().find(|provider| take_over && provider.rotate.is_none()) {
        None => Ok(()),
        Some(provider) => Err(invalid(
            "takeOver",
            format!("{} has no call that replaces a key, so it cannot be taken over.", provider.name),
            "Send false, or leave takeOver out.",
        )),
    }
}

/// Refuses a text for people with a character that nobody sees, or that turns the text around it: a name must not look like another.
pub(crate) fn visible(member: &str, text: &str) -> Result<()> {
    match hidden_character(text) {
        None => Ok(()),
        Some(hidden) => {
            let fix = format!("Remove the character U+{:04X}.", u32::from(hidden));
            let message = "The text has a character that cannot be seen or that changes the direction of the text, or too many marks on one.";
            Err(invalid(member, message, fix))
        }
    }
}

/// A name for people: one line of text, without the space around it.
pub(crate) fn line(member: &str, text: &str, max: usize) -> Result<String> {
    let line = text.trim();
    visible(member, line)?;
    if line.is_empty() || line.chars().count() > max {
        let fix = format!("Use 1 to {max} characters on one line.");
        return Err(invalid(member, "The name is empty or too long.", fix));
    }
    Ok(line.to_owned())
}

/// A description, for people. It may have several lines.
pub(crate) fn description(text: Option<String>) -> Result<Option<String>> {
    note("description", text)
}

/// A text for people, which may have several lines.
pub(crate) fn note(member: &str, text: Option<String>) -> Result<Option<String>> {
    match text {
        Some(text) if text.chars().count() > DESCRIPTION_MAX => Err(invalid(
            member,
            format!("The {member} is too long."),
            format!("Use at most {DESCRIPTION_MAX} characters."),
        )),
        text => {
            let mut lines = text.iter().flat_map(|text| text.split('\n'));
            lines.try_for_each(|line| visible(member, line))?;
            Ok(text)
        }
    }
}

/// The catalogue's entry of a provider, or the error.
pub(crate) fn entry(id: &str, error: fn() -> Error) -> Result<&'static Entry> {
    latchkey_catalogue::entry(id).ok_or_else(error)
}

/// The provider with this id, or the error.
pub(crate) async fn provider(
    platform: &impl Platform,
    id: &str,
    error: fn() -> Error,
) -> Result<&'static Provider> {
    find_provider(platform, id).await?.ok_or_else(error)
}

/// Whether a member of the query is `true`.
///
/// # Errors
/// When it is neither `true` nor `false`.
pub(crate) fn is_set(request: &Request, name: &'static str) -> Result<bool> {
    match request.query.get(name).map(String::as_str) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(invalid(
            name,
            format!("{name} is neither true nor false."),
            format!("Send true, or leave {name} out."),
        )),
    }
}

/// The error for a provider that a body names and that does not exist.
pub(crate) fn unknown_provider() -> Error {
    Error::new(
        ErrorCode::UnknownProvider,
        msg!("There is no such provider."),
        msg!("Use an id that GET /api/v1/providers lists, such as okta."),
    )
}

/// Another project is not found (ARCHITECTURE, invariant 7).
pub(crate) fn same_project<S: ProjectStore>(caller: &KeyCaller<'_, S>, named: Option<&str>) -> Result<()> {
    match named {
        Some(text) if ProjectId::parse(text) != Ok(caller.project) => Err(Error::not_found()),
        _ => Ok(()),
    }
}
