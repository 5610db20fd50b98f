//! The values of a new connect session, one function for each. They check what a backend sends; whether an account or a
//! name exists, the store checks.

use super::{A_UUID, invalid, provider, unknown_provider, visible};
use crate::error::Result;
use crate::http::body::Whole;
use crate::ports::Platform;
use latchkey_shared::ConnectionId;
use latchkey_shared::connect::Prefill;
use latchkey_shared::provider::Provider;
use latchkey_shared::session::{EndOrganization, EndUser};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// How long a session may live, in seconds: from a minute to thirty days.
const EXPIRES_IN: RangeInclusive<i64> = 60..=30 * 24 * 3600;
/// How long it lives by default, in seconds.
const EXPIRES_IN_DEFAULT: i64 = 1800;
/// The longest text about a person or customer, in characters.
const TEXT_MAX: usize = 200;
/// The most entries of metadata.
const METADATA_MAX: usize = 20;
/// The longest name of such an entry, in characters.
const METADATA_NAME_MAX: usize = 40;
/// The longest language tag, in bytes.
const LOCALE_MAX: usize = 35;

/// How long the session lives, in seconds.
pub(crate) fn expires_in(seconds: Option<Whole>) -> Result<i64> {
    let seconds = seconds.map_or(EXPIRES_IN_DEFAULT, |Whole(seconds)| seconds);
    if EXPIRES_IN.contains(&seconds) {
        return Ok(seconds);
    }
    let (shortest, longest) = (EXPIRES_IN.start(), EXPIRES_IN.end());
    let fix = format!("Use {shortest} to {longest} seconds.");
    Err(invalid("expiresIn", "expiresIn is out of range.", fix))
}

/// The account whose key is to be replaced.
pub(crate) fn connection(id: &str) -> Result<ConnectionId> {
    ConnectionId::parse(id).map_err(|_| {
        invalid(
            "connectionId",
            "This project and mode has no such account of this provider.",
            format!("Send the id of a listed account, a UUID such as {A_UUID}, and name only its provider."),
        )
    })
}

/// A well-formed language tag (BCP 47). The form may not have the language: a backend may pass on what its user prefers,
/// and the browser's languages are next.
pub(crate) fn locale(tag: String) -> Result<String> {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    let well_formed = (2..=3).contains(&language.len())
        && language.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
        && tag.len() <= LOCALE_MAX;
    if well_formed {
        return Ok(tag);
    }
    Err(invalid("locale", "The locale is not a language tag.", "Use a BCP 47 tag, such as en, de or pt-BR."))
}

/// The backend's own entries.
pub(crate) fn metadata(entries: &BTreeMap<String, String>) -> Result<()> {
    let fits = |text: &str, max: usize| text.chars().count() <= max;
    let valid = entries.len() <= METADATA_MAX
        && entries
            .iter()
            .all(|(name, value)| !name.is_empty() && fits(name, METADATA_NAME_MAX) && fits(value, TEXT_MAX));
    if valid {
        return entries
            .iter()
            .flat_map(|(name, value)| [name, value])
            .try_for_each(|text| visible("metadata", text));
    }
    let fix = format!(
        "Use at most {METADATA_MAX} entries, with names of 1 to {METADATA_NAME_MAX} characters and values of at most {TEXT_MAX}."
    );
    Err(invalid("metadata", "The metadata has too many entries, or an entry is too long.", fix))
}

/// The providers that the person may link.
pub(crate) async fn providers(platform: &impl Platform, ids: &[String]) -> Result<Vec<&'static Provider>> {
    if ids.is_empty() {
        return Err(invalid("providers", "No provider is named.", "Name at least one, such as okta."));
    }
    // The number first: comparing thousands of ids with each other would take long.
    if ids.len() > latchkey_catalogue::index().len()
        || ids.iter().enumerate().any(|(at, id)| ids.iter().take(at).any(|before| before == id))
    {
        return Err(invalid(
            "providers",
            "A provider is named twice, or there are too many.",
            "Name each provider once.",
        ));
    }
    let mut offered = Vec::new();
    for id in ids {
        offered.push(provider(platform, id, unknown_provider).await?);
    }
    Ok(offered)
}

/// What the key must allow.
pub(crate) fn scopes(offered: &[&'static Provider], selected: Vec<String>) -> Result<Vec<String>> {
    let known: Vec<_> =
        offered.iter().flat_map(|provider| &provider.scopes).map(|scope| scope.id.as_str()).collect();
    if selected.len() <= known.len() && selected.iter().all(|scope| known.contains(&scope.as_str())) {
        return Ok(selected);
    }
    let known = known.join(", ");
    Err(invalid(
        "scopes",
        "None of this session’s providers has this scope, or there are too many.",
        format!("Use some of: {known}."),
    ))
}

/// The person and the customer.
pub(crate) fn people(user: &EndUser, organization: Option<&EndOrganization>) -> Result<()> {
    let organization =
        organization.map(|organization| (Some(organization.id.as_str()), organization.name.as_deref()));
    let (organization_id, organization_name) = organization.unwrap_or_default();
    for (member, text) in [
        ("endUser.id", Some(user.id.as_str())),
        ("endUser.email", user.email.as_deref()),
        ("endUser.name", user.name.as_deref()),
        ("organization.id", organization_id),
        ("organization.name", organization_name),
    ] {
        let valid = text.is_none_or(|text| !text.trim().is_empty() && text.chars().count() <= TEXT_MAX);
        if !valid {
            let fix = format!("Use 1 to {TEXT_MAX} characters.");
            return Err(invalid(member, "The text is empty or too long.", fix));
        }
        visible(member, text.unwrap_or_default())?;
    }
    Ok(())
}

/// Values to start with.
pub(crate) fn prefill(
    offered: &[&'static Provider],
    values: BTreeMap<String, String>,
) -> Result<Vec<Prefill>> {
    let allowed =
        |id: &str| offered.iter().filter_map(|provider| provider.field(id)).any(|field| !field.secret);
    if !values.keys().all(|id| allowed(id)) {
        return Err(invalid(
            "prefill",
            "A prefilled field does not exist, or is secret.",
            "Prefill only fields that are not secret.",
        ));
    }
    if values.values().any(|value| value.chars().count() > TEXT_MAX) {
        let fix = format!("Use at most {TEXT_MAX} characters.");
        return Err(invalid("prefill", "A prefilled value is too long.", fix));
    }
    values.values().try_for_each(|value| visible("prefill", value))?;
    Ok(values.into_iter().map(|(field, value)| Prefill { field, value }).collect())
}
