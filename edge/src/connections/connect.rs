//! The use case of the widget: an attempt of a session stores an account, or stores nothing.
//!
//! Order of the write (ARCHITECTURE, invariant 3): lease and intent in the store, verification, the value to KV, then the commit.
//! The commit makes the account visible only if the attempt still holds the session and the intent was not swept. The ending of each
//! attempt that reached the provider is recorded, so that repeating the attempt has the same response. If a commit has no reply, its outcome is *unknown*, and
//! the store is asked before the response.

use crate::access::auth::SessionCaller;
use crate::connections::verify_in_mode::verify_in;
use crate::connections::write::{Write, accepted, refusal, write};
use crate::credential::Credential;
use crate::credential::submitted::{self, FieldValues, Submission};
use crate::crypto::entropy::Entropy;
use crate::error::{Error, Result};
use crate::ports::{BlobKey, Platform, ProjectStore};
use crate::store::client::{CallError, Committed};
use crate::store::protocol::{
    CancelAttempt, CommitAttempt, FailAttempt, Lease, LeaseSession, Recorded, RecordedAttempt,
    SessionInProject,
};
use crate::store::refusals::CallerKind;
use crate::verify::VerificationRequest;
use latchkey_shared::connect::ConnectResponse;
use latchkey_shared::project_provider::ProjectProvider;
use latchkey_shared::provider::Provider;
use latchkey_shared::sealing::Context;
use latchkey_shared::{ConnectionId, ErrorCode, FieldError, msg};

/// One attempt to connect, as the page sent it.
#[derive(Debug)]
pub struct Attempt {
    /// The attempt's id, which the page makes.
    pub id: String,
    /// The provider to link.
    pub provider: &'static Provider,
    /// A hash of the client's address, if it is known.
    pub address: Option<String>,
    /// The field values.
    pub values: Submission,
}

/// Runs the attempt, or returns its recorded ending if it ran before.
///
/// # Errors
/// Every ending but the accepted one, as a problem for the person. [`ErrorCode::OutcomeUnknown`] if the store does not reply.
pub async fn connect<P: Platform>(
    platform: &P,
    caller: &SessionCaller<'_, P::Store>,
    attempt: Attempt,
) -> Result<ConnectResponse> {
    let connection = ConnectionId::from_random(platform.entropy().bytes16());
    let key =
        BlobKey::from_random(platform.entropy().bytes16(), caller.mode(), caller.id.project, connection);
    let lease = LeaseSession {
        proof: caller.proof(),
        attempt: attempt.id.clone(),
        app: attempt.provider.id.clone(),
        key: key.clone(),
        sealed: submitted::encapsulated(&attempt.values),
        address: attempt.address.clone(),
    };
    let (found, known_organization) = match caller.store().try_call(&lease).await {
        Ok(Lease::Recorded(recorded)) => return replay(recorded),
        Ok(Lease::Granted { found, known_organization }) => (*found, known_organization),
        // The store may have granted the lease. Only the same attempt can use it.
        Err(CallError::Unanswered(log)) => return Err(undecided().logged(log)),
        Err(refused) => return Err(worded(refused)),
    };
    let key = found.key_to_write(key);
    let Attempt { id, provider, values, .. } = attempt;
    let run = Run { platform, caller, attempt: id, key };
    match run.store(provider, values, found, known_organization).await {
        Ok(response) => Ok(response),
        Err(Stopped::Unsent(error)) => run.fail(error, End { unsent: true, ..End::default() }).await,
        Err(Stopped::Ended(error, end)) => run.fail(error, end).await,
        Err(Stopped::Final(error)) => Err(error),
    }
}

/// Why an attempt did not store anything.
enum Stopped {
    /// Nothing was sent to the provider: the values are wrong. The attempt ends without a record, so that wrong values fill
    /// no storage, and it may be sent again.
    Unsent(Error),
    /// The ending must be recorded before the response.
    Ended(Error, End),
    /// The error is the response as it is: it is recorded already, or the outcome is unknown.
    Final(Error),
}

/// How an attempt ended that stored nothing.
#[derive(Clone, Copy, Default)]
struct End {
    /// Nothing was sent to the provider.
    unsent: bool,
    /// The value may have been written to KV.
    written: bool,
    /// The provider refused the key.
    key_refused: bool,
}

struct Run<'a, P: Platform> {
    platform: &'a P,
    caller: &'a SessionCaller<'a, P::Store>,
    attempt: String,
    key: BlobKey,
}

impl<P: Platform> Run<'_, P> {
    async fn store(
        &self,
        provider: &'static Provider,
        values: Submission,
        found: SessionInProject,
        known_organization: Option<String>,
    ) -> std::result::Result<ConnectResponse, Stopped> {
        if !found.session.providers.contains(&provider.id) {
            let fix = msg!("Choose one of: {providers}.", providers = found.session.providers.join(", "));
            return Err(Stopped::Unsent(Error::on(
                "app",
                ErrorCode::ProviderNotOffered,
                msg!("This link is for another service."),
                fix,
            )));
        }
        let offered = ProjectProvider::new(provider, &found.project.settings.hosts);
        let values = self.open(provider, values).map_err(Stopped::Unsent)?;
        let credential =
            Credential::read(&offered, values).map_err(|errors| Stopped::Unsent(Error::fields(errors)))?;
        let scopes = &found.session.scopes;
        let on_step = &|step| self.platform.step_passed(step);
        let request = VerificationRequest {
            offered: &offered,
            credential,
            scopes,
            known_organization,
            on_step,
            stored: false,
        };
        let verification = verify_in(self.caller.mode(), self.platform, self.caller.store(), request).await;
        let verification = verification.map_err(Stopped::Unsent)?;
        let key_refused = refusal(&verification).is_some();
        let verified = accepted(verification)
            .map_err(|error| Stopped::Ended(error, End { key_refused, ..End::default() }))?;
        let SessionInProject { session, current, .. } = found;
        let version = current.as_ref().map(|current| current.version + 1);
        let (name, description) = match current {
            Some(current) => (current.name, current.description),
            None => (
                session
                    .connection_name
                    .unwrap_or_else(|| default_name(provider, verified.credential(), self.key.connection)),
                session.description,
            ),
        };
        let new = Write {
            key: &self.key,
            provider,
            verified: &verified,
            version: version.unwrap_or(1),
            name,
            description,
        };
        let connection = write(self.platform, new)
            .await
            .map_err(|error| Stopped::Ended(error, End { written: true, ..End::default() }))?;
        let commit = CommitAttempt {
            proof: self.caller.proof(),
            attempt: self.attempt.clone(),
            connection,
            version,
            session: Some(self.caller.id.to_string()),
        };
        self.commit(&commit).await.map_err(Stopped::Final)
    }

    /// Opens the values that were sealed for this attempt. The token is checked by now, and the sealed values are noted as used.
    fn open(&self, provider: &Provider, values: Submission) -> Result<FieldValues> {
        let session = self.caller.id.to_string();
        let mode = self.caller.mode();
        let (attempt, app) = (&self.attempt, &provider.id);
        let context = Context { kid: "", mode, session: &session, attempt, app, clear: &[], field: "" };
        submitted::open(&self.platform.config().sealing_keys, &context, &values)
    }

    /// Commits. If the commit has no reply, asks the store for the outcome.
    async fn commit(&self, commit: &CommitAttempt) -> Result<ConnectResponse> {
        let ask = RecordedAttempt { proof: self.caller.proof(), attempt: self.attempt.clone() };
        match self.caller.store().commit_or_ask(commit, &ask).await {
            Ok(Committed::Done(recorded) | Committed::Asked { reply: Some(recorded), .. }) => {
                replay(recorded)
            }
            Ok(Committed::Asked { reply: None, log }) | Err(CallError::Unanswered(log)) => {
                Err(unknown().logged(log))
            }
            Err(refused) => Err(worded(refused)),
        }
    }

    /// Ends the attempt, and records how. If another run of the same attempt was first, its ending is the response.
    async fn fail(&self, error: Error, end: End) -> Result<ConnectResponse> {
        let fail = FailAttempt {
            proof: self.caller.proof(),
            attempt: self.attempt.clone(),
            blob: self.key.blob.clone(),
            written: end.written,
            key_refused: end.key_refused,
            unsent: Some(end.unsent),
            outcome: Recorded::Refused {
                code: error.code,
                detail: error.detail.clone(),
                errors: error.errors.iter().map(recorded).collect(),
                retry_after: error.retry_after,
            },
        };
        match self.caller.store().send_twice(&fail).await {
            Ok(recorded) => replay(recorded).map_err(|recorded| Error { log: error.log, ..recorded }),
            // The attempt may still hold the session, so the outcome is unknown. Repeating it verifies again.
            Err(CallError::Unanswered(_)) => Err(undecided()
                .logged(format!("fail-attempt: no reply; the attempt had ended with {}", error.code))),
            Err(CallError::Refused(_)) => Err(error),
        }
    }
}

/// Cancels an attempt and returns its ending: canceled, unless it had ended before.
///
/// # Errors
/// Every ending but the accepted one, including [`ErrorCode::AttemptCancelled`].
pub async fn cancel<S: ProjectStore>(
    caller: &SessionCaller<'_, S>,
    attempt: String,
) -> Result<ConnectResponse> {
    let error = Error::new(
        ErrorCode::AttemptCancelled,
        msg!("The attempt was canceled. Nothing was stored."),
        msg!("Press Connect when you want to try again. What you typed is still here."),
    );
    let outcome =
        Recorded::Refused { code: error.code, detail: error.detail, errors: error.errors, retry_after: None };
    let cancel = CancelAttempt { proof: caller.proof(), attempt, outcome };
    match caller.store().try_call(&cancel).await {
        Ok(recorded) => replay(recorded),
        Err(CallError::Unanswered(log)) => Err(undecided().logged(log)),
        Err(refused) => Err(worded(refused)),
    }
}

fn worded(refused: CallError) -> Error {
    refused.for_caller(CallerKind::SessionToken)
}

/// The recorded ending of an attempt as a response, the same as that of its first run.
fn replay(recorded: Recorded) -> Result<ConnectResponse> {
    match recorded {
        Recorded::Accepted(response) => Ok(*response),
        Recorded::Refused { code, detail, errors, retry_after } => {
            Err(Error { code, detail, errors, retry_after, log: None, header: None })
        }
    }
}

/// The error if the attempt may still hold the session, or may have ended in an earlier run. Only the same attempt can go on. The
/// text makes no claim about storage.
fn undecided() -> Error {
    Error::new(
        ErrorCode::OutcomeUnknown,
        msg!("Our storage did not answer in time, so we do not know yet how this attempt ended."),
        msg!("Try again. The same attempt goes on, and nothing is connected twice."),
    )
    .retry_in(2)
}

/// The error if it is unknown whether the commit took effect.
fn unknown() -> Error {
    Error::new(
        ErrorCode::OutcomeUnknown,
        msg!("The key was accepted, but our storage did not say in time whether the account is linked."),
        msg!("Try again. Nothing is connected twice, and the form will say so if the account is connected."),
    )
    .retry_in(2)
}

/// The default name of a connection, from the provider's id, the organization's host, and the connection's id, which is
/// random: `okta-acme-1f0c5a9e`. A number would say how many others have linked the same organization.
fn default_name(provider: &Provider, credential: &Credential, id: ConnectionId) -> String {
    // Exposed because hosts are not secret.
    let host = provider.fields.iter().filter(|field| !field.secret).find_map(|field| {
        credential.value(&field.id)?.expose().strip_prefix("https://")?.split('.').next().map(str::to_owned)
    });
    let name = host.map_or(provider.id.clone(), |label| format!("{}-{label}", provider.id));
    id.suffixed(&name)
}

/// An error as it is recorded, for a response that was lost: with the first of its choices only, because each attempt is kept.
fn recorded(error: &FieldError) -> FieldError {
    let choices = error.choices.iter().take(CHOICES_RECORDED).cloned().collect();
    FieldError { choices, ..error.clone() }
}

/// The choices of an attempt that are recorded.
const CHOICES_RECORDED: usize = 10;
