//! One attempt to connect, and the rule for when a press starts a new one.
//!
//! An id stands for one set of values. While its outcome is unknown, pressing again with the same values repeats the
//! attempt, so that nothing is connected twice. After a definite outcome, or with other values, a press is a new attempt.

use latchkey_shared::Secret;

/// An attempt under way, or one whose outcome is unknown.
pub(crate) struct Attempt {
    /// Created by this page.
    pub(crate) id: String,
    /// Field ids and the values as parsed; wiped when dropped.
    pub(crate) values: Vec<(String, Secret)>,
}

impl Attempt {
    /// The attempt that a press stands for, given the one whose outcome is unknown.
    pub(crate) fn of_press(
        open: Option<Self>,
        values: Vec<(String, Secret)>,
        fresh_id: impl FnOnce() -> Option<String>,
    ) -> Option<Self> {
        match open {
            Some(open) if open.values == values => Some(open),
            _ => Some(Self { id: fresh_id()?, values }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(token: &str) -> Vec<(String, Secret)> {
        vec![("apiToken".to_owned(), Secret::new(token.to_owned()))]
    }

    fn press(open: Option<Attempt>, token: &str) -> String {
        Attempt::of_press(open, values(token), || Some("fresh".to_owned())).unwrap().id
    }

    fn open() -> Option<Attempt> {
        Some(Attempt { id: "open".to_owned(), values: values("a") })
    }

    #[test]
    fn the_same_values_repeat_an_attempt_whose_outcome_is_unknown() {
        assert_eq!(press(open(), "a"), "open");
    }

    #[test]
    fn other_values_are_a_new_attempt() {
        assert_eq!(press(open(), "b"), "fresh");
    }

    #[test]
    fn after_a_definite_outcome_a_press_is_a_new_attempt() {
        assert_eq!(press(None, "a"), "fresh");
    }
}
