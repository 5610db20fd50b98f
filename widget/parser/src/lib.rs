//! The parser of field values, as a program of its own that the form loads once somebody types.
//!
//! Owns what crosses between the two programs: texts go in, and results come out as plain objects that the form shows. Refuses to hold
//! a rule of its own (they are in `shared/src/field/`, which the edge runs again), to write to the page, and to keep a text.

#[cfg(target_arch = "wasm32")]
pub mod browser;

/// Two kilobytes smaller than the standard allocator.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
