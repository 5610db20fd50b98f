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

impl<S: Sql> Store<'_, S> {
    /// What the key may do, if it is known. What is not there must be told before what may not be done.
    pub(super) fn authenticate(&self, key: &KeyProof) -> Outcome<Grant> {
        let rows = self.sql.exec(
            "SELECT hash, scopes, used FROM api_keys WHERE id = ? AND mode = ?",
            &[key.id.clone().into(), key.mode.as_str().into()],
        )?;
        let row = rows.first().filter(|row| same(&row.text(0), &key.hash)).ok_or(Refusal::Unknown)?;
        if row.int(2) + USE_MS <= self.now {
            let values = [self.now.into(), key.id.clone().into()];
            self.sql.exec("UPDATE api_keys SET used = ? WHERE id = ?", &values)?;
        }
        Ok(Grant { mode: key.mode, actor: key.id.clone(), scopes: row.json(1)? })
    }

    /// The same, when there is nothing that could be missing: the scope is asked for at once.
    pub(super) fn authorize(&self, key: &KeyProof, scope: KeyScope) -> Outcome<Grant> {
        let grant = self.authenticate(key)?;
        grant.require(scope)?;
        Ok(grant)
    }

    /// Whether the session's token is known; says nothing about its state. Answers whether it is the one that was shared.
    pub(super) fn authenticate_session(&self, proof: &SessionProof) -> Outcome<bool> {
        let rows = self.sql.exec(
            "SELECT hash, share_hash FROM sessions WHERE id = ? AND mode = ?",
            &[proof.id.clone().into(), proof.mode.as_str().into()],
        )?;
        match rows.first() {
            Some(row) if same(&row.text(0), &proof.hash) => Ok(false),
            Some(row) if row.optional_text(1).is_some_and(|hash| same(&hash, &proof.hash)) => Ok(true),
            _ => Err(Refusal::Unknown.into()),
        }
    }
}

/// Compares in constant time, though both sides are hashes.
fn same(stored: &str, shown: &str) -> bool {
    stored.as_bytes().ct_eq(shown.as_bytes()).into()
}
