//! The HTML pages that people open.

mod brand;
pub mod connect;
pub mod console;
pub mod front;
pub mod gallery;
pub mod guide;
pub mod look;
pub mod problem;
mod rendered;
mod services;

/// The parts of a page that are made outside of the edge. `build.rs` writes them.
pub(crate) mod parts {
    include!(concat!(env!("OUT_DIR"), "/page.rs"));
}
