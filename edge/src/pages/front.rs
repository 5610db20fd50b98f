//! `GET /`: what this deployment is, and the small files that browsers, search engines and security researchers look for.
//!
//! It shows nothing of a project except at the project's own host name, where it has that project's name and look.

use super::brand::project_brand;
use super::{connect, services};
use crate::access::hosts::{self, Site};
use crate::brand::Brand;
use crate::error::{Error, Result};
use crate::health::DAY_MS;
use crate::http::language;
use crate::http::{Request, Response};
use crate::ports::{Clock, Platform};
use crate::time::iso;
use latchkey_widget::ssr::{FrontPage, front_page, preview_page};

/// How long browsers keep public pages, in seconds.
pub(super) const KEPT: u32 = 300;

/// A letter mark of ours: a keyhole. Browsers take an SVG at this address too.
const ICON: &str = concat!(
    r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#1d5bd1"/>"##,
    r##"<path d="M16 7a5.5 5.5 0 0 0-2.7 10.3L12 25h8l-1.3-7.7A5.5 5.5 0 0 0 16 7z" fill="#fff"/></svg>"##
);

/// The front page.
///
/// # Errors
/// When the registry does not respond.
pub async fn page(platform: &impl Platform, request: &Request) -> Result<Response> {
    let site = hosts::site(platform, request).await?;
    let address = services::address(platform, request, &site, "/");
    let project = match site {
        Site::Project(id) => Some(project_brand(platform, id).await?),
        Site::Deployment => None,
    };
    let white_label = project.as_ref().is_some_and(|project| project.white_label);
    let brand = Brand::read(project.as_ref().map_or("", |project| &project.branding), white_label);
    let services = services::known_first();
    let page = FrontPage {
        product: project.as_ref().map(|project| project.name.as_str()),
        services: &services,
        address: &address,
        docs: project.is_none(),
        brand: brand.page(),
    };
    let phrases = language::of(platform, request, None).await;
    let render = || connect::html_response(200, front_page(&page, &connect::PARTS), &brand, connect::NOBODY);
    Ok(language::page(phrases, render).kept(KEPT))
}

/// `GET /preview`: the tokens and parts of every page, for those who change them.
///
/// # Errors
/// 404 outside a development run.
pub async fn preview(platform: &impl Platform, _: &Request) -> Result<Response> {
    if !platform.config().local_webhooks {
        return Err(Error::not_found());
    }
    Ok(connect::html_response(200, preview_page(&connect::PARTS), &Brand::read("", false), connect::NOBODY))
}

/// `GET /favicon.ico`.
///
/// # Errors
/// None.
pub async fn icon(_: &impl Platform, _: &Request) -> Result<Response> {
    Ok(Response::new(200, "image/svg+xml", ICON.to_owned()).kept(86_400))
}

/// `GET /robots.txt` (RFC 9309): search engines may read the front page and the guides, and nothing that belongs to a person.
///
/// # Errors
/// When the registry does not respond.
pub async fn robots(platform: &impl Platform, request: &Request) -> Result<Response> {
    let site = hosts::site(platform, request).await?;
    let sitemap = services::address(platform, request, &site, "/sitemap.xml");
    let refused =
        "Disallow: /api/\nDisallow: /console\nDisallow: /embed/\nDisallow: /hooks/\nDisallow: /link/\n";
    let text = format!("User-agent: *\n{refused}\nSitemap: {sitemap}\n");
    Ok(Response::new(200, "text/plain; charset=utf-8", text).kept(86_400))
}

/// `GET /.well-known/security.txt` (RFC 9116): whom to tell about a weakness. Only with the setting `SECURITY_CONTACT`.
///
/// # Errors
/// 404 without that setting.
pub async fn security(platform: &impl Platform, _: &Request) -> Result<Response> {
    let contact = platform.config().security_contact.as_deref().ok_or_else(Error::not_found)?;
    let expires = iso(platform.clock().now_ms() + 90 * DAY_MS);
    let text = format!("Contact: {contact}\nExpires: {expires}\nPreferred-Languages: en\n");
    Ok(Response::new(200, "text/plain; charset=utf-8", text).kept(86_400))
}
