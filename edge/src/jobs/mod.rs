//! The jobs that a timer runs, one file each. A call does a bounded part of the work, and the next one continues.

pub mod rewrap;
pub mod rotate_keys;
