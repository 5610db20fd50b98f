//! Links that sign in to the console once. It owns the table `console_links`, which holds only the hash of a secret.
//!
//! A link of a key never allows more than its key, and ends with it. It refuses to be used twice: a link that was used or that
//! has expired is kept for a day, so that its person learns why it does not work.

use super::authenticate::{Grant, same};
use super::refused_logins::WRONG_SECRET;
use crate::store::object::{Outcome, Store};
use crate::store::protocol::{Actor, ConsoleLinkRow, CreateConsoleLink, KeyProof, Refusal};
use crate::store::sql::{Sql, SqlError};
use latchkey_shared::audit::{ActorType, AuditAction};
use latchkey_shared::console::ConsoleRole;
use latchkey_shared::limits::CONSOLE_LINKS_MAX;
use latchkey_shared::{KeyScope, Mode};

/// How long a link is kept after it expired, in milliseconds.
pub(super) const KEPT_MS: i64 = 24 * 3_600_000;

/// A link that is used.
pub(super) struct StoredLink {
    hash: String,
    /// The role of whoever uses it.
    pub(super) role: ConsoleRole,
    /// Who is to sign in with it.
    pub(super) name: String,
    /// The key that made it.
    pub(super) key: Option<String>,
    expires: i64,
    used: Option<i64>,
}

columns! { StoredLink { hash, role, name, key, expires, used } }

impl<S: Sql> Store<'_, S> {
    pub(super) fn create_console_link(&self, operation: CreateConsoleLink) -> Outcome<ConsoleLinkRow> {
        let by = operation.by.as_ref().map(|key| self.authorize_to_invite(key)).transpose()?;
        let project = self.project()?;
        if by.is_some() {
            self.require_storage()?;
        }
        let KeyProof { id, mode, hash, .. } = operation.new;
        let strongest = by.as_ref().map_or(ConsoleRole::Admin, |by| ConsoleRole::of_key(&by.scopes));
        let role = operation.role.map_or(strongest, |role| role.min(strongest));
        let end = by.as_ref().and_then(|by| by.limits.expires);
        let expires = end.map_or(operation.expires, |end| end.min(operation.expires));
        let name = match (operation.name, &by) {
            (Some(name), _) => name,
            (None, Some(Grant { person: Some(person), .. })) => person.name.clone(),
            (None, Some(by)) => self.key_name(&by.actor)?,
            (None, None) => "Owner".to_owned(),
        };
        let key = by.as_ref().and_then(|by| match &by.person {
            Some(person) => person.key.clone(),
            None => Some(by.actor.clone()),
        });
        let detail = [role.as_str(), "; ", &name].concat();
        let row = vec![
            ("id", id.clone().into()),
            ("mode", mode.as_str().into()),
            ("hash", hash.into()),
            ("role", role.as_str().into()),
            ("name", name.into()),
            ("key", key.into()),
            ("created", self.now.into()),
            ("expires", expires.into()),
        ];
        self.sql.insert("INTO console_links", row)?;
        self.keep_newest_of("console_links", mode, CONSOLE_LINKS_MAX)?;
        self.schedule(expires + KEPT_MS);
        let actor = by.map_or_else(|| Actor::of(ActorType::Owner), |by| by.audited());
        self.audit(Some(mode), actor, AuditAction::ConsoleLinkCreate, &id, &detail)?;
        Ok(ConsoleLinkRow { mode, role, expires, project })
    }

    /// Whoever makes a link may sign in to the console and manage keys. A person whom Cloudflare Access let in makes none: it would
    /// outlive their membership, and the owner adds members.
    fn authorize_to_invite(&self, key: &KeyProof) -> Outcome<Grant> {
        let grant = self.authorize(key, KeyScope::Admin)?;
        if grant.person.as_ref().is_none_or(|person| person.is_member) {
            grant.require(KeyScope::Console)?;
        }
        Ok(grant)
    }

    /// The name of an API key.
    pub(super) fn key_name(&self, id: &str) -> Outcome<String> {
        let name = self.sql.value("SELECT name FROM api_keys WHERE id = ?", &[id.into()])?;
        Ok(name.unwrap_or_default())
    }

    /// Uses a link. It cannot be used again.
    pub(super) fn use_console_link(&self, link: &KeyProof) -> Outcome<StoredLink> {
        let values = [link.id.clone().into(), link.mode.as_str().into()];
        let stored = self.sql.select_one("FROM console_links WHERE id = ? AND mode = ?", &values)?;
        let known = stored.is_some();
        let right = stored.filter(|stored: &StoredLink| same(&stored.hash, &link.hash));
        let refused = |reason: &str| {
            self.note_refused_login((link.mode, AuditAction::ConsoleSessionRefuse), &link.id, reason)
        };
        let stored = match self.counted(right) {
            Ok(stored) => stored,
            Err(stop) if stop.is(&Refusal::Unknown) => {
                if known {
                    refused(WRONG_SECRET)?;
                }
                return Err(Refusal::UnknownLink.into());
            }
            Err(stop) => return Err(stop),
        };
        if stored.used.is_some() {
            refused("used link")?;
            return Err(Refusal::LinkUsed.into());
        }
        if stored.expires <= self.now {
            refused("expired link")?;
            return Err(Refusal::LinkExpired.into());
        }
        let statement = "UPDATE console_links SET used = ? WHERE id = ?";
        self.sql.exec(statement, &[self.now.into(), link.id.clone().into()])?;
        Ok(stored)
    }

    /// Deletes the oldest rows of a mode past the most that there may be.
    pub(super) fn keep_newest_of(&self, table: &str, mode: Mode, most: i64) -> Outcome<()> {
        let statement = format!(
            "DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE mode = ? ORDER BY created DESC, id DESC
                LIMIT 100 OFFSET {most})"
        );
        self.sql.exec(&statement, &[mode.as_str().into()])?;
        Ok(())
    }

    /// Deletes console sessions and links whose time is over.
    pub(super) fn forget_console(&self) -> Result<(), SqlError> {
        self.sql.exec("DELETE FROM console_sessions WHERE expires <= ?", &[self.now.into()])?;
        let over = [(self.now - KEPT_MS).into()];
        self.sql.exec("DELETE FROM console_links WHERE expires <= ?", &over)?;
        Ok(())
    }

    /// Ends what a key that was revoked allowed in the console.
    pub(super) fn end_console_of_key(&self, key: &str) -> Outcome<()> {
        for table in ["console_sessions", "console_links"] {
            self.sql.exec(&format!("DELETE FROM {table} WHERE key = ?"), &[key.into()])?;
        }
        Ok(())
    }
}
