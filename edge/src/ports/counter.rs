//! Counts by name within one minute of the clock, in bounded memory.
//!
//! It refuses to grow: past the most names it forgets those with the lowest count. So nobody can reset a count cheaply: each
//! of the other names would have to be counted as often first.

/// The window of every count, in seconds.
pub const WINDOW: u32 = 60;

/// The most names.
const NAMES_MAX: usize = 4096;

/// The counts of this minute.
#[derive(Debug, Default)]
pub struct Counter {
    window: i64,
    /// Sorted by name.
    counts: Vec<(String, u32)>,
}

impl Counter {
    /// Counts once for a name. Returns how often it was counted in this minute.
    pub fn count(&mut self, name: &str, now: i64) -> u32 {
        let window = now.div_euclid(i64::from(WINDOW) * 1000);
        if self.window != window {
            *self = Self { window, counts: Vec::new() };
        }
        if let Ok(at) = self.find(name)
            && let Some((_, count)) = self.counts.get_mut(at)
        {
            *count = count.saturating_add(1);
            return *count;
        }
        if self.counts.len() >= NAMES_MAX {
            let lowest = self.counts.iter().map(|(_, count)| *count).min().unwrap_or_default();
            self.counts.retain(|(_, count)| *count > lowest);
        }
        let (Ok(at) | Err(at)) = self.find(name);
        self.counts.insert(at, (name.to_owned(), 1));
        1
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.counts.binary_search_by(|(known, _)| known.as_str().cmp(name))
    }
}

/// Seconds until the next minute of the clock begins.
#[must_use]
pub fn seconds_left(now: i64) -> u32 {
    let length = i64::from(WINDOW) * 1000;
    ((length - now.rem_euclid(length) + 999) / 1000) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_end_with_the_minute() {
        let mut counter = Counter::default();
        assert_eq!([60_000, 90_001, 119_999, 120_000].map(|now| counter.count("a", now)), [1, 2, 3, 1]);
        assert_eq!([60_000, 90_001, 119_999].map(seconds_left), [60, 30, 1]);
    }

    #[test]
    fn invented_names_fill_no_memory_and_reset_no_count() {
        let mut counter = Counter::default();
        for _ in 0..5 {
            counter.count("attacker", 0);
        }
        for number in 0..10 * NAMES_MAX {
            counter.count(&number.to_string(), 0);
            assert!(counter.counts.len() <= NAMES_MAX);
        }
        assert_eq!(counter.count("attacker", 0), 6);
    }
}
