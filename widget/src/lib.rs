#![doc = include_str!("../README.md")]
#![cfg_attr(
    not(feature = "hydrate"),
    allow(
        dead_code,
        unused_imports,
        reason = "items that only the browser uses stand beside those that both sides render"
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

/// Two kilobytes smaller than the standard allocator. Every page loads it.
#[cfg(all(feature = "hydrate", target_arch = "wasm32"))]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
