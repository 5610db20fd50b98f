//! The closed lists of webhooks: how a delivery stands, and why an endpoint is disabled. Names are stable.

string_enum! {
    /// How the delivery of an event to an endpoint stands.
    pub enum DeliveryState {
        /// It is tried again, or waits for an earlier event of the same account.
        Waiting = "waiting",
        /// The endpoint accepted it.
        Delivered = "delivered",
        /// The endpoint did not accept it at any try. It is kept, and can be replayed.
        Failed = "failed",
    }
}

impl DeliveryState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Delivered, Self::Failed];
}

string_enum! {
    /// Why an endpoint gets no events.
    pub enum DisabledReason {
        /// Somebody disabled it.
        ByHand = "by_hand",
        /// It accepted nothing for five days.
        Failing = "failing",
        /// It answered 410 Gone.
        Gone = "gone",
    }
}

string_enum! {
    /// Why an attempt failed.
    pub enum AttemptError {
        /// The endpoint answered with another status than 2xx.
        Refused = "refused",
        /// The endpoint answered with a redirect, which is not followed.
        Redirected = "redirected",
        /// The endpoint did not answer within ten seconds.
        TimedOut = "timed_out",
        /// There was no connection: its name, its certificate, or the network.
        Unreachable = "unreachable",
        /// The event cannot be read, which is a fault of ours. Nothing was sent.
        Unreadable = "unreadable",
        /// The address of the endpoint is not allowed anymore.
        AddressNotAllowed = "address_not_allowed",
    }
}
