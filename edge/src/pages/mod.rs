//! The HTML pages that people open.

pub mod connect;
pub mod guide;

/// The parts of a page that are made outside of the edge. `build.rs` writes them.
pub(crate) mod parts {
    include!(concat!(env!("OUT_DIR"), "/page.rs"));
}
