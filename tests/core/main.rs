//! What the core promises, on the host: one file per subject, one test per behaviour.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod api_keys;
mod attempts_taken_back;
mod branding;
mod changes;
mod connect;
mod create;
mod domains;
mod echo;
mod every_step;
mod faults;
mod idempotency;
mod isolation;
mod languages;
mod ledger;
mod listing;
mod own_hosts;
mod pages;
mod plans;
mod preview;
mod progress;
mod rate_limits;
mod requests;
mod rollback;
mod rotation;
mod sealing;
mod session_members;
mod sessions;
mod sharing;
mod tampering;
mod test_mode;
mod update_mode;
mod vault;
mod verification;
mod verify;
mod wycheproof;
