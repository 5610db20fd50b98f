//! Texts with placeholders: `{name}` stands for a value.
//!
//! A name has ASCII letters, digits, `.`, `_` and `-`. Any other brace stands for itself, as in a body of JSON or GraphQL: `{ id }`.

/// A piece of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A text as it is.
    Text(&'a str),
    /// The name of a placeholder.
    Name(&'a str),
}

/// The pieces of a template, in order.
pub fn pieces(template: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = template;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some((name, after)) = placeholder(rest) {
            rest = after;
            return Some(Piece::Name(name));
        }
        let starts = rest.char_indices().skip(1).map(|(at, _)| at);
        let end =
            starts.into_iter().find(|at| rest.get(*at..).is_some_and(|rest| placeholder(rest).is_some()));
        let (text, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        Some(Piece::Text(text))
    })
}

/// The names of the placeholders.
pub fn names(template: &str) -> impl Iterator<Item = &str> {
    pieces(template).filter_map(|piece| match piece {
        Piece::Name(name) => Some(name),
        Piece::Text(_) => None,
    })
}

/// The name of the placeholder with which a text begins, and what follows it.
fn placeholder(text: &str) -> Option<(&str, &str)> {
    let (name, after) = text.strip_prefix('{')?.split_once('}')?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (!name.is_empty() && name.bytes().all(plain)).then_some((name, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Piece::{Name, Text};

    #[test]
    fn a_placeholder_is_a_name_in_braces_and_any_other_brace_stands_for_itself() {
        for (template, expected) in [
            ("", vec![]),
            ("a", vec![Text("a")]),
            ("{a}", vec![Name("a")]),
            ("x{a.b}{c_d-1}y", vec![Text("x"), Name("a.b"), Name("c_d-1"), Text("y")]),
            ("{ viewer { id } }", vec![Text("{ viewer { id } }")]),
            ("{ me(id: {key.id}) { id } }", vec![Text("{ me(id: "), Name("key.id"), Text(") { id } }")]),
            ("{}{a", vec![Text("{}{a")]),
            ("é{a}é", vec![Text("é"), Name("a"), Text("é")]),
        ] {
            assert_eq!(pieces(template).collect::<Vec<_>>(), expected, "{template}");
        }
    }
}
