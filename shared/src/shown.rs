//! Texts that people read and that somebody else wrote: names, descriptions, a provider's texts.
//!
//! It owns which characters such a text may not have: controls, line ends, those that turn the text around them, and those that
//! nobody sees, and marks that pile up on one character. They could make one name look like another, or a name look like a sentence
//! of ours. A joiner or a variation selector is kept where a script or an emoji needs it. Field values are cleaned by `field/clean.rs`, which keeps none of them.

/// Whether a character is never seen, or changes the text around it: controls, format characters, fillers, selectors, tags.
/// Whitespace that takes space is seen; line and paragraph separators are not.
#[must_use]
pub const fn is_invisible(c: char) -> bool {
    matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{70f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}'
        | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffc}'
        | '\u{13430}'..='\u{13440}' | '\u{16fe4}' | '\u{1d159}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a character is a letter, a vowel sign or a virama of a script that uses joiners: those like Arabic, and those of India and
/// Southeast Asia.
fn joins(c: char) -> bool {
    let script = matches!(c as u32, 0x620..=0x1cff | 0xa800..=0xabff | 0xfb50..=0xfdff | 0xfe70..=0xfefc | 0x1_0a00..=0x1_1fff
        | 0x1_e900..=0x1_eeff);
    // Not the scripts between them: Georgian, Hangul, Ethiopic, Cherokee and Canadian syllables.
    let other = matches!(c as u32, 0x10a0..=0x16ff | 0x1c80..=0x1ccf | 0xa960..=0xa97f | 0xab00..=0xabbf);
    script && !other && (c.is_alphabetic() || is_mark(c))
}

/// Whether a character is an emoji, or a symbol that can be drawn as one.
const fn is_emoji(c: char) -> bool {
    matches!(c as u32, 0xa9 | 0xae | 0x2122 | 0x2139 | 0x2190..=0x21ff | 0x2300..=0x27bf | 0x2900..=0x297f | 0x2b00..=0x2bff | 0x3030
        | 0x303d | 0x3297 | 0x3299 | 0x1_f000..=0x1_faff)
}

/// Whether a character is drawn onto the one before it. Of scripts that stack few of them, only those that can be stacked.
fn is_mark(c: char) -> bool {
    let n = c as u32;
    matches!(n, 0x300..=0x36f | 0x483..=0x489 | 0x591..=0x5bd | 0x610..=0x61a | 0x64b..=0x65f | 0x6d6..=0x6dc | 0x6df..=0x6e4
        | 0x6e7..=0x6ed | 0x730..=0x74a | 0x7eb..=0x7f3 | 0x816..=0x82d | 0x8ca..=0x8ff | 0xdca..=0xddf | 0xe31 | 0xe34..=0xe3a
        | 0xe47..=0xe4e | 0xeb1 | 0xeb4..=0xebc | 0xec8..=0xece | 0xf71..=0xf84 | 0x102b..=0x103e | 0x1714 | 0x1734 | 0x17b6..=0x17d3
        | 0x1a55..=0x1a7f | 0x1ab0..=0x1b04 | 0x1b34..=0x1b44 | 0x1baa..=0x1bad | 0x1be6..=0x1bf3 | 0x1cd0..=0x1cf9
        | 0x1dc0..=0x1dff | 0x20d0..=0x20ff | 0x302a..=0x302f | 0x3099 | 0x309a | 0xa66f..=0xa67d | 0xa806 | 0xa8b4..=0xa8c5
        | 0xa8e0..=0xa8f1 | 0xa953 | 0xa9b3..=0xa9c0 | 0xaaf6 | 0xabed | 0xfe20..=0xfe2f | 0x1_1046 | 0x1_10b9 | 0x1_1133
        | 0x1_1134 | 0x1_11c0 | 0x1_1235 | 0x1_134d | 0x1_1442 | 0x1_14c2 | 0x1_15bf | 0x1_163f | 0x1_d165..=0x1_d169)
        // Each block of India has its nukta, vowel signs and virama at the same places.
        || matches!(n, 0x900..=0xd7f) && matches!(n & 0x7f, 0x00..=0x03 | 0x3c..=0x4d)
}

/// The most marks on one character: a Hebrew letter of the Bible has four.
const MARKS_MAX: usize = 4;

/// Whether an invisible character is needed between its neighbors.
fn is_needed(before: Option<char>, c: char, after: Option<char>) -> bool {
    match c {
        // Joiners stand in Persian and Indic words and in emoji. Before one there may be a selector: a heart, drawn as an emoji.
        '\u{200c}' | '\u{200d}' => {
            let emoji = |next| c == '\u{200d}' && is_emoji(next);
            before.is_some_and(|c| c == '\u{fe0f}' || is_emoji(c)) && after.is_some_and(emoji)
                || before.is_some_and(joins) && after.is_some_and(joins)
        }
        // An emoji for a symbol or, before the enclosing keycap, for a digit.
        '\u{fe0e}' | '\u{fe0f}' => before
            .is_some_and(|c| is_emoji(c) || after == Some('\u{20e3}') && matches!(c, '0'..='9' | '#' | '*')),
        // Ideographs of Japanese names.
        '\u{fe00}'..='\u{fe02}' | '\u{e0100}'..='\u{e01ef}' => before
            .is_some_and(|c| matches!(c as u32, 0x3400..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff)),
        _ => false,
    }
}

/// Each character, and whether people may see it in a shown text.
fn marked(text: &str) -> impl Iterator<Item = (char, bool)> {
    let mut before = None;
    let mut marks = 0;
    let mut rest = text.chars();
    std::iter::from_fn(move || {
        let c = rest.next()?;
        let invisible = is_invisible(c);
        if is_mark(c) {
            marks += 1;
        } else if !invisible {
            marks = 0;
        }
        let fine = if invisible { is_needed(before, c, rest.clone().next()) } else { marks <= MARKS_MAX };
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
            ("a\u{fffc}b\u{70f}\u{13430}\u{13440}\u{16fe4}\u{1d159}", "ab"),
            // Joiners: letters of scripts that join, and emoji.
            ("क\u{94d}\u{200c}ष", "क\u{94d}\u{200c}ष"),
            ("র\u{200d}\u{9cd}য", "র\u{200d}\u{9cd}য"),
            ("日\u{200d}本", "日本"),
            ("한\u{200c}국", "한국"),
            ("“\u{200d}”", "“”"),
            ("Ａ\u{200c}Ｂ", "ＡＢ"),
            ("𝐀\u{200d}𝐁", "𝐀𝐁"),
            ("١\u{200c}٢", "١٢"),
            ("क\u{200d}१", "क१"),
            ("م\u{200d}👩", "م👩"),
            ("👩\u{200c}👩", "👩👩"),
            ("👩🏽\u{200d}⚕\u{fe0f}", "👩🏽\u{200d}⚕\u{fe0f}"),
            // Selectors of an emoji or a text style.
            ("™\u{fe0f}©\u{fe0e}", "™\u{fe0f}©\u{fe0e}"),
            ("—\u{fe0f}…\u{fe0e}日\u{fe0f}한\u{fe0e}Ａ\u{fe0f}𝐀\u{fe0f}م\u{fe0e}", "—…日한Ａ𝐀م"),
            ("!\u{fe0f}\u{20e3}", "!\u{20e3}"),
            // Combining marks: four in a row.
            ("e\u{301}\u{302}\u{303}\u{304}", "e\u{301}\u{302}\u{303}\u{304}"),
            ("e\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}x\u{301}", "e\u{301}\u{302}\u{303}\u{304}x\u{301}"),
            ("ก\u{e47}\u{e47}\u{e47}\u{e47}\u{e47}", "ก\u{e47}\u{e47}\u{e47}\u{e47}"),
            ("a\u{2028}b\nc", "abc"),
        ] {
            assert_eq!(visible(text), shown, "{text:?}");
            assert_eq!(hidden_character(text).is_none(), text == shown, "{text:?}");
        }
    }
}
