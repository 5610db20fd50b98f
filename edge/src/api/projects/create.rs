//! `POST /api/v1/projects`: a new project with its first two keys.
//!
//! The registry lists it first and reserves its host names; then its own object makes it; then the registry settles. If the
//! object does not say that it made the project, its keys are lost, so the project is deleted again: here, or by the timer.

use super::{Project, view, with_names};
use crate::access::auth;
use crate::access::tokens::make_api_key;
use crate::api::endpoint::JsonBody;
use crate::api::input::console_members::SentConsoleMember;
use crate::api::input::host_opt_ins::SentHostOptIns;
use crate::api::input::{
    A_UUID, branding, care, console_members, domains, host_opt_ins, invalid, line, origin,
};
use crate::crypto::digest::secret_hash;
use crate::crypto::entropy::Entropy;
use crate::error::Result;
use crate::http::Request;
use crate::http::body::Whole;
use crate::jobs::finish_projects::{end, settled};
use crate::ports::{Clock, Platform};
use crate::store::MAKING_MS;
use crate::store::client::{CallError, StoreClient};
use crate::store::protocol::{
    AuditSettings, BeginEndingProject, Care, CareChanges, CreateProject, KeyProof, Operation, ProjectBrand,
    ProjectSettings, RegisterProject,
};
use crate::store::refusals::{CallerKind, unanswered};
use latchkey_shared::limits::NAME_MAX;
use latchkey_shared::{ConnectionId, Mode, ProjectId, base62};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewProject {
    /// The product’s name.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 64)))]
    name: String,
    /// Origins that may embed the form.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<crate::http::schema::Origin>", length(max = 20)))]
    allowed_origins: Vec<String>,
    /// The owner’s UUID. When it is left out, a new one is made.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Uuid>"))]
    org_id: Option<String>,
    /// Whether its pages show only its own name.
    #[serde(default)]
    white_label: bool,
    /// Hosts that customers run themselves, by provider.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "latchkey_shared::project_provider::HostOptIns"))]
    hosts: SentHostOptIns,
    /// How its pages look, and their texts.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "crate::api::input::branding_schema::Branding"))]
    branding: Map<String, Value>,
    /// Who may sign in to its console by Cloudflare Access.
    #[cfg_attr(feature = "schema", schemars(length(max = 100)))]
    console_members: Option<Vec<SentConsoleMember>>,
    /// The project’s own host names for pages and API. Links use the first. The deployment must have a `PUBLIC_URL`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<crate::http::schema::Host>", length(max = 5)))]
    domains: Vec<String>,
    /// Whether accounts are checked by themselves. It is true when it is left out.
    checks: Option<bool>,
    /// The time between two checks of an account, in seconds: from an hour to thirty days. A day when it is left out. A key
    /// that ends when nobody uses it is checked at least every seven days.
    #[cfg_attr(feature = "schema", schemars(with = "Option<u32>", range(min = 3600, max = 2_592_000)))]
    check_every_seconds: Option<Whole>,
    /// The age in days at which a key is rotated, if its provider can. Null: never.
    #[cfg_attr(feature = "schema", schemars(with = "Option<u32>", range(min = 1, max = 365)))]
    rotate_every_days: Option<Whole>,
    /// Whether a session for a new key is made when an account needs one. The event has its link.
    #[serde(default)]
    relink: bool,
    /// For how many days the audit log is kept: from 30 to 3650. 400 when it is left out.
    #[cfg_attr(feature = "schema", schemars(with = "Option<u32>", range(min = 30, max = 3650)))]
    audit_days: Option<Whole>,
    /// How the audit log has the network addresses of clients. A keyed hash when it is left out.
    #[cfg_attr(feature = "schema", schemars(with = "Option<latchkey_shared::audit::AddressForm>"))]
    audit_addresses: Option<String>,
}

/// A new project.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreatedProject {
    /// The project.
    project: Project,
    /// Its first keys, shown this once.
    api_keys: FirstKeys,
}

/// The first keys of a project. They manage accounts and sessions, open no credentials, and make no keys.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct FirstKeys {
    /// For test mode.
    test: String,
    /// For live mode.
    live: String,
}

/// Makes a project with one test key and one live key, shown this once.
///
/// # Errors
/// Without the admin token, or when a value is not allowed.
pub(crate) async fn create(
    platform: &impl Platform,
    request: &Request,
    body: JsonBody<'_, NewProject>,
) -> Result<CreatedProject> {
    let config = platform.config();
    auth::admin(request, config)?;
    let new = body.read()?;
    let name = line("name", &new.name, NAME_MAX)?;
    origin::check(&new.allowed_origins)?;
    let entropy = platform.entropy();
    // Any UUID may be an owner.
    let org_id = match new.org_id {
        Some(text) => ConnectionId::parse(&text).map_err(|_| {
            invalid(
                "orgId",
                "orgId is not a UUID.",
                format!("Send a UUID such as {A_UUID}, or leave orgId out."),
            )
        })?,
        None => ConnectionId::from_random(entropy.bytes16()),
    };
    let id = ProjectId::from_random(entropy.bytes16());
    let [test, live] = [Mode::Test, Mode::Live].map(|mode| make_api_key(config, entropy, mode, id));
    let keys = [&test, &live]
        .map(|key| KeyProof {
            id: base62::encode(key.id.random),
            mode: key.mode,
            hash: secret_hash(key.secret),
            address: None,
            console: None,
        })
        .to_vec();
    let branding = branding::check(new.branding)?;
    let settings = ProjectSettings {
        white_label: new.white_label,
        hosts: host_opt_ins::check(new.hosts)?,
        domains: domains::check(config, new.domains)?,
        care: care::check(
            CareChanges { checks: new.checks, relink: Some(new.relink), ..CareChanges::default() },
            new.check_every_seconds,
            new.rotate_every_days.map(Some),
        )?
        .apply(Care::default()),
        audit: AuditSettings {
            days: care::audit_days(new.audit_days)?.unwrap_or(AuditSettings::default().days),
            addresses: care::audit_addresses(new.audit_addresses.as_deref())?
                .unwrap_or(AuditSettings::default().addresses),
        },
        console_members: console_members::check(new.console_members.unwrap_or_default())?,
    };
    let brand = ProjectBrand { name: name.clone(), white_label: new.white_label, branding: branding.clone() };
    let domains = settings.domains.clone();
    let operation = CreateProject {
        id,
        name,
        org_id: org_id.to_string(),
        allowed_origins: new.allowed_origins,
        settings,
        branding,
        keys,
        until: Some(platform.clock().now_ms() + MAKING_MS),
    };
    let registry = StoreClient::registry(platform.store());
    with_names(platform, RegisterProject { id, brand, domains }).await?;
    let store = StoreClient::project(platform.store(), id);
    let project = match store.send_twice(&operation).await {
        Ok(project) => project,
        Err(error) => {
            // Nothing is asked of the results: what fails here is done by the timer.
            let _ = registry.send_twice(&BeginEndingProject { id, force: true }).await;
            let _ = end(&store, &registry, id).await;
            return Err(match error {
                CallError::Refused(refusal) => unanswered(format!("{}: {refusal:?}", CreateProject::NAME)),
                lost => lost.for_caller(CallerKind::Owner),
            });
        }
    };
    // The project is there, whatever the reply: the timer settles it too.
    let _ = registry.send_twice(&settled(&project)).await;
    // Exposed this once, to the deployment's owner. Only their hashes are stored.
    let api_keys = FirstKeys { test: test.expose(), live: live.expose() };
    Ok(CreatedProject { project: view(project), api_keys })
}
