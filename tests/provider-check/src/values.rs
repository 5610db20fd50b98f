//! The field values that the form and the guide are shown with.
//!
//! It owns their source: the command line, or else the provider's first test value. It refuses to show a secret; the field's id stands
//! for it.

use latchkey_shared::Mode;
use latchkey_shared::field::{Field, Parsed};
use latchkey_shared::project_provider::{HostOptIns, ProjectProvider};
use latchkey_shared::provider::{Provider, Values};

/// The values of a form, by field id.
pub(crate) struct FieldValues {
    typed: Values,
    /// The values as the parser read them, with those that were taken from other fields.
    read: Values,
    /// Values that contradict each other, as `field: cause fix`.
    pub(crate) errors: Vec<String>,
}

impl FieldValues {
    /// Reads `field=value` words; without any, takes the first test value.
    pub(crate) fn of(provider: &Provider, words: &[&str]) -> Result<Self, String> {
        let mut typed = Values::new();
        for word in words {
            let (id, value) = word.split_once('=').ok_or("--value takes FIELD=VALUE")?;
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
        // It lives as long as the process, and this process reads one provider.
        let offered = ProjectProvider::new(Box::leak(Box::new(provider.clone())), &HostOptIns::new());
        let read = |field: &Field| {
            let text = typed.get(&field.id).map(String::as_str).unwrap_or_default();
            Some((field.id.clone(), field.parse(text).ok()?.value))
        };
        let mut settled: Values = provider.fields.iter().filter_map(read).collect();
        let errors = offered.fill_from_other_fields(&typed, &mut settled);
        let errors = errors
            .into_iter()
            .map(|error| format!("{}: {} {}", error.field.unwrap_or_default(), error.message, error.fix));
        Ok(Self { errors: errors.collect(), typed, read: settled })
    }

    /// The text that was typed into a field.
    pub(crate) fn typed(&self, field: &Field) -> &str {
        self.typed.get(&field.id).map(String::as_str).unwrap_or_default()
    }

    /// The text that was typed into a field, or else the value that another field has.
    pub(crate) fn known(&self, field: &Field) -> &str {
        let typed = self.typed(field);
        if typed.is_empty() {
            self.read.get(&field.id).map(String::as_str).unwrap_or_default()
        } else {
            typed
        }
    }
}

/// A text as it may be shown: a secret is hidden.
pub(crate) fn masked(field: &Field, text: &str) -> String {
    match text.chars().count() {
        0 => "nothing".to_owned(),
        count if field.secret => format!("<{}> ({count} characters)", field.id),
        _ => format!("`{text}`"),
    }
}

/// How the parser read a value, one line each.
pub(crate) fn reading(field: &Field, values: &FieldValues) -> Vec<String> {
    let typed = values.typed(field);
    let mut lines = vec![format!("typed: {}", masked(field, typed))];
    match field.parse(typed) {
        Ok(Parsed { value, changes, warning }) => {
            lines.push(format!("read:  {}", masked(field, &value)));
            let known = values.known(field);
            if value.is_empty() && !known.is_empty() {
                lines.push(format!("taken from another field: {}", masked(field, known)));
            }
            lines.extend(changes.iter().map(ToString::to_string));
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
    fn a_secret_is_shown_as_its_fields_id() {
        let okta = okta();
        let token = okta.field("apiToken").unwrap();
        for typed in ["Authorization: SSWS 00very-secret-indeed", "  00very-secret-indeed ", "00s\u{e9}cret"]
        {
            let values = FieldValues::of(&okta, &[&format!("apiToken={typed}")]).unwrap();
            let shown = reading(token, &values).join("\n");
            assert!(shown.contains("<apiToken>") && !shown.contains("ecret"), "{shown}");
        }
    }

    #[test]
    fn without_values_the_first_test_value_is_used() {
        let okta = okta();
        let values = FieldValues::of(&okta, &[]).unwrap();
        assert_eq!(values.typed(okta.field("instanceUrl").unwrap()), "latchkey-demo.okta.com");
        assert_eq!(values.typed(okta.field("apiToken").unwrap()).len(), 42);
    }

    #[test]
    fn a_value_for_an_unknown_field_is_refused_and_not_repeated() {
        let error = FieldValues::of(&okta(), &["token=00secret"]).err().unwrap();
        assert_eq!(error, "there is no field `token`; there are instanceUrl, apiToken, eventHookName");
        assert!(!FieldValues::of(&okta(), &["00secret"]).err().unwrap().contains("secret"));
    }
}
