//! Operations on the console: links that sign in, and sessions.

use super::{ConsoleLinkRow, ConsoleSessionRow, ConsoleSessionView, KeyProof, Operation, SignInWay};
use latchkey_shared::console::ConsoleRole;

operations! {
    /// Makes a link that signs in to the console once.
    CreateConsoleLink("create-console-link") -> ConsoleLinkRow {
        /// Who calls: a key with the scopes `admin` and `console`. `None` is the owner of the deployment.
        by: Option<KeyProof>,
        /// The token of the link.
        new: KeyProof,
        /// The role of whoever uses it. `None`: the strongest that the caller may give.
        role: Option<ConsoleRole>,
        /// Who is to sign in with it. `None`: the name of the key, or of the owner.
        name: Option<String>,
        /// When it expires. Milliseconds since 1970.
        expires: i64,
    }

    /// Begins a console session.
    SignIn("sign-in") -> ConsoleSessionView {
        /// How the person proves who they are.
        way: SignInWay,
        /// The token of the new session. Its mode is that of the session.
        new: KeyProof,
        /// What the browser says about itself, cleaned.
        agent: Option<String>,
    }

    /// Returns a console session with its project.
    ReadConsole("read-console") -> ConsoleSessionView {
        /// Who calls: the session.
        key: KeyProof,
    }

    /// Returns the console sessions of the caller's mode that have not ended, newest first.
    ListConsoleSessions("list-console-sessions") -> Vec<ConsoleSessionRow> {
        /// Who calls.
        key: KeyProof,
    }

    /// Ends a console session of the caller's mode, and returns it.
    RevokeConsoleSession("revoke-console-session") -> ConsoleSessionRow {
        /// Who calls.
        key: KeyProof,
        /// The session's id, in base62.
        id: String,
    }

    /// Ends the caller's own console session. One that has ended already is no error.
    SignOut("sign-out") -> () {
        /// Who calls: the session.
        key: KeyProof,
    }
}
