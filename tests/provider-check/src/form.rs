//! The form in text: the fields, and how the parser reads each given value.

use crate::values::{FieldValues, reading};
use latchkey_shared::provider::Provider;
use std::fmt::Write as _;

pub(crate) fn shown(provider: &Provider, values: &FieldValues) -> String {
    let mut text = format!("The form of {}\n", provider.name);
    for field in &provider.fields {
        let marks = [
            (field.secret, "secret"),
            (field.optional, "optional"),
            (field.inferred, "inferred from another field"),
            (field.advanced, "advanced"),
        ];
        let marks: Vec<_> = marks.iter().filter(|(on, _)| *on).map(|(_, mark)| *mark).collect();
        let marks = if marks.is_empty() { String::new() } else { format!(" ({})", marks.join(", ")) };
        _ = writeln!(text, "\n  {}{marks}: {}", field.label, field.id);
        let asked = [("example: ", &field.placeholder), ("", &field.help)];
        for (before, line) in asked.iter().filter_map(|(before, line)| Some((before, line.as_ref()?))) {
            _ = writeln!(text, "    {before}{line}");
        }
        for line in reading(field, values) {
            _ = writeln!(text, "    > {line}");
        }
    }
    for error in &values.errors {
        _ = writeln!(text, "\n  ! {error}");
    }
    text
}
