//! The operations of a project's object, and the list of all in [`Store::run`]. A file owns the tables that its header names;
//! `account_*`, `authenticate`, `count_connections`, `due_work`, `list_connections` and `rewrap` own none and work on those of others.
//!
//! To add an operation: declare its types in `store/protocol/`, write its method in the file that owns its table, and add a
//! line to [`Store::run`]. An operation checks first and writes last, and it never awaits.

mod account_counts;
mod account_filter;
mod account_pages;
mod accounts;
mod api_keys;
mod attempts;
mod audit;
mod audit_checkpoints;
mod audit_pages;
mod authenticate;
mod check_batches;
mod check_pauses;
mod check_times;
mod check_walks;
mod checks;
mod connections;
mod console_links;
mod console_sessions;
mod count_connections;
mod due_checks;
mod due_hooks;
mod due_work;
mod events;
mod fullness;
mod hooks;
mod idempotency;
mod intents;
mod leases;
mod list_connections;
mod list_sessions;
mod made_keys;
mod project_grace;
mod projects;
mod provider_events;
mod refused_keys;
mod refused_logins;
mod registry;
mod registry_counts;
mod relink;
mod rewrap;
mod room;
mod session_changes;
mod session_events;
mod sessions;
mod simulated_keys;
mod status;
mod suspension;
mod tasks;
mod test_clock;
mod versions;
mod webhook_deliveries;
mod webhook_sending;
mod webhooks;

pub use check_times::NEVER;
pub use due_work::DueWork;
pub use projects::MAKING_MS;

use crate::error::json_fault;
use crate::store::object::{Outcome, Stop, Store};
use crate::store::protocol::{self, Operation, reply};
use crate::store::sql::Sql;
use serde::Serialize;

impl<S: Sql> Store<'_, S> {
    /// Runs the operation with this name. The body is its JSON, the reply is a text of `protocol::reply`.
    ///
    /// # Errors
    /// A text for the log, if the database failed or the message is not valid.
    pub fn run(&self, name: &str, body: &str) -> Result<String, String> {
        let mut body = serde_json::Deserializer::from_str(body);
        let mut written = Vec::new();
        let mut writer = serde_json::Serializer::new(&mut written);
        macro_rules! dispatch {
            ($($operation:ident => $method:ident),* $(,)?) => {
                match name {
                    $( protocol::$operation::NAME => self.perform::<protocol::$operation>(&mut body, &mut writer, Self::$method), )*
                    _ => return Err(format!("{name}: there is no such operation")),
                }
            };
        }
        let done = dispatch! {
            CreateProject => create_project,
            RegisterProject => register_project,
            PageProjects => page_projects,
            FindBrand => find_brand,
            ListProjectSlice => list_project_slice,
            ListDomains => list_domains,
            NoteRefusedAdminTokens => note_refused_admin_tokens,
            ReadRefusedAdminTokens => read_refused_admin_tokens,
            NoteSimulatedKey => note_simulated_key,
            ReadTestClock => read_test_clock,
            AdvanceTestClock => advance_test_clock,
            ResetTestClock => reset_test_clock,
            ProjectByApiKey => project_by_api_key,
            ReadProject => read_project,
            UpdateProject => update_project,
            MarkProject => mark_project,
            RestoreProject => restore_project,
            DeleteProject => delete_project,
            UnregisterProject => unregister_project,
            BeginChangingProject => begin_changing_project,
            BeginEndingProject => begin_ending_project,
            SettleProject => settle_project,
            TakeUnfinishedProjects => take_unfinished_projects,
            CreateApiKey => create_api_key,
            ListApiKeys => list_api_keys,
            NarrowApiKey => narrow_api_key,
            RevokeApiKey => revoke_api_key,
            CreateConsoleLink => create_console_link,
            SignIn => sign_in,
            ReadConsole => read_console,
            ListConsoleSessions => list_console_sessions,
            RevokeConsoleSession => revoke_console_session,
            SignOut => sign_out,
            ListAudit => list_audit,
            ReadAuditHead => read_audit_head,
            BeginAuditExport => begin_audit_export,
            ReadAuditPart => read_audit_part,
            ListEvents => list_events,
            ReadStatus => read_status,
            BeginIdempotentRequest => begin_idempotent_request,
            FinishIdempotentRequest => finish_idempotent_request,
            ListUnrotatedProjects => list_unrotated_projects,
            ListUncountedProjects => list_uncounted_projects,
            NoteCounts => note_counts,
            CountKeys => count_keys,
            ListValuesToRewrap => list_values_to_rewrap,
            BeginRewrap => begin_rewrap,
            ReplaceBlob => replace_blob,
            FindConnectionByName => find_connection_by_name,
            UpdateConnection => update_connection,
            BeginUpdate => begin_update,
            CommitUpdate => commit_update,
            FindKeptVersion => find_kept_version,
            OpenConnection => open_connection,
            ListVersions => list_versions,
            CreateSession => create_session,
            ListSessions => list_sessions,
            SessionByApiKey => session_by_api_key,
            RevokeSession => revoke_session,
            ChangeSession => change_session,
            SaveProgress => save_progress,
            ShareSession => share_session,
            ArmSessions => arm_sessions,
            CancelAttempt => cancel_attempt,
            SessionById => session_by_id,
            SessionByToken => session_by_token,
            LeaseSession => lease_session,
            FailAttempt => fail_attempt,
            CommitAttempt => commit_attempt,
            RecordedAttempt => recorded_attempt,
            BeginConnection => begin_connection,
            AbandonConnection => abandon_connection,
            CommitConnection => commit_connection,
            ListConnections => list_connections,
            CountConnections => count_connections,
            ReadConnectionPart => read_connection_part,
            FindConnection => find_connection,
            DeleteConnection => delete_connection,
            BeginCheck => begin_check,
            SettleCheck => settle_check,
            BeginTask => begin_task,
            TakeTasks => take_tasks,
            SendTask => send_task,
            SettleTask => settle_task,
            SuspendConnection => suspend_connection,
            ResumeConnection => resume_connection,
            WakeObject => wake_object,
            ReadBatch => read_batch,
            SettleBatch => settle_batch,
            AwaitsChallenge => awaits_challenge,
            DeliverEvents => deliver_events,
            TakeDueHook => take_due_hook,
            SettleHook => settle_hook,
            CreateWebhookEndpoint => create_webhook_endpoint,
            ListWebhookEndpoints => list_webhook_endpoints,
            ReadWebhookEndpoint => read_webhook_endpoint,
            UpdateWebhookEndpoint => update_webhook_endpoint,
            DeleteWebhookEndpoint => delete_webhook_endpoint,
            RotateWebhookSecret => rotate_webhook_secret,
            BeginWebhookTest => begin_webhook_test,
            ListWebhookDeliveries => list_webhook_deliveries,
            ReplayWebhooks => replay_webhooks,
            NextWebhooks => next_webhooks,
        };
        match done {
            Ok(()) => reply::done(written),
            Err(Stop::Refused(refusal)) => reply::refused(&refusal).map_err(|error| error.to_string()),
            Err(Stop::Fault(error)) => Err(error.to_string()),
            Err(Stop::Message(error)) => Err(json_fault(&error)),
        }
        .map_err(|why| format!("{name}: {why}"))
    }

    /// The part of [`Store::run`] that is compiled for each operation.
    fn perform<O: Operation>(
        &self,
        body: &mut serde_json::Deserializer<serde_json::de::StrRead<'_>>,
        reply: &mut serde_json::Serializer<&mut Vec<u8>>,
        method: fn(&Self, O) -> Outcome<O::Reply>,
    ) -> Outcome<()> {
        let operation = O::deserialize(&mut *body)?;
        body.end()?;
        method(self, operation)?.serialize(reply)?;
        Ok(())
    }
}
