//! Operations on connect sessions and their attempts.

use super::{
    KeyProof, Lease, NewConnection, Operation, Progress, ProjectView, Recorded, SessionInProject,
    SessionProof, SessionRow,
};
use crate::ports::BlobKey;
use latchkey_shared::simulation::Past;

operations! {
    /// Remembers what happened to a simulated key, and answers everything that had happened to it before.
    NoteSimulatedKey("note-simulated-key") -> Vec<Past> {
        /// The provider's id.
        app: String,
        /// A hash of the key.
        key: String,
        /// What happens to it now.
        past: Past,
    }

    /// Makes a connect session.
    CreateSession("create-session") -> ProjectView {
        /// Who asks.
        key: KeyProof,
        /// The token of the session.
        proof: SessionProof,
        /// What it is for.
        session: SessionRow,
        /// Origins that may embed it, a subset of the project's; `None`: the project's. Test mode adds this machine's own,
        /// unless the list is empty, which means that nobody may embed it.
        allowed_origins: Option<Vec<String>>,
    }

    /// Reads a session for the backend that made it.
    SessionByApiKey("session-by-api-key") -> SessionInProject {
        /// Who asks.
        key: KeyProof,
        /// Base62.
        id: String,
    }

    /// Takes a session back: what is under way cannot be stored any more. One that is done stays done.
    RevokeSession("revoke-session") -> () {
        /// Who asks.
        key: KeyProof,
        /// Base62.
        id: String,
    }

    /// Keeps what was filled in so far.
    SaveProgress("save-progress") -> () {
        /// Who asks.
        proof: SessionProof,
        /// Never a secret.
        progress: Progress,
    }

    /// Lets a second token use the session, in the place of one that was shared before; none: nobody's.
    ShareSession("share-session") -> SessionInProject {
        /// Who asks.
        proof: SessionProof,
        /// The hash of the new token's secret.
        hash: Option<String>,
    }

    /// Takes an attempt back, unless it has ended: what it brings later is not stored.
    CancelAttempt("cancel-attempt") -> Recorded {
        /// Who asks.
        proof: SessionProof,
        /// Which.
        attempt: String,
        /// How it ends then.
        outcome: Recorded,
    }

    /// Reads a session by its id alone: what the first HTML needs.
    SessionById("session-by-id") -> SessionInProject {
        /// Base62.
        id: String,
    }

    /// Reads a session by its token.
    SessionByToken("session-by-token") -> SessionInProject {
        /// Who asks.
        proof: SessionProof,
    }

    /// Gives the session to one attempt for sixty seconds, and notes the blob it may write. Repeating a lease of the same
    /// attempt is allowed: only one commit can win.
    LeaseSession("lease-session") -> Lease {
        /// Who asks.
        proof: SessionProof,
        /// Made by the page.
        attempt: String,
        /// The provider that is to be linked.
        app: String,
        /// What may be written.
        key: BlobKey,
        /// The encapsulated key of each sealed answer.
        sealed: Vec<String>,
        /// A hash of the address it comes from, where it is known.
        address: Option<String>,
    }

    /// Records how an attempt ended without a connection, and opens the session again.
    FailAttempt("fail-attempt") -> Recorded {
        /// Who asks.
        proof: SessionProof,
        /// Which.
        attempt: String,
        /// The blob that is not needed any more.
        blob: String,
        /// Whether its value may have been written.
        written: bool,
        /// Whether the provider refused the key.
        key_refused: bool,
        /// A hash of the address it came from, where it is known.
        address: Option<String>,
        /// How it ended.
        outcome: Recorded,
    }

    /// Makes a connection visible and ends the session, if the attempt still holds it.
    CommitAttempt("commit-attempt") -> Recorded {
        /// Who asks.
        proof: SessionProof,
        /// Which.
        attempt: String,
        /// What was verified and written.
        connection: NewConnection,
        /// The version it was sealed as, when it takes the place of another.
        version: Option<u32>,
    }

    /// How an attempt ended, if it has.
    RecordedAttempt("recorded-attempt") -> Option<Recorded> {
        /// Who asks.
        proof: SessionProof,
        /// Which.
        attempt: String,
    }
}
