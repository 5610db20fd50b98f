//! Operations on connect sessions and their attempts.

use super::{
    ChangedSession, KeyProof, Lease, NewConnection, Once, OpenedSession, Operation, Progress, Recorded,
    SessionFilter, SessionInProject, SessionPage, SessionProof, SessionRow,
};
use crate::ports::BlobKey;
use crate::verify::simulator::KeyMemory;
use latchkey_shared::session::SessionState;
use latchkey_shared::simulation::Past;

operations! {
    /// Records an event of a simulated key, and returns what was remembered of that key before.
    NoteSimulatedKey("note-simulated-key") -> KeyMemory {
        /// The provider's id.
        app: String,
        /// A hash of the key.
        key: String,
        /// The event.
        past: Past,
        /// The days after which an unused key ends. A later use is none.
        idle_days: Option<u32>,
    }

    /// Creates a connect session.
    CreateSession("create-session") -> OpenedSession {
        /// Who calls.
        key: KeyProof,
        /// The session's token.
        proof: SessionProof,
        /// The session.
        session: SessionRow,
        /// Origins that may embed it, from those of the project. `None` allows all of them, an empty list allows none.
        /// Otherwise test mode adds `localhost` and `127.0.0.1`.
        allowed_origins: Option<Vec<String>>,
        /// The idempotency key of the request. A repeat returns the session that the first request made.
        once: Option<Once>,
        /// Whether it is for the person who linked the connection, if the session names nobody.
        relink: Option<bool>,
    }

    /// Gives sessions that were made by themselves their token, and returns those that can be used, each with the time when it
    /// expires. A key that may not make such a session gets none.
    ArmSessions("arm-sessions") -> Vec<(String, i64)> {
        /// Who calls.
        key: KeyProof,
        /// The ids, in base62, each with the hash of its token.
        sessions: Vec<(String, String)>,
    }

    /// Returns a page of the sessions of the key's mode, newest first.
    ListSessions("list-sessions") -> SessionPage {
        /// Who calls.
        key: KeyProof,
        /// Which sessions.
        filter: SessionFilter,
        /// The time and id of the last session of the page before.
        after: Option<(i64, String)>,
        /// The most entries of a page.
        limit: u32,
    }

    /// Returns a session to a backend of its project.
    SessionByApiKey("session-by-api-key") -> SessionInProject {
        /// Who calls.
        key: KeyProof,
        /// The session's id, in base62.
        id: String,
    }

    /// Revokes a session, so that a running attempt cannot be stored. A session that is done stays done, and its tokens
    /// end. Returns the state after that.
    RevokeSession("revoke-session") -> SessionState {
        /// Who calls.
        key: KeyProof,
        /// The session's id, in base62.
        id: String,
    }

    /// Changes a session that can still be used: when it expires, or its token.
    ChangeSession("change-session") -> ChangedSession {
        /// Who calls.
        key: KeyProof,
        /// The session's id, in base62.
        id: String,
        /// When it is to expire. Milliseconds since 1970.
        expires: Option<i64>,
        /// SHA-256 of the secret of a new token, in hex. The one before stops working.
        hash: Option<String>,
    }

    /// Keeps the values that were entered so far.
    SaveProgress("save-progress") -> () {
        /// Who calls.
        proof: SessionProof,
        /// The values. None of them is secret.
        progress: Progress,
    }

    /// Lets a second token use the session. It replaces a token that was shared before.
    ShareSession("share-session") -> SessionInProject {
        /// Who calls.
        proof: SessionProof,
        /// The hash of the second token's secret. `None` ends the sharing.
        hash: Option<String>,
    }

    /// Cancels an attempt that has not ended, so that it cannot be stored later.
    CancelAttempt("cancel-attempt") -> Recorded {
        /// Who calls.
        proof: SessionProof,
        /// The attempt's id.
        attempt: String,
        /// The outcome to record.
        outcome: Recorded,
    }

    /// Returns a session by its id alone, for the first HTML of its page.
    SessionById("session-by-id") -> SessionInProject {
        /// The session's id, in base62.
        id: String,
    }

    /// Returns a session by its token.
    SessionByToken("session-by-token") -> SessionInProject {
        /// Who calls.
        proof: SessionProof,
        /// Whether a page reads it to show its form. The first time is an event.
        opens: Option<bool>,
    }

    /// Leases the session to one attempt for sixty seconds, and records the blob that the attempt may write. The same
    /// attempt may lease again: only one commit can succeed.
    LeaseSession("lease-session") -> Lease {
        /// Who calls.
        proof: SessionProof,
        /// The attempt's id, made by the page.
        attempt: String,
        /// The id of the provider that is to be linked.
        app: String,
        /// The blob that may be written.
        key: BlobKey,
        /// The encapsulated key of each sealed value.
        sealed: Vec<String>,
        /// A hash of the network address of the request, where it is known.
        address: Option<String>,
    }

    /// Ends an attempt that made no connection, records its outcome, and opens the session again.
    FailAttempt("fail-attempt") -> Recorded {
        /// Who calls.
        proof: SessionProof,
        /// The attempt's id.
        attempt: String,
        /// The blob that is not needed anymore.
        blob: String,
        /// Whether the blob may have been written.
        written: bool,
        /// Whether the provider refused the key.
        key_refused: bool,
        /// The outcome to record.
        outcome: Recorded,
        /// Whether nothing was sent to the provider. Then the outcome is not recorded, and the attempt may be sent again.
        unsent: Option<bool>,
    }

    /// Makes a connection visible and ends the session, if the attempt still holds it.
    CommitAttempt("commit-attempt") -> Recorded {
        /// Who calls.
        proof: SessionProof,
        /// The attempt's id.
        attempt: String,
        /// The connection, verified and written.
        connection: NewConnection,
        /// The version that it was sealed as, if it updates a connection.
        version: Option<u32>,
        /// The session's id, as the API shows it.
        session: Option<String>,
    }

    /// Returns the outcome of an attempt, if it has ended.
    RecordedAttempt("recorded-attempt") -> Option<Recorded> {
        /// Who calls.
        proof: SessionProof,
        /// The attempt's id.
        attempt: String,
    }
}
