//! The format of a provider. Its files in `shared/providers/<id>/` are read as one by `shared/provider-file`, and compacted by
//! `shared/catalogue`.
//!
//! Keys are spelled as on the wire. Each key's meaning is its doc comment. The build refuses unknown keys, placeholders that name no
//! field, and links that are not https.

use crate::field::Field;
use crate::guide::Guide;
use crate::hook::Hook;
use crate::probe::{Expiry, LightCheck, Probe, RateLimit, ResponseRule, Rights, SecretHeaders, Warning};
use crate::procedure::{Revoke, Rotate, Step};
use crate::simulation::TestMode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything Latchkey knows about one provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Provider {
    /// The name of its folder.
    pub id: String,
    /// The name that people read.
    pub name: String,
    /// Other words by which people search for it: old names, product names.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// What the service is, in a few words without a full stop.
    pub description: String,
    /// The brand's own color, six hexadecimal digits in lower case. `None`: not known.
    pub color: Option<String>,
    /// The kinds of service, one or two of [`CATEGORIES`].
    pub categories: Vec<String>,
    /// How the key authenticates, as the App Connections API names it.
    pub method: String,
    /// The fields of the form, in order.
    pub fields: Vec<Field>,
    /// Which hosts of the customer's own a project may opt into.
    pub own_hosts: Option<OwnHosts>,
    /// The scopes that a session may ask for.
    #[serde(default)]
    pub scopes: Vec<Scope>,
    /// How people find the values.
    pub guide: Guide,
    /// How the facts about the requests are known.
    pub confidence: Confidence,
    /// Whether no response says whose key it is. Then an account is known again by its key.
    #[serde(default)]
    pub anonymous: bool,
    /// Headers of every request that carries the secret; `{<field>}` stands for a value.
    pub secret_headers: SecretHeaders,
    /// The path in an error body to the provider's own code, such as `errorCode`.
    pub error_code: Option<String>,
    /// The path in an error body to the id that the vendor's support asks for, such as `errorId`. It goes to our log.
    pub support_id: Option<String>,
    /// How the provider says when to try again.
    pub rate_limit: Option<RateLimit>,
    /// The requests of a verification, in order.
    pub probes: Vec<Probe>,
    /// What a check of a stored key asks. Without it, a check sends every probe.
    pub check: Option<LightCheck>,
    /// What responses to any probe mean. They are tried after the probe's own.
    #[serde(default)]
    pub responses: Vec<ResponseRule>,
    /// Which roles are enough.
    pub rights: Option<Rights>,
    /// Warnings about accepted keys.
    #[serde(default)]
    pub warnings: Vec<Warning>,
    /// When keys end.
    pub expiry: Option<Expiry>,
    /// How a key is ended at the provider.
    pub revoke: Option<Revoke>,
    /// How a key is replaced by a new one.
    pub rotate: Option<Rotate>,
    /// The push channel.
    pub hook: Option<Hook>,
    /// How the provider is played in test mode.
    #[serde(default)]
    pub test_mode: TestMode,
}

/// How a key can authenticate, in the words of the App Connections API. A closed list, so that a typing error is found.
pub const METHODS: [&str; 5] = ["api-key", "api-token", "access-token", "basic", "client-credentials"];

/// Every kind of service.
pub const CATEGORIES: [&str; 21] = [
    "identity",
    "source-control",
    "ci-cd",
    "feature-flags",
    "observability",
    "incidents",
    "infrastructure",
    "communication",
    "marketing",
    "crm",
    "hr",
    "recruiting",
    "projects",
    "support",
    "payments",
    "ai",
    "data",
    "security",
    "analytics",
    "design",
    "forms",
];

/// How the facts about a provider's requests and responses are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Confidence {
    /// From the vendor's machine-readable specification, or from the source of its SDK.
    Specification,
    /// From the vendor's documents.
    Documentation,
    /// From the code or the texts of others.
    Secondary,
}

/// Hosts of the customer's own, beside the vendor's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OwnHosts {
    /// The customer's own name for an organization at the vendor. The first request asks it, without a secret, which organization it
    /// is. The secret goes to the host that the organization names, if the field's rule allows it.
    CustomDomain,
    /// A service that the customer runs. The project's operator names each host, and the secret goes there.
    SelfManaged,
}

/// Something that a session may ask for. It selects parts of the guide, and a probe may check it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Scope {
    /// Stable, for machines.
    pub id: String,
    /// The text that people read: "Read users".
    pub label: String,
}

/// The values of a form's fields by id, as the parser read them. Optional ones may be empty.
pub type Values = BTreeMap<String, String>;

impl Provider {
    /// The field with this id.
    #[must_use]
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// Every step of every procedure, in the order of the file.
    #[must_use]
    pub fn steps(&self) -> Vec<&Step> {
        let revoke = self.revoke.iter().flat_map(|revoke| &revoke.steps);
        let rotate = self.rotate.iter();
        let rotate = rotate.flat_map(|rotate| rotate.clean.iter().chain(&rotate.steps).chain(&rotate.finish));
        let hook = self.hook.iter().flat_map(|hook| {
            hook.register.iter().chain(&hook.remove).chain(hook.poll.iter().map(|poll| &poll.step))
        });
        revoke.chain(rotate).chain(hook).collect()
    }

    /// Whether a field may have no value in a request: it is optional, and nothing stands for it.
    #[must_use]
    pub fn may_be_empty(&self, id: &str) -> bool {
        self.field(id).is_some_and(|field| field.optional && field.parse.default.is_none())
    }

    /// Whether a probe gets an access token.
    #[must_use]
    pub fn exchanges(&self) -> bool {
        self.probes.iter().any(|probe| probe.token.is_some())
    }

    /// Whether the value of this field must never be shown again. True if there is no such field.
    #[must_use]
    pub fn is_secret(&self, id: &str) -> bool {
        self.field(id).is_none_or(|field| field.secret)
    }
}
