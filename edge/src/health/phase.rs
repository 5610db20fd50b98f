//! The phase of an account within the interval between its checks: when its turn comes, computed from a fixed slot.
//!
//! An interval has 65,536 ticks, and an account has one of them for ever, its slot. So a check that changed nothing needs to
//! store no time, accounts are spread evenly, and another interval takes effect without a change of any account. The alarm
//! rings for 256 ticks together, a grain: at its beginning, so that no account is checked after its time.

use latchkey_shared::ConnectionId;

/// The ticks of an interval.
pub const TICKS: i64 = 65_536;

/// The ticks that come due together.
const GRAIN: i64 = 256;

/// The slot of an account: the last two bytes of its id, which are random. The migration of the table `connections` computes the same.
#[must_use]
pub fn slot(id: ConnectionId) -> u32 {
    let text = id.to_string();
    let digits = text.get(text.len().saturating_sub(4)..).unwrap_or_default();
    u32::from_str_radix(digits, 16).unwrap_or_default()
}

/// An interval, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval(i64);

impl Interval {
    /// The interval of an account: that of its project, if its provider allows one as long. Both in seconds; a `cap` of 0 is
    /// none.
    #[must_use]
    pub fn of(every: u32, cap: u32) -> Self {
        let seconds = if cap == 0 { every } else { every.min(cap) };
        Self(i64::from(seconds.max(60)) * 1000)
    }

    /// The length, in milliseconds.
    #[must_use]
    pub fn ms(self) -> i64 {
        self.0
    }

    /// The tick at a time, in milliseconds since 1970. Ticks are numbered since 1970.
    #[must_use]
    pub fn tick(self, at: i64) -> i64 {
        (i128::from(at) * i128::from(TICKS)).div_euclid(i128::from(self.0)) as i64
    }

    /// When a tick begins. Milliseconds since 1970.
    #[must_use]
    pub fn begins(self, tick: i64) -> i64 {
        let ticks = i128::from(TICKS);
        ((i128::from(tick) * i128::from(self.0) + ticks - 1).div_euclid(ticks)) as i64
    }

    /// When the grain of a tick begins: then the alarm rings for it.
    #[must_use]
    pub fn due(self, tick: i64) -> i64 {
        self.begins(tick.div_euclid(GRAIN) * GRAIN)
    }

    /// The last tick that is due at a time: the end of its grain.
    #[must_use]
    pub fn last_due(self, now: i64) -> i64 {
        self.tick(now).div_euclid(GRAIN) * GRAIN + GRAIN - 1
    }

    /// The first tick of a slot after this tick.
    #[must_use]
    pub fn next(self, slot: u32, after: i64) -> i64 {
        after + 1 + (i64::from(slot) - after - 1).rem_euclid(TICKS)
    }

    /// When an account with this slot has its next turn. Milliseconds since 1970.
    #[must_use]
    pub fn next_turn(self, slot: u32, now: i64) -> i64 {
        self.due(self.next(slot, self.last_due(now)))
    }
}
