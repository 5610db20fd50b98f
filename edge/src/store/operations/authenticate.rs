//! Authenticates the callers of operations. It compares the hash of an API key or session token with the stored one,
//! and checks the scopes, the expiry and the addresses of a key. It refuses a key or token of the other mode. A request
//! counts for its caller here, once the proof was right (`store/quota.rs`).

use super::refused_logins::WRONG_SECRET;
use crate::store::object::{Outcome, Stop, Store};
use crate::store::protocol::{Actor, KeyProof, RESULT_KEPT_MS, Refusal, SessionProof};
use crate::store::sql::Sql;
use latchkey_shared::address_range::AddressRange;
use latchkey_shared::audit::AuditAction;
use latchkey_shared::console::ConsoleRole;
use latchkey_shared::{KeyScope, Mode};
use subtle::ConstantTimeEq;

/// How exactly the last use of a key is recorded, in milliseconds, so that not every request writes.
const USE_MS: i64 = 60_000;

/// An API key that was authenticated.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    /// The mode of the key, and of everything that it sees.
    pub(super) mode: Mode,
    /// The id of the key or console session. Its idempotency keys are its own.
    pub(super) actor: String,
    /// The id of the key that what it makes belongs to, and ends with: its own, or that of the key that signed in to the console.
    /// Without a key, that of the console session.
    pub(super) maker: String,
    /// The person in the console, if it is a console session.
    pub(super) person: Option<Person>,
    /// The limits of the key. What it makes has them too.
    pub(super) limits: Limits,
    pub(super) scopes: Vec<KeyScope>,
}

/// The person of a console session.
#[derive(Clone, Debug)]
pub(super) struct Person {
    /// The role now.
    pub(super) role: ConsoleRole,
    /// Who signed in.
    pub(super) name: String,
    /// The API key that the session ends with.
    pub(super) key: Option<String>,
    /// Whether Cloudflare Access has let them in.
    pub(super) is_member: bool,
}

/// The limits of an API key.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Limits {
    /// When it expires. Milliseconds since 1970.
    pub(super) expires: Option<i64>,
    /// The ranges of addresses that it may be used from.
    pub(super) addresses: Option<Vec<String>>,
}

columns! { Limits { expires, addresses: json } }

impl Limits {
    /// Refuses a key that has expired, or that may not be used from this address.
    pub(super) fn check(&self, address: Option<&str>, now: i64) -> Outcome<()> {
        if self.expires.is_some_and(|expires| expires <= now) {
            return Err(Refusal::KeyExpired.into());
        }
        let Some(ranges) = &self.addresses else { return Ok(()) };
        let mut ranges = ranges.iter().filter_map(|range| AddressRange::parse(range));
        match address {
            Some(address) if ranges.any(|range| range.contains(address)) => Ok(()),
            _ => Err(Refusal::AddressNotAllowed.into()),
        }
    }

    /// The limits with those that are wanted in their place. Refuses wanted ones that would allow more.
    pub(super) fn narrowed(&self, wanted: Self) -> Outcome<Self> {
        let parsed = |ranges: &[String]| -> Vec<_> {
            ranges.iter().filter_map(|range| AddressRange::parse(range)).collect()
        };
        if let (Some(most), Some(wanted)) = (self.expires, wanted.expires)
            && wanted > most
        {
            return Err(Refusal::Wider("expiresAt".to_owned()).into());
        }
        if let (Some(most), Some(wanted)) = (&self.addresses, &wanted.addresses) {
            let most = parsed(most);
            if !parsed(wanted).iter().all(|range| most.iter().any(|most| most.covers(*range))) {
                return Err(Refusal::Wider("allowedAddresses".to_owned()).into());
            }
        }
        Ok(Self {
            expires: wanted.expires.or(self.expires),
            addresses: wanted.addresses.or_else(|| self.addresses.clone()),
        })
    }

    /// Whether both allow the same, however the ranges are written and ordered.
    pub(super) fn allow_the_same(&self, other: &Self) -> bool {
        self.expires == other.expires
            && self.addresses.is_some() == other.addresses.is_some()
            && self.narrowed(other.clone()).is_ok()
            && other.narrowed(self.clone()).is_ok()
    }
}

impl Grant {
    /// Refuses if the caller does not have the scope.
    pub(super) fn require(&self, scope: KeyScope) -> Outcome<()> {
        match &self.person {
            _ if self.has(scope) => Ok(()),
            Some(person) => Err(Refusal::RoleLacks(person.role, scope).into()),
            None => Err(Refusal::Forbidden(scope).into()),
        }
    }

    /// The caller, for the audit log.
    pub(super) fn audited(&self) -> Actor {
        match &self.person {
            Some(person) => Actor::console(&self.actor, &person.name),
            None => Actor::api_key(&self.actor),
        }
    }

    /// Whether the key has the scope.
    pub(super) fn has(&self, scope: KeyScope) -> bool {
        self.scopes.contains(&scope)
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
    linked_hash: Option<String>,
    ended: Option<i64>,
}

columns! { StoredTokens { hash, share_hash, linked_hash, ended } }

impl<S: Sql> Store<'_, S> {
    /// Authenticates a key of a project that works. Operations on one thing require the scope only after they found the thing,
    /// because 404 takes precedence over 403.
    pub(super) fn authenticate(&self, key: &KeyProof) -> Outcome<Grant> {
        let grant = self.prove(key)?;
        self.require_unmarked()?;
        Ok(grant)
    }

    /// Authenticates a key, also while its project is marked to be deleted.
    pub(super) fn prove(&self, key: &KeyProof) -> Outcome<Grant> {
        if key.console == Some(true) {
            return self.authenticate_console(key).map(|(grant, _)| grant);
        }
        let values = [key.id.clone().into(), key.mode.as_str().into()];
        let stored = self.sql.select_one("FROM api_keys WHERE id = ? AND mode = ?", &values)?;
        let known = stored.is_some();
        let right = stored.filter(|(stored, _): &(StoredKey, Limits)| same(&stored.hash, &key.hash));
        // After the secret, so that nobody else learns the limits. Before it counts, so that whoever may not use the key uses
        // up nothing of it.
        let limits = right.as_ref().map(|(_, limits)| limits.check(key.address.as_deref(), self.now));
        let (right, beyond) = match limits {
            Some(Err(beyond)) => (None, Some(beyond)),
            _ => (right, None),
        };
        let refused = (key.mode, AuditAction::ApiKeyRefuse);
        let (stored, limits) = self
            .counted(right)
            .map_err(|stop| match (stop, beyond) {
                (Stop::Refused(Refusal::Unknown), Some(beyond)) => beyond,
                (stop, _) => stop,
            })
            .or_else(|stop| self.refuse_login(stop, known, refused, &key.id))?;
        if stored.used.unwrap_or(0) + USE_MS <= self.now {
            let values = [self.now.into(), key.id.clone().into()];
            self.sql.exec("UPDATE api_keys SET used = ? WHERE id = ?", &values)?;
        }
        let (actor, maker) = (key.id.clone(), key.id.clone());
        Ok(Grant { mode: key.mode, actor, maker, person: None, limits, scopes: stored.scopes })
    }

    /// Authenticates a key and requires a scope, for operations that cannot end with 404.
    pub(super) fn authorize(&self, key: &KeyProof, scope: KeyScope) -> Outcome<Grant> {
        let grant = self.authenticate(key)?;
        grant.require(scope)?;
        Ok(grant)
    }

    /// Authenticates a session token, whatever the state of the session. Returns whether it is the shared token.
    pub(super) fn authenticate_session(&self, proof: &SessionProof) -> Outcome<bool> {
        self.authenticate_token(proof, false)
    }

    /// Authenticates the token of an attempt. A shared token that linked the account has ended with the session, but it
    /// still gets the result of its attempt for a while, because the response may have been lost.
    pub(super) fn authenticate_attempt(&self, proof: &SessionProof) -> Outcome<bool> {
        self.authenticate_token(proof, true)
    }

    fn authenticate_token(&self, proof: &SessionProof, of_attempt: bool) -> Outcome<bool> {
        let values = [proof.id.clone().into(), proof.mode.as_str().into()];
        let stored = self.sql.select_one("FROM sessions WHERE id = ? AND mode = ?", &values)?;
        let known = stored.is_some();
        let shared = stored.and_then(|stored: StoredTokens| {
            let is = |hash: &str| same(hash, &proof.hash);
            let kept = of_attempt && stored.ended.is_some_and(|ended| ended + RESULT_KEPT_MS > self.now);
            let linked = stored.linked_hash.filter(|_| kept);
            let shared = stored.share_hash.iter().chain(&linked).any(|hash| is(hash));
            let own = is(&stored.hash);
            (own || shared).then_some(!own)
        });
        // So that whoever has the shared token uses up nothing of the other one.
        if shared == Some(true)
            && let Some(meter) = self.meter
        {
            meter.count_shared();
        }
        let refused = (proof.mode, AuditAction::SessionRefuse);
        let shared =
            self.counted(shared).or_else(|stop| self.refuse_login(stop, known, refused, &proof.id))?;
        self.require_unmarked()?;
        Ok(shared)
    }

    /// Notes a refusal for the audit log, if it is about a `known` id.
    pub(super) fn refuse_login<T>(
        &self,
        stop: Stop,
        known: bool,
        refused: (Mode, AuditAction),
        subject: &str,
    ) -> Outcome<T> {
        let reason = match &stop {
            Stop::Refused(Refusal::Unknown) => WRONG_SECRET,
            Stop::Refused(Refusal::KeyExpired) => "expired key",
            Stop::Refused(Refusal::AddressNotAllowed) => "address not allowed",
            // Past the limit of its address, or of the key itself.
            _ => return Err(stop),
        };
        if known {
            self.note_refused_login(refused, subject, reason)?;
        }
        Err(stop)
    }
}

/// Compares two hashes in constant time.
pub(super) fn same(stored: &str, shown: &str) -> bool {
    stored.as_bytes().ct_eq(shown.as_bytes()).into()
}
