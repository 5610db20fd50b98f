//! The services as every page shows them: names and colors of the catalogue, and the deployment's own logos. Also the addresses of public
//! pages.

use crate::access::hosts::Site;
use crate::http::Request;
use crate::ports::Platform;
use latchkey_catalogue::Entry;
use latchkey_shared::collect::order_few;
use latchkey_widget::ssr::Service;

/// A service of the catalogue, as pages show it.
pub(super) fn service(entry: &'static Entry) -> Service<'static> {
    let Entry { id, name, categories, aliases, description, color, .. } = *entry;
    let logo = super::parts::LOGOS.iter().find(|(of, _)| *of == id).map(|(_, address)| *address);
    Service { id, name, categories, aliases, description, color, logo }
}

/// All services, in the order of their names.
pub(super) fn all() -> Vec<Service<'static>> {
    ordered(|_| false)
}

/// All services, those with translated guides first.
pub(super) fn known_first() -> Vec<Service<'static>> {
    ordered(|entry| !entry.translated)
}

/// The services in the order of their names, those that are `later` behind the others.
fn ordered(later: fn(&Entry) -> bool) -> Vec<Service<'static>> {
    let entries = latchkey_catalogue::index().iter();
    let mut keyed: Vec<_> =
        entries.map(|entry| (later(entry), entry.name.to_lowercase(), service(entry))).collect();
    order_few(&mut keyed, |(later, name, _), (other_later, other, _)| (later, name) > (other_later, other));
    keyed.into_iter().map(|(.., service)| service).collect()
}

/// The address of a public page, for search engines: at the host that was asked, without the query.
pub(super) fn address(platform: &impl Platform, request: &Request, site: &Site, path: &str) -> String {
    let own = platform.config().public_url.as_deref().filter(|_| matches!(site, Site::Deployment));
    [own.unwrap_or(&request.origin), path].concat()
}
