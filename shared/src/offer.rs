//! A provider as one project offers it: its fields, with the hosts that the project's operator opted into.

use crate::field::{Field, ParseKind};
use crate::provider::{OwnHosts, Provider, Values};
use crate::{ErrorCode, FieldError};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What a project's operator opts into, for one provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HostOptIn {
    /// Domains of the customers' own, where the provider has them.
    #[serde(default)]
    pub custom_domains: bool,
    /// Hosts that run the service themselves, where the provider can be.
    #[serde(default)]
    pub self_managed: Vec<String>,
}

/// Every opt-in of a project, by provider id.
pub type HostOptIns = BTreeMap<String, HostOptIn>;

/// A provider as one project offers it.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The provider.
    pub provider: &'static Provider,
    fields: Cow<'static, [Field]>,
}

impl Offer {
    /// The provider as a project with these opt-ins offers it.
    #[must_use]
    pub fn new(provider: &'static Provider, opt_ins: &HostOptIns) -> Self {
        let mut fields = Cow::Borrowed(provider.fields.as_slice());
        if let (Some(kind), Some(opt_in)) = (provider.own_hosts, opt_ins.get(&provider.id)) {
            for field in fields.to_mut().iter_mut().filter(|field| field.parse.kind == ParseKind::Host) {
                match kind {
                    OwnHosts::CustomDomain => field.parse.custom = opt_in.custom_domains,
                    OwnHosts::SelfManaged => field.parse.hosts.extend(opt_in.self_managed.iter().cloned()),
                }
            }
        }
        Self { provider, fields }
    }

    /// What the form asks.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The field with this id.
    #[must_use]
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// Fills in what one answer tells about another, and finds answers that do not belong together.
    ///
    /// `typed` are the answers as they came, `values` as they were read.
    #[must_use]
    pub fn settle(&self, typed: &Values, values: &mut Values) -> Vec<FieldError> {
        let mut errors = Vec::new();
        for field in self.fields.iter().filter(|field| !field.secret) {
            let of_others = || typed.iter().filter(|(id, _)| **id != field.id);
            let told = of_others().find_map(|(id, text)| Some((id, field.capture(text)?)));
            let own = typed.get(&field.id).is_some_and(|text| !text.trim().is_empty());
            match told {
                // A key is bound to the id in it; an address may have been copied from anywhere.
                Some((id, told)) if own => {
                    let bound = self.field(id).is_some_and(|other| other.secret);
                    if bound && values.get(&field.id).is_some_and(|value| *value != told) {
                        errors.push(self.mismatch(field, id));
                    }
                }
                Some((_, told)) => _ = values.insert(field.id.clone(), told),
                None if field.deduced && values.get(&field.id).is_none_or(String::is_empty) => {
                    errors.push(FieldError::on(
                        &field.id,
                        ErrorCode::FieldRequired,
                        format!("{} is empty, and no other answer carries it.", field.label),
                        format!("Enter {}.", field.parse.noun),
                    ));
                }
                None => {}
            }
        }
        errors
    }

    fn mismatch(&self, field: &Field, other: &str) -> FieldError {
        let other = self.field(other).map_or(other, |field| field.label.as_str());
        FieldError::on(
            &field.id,
            ErrorCode::AccountMismatch,
            format!("The {other} belongs to another account than this {}.", field.label),
            format!("Empty this field to use the account of the {other}, or enter the key of this account."),
        )
    }
}
