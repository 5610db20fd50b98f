//! One question, and how its answer is read: what the form asks and what both sides' parser goes by.

string_enum! {
    /// Which parser reads the answer.
    pub enum ParseKind {
        /// The host of an organisation, out of anything that names it; the value is its origin, `https://<host>`.
        Host = "host",
        /// An API key or token.
        Key = "key",
        /// An identifier that is no secret, out of a URL or a key that carries it.
        Id = "id",
        /// A short text for people.
        Text = "text",
    }
}

wire! {
    /// One question.
    pub struct Field {
        /// Also the key of the credential in the API.
        "id" id: String,
        /// What is asked.
        "label" label: String,
        /// How an answer looks.
        "placeholder" placeholder: Option<String>,
        /// One sentence below the label.
        "help" help: Option<String>,
        /// Whether the answer must never be shown again.
        #[cfg_attr(feature = "serde", serde(default))]
        "secret" secret: bool,
        /// Whether it may stay empty.
        #[cfg_attr(feature = "serde", serde(default))]
        "optional" optional: bool,
        /// Whether it may stay empty while another answer carries it ([`Parse::within`]).
        #[cfg_attr(feature = "serde", serde(default))]
        "inferred" inferred: bool,
        /// Whether the form shows it under "More options". Only a field that may stay empty can be advanced.
        #[cfg_attr(feature = "serde", serde(default))]
        "advanced" advanced: bool,
        /// How the answer is read.
        "parse" parse: Parse,
    }

    /// How an answer is read. Members that do not belong to the kind are empty.
    pub struct Parse {
        /// Which parser.
        "kind" kind: ParseKind,
        /// The name of the thing in messages, with its article: "an Okta API token".
        "phrase" phrase: String,
        /// Host: the domains an organisation may live under, one label deep.
        #[cfg_attr(feature = "serde", serde(default))]
        "suffixes" suffixes: Vec<String>,
        /// Host: hosts that are allowed as they stand, whatever `reserved` says.
        #[cfg_attr(feature = "serde", serde(default))]
        "hosts" hosts: Vec<String>,
        /// Host: which of `hosts` is meant when nothing is entered.
        #[cfg_attr(feature = "serde", serde(default))]
        "default" default: Option<String>,
        /// Host: first labels that are the vendor's own pages and nobody's organisation.
        #[cfg_attr(feature = "serde", serde(default))]
        "reserved" reserved: Vec<String>,
        /// Host: an ending of the first label that names the admin console of the same organisation, `-admin`.
        #[cfg_attr(feature = "serde", serde(default))]
        "adminSuffix" admin_suffix: Option<String>,
        /// Host: whether a domain of the customer's own may be entered. Never in a provider file: the project's operator
        /// opts in, and no secret is ever sent there.
        #[cfg_attr(feature = "serde", serde(default))]
        "custom" custom: bool,
        /// Host: hosts that are allowed and never told: those of one customer are nobody else's business. Never in a provider file,
        /// and never sent to a page.
        #[cfg_attr(feature = "serde", serde(default))]
        "unlisted" unlisted: Vec<String>,
        /// Key: words that people copy along, such as `SSWS`.
        #[cfg_attr(feature = "serde", serde(default))]
        "schemes" schemes: Vec<String>,
        /// Key and id: how it usually looks ([`shape`](super::shape)); any of these.
        #[cfg_attr(feature = "serde", serde(default))]
        "shapes" shapes: Vec<String>,
        /// Key and id: things of the same vendor, or of another, that people paste by mistake.
        #[cfg_attr(feature = "serde", serde(default))]
        "mistakenFor" mistaken_for: Vec<LookAlike>,
        /// Id: in a URL, the path segment that stands before it.
        #[cfg_attr(feature = "serde", serde(default))]
        "after" after: Option<String>,
        /// Id: how a key looks that carries it, with the id in round brackets.
        #[cfg_attr(feature = "serde", serde(default))]
        "within" within: Vec<String>,
        /// The longest answer, in characters.
        "max" max: u32,
    }

    /// Something people paste by mistake.
    pub struct LookAlike {
        /// How it looks.
        "shape" shape: String,
        /// What it is.
        "message" message: String,
        /// Where the right thing is.
        "fix" fix: String,
    }
}

#[cfg(all(feature = "serde", not(feature = "browser")))]
impl Field {
    /// The same in the language that is spoken now, as far as the provider's file is translated. What a script shows later is
    /// marked where it has stayed English; what becomes a part of another sentence is not.
    #[must_use]
    pub fn into_said(mut self) -> Self {
        use crate::i18n::{marked, translated};
        let parse = &mut self.parse;
        let alike = parse.mistaken_for.iter_mut().flat_map(|alike| [&mut alike.message, &mut alike.fix]);
        alike.for_each(|text| *text = marked(text));
        for text in [&mut self.label, &mut parse.phrase].into_iter().chain(&mut self.help) {
            *text = translated(text);
        }
        self
    }
}
