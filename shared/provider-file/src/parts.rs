//! The files of a provider: which keys each has, and how they become one [`Provider`].

use crate::Fault;
use crate::lines::Lines;
use latchkey_shared::field::Field;
use latchkey_shared::guide::Guide;
use latchkey_shared::hook::Hook;
use latchkey_shared::probe::{
    Expiry, LightCheck, Probe, RateLimit, ResponseRule, Rights, SecretHeaders, Warning,
};
use latchkey_shared::procedure::{Revoke, Rotate};
use latchkey_shared::provider::{Confidence, OwnHosts, Provider, Scope};
use latchkey_shared::simulation::TestMode;
use serde::Deserialize;
use std::path::Path;
use std::{fs, io};

/// One of a provider's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// `provider.toml`: what the form asks, and how people find it.
    Provider,
    /// `verify.toml`: how a key is verified, and what each response means.
    Verify,
    /// `test_mode.toml`: how the provider is played in test mode.
    TestMode,
    /// `lifecycle.toml`: how a key is ended and replaced, and how an event hook is registered. A provider may do without it.
    Lifecycle,
}

impl Part {
    /// All of them, in the order in which people write them.
    pub const ALL: [Self; 4] = [Self::Provider, Self::Verify, Self::TestMode, Self::Lifecycle];

    /// Whether a provider may do without this file.
    #[must_use]
    pub fn is_optional(self) -> bool {
        self == Self::Lifecycle
    }

    /// Its name in the provider's folder.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Self::Provider => "provider.toml",
            Self::Verify => "verify.toml",
            Self::TestMode => "test_mode.toml",
            Self::Lifecycle => "lifecycle.toml",
        }
    }

    /// Its keys at the top of the file.
    #[must_use]
    pub fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Provider => &[
                "id",
                "name",
                "aliases",
                "description",
                "color",
                "categories",
                "method",
                "fields",
                "ownHosts",
                "scopes",
                "guide",
            ],
            Self::Verify => &[
                "confidence",
                "anonymous",
                "secretHeaders",
                "errorCode",
                "supportId",
                "rateLimit",
                "probes",
                "check",
                "responses",
                "rights",
                "warnings",
                "expiry",
            ],
            Self::TestMode => &["values", "simulation"],
            Self::Lifecycle => &["revoke", "rotate", "hook"],
        }
    }

    /// The file that has this key at its top.
    pub(crate) fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.keys().contains(&key))
    }

    /// The fault of a folder without this file.
    pub(crate) fn missing(self) -> String {
        let purpose = match self {
            Self::Provider => "what the form asks, and how people find it",
            Self::Verify => "how a key is verified, and what each response means",
            Self::TestMode => "how the provider is played in test mode",
            Self::Lifecycle => "how a key is ended and replaced",
        };
        format!("this file is missing; it describes {purpose}")
    }
}

/// The texts of a provider's files; `None` for a file that is not there.
#[derive(Clone, Debug, Default)]
pub struct Files(pub [Option<String>; 4]);

impl Files {
    /// Reads the files of a folder.
    ///
    /// # Errors
    /// When a file is there and cannot be read.
    pub fn of(folder: &Path) -> io::Result<Self> {
        let mut files = Self::default();
        for (part, text) in Part::ALL.iter().zip(&mut files.0) {
            match fs::read_to_string(folder.join(part.file())) {
                Ok(found) => *text = Some(found),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(files)
    }

    /// The text of one file.
    #[must_use]
    pub fn text(&self, part: Part) -> Option<&str> {
        self.0.get(part as usize)?.as_deref()
    }
}

/// The keys of a file that belong in another one, each with its fault.
pub(crate) fn misplaced(part: Part, text: &str) -> Vec<(String, Fault)> {
    let lines = Lines::of(text);
    let wrong = |key: &str| Some(Part::of_key(key).filter(|home| *home != part)?.file());
    let keys = lines.keys().filter_map(|key| Some((key, wrong(key)?)));
    keys.map(|(key, home)| {
        let message = format!("`{key}` belongs in {home}: move it there");
        (key.to_owned(), Fault { part, line: lines.of_place(key), message })
    })
    .collect()
}

/// `provider.toml`. What the keys mean stands in [`Provider`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Asked {
    id: String,
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
    description: String,
    color: Option<String>,
    categories: Vec<String>,
    method: String,
    fields: Vec<Field>,
    own_hosts: Option<OwnHosts>,
    #[serde(default)]
    scopes: Vec<Scope>,
    guide: Guide,
}

/// `verify.toml`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Verified {
    confidence: Confidence,
    #[serde(default)]
    anonymous: bool,
    secret_headers: SecretHeaders,
    error_code: Option<String>,
    support_id: Option<String>,
    rate_limit: Option<RateLimit>,
    probes: Vec<Probe>,
    check: Option<LightCheck>,
    #[serde(default)]
    responses: Vec<ResponseRule>,
    rights: Option<Rights>,
    #[serde(default)]
    warnings: Vec<Warning>,
    expiry: Option<Expiry>,
}

/// `lifecycle.toml`.
#[derive(Default, Deserialize)]
pub(crate) struct Kept {
    revoke: Option<Revoke>,
    rotate: Option<Rotate>,
    hook: Option<Hook>,
}

impl Asked {
    /// The files as one.
    pub(crate) fn with(self, verified: Verified, test_mode: TestMode, kept: Kept) -> Provider {
        Provider {
            id: self.id,
            name: self.name,
            aliases: self.aliases,
            description: self.description,
            color: self.color,
            categories: self.categories,
            method: self.method,
            fields: self.fields,
            own_hosts: self.own_hosts,
            scopes: self.scopes,
            guide: self.guide,
            confidence: verified.confidence,
            anonymous: verified.anonymous,
            secret_headers: verified.secret_headers,
            error_code: verified.error_code,
            support_id: verified.support_id,
            rate_limit: verified.rate_limit,
            probes: verified.probes,
            check: verified.check,
            responses: verified.responses,
            rights: verified.rights,
            warnings: verified.warnings,
            expiry: verified.expiry,
            revoke: kept.revoke,
            rotate: kept.rotate,
            hook: kept.hook,
            test_mode,
        }
    }
}
