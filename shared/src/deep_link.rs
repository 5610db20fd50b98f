//! A link into the provider's console that follows what is typed.

use crate::field::{Field, ParseKind};

/// Fills `{<field>}` and `{<field>.admin}` from what `typed` holds; `None` while an answer is missing or cannot be read.
///
/// Only answers that were read are put in, a host as a host and anything else through `encode`, so that what is typed
/// can change where in the provider's console a link leads, and never to whom: only a host that may be sent a secret is put in,
/// and only one below the vendor's own domain has an admin console beside it.
#[must_use]
pub fn fill(
    template: &str,
    fields: &[Field],
    typed: impl Fn(usize) -> String,
    encode: impl Fn(&str) -> String,
) -> Option<String> {
    let mut pieces = template.split('{');
    let mut link = pieces.next()?.to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once('}')?;
        let (id, admin) = match name.strip_suffix(".admin") {
            Some(id) => (id, true),
            None => (name, false),
        };
        let at = fields.iter().position(|field| field.id == id && !field.secret)?;
        let field = fields.get(at)?;
        let value = field.parse(&typed(at)).ok()?.value;
        if field.parse.kind == ParseKind::Host {
            let host = value.strip_prefix("https://").filter(|host| field.allows_host(host))?;
            let (label, suffix) = host.split_once('.')?;
            if admin && !field.parse.suffixes.iter().any(|known| known == suffix) {
                return None;
            }
            let ending = field.parse.admin_suffix.as_deref().filter(|_| admin).unwrap_or_default();
            for part in [label, ending, ".", suffix] {
                link.push_str(part);
            }
        } else if value.is_empty() {
            return None;
        } else {
            link.push_str(&encode(&value));
        }
        link.push_str(rest);
    }
    Some(link)
}
