//! HTML: the pages that a person opens.

pub mod connect;
pub mod guide;

/// The parts of a page that are made outside of the edge, from `build.rs`.
pub(crate) mod parts {
    include!(concat!(env!("OUT_DIR"), "/page.rs"));
}
