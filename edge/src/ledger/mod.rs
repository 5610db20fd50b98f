//! The ledger: what a project's Durable Object does. Plain Rust over [`sql::Sql`], so that it runs on the host too.
//!
//! It holds sessions, intents, connections and names, in one place per project, so that each operation is atomic: it runs
//! without an `await`, checks first and writes last. It never sees a secret: tokens arrive as hashes, credentials sealed.
//!
//! To add an operation: its types in `operation/`, its code in the file of what it is about, its line in [`Ledger::run`].

mod api_keys;
mod attempts;
mod audit;
mod changes;
mod connections;
mod due;
mod failures;
mod idempotency;
mod intents;
mod keys;
mod listing;
pub mod operation;
mod projects;
mod registry;
mod rewrap;
pub mod schema;
mod sessions;
mod simulated;
pub mod sql;

pub use due::DueWork;

use operation::{Operation, Refusal, answer};
use serde::Serialize;
use sql::{Sql, SqlError};
use std::cell::Cell;

/// How an operation ends inside the ledger: its reply, a refusal, or a fault of the database.
pub(crate) enum Stop {
    /// The operation is refused.
    Refused(Refusal),
    /// The database failed.
    Fault(SqlError),
    /// The message is none of ours, or an answer cannot be written.
    Message(serde_json::Error),
}

impl From<SqlError> for Stop {
    fn from(error: SqlError) -> Self {
        Self::Fault(error)
    }
}

impl From<serde_json::Error> for Stop {
    fn from(error: serde_json::Error) -> Self {
        Self::Message(error)
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// What an operation's code returns.
pub(crate) type Outcome<T> = Result<T, Stop>;

/// One project's ledger, or the registry's.
pub struct Ledger<'a, S> {
    sql: &'a S,
    now: i64,
    due: Cell<Option<i64>>,
}

impl<'a, S: Sql> Ledger<'a, S> {
    /// A ledger over a database whose schema is there, at a time in milliseconds since 1970.
    pub fn new(sql: &'a S, now: i64) -> Self {
        Self { sql, now, due: Cell::new(None) }
    }

    /// When the first of what was noted through this ledger falls due, in milliseconds since 1970: the alarm must not ring later.
    pub fn due(&self) -> Option<i64> {
        self.due.get()
    }

    /// Notes that there is something to do at this time.
    pub(crate) fn falls_due(&self, at: i64) {
        self.due.set(Some(self.due.get().map_or(at, |earlier| earlier.min(at))));
    }

    /// Runs the operation with this name. Its body is JSON, its answer as `operation::answer` says.
    ///
    /// # Errors
    /// A text for the log, when the database failed or the message is none of ours.
    pub fn run(&self, name: &str, body: &str) -> Result<String, String> {
        let mut body = serde_json::Deserializer::from_str(body);
        let mut reply = Vec::new();
        let mut writer = serde_json::Serializer::new(&mut reply);
        macro_rules! dispatch {
            ($($operation:ident => $method:ident),* $(,)?) => {
                match name {
                    $( operation::$operation::NAME => self.perform::<operation::$operation>(&mut body, &mut writer, Self::$method), )*
                    _ => return Err("no such operation".to_owned()),
                }
            };
        }
        let done = dispatch! {
            CreateProject => create_project,
            RegisterProject => register_project,
            ListProjects => list_projects,
            FindBrand => find_brand,
            FindDomain => find_domain,
            NoteSimulatedKey => note_simulated_key,
            DescribeProject => describe_project,
            ReadProject => read_project,
            ChangeProject => change_project,
            DeleteProject => delete_project,
            ForgetProject => forget_project,
            RebrandProject => rebrand_project,
            MakeApiKey => make_api_key,
            ListApiKeys => list_api_keys,
            RevokeApiKey => revoke_api_key,
            ListAudit => list_audit,
            BeginOnce => begin_once,
            FinishOnce => finish_once,
            ListUnrotated => list_unrotated,
            NoteRotation => note_rotation,
            CountKeys => count_keys,
            ListToRewrap => list_to_rewrap,
            NoteRewrap => note_rewrap,
            SwingPointer => swing_pointer,
            FindByName => find_by_name,
            ChangeConnection => change_connection,
            BeginChange => begin_change,
            CommitChange => commit_change,
            FindKeptVersion => find_kept_version,
            OpenConnection => open_connection,
            ShowHistory => show_history,
            OpenSession => open_session,
            ShowSession => show_session,
            RevokeSession => revoke_session,
            SaveProgress => save_progress,
            ShareSession => share_session,
            CancelAttempt => cancel_attempt,
            PeekSession => peek_session,
            ReadSession => read_session,
            LeaseSession => lease_session,
            SettleAttempt => settle_attempt,
            CommitAttempt => commit_attempt,
            RecordedAttempt => recorded_attempt,
            BeginConnection => begin_connection,
            AbandonConnection => abandon_connection,
            CommitConnection => commit_connection,
            ListConnections => list_connections,
            FindConnection => find_connection,
            DeleteConnection => delete_connection,
        };
        match done {
            Ok(()) => answer::done(reply),
            Err(Stop::Refused(refusal)) => answer::refused(&refusal).map_err(|error| error.to_string()),
            Err(Stop::Fault(error)) => Err(error.to_string()),
            Err(Stop::Message(error)) => Err(error.to_string()),
        }
        .map_err(|why| format!("{name}: {why}"))
    }

    /// What each operation needs of its own; all else is in [`Ledger::run`], once.
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
