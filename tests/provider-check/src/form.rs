//! The form in text: what is asked, and how each given answer is read.

use crate::answers::{Answers, reading};
use latchkey_shared::provider::Provider;
use std::fmt::Write as _;

pub(crate) fn shown(provider: &Provider, answers: &Answers) -> String {
    let mut text = format!("The form of {}\n", provider.name);
    for field in &provider.fields {
        let marks = [
            (field.secret, "secret"),
            (field.optional, "optional"),
            (field.inferred, "may be taken from another answer"),
            (field.advanced, "folded away"),
        ];
        let marks: Vec<_> = marks.iter().filter(|(on, _)| *on).map(|(_, mark)| *mark).collect();
        let marks = if marks.is_empty() { String::new() } else { format!(" ({})", marks.join(", ")) };
        _ = writeln!(text, "\n  {}{marks}: {}", field.label, field.id);
        let asked = [("looks like ", &field.placeholder), ("", &field.help)];
        for (before, line) in asked.iter().filter_map(|(before, line)| Some((before, line.as_ref()?))) {
            _ = writeln!(text, "    {before}{line}");
        }
        for line in reading(field, answers) {
            _ = writeln!(text, "    > {line}");
        }
    }
    for error in &answers.errors {
        _ = writeln!(text, "\n  ! {error}");
    }
    text
}
