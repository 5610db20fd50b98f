//! Test mode and live mode. Data of one mode is never visible in the other.

string_enum! {
    /// Whether a key, session or connection belongs to the simulated providers or to the real ones.
    pub enum Mode {
        /// Simulated providers with documented test values. No request leaves the edge.
        Test = "test",
        /// The real providers.
        Live = "live",
    }
}
