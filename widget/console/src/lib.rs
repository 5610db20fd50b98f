#![doc = include_str!("../README.md")]
#![cfg_attr(
    not(feature = "hydrate"),
    allow(dead_code, reason = "what a press does stands beside the views that both sides render")
)]

pub mod answers;
pub mod route;
pub mod time;

#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod action;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod app;
#[cfg(feature = "hydrate")]
pub mod hydrate;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod pages;
#[cfg(feature = "ssr")]
pub mod render;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod view;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod words;
#[cfg(feature = "worker")]
pub mod worker;

/// Smaller than the standard allocator.
#[cfg(all(feature = "hydrate", target_arch = "wasm32"))]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
