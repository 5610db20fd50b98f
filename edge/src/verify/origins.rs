//! The origin of each host field: the typed one, until the organization names its own.

use super::{Failure, Verification};
use crate::credential::Credential;
use latchkey_shared::collect::collect_btree;
use latchkey_shared::field::ParseKind;
use latchkey_shared::project_provider::ProjectProvider;
use latchkey_shared::{ErrorCode, FieldError, msg};
use std::collections::BTreeMap;

/// Origins (`https://<host>`), by field id.
pub(crate) struct Origins(BTreeMap<String, String>);

impl Origins {
    pub(crate) fn of(offered: &ProjectProvider, credential: &Credential) -> Self {
        let hosts = offered.fields().iter().filter(|field| field.parse.kind == ParseKind::Host);
        // Exposed because hosts are not secret.
        let typed = |id: &str| Some((id.to_owned(), credential.value(id)?.expose().to_owned()));
        Self(collect_btree(hosts.filter_map(|field| typed(&field.id))))
    }

    /// The current origin of a field.
    pub(super) fn of_field(&self, field: &str) -> Option<String> {
        self.0.get(field).cloned()
    }

    /// Replaces a field's origin with the one that the organization names. A `stored` credential has that origin already.
    ///
    /// # Errors
    /// The field is rejected if its rule does not allow a secret at that origin, or if that of a stored credential has changed: a
    /// person has to confirm where the key goes.
    pub(super) fn replace(
        &mut self,
        offered: &ProjectProvider,
        field: &str,
        named: Option<&str>,
        stored: bool,
    ) -> Result<(), Failure> {
        let named = named.or(self.0.get(field).map(String::as_str)).unwrap_or_default();
        let host = named.strip_prefix("https://").map(|rest| rest.trim_end_matches('/').to_ascii_lowercase());
        let before = self.0.get(field);
        if stored && host.as_ref().is_some_and(|host| before != Some(&format!("https://{host}"))) {
            return Err(Box::new(Verification::Rejected(FieldError::on(
                field,
                ErrorCode::HostNotAllowed,
                msg!("The organization at this domain names another address now."),
                msg!("Check the domain with your administrator. Nothing secret was sent."),
            ))));
        }
        match host.filter(|host| offered.field(field).is_some_and(|field| field.allows_host(host))) {
            Some(host) => {
                self.0.insert(field.to_owned(), format!("https://{host}"));
                Ok(())
            }
            None => Err(Box::new(Verification::Rejected(FieldError::on(
                field,
                ErrorCode::HostNotAllowed,
                msg!(
                    "The organization at this domain names no address that belongs to {provider}.",
                    provider = &offered.provider.name
                ),
                msg!("Check the domain with your administrator. Nothing secret was sent."),
            )))),
        }
    }
}

impl IntoIterator for Origins {
    type Item = (String, String);
    type IntoIter = std::collections::btree_map::IntoIter<String, String>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
