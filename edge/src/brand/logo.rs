//! Logos: PNG or WebP, in the page itself. Refuses addresses, because a page asks nobody else, and SVG, because it is a document
//! that can hold scripts, styles and links of its own.

use base64::{Engine, engine::general_purpose::STANDARD};

/// The largest picture, in bytes.
pub const LARGEST: usize = 24 * 1024;

/// Whether the text is the `data:` address of such a picture, by its first bytes too.
#[must_use]
pub fn is_logo(text: &str) -> bool {
    let Some((kind, data)) = text.strip_prefix("data:image/").and_then(|rest| rest.split_once(";base64,"))
    else {
        return false;
    };
    // Measured before it is decoded: four characters hold three bytes.
    let Some(bytes) = (data.len() <= LARGEST.div_ceil(3) * 4).then(|| STANDARD.decode(data).ok()).flatten()
    else {
        return false;
    };
    let right = match kind {
        "png" => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        "webp" => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
        _ => false,
    };
    right && bytes.len() <= LARGEST
}
