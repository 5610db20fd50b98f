//! Authenticates the callers of operations. It compares the hash of an API key or session token with the stored one,
//! and checks the scopes of a key. It refuses a key or token of the other mode. A request counts for its caller here, once
//! the proof was right (`store/quota.rs`).

use crate::store::object::{Outcome, Store};
use crate::store::protocol::{KeyProof, Refusal, SessionProof};
use crate::store::sql::Sql;
use latchkey_shared::{KeyScope, Mode};
use subtle::ConstantTimeEq;

/// How exactly the last use of a key is recorded, in milliseconds, so that not every request writes.
const USE_MS: i64 = 60_000;

/// An API key that was authenticated.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    /// The mode of the key, and of everything that it sees.
    pub(super) mode: Mode,
    /// The id of the key, for the audit log.
    pub(super) actor: String,
    scopes: Vec<KeyScope>,
}

impl Grant {
    /// Refuses if the key does not have the scope.
    pub(super) fn require(&self, scope: KeyScope) -> Outcome<()> {
        if self.scopes.contains(&scope) { Ok(()) } else { Err(Refusal::Forbidden(scope).into()) }
    }
}

/// The stored part of an API key.
struct StoredKey {
    hash: String,
    scopes: Vec<KeyScope>,
    used: Option<i64>,
}

columns! { StoredKey { hash, scopes: json, used } }

/// The stored part of a session's tokens.
struct StoredTokens {
    hash: String,
    share_hash: Option<String>,
}

columns! { StoredTokens { hash, share_hash } }

impl<S: Sql> Store<'_, S> {
    /// Authenticates a key. Operations on one thing require the scope only after they found the thing, because 404 takes
    /// precedence over 403.
    pub(super) fn authenticate(&self, key: &KeyProof) -> Outcome<Grant> {
        let values = [key.id.clone().into(), key.mode.as_str().into()];
        let stored = self.sql.select_one("FROM api_keys WHERE id = ? AND mode = ?", &values)?;
        let right = stored.filter(|stored: &StoredKey| same(&stored.hash, &key.hash));
        let stored: StoredKey = self.counted(right)?;
        if stored.used.unwrap_or(0) + USE_MS <= self.now {
            let values = [self.now.into(), key.id.clone().into()];
            self.sql.exec("UPDATE api_keys SET used = ? WHERE id = ?", &values)?;
        }
        Ok(Grant { mode: key.mode, actor: key.id.clone(), scopes: stored.scopes })
    }

    /// Authenticates a key and requires a scope, for operations that cannot end with 404.
    pub(super) fn authorize(&self, key: &KeyProof, scope: KeyScope) -> Outcome<Grant> {
        let grant = self.authenticate(key)?;
        grant.require(scope)?;
        Ok(grant)
    }

    /// Authenticates a session token, whatever the state of the session. Returns whether it is the shared token.
    pub(super) fn authenticate_session(&self, proof: &SessionProof) -> Outcome<bool> {
        let values = [proof.id.clone().into(), proof.mode.as_str().into()];
        let stored = self.sql.select_one("FROM sessions WHERE id = ? AND mode = ?", &values)?;
        let shared = stored.and_then(|stored: StoredTokens| {
            let is = |hash: &str| same(hash, &proof.hash);
            let shared = stored.share_hash.as_deref().is_some_and(is);
            (is(&stored.hash) || shared).then_some(shared)
        });
        self.counted(shared)
    }
}

/// Compares two hashes in constant time.
fn same(stored: &str, shown: &str) -> bool {
    stored.as_bytes().ct_eq(shown.as_bytes()).into()
}
