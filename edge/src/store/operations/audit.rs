//! Writes the audit log: who did what to which thing, when, from where, and how it ended. It owns the table `audit`.
//!
//! Every operation that changes something that matters writes exactly one entry, in the same transaction
//! (`tests/support/audited.rs` watches all of them). An entry is never changed. Each holds the hash of the one before, so all
//! entries of a project are one chain; [`AuditEntry::canonical`] is what is hashed, and `edge/docs/audit-log.md` describes it.
//! An entry holds ids, and names of keys and accounts; no secret.

use super::authenticate::Grant;
use crate::crypto::digest::text_hash;
use crate::store::object::{Outcome, Store};
use crate::store::protocol::{Actor, AuditEntry, Refusal, SessionProof};
use crate::store::record::{Cells, Record};
use crate::store::sql::{Sql, SqlError};
use crate::time::iso;
use latchkey_shared::audit::{ActorType, AddressForm, AuditAction, AuditOutcome};
use latchkey_shared::limits::{AUDIT_DETAIL_MAX, AUDIT_VALUE_MAX};
use latchkey_shared::{Mode, ProjectId};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What the first entry of a chain has in the place of a hash. Entries from before there was a chain have it too.
pub(crate) const NO_HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";

columns! { Actor { kind = "actor_type", id = "actor", end_user } }

/// The columns of an entry beside its actor.
struct Deed {
    id: i64,
    at: i64,
    action: AuditAction,
    subject: String,
    detail: String,
    mode: Option<Mode>,
    outcome: AuditOutcome,
    from: Option<String>,
    request: Option<String>,
    changes: Option<String>,
    prev: String,
    hash: String,
}

columns! {
    Deed {
        id, at, action, subject, detail, mode, outcome,
        from = "client",
        request, changes, prev, hash,
    }
}

impl Record for AuditEntry {
    fn columns() -> Vec<&'static str> {
        <(Deed, Actor)>::columns()
    }

    fn read(cells: &mut Cells) -> Result<Self, SqlError> {
        let (deed, actor) = <(Deed, Actor)>::read(cells)?;
        let Deed { id, at, action, subject, detail, mode, outcome, from, request, changes, prev, hash } =
            deed;
        Ok(Self { id, at, actor, action, subject, detail, mode, outcome, from, request, changes, prev, hash })
    }
}

/// An entry as it is hashed: its members in the order of RFC 8785, so that serializing it is the canonical form.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Canonical<'a> {
    action: AuditAction,
    actor: &'a str,
    actor_type: ActorType,
    at: String,
    changes: Option<&'a str>,
    detail: &'a str,
    end_user_id: Option<&'a str>,
    from: Option<&'a str>,
    mode: Option<Mode>,
    outcome: AuditOutcome,
    prev: &'a str,
    project: ProjectId,
    request_id: Option<&'a str>,
    seq: i64,
    subject: &'a str,
    version: u32,
}

impl AuditEntry {
    /// An entry about the whole project, which [`Store::append`] completes.
    pub(super) fn new(at: i64, actor: Actor, action: AuditAction) -> Self {
        Self {
            id: 0,
            at,
            actor,
            action,
            subject: String::new(),
            detail: String::new(),
            mode: None,
            outcome: action.usual_outcome(),
            from: None,
            request: None,
            changes: None,
            prev: String::new(),
            hash: String::new(),
        }
    }

    /// The text whose SHA-256 is the hash of the entry: JSON in the canonical form of RFC 8785.
    ///
    /// # Errors
    /// Never: all members are texts and whole numbers.
    pub(crate) fn canonical(&self, project: ProjectId) -> serde_json::Result<String> {
        serde_json::to_string(&Canonical {
            action: self.action,
            actor: &self.actor.id,
            actor_type: self.actor.kind,
            at: iso(self.at),
            changes: self.changes.as_deref(),
            detail: &self.detail,
            end_user_id: self.actor.end_user.as_deref(),
            from: self.from.as_deref(),
            mode: self.mode,
            outcome: self.outcome,
            prev: &self.prev,
            project,
            request_id: self.request.as_deref(),
            seq: self.id,
            subject: &self.subject,
            version: 1,
        })
    }
}

/// The detail of a change: the members that changed, by their names in the API.
pub(super) fn changed_members(members: &[(&str, bool)]) -> String {
    let changed = members.iter().filter(|(_, changed)| *changed).map(|(name, _)| *name);
    changed.collect::<Vec<_>>().join(", ")
}

/// Values before and after a change, as an entry has them: JSON, with the members that changed.
pub(super) fn before_and_after(members: &[(&str, Value, Value)]) -> (String, String) {
    let short = |value: &Value| {
        let text = value.to_string();
        if text.len() <= AUDIT_VALUE_MAX {
            return value.clone();
        }
        json!({ "bytes": text.len(), "sha256": text_hash(&text) })
    };
    let changed = members.iter().filter(|(_, before, after)| before != after);
    let names: Vec<_> = changed.clone().map(|(name, ..)| *name).collect();
    let values = changed.map(|(name, before, after)| {
        ((*name).to_owned(), json!({ "before": short(before), "after": short(after) }))
    });
    (names.join(", "), Value::Object(values.collect::<Map<_, _>>()).to_string())
}

/// The address as the project's entries have it. `hash` is a keyed hash of it.
pub(super) fn shown_address(
    form: AddressForm,
    address: &str,
    hash: &str,
    project: ProjectId,
) -> Option<String> {
    match (form, address.parse().ok()?) {
        (AddressForm::Full, _) => Some(address.to_owned()),
        (AddressForm::Network, IpAddr::V4(address)) => {
            let network = Ipv4Addr::from_bits(address.to_bits() & !0xff);
            Some(format!("{network}/24"))
        }
        (AddressForm::Network, IpAddr::V6(address)) => {
            let network = Ipv6Addr::from_bits(address.to_bits() >> 80 << 80);
            Some(format!("{network}/48"))
        }
        // Two projects have different hashes of one address.
        (AddressForm::Hash, _) => {
            let hash = text_hash(&format!("{project}/{hash}"));
            Some(["hash:", hash.get(..32)?].concat())
        }
    }
}

impl<S: Sql> Store<'_, S> {
    /// Writes an entry, which ended as its action usually does. `mode` is `None` for an action on the whole project.
    pub(super) fn audit(
        &self,
        mode: Option<Mode>,
        actor: Actor,
        action: AuditAction,
        subject: &str,
        detail: &str,
    ) -> Outcome<()> {
        self.audit_as(action.usual_outcome(), mode, actor, action, subject, detail)
    }

    /// Writes an entry that ended in this way.
    pub(super) fn audit_as(
        &self,
        outcome: AuditOutcome,
        mode: Option<Mode>,
        actor: Actor,
        action: AuditAction,
        subject: &str,
        detail: &str,
    ) -> Outcome<()> {
        let entry = AuditEntry {
            subject: subject.to_owned(),
            detail: detail.chars().take(AUDIT_DETAIL_MAX).collect(),
            mode,
            outcome,
            ..AuditEntry::new(self.now, actor, action)
        };
        self.append(entry).map(drop)
    }

    /// Appends an entry to the chain, and returns it. It gets its number, its hashes, and where it came from.
    pub(super) fn append(&self, mut entry: AuditEntry) -> Outcome<AuditEntry> {
        let state = self.audit_state()?.ok_or(Refusal::Unknown)?;
        if let Some(asker) = &self.asker {
            entry.request = Some(asker.request.clone());
            let form = state.settings.audit.addresses;
            let address = asker.address.as_ref();
            entry.from = address.and_then(|(address, hash)| shown_address(form, address, hash, state.id));
        }
        entry.id = state.newest.unwrap_or(0) + 1;
        // Times never fall, so that a time finds its entries without an index.
        entry.at = entry.at.max(state.newest_at.unwrap_or(0));
        entry.prev = state.newest_hash.clone().unwrap_or_else(|| NO_HASH.to_owned());
        entry.hash = text_hash(&entry.canonical(state.id)?);
        let row = vec![
            ("id", entry.id.into()),
            ("mode", entry.mode.map(Mode::as_str).into()),
            ("at", entry.at.into()),
            ("actor_type", entry.actor.kind.as_str().into()),
            ("actor", entry.actor.id.clone().into()),
            ("end_user", entry.actor.end_user.clone().into()),
            ("action", entry.action.as_str().into()),
            ("subject", entry.subject.clone().into()),
            ("detail", entry.detail.clone().into()),
            ("outcome", entry.outcome.as_str().into()),
            ("client", entry.from.clone().into()),
            ("request", entry.request.clone().into()),
            ("changes", entry.changes.clone().into()),
            ("prev", entry.prev.clone().into()),
            ("hash", entry.hash.clone().into()),
        ];
        self.sql.insert("INTO audit", row)?;
        self.changed.note_entry(entry.mode, entry.action, &entry.subject);
        if let Some(due) = state.with(entry.id, entry.at).due() {
            self.schedule(due);
        }
        Ok(entry)
    }

    /// Writes an entry of an API key or of a console session.
    pub(super) fn audit_key(
        &self,
        grant: &Grant,
        action: AuditAction,
        subject: &str,
        detail: &str,
    ) -> Outcome<()> {
        self.audit(Some(grant.mode), grant.audited(), action, subject, detail)
    }

    /// Writes an entry of whoever has a token of a session, with the id of the person whom the session is for. `shared`: it
    /// is the token of the shared link.
    pub(super) fn audit_session(
        &self,
        session: &SessionProof,
        shared: bool,
        action: AuditAction,
        subject: &str,
        detail: &str,
    ) -> Outcome<()> {
        let statement = "SELECT json_extract(end_user, '$.id') FROM sessions WHERE id = ?";
        let end_user = self.sql.value(statement, &[session.id.clone().into()])?;
        let kind = if shared { ActorType::Share } else { ActorType::Session };
        let actor = Actor { kind, id: session.id.clone(), end_user };
        self.audit(Some(session.mode), actor, action, subject, detail)
    }
}
