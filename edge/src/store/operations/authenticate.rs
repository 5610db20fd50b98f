//! Who is asking: API keys and session tokens, compared by the hash of their secret, and what a key may do.

use crate::store::object::{Outcome, Store};
use crate::store::protocol::{KeyProof, Refusal, SessionProof};
use crate::store::sql::Sql;
use latchkey_shared::{KeyScope, Mode};
use subtle::ConstantTimeEq;

/// How exactly the last use of a key is known, in milliseconds: not every request writes.
const USE_MS: i64 = 60_000;

/// A key that was recognised.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    /// Of the key, and of all it sees.
    pub(super) mode: Mode,
    /// The key's id, for the audit log.
    pub(super) actor: String,
    scopes: Vec<KeyScope>,
}

impl Grant {
    /// Refuses when the key lacks a scope.
    pub(super) fn require(&self, scope: KeyScope) -> Outcome<()> {
        if self.scopes.contains(&scope) { Ok(()) } else { Err(Refusal::Forbidden(scope).into()) }
    }
}

/// What is stored of an API key.
struct StoredKey {
    hash: String,
    scopes: Vec<KeyScope>,
    used: Option<i64>,
}

columns! { StoredKey { hash, scopes: json, used } }

/// What is stored of a session's tokens.
struct StoredTokens {
    hash: String,
    share_hash: Option<String>,
}

columns! { StoredTokens { hash, share_hash } }

impl<S: Sql> Store<'_, S> {
    /// What the key may do, if it is known. What is not there must be told before what may not be done.
    pub(super) fn authenticate(&self, key: &KeyProof) -> Outcome<Grant> {
        let values = [key.id.clone().into(), key.mode.as_str().into()];
        let stored = self.sql.select_one("FROM api_keys WHERE id = ? AND mode = ?", &values)?;
        let stored: StoredKey =
            stored.filter(|stored: &StoredKey| same(&stored.hash, &key.hash)).ok_or(Refusal::Unknown)?;
        if stored.used.unwrap_or(0) + USE_MS <= self.now {
            let values = [self.now.into(), key.id.clone().into()];
            self.sql.exec("UPDATE api_keys SET used = ? WHERE id = ?", &values)?;
        }
        Ok(Grant { mode: key.mode, actor: key.id.clone(), scopes: stored.scopes })
    }

    /// The same, when there is nothing that could be missing: the scope is asked for at once.
    pub(super) fn authorize(&self, key: &KeyProof, scope: KeyScope) -> Outcome<Grant> {
        let grant = self.authenticate(key)?;
        grant.require(scope)?;
        Ok(grant)
    }

    /// Whether the session's token is known; says nothing about its state. Answers whether it is the one that was shared.
    pub(super) fn authenticate_session(&self, proof: &SessionProof) -> Outcome<bool> {
        let values = [proof.id.clone().into(), proof.mode.as_str().into()];
        let stored = self.sql.select_one("FROM sessions WHERE id = ? AND mode = ?", &values)?;
        let stored: StoredTokens = stored.ok_or(Refusal::Unknown)?;
        if same(&stored.hash, &proof.hash) {
            return Ok(false);
        }
        match stored.share_hash {
            Some(shared) if same(&shared, &proof.hash) => Ok(true),
            _ => Err(Refusal::Unknown.into()),
        }
    }
}

/// Compares in constant time, though both sides are hashes.
fn same(stored: &str, shown: &str) -> bool {
    stored.as_bytes().ct_eq(shown.as_bytes()).into()
}
