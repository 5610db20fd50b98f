//! Test and live: two worlds in one project that never see each other.

string_enum! {
    /// Whether a key, session or connection belongs to the simulated providers or to the real ones.
    pub enum Mode {
        /// Simulated providers with magic values; nothing leaves the edge.
        Test = "test",
        /// The real providers.
        Live = "live",
    }
}
