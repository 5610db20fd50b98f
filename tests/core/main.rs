//! What the core promises, on the host: one file per subject, one test per behaviour.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod api_keys;
mod attempts_taken_back;
mod changes;
mod connect;
mod create;
mod echo;
mod faults;
mod idempotency;
mod isolation;
mod ledger;
mod listing;
mod own_hosts;
mod pages;
mod preview;
mod progress;
mod requests;
mod rotation;
mod sealing;
mod session_members;
mod sessions;
mod sharing;
mod test_mode;
mod update_mode;
mod vault;
mod verification;
mod verify;
