//! The time, and the log.

/// What time it is.
pub trait Clock {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    fn now_ms(&self) -> i64;
}

/// Where faults of ours are told in detail. What is written here holds no secret.
pub trait Log {
    /// A fault, under the id that the client was given.
    fn fault(&self, request_id: &str, detail: &str);
}
