//! `/api/v1/test-clock`: the time of test mode, which a test key moves ahead, so that months pass in a second.

use crate::access::auth;
use crate::access::idempotency::once;
use crate::api::endpoint::{Built, JsonBody};
use crate::api::input::invalid;
use crate::error::Result;
use crate::http::Request;
use crate::http::body::Whole;
use crate::ports::{Clock, Log, Platform, ProjectStore, Target};
use crate::store::protocol::{self, AdvanceTestClock, ReadTestClock, ResetTestClock};
use crate::time::iso;
use latchkey_shared::limits::TEST_CLOCK_DAYS;
use serde::{Deserialize, Serialize};

/// How long a request waits until the clock has arrived, in milliseconds.
const PATIENCE_MS: i64 = 15_000;

/// How often a request lets the object go on.
const CALLS: u32 = 60;

/// How far to move the clock.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Advance {
    /// The seconds by which the clock moves ahead.
    #[cfg_attr(feature = "schema", schemars(with = "i64", range(min = 1, max = 34_560_000)))]
    advance: Whole,
}

/// The clock of test mode.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct TestClock {
    /// The time in test mode.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    now: String,
    /// The seconds by which it is ahead of the real time.
    offset: i64,
    /// Whether it is still on its way, because much came due.
    moving: bool,
}

/// The clock of the caller's project.
///
/// # Errors
/// Without the scope `admin`, or with a live key.
pub(crate) async fn read(platform: &impl Platform, request: &Request) -> Result<TestClock> {
    let caller = auth::key_caller(platform, request)?;
    Ok(view(&caller.call(ReadTestClock { key: caller.proof() }).await?))
}

/// Moves the clock ahead, and does what comes due on the way, each at its time.
///
/// # Errors
/// As for [`read`], and when the clock would be too far ahead.
pub(crate) async fn advance(
    platform: &impl Platform,
    request: &Request,
    body: JsonBody<'_, Advance>,
) -> Result<Built<TestClock>> {
    let caller = auth::key_caller(platform, request)?;
    let Whole(seconds) = body.read()?.advance;
    if !(1..=TEST_CLOCK_DAYS * 86_400).contains(&seconds) {
        return Err(invalid(
            "advance",
            "The clock only moves ahead, by whole seconds.",
            format!("Send a number of seconds from 1 to {}.", TEST_CLOCK_DAYS * 86_400),
        ));
    }
    let once = once(platform, request, &caller.proof().id)?;
    let mut clock = view(&caller.call(AdvanceTestClock { key: caller.proof(), seconds, once }).await?);
    let (target, began) = (Target::Project(caller.project), platform.clock().now_ms());
    for _ in 0..CALLS {
        if !clock.moving || platform.clock().now_ms() - began > PATIENCE_MS {
            break;
        }
        let worked = platform.store().work(target).await;
        clock = view(&caller.call(ReadTestClock { key: caller.proof() }).await?);
        if let Err(error) = worked {
            // The alarm goes on with it.
            platform.log().fault("test clock", &error.to_string());
            break;
        }
    }
    Ok(Built::json(if clock.moving { 202 } else { 200 }, &clock))
}

/// Returns the clock to now, and deletes the data of test mode.
///
/// # Errors
/// As for [`read`].
pub(crate) async fn reset(platform: &impl Platform, request: &Request) -> Result<TestClock> {
    let caller = auth::key_caller(platform, request)?;
    Ok(view(&caller.call(ResetTestClock { key: caller.proof() }).await?))
}

fn view(clock: &protocol::TestClock) -> TestClock {
    TestClock { now: iso(clock.now), offset: clock.ahead / 1000, moving: clock.ahead < clock.target }
}
