//! What an endpoint takes and returns.
//!
//! The table in `router/endpoints.rs` names the types of both. The types here let the compiler check that the handler has the same
//! ones, and they cost nothing at run time.

use crate::error::Result;
use crate::http::{Body, Request, Response, body};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

/// The JSON body of a request. It is not read yet: a handler checks the caller first.
pub(crate) struct JsonBody<'a, T> {
    request: &'a Request,
    body: PhantomData<T>,
}

impl<'a, T: DeserializeOwned> JsonBody<'a, T> {
    /// The body of this request.
    pub(crate) fn of(request: &'a Request) -> Self {
        Self { request, body: PhantomData }
    }

    /// Reads it.
    ///
    /// # Errors
    /// As for [`body::json`].
    pub(crate) fn read(self) -> Result<T> {
        body::json(self.request)
    }

    /// Reads it, or returns the default if there is none.
    ///
    /// # Errors
    /// As for [`body::json`].
    pub(crate) fn read_or_default(self) -> Result<T>
    where
        T: Default,
    {
        match &self.request.body {
            Body::Bytes(bytes) if bytes.is_empty() => Ok(T::default()),
            _ => self.read(),
        }
    }
}

/// A response that the handler built itself, because it needs another status or more headers. `T` is its usual body.
pub(crate) struct Built<T> {
    response: Response,
    body: PhantomData<T>,
}

impl<T> Built<T> {
    /// This response.
    pub(crate) fn of(response: Response) -> Self {
        Self { response, body: PhantomData }
    }

    /// With one more header.
    pub(crate) fn with(self, name: &'static str, value: impl Into<String>) -> Self {
        Self::of(self.response.with(name, value))
    }

    /// The response itself.
    pub(crate) fn response(self) -> Response {
        self.response
    }
}

impl<T: Serialize> Built<T> {
    /// A response with this body.
    pub(crate) fn json(status: u16, body: &T) -> Self {
        Self::of(Response::json(status, body))
    }
}

/// The response of an endpoint that has nothing to return.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct NoContent;

/// A response for people or for a load balancer. The API's description leaves it out.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Page;

/// What a handler may return where the table says `T`.
pub(crate) trait IntoResponse<T> {
    /// The response, with the status that the table gives for success.
    fn into_response(self, status: u16) -> Response;
}

impl<T: Serialize> IntoResponse<T> for T {
    fn into_response(self, status: u16) -> Response {
        Response::json(status, &self)
    }
}

impl<T> IntoResponse<T> for Built<T> {
    fn into_response(self, _: u16) -> Response {
        self.response
    }
}

impl IntoResponse<NoContent> for NoContent {
    fn into_response(self, _: u16) -> Response {
        Response::done()
    }
}

impl IntoResponse<Page> for Response {
    fn into_response(self, _: u16) -> Response {
        self
    }
}
