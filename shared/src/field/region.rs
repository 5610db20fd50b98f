//! The regions of a host field: which of them a host or a name means.
//!
//! It compares whole names only. A host that merely contains one of a region is no host of that region.

use super::domain::is_label;
use super::rule::{Parse, Region};
use crate::i18n::Sentence;
use crate::msg;

/// The region of a bare lower-case host: of its API, or of its console.
pub(super) fn of_host<'a>(rule: &'a Parse, host: &str) -> Option<&'a Region> {
    let below = |from: &String| {
        let label = from.strip_prefix("*.").and_then(|parent| host.strip_suffix(parent)?.strip_suffix('.'));
        label.is_some_and(is_label)
    };
    let mut regions = rule.regions.iter();
    let by_name = regions.find(|region| region.host == host || region.from.iter().any(|from| from == host));
    by_name.or_else(|| rule.regions.iter().find(|region| region.from.iter().any(below)))
}

/// The region with this label, in upper or lower case.
pub(super) fn named<'a>(rule: &'a Parse, text: &str) -> Option<&'a Region> {
    rule.regions.iter().find(|region| region.label.eq_ignore_ascii_case(text))
}

/// Tells the person which region was chosen for them.
pub(super) fn told(region: &Region) -> Sentence {
    msg!("Changed to {region} ({host}).", region = &region.label, host = &region.host)
}
