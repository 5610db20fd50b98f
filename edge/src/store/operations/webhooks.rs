//! Makes, lists, changes and deletes webhook endpoints. It owns the table `webhook_endpoints`, but for the columns of the sending
//! (`webhook_sending.rs`). No row has a signing key.

use super::authenticate::Grant;
use crate::http::etag;
use crate::store::object::{Outcome, Store};
use crate::store::protocol::{
    BeginWebhookTest, CreateWebhookEndpoint, DeleteWebhookEndpoint, KeyProof, Limit, ListWebhookEndpoints,
    ReadWebhookEndpoint, Refusal, RotateWebhookSecret, UpdateWebhookEndpoint, WebhookEndpoint, WebhookTarget,
};
use crate::store::sql::{Sql, json};
use latchkey_shared::audit::AuditAction;
use latchkey_shared::event::EventType;
use latchkey_shared::limits::{WEBHOOK_ENDPOINTS_MAX, WEBHOOK_TESTS_PER_MINUTE};
use latchkey_shared::webhook::DisabledReason;
use latchkey_shared::{KeyScope, Mode};

/// How long the signing keys before sign too, in milliseconds.
const OVERLAP_MS: i64 = 24 * 3_600_000;

const MINUTE_MS: i64 = 60_000;

columns! {
    WebhookEndpoint {
        id, mode, url, types: json, description, disabled, disabled_at, created, revision, secret, secret_until, failures,
        failing_since, delivered_at, paused_until,
        waiting = "(SELECT count(*) FROM (SELECT 1 FROM webhook_deliveries INDEXED BY webhook_deliveries_due
            WHERE endpoint = webhook_endpoints.id AND state = 'waiting' LIMIT 1000))",
        failed = "(SELECT count(*) FROM (SELECT 1 FROM webhook_deliveries INDEXED BY webhook_deliveries_failed
            WHERE endpoint = webhook_endpoints.id AND state = 'failed' LIMIT 1000))",
        next_try = "(SELECT min(due) FROM webhook_deliveries INDEXED BY webhook_deliveries_due
            WHERE endpoint = webhook_endpoints.id AND state = 'waiting')",
    }
}

columns! { WebhookTarget { id, mode, url, secret, secret_until } }

/// How many test deliveries there were since a time.
struct Tested {
    tests: u32,
    tests_since: i64,
}

columns! { Tested { tests, tests_since } }

/// The host name and port of an endpoint. Its path may be a secret of the receiver, so the log and events do not have it.
pub(super) fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or_default()
}

impl<S: Sql> Store<'_, S> {
    pub(super) fn create_webhook_endpoint(
        &self,
        operation: CreateWebhookEndpoint,
    ) -> Outcome<WebhookEndpoint> {
        let CreateWebhookEndpoint { key, id, url, types, description, once } = operation;
        let grant = self.authorize(&key, KeyScope::Admin)?;
        if let Some(id) = self.created_before(grant.mode, &grant.actor, once.as_ref())? {
            return self.webhook_endpoint(grant.mode, &id);
        }
        may_read(&grant, &types)?;
        self.require_storage()?;
        let mode = grant.mode.as_str();
        let count: Option<i64> =
            self.sql.value("SELECT count(*) FROM webhook_endpoints WHERE mode = ?", &[mode.into()])?;
        if count.is_some_and(|count| count >= WEBHOOK_ENDPOINTS_MAX) {
            return Err(Refusal::LimitReached(Limit::WebhookEndpoints).into());
        }
        let cursor: Option<i64> = self.sql.value("SELECT coalesce(max(id), 0) FROM events", &[])?;
        let row = vec![
            ("id", id.as_str().into()),
            ("mode", mode.into()),
            ("url", url.as_str().into()),
            ("types", json(&types)?),
            ("description", description.into()),
            ("created", self.now.into()),
            ("made_by", grant.maker.as_str().into()),
            ("cursor", cursor.unwrap_or(0).into()),
        ];
        self.sql.insert("INTO webhook_endpoints", row)?;
        self.note_created(grant.mode, &grant.actor, once, &id)?;
        self.audit_key(&grant, AuditAction::WebhookEndpointCreate, &id, host(&url))?;
        self.webhook_endpoint(grant.mode, &id)
    }

    pub(super) fn list_webhook_endpoints(
        &self,
        operation: ListWebhookEndpoints,
    ) -> Outcome<Vec<WebhookEndpoint>> {
        let mode = self.authorize(&operation.key, KeyScope::Admin)?.mode;
        let from = "FROM webhook_endpoints WHERE mode = ? ORDER BY created, id";
        Ok(self.sql.select(from, &[mode.as_str().into()])?)
    }

    pub(super) fn read_webhook_endpoint(&self, operation: ReadWebhookEndpoint) -> Outcome<WebhookEndpoint> {
        Ok(self.webhook_endpoint_for(&operation.key, &operation.id)?.1)
    }

    pub(super) fn update_webhook_endpoint(
        &self,
        operation: UpdateWebhookEndpoint,
    ) -> Outcome<WebhookEndpoint> {
        let UpdateWebhookEndpoint { key, id, if_match, url, types, description, enabled } = operation;
        let (grant, found) = self.webhook_endpoint_for(&key, &id)?;
        require_revision(&found, if_match.as_deref())?;
        let url = url.unwrap_or_else(|| found.url.clone());
        let types = types.unwrap_or_else(|| found.types.clone());
        let description = match description {
            Some(text) => Some(text).filter(|text| !text.is_empty()),
            None => found.description.clone(),
        };
        let disabled = match enabled {
            Some(true) => None,
            Some(false) => found.disabled.or(Some(DisabledReason::ByHand)),
            None => found.disabled,
        };
        let changes = [
            ("url", url != found.url),
            ("types", types != found.types),
            ("description", description != found.description),
            ("enabled", disabled.is_some() != found.disabled.is_some()),
        ];
        let changed = super::audit::changed_members(&changes);
        if changed.is_empty() {
            return Ok(found);
        }
        let moved = url != found.url;
        // Whoever chooses what goes where reads it.
        if moved || types != found.types {
            may_read(&grant, &types)?;
        }
        let disabled_at = disabled.is_some().then(|| found.disabled_at.unwrap_or(self.now));
        let statement =
            "UPDATE webhook_endpoints SET url = ?, types = ?, description = ?, disabled = ?, disabled_at = ?,
            revision = revision + 1 WHERE id = ?";
        let values = [
            url.into(),
            json(&types)?,
            description.into(),
            disabled.map(DisabledReason::as_str).into(),
            disabled_at.into(),
            id.as_str().into(),
        ];
        self.sql.exec(statement, &values)?;
        if (found.disabled.is_some() && disabled.is_none()) || moved {
            let statement = "UPDATE webhook_endpoints SET failures = 0, failing_since = NULL, paused_until = NULL WHERE id = ?";
            self.sql.exec(statement, &[id.as_str().into()])?;
            // What it did not accept is tried again at once, as if for the first time.
            let statement =
                "UPDATE webhook_deliveries INDEXED BY webhook_deliveries_due SET due = ?, tries = 0
                WHERE endpoint = ? AND state = 'waiting'";
            self.sql.exec(statement, &[self.now.into(), id.as_str().into()])?;
        }
        self.schedule(self.now);
        self.audit_key(&grant, AuditAction::WebhookEndpointChange, &id, &changed)?;
        self.webhook_endpoint(grant.mode, &id)
    }

    pub(super) fn delete_webhook_endpoint(
        &self,
        operation: DeleteWebhookEndpoint,
    ) -> Outcome<WebhookEndpoint> {
        let (grant, found) = self.webhook_endpoint_for(&operation.key, &operation.id)?;
        require_revision(&found, operation.if_match.as_deref())?;
        for statement in [
            "DELETE FROM webhook_deliveries WHERE endpoint = ?",
            "DELETE FROM webhook_endpoints WHERE id = ?",
        ] {
            self.sql.exec(statement, &[found.id.as_str().into()])?;
        }
        self.audit_key(&grant, AuditAction::WebhookEndpointDelete, &found.id, host(&found.url))?;
        Ok(found)
    }

    pub(super) fn rotate_webhook_secret(&self, operation: RotateWebhookSecret) -> Outcome<WebhookEndpoint> {
        let RotateWebhookSecret { key, id, once } = operation;
        let (grant, found) = self.webhook_endpoint_for(&key, &id)?;
        if self.created_before(grant.mode, &grant.actor, once.as_ref())?.is_some() {
            return Ok(found);
        }
        if let Some(wait) = found.secret_until.map(|until| until - self.now).filter(|wait| *wait > 0) {
            return Err(Refusal::SecretReplaced(u32::try_from((wait + 999) / 1000).unwrap_or(1)).into());
        }
        let statement =
            "UPDATE webhook_endpoints SET secret = secret + 1, secret_until = ?, revision = revision + 1
            WHERE id = ?";
        self.sql.exec(statement, &[(self.now + OVERLAP_MS).into(), id.as_str().into()])?;
        self.note_created(grant.mode, &grant.actor, once, &id)?;
        self.audit_key(&grant, AuditAction::WebhookEndpointRotate, &id, "")?;
        self.webhook_endpoint(grant.mode, &id)
    }

    pub(super) fn begin_webhook_test(&self, operation: BeginWebhookTest) -> Outcome<WebhookTarget> {
        let (_, endpoint) = self.webhook_endpoint_for(&operation.key, &operation.id)?;
        let id = || endpoint.id.as_str().into();
        let from = "FROM webhook_endpoints WHERE id = ?";
        let tested: Option<Tested> = self.sql.select_one(from, &[id()])?;
        let Tested { tests, tests_since } = tested.ok_or(Refusal::NotFound)?;
        let (tests, since) = match self.now - tests_since {
            0..MINUTE_MS => (tests, tests_since),
            _ => (0, self.now),
        };
        if tests >= WEBHOOK_TESTS_PER_MINUTE {
            let wait = (since + MINUTE_MS - self.now + 999) / 1000;
            return Err(Refusal::TooManyTests(u32::try_from(wait).unwrap_or(1)).into());
        }
        let statement = "UPDATE webhook_endpoints SET tests = ?, tests_since = ? WHERE id = ?";
        self.sql.exec(statement, &[(tests + 1).into(), since.into(), id()])?;
        self.webhook_target(&endpoint.id)
    }

    /// What sending to an endpoint needs.
    pub(super) fn webhook_target(&self, id: &str) -> Outcome<WebhookTarget> {
        let found = self.sql.select_one("FROM webhook_endpoints WHERE id = ?", &[id.into()])?;
        Ok(found.ok_or(Refusal::NotFound)?)
    }

    /// The endpoint that a key with the scope `admin` asks for. One that does not exist is refused first.
    pub(super) fn webhook_endpoint_for(&self, by: &KeyProof, id: &str) -> Outcome<(Grant, WebhookEndpoint)> {
        let grant = self.authenticate(by)?;
        let found = self.webhook_endpoint(grant.mode, id)?;
        grant.require(KeyScope::Admin)?;
        Ok((grant, found))
    }

    /// An endpoint of a mode.
    pub(super) fn webhook_endpoint(&self, mode: Mode, id: &str) -> Outcome<WebhookEndpoint> {
        let values = [id.into(), mode.as_str().into()];
        let found = self.sql.select_one("FROM webhook_endpoints WHERE id = ? AND mode = ?", &values)?;
        Ok(found.ok_or(Refusal::NotFound)?)
    }
}

/// Requires the scopes to read the events of these types. Without types an endpoint gets all.
fn may_read(grant: &Grant, types: &[EventType]) -> Outcome<()> {
    let all = types.is_empty();
    let about = |start: &str| all || types.iter().any(|event| event.as_str().starts_with(start));
    for (start, scope) in [("connection.", KeyScope::ConnectionsRead), ("session.", KeyScope::SessionsRead)] {
        if about(start) {
            grant.require(scope)?;
        }
    }
    Ok(())
}

fn require_revision(endpoint: &WebhookEndpoint, if_match: Option<&str>) -> Outcome<()> {
    match if_match {
        Some(header) if !etag::names(header, endpoint.revision) => Err(Refusal::Changed.into()),
        _ => Ok(()),
    }
}
