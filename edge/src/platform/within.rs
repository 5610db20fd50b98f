//! A time limit for what the runtime may never answer.

use crate::ports::PortError;
use futures_util::future::{Either, select};
use std::future::Future;
use std::pin::pin;
use std::time::Duration;
use worker::Delay;

/// The answer, or [`PortError::TimedOut`].
pub(super) async fn within<T>(
    limit: Duration,
    answer: impl Future<Output = Result<T, PortError>>,
) -> Result<T, PortError> {
    match select(pin!(answer), pin!(Delay::from(limit))).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => Err(PortError::TimedOut),
    }
}
