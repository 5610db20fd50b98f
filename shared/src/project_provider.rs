//! A provider as one project offers it: its fields, with the hosts that the project's operator opted into.

use crate::FieldError;
use crate::field::{self, Field, ParseKind};
use crate::provider::{OwnHosts, Provider, Values};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What a project's operator opts into, for one provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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

    /// What the form asks.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The same, as a page may know it: hosts of single customers are not told, so any public name may be entered there, and
    /// the edge decides.
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

    /// Fills in what one answer tells about another, and finds answers that do not belong together.
    ///
    /// `typed` are the answers as they came, `values` as they were read.
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
