//! Operations on the test clock of a project.

use super::{KeyProof, Once, Operation};

operations! {
    /// Returns the test clock.
    ReadTestClock("read-test-clock") -> TestClock {
        /// Who calls.
        key: KeyProof,
    }

    /// Lets the test clock move ahead by this time. It moves step by step, as the object does what comes due.
    AdvanceTestClock("advance-test-clock") -> TestClock {
        /// Who calls.
        key: KeyProof,
        /// How far, in seconds.
        seconds: i64,
        /// The idempotency key of the request. A repeat moves nothing.
        once: Option<Once>,
    }

    /// Returns the test clock to now, and deletes the data of test mode.
    ResetTestClock("reset-test-clock") -> TestClock {
        /// Who calls.
        key: KeyProof,
    }
}

positional! {
    /// A test clock. Times are milliseconds since 1970.
    #[derive(Clone, Debug)]
    pub struct TestClock {
        /// The time in test mode.
        pub now: i64,
        /// How far it is ahead, in milliseconds.
        pub ahead: i64,
        /// How far it is going to be ahead, once what comes due on the way is done.
        pub target: i64,
    }
}
