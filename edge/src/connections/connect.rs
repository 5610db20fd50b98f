//! The use case: a session's attempt becomes a stored account, or nothing is stored.
//!
//! Order of the write (DESIGN, invariant 3): lease and intent in the store, verification, the value to KV, then the commit,
//! which makes it visible only if the attempt still holds the session and the intent was not swept. Whatever ends an
//! attempt is recorded, so that repeating it answers the same. A commit that was not answered is *unknown*, and the store
//! is asked before anything is said.

use crate::connections::verify_in_mode::verify_in;
use crate::connections::write::{Write, accepted, write};
use crate::credential::Credential;
use crate::credential::submitted::{self, Answers, Submitted};
use crate::crypto::entropy::Entropy;
use crate::error::{Error, Result};
use crate::ports::BlobKey;
use crate::ports::{Platform, Target};
use crate::store::client::{CallError, call};
use crate::store::protocol::{
    CancelAttempt, CommitAttempt, FailAttempt, Lease, LeaseSession, Recorded, RecordedAttempt,
    SessionInProject, SessionProof,
};
use crate::store::refusals::Asker;
use crate::verify::{Question, Verification};
use latchkey_shared::connect::ConnectResponse;
use latchkey_shared::offer::Offer;
use latchkey_shared::provider::Provider;
use latchkey_shared::sealing::Context;
use latchkey_shared::{ConnectionId, ErrorCode, FieldError, SessionId};

/// One attempt: who, which, and what they answered.
#[derive(Debug)]
pub struct Attempt {
    /// Routes to the store; its mac was checked.
    pub session: SessionId,
    /// The session's token.
    pub proof: SessionProof,
    /// Made by the page.
    pub id: String,
    /// The provider to link, which exists.
    pub provider: &'static Provider,
    /// A hash of the address it comes from, where it is known.
    pub address: Option<String>,
    /// The answers as they came, or what is wrong with how they came.
    pub answers: std::result::Result<Submitted, Vec<FieldError>>,
}

/// Runs the attempt.
///
/// # Errors
/// Every ending but the accepted one.
pub async fn connect(platform: &impl Platform, attempt: Attempt) -> Result<ConnectResponse> {
    let project = attempt.session.project;
    let target = Target::Project(project);
    let connection = ConnectionId::from_random(platform.entropy().bytes16());
    let key = BlobKey::from_random(platform.entropy().bytes16(), attempt.proof.mode, project, connection);
    let lease = LeaseSession {
        proof: attempt.proof.clone(),
        attempt: attempt.id.clone(),
        app: attempt.provider.id.clone(),
        key: key.clone(),
        sealed: attempt.answers.as_ref().map(submitted::encapsulated).unwrap_or_default(),
        address: attempt.address.clone(),
    };
    let (found, known_organization) = match call(platform.store(), target, &lease).await {
        Ok(Lease::Recorded(recorded)) => return answer(recorded),
        Ok(Lease::Granted { found, known_organization }) => (*found, known_organization),
        // The lease may have been given: only the same attempt can go on under it.
        Err(CallError::Unanswered(log)) => return Err(undecided().logged(log)),
        Err(refused) => return Err(refused.for_asker(Asker::Session)),
    };
    // A session that changes an account writes below that account.
    let connection = found.session.connection.unwrap_or(key.connection);
    let key = BlobKey { connection, ..key };
    let Attempt { session, proof, id, provider, address, answers } = attempt;
    let run = Run { platform, target, session, proof, attempt: id, address, key };
    match run.store(provider, answers, found, known_organization).await {
        Ok(response) => Ok(response),
        Err(Stopped::Settle { error, written, key_refused }) => run.settle(error, written, key_refused).await,
        Err(Stopped::Final(error)) => Err(error),
    }
}

/// Why an attempt did not store anything.
enum Stopped {
    /// To be recorded before it is told.
    Settle { error: Error, written: bool, key_refused: bool },
    /// Told as it is: it was recorded elsewhere, or nobody knows.
    Final(Error),
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Self::Settle { error, written: false, key_refused: false }
    }
}

struct Run<'a, P> {
    platform: &'a P,
    target: Target,
    session: SessionId,
    proof: SessionProof,
    attempt: String,
    address: Option<String>,
    key: BlobKey,
}

impl<P: Platform> Run<'_, P> {
    async fn store(
        &self,
        provider: &'static Provider,
        answers: std::result::Result<Submitted, Vec<FieldError>>,
        found: SessionInProject,
        known_organization: Option<String>,
    ) -> std::result::Result<ConnectResponse, Stopped> {
        if !found.session.providers.contains(&provider.id) {
            let fix = format!("Choose one of: {}.", found.session.providers.join(", "));
            return Err(Error::on(
                "app",
                ErrorCode::ProviderNotOffered,
                "This link is for another service.",
                fix,
            )
            .into());
        }
        let offer = Offer::new(provider, &found.project.settings.hosts);
        let answers = answers.and_then(|answers| self.open(answers)).map_err(Error::fields)?;
        let credential = Credential::read(&offer, answers).map_err(Error::fields)?;
        let scopes = &found.session.scopes;
        let passed = &|passed| self.platform.step_passed(passed);
        let question = Question { offer: &offer, credential, scopes, known_organization, passed };
        let verification = verify_in(self.proof.mode, self.platform, self.target, question).await?;
        let key_refused = matches!(verification, Verification::Rejected(_));
        let verified =
            accepted(verification).map_err(|error| Stopped::Settle { error, written: false, key_refused })?;
        let SessionInProject { session, current, .. } = found;
        let version = current.as_ref().map(|current| current.version + 1);
        let (name, description) = match current {
            Some(current) => (current.name, current.description),
            None => (
                session.connection_name.unwrap_or_else(|| default_name(provider, verified.credential())),
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
        let connection = write(self.platform, new).await.map_err(|error| Stopped::Settle {
            error,
            written: true,
            key_refused: false,
        })?;
        let commit =
            CommitAttempt { proof: self.proof.clone(), attempt: self.attempt.clone(), connection, version };
        self.commit(&commit).await
    }

    /// Opens what was sealed for this very attempt: the token was checked by now, and what is sealed is noted as used.
    fn open(&self, answers: Submitted) -> std::result::Result<Answers, Vec<FieldError>> {
        let session = self.session.to_string();
        let mode = self.proof.mode;
        let context = Context { kid: "", mode, session: &session, attempt: &self.attempt, field: "" };
        submitted::open(&self.platform.config().sealing_keys, &context, answers)
    }

    /// Commits, and finds out what became of a commit that was not answered.
    async fn commit(&self, commit: &CommitAttempt) -> std::result::Result<ConnectResponse, Stopped> {
        let mut log = String::new();
        for _ in 0..2 {
            match call(self.platform.store(), self.target, commit).await {
                Ok(recorded) => return answer(recorded).map_err(Stopped::Final),
                Err(CallError::Unanswered(why)) => log = why,
                Err(refused) => return Err(Stopped::Final(refused.for_asker(Asker::Session))),
            }
            // Unknown: ask what is recorded. A commit that did not arrive is sent once more; it cannot act twice.
            let asked = RecordedAttempt { proof: self.proof.clone(), attempt: self.attempt.clone() };
            match call(self.platform.store(), self.target, &asked).await {
                Ok(Some(recorded)) => return answer(recorded).map_err(Stopped::Final),
                Ok(None) => {}
                Err(CallError::Unanswered(_)) => break,
                Err(refused) => return Err(Stopped::Final(refused.for_asker(Asker::Session))),
            }
        }
        Err(Stopped::Final(unknown().logged(log)))
    }

    /// Records how the attempt ended. If another run of the same attempt was first, its ending is the answer.
    async fn settle(&self, error: Error, written: bool, key_refused: bool) -> Result<ConnectResponse> {
        let settle = FailAttempt {
            proof: self.proof.clone(),
            attempt: self.attempt.clone(),
            blob: self.key.blob.clone(),
            written,
            key_refused,
            address: self.address.clone(),
            outcome: Recorded::Refused {
                code: error.code,
                detail: error.detail.clone(),
                errors: error.errors.clone(),
                retry_after: error.retry_after,
            },
        };
        for _ in 0..2 {
            match call(self.platform.store(), self.target, &settle).await {
                Ok(recorded) => {
                    return answer(recorded).map_err(|recorded| Error { log: error.log, ..recorded });
                }
                Err(CallError::Unanswered(_)) => {}
                Err(_) => return Err(error),
            }
        }
        // The attempt may still hold the session, so nothing definite is said: repeating it verifies again.
        Err(undecided()
            .logged(format!("settle-attempt: not answered; the attempt had ended with {}", error.code)))
    }
}

/// Takes an attempt back, and answers how it ended: cancelled, or as it had ended by then.
///
/// # Errors
/// Every ending but the accepted one; that it was cancelled is one of them.
pub async fn cancel(
    platform: &impl Platform,
    project: latchkey_shared::ProjectId,
    proof: SessionProof,
    attempt: String,
) -> Result<ConnectResponse> {
    let error = Error::new(
        ErrorCode::AttemptCancelled,
        "The attempt was cancelled. Nothing was stored.",
        "Press Connect when you want to try again. What you typed is still here.",
    );
    let outcome =
        Recorded::Refused { code: error.code, detail: error.detail, errors: error.errors, retry_after: None };
    let asked = CancelAttempt { proof, attempt, outcome };
    match call(platform.store(), Target::Project(project), &asked).await {
        Ok(recorded) => answer(recorded),
        Err(CallError::Unanswered(log)) => Err(undecided().logged(log)),
        Err(refused) => Err(refused.for_asker(Asker::Session)),
    }
}

fn answer(recorded: Recorded) -> Result<ConnectResponse> {
    match recorded {
        Recorded::Accepted(response) => Ok(*response),
        Recorded::Refused { code, detail, errors, retry_after } => {
            Err(Error { code, detail, errors, retry_after, log: None, allow: None })
        }
    }
}

/// What is said when the attempt may hold the session, or may have ended in an earlier run: only the same attempt can go on,
/// and nothing is claimed about what is stored.
fn undecided() -> Error {
    Error::new(
        ErrorCode::OutcomeUnknown,
        "Our storage did not answer in time, so how this attempt ended is not known yet.",
        "Try again: the same attempt goes on, and nothing is linked twice.",
    )
    .retry_in(2)
}

/// What is said when nobody knows whether the commit acted.
fn unknown() -> Error {
    Error::new(
        ErrorCode::OutcomeUnknown,
        "The key was accepted, but our storage did not say in time whether the account is linked.",
        "Try again: nothing is linked twice, and if it was linked you will be told so.",
    )
    .retry_in(2)
}

/// A slug from the provider and the organisation's host: `okta-acme`.
fn default_name(provider: &Provider, credential: &Credential) -> String {
    // Exposed because hosts are no secrets.
    let host = provider.fields.iter().filter(|field| !field.secret).find_map(|field| {
        credential.value(&field.id)?.expose().strip_prefix("https://")?.split('.').next().map(str::to_owned)
    });
    host.map_or(provider.id.clone(), |label| format!("{}-{label}", provider.id))
        .chars()
        .take(latchkey_shared::limits::NAME_MAX)
        .collect()
}
