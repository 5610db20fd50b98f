//! Font stacks: names of font families on the reader's machine. It refuses addresses.
//!
//! A stack that passes is written again, with each name in quotes, so that no text of an operator gets into a style sheet
//! unchanged.

/// The keywords of CSS for generic families. They are written without quotes.
const GENERIC: [&str; 8] = [
    "sans-serif",
    "serif",
    "monospace",
    "system-ui",
    "ui-sans-serif",
    "ui-serif",
    "ui-monospace",
    "ui-rounded",
];

/// The most families of a stack.
const FAMILIES_MAX: usize = 8;
/// The longest name, in characters.
const NAME_MAX: usize = 40;

/// The stack as it is written into a style sheet. `None` if the text is not a stack that ends with a generic family.
#[must_use]
pub fn stack(text: &str) -> Option<String> {
    let families: Vec<&str> = text.split(',').map(str::trim).collect();
    let ends = families.last().is_some_and(|last| GENERIC.contains(last));
    if !ends || families.len() > FAMILIES_MAX {
        return None;
    }
    let written: Option<Vec<String>> = families.into_iter().map(family).collect();
    Some(written?.join(","))
}

fn family(text: &str) -> Option<String> {
    if GENERIC.contains(&text) {
        return Some(text.to_owned());
    }
    let inside = |quote| text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    let name = inside('"').or_else(|| inside('\'')).unwrap_or(text);
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-'));
    let starts = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'-');
    (plain && starts && name.len() <= NAME_MAX).then(|| format!("\"{name}\""))
}

#[cfg(test)]
mod tests {
    use super::stack;

    #[test]
    fn names_are_quoted_and_generic_families_are_not() {
        assert_eq!(stack("Segoe UI, system-ui").as_deref(), Some("\"Segoe UI\",system-ui"));
        assert_eq!(
            stack("\"Helvetica Neue\", 'Arial',sans-serif").as_deref(),
            Some("\"Helvetica Neue\",\"Arial\",sans-serif")
        );
        assert_eq!(stack("serif").as_deref(), Some("serif"));
    }

    #[test]
    fn only_names_pass() {
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
