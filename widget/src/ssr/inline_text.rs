//! The guide's inline marks: `**bold**`, `*emphasis*`, `` `code` `` and `[text](https://…)`.
//!
//! Owns parsing and rendering them. Refuses to nest them. A mark without its end stays plain text, and so does a link that
//! is not https.

use super::messages::PAGE_MESSAGES;
use maud::{Markup, html};

#[derive(Debug, PartialEq)]
enum Piece<'a> {
    Plain(&'a str),
    Bold(&'a str),
    Emphasis(&'a str),
    Code(&'a str),
    Link { text: &'a str, href: &'a str },
}

/// Renders a text; `{product}` becomes the product's name, which is never read as marks.
pub(super) fn inline_text(text: &str, product: &str) -> Markup {
    let name = |text: &str| text.replace("{product}", product);
    html! {
        @for piece in pieces(text) {
            @match piece {
                Piece::Plain(text) => { (name(text)) }
                Piece::Bold(text) => { strong { (name(text)) } }
                Piece::Emphasis(text) => { em { (name(text)) } }
                Piece::Code(text) => { code { (name(text)) } }
                Piece::Link { text, href } => { (outside_link(&name(text), href)) }
            }
        }
    }
}

/// A link to another site. It opens a tab that learns nothing about this one.
fn outside_link(text: &str, href: &str) -> Markup {
    html! {
        a href=(href) target="_blank" rel="noopener noreferrer" {
            (text)
            span.unseen { (PAGE_MESSAGES.new_tab) }
        }
    }
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut plain = 0;
    while let Some(ahead) = rest.get(plain..).filter(|ahead| !ahead.is_empty()) {
        let Some((piece, after)) = marked(ahead) else {
            plain += ahead.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        push_plain(&mut pieces, rest.get(..plain));
        pieces.push(piece);
        rest = after;
        plain = 0;
    }
    push_plain(&mut pieces, Some(rest));
    pieces
}

fn push_plain<'a>(pieces: &mut Vec<Piece<'a>>, text: Option<&'a str>) {
    pieces.extend(text.filter(|text| !text.is_empty()).map(Piece::Plain));
}

/// The marked piece a text begins with, and what follows it.
fn marked(text: &str) -> Option<(Piece<'_>, &str)> {
    let between = |mark: &str| {
        let (inside, after) = text.strip_prefix(mark)?.split_once(mark)?;
        (!inside.is_empty()).then_some((inside, after))
    };
    if let Some((inside, after)) = between("**") {
        return Some((Piece::Bold(inside), after));
    }
    if let Some((inside, after)) = between("`") {
        return Some((Piece::Code(inside), after));
    }
    if let Some((inside, after)) = between("*").filter(|(inside, _)| !inside.starts_with(' ')) {
        return Some((Piece::Emphasis(inside), after));
    }
    let (label, after) = text.strip_prefix('[')?.split_once("](")?;
    let (href, after) = after.split_once(')')?;
    href.starts_with("https://").then_some((Piece::Link { text: label, href }, after))
}

#[cfg(test)]
mod tests {
    use super::Piece::{Bold, Code, Emphasis, Link, Plain};
    use super::*;

    #[test]
    fn marks_are_read() {
        assert_eq!(
            pieces("Open **Security > API**, then *Tokens*; see `a*b` at [Okta](https://okta.com/)."),
            [
                Plain("Open "),
                Bold("Security > API"),
                Plain(", then "),
                Emphasis("Tokens"),
                Plain("; see "),
                Code("a*b"),
                Plain(" at "),
                Link { text: "Okta", href: "https://okta.com/" },
                Plain("."),
            ]
        );
    }

    #[test]
    fn marks_without_an_end_are_text() {
        for text in ["2 * 3 * 4", "a ** b", "`open", "[x](", "[x](javascript:alert(1))", "****", "é*"] {
            assert_eq!(pieces(text), [Plain(text)], "{text}");
        }
    }
}
