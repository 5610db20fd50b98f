//! Entity tags: how a revision is written as one, and whether `If-Match` or `If-None-Match` names it (RFC 9110, sections
//! 8.8.3, 13.1.1 and 13.1.2).
//!
//! A header that cannot be read names no revision. So a malformed `If-Match` changes nothing.

/// The tag of a revision.
#[must_use]
pub fn tag(revision: u32) -> String {
    format!("\"{revision}\"")
}

/// Whether the header names the revision: with `*`, or with one of its tags. A weak tag counts only if `weakly`.
#[must_use]
pub fn names(header: &str, revision: u32, weakly: bool) -> bool {
    if header.trim() == "*" {
        return true;
    }
    let tag = tag(revision);
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
        found |= one == tag && (weakly || weak.is_none());
        rest = behind.trim_start_matches([' ', '\t']);
        if !rest.is_empty() && !rest.starts_with(',') {
            return false;
        }
    }
}
