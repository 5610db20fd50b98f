//! The Worker's side of a call: writes an operation out, sends it, reads the reply back.
//!
//! A [`StoreClient`] is one object as one caller reaches it: it knows whom to count and in whose words to refuse. It owns what
//! to do when no reply comes. Refuses to know what an operation means.

use crate::error::{Error, Result};
use crate::ports::{PortError, ProjectStore, Quota, RateLimit, StoreCall, Target};
use crate::store::protocol::{Operation, Refusal, reply};
use crate::store::refusals::{CallerKind, refused, unanswered};
use latchkey_shared::ProjectId;
use serde::Deserialize;
use std::cell::{Cell, RefCell};

/// Why a call gave no reply.
#[derive(Debug)]
pub enum CallError {
    /// The store refused, and changed nothing.
    Refused(Refusal),
    /// The call failed or nobody replied: whether it acted is unknown. The text is for the log.
    Unanswered(String),
}

impl CallError {
    /// The same, in words for this kind of caller.
    #[must_use]
    pub fn for_caller(self, kind: CallerKind) -> Error {
        match self {
            Self::Refused(refusal) => refused(&refusal, kind),
            Self::Unanswered(log) => unanswered(log),
        }
    }
}

/// What became of a commit.
#[derive(Debug)]
pub enum Committed<R, A> {
    /// It was done, and replied.
    Done(R),
    /// It was sent twice and nobody replied; this is the reply to the question what became of it.
    Asked {
        /// The reply to the question.
        reply: A,
        /// For the log: why the commit had none.
        log: String,
    },
}

/// One object, as one caller reaches it.
pub struct StoreClient<'a, S> {
    store: &'a S,
    target: Target,
    kind: CallerKind,
    /// Whom the next call counts for. The first call takes it, so that a request counts once.
    limit: RefCell<Option<RateLimit>>,
    /// Where the request keeps what is left to its caller.
    quota: Option<&'a Cell<Option<Quota>>>,
}

impl<'a, S: ProjectStore> StoreClient<'a, S> {
    /// The registry.
    pub fn registry(store: &'a S) -> Self {
        Self::new(store, Target::Registry, CallerKind::ApiKey)
    }

    /// A project's store, for a caller without a key or token: a page, a job, the deployment's owner.
    pub fn project(store: &'a S, project: ProjectId) -> Self {
        Self::new(store, Target::Project(project), CallerKind::ApiKey)
    }

    /// The same store, for a caller of this kind.
    pub fn new(store: &'a S, target: Target, kind: CallerKind) -> Self {
        Self { store, target, kind, limit: RefCell::new(None), quota: None }
    }

    /// The same, counting its first call for `limit`, and noting in `quota` what is left.
    #[must_use]
    pub fn counted(self, limit: RateLimit, quota: &'a Cell<Option<Quota>>) -> Self {
        Self { limit: RefCell::new(Some(limit)), quota: Some(quota), ..self }
    }

    /// Calls one operation.
    ///
    /// # Errors
    /// A refusal, or that no reply came, in words for the caller.
    pub async fn call<O: Operation>(&self, operation: O) -> Result<O::Reply> {
        self.try_call(&operation).await.map_err(|error| error.for_caller(self.kind))
    }

    /// The same, where the caller acts on why there is no reply.
    ///
    /// # Errors
    /// A refusal, or that no reply came.
    pub async fn try_call<O: Operation>(&self, operation: &O) -> std::result::Result<O::Reply, CallError> {
        let body = serde_json::to_string(operation);
        let reply = self.send(O::NAME, body).await?;
        let mut reader = serde_json::Deserializer::from_str(&reply);
        O::Reply::deserialize(&mut reader).map_err(|error| lost(O::NAME, &error.to_string()))
    }

    /// Calls an operation that cannot act twice; once more, if no reply comes.
    ///
    /// # Errors
    /// A refusal, or that no reply came to either call.
    pub async fn send_twice<O: Operation>(&self, operation: &O) -> std::result::Result<O::Reply, CallError> {
        match self.try_call(operation).await {
            Err(CallError::Unanswered(_)) => self.try_call(operation).await,
            replied => replied,
        }
    }

    /// Sends a commit, which cannot act twice. If no reply comes to two calls, asks what became of it.
    ///
    /// # Errors
    /// A refusal of either, or that the question had no reply either: nobody knows whether the commit acted.
    pub async fn commit_or_ask<O: Operation, A: Operation>(
        &self,
        commit: &O,
        ask: &A,
    ) -> std::result::Result<Committed<O::Reply, A::Reply>, CallError> {
        match self.send_twice(commit).await {
            Ok(reply) => Ok(Committed::Done(reply)),
            Err(CallError::Unanswered(log)) => match self.try_call(ask).await {
                Ok(reply) => Ok(Committed::Asked { reply, log }),
                Err(CallError::Unanswered(_)) => Err(CallError::Unanswered(log)),
                Err(refused) => Err(refused),
            },
            Err(refused) => Err(refused),
        }
    }

    /// What does not depend on the operation's types, once for all of them.
    async fn send(
        &self,
        operation: &'static str,
        body: serde_json::Result<String>,
    ) -> std::result::Result<String, CallError> {
        let body = body.map_err(|error| lost(operation, &error.to_string()))?;
        let limit = self.limit.take();
        let replied = self.store.call(self.target, StoreCall { operation, body, limit }).await;
        let replied = replied.map_err(|error: PortError| lost(operation, &error.to_string()))?;
        if let (Some(cell), Some(quota)) = (self.quota, replied.quota) {
            cell.set(Some(quota));
        }
        reply::read(replied.text)
            .map_err(|error| lost(operation, &error.to_string()))?
            .map_err(CallError::Refused)
    }
}

fn lost(name: &str, why: &str) -> CallError {
    CallError::Unanswered(format!("{name}: {why}"))
}
