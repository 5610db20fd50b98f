//! The endpoints: each reads its request, calls a use case, and writes the answer. One file per resource.

pub mod api_keys;
pub mod app_connections;
pub mod audit_log;
mod branding;
pub mod connect;
pub mod connect_progress;
pub mod connect_sessions;
pub mod connect_share;
mod domains;
pub mod guides;
mod host_opt_ins;
pub mod origin;
pub mod page_url;
pub mod pages;
pub mod projects;
pub mod providers;
pub mod vault;

use crate::error::{Error, Result};
use crate::http::Request;
use crate::http::auth::KeyCaller;
use crate::ledger::operation::ProjectView;
use latchkey_shared::limits::{DESCRIPTION_MAX, NAME_MAX};
use latchkey_shared::provider::Provider;
use latchkey_shared::{ErrorCode, ProjectId};

/// A member of a body with a value that is not allowed.
fn invalid(member: &str, message: impl Into<String>, fix: impl Into<String>) -> Error {
    Error::on(member, ErrorCode::InvalidParameter, message, fix)
}

/// A connection's name: a slug.
fn name(member: &str, text: String) -> Result<String> {
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
fn description(text: Option<String>) -> Result<Option<String>> {
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
fn provider(id: &str, error: fn() -> Error) -> Result<&'static Provider> {
    latchkey_catalogue::find(id).ok_or_else(error)
}

fn unknown_provider() -> Error {
    let known: Vec<_> = latchkey_catalogue::ids().collect();
    Error::new(
        ErrorCode::UnknownProvider,
        "There is no such provider.",
        format!("Use one of: {}.", known.join(", ")),
    )
}

/// What another project owns reads as not there (DESIGN, invariant 7).
fn same_project(caller: &KeyCaller, named: Option<&str>) -> Result<()> {
    match named {
        Some(text) if ProjectId::parse(text) != Ok(caller.project) => Err(Error::not_found()),
        _ => Ok(()),
    }
}

/// Where a project's links lead: to the first of its own host names, else to where this deployment is reached.
fn public_url(config: &crate::config::Config, request: &Request, project: &ProjectView) -> String {
    match project.settings.domains.first() {
        Some(host) => ["https://", host].concat(),
        None => config.public_url.clone().unwrap_or_else(|| request.origin.clone()),
    }
}
