//! The form of an e-mail address of a person who signs in to the console. Addresses are compared byte by byte, in lower case.

use latchkey_shared::field::is_public_host;

/// The longest e-mail address, in bytes (RFC 5321, section 4.5.3.1.3, without the angle brackets).
const EMAIL_MAX: usize = 254;

/// The address in lower case. `None`: the text is none, or has characters that few addresses have and that could fool a reader.
#[must_use]
pub(crate) fn read(text: &str) -> Option<String> {
    let text = text.to_ascii_lowercase();
    let (name, domain) = text.rsplit_once('@')?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b);
    let valid = !name.is_empty() && name.bytes().all(plain) && is_public_host(domain);
    (valid && text.len() <= EMAIL_MAX).then_some(text)
}
