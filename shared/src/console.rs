//! The roles of people in the console. It owns what each role may do; the edge enforces it.

use crate::KeyScope;

string_enum! {
    /// What a person may do in the console. Each role may do all that the one before may. None of them ever sees a secret.
    pub enum ConsoleRole {
        /// Reads accounts, sessions and events.
        Viewer = "viewer",
        /// Acts on accounts and sessions.
        Support = "support",
        /// Manages keys, webhooks, the vault and the audit log too.
        Admin = "admin",
    }
}

impl ConsoleRole {
    /// Every role, the weakest first.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Support, Self::Admin];

    /// What the role may do, as scopes of a key. `credentials:read` is in none.
    #[must_use]
    pub fn scopes(self) -> &'static [KeyScope] {
        match self {
            Self::Viewer => &[KeyScope::ConnectionsRead, KeyScope::SessionsRead],
            Self::Support => &[
                KeyScope::ConnectionsRead,
                KeyScope::ConnectionsWrite,
                KeyScope::SessionsRead,
                KeyScope::SessionsWrite,
            ],
            Self::Admin => &[
                KeyScope::ConnectionsRead,
                KeyScope::ConnectionsWrite,
                KeyScope::SessionsRead,
                KeyScope::SessionsWrite,
                KeyScope::Admin,
            ],
        }
    }

    /// The strongest role that a key with these scopes allows.
    #[must_use]
    pub fn of_key(scopes: &[KeyScope]) -> Self {
        if scopes.contains(&KeyScope::Admin) {
            Self::Admin
        } else if scopes.contains(&KeyScope::ConnectionsWrite) || scopes.contains(&KeyScope::SessionsWrite) {
            Self::Support
        } else {
            Self::Viewer
        }
    }
}
