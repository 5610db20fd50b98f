//! Font stacks: names of families that are on the reader's machine, never an address. What passes is written anew, each name
//! in quotes, so that no text of an operator stands in a style sheet as it came.

/// Families that every browser knows by a word of its own, and that are no names.
const WORDS: [&str; 8] = [
    "sans-serif",
    "serif",
    "monospace",
    "system-ui",
    "ui-sans-serif",
    "ui-serif",
    "ui-monospace",
    "ui-rounded",
];

/// At most so many families.
const MOST: usize = 8;
/// The longest name.
const LONGEST: usize = 40;

/// The stack as a style sheet takes it, or nothing when it is none.
#[must_use]
pub fn stack(text: &str) -> Option<String> {
    let families: Vec<&str> = text.split(',').map(str::trim).collect();
    let ends = families.last().is_some_and(|last| WORDS.contains(last));
    if !ends || families.len() > MOST {
        return None;
    }
    let written: Option<Vec<String>> = families.into_iter().map(family).collect();
    Some(written?.join(","))
}

fn family(text: &str) -> Option<String> {
    if WORDS.contains(&text) {
        return Some(text.to_owned());
    }
    let inside = |quote| text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    let name = inside('"').or_else(|| inside('\'')).unwrap_or(text);
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-'));
    let starts = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'-');
    (plain && starts && name.len() <= LONGEST).then(|| format!("\"{name}\""))
}

#[cfg(test)]
mod tests {
    use super::stack;

    #[test]
    fn names_are_quoted_and_words_are_not() {
        assert_eq!(stack("Segoe UI, system-ui").as_deref(), Some("\"Segoe UI\",system-ui"));
        assert_eq!(
            stack("\"Helvetica Neue\", 'Arial',sans-serif").as_deref(),
            Some("\"Helvetica Neue\",\"Arial\",sans-serif")
        );
        assert_eq!(stack("serif").as_deref(), Some("serif"));
    }

    #[test]
    fn nothing_else_than_names_passes() {
        for text in [
            "",
            "Arial",
            "serif,",
            ",serif",
            "Arial, Inter",
            "url(https://x), serif",
            "a;b, serif",
            "a}b{, serif",
            "\"Arial, serif",
            "\"Ar\"ial\", serif",
            "</style>, serif",
            "\\41, serif",
            "a\nb, serif",
            "\u{e9}, serif",
            "a,b,c,d,e,f,g,h,serif",
            "var(--x), serif",
            "/**/, serif",
        ] {
            assert_eq!(stack(text), None, "{text}");
        }
    }
}
