//! Texts that people read and that somebody else wrote: names, descriptions, a provider's texts.
//!
//! It owns which characters such a text may not have: controls, line ends, those that turn the text around them, and those that
//! nobody sees. They could make one name look like another, or a name look like a sentence of ours. A joiner or a variation
//! selector is kept where a script or an emoji needs it. Field values are cleaned by `field/clean.rs`, which keeps none of them.

/// Whether a character is never seen, or changes the text around it: controls, format characters, fillers, selectors, tags.
/// Whitespace that takes space is seen; line and paragraph separators are not.
#[must_use]
pub const fn is_invisible(c: char) -> bool {
    matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}'
        | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a character belongs to a script or to the symbols that use joiners: everything from Arabic on.
const fn joins(c: char) -> bool {
    c as u32 >= 0x600 && !is_invisible(c)
}

/// Whether an invisible character is needed between its neighbors.
fn is_needed(before: Option<char>, c: char, after: Option<char>) -> bool {
    match c {
        // Joiners stand in Persian and Indic words and in emoji. Before one there may be a selector: a heart, drawn as an emoji.
        '\u{200c}' | '\u{200d}' => {
            before.is_some_and(|c| joins(c) || c == '\u{fe0f}') && after.is_some_and(joins)
        }
        // An emoji for a symbol or, before the enclosing keycap, for a digit.
        '\u{fe0e}' | '\u{fe0f}' => {
            before.is_some_and(|c| joins(c) || after == Some('\u{20e3}') && c.is_ascii_graphic())
        }
        // Ideographs of Japanese names.
        '\u{fe00}'..='\u{fe02}' | '\u{e0100}'..='\u{e01ef}' => before
            .is_some_and(|c| matches!(c as u32, 0x3400..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff)),
        _ => false,
    }
}

/// Each character, and whether people may see it in a shown text.
fn marked(text: &str) -> impl Iterator<Item = (char, bool)> {
    let mut before = None;
    let mut rest = text.chars();
    std::iter::from_fn(move || {
        let c = rest.next()?;
        let fine = !is_invisible(c) || is_needed(before, c, rest.clone().next());
        before = Some(c);
        Some((c, fine))
    })
}

/// The first character that a shown text may not have.
#[must_use]
pub fn hidden_character(text: &str) -> Option<char> {
    marked(text).find_map(|(c, fine)| (!fine).then_some(c))
}

/// The text without the characters that a shown text may not have.
#[must_use]
pub fn visible(text: &str) -> String {
    marked(text).filter_map(|(c, fine)| fine.then_some(c)).collect()
}

/// The text, kept apart from the direction of the text around it (U+2068 and U+2069) if it may run from right to left.
#[must_use]
pub fn isolate(text: &str) -> String {
    let turns = |c| matches!(c as u32, 0x590..=0x8ff | 0xfb1d..=0xfdff | 0xfe70..=0xfefe | 0x1_0800..=0x1_0fff | 0x1_e800..=0x1_efff);
    if text.contains(turns) { ["\u{2068}", text, "\u{2069}"].concat() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_right_to_left_stands_apart() {
        for (text, shown) in
            [("Zoë", "Zoë"), ("日本", "日本"), ("שרה", "\u{2068}שרה\u{2069}"), ("A أ", "\u{2068}A أ\u{2069}")]
        {
            assert_eq!(isolate(text), shown);
        }
    }

    #[test]
    fn what_nobody_sees_is_found_and_removed_and_what_a_script_needs_is_kept() {
        for (text, shown) in [
            ("Ada", "Ada"),
            ("Ada\u{202e}ecalevoL", "AdaecalevoL"),
            ("a\u{200d}b\u{200c}", "ab"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("م\u{200c}", "م"),
            ("م\u{200c}\u{200c}خ", "مخ"),
            ("👩\u{200d}❤\u{fe0f}\u{200d}👨", "👩\u{200d}❤\u{fe0f}\u{200d}👨"),
            ("👩\u{200d}\u{202e}", "👩"),
            ("a\u{fe0f}", "a"),
            ("1\u{fe0f}\u{20e3}", "1\u{fe0f}\u{20e3}"),
            ("葛\u{e0100}", "葛\u{e0100}"),
            ("x\u{e0100}", "x"),
            ("a\u{2028}b\nc", "abc"),
        ] {
            assert_eq!(visible(text), shown, "{text:?}");
            assert_eq!(hidden_character(text).is_none(), text == shown, "{text:?}");
        }
    }
}
