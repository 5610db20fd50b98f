//! `PATCH /api/v1/projects/{id}`: changes the members that are sent, and leaves the rest.
//!
//! The registry reserves host names first, because only it knows whether another project has one; then the project's object
//! changes; then the registry settles, and frees what the project gave up. If that is cut short, the timer settles.

use super::{OneProject, registered, view, with_names};
use crate::access::auth;
use crate::api::endpoint::JsonBody;
use crate::api::input::console_members::SentConsoleMember;
use crate::api::input::host_opt_ins::SentHostOptIns;
use crate::api::input::{branding, care, console_members, domains, host_opt_ins, line, origin};
use crate::error::{Error, Result};
use crate::http::Request;
use crate::http::body::{Whole, present};
use crate::jobs::finish_projects::settled;
use crate::ports::Platform;
use crate::store::client::{CallError, StoreClient};
use crate::store::protocol::{BeginChangingProject, CareChanges, UpdateProject};
use crate::store::refusals::CallerKind;
use latchkey_shared::ProjectId;
use latchkey_shared::limits::NAME_MAX;
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ProjectChanges {
    /// The product’s name.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 64)))]
    name: Option<String>,
    /// Origins that may embed the form.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<Vec<crate::http::schema::Origin>>", length(max = 20))
    )]
    allowed_origins: Option<Vec<String>>,
    /// Whether its pages show only its own name.
    white_label: Option<bool>,
    /// Hosts that customers run themselves, by provider.
    #[cfg_attr(feature = "schema", schemars(with = "Option<latchkey_shared::project_provider::HostOptIns>"))]
    hosts: Option<SentHostOptIns>,
    /// How its pages look, and their texts. It replaces the branding as a whole: what is left out is the default.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::api::input::branding_schema::Branding>"))]
    branding: Option<Map<String, Value>>,
    /// Who may sign in to its console by Cloudflare Access. The list replaces the one before.
    #[cfg_attr(feature = "schema", schemars(length(max = 100)))]
    console_members: Option<Vec<SentConsoleMember>>,
    /// The project’s own host names for pages and API. Links use the first. The deployment must have a `PUBLIC_URL`.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<Vec<crate::http::schema::Host>>", length(max = 5))
    )]
    domains: Option<Vec<String>>,
    /// Whether accounts are checked by themselves. A key that ends when nobody uses it stays alive only with checks.
    checks: Option<bool>,
    /// The time between two checks of an account, in seconds: from an hour to thirty days. A key that ends when nobody uses it
    /// is checked at least every seven days.
    #[cfg_attr(feature = "schema", schemars(with = "Option<u32>", range(min = 3600, max = 2_592_000)))]
    check_every_seconds: Option<Whole>,
    /// The age in days at which a key is rotated, if its provider can. Null: never.
    #[cfg_attr(feature = "schema", schemars(with = "Option<u32>", range(min = 1, max = 365)))]
    #[serde(default, deserialize_with = "present")]
    rotate_every_days: Option<Option<Whole>>,
    /// Whether a session for a new key is made when an account needs one. The event has its link.
    relink: Option<bool>,
    /// For how many days the audit log is kept: from 30 to 3650.
    #[cfg_attr(feature = "schema", schemars(with = "Option<u32>", range(min = 30, max = 3650)))]
    audit_days: Option<Whole>,
    /// How the audit log has the network addresses of clients.
    #[cfg_attr(feature = "schema", schemars(with = "Option<latchkey_shared::audit::AddressForm>"))]
    audit_addresses: Option<String>,
}

/// Changes the members that are sent, and leaves the others.
///
/// # Errors
/// Without the admin token, when it is not there, or when a value is not allowed.
pub(crate) async fn update(
    platform: &impl Platform,
    request: &Request,
    id: &str,
    body: JsonBody<'_, ProjectChanges>,
) -> Result<OneProject> {
    auth::admin(request, platform.config())?;
    let id = registered(platform, id).await?;
    let changes = body.read()?;
    if let Some(origins) = &changes.allowed_origins {
        origin::check(origins)?;
    }
    let domains = changes.domains.map(|domains| domains::check(platform.config(), domains)).transpose()?;
    let operation = UpdateProject {
        key: None,
        name: changes.name.map(|name| line("name", &name, NAME_MAX)).transpose()?,
        allowed_origins: changes.allowed_origins,
        settings: None,
        branding: changes.branding.map(branding::check).transpose()?,
        white_label: changes.white_label,
        hosts: changes.hosts.map(host_opt_ins::check).transpose()?,
        domains,
        care: Some(care::check(
            CareChanges { checks: changes.checks, relink: changes.relink, ..CareChanges::default() },
            changes.check_every_seconds,
            changes.rotate_every_days,
        )?),
        audit_days: care::audit_days(changes.audit_days)?,
        audit_addresses: care::audit_addresses(changes.audit_addresses.as_deref())?,
        console_members: changes.console_members.map(console_members::check).transpose()?,
    };
    apply(platform, id, operation).await
}

/// Makes the change in the registry and in the project's object.
///
/// # Errors
/// When the registry does not know the project, or one of both does not answer.
pub(super) async fn apply(
    platform: &impl Platform,
    id: ProjectId,
    operation: UpdateProject,
) -> Result<OneProject> {
    let caller = if operation.key.is_some() { CallerKind::ApiKey } else { CallerKind::Owner };
    let begin = BeginChangingProject { id, domains: operation.domains.clone().unwrap_or_default() };
    if !with_names(platform, begin).await? {
        return Err(Error::not_found());
    }
    let store = StoreClient::project(platform.store(), id);
    let answered = |error: CallError| error.for_caller(caller);
    let project = store.send_twice(&operation).await.map_err(answered)?;
    let registry = StoreClient::registry(platform.store());
    registry.send_twice(&settled(&project)).await.map_err(answered)?;
    Ok(OneProject { project: view(project) })
}
