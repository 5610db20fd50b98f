//! Links into the provider's console, which change with the typed values.

use crate::field::{Field, ParseKind};

/// Fills `{<field>}` and `{<field>.admin}` with the field's value. `typed` returns the text of the field at an index. `None` while a
/// value is missing or does not parse.
///
/// A typed value can change the page that the link opens, but never the owner of its host: only a host that may receive a secret is
/// filled in, and other values go through `encode`. Only hosts below the vendor's own domain have an admin console. That of a region is
/// the first console's host that its file names.
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
            let address = value.strip_prefix("https://")?;
            let (host, path) = address.split_at_checked(address.find('/').unwrap_or(address.len()))?;
            if !field.allows_host(host) {
                return None;
            }
            let region = field.parse.regions.iter().find(|region| region.host == host);
            if let Some(region) = region.filter(|_| admin) {
                link.push_str(region.from.iter().find(|from| !from.starts_with('*'))?);
                link.push_str(rest);
                continue;
            }
            let (label, suffix) = host.split_once('.')?;
            if admin && !field.parse.suffixes.iter().any(|known| known == suffix) {
                return None;
            }
            let ending = field.parse.admin_suffix.as_deref().filter(|_| admin).unwrap_or_default();
            for part in [label, ending, ".", suffix, path] {
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
