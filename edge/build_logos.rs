//! The part of the build script that reads the deployment's own logos. It refuses a file that is too large, or an SVG that could do more
//! than be looked at.

use std::fmt::Write as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

/// The largest logo, in bytes.
const MAX: usize = 32 * 1024;

/// What an SVG may not contain, in lower case and without spaces: scripts, other files, and other languages inside.
const REFUSED: [&str; 9] = [
    "<script",
    "<foreignobject",
    "<!entity",
    "javascript:",
    "href=\"http",
    "href=\"//",
    "url(http",
    "url(//",
    "@import",
];

/// The id and the address of each logo, sorted by id. `cargo xtask build` stores the file under that name.
///
/// # Errors
/// A sentence about the file that is refused.
pub(crate) fn logos(folder: &Path) -> Result<Vec<(String, String)>, String> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(_) => return Ok(Vec::new()),
    };
    let mut logos = Vec::new();
    for entry in entries {
        let path = entry.map_err(|err| format!("cannot read {}: {err}", folder.display()))?.path();
        let extension = path.extension().and_then(|text| text.to_str()).unwrap_or_default();
        let id = path.file_stem().and_then(|text| text.to_str()).unwrap_or_default();
        if !matches!(extension, "svg" | "png" | "webp") {
            continue;
        }
        let bytes = std::fs::read(&path).map_err(|err| format!("cannot read {}: {err}", path.display()))?;
        check(extension, &bytes).map_err(|fault| format!("{}: {fault}", path.display()))?;
        let hash = Sha256::digest(&bytes).iter().take(6).fold(String::new(), |mut hex, byte| {
            _ = write!(hex, "{byte:02x}");
            hex
        });
        logos.push((id.to_owned(), format!("/assets/logo-{id}-{hash}.{extension}")));
    }
    logos.sort();
    Ok(logos)
}

fn check(extension: &str, bytes: &[u8]) -> Result<(), String> {
    if bytes.len() > MAX {
        return Err(format!("a logo has at most {MAX} bytes, and this one has {}", bytes.len()));
    }
    let begins = |start: &[u8]| bytes.starts_with(start);
    match extension {
        "png" if !begins(b"\x89PNG\r\n\x1a\n") => Err("this is no PNG".into()),
        "webp" if !(begins(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")) => Err("this is no WebP".into()),
        "svg" => {
            let text = std::str::from_utf8(bytes).map_err(|_| "this SVG is not UTF-8")?.to_ascii_lowercase();
            if !text.contains("<svg") {
                return Err("this is no SVG".into());
            }
            let dense: String = text.split_whitespace().collect::<String>().replace('\'', "\"");
            match REFUSED.iter().find(|refused| dense.contains(**refused)) {
                Some(refused) => Err(format!("an SVG may not contain `{refused}`")),
                None if has_handler(&text) => Err("an SVG may not have a handler such as `onload=`".into()),
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// Whether an attribute begins with `on`.
fn has_handler(text: &str) -> bool {
    text.match_indices("on").any(|(at, _)| {
        let (before, rest) = text.split_at(at);
        let starts = before.ends_with(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\''));
        let name = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        starts && rest.get(name..).is_some_and(|rest| rest.trim_start().starts_with('='))
    })
}
