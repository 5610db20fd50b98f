//! The line of a place in a file. A place is key names and list positions, separated by dots.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A file's text, and the position of each of its values.
pub(crate) struct Lines<'a> {
    text: &'a str,
    document: Option<Spanned<DeTable<'a>>>,
}

/// The line of an offset, counted from one.
pub(crate) fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|&byte| byte == b'\n').count() + 1
}

impl<'a> Lines<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        Self { text, document: DeTable::parse(text).ok() }
    }

    /// The keys at the top of the file.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.document.iter().flat_map(|document| document.get_ref().keys()).map(|key| key.get_ref().as_ref())
    }

    /// The line of a place. When the place is not in the file: the line of the nearest place around it.
    pub(crate) fn of_place(&self, place: &str) -> usize {
        let Some(document) = &self.document else { return 1 };
        let mut names = place.split('.');
        let first = names.next().unwrap_or_default();
        let Some((key, value)) = document.get_ref().get_key_value(first) else { return 1 };
        let mut at = key.span().start;
        let mut inside = value;
        for name in names {
            match inside.get_ref() {
                DeValue::Table(table) => match table.get_key_value(name) {
                    Some((key, value)) => (at, inside) = (key.span().start, value),
                    None => break,
                },
                DeValue::Array(items) => match name.parse::<usize>().ok().and_then(|at| items.get(at)) {
                    Some(value) => (at, inside) = (value.span().start, value),
                    None => break,
                },
                _ => break,
            }
        }
        line_at(self.text, at)
    }
}
