//! Paths of the API that are nearly right: the refusal says how the path is written.
//!
//! It answers nothing and leads nowhere: a redirect could carry a key along, and two spellings of one address would have two
//! entries in every log. It refuses to repeat what was sent; it shows the path as the table has it.

use super::ENDPOINTS;
use crate::error::Error;
use latchkey_shared::ErrorCode;

/// Whether a path has an empty segment: a slash at its end, or two in a row. Such a path has no endpoint; without this check the
/// empty segment would be an id.
pub(super) fn has_empty_segment(segments: &[&str]) -> bool {
    segments.len() > 1 && segments.iter().any(|segment| segment.is_empty())
}

/// The refusal for a path without an endpoint.
pub(super) fn not_found(segments: &[&str]) -> Error {
    let Some((mistake, path)) = nearly(segments) else { return Error::not_found() };
    Error::new(
        ErrorCode::NotFound,
        format!("There is nothing at this address. {mistake}"),
        format!("Write it as {path}."),
    )
}

/// The first mistake of a path, and the path of the API that is meant.
fn nearly(segments: &[&str]) -> Option<(&'static str, &'static str)> {
    let full: Vec<&str> = segments.iter().copied().filter(|segment| !segment.is_empty()).collect();
    let is = |at: usize, word: &str| full.get(at).is_some_and(|segment| segment.eq_ignore_ascii_case(word));
    let (front, rest): (&[&str], _) = match (is(0, "api"), is(1, "v1"), is(0, "v1")) {
        (true, true, _) => (&[], full.as_slice()),
        (true, false, _) => (&["api", "v1"], full.get(1..)?),
        (false, _, true) => (&["api"], full.as_slice()),
        (false, ..) => (&["api", "v1"], full.as_slice()),
    };
    let meant: Vec<&str> = front.iter().chain(rest).copied().collect();
    let path = ENDPOINTS.iter().map(|endpoint| endpoint.path).find(|path| fits(path, &meant))?;
    let mistake = if segments.last() == Some(&"") {
        "The path ends with a slash."
    } else if full.len() < segments.len() {
        "The path has two slashes in a row."
    } else if !front.is_empty() {
        "The path does not begin with /api/v1."
    } else {
        "The path is written in lower case."
    };
    Some((mistake, path))
}

/// Whether segments are a path of the API, in whatever case its words are.
fn fits(path: &str, segments: &[&str]) -> bool {
    let mut words = path.split('/').skip(1);
    path.starts_with("/api/")
        && segments.iter().all(|segment| {
            words.next().is_some_and(|word| word.starts_with('{') || word.eq_ignore_ascii_case(segment))
        })
        && words.next().is_none()
}
