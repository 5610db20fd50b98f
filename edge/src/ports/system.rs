//! The clock and the log.

/// The clock.
pub trait Clock {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    fn now_ms(&self) -> i64;
}

/// The log of our own faults. No line holds a secret.
pub trait Log {
    /// Writes a fault, with the request id that the client got.
    fn fault(&self, request_id: &str, detail: &str);
}
