//! The services as every page shows them: names and colors of the catalogue, and the deployment's own logos. Also the addresses of public
//! pages.

use crate::access::hosts::Site;
use crate::http::Request;
use crate::ports::Platform;
use latchkey_catalogue::Entry;
use latchkey_shared::collect::sort_few;
use latchkey_widget::ssr::Service;

/// A service of the catalogue, as pages show it.
pub(super) fn service(entry: &'static Entry) -> Service<'static> {
    let Entry { id, name, categories, aliases, description, color, .. } = *entry;
    let logo = super::parts::LOGOS.iter().find(|(of, _)| *of == id).map(|(_, address)| *address);
    Service { id, name, categories, aliases, description, color, logo }
}

/// All services, in the order of their names.
pub(super) fn all() -> Vec<Service<'static>> {
    let mut services: Vec<_> = latchkey_catalogue::index().iter().map(service).collect();
    sort_few(&mut services, |service| service.name.to_lowercase());
    services
}

/// All services, those with translated guides first.
pub(super) fn known_first() -> Vec<Service<'static>> {
    let is_translated = |id| latchkey_catalogue::entry(id).is_some_and(|entry| entry.translated);
    let mut services = all();
    sort_few(&mut services, |service| !is_translated(service.id));
    services
}

/// The address of a public page, for search engines: at the host that was asked, without the query.
pub(super) fn address(platform: &impl Platform, request: &Request, site: &Site, path: &str) -> String {
    let own = platform.config().public_url.as_deref().filter(|_| matches!(site, Site::Deployment));
    [own.unwrap_or(&request.origin), path].concat()
}
