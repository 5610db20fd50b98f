//! The keys of the values in KV. It owns their form, and refuses to know what is stored under them.

use latchkey_shared::{ConnectionId, Mode, ProjectId, base62};
use std::fmt;

positional! {
    /// The key of one immutable value: `credential/<mode>/<project>/<connection>/<blob id>`. Only its `Display` formats it.
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub struct BlobKey {
        /// Test or live.
        pub mode: Mode,
        /// The project it belongs to.
        pub project: ProjectId,
        /// The connection it belongs to.
        pub connection: ConnectionId,
        /// The blob id: random for each write, never reused.
        pub blob: String,
    }
}

impl BlobKey {
    /// A key for a new value, from sixteen random bytes.
    #[must_use]
    pub fn from_random(random: [u8; 16], mode: Mode, project: ProjectId, connection: ConnectionId) -> Self {
        Self { mode, project, connection, blob: base62::encode(u128::from_be_bytes(random)) }
    }
}

impl fmt::Display for BlobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "credential/{}/{}/{}/{}", self.mode, self.project, self.connection, self.blob)
    }
}
