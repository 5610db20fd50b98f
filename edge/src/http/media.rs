//! What a body is declared as: its media type, charset and content coding. It refuses everything that the reader would have to
//! guess or to unpack.

use super::Request;
use crate::error::{Error, Result};
use latchkey_shared::{ErrorCode, msg};

const JSON: &str = "application/json";
/// The media type of RFC 7396. Every `PATCH` is a merge of this kind.
const MERGE_PATCH: &str = "application/merge-patch+json";

/// Checks that the body is declared as JSON in UTF-8, and not compressed.
///
/// # Errors
/// 415, with the header that says what is taken (RFC 9110, section 15.5.16).
pub(super) fn check(request: &Request) -> Result<()> {
    let codings = request.header("content-encoding").unwrap_or_default().split(',').map(str::trim);
    let packed = |coding: &&str| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity");
    if let Some(coding) = codings.into_iter().find(packed) {
        let message = format!("The body has the Content-Encoding {}.", named(coding));
        let fix = "Send the body as it is, and leave Content-Encoding out.";
        return Err(Error::new(ErrorCode::UnsupportedMediaType, message, fix)
            .telling(("accept-encoding", "identity")));
    }
    let mut parts = request.header("content-type").unwrap_or_default().split(';').map(str::trim);
    let media_type = parts.next().unwrap_or_default();
    let patch = request.method == "PATCH";
    let accepted = match patch {
        true => ("accept-patch", "application/merge-patch+json, application/json"),
        false => ("accept", JSON),
    };
    if !(media_type.eq_ignore_ascii_case(JSON) || patch && media_type.eq_ignore_ascii_case(MERGE_PATCH)) {
        return Err(Error::new(
            ErrorCode::UnsupportedMediaType,
            msg!("The body is not declared as JSON."),
            msg!("Send the header Content-Type: application/json."),
        )
        .telling(accepted));
    }
    let charsets = parts
        .filter_map(|part| part.split_once('='))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
        .map(|(_, value)| value.trim().trim_matches('"'));
    let foreign = |value: &&str| !["utf-8", "utf8"].iter().any(|name| value.eq_ignore_ascii_case(name));
    match charsets.into_iter().find(foreign) {
        None => Ok(()),
        Some(charset) => {
            let message = format!("The body has the charset {}.", named(charset));
            let fix = "Send the body in UTF-8, and leave the charset out.";
            Err(Error::new(ErrorCode::UnsupportedMediaType, message, fix).telling(accepted))
        }
    }
}

/// The name of a coding or charset, if it looks like one.
fn named(text: &str) -> &str {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':');
    if (1..=20).contains(&text.len()) && text.bytes().all(plain) { text } else { "of an unknown name" }
}
