//! One attempt to connect, and the rule for when a press starts a new one.
//!
//! An id stands for one set of values. While its outcome is unknown, pressing again with the same texts or the same values repeats
//! the attempt, so that nothing is connected twice. After a definite outcome, or with other values, a press is a new attempt.

use latchkey_shared::Secret;

/// An attempt under way, or one whose outcome is unknown.
pub(crate) struct Attempt {
    /// Created by this page.
    pub(crate) id: String,
    /// The texts of the inputs, in the form's order; wiped when dropped.
    pub(crate) typed: Vec<Secret>,
    /// Field ids and the values as parsed; wiped when dropped. If the parser's program did not load, they are the texts, and only the
    /// edge parses them.
    pub(crate) values: Vec<(String, Secret)>,
}

impl Attempt {
    /// The attempt that a press stands for, given the one whose outcome is unknown.
    pub(crate) fn of_press(
        open: Option<Self>,
        typed: Vec<Secret>,
        values: Vec<(String, Secret)>,
        fresh_id: impl FnOnce() -> Option<String>,
    ) -> Option<Self> {
        match open {
            Some(open) if open.typed == typed || open.values == values => Some(open),
            _ => Some(Self { id: fresh_id()?, typed, values }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(token: &str) -> Vec<(String, Secret)> {
        vec![("apiToken".to_owned(), Secret::new(token.to_owned()))]
    }

    /// A press with this text, which is parsed as its trimmed part.
    fn press(open: Option<Attempt>, text: &str) -> String {
        let typed = vec![Secret::new(text.to_owned())];
        Attempt::of_press(open, typed, values(text.trim()), || Some("fresh".to_owned())).unwrap().id
    }

    /// An attempt with the text "a", sent with these values.
    fn sent_as(token: &str) -> Option<Attempt> {
        let typed = vec![Secret::new("a".to_owned())];
        Some(Attempt { id: "open".to_owned(), typed, values: values(token) })
    }

    fn open() -> Option<Attempt> {
        sent_as("a")
    }

    #[test]
    fn the_same_values_repeat_an_attempt_whose_outcome_is_unknown() {
        assert_eq!(press(open(), "a"), "open");
    }

    #[test]
    fn another_text_of_the_same_value_repeats_the_attempt() {
        assert_eq!(press(open(), " a"), "open");
    }

    #[test]
    fn a_text_that_was_sent_before_the_parser_came_is_still_the_same_attempt() {
        assert_eq!(press(sent_as(" a "), "a"), "open");
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
