//! An account as the API shows it, out of the texts that its row keeps. It refuses to open a credential.

use crate::health::Health;
use crate::health::phase::Interval;
use crate::store::NEVER;
use crate::store::protocol::{Care, ConnectionRow, ProjectView, Task};
use crate::time::iso;
use latchkey_shared::connection::{
    AppConnection, ConnectionDetails, ConnectionHealth, ConnectionKey, ConnectionTask, KeyType, Suspension,
};
use latchkey_shared::problem::FieldError;
use latchkey_shared::report::Report;
use serde::de::DeserializeOwned;

/// An account at a time in milliseconds since 1970, without its report, and the report.
pub(crate) fn view(
    connection: ConnectionRow,
    project: &ProjectView,
    now: i64,
) -> (AppConnection, Option<Report>) {
    let (details, report) = details(&connection, project.settings.care, now);
    let view = AppConnection {
        id: connection.id.to_string(),
        name: connection.name,
        project_id: project.id.to_string(),
        description: connection.description,
        version: connection.version,
        org_id: project.org_id.clone(),
        created_at: iso(connection.created),
        updated_at: iso(connection.updated),
        is_platform_managed_credentials: connection.managed == Some(true),
        credentials_hash: connection.hash,
        app: connection.app,
        method: connection.method,
        credentials: connection.credentials,
        details,
    };
    (view, report)
}

/// The details of a row without its report, at a time in milliseconds since 1970, and the report.
fn details(row: &ConnectionRow, care: Care, now: i64) -> (ConnectionDetails, Option<Report>) {
    let health = read(&row.health_record).unwrap_or_else(|| Health::unchecked(row.created));
    let report: Option<Report> = read(&row.report);
    let (mut key, mut roles, mut warnings) = (None, Vec::new(), Vec::new());
    let mut kind = KeyType::Unknown;
    if let Some(report) = &report {
        key.clone_from(&report.key);
        roles.clone_from(&report.roles);
        warnings = report.warnings.iter().cloned().map(FieldError::into_said).collect();
        kind = match report.identity.as_ref().and_then(|identity| identity.kind.as_deref()) {
            Some("person") => KeyType::Personal,
            Some("service") => KeyType::Service,
            Some("agent") => KeyType::Agent,
            _ => KeyType::Unknown,
        };
    }
    // Why the push channel is not registered. It does not concern the key.
    let refused = read::<HookCause>(&row.hook).and_then(|hook| hook.cause);
    warnings.extend(refused.map(FieldError::into_said));
    let (id, name, created_at, expires_at) =
        key.map_or_else(Default::default, |key| (key.id, key.name, key.created_at, key.expires_at));
    let details = ConnectionDetails {
        end_user: read(&row.end_user),
        organization: read(&row.organization),
        metadata: read(&row.metadata).unwrap_or_default(),
        session_id: row.session.clone(),
        freshness: health.freshness(now, row.used),
        key: ConnectionKey { id, name, kind, roles, created_at },
        expires_at: health.end.as_ref().map(|end| iso(end.at)).or(expires_at),
        last_used_at: Some(iso(health.last_used(row.used))),
        warnings,
        suspended: row
            .suspension()
            .map(|record| Suspension { since: iso(record.since), reason: record.reason }),
        task: row.current_task().map(task_view),
        hook: read(&row.hook),
        report: None,
        health: health_view(health, next_check(row, care, now)),
    };
    (details, report)
}

/// The part of a push channel that has a cause.
#[derive(serde::Deserialize)]
struct HookCause {
    cause: Option<FieldError>,
}

/// When an account is checked next: at its own time if it has one, else at its turn. `None`: not by itself.
fn next_check(row: &ConnectionRow, care: Care, now: i64) -> Option<i64> {
    let turn = || Some(Interval::of(care.check_every_seconds, row.cap?).next_turn(row.slot?, now));
    match row.check_at {
        _ if !care.checks => None,
        Some(at) => (at < NEVER).then_some(at),
        None => turn(),
    }
}

fn health_view(health: Health, next_check: Option<i64>) -> ConnectionHealth {
    let cause = health.paused.as_ref().or(health.cause.as_ref());
    ConnectionHealth {
        state: health.state,
        code: cause.map(|cause| cause.code),
        message: cause.map(|cause| cause.message.said()),
        fix: cause.map(|cause| cause.fix.said()),
        since: iso(health.since),
        checked_at: iso(health.checked),
        last_healthy_at: iso(health.healthy),
        next_check_at: next_check.map(iso),
    }
}

/// A task as the API shows it.
pub(crate) fn task_view(task: Task) -> ConnectionTask {
    let error = task.error.as_ref();
    ConnectionTask {
        kind: task.kind,
        since: iso(task.since),
        tried_at: task.tried.map(iso),
        next_try_at: task.next.map(iso),
        code: error.map(|error| error.code),
        message: error.map(|error| error.message.said()),
        fix: error.map(|error| error.fix.said()),
    }
}

/// A text of JSON that the store keeps. `None` if it keeps none.
fn read<T: DeserializeOwned>(text: &Option<String>) -> Option<T> {
    serde_json::from_str(text.as_deref()?).ok()
}
