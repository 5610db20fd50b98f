//! What the core promises, on the host: one file per subject, one test per behaviour.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod connect;
mod create;
mod echo;
mod faults;
mod isolation;
mod ledger;
mod own_hosts;
mod pages;
mod preview;
mod requests;
mod sessions;
mod test_mode;
mod vault;
mod verification;
mod verify;
