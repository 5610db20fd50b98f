//! The name of an account: a slug. A text that is none is refused with the nearest slug, which nobody takes for the caller.

use super::invalid;
use crate::credential::key_shapes::looks_like_a_key;
use crate::error::Result;
use latchkey_shared::limits::NAME_MAX;

/// The longest text that gets an offer, in bytes. Looking for keys in a longer one would take long.
const OFFER_MAX: usize = 4 * NAME_MAX;

/// A connection's name, if it is a slug.
///
/// # Errors
/// Otherwise, with the characters that are allowed and with the nearest slug.
pub(crate) fn name(member: &str, text: String) -> Result<String> {
    if is_slug(&text) {
        return Ok(text);
    }
    let rule = format!(
        "Use 1 to {NAME_MAX} lower-case letters (a to z) and digits, with single hyphens between them"
    );
    // A key that was typed here by mistake is not repeated, in whatever spelling.
    let short = text.len() <= OFFER_MAX && !looks_like_a_key(&text);
    let offer = short.then(|| nearest(&text)).filter(|offer| is_slug(offer));
    let fix = match offer {
        Some(offer) => format!("{rule}: {offer}, for example."),
        None => format!("{rule}, such as my-okta-connection."),
    };
    let message = match text.chars().count() > NAME_MAX {
        true => "The name is too long.",
        false => "The name is not a slug.",
    };
    Err(invalid(member, message, fix))
}

fn is_slug(text: &str) -> bool {
    let plain =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.len() <= NAME_MAX && text.split('-').all(plain)
}

/// The text in lower case, with a hyphen for everything between letters and digits. It is empty if there is no letter and no digit.
fn nearest(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars().map(plain_letter) {
        // An apostrophe is inside of a word.
        if matches!(c, '\'' | '’') {
            continue;
        }
        if slug.len() == NAME_MAX {
            break;
        }
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// The letter without its marks, for the letters of Western Europe.
fn plain_letter(c: char) -> char {
    match c {
        'À'..='Å' | 'à'..='å' => 'a',
        'Ç' | 'ç' => 'c',
        'È'..='Ë' | 'è'..='ë' => 'e',
        'Ì'..='Ï' | 'ì'..='ï' => 'i',
        'Ñ' | 'ñ' => 'n',
        'Ò'..='Ö' | 'ò'..='ö' | 'Ø' | 'ø' => 'o',
        'Ù'..='Ü' | 'ù'..='ü' => 'u',
        'Ý' | 'ý' | 'ÿ' => 'y',
        'ß' => 's',
        _ => c,
    }
}
