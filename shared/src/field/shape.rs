//! Shapes: short patterns for keys and ids, such as `00{w40}`, `api-{h8}-{h4}-{h4}-{h4}-{h12}` and `pat.({w+}).{w+}.{w+}`.
//!
//! Text outside braces stands for itself. `{w40}` is forty characters of a class, `{w+}` one or more, `{w20+}` twenty or
//! more. The classes are `w` (letters, digits, `_` and `-`), `a` (letters and digits), `h` (hexadecimal digits), `d`
//! (digits) and `k` (any character of a key). Round brackets mark the part that [`part`] returns. Matching never backtracks: the
//! character after an open count must not belong to its class. The catalogue's build checks this.

/// One piece of a pattern.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Piece<'a> {
    Text(&'a str),
    Open,
    Close,
    Class { class: char, least: usize, open: bool },
}

/// How a text compares with a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// The text matches.
    Fits,
    /// The beginning differs.
    Beginning,
    /// The beginning matches, but the length is not the fixed length of the pattern, which is given.
    Length(usize),
    /// The beginning matches, but the rest differs.
    Inside,
}

fn belongs(class: char, byte: u8) -> bool {
    match class {
        'w' => byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-',
        'a' => byte.is_ascii_alphanumeric(),
        'h' => byte.is_ascii_hexdigit(),
        'd' => byte.is_ascii_digit(),
        'k' => byte.is_ascii_graphic(),
        _ => false,
    }
}

/// The first piece of a pattern, and the rest. `None` at the end, and if the pattern is wrong there.
fn piece(shape: &str) -> Option<(Piece<'_>, &str)> {
    if let Some(rest) = shape.strip_prefix('(') {
        return Some((Piece::Open, rest));
    }
    if let Some(rest) = shape.strip_prefix(')') {
        return Some((Piece::Close, rest));
    }
    if let Some(rest) = shape.strip_prefix('{') {
        let (inside, rest) = rest.split_once('}')?;
        let class = inside.chars().next()?;
        let count = inside.get(1..)?;
        let (count, open) = count.strip_suffix('+').map_or((count, false), |count| (count, true));
        let least = if count.is_empty() { 1 } else { count.parse().ok()? };
        return Some((Piece::Class { class, least, open }, rest));
    }
    let end = shape.find(['{', '(', ')']).unwrap_or(shape.len());
    let (text, rest) = shape.split_at_checked(end)?;
    (!text.is_empty()).then_some((Piece::Text(text), rest))
}

fn pieces(mut shape: &str) -> impl Iterator<Item = Piece<'_>> {
    std::iter::from_fn(move || {
        let (first, rest) = piece(shape)?;
        shape = rest;
        Some(first)
    })
}

/// The number of bytes that match the pattern, and the marked part. `None` if the text does not match.
fn take<'a>(shape: &str, text: &'a str) -> Option<(usize, Option<&'a str>)> {
    let bytes = text.as_bytes();
    let (mut at, mut from, mut part) = (0, 0, None);
    for piece in pieces(shape) {
        match piece {
            Piece::Open => from = at,
            Piece::Close => part = text.get(from..at),
            Piece::Text(wanted) => {
                text.get(at..)?.strip_prefix(wanted)?;
                at += wanted.len();
            }
            Piece::Class { class, least, open } => {
                let run = bytes.get(at..)?.iter().take_while(|&&byte| belongs(class, byte)).count();
                if run < least {
                    return None;
                }
                at += if open { run } else { least };
            }
        }
    }
    Some((at, part))
}

/// Whether the whole text matches the pattern.
#[must_use]
pub fn fits(shape: &str, text: &str) -> bool {
    take(shape, text).is_some_and(|(taken, _)| taken == text.len())
}

/// The part in round brackets, if the whole text matches the pattern.
#[must_use]
pub fn part<'a>(shape: &str, text: &'a str) -> Option<&'a str> {
    take(shape, text).filter(|(taken, _)| *taken == text.len())?.1
}

/// The literal text at the beginning of the pattern.
#[must_use]
pub fn beginning(shape: &str) -> &str {
    match piece(shape) {
        Some((Piece::Text(text), _)) => text,
        _ => "",
    }
}

/// The length of every text of this pattern in characters, if it is fixed.
#[must_use]
pub fn length(shape: &str) -> Option<usize> {
    pieces(shape).try_fold(0, |sum, piece| match piece {
        Piece::Text(text) => Some(sum + text.len()),
        Piece::Class { open: true, .. } => None,
        Piece::Class { least, .. } => Some(sum + least),
        Piece::Open | Piece::Close => Some(sum),
    })
}

/// Compares a text with a pattern.
#[must_use]
pub fn compare(shape: &str, text: &str) -> Fit {
    if fits(shape, text) {
        return Fit::Fits;
    }
    if !text.starts_with(beginning(shape)) {
        return Fit::Beginning;
    }
    match length(shape) {
        Some(wanted) if wanted != text.chars().count() => Fit::Length(wanted),
        _ => Fit::Inside,
    }
}

/// Each character of the shortest text of this pattern: its class or `=` and itself, and whether it may be repeated.
fn atoms(shape: &str) -> Vec<(char, u8, bool)> {
    let mut atoms = Vec::new();
    for piece in pieces(shape) {
        match piece {
            Piece::Open | Piece::Close => {}
            Piece::Text(own) => atoms.extend(own.bytes().map(|byte| ('=', byte, false))),
            Piece::Class { class, least, open } => {
                atoms.extend((1..=least).map(|at| (class, 0, open && at == least)));
            }
        }
    }
    atoms
}

/// The fewest characters of a text of this pattern, if the text is one of which a part is missing: its end, or up to three characters,
/// or whatever stands between its beginning and its end.
#[must_use]
pub fn lacks(shape: &str, text: &str) -> Option<usize> {
    let atoms = atoms(shape);
    let is = |(class, own, _): &(char, u8, bool), byte: u8| {
        if *class == '=' { *own == byte } else { belongs(*class, byte) }
    };
    // How far the text goes as the pattern does, from its beginning and from its end.
    let (mut begun, mut at) = (0, 0);
    for byte in text.bytes() {
        let here = atoms.get(at).is_some_and(|atom| is(atom, byte));
        if !here
            && !at.checked_sub(1).and_then(|at| atoms.get(at)).is_some_and(|atom| atom.2 && is(atom, byte))
        {
            break;
        }
        at += usize::from(here);
        begun += 1;
    }
    if begun == text.len() && at < atoms.len() && at >= beginning(shape).len() {
        return Some(atoms.len());
    }
    let ended = text.bytes().rev().zip(atoms.iter().rev()).take_while(|(byte, atom)| is(atom, *byte)).count();
    let missing = length(shape)?.checked_sub(text.len())?;
    // Without its beginning, all of it must be the end, and it must have another part of the pattern's own text, or lack few characters.
    let start = beginning(shape).len();
    let inner = atoms.iter().skip(start).any(|(class, ..)| *class == '=');
    let known = begun >= start || ended == text.len() && (missing <= 3 || inner && missing <= start);
    (missing > 0 && begun + ended >= text.len() && known).then_some(atoms.len())
}

/// Whether a text contains a text of this pattern, or one that differs from it in one character: one more, one less, or another one. Case
/// does not matter in the pattern's own text. A pattern without text of its own, or with little of it and an open length, would be near to many
/// words, so it must match.
#[must_use]
pub fn is_near(shape: &str, text: &str) -> bool {
    let atoms = atoms(shape);
    let own = atoms.iter().filter(|(class, ..)| *class == '=').count();
    let open = atoms.iter().any(|(.., again)| *again);
    let allowed = usize::from(own > 3 || own > 1 && !open);
    // For each number of atoms, the fewest changes that make them a part of the text that ends here (Sellers 1980).
    let mut changes: Vec<usize> = (0..=atoms.len()).collect();
    text.bytes().any(|byte| {
        let mut before = 0;
        for (at, (class, own, again)) in atoms.iter().enumerate() {
            let fits = if *class == '=' { own.eq_ignore_ascii_case(&byte) } else { belongs(*class, byte) };
            let (skipped, here) = (changes.get(at).copied().unwrap_or_default(), changes.get_mut(at + 1));
            let Some(here) = here else { break };
            let repeated = if fits && *again { *here } else { *here + 1 };
            let best = (before + usize::from(!fits)).min(repeated).min(skipped + 1);
            before = std::mem::replace(here, best);
        }
        changes.last().is_some_and(|changes| *changes <= allowed)
    })
}

/// The pattern by which a key is told from other words, wherever it stands. `None`: its keys look like ids, hashes or words, such as `{h32}`.
///
/// The pattern needs two letters or digits of its own, and eighteen characters. Where its length is open and it would have fewer, the open
/// part gets sixteen, or the first of several eight, because real keys are long.
#[cfg(not(feature = "browser"))]
#[must_use]
pub fn telling(shape: &str) -> Option<String> {
    const LEAST: usize = 18;
    let shape = shape.replace(['(', ')'], "");
    let own = |piece| if let Piece::Text(text) = piece { text } else { "" };
    let own: usize =
        pieces(&shape).map(|piece| own(piece).bytes().filter(u8::is_ascii_alphanumeric).count()).sum();
    if own < 2 {
        return None;
    }
    if atoms(&shape).len() >= LEAST {
        return Some(shape);
    }
    let open: Vec<_> =
        pieces(&shape).filter(|piece| matches!(piece, Piece::Class { least: 1, open: true, .. })).collect();
    let Some(Piece::Class { class, .. }) = open.first() else { return None };
    let longer = shape.replacen(
        &format!("{{{class}+}}"),
        &format!("{{{class}{}+}}", if open.len() > 1 { 8 } else { 16 }),
        1,
    );
    (atoms(&longer).len() >= LEAST).then_some(longer)
}

/// A text of this pattern that begins with `start`, padded with zeros, for the values of test mode.
#[must_use]
pub fn fill(shape: &str, start: &str) -> String {
    let full: String = pieces(shape)
        .map(|piece| match piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Class { least, .. } => "0".repeat(least),
            Piece::Open | Piece::Close => String::new(),
        })
        .collect();
    [start, full.get(start.len()..).unwrap_or_default()].concat()
}

/// The fault of a pattern, if it has one. The catalogue's build reports it.
#[must_use]
pub fn fault(shape: &str) -> Option<&'static str> {
    let mut rest = shape;
    let mut before: Option<(char, bool)> = None;
    let mut depth = 0_i32;
    while !rest.is_empty() {
        let Some((first, after)) = piece(rest) else {
            return Some(
                "a brace is not closed, or its count is no number; write `{w8}`, `{w+}` or `{w20+}`",
            );
        };
        match first {
            Piece::Open => depth += 1,
            Piece::Close => depth -= 1,
            Piece::Text(text) => {
                let byte = text.bytes().next().unwrap_or_default();
                if before.is_some_and(|(class, open)| open && belongs(class, byte)) {
                    return Some(
                        "the text after an open count, such as `{w+}`, belongs to its class, so its end is unknown: give it a fixed count",
                    );
                }
                before = None;
            }
            Piece::Class { class, open, .. } => {
                if !matches!(class, 'w' | 'a' | 'h' | 'd' | 'k') {
                    return Some(
                        "a class is w, a, h, d or k, as in `key.{w8}.{w24}`; a shape is no regular expression",
                    );
                }
                if before.is_some_and(|(_, open)| open) {
                    return Some(
                        "an open count, such as `{w+}`, is followed by another class, so its end is unknown: give it a fixed count",
                    );
                }
                before = Some((class, open));
            }
        }
        rest = after;
    }
    (depth != 0 || shape.is_empty()).then_some("it is empty, or a bracket has no other half")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_compared_with_a_pattern() {
        for (shape, text, expected) in [
            ("00{w3}", "00a_-", Fit::Fits),
            ("00{w3}", "00a_", Fit::Length(5)),
            ("00{w3}", "00a_--", Fit::Length(5)),
            ("00{w3}", "00a.b", Fit::Inside),
            ("00{w3}", "10abc", Fit::Beginning),
            ("{h4}", "12aF", Fit::Fits),
            ("{h4}", "12ag", Fit::Inside),
            ("{w+}.{w2+}", "a-b.cd", Fit::Fits),
            ("{w+}.{w2+}", "a-b.c", Fit::Inside),
            ("eyJ{k+}", "eyJ.x.y", Fit::Fits),
            ("eyJ{k+}", "eyJ", Fit::Inside),
        ] {
            assert_eq!(compare(shape, text), expected, "{shape} {text}");
        }
    }

    #[test]
    fn a_key_is_told_from_other_words_by_its_own_text_and_its_length() {
        for (shape, wanted) in [
            ("00{w40}", Some("00{w40}")),
            ("api-{h8}-{h4}-{h4}-{h4}-{h12}", Some("api-{h8}-{h4}-{h4}-{h4}-{h12}")),
            ("pat.({w22}).{h24}", Some("pat.{w22}.{h24}")),
            ("glpat-{w20+}", Some("glpat-{w20+}")),
            ("glpat-{w+}.{w+}.{w+}", Some("glpat-{w8+}.{w+}.{w+}")),
            ("console-{a+}", Some("console-{a16+}")),
            ("pk_{w+}", Some("pk_{w16+}")),
            ("{h32}-us{d+}", Some("{h32}-us{d+}")),
            ("{h32}", None),
            ("{w40}", None),
            ("{h8}-{h4}-{h4}-{h4}-{h12}", None),
            ("a{w8}", None),
            ("ab{w8}", None),
        ] {
            assert_eq!(telling(shape).as_deref(), wanted, "{shape}");
        }
    }

    #[test]
    fn a_text_is_near_a_pattern_if_it_holds_it_with_at_most_one_change() {
        for (shape, text, near) in [
            ("00{w6}", "00abcdef", true),
            ("00{w6}", "key=00abcdef;", true),
            ("00{w6}", "0abcdef", true),
            ("00{w6}", "00abcde", true),
            ("00{w6}", "00abc.def", true),
            ("00{w6}", "00ab.cde", true),
            ("00{w6}", "00ab.cd.", false),
            ("00{w6}", "00ab", false),
            ("api-{h4}-{h4}", "API-12ab-34cd", true),
            ("api-{h4}-{h4}", "pi-12ab-34cd", true),
            ("api-{h4}-{h4}", "i-12ab-34cd", false),
            ("pat.{w+}.{w3+}", "my pat.abcdef.xyz", true),
            ("pat.{w+}.{w3+}", "pat.a.x", false),
            ("{w6}", "abcde", false),
            ("{w6}", "x abcdef", true),
            ("", "", false),
        ] {
            assert_eq!(is_near(shape, text), near, "{shape} {text}");
        }
    }

    #[test]
    fn the_marked_part_is_taken_out() {
        assert_eq!(part("pat.({w+}).{w+}.{w+}", "pat.acc.tok.sec"), Some("acc"));
        assert_eq!(part("pat.({w+}).{w+}.{w+}", "pat.tok.sec"), None);
    }

    #[test]
    fn a_pattern_is_filled_up_behind_its_start() {
        assert_eq!(fill("api-{h4}-{h4}", "api-7e"), "api-7e00-0000");
        assert!(fits("api-{h4}-{h4}", &fill("api-{h4}-{h4}", "api-7e")));
    }

    #[test]
    fn a_pattern_that_cannot_be_read_is_a_fault() {
        for shape in ["", "{w", "{}", "{z3}", "{w+}a", "{w+}{h3}", "(a", "a)", "{wx}"] {
            assert!(fault(shape).is_some(), "{shape}");
        }
        for shape in ["00{w40}", "pat.({w22}).{h24}.{a20}", "{w+}.{w+}"] {
            assert_eq!(fault(shape), None, "{shape}");
        }
    }
}
