//! The use case of a backend that checks an account now: the stored credential is verified again, and the health of the account
//! follows.
//!
//! The credential is opened inside the edge and shown to nobody, so this is no `credential.read`. It has the same host checks as
//! a new one. Whatever goes wrong on our side says nothing about the key (ARCHITECTURE, invariant 11).

use crate::access::auth::KeyCaller;
use crate::connections::open::open_credential;
use crate::connections::verify_in_mode::{Asked, Depth, ask_in};
use crate::connections::write::{accepted, within_limit};
use crate::credential::Credential;
use crate::crypto::entropy::Entropy;
use crate::error::{Error, Result};
use crate::health::{Policy, Signal};
use crate::ports::Platform;
use crate::store::client::StoreClient;
use crate::store::protocol::{BeginCheck, ConnectionInProject, ConnectionRow, ProjectSettings, SettleCheck};
use crate::store::refusals::CallerKind;
use crate::verify::{Verification, VerificationRequest};
use latchkey_shared::collect::collect_btree;
use latchkey_shared::project_provider::ProjectProvider;
use latchkey_shared::provider::Provider;
use latchkey_shared::report::Report;
use latchkey_shared::{ConnectionId, ErrorCode, FieldError, Mode, ProjectId, base62};
use std::cell::Cell;

/// Checks an account, and returns it as it is then, with the report.
///
/// # Errors
/// Every ending but the accepted one; the health is set either way. If the credential does not open, or the store does not
/// answer, the health stays as it is.
pub async fn check<P: Platform>(
    platform: &P,
    caller: &KeyCaller<'_, P::Store>,
    provider: &'static Provider,
    id: ConnectionId,
    if_match: Option<String>,
) -> Result<(ConnectionInProject, Report)> {
    let lease = base62::encode(u128::from_be_bytes(platform.entropy().bytes16()));
    let begin =
        BeginCheck { key: caller.proof(), app: provider.id.clone(), id, if_match, lease: lease.clone() };
    let worded = |error: crate::store::client::CallError| error.for_caller(CallerKind::ApiKey);
    let begun = caller.store().send_twice(&begin).await.map_err(worded)?;
    let asked = Stored {
        mode: caller.mode(),
        settings: &begun.project.settings,
        project: caller.project,
        row: &begun.connection,
    };
    let low = Cell::new(None);
    let depth = Depth { light: false, low: &low };
    let ending = match ask(platform, caller.store(), provider, asked, depth).await {
        Ok(Asked::Verified(verification)) => Ok(*verification),
        Ok(Asked::Alive(_)) => Err(Error::fault("a whole check asked too little")),
        Err(error) => Err(error),
    };
    let signal = ending.as_ref().ok().map(|verification| signal_of(verification, provider));
    let settle = SettleCheck { key: caller.proof(), app: provider.id.clone(), id, lease, signal };
    let settled = caller.store().send_twice(&settle).await;
    let verified = accepted(ending?)?;
    Ok((settled.map_err(worded)?, verified.report().clone()))
}

/// A stored account that is to be checked.
#[derive(Clone, Copy)]
pub(crate) struct Stored<'a> {
    /// Its mode.
    pub mode: Mode,
    /// Its project.
    pub project: ProjectId,
    /// The settings of its project.
    pub settings: &'a ProjectSettings,
    /// Its row.
    pub row: &'a ConnectionRow,
}

/// Opens the credential and asks the provider, as deep as wanted.
///
/// # Errors
/// When the credential does not open, or its values are not allowed anymore.
pub(crate) async fn ask<P: Platform>(
    platform: &P,
    store: &StoreClient<'_, P::Store>,
    provider: &'static Provider,
    stored: Stored<'_>,
    depth: Depth<'_>,
) -> Result<Asked> {
    let Stored { mode, project, settings, row } = stored;
    let opened = open_credential(platform, mode, project, row).await?;
    let offered = ProjectProvider::new(provider, &settings.hosts);
    // Read again, because the operator may have withdrawn a host since.
    let values = collect_btree(opened.values().map(|(id, value)| (id.to_owned(), value.clone())));
    let credential = Credential::read(&offered, values).map_err(Error::fields)?;
    let report: Option<Report> = row.report.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let request = VerificationRequest {
        offered: &offered,
        credential,
        scopes: &[],
        known_organization: report.and_then(|report| Some(report.organization?.id)),
        on_step: &|_| (),
        stored: true,
    };
    ask_in(mode, platform, store, request, depth).await
}

/// What the ending of a verification says about the account.
pub(crate) fn signal_of(verification: &Verification, provider: &Provider) -> Signal {
    match verification {
        Verification::Accepted(verified) => {
            Signal::Accepted(Box::new(within_limit(verified.report().clone())), Policy::of(provider))
        }
        // The key was not sent there.
        Verification::Rejected(error) if error.code == ErrorCode::HostNotAllowed => {
            Signal::Paused(error.clone())
        }
        // What else the key opens is no part of an account's health.
        Verification::Rejected(error) => Signal::Refused(FieldError { choices: Vec::new(), ..error.clone() }),
        Verification::Unavailable(error, wait) if error.code == ErrorCode::ProviderRateLimited => {
            Signal::Limited(*wait)
        }
        Verification::Unavailable(_, wait) => Signal::Unavailable(*wait),
        Verification::Unexpected(..) => Signal::Unexpected,
    }
}
