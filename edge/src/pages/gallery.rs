//! `GET /providers`, the gallery of all services, and `GET /sitemap.xml`, the public pages for search engines.

use super::brand::project_brand;
use super::front::KEPT;
use super::services::{address, all};
use super::{connect, rendered};
use crate::access::hosts::{self, Site};
use crate::brand::Brand;
use crate::error::Result;
use crate::http::language;
use crate::http::{Request, Response};
use crate::ports::Platform;
use latchkey_shared::i18n;
use latchkey_widget::ssr::{GalleryPage, gallery_page};
use serde_json::json;
use std::fmt::Write as _;

/// The gallery.
///
/// # Errors
/// When the registry does not respond.
pub async fn page(platform: &impl Platform, request: &Request) -> Result<Response> {
    let site = hosts::site(platform, request).await?;
    let address = address(platform, request, &site, "/providers");
    let project = match site {
        Site::Project(id) => Some(project_brand(platform, id).await?),
        Site::Deployment => None,
    };
    let white_label = project.as_ref().is_some_and(|project| project.white_label);
    let brand = Brand::read(project.as_ref().map_or("", |project| &project.branding), white_label);
    let services = all();
    let page = GalleryPage {
        product: project.as_ref().map(|project| project.name.as_str()),
        services: &services,
        address: &address,
        brand: brand.page(),
    };
    let phrases = language::of(platform, request, None).await;
    let branding = project.as_ref().map(|project| &project.branding);
    let render = || {
        let key = json!(["gallery", i18n::language(), page.product, white_label, address, branding]);
        let html = rendered::kept(platform, key.to_string(), || gallery_page(&page, &connect::PARTS));
        connect::html_response(200, html.to_string(), &brand, connect::NOBODY)
    };
    Ok(language::page(phrases, render).kept(KEPT))
}

/// The public pages, as search engines read them (sitemaps.org, protocol 0.9).
///
/// # Errors
/// When the registry does not respond.
pub async fn sitemap(platform: &impl Platform, request: &Request) -> Result<Response> {
    let site = hosts::site(platform, request).await?;
    let guides = latchkey_catalogue::ids().map(|id| format!("/guides/{id}"));
    let paths = ["/", "/providers"].map(str::to_owned).into_iter().chain(guides);
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for path in paths {
        let address = address(platform, request, &site, &path);
        _ = writeln!(text, "<url><loc>{address}</loc></url>");
    }
    text.push_str("</urlset>\n");
    Ok(Response::new(200, "application/xml", text).kept(86_400))
}
