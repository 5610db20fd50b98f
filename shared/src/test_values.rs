//! The test values of test mode: which values are documented, and how people may type them.

use crate::field::{Field, ParseKind, shape};
use crate::i18n::phrase;
use crate::provider::{Provider, Values};
use crate::simulation::TestValue;
use crate::{ErrorCode, FieldError, Mode, msg};

impl Provider {
    /// Test mode takes only the documented values. Returns an error for each field with another value.
    #[must_use]
    pub fn untestable(&self, values: &Values) -> Vec<FieldError> {
        self.fields
            .iter()
            // What the key opens comes from the simulation itself, which knows no other choice.
            .filter(|field| field.parse.kind != ParseKind::Text && !field.choice)
            .filter(|field| {
                values.get(&field.id).is_some_and(|value| !value.is_empty() && !self.documents(field, value))
            })
            .map(|field| {
                FieldError::on(
                    &field.id,
                    ErrorCode::TestValueRequired,
                    msg!("Test mode does not take a real {label}.", label = phrase(&field.label)),
                    msg!(
                        "Use a test value: GET /api/v1/providers/{provider} with a test key lists them.",
                        provider = &self.id
                    ),
                )
            })
            .collect()
    }

    fn documents(&self, field: &Field, value: &str) -> bool {
        let mut known = self.documented(&field.id);
        match field.parse.kind {
            ParseKind::Host => {
                let read = |text: &str| {
                    value.strip_prefix("https://") == Some(text)
                        || field.parse(text).is_ok_and(|parsed| parsed.value == value)
                };
                let carried = || self.test_mode.values.iter().flat_map(|test| test.fields.values());
                known.chain(field.parse.default.as_deref()).any(read)
                    || carried().any(|text| field.capture(text).as_deref() == Some(value))
            }
            // The id in a documented key is documented too.
            ParseKind::Id => self.fields.iter().flat_map(|other| self.documented(&other.id)).any(|text| {
                text == value
                    || field.parse.within.iter().any(|within| text.starts_with(&carrying(within, value)))
            }),
            ParseKind::Key | ParseKind::Text => known.any(|pattern| {
                pattern.strip_suffix('*').map_or(pattern == value, |prefix| value.starts_with(prefix))
            }),
        }
    }

    fn documented<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a str> {
        self.test_mode.values.iter().filter_map(move |test| test.fields.get(field).map(String::as_str))
    }

    /// The test values with their free suffixes filled in, as people may type them. Empty in live mode.
    #[must_use]
    pub fn listed_test_values(&self, mode: Mode) -> Vec<TestValue> {
        if mode == Mode::Live {
            return Vec::new();
        }
        let fill = |id: &str, pattern: &str| match pattern.strip_suffix('*') {
            None => pattern.to_owned(),
            Some(start) => {
                let shapes = self.field(id).map(|field| field.parse.shapes.as_slice()).unwrap_or_default();
                let filled = shapes.iter().map(|shape| shape::fill(shape, start));
                let usual =
                    filled.into_iter().find(|text| shapes.iter().any(|shape| shape::fits(shape, text)));
                usual.unwrap_or_else(|| start.to_owned())
            }
        };
        let filled = |test: &TestValue| TestValue {
            fields: test.fields.iter().map(|(id, pattern)| (id.clone(), fill(id, pattern))).collect(),
            ..test.clone()
        };
        self.test_mode.values.iter().map(filled).collect()
    }
}

/// The beginning of a key that contains an id: the text before the brackets, the id and the dot after it.
fn carrying(within: &str, id: &str) -> String {
    let before = within.split('(').next().unwrap_or_default();
    [before, id, "."].concat()
}
