//! Logos: PNG or WebP as a `data:` address, so that a page loads nothing from elsewhere. It refuses other addresses, and
//! SVG, because an SVG can contain scripts, styles and links.

use base64::{Engine, engine::general_purpose::STANDARD};

/// The largest logo, in bytes.
pub const LARGEST: usize = 24 * 1024;

/// Whether the text is the `data:` address of a PNG or WebP image that is small enough. Its first bytes are checked too.
#[must_use]
pub fn is_logo(text: &str) -> bool {
    let Some((kind, data)) = text.strip_prefix("data:image/").and_then(|rest| rest.split_once(";base64,"))
    else {
        return false;
    };
    // The length is checked before decoding: four characters hold three bytes.
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
