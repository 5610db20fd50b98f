//! Operations of a batch of checks that nobody asked for. Only the Worker can reach an object, so they need no key.

use super::{ConnectionRow, Operation, ProjectView};
use crate::health::Signal;
use latchkey_shared::{ConnectionId, Mode};
use serde::{Deserialize, Serialize};

operations! {
    /// Sets the alarm of an object for its next due work, which an alarm that was lost has missed.
    WakeObject("wake-object") -> () {}

    /// Returns the accounts of a batch. `None`: there is no such batch anymore, so there is nothing to do.
    ReadBatch("read-batch") -> Option<CheckBatch> {
        /// The batch.
        batch: i64,
    }

    /// Ends a batch, and changes the health of its accounts. Does nothing if there is no such batch anymore. An account whose
    /// credential was changed meanwhile is left as it is.
    SettleBatch("settle-batch") -> () {
        /// The batch.
        batch: i64,
        /// What was found. An account of the batch that is missing here is due at its next turn.
        checked: Vec<CheckedAccount>,
        /// The organizations that are to be left alone for a while.
        pauses: Vec<OrganizationPause>,
    }
}

positional! {
    /// The accounts of a batch.
    #[derive(Clone, Debug)]
    pub struct CheckBatch {
        /// Their mode.
        pub mode: Mode,
        /// Their project.
        pub project: ProjectView,
        /// The accounts that still exist, each with the organization that it belongs to.
        pub accounts: Vec<DueAccount>,
        /// The time in that mode. Milliseconds since 1970.
        pub now: i64,
    }
}

positional! {
    /// An account that is to be checked.
    #[derive(Clone, Debug)]
    pub struct DueAccount {
        /// The account.
        pub row: ConnectionRow,
        /// Its organization at the provider: accounts of one are checked one after the other.
        pub organization: String,
    }
}

positional! {
    /// An account of a batch, and what was found.
    #[derive(Clone, Debug)]
    pub struct CheckedAccount {
        /// The account.
        pub id: ConnectionId,
        /// The version of its credential that was read.
        pub version: u32,
        /// The time of its check, as it was read.
        pub check_at: Option<i64>,
        /// What was found.
        pub found: Found,
    }
}

/// What was found about an account.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Found {
    /// What the check says.
    Said(Box<Signal>),
    /// Nobody was asked. It is due again after so many seconds.
    Later(u32),
}

positional! {
    /// An organization that is to be left alone.
    #[derive(Clone, Debug)]
    pub struct OrganizationPause {
        /// The organization, as the batch names it.
        pub organization: String,
        /// For so many seconds.
        pub seconds: u32,
    }
}
