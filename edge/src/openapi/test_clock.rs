//! `/api/v1/test-clock`.

use super::operation::Operation;
use super::samples::TIME;
use super::schemas::Schemas;
use crate::api::test_clock::TestClock;
use latchkey_shared::ErrorCode;
use serde_json::json;

const TAG: &str = "Test clock";

pub(super) fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let clock = |moving: bool| json!({ "now": TIME, "offset": 2_592_000, "moving": moving });
    vec![
        Operation::new("GET", "/api/v1/test-clock", "readTestClock", "Read the test clock")
            .is(TAG, "The time of test mode in this project. Needs a test key.")
            .returns(schemas, "The clock.", clock(false))
            .refuses(&[ErrorCode::TestKeyRequired]),
        Operation::new("POST", "/api/v1/test-clock", "advanceTestClock", "Move the test clock ahead")
            .is(
                TAG,
                "Accounts of test mode age with it. What comes due on the way is done, each at its time: checks, warnings, \
                 changes of health, events. The clock never moves back, and is at most 400 days ahead. Needs a test key.",
            )
            .takes(schemas, &[("month", json!({ "advance": 2_592_000 }))])
            .returns(schemas, "The clock, when all that came due is done.", clock(false))
            .or_returns::<TestClock>(
                schemas,
                202,
                "So much comes due that the clock is still on its way. Read it until `moving` is false.",
                clock(true),
            )
            .repeatable()
            .refuses(&[ErrorCode::TestKeyRequired]),
        Operation::new("DELETE", "/api/v1/test-clock", "resetTestClock", "Return the test clock to now")
            .is(
                TAG,
                "Deletes the accounts, sessions and events of test mode, and what the simulated providers remember. API keys \
                 stay. Needs a test key.",
            )
            .returns(schemas, "The clock.", json!({ "now": TIME, "offset": 0, "moving": false }))
            .refuses(&[ErrorCode::TestKeyRequired]),
    ]
}
