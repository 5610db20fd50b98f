//! Entity tags: how a revision is written as one, and whether `If-Match` or `If-None-Match` names it (RFC 9110, sections
//! 8.8.3, 13.1.1 and 13.1.2).
//!
//! A header that cannot be read names no revision. So a malformed `If-Match` changes nothing.

/// The tag of a revision.
#[must_use]
pub fn tag(revision: u32) -> String {
    format!("\"{revision}\"")
}

/// The tag of a revision, and of what changes without one.
#[must_use]
pub fn tag_with(revision: u32, rest: &str) -> String {
    format!("\"{revision}-{rest}\"")
}

/// Whether the header names the revision: with `*`, or with a tag of it, whatever else is in the tag. A weak tag does not
/// count.
#[must_use]
pub fn names(header: &str, revision: u32) -> bool {
    let (tag, begin) = (tag(revision), tag_with(revision, ""));
    let begin = begin.trim_end_matches('"');
    names_any(header, &|one, weak| !weak && (one == tag || one.starts_with(begin)))
}

/// Whether the header names the tag: with `*`, or with the tag itself, which may be weak.
#[must_use]
pub fn names_tag(header: &str, tag: &str) -> bool {
    names_any(header, &|one, _| one == tag)
}

fn names_any(header: &str, is_meant: &dyn Fn(&str, bool) -> bool) -> bool {
    if header.trim() == "*" {
        return true;
    }
    let (mut rest, mut found) = (header, false);
    loop {
        // A list may have empty elements (RFC 9110, section 5.6.1).
        rest = rest.trim_start_matches([',', ' ', '\t']);
        if rest.is_empty() {
            return found;
        }
        let weak = rest.strip_prefix("W/");
        let one = weak.unwrap_or(rest);
        let Some(end) = one.strip_prefix('"').and_then(|inside| inside.find('"')) else { return false };
        let (one, behind) = one.split_at(end + 2);
        found |= is_meant(one, weak.is_some());
        rest = behind.trim_start_matches([' ', '\t']);
        if !rest.is_empty() && !rest.starts_with(',') {
            return false;
        }
    }
}
