//! Operations on push channels, and the events that they deliver.

use super::{ConnectionInProject, ConnectionRow, Operation};
use latchkey_shared::connection::HookState;
use latchkey_shared::hook::{Effect, Subject};
use latchkey_shared::{ConnectionId, FieldError, Mode};
use std::collections::BTreeMap;

positional! {
    /// An event that a provider pushed.
    #[derive(Clone, Debug, PartialEq)]
    pub struct PushedEvent {
        /// A hash of its id.
        pub id: String,
        /// When it happened, if it says so. Milliseconds since 1970.
        pub at: Option<i64>,
        /// What it means.
        pub effect: Effect,
        /// Which of the account's ids it must name. `None`: it concerns every account of the organization.
        pub about: Option<Subject>,
        /// The ids that it names.
        pub named: Vec<String>,
        /// The cause of the account's state.
        pub cause: Option<FieldError>,
        /// The ids of the keys with which somebody did what it reports.
        pub used: Vec<String>,
    }
}

positional! {
    /// Somebody or something that an event of a provider names, in the provider's words.
    #[derive(Clone, Debug, PartialEq)]
    pub struct EventParty {
        /// Its id.
        pub id: Option<String>,
        /// Its kind.
        pub kind: Option<String>,
        /// Its name.
        pub name: Option<String>,
        /// The name with which it signs in.
        pub login: Option<String>,
    }
}

positional! {
    /// An event of a provider that the history of an account may show.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ProviderEvent {
        /// A hash of its id.
        pub id: String,
        /// When it happened, if it says so. Milliseconds since 1970.
        pub at: Option<i64>,
        /// Its type.
        pub kind: String,
        /// The provider's words for it.
        pub message: Option<String>,
        /// Who did it.
        pub actor: Option<EventParty>,
        /// To what or whom it was done.
        pub targets: Vec<EventParty>,
    }
}

positional! {
    /// A push channel that somebody has to look after.
    #[derive(Clone, Debug)]
    pub struct DueHook {
        /// Its account.
        pub found: ConnectionInProject,
        /// The mode of the account.
        pub mode: Mode,
        /// The random part of its id.
        pub hook: String,
        /// Its name at the provider. Empty: none is wanted anymore.
        pub name: String,
        /// Its state.
        pub state: HookState,
        /// What the provider's file found when it was registered.
        pub given: BTreeMap<String, String>,
        /// The lease of this look. Milliseconds since 1970.
        pub lease: i64,
        /// Ask for the events since this time, and do not register it. Milliseconds since 1970.
        pub poll_since: Option<i64>,
        /// The account with the credential of another organization, whose channel is to be removed.
        pub old: Option<ConnectionRow>,
    }
}

positional! {
    /// How a look at a push channel ended.
    #[derive(Clone, Debug)]
    pub struct TendedHook {
        /// Its state. `None`: it is not known, and stays.
        pub state: Option<HookState>,
        /// Why it is not registered.
        pub cause: Option<FieldError>,
        /// What the provider's file found.
        pub given: BTreeMap<String, String>,
        /// The seconds that the provider asks us to wait.
        pub retry_in: Option<u32>,
        /// Whether the provider was asked for events, and the channel was not looked at.
        pub polled: bool,
        /// Whether the channel of another organization is still to be removed.
        pub old_left: Option<bool>,
    }
}

impl TendedHook {
    /// Nothing was found out.
    #[must_use]
    pub fn unknown() -> Self {
        Self {
            state: None,
            cause: None,
            given: BTreeMap::new(),
            retry_in: None,
            polled: false,
            old_left: None,
        }
    }
}

operations! {
    /// Returns a push channel that has to be registered or looked at, and leases it.
    TakeDueHook("take-due-hook") -> Option<DueHook> {
        /// The random part of an id, for a channel that has none.
        fresh: String,
        /// The mode of its account. `None`: any.
        mode: Option<Mode>,
    }

    /// Notes how a look at a push channel ended. Does nothing if its lease is another one by now. Returns whether nobody knows the
    /// channel anymore, so that it is to be removed at the provider.
    SettleHook("settle-hook") -> Option<bool> {
        /// The account.
        connection: ConnectionId,
        /// The lease.
        lease: i64,
        /// How it ended.
        tended: TendedHook,
        /// The random part of the channel's id.
        hook: Option<String>,
    }

    /// Refuses unless the push channel waits for the provider's challenge, or has passed one.
    AwaitsChallenge("awaits-challenge") -> () {
        /// The provider's id.
        app: String,
        /// The random part of the channel's id.
        hook: String,
    }

    /// Takes the events of a delivery, which has proved that it comes from the provider. Events that were taken before change
    /// nothing.
    DeliverEvents("deliver-events") -> () {
        /// The provider's id.
        app: String,
        /// The random part of the channel's id.
        hook: String,
        /// What happened.
        events: Vec<PushedEvent>,
        /// Whether the delivery had more than was read, so that the account must be checked.
        unread: bool,
        /// What the history of the account may show of it.
        history: Option<Vec<ProviderEvent>>,
    }
}
