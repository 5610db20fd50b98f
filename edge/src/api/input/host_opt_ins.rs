//! Hosts that customers run themselves and that a project opts into, checked when the operator names them.

use super::{entry, invalid, unknown_provider};
use crate::error::Result;
use crate::http::body::Object;
use latchkey_shared::collect::collect_btree;
use latchkey_shared::field::is_public_host;
use latchkey_shared::project_provider::{HostOptIn, HostOptIns};
use latchkey_shared::provider::OwnHosts;
use std::collections::BTreeMap;

/// The opt-ins of a body, by provider id.
pub(crate) type SentHostOptIns = BTreeMap<String, Object<HostOptIn>>;

/// The most self-managed hosts of one provider.
const HOSTS_MAX: usize = 20;

/// The opt-ins, if the providers have such hosts.
///
/// # Errors
/// For an unknown provider, for one without such hosts, or for a host that is not a public name in lower case.
pub(crate) fn check(sent: SentHostOptIns) -> Result<HostOptIns> {
    let opt_ins: HostOptIns = collect_btree(sent.into_iter().map(|(id, Object(opt_in))| (id, opt_in)));
    for (id, opt_in) in &opt_ins {
        let provider = entry(id, unknown_provider)?;
        let member = format!("hosts.{id}");
        if opt_in.custom_domains && provider.own_hosts != Some(OwnHosts::CustomDomain) {
            let fix = "Leave customDomains out for this provider.";
            return Err(invalid(&member, format!("{} has no custom domains.", provider.name), fix));
        }
        if !opt_in.self_managed.is_empty() && provider.own_hosts != Some(OwnHosts::SelfManaged) {
            let fix = "Leave selfManaged out for this provider.";
            return Err(invalid(&member, format!("{} has no self-managed hosts.", provider.name), fix));
        }
        let named = opt_in.self_managed.iter();
        if opt_in.self_managed.len() > HOSTS_MAX || !named.into_iter().all(|host| is_public_host(host)) {
            return Err(invalid(
                &member,
                "A self-managed host is not a public host name, or there are too many.",
                format!(
                    "Send at most {HOSTS_MAX} names such as harness.example.com, in lower case, without scheme and port."
                ),
            ));
        }
    }
    Ok(opt_ins)
}
