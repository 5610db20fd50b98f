//! The definition of a field: its texts in the form, and the rule that the parser on both sides follows.

string_enum! {
    /// The parser of a field's value.
    pub enum ParseKind {
        /// The host of an organization, from any text that names it. The value is its origin, `https://<host>`.
        Host = "host",
        /// An API key or token.
        Key = "key",
        /// An identifier that is not secret, or a URL or key that contains it.
        Id = "id",
        /// A short text for people.
        Text = "text",
    }
}

wire! {
    /// One field of the form.
    pub struct Field {
        /// Also the key of the credential in the API.
        "id" id: String,
        /// The label.
        "label" label: String,
        /// An example of a value.
        "placeholder" placeholder: Option<String>,
        /// One sentence below the label.
        "help" help: Option<String>,
        /// Whether the value must never be shown again.
        #[cfg_attr(feature = "serde", serde(default))]
        "secret" secret: bool,
        /// Whether it may stay empty.
        #[cfg_attr(feature = "serde", serde(default))]
        "optional" optional: bool,
        /// Whether it may stay empty if another field contains its value ([`Parse::within`]).
        #[cfg_attr(feature = "serde", serde(default))]
        "inferred" inferred: bool,
        /// Whether the form shows it under "More options". Only a field that may stay empty can be advanced.
        #[cfg_attr(feature = "serde", serde(default))]
        "advanced" advanced: bool,
        /// Whether the form asks for it only when a probe finds several things that the key opens
        /// ([`Choices`](crate::probe::Choices)). It may stay empty.
        #[cfg_attr(feature = "serde", serde(default))]
        "choice" choice: bool,
        /// How the value is parsed.
        "parse" parse: Parse,
    }

    /// How a value is parsed. Members that do not apply to the kind are empty.
    pub struct Parse {
        /// The parser.
        "kind" kind: ParseKind,
        /// The name of the thing in messages, with its article: "an Okta API token".
        "phrase" phrase: String,
        /// Host: the domains of the vendor. An organization's host is one label below.
        #[cfg_attr(feature = "serde", serde(default))]
        "suffixes" suffixes: Vec<String>,
        /// Host: single hosts that are allowed, even if `reserved` has their first label.
        #[cfg_attr(feature = "serde", serde(default))]
        "hosts" hosts: Vec<String>,
        /// Host: the one of `hosts` that an empty field stands for.
        #[cfg_attr(feature = "serde", serde(default))]
        "default" default: Option<String>,
        /// Host: first labels of the vendor's own pages, which are not an organization's.
        #[cfg_attr(feature = "serde", serde(default))]
        "reserved" reserved: Vec<String>,
        /// Host: the ending of the first label of an organization's admin console, such as `-admin`.
        #[cfg_attr(feature = "serde", serde(default))]
        "adminSuffix" admin_suffix: Option<String>,
        /// Host: the regions of the service. The field is a choice of one of them, and its value is that region's host.
        #[cfg_attr(feature = "serde", serde(default))]
        "regions" regions: Vec<Region>,
        /// Host: whether the address of a service that the customer runs may have a path, which is kept.
        #[cfg_attr(feature = "serde", serde(default))]
        "path" path: bool,
        /// Host: whether a customer's own domain may be entered. Never in a provider file: the project's operator opts in, and no
        /// secret is sent there.
        #[cfg_attr(feature = "serde", serde(default))]
        "custom" custom: bool,
        /// Host: allowed hosts of single customers, which other customers must not see. Never in a provider file, and never sent to
        /// a page.
        #[cfg_attr(feature = "serde", serde(default))]
        "unlisted" unlisted: Vec<String>,
        /// Key: authentication schemes that people copy along, such as `SSWS`.
        #[cfg_attr(feature = "serde", serde(default))]
        "schemes" schemes: Vec<String>,
        /// Key and id: the usual shapes ([`shape`](super::shape)). A value has one of them.
        #[cfg_attr(feature = "serde", serde(default))]
        "shapes" shapes: Vec<String>,
        /// Key and id: other values that people paste by mistake.
        #[cfg_attr(feature = "serde", serde(default))]
        "mistakenFor" mistaken_for: Vec<LookAlike>,
        /// Id: a part of the name before the id in a URL, a query or a setting, in lower case.
        #[cfg_attr(feature = "serde", serde(default))]
        "after" after: Option<String>,
        /// Id: the shapes of keys that contain it, with the id in round brackets. Host: the same for the label before the one suffix.
        #[cfg_attr(feature = "serde", serde(default))]
        "within" within: Vec<String>,
        /// The longest text, in characters.
        "max" max: u32,
    }

    /// A region of a service.
    pub struct Region {
        /// The name that people know it by: "EU1".
        "label" label: String,
        /// The host of its API.
        "host" host: String,
        /// Hosts of its console. `*.` at the start stands for one label.
        #[cfg_attr(feature = "serde", serde(default))]
        "from" from: Vec<String>,
    }

    /// A value that people paste by mistake.
    pub struct LookAlike {
        /// Its shape.
        "shape" shape: String,
        /// A sentence that says what it is.
        "message" message: String,
        /// A sentence that says where the right value is.
        "fix" fix: String,
    }
}

#[cfg(all(feature = "serde", not(feature = "browser")))]
impl Field {
    /// The field in the current language. Texts without a translation stay English. Those that a script shows later are marked as
    /// English; those that become a part of another sentence are not.
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
