//! A link into the provider's console that follows what is typed.

use latchkey_shared::field::{Field, ParseKind};

/// Fills `{<field>}` and `{<field>.admin}` from what `typed` holds; `None` while an answer is missing or cannot be read.
///
/// Only answers that were read are put in, a host as a host and anything else through `encode`, so that what is typed
/// can change where in the provider's console a link leads, and never to whom.
pub(crate) fn fill(
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
            let (label, suffix) = value.strip_prefix("https://")?.split_once('.')?;
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The link to a template, with these answers to Okta's first and second question.
    fn link(template: &str, domain: &str, token: &str) -> Option<String> {
        let fields = &latchkey_catalogue::find("okta").unwrap().fields;
        let answers = [domain, token, "a b"].map(str::to_owned);
        fill(template, fields, |at| answers[at].clone(), |text| text.replace(' ', "%20"))
    }

    #[test]
    fn a_host_is_put_in_as_it_was_read() {
        assert_eq!(
            link("https://{instanceUrl}/x", " HTTPS://Acme.okta.com/app/UserHome ", "").as_deref(),
            Some("https://acme.okta.com/x")
        );
        assert_eq!(
            link("https://{instanceUrl.admin}/x", "acme.okta.com", "").as_deref(),
            Some("https://acme-admin.okta.com/x")
        );
    }

    #[test]
    fn anything_else_is_encoded() {
        assert_eq!(
            link("https://x.example/?n={eventHookName}", "", "").as_deref(),
            Some("https://x.example/?n=a%20b")
        );
    }

    #[test]
    fn there_is_no_link_before_the_answer_can_be_read() {
        for domain in ["", "acme", "evil.example", "acme.okta.com@evil.example", "10.0.0.1"] {
            assert_eq!(link("https://{instanceUrl.admin}/x", domain, ""), None, "{domain}");
        }
    }

    #[test]
    fn a_secret_is_never_put_into_a_link() {
        assert_eq!(link("https://{instanceUrl}/{apiToken}", "acme.okta.com", "00abc"), None);
    }
}
