//! How a project stands: the operation that reads it, and its reply.

use super::{KeyProof, Operation, ProjectView};

operations! {
    /// Returns how the project stands, in the key's mode.
    ReadStatus("read-status") -> StatusRow {
        /// Who calls.
        key: KeyProof,
    }
}

positional! {
    /// How a project stands. Times are milliseconds since 1970, in the key's mode.
    #[derive(Clone, Debug)]
    pub struct StatusRow {
        /// The project.
        pub project: ProjectView,
        /// The time in the mode.
        pub now: i64,
        /// When the next check is due. One in the past waits.
        pub next_check: Option<i64>,
        /// The accounts that are being checked.
        pub under_way: u32,
        /// The batches of checks that were lost and made again, since the project began.
        pub lost_batches: u32,
        /// What is to be done at providers: tasks of accounts.
        pub tasks: u32,
        /// The size of the database, in bytes.
        pub bytes: i64,
        /// The rows of each kind: its name, and how many there are.
        pub rows: Vec<(String, i64)>,
        /// The largest tables, the largest first.
        pub largest: Option<Vec<TableSize>>,
        /// What to do, if the database is nearly full.
        pub advice: Option<String>,
    }
}

positional! {
    /// About how large a table is.
    #[derive(Clone, Debug)]
    pub struct TableSize {
        /// Its name.
        pub table: String,
        /// How many rows it has.
        pub rows: i64,
        /// The estimate of its bytes, with its indexes.
        pub bytes: i64,
    }
}
