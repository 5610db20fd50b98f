//! A provider as one project offers it: its fields, with the hosts that the project's operator opted into.

use crate::FieldError;
use crate::field::{self, Field, ParseKind};
use crate::provider::{OwnHosts, Provider, Values};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The hosts that a project's operator opts into, for one provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HostOptIn {
    /// Whether customers may enter their own domains, if the provider supports them.
    #[serde(default)]
    pub custom_domains: bool,
    /// Hosts of customers that run the service themselves, if the provider supports that.
    #[serde(default)]
    pub self_managed: Vec<String>,
}

/// The opt-ins of a project, by provider id.
pub type HostOptIns = BTreeMap<String, HostOptIn>;

/// A provider as one project offers it: its fields allow the hosts that the project's operator opted into.
#[derive(Clone, Debug)]
pub struct ProjectProvider {
    /// The provider.
    pub provider: &'static Provider,
    fields: Cow<'static, [Field]>,
}

impl ProjectProvider {
    /// The provider as a project with these opt-ins offers it.
    #[must_use]
    pub fn new(provider: &'static Provider, opt_ins: &HostOptIns) -> Self {
        let mut fields = Cow::Borrowed(provider.fields.as_slice());
        if let (Some(kind), Some(opt_in)) = (provider.own_hosts, opt_ins.get(&provider.id)) {
            for field in fields.to_mut().iter_mut().filter(|field| field.parse.kind == ParseKind::Host) {
                match kind {
                    OwnHosts::CustomDomain => field.parse.custom = opt_in.custom_domains,
                    OwnHosts::SelfManaged => field.parse.unlisted.clone_from(&opt_in.self_managed),
                }
            }
        }
        Self { provider, fields }
    }

    /// The fields of the form, in order.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The fields for a page. They do not list hosts of single customers, so the form accepts any public name there, and the edge
    /// decides.
    #[must_use]
    pub fn fields_for_page(&self) -> Vec<Field> {
        let mut fields = self.fields.to_vec();
        for field in &mut fields {
            let unlisted = std::mem::take(&mut field.parse.unlisted);
            field.parse.custom |= !unlisted.is_empty();
        }
        fields
    }

    /// The field with this id.
    #[must_use]
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// [`field::fill_from_other_fields`] for values by field id: `typed` has the texts as they arrived, `values` the parsed ones.
    #[must_use]
    pub fn fill_from_other_fields(&self, typed: &Values, values: &mut Values) -> Vec<FieldError> {
        let typed = self.fields.iter().map(|field| typed.get(&field.id).map_or("", String::as_str));
        let typed: Vec<_> = typed.collect();
        let read = self.fields.iter().map(|field| values.remove(&field.id).unwrap_or_default());
        let mut read: Vec<_> = read.collect();
        let errors = field::fill_from_other_fields(&self.fields, &typed, &mut read);
        values.extend(self.fields.iter().map(|field| field.id.clone()).zip(read));
        errors
    }
}
