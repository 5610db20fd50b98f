//! The Worker's side of a call: it sends an operation to an object and reads the reply.
//!
//! A [`StoreClient`] is an object as one caller reaches it: it knows for whom a call counts, and for which kind of caller
//! a refusal is worded. It owns what happens when no reply comes. It refuses to know what an operation means.

use crate::error::{Error, Result, json_fault};
use crate::ports::{PortError, ProjectStore, Quota, RateLimit, StoreCall, Target};
use crate::store::protocol::{Operation, Refusal, reply};
use crate::store::refusals::{CallerKind, refused, unanswered};
use latchkey_shared::ProjectId;
use serde::Deserialize;
use std::cell::{Cell, RefCell};

/// Why a call returned no reply.
#[derive(Debug)]
pub enum CallError {
    /// The store refused, and changed nothing.
    Refused(Refusal),
    /// The call failed or timed out, so it is unknown whether the operation ran. The text is for the log.
    Unanswered(String),
}

impl CallError {
    /// The error that this kind of caller gets.
    #[must_use]
    pub fn for_caller(self, kind: CallerKind) -> Error {
        match self {
            Self::Refused(refusal) => refused(&refusal, kind),
            Self::Unanswered(log) => unanswered(log),
        }
    }
}

/// The outcome of a commit.
#[derive(Debug)]
pub enum Committed<R, A> {
    /// The commit returned a reply.
    Done(R),
    /// The commit was sent twice without a reply. Another operation asked for its outcome.
    Asked {
        /// The reply to that operation.
        reply: A,
        /// Why the commit had no reply, for the log.
        log: String,
    },
}

/// An object, as one caller reaches it.
pub struct StoreClient<'a, S> {
    store: &'a S,
    target: Target,
    kind: CallerKind,
    /// For whom the next call counts. The first call takes it, so that a request counts once.
    limit: RefCell<Option<RateLimit>>,
    /// Where the request keeps the rest of its caller's quota.
    quota: Option<&'a Cell<Option<Quota>>>,
}

impl<'a, S: ProjectStore> StoreClient<'a, S> {
    /// The registry.
    pub fn registry(store: &'a S) -> Self {
        Self::new(store, Target::Registry, CallerKind::Owner)
    }

    /// A project's store for a caller without key or token: a page, a job, or the owner of the deployment.
    pub fn project(store: &'a S, project: ProjectId) -> Self {
        Self::new(store, Target::Project(project), CallerKind::Owner)
    }

    /// A store for a caller of this kind.
    pub fn new(store: &'a S, target: Target, kind: CallerKind) -> Self {
        Self { store, target, kind, limit: RefCell::new(None), quota: None }
    }

    /// Counts the first call for `limit`, and puts the rest of the quota into `quota`.
    #[must_use]
    pub fn counted(self, limit: RateLimit, quota: &'a Cell<Option<Quota>>) -> Self {
        Self { limit: RefCell::new(Some(limit)), quota: Some(quota), ..self }
    }

    /// Calls one operation.
    ///
    /// # Errors
    /// The store refused, or no reply came. The error is worded for the caller.
    pub fn call<O: Operation>(&self, operation: O) -> impl Future<Output = Result<O::Reply>> {
        // Written before anything is awaited, so that no future carries the operation.
        let body = serde_json::to_string(&operation);
        async move {
            let reply = self.send(O::NAME, body).await.and_then(|reply| read::<O>(&reply));
            reply.map_err(|error| error.for_caller(self.kind))
        }
    }

    /// Calls one operation, for callers that handle the reason why there is no reply.
    ///
    /// # Errors
    /// The store refused, or no reply came.
    pub fn try_call<O: Operation>(
        &self,
        operation: &O,
    ) -> impl Future<Output = std::result::Result<O::Reply, CallError>> {
        let body = serde_json::to_string(operation);
        async move { read::<O>(&self.send(O::NAME, body).await?) }
    }

    /// Calls an operation that has no second effect when it is repeated. If no reply comes, calls it once more.
    ///
    /// # Errors
    /// The store refused, or neither call had a reply.
    pub async fn send_twice<O: Operation>(&self, operation: &O) -> std::result::Result<O::Reply, CallError> {
        match self.try_call(operation).await {
            Err(CallError::Unanswered(_)) => self.try_call(operation).await,
            replied => replied,
        }
    }

    /// Sends a commit, which has no second effect when it is repeated. If two calls have no reply, sends `ask`, which
    /// returns the outcome.
    ///
    /// # Errors
    /// The store refused one of them, or `ask` had no reply either: then it is unknown whether the commit ran.
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

    /// The part of a call that does not depend on the operation's type, so it is compiled once.
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
            .map_err(|error| lost(operation, &json_fault(&error)))?
            .map_err(CallError::Refused)
    }
}

fn read<O: Operation>(reply: &str) -> std::result::Result<O::Reply, CallError> {
    let mut reader = serde_json::Deserializer::from_str(reply);
    O::Reply::deserialize(&mut reader).map_err(|error| lost(O::NAME, &json_fault(&error)))
}

#[inline(never)]
fn lost(name: &str, why: &str) -> CallError {
    CallError::Unanswered(format!("{name}: {why}"))
}
