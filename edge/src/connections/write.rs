//! The steps that creating, updating and connecting share: verify the credential, seal it, write it to KV. Creating and
//! updating with a key take all of them, an attempt of a session those after the verification.
//!
//! It makes nothing visible. The use case does that with a commit in the store.

use super::verify_in_mode::verify_in;
use crate::access::auth::KeyCaller;
use crate::config::Config;
use crate::credential::Credential;
use crate::credential::hash::{credentials_hash, key_hash};
use crate::error::{Error, Result};
use crate::health::Policy;
use crate::ports::{BlobKey, BlobStore, Platform};
use crate::store::protocol::NewConnection;
use crate::vault::{Binding, seal};
use crate::verify::{Verification, VerificationRequest, Verified};
use latchkey_shared::field::ParseKind;
use latchkey_shared::limits::REPORT_BYTES_MAX;
use latchkey_shared::project_provider::ProjectProvider;
use latchkey_shared::provider::Provider;
use latchkey_shared::report::Report;
use latchkey_shared::{ErrorCode, FieldError, msg};

/// A verified credential to write, with the facts that its connection will show.
pub(crate) struct Write<'a> {
    /// The key in KV.
    pub key: &'a BlobKey,
    /// The provider of the credential.
    pub provider: &'static Provider,
    /// The credential, which the provider has accepted.
    pub verified: &'a Verified,
    /// The connection's version with this credential. The first is 1.
    pub version: u32,
    /// The connection's name.
    pub name: String,
    /// For people.
    pub description: Option<String>,
}

/// Seals the credential and writes it to KV. It is not visible before the commit.
///
/// # Errors
/// [`ErrorCode::StorageUnavailable`] if KV fails.
pub(crate) async fn write(platform: &impl Platform, new: Write<'_>) -> Result<NewConnection> {
    let binding = Binding { key: new.key, version: new.version, provider: &new.provider.id };
    let config = platform.config();
    let sealed = seal(&config.key_ring, platform.entropy(), &binding, new.verified)
        .map_err(|error| Error::fault(error.to_string()))?;
    let put = platform.blobs().put(new.key, &sealed).await;
    put.map_err(|error| not_stored().logged(format!("put: {error}")))?;
    let credential = new.verified.credential();
    let place = place(config, &new);
    Ok(NewConnection {
        key: new.key.clone(),
        sealed,
        app: new.provider.id.clone(),
        method: new.provider.method.clone(),
        name: new.name,
        description: new.description,
        credentials: credential.public(new.provider),
        hash: credentials_hash(config, new.key.project, &new.provider.method, credential),
        report: within_limit(new.verified.report().clone()),
        key_id: config.key_ring.primary_id().to_owned(),
        policy: Some(Policy::of(new.provider)),
        rotates: Some(new.provider.rotate.is_some()),
        hook: hook_name(new.provider, credential),
        place,
    })
}

/// The name of the push channel that the credential asks for.
fn hook_name(provider: &Provider, credential: &Credential) -> Option<String> {
    let field = provider.hook.as_ref()?.field.as_deref().filter(|field| !provider.is_secret(field))?;
    // Exposed because the provider's file says that this field is not secret.
    credential.value(field).map(|name| name.expose().to_owned()).filter(|name| !name.is_empty())
}

/// Where the credential belongs: its hosts, and its organization, or its owner if the provider names no organization. If the provider
/// says neither, a hash of the key.
fn place(config: &Config, new: &Write<'_>) -> Option<String> {
    let (provider, credential, report) = (new.provider, new.verified.credential(), new.verified.report());
    let organization = report.organization.as_ref().map(|organization| &organization.id);
    let whose = organization.or(report.identity.as_ref().map(|identity| &identity.id)).cloned();
    let whose = match whose {
        None if provider.anonymous => key_hash(config, new.key.project, provider, credential),
        whose => whose?,
    };
    let hosts = provider.fields.iter().filter(|field| field.parse.kind == ParseKind::Host);
    // Exposed because the place of a key is not secret.
    let hosts = hosts.filter(|field| !field.secret).filter_map(|field| credential.value(&field.id));
    Some(hosts.map(|host| host.expose()).chain([whose.as_str()]).collect::<Vec<_>>().join(" "))
}

/// The report, without its last roles if it is too large to store. A provider may name many, and everything else in a
/// report has a limited length.
pub(crate) fn within_limit(mut report: Report) -> Report {
    let size = |report: &Report| serde_json::to_string(report).map_or(0, |text| text.len());
    while size(&report) > REPORT_BYTES_MAX && report.roles.pop().is_some() {}
    report
}

/// Verifies a credential for a backend. If the provider refuses the key, `refused` gets the error, for the audit log.
///
/// # Errors
/// Every ending but the accepted one.
pub(crate) async fn verified<P: Platform>(
    platform: &P,
    caller: &KeyCaller<'_, P::Store>,
    offered: &ProjectProvider,
    credential: Credential,
    refused: &mut Option<FieldError>,
) -> Result<Box<Verified>> {
    let request = VerificationRequest {
        offered,
        credential,
        scopes: &[],
        known_organization: None,
        on_step: &|_| (),
        stored: false,
    };
    let verification = verify_in(caller.mode(), platform, caller.store(), request).await?;
    *refused = refusal(&verification).cloned();
    accepted(verification)
}

/// The error, if the provider refused the key. One that opens several things, of which none was chosen, was accepted.
pub(crate) fn refusal(verification: &Verification) -> Option<&FieldError> {
    match verification {
        Verification::Rejected(error) if error.code != ErrorCode::ChoiceRequired => Some(error),
        _ => None,
    }
}

/// The verified credential, or the ending as an error.
///
/// # Errors
/// Every ending but the accepted one.
pub(crate) fn accepted(verification: Verification) -> Result<Box<Verified>> {
    match verification {
        Verification::Accepted(verified) => Ok(verified),
        Verification::Rejected(error) => Err(Error::fields(vec![error])),
        Verification::Unavailable(error, seconds) => Err(Error::fields(vec![error]).retry_in(seconds)),
        Verification::Unexpected(error, log) => Err(Error::fields(vec![error]).logged(log)),
    }
}

/// The error if KV or the commit failed after the provider accepted the key.
pub(crate) fn not_stored() -> Error {
    Error::new(
        ErrorCode::StorageUnavailable,
        msg!("The key was accepted, but could not be stored. Nothing was kept."),
        msg!("Try again in a moment. Nothing you typed is lost."),
    )
    .retry_in(2)
}
