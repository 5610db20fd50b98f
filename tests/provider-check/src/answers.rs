//! The answers that the form, the guide and the requests are shown with.
//!
//! It owns where they come from: the command line, or else the provider's first test value. It refuses to show a secret:
//! its field's name stands for it.

use latchkey_shared::Mode;
use latchkey_shared::field::{Field, Parsed};
use latchkey_shared::offer::{HostOptIns, Offer};
use latchkey_shared::provider::{Provider, Values};

/// What was typed, by field id.
pub(crate) struct Answers {
    typed: Values,
    /// What the other answers tell about those that were left empty.
    told: Values,
    /// What does not go together, as `field: cause fix`.
    pub(crate) errors: Vec<String>,
}

impl Answers {
    /// Reads `field=value` words; without any, takes the first test value.
    pub(crate) fn of(provider: &Provider, words: &[&str]) -> Result<Self, String> {
        let mut typed = Values::new();
        for word in words {
            let (id, value) = word.split_once('=').ok_or("--value takes field=value")?;
            if provider.field(id).is_none() {
                let known: Vec<_> = provider.fields.iter().map(|field| field.id.as_str()).collect();
                return Err(format!("there is no field `{id}`; there are {}", known.join(", ")));
            }
            typed.insert(id.to_owned(), value.to_owned());
        }
        if words.is_empty() {
            typed = provider
                .listed_test_values(Mode::Test)
                .into_iter()
                .next()
                .map(|test| test.fields)
                .unwrap_or_default();
        }
        // A project's offer lasts as long as the process, and this process shows one.
        let offer = Offer::new(Box::leak(Box::new(provider.clone())), &HostOptIns::new());
        let read = |field: &Field| {
            let text = typed.get(&field.id).map(String::as_str).unwrap_or_default();
            Some((field.id.clone(), field.parse(text).ok()?.value))
        };
        let mut told: Values = provider.fields.iter().filter_map(read).collect();
        let errors = offer.settle(&typed, &mut told);
        let errors = errors
            .into_iter()
            .map(|error| format!("{}: {} {}", error.field.unwrap_or_default(), error.message, error.fix));
        Ok(Self { errors: errors.collect(), typed, told })
    }

    /// What was typed into a field.
    pub(crate) fn typed(&self, field: &Field) -> &str {
        self.typed.get(&field.id).map(String::as_str).unwrap_or_default()
    }

    /// What is known of a field: what was typed, or else what another answer carries.
    pub(crate) fn known(&self, field: &Field) -> &str {
        let typed = self.typed(field);
        if typed.is_empty() {
            self.told.get(&field.id).map(String::as_str).unwrap_or_default()
        } else {
            typed
        }
    }
}

/// A text that may hold a secret, as it may be shown.
pub(crate) fn masked(field: &Field, text: &str) -> String {
    match text.chars().count() {
        0 => "nothing".to_owned(),
        count if field.secret => format!("<{}> ({count} characters)", field.id),
        _ => format!("`{text}`"),
    }
}

/// How an answer was read, one line each.
pub(crate) fn reading(field: &Field, answers: &Answers) -> Vec<String> {
    let typed = answers.typed(field);
    let mut lines = vec![format!("typed: {}", masked(field, typed))];
    match field.parse(typed) {
        Ok(Parsed { value, changes, warning }) => {
            lines.push(format!("read:  {}", masked(field, &value)));
            let known = answers.known(field);
            if value.is_empty() && !known.is_empty() {
                lines.push(format!("taken from another answer: {}", masked(field, known)));
            }
            lines.extend(changes);
            lines.extend(warning.map(|odd| format!("warning, {}: {} {}", odd.code, odd.message, odd.fix)));
        }
        Err(error) => lines.push(format!("refused, {}: {} {}", error.code, error.message, error.fix)),
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn okta() -> Provider {
        crate::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/providers/okta").as_ref()).unwrap()
    }

    #[test]
    fn a_secret_is_its_fields_name_however_it_was_typed() {
        let okta = okta();
        let token = okta.field("apiToken").unwrap();
        for typed in ["Authorization: SSWS 00very-secret-indeed", "  00very-secret-indeed ", "00s\u{e9}cret"]
        {
            let answers = Answers::of(&okta, &[&format!("apiToken={typed}")]).unwrap();
            let shown = reading(token, &answers).join("\n");
            assert!(shown.contains("<apiToken>") && !shown.contains("ecret"), "{shown}");
        }
    }

    #[test]
    fn without_values_the_first_test_value_is_taken() {
        let okta = okta();
        let answers = Answers::of(&okta, &[]).unwrap();
        assert_eq!(answers.typed(okta.field("instanceUrl").unwrap()), "latchkey-demo.okta.com");
        assert_eq!(answers.typed(okta.field("apiToken").unwrap()).len(), 42);
    }

    #[test]
    fn a_value_for_no_field_is_refused_without_repeating_it() {
        let error = Answers::of(&okta(), &["token=00secret"]).err().unwrap();
        assert_eq!(error, "there is no field `token`; there are instanceUrl, apiToken, eventHookName");
        assert!(!Answers::of(&okta(), &["00secret"]).err().unwrap().contains("secret"));
    }
}
