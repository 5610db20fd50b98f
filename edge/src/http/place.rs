//! Finds the member of a JSON text that the parser complains about, from the place where it stopped.
//!
//! The parser knows lines and columns, and no paths. A parser that keeps the path while it reads would be compiled once more for
//! each type of body; this runs only for a text that was refused. It refuses to repeat anything but names and positions.

/// A member of a JSON text.
pub(super) struct Place {
    /// Its path, such as `endUser.id` or `providers[1]`. Empty: it is the whole text. A name that may be something else, such as a
    /// key, is `*`.
    pub(super) path: String,
    /// Whether it is an object.
    pub(super) object: bool,
}

/// Whether a name can be repeated: a short word of letters. No key of a provider is one.
pub(super) fn plausible(name: &str) -> bool {
    (1..=30).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphabetic())
}

/// An object or a list that is not closed yet.
struct Open<'a> {
    object: bool,
    /// The name of the member that is being read.
    name: &'a [u8],
    /// Whether a name comes next.
    named: bool,
    /// The number of the entry that is being read.
    index: usize,
}

/// The member at a place of the parser: the value or name that ends there, or the object or list that begins there. Both count
/// from 1, and columns count bytes.
pub(super) fn member_at(text: &[u8], line: usize, column: usize) -> Option<Place> {
    let before = line.checked_sub(2).map_or(Some(0), |breaks| {
        text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(breaks).map(|(at, _)| at + 1)
    })?;
    find(text, before + column)
}

fn find(text: &[u8], stop: usize) -> Option<Place> {
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut at = 0;
    loop {
        at = next(text, at);
        let byte = *text.get(at)?;
        if at > stop {
            return None;
        }
        let begins = at;
        let mut is_name = false;
        match byte {
            b',' | b':' => {
                if byte == b','
                    && let Some(top) = open.last_mut()
                {
                    top.named = top.object;
                    top.index += 1;
                }
                at += 1;
                continue;
            }
            b'{' | b'[' => {
                let object = byte == b'{';
                if at == stop {
                    return Some(Place { path: path(&open), object });
                }
                open.push(Open { object, name: b"", named: object, index: 0 });
                at += 1;
                continue;
            }
            b'}' | b']' => {
                open.pop()?;
                at += 1;
            }
            b'"' => {
                at = after_string(text, at)?;
                if let Some(top) = open.last_mut().filter(|top| top.named) {
                    (top.named, is_name) = (false, true);
                    top.name = text.get(begins + 1..at - 1)?;
                }
            }
            _ => {
                let word = text.get(at..)?.iter().take_while(|byte| !b",:{}[]\" \t\r\n".contains(byte));
                at += word.count();
            }
        }
        // The parser may have passed the space behind it.
        if (at..=next(text, at)).contains(&stop) {
            return Some(Place { path: path(&open), object: byte == b'}' && !is_name });
        }
    }
}

/// The place of the next byte that is no space.
fn next(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// The place behind a string that begins here.
fn after_string(text: &[u8], begins: usize) -> Option<usize> {
    let mut escaped = false;
    let rest = text.get(begins + 1..)?;
    let end = rest.iter().position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    })?;
    Some(begins + end + 2)
}

fn path(open: &[Open<'_>]) -> String {
    let mut path = String::new();
    for level in open {
        if level.object {
            if !path.is_empty() {
                path.push('.');
            }
            let name = std::str::from_utf8(level.name).ok().filter(|name| plausible(name));
            path.push_str(name.unwrap_or("*"));
        } else {
            path.push_str(&format!("[{}]", level.index));
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::find;

    fn path(text: &str, stop: usize) -> Option<String> {
        find(text.as_bytes(), stop).map(|place| place.path)
    }

    #[test]
    fn every_value_and_name_is_found_at_its_end_and_a_container_at_its_begin_too() {
        let text = r#"{"a": [1, {"b" : "x\"]}"}, null ], "00key":{"c":true}, "d":{}}"#;
        for (part, wanted) in [("{\"a", ""), ("[1", "a"), ("{\"b", "a[1]"), ("{\"c", "*"), ("{}", "d")] {
            assert_eq!(path(text, text.find(part).unwrap()).as_deref(), Some(wanted), "begin of {part}");
        }
        for (part, wanted) in [
            ("\"a\"", "a"),
            ("[1", "a[0]"),
            ("\"b\"", "a[1].b"),
            ("]}\"", "a[1].b"),
            ("]}\"}", "a[1]"),
            ("null", "a[2]"),
            ("null ", "a[2]"),
            ("null ]", "a"),
            ("true", "*.c"),
            ("true}", "*"),
            ("{}", "d"),
            ("{}}", ""),
        ] {
            let end = text.find(part).unwrap() + part.len();
            assert_eq!(path(text, end).as_deref(), Some(wanted), "end of {part}");
        }
    }

    #[test]
    fn no_text_and_no_place_make_it_fail() {
        let text = "{\"a\":[1,\"\\\"é\\u00";
        for end in 0..=text.len() {
            for stop in 0..text.len() + 3 {
                _ = find(text.as_bytes().get(..end).unwrap_or_default(), stop);
            }
        }
        for text in ["]", "}}", "\"", "\\", ",,", "::", "[[[", "{{", "nul", "\u{0}"] {
            for stop in 0..5 {
                _ = find(text.as_bytes(), stop);
            }
        }
    }
}
