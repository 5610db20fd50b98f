//! What a timer runs. One file per job; each call does a bounded part, and the next goes on.

pub mod rewrap;
pub mod rotate_keys;
