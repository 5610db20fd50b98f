//! Replaces `wasm-streams` 0.5, which leptos pulls in through `server_fn` for streaming server functions.
//!
//! The real crate exports three classes to JavaScript. No linker may drop an export, nor anything it reaches, so
//! they cost every visitor of the connect form about 5 kB although the form calls no server function.
//!
//! This crate owns the few signatures that `server_fn` compiles against. It refuses to stream: reading ends at once, and
//! writing is dropped. The edge is not affected, because `worker` uses `wasm-streams` 0.7.
//!
//! Delete this directory, its workspace member and its `[patch.crates-io]` line when `server_fn` no longer depends
//! on `wasm-streams` 0.5 for the browser; `cargo tree --invert wasm-streams@0.5.99` then finds nothing.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use wasm_bindgen::{JsCast, JsValue};

/// A browser's readable stream, held but never read.
#[derive(Debug)]
pub struct ReadableStream {
    raw: web_sys::ReadableStream,
}

impl ReadableStream {
    /// Holds the browser's stream.
    #[must_use]
    pub fn from_raw(raw: web_sys::ReadableStream) -> Self {
        Self { raw }
    }

    /// Drops the Rust stream and holds an empty one, because nothing in this workspace sends a stream.
    pub fn from_stream(_dropped: impl Stream<Item = Result<JsValue, JsValue>> + 'static) -> Self {
        // If the browser refuses the constructor, `undefined` means "no body" to `fetch`.
        let raw = web_sys::ReadableStream::new().unwrap_or_else(|_| JsValue::UNDEFINED.unchecked_into());
        Self { raw }
    }

    /// Gives the browser's stream back.
    #[must_use]
    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.raw
    }

    /// Reads the stream as an empty one.
    #[must_use]
    pub fn into_stream(self) -> IntoStream {
        IntoStream
    }
}

/// A stream that has already ended.
#[derive(Debug)]
pub struct IntoStream;

impl Stream for IntoStream {
    type Item = Result<JsValue, JsValue>;

    fn poll_next(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(None)
    }
}
