#![doc = include_str!("../README.md")]
#![cfg_attr(
    not(feature = "hydrate"),
    allow(
        dead_code,
        unused_imports,
        reason = "what only the browser acts on is declared once, beside what both render"
    )
)]

#[cfg(any(test, feature = "hydrate"))]
mod attempt;
mod form;
#[cfg(feature = "hydrate")]
pub mod hydrate;
mod messages;
#[cfg(feature = "ssr")]
pub mod ssr;

/// Smaller than the standard one by two kilobytes, which each page loads.
#[cfg(all(feature = "hydrate", target_arch = "wasm32"))]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
