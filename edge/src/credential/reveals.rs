//! Whether a text shows a secret: as it is, or in the forms in which requests carry it.
//!
//! It owns how much of a secret counts as a part of it, and which forms there are: Basic authentication, and form encoding. It refuses
//! to say where the text comes from.

use super::Credential;
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use latchkey_shared::Secret;
use latchkey_shared::field::shape;
use latchkey_shared::probe::SecretHeader;
use latchkey_shared::project_provider::ProjectProvider;
use latchkey_shared::provider::Provider;
use latchkey_shared::shown::is_invisible;
use zeroize::Zeroizing;

/// How many consecutive characters of a secret count as a part of it. Fewer can occur by chance.
const PART: usize = 16;

/// The fewest characters of a secret that can be told from any other text.
const LEAST: usize = 8;

/// The text as it is compared: case, spaces and invisible characters make no difference.
fn folded(text: &str) -> Zeroizing<String> {
    let seen = text.chars().filter(|c| !c.is_whitespace() && !is_invisible(*c));
    Zeroizing::new(seen.collect::<String>().to_lowercase())
}

/// Whether a text holds [`PART`] consecutive characters of a secret, or the whole secret if it has fewer. Secrets of less than
/// [`LEAST`] characters do not count. Both are folded.
fn shares_a_run(text: &str, secret: &str) -> bool {
    let mut starts: Vec<usize> = secret.char_indices().map(|(at, _)| at).collect();
    let run = PART.min(starts.len());
    starts.push(secret.len());
    run >= LEAST
        && starts.iter().zip(starts.iter().skip(run)).any(|(from, to)| {
            let run = secret.as_bytes().get(*from..*to).unwrap_or_default();
            text.as_bytes().windows(run.len().max(1)).any(|window| window == run)
        })
}

/// Whether a text holds a secret or a part of one. Case and spaces do not matter.
pub(crate) fn shows(text: &str, secret: &Secret) -> bool {
    let text = folded(text);
    // Exposed to be compared. Nothing of it is kept.
    text.len() >= LEAST && shares_a_run(&text, &folded(secret.expose()))
}

impl Credential {
    /// Whether a text holds a secret of this credential or a part of one, in any form in which a request carries it. Case and spaces
    /// do not matter. A value that another field can read out of a key, such as an account's id, is not part of the secret,
    /// and neither is the part that the shape of the key marks with round brackets: its public id.
    #[must_use]
    pub(crate) fn reveals(&self, offered: &ProjectProvider, text: &str) -> bool {
        let text = folded(text);
        if text.len() < LEAST {
            return false;
        }
        let provider = offered.provider;
        // Exposed to be compared. Nothing of them is kept.
        let mut secrets = self.values().filter(|(id, _)| provider.is_secret(id));
        let plain = secrets.any(|(id, secret)| {
            let open = offered.fields().iter().filter_map(|field| field.capture(secret.expose()));
            // A part that the shape of the key marks is its public id.
            let id = provider.field(id).and_then(|field| {
                field.parse.shapes.iter().find_map(|shape| shape::part(shape, secret.expose()))
            });
            let open = open.chain(id.map(str::to_owned));
            let whole = Zeroizing::new(secret.expose().to_owned());
            let hidden = open.fold(whole, |rest, open| Zeroizing::new(rest.replace(&open, " ")));
            hidden.split(' ').any(|part| {
                // A body has it encoded. Characters of a key that need no encoding are found as they are.
                let encoded = Zeroizing::new(form_encoded(part));
                shares_a_run(&text, &folded(part))
                    || (*encoded != part && shares_a_run(&text, &folded(&encoded)))
            })
        });
        plain || self.pairs(provider).any(|pair| shares_a_run(&text, &folded(&pair)))
    }

    /// Each pair of user and password that a header of the provider's file sends, as Basic authentication encodes it; and its
    /// password alone.
    fn pairs(&self, provider: &Provider) -> impl Iterator<Item = Zeroizing<String>> {
        let probes = provider.probes.iter().filter_map(|probe| probe.secret_headers.as_ref());
        let steps = provider.steps().into_iter().filter_map(|step| step.secret_headers.as_ref());
        let headers = std::iter::once(&provider.secret_headers).chain(probes).chain(steps);
        let filled = |template: &str| {
            let texts = self.values.iter().map(|(id, value)| (["{", id, "}"].concat(), value));
            // Exposed to be compared.
            texts.fold(Zeroizing::new(template.to_owned()), |text, (name, value)| {
                Zeroizing::new(text.replace(&name, value.expose()))
            })
        };
        headers.flat_map(|headers| headers.values()).flat_map(move |header| match header {
            SecretHeader::Text(_) => Vec::new(),
            SecretHeader::Basic { user, password } => {
                let (user, password) = (filled(user), filled(password));
                let pair = Zeroizing::new([user.as_str(), ":", &password].concat());
                let secret = if password.is_empty() { user } else { password };
                [pair, secret].map(|text| Zeroizing::new(STANDARD_NO_PAD.encode(text.as_bytes()))).to_vec()
            }
        })
    }
}

/// Encodes a text for `application/x-www-form-urlencoded`.
pub(crate) fn form_encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
