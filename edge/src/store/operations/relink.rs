//! Sessions for a new key of an account, for the person who linked it. It owns what such a session takes from its account.

use super::authenticate::Grant;
use crate::store::object::{Outcome, Store};
use crate::store::protocol::{KeyProof, Refusal, SessionRow};
use crate::store::sql::Sql;
use latchkey_shared::{ConnectionId, KeyScope};

/// Who linked an account, as JSON.
struct Linker {
    end_user: Option<String>,
    organization: Option<String>,
}

columns! { Linker { end_user, organization } }

impl<S: Sql> Store<'_, S> {
    /// Authenticates a key that asks for a session for an account of one of these providers. An account that is not there is
    /// refused first, because 404 takes precedence over 403.
    pub(super) fn authorize_to_relink(
        &self,
        key: &KeyProof,
        providers: &[String],
        id: ConnectionId,
    ) -> Outcome<Grant> {
        let grant = self.authenticate(key)?;
        let app = providers.first().ok_or(Refusal::NotFound)?;
        self.connection_in_project(grant.mode, app, id)?;
        grant.require(KeyScope::SessionsWrite)?;
        Ok(grant)
    }

    /// Names the person and the customer of the session's account in the session.
    pub(super) fn name_the_person(&self, session: &mut SessionRow) -> Outcome<()> {
        let id = session.connection.map(|id| id.to_string());
        let linker: Option<Linker> = self.sql.select_one("FROM connections WHERE id = ?", &[id.into()])?;
        let linker = linker.ok_or(Refusal::NotFound)?;
        let end_user = linker.end_user.ok_or(Refusal::NobodyLinked)?;
        session.end_user = serde_json::from_str(&end_user)?;
        session.organization = linker.organization.as_deref().map(serde_json::from_str).transpose()?;
        Ok(())
    }
}
