//! `GET /guides/{app}`: a provider's guide without a session. It is public, and with `?project=<id>` it has that project's
//! name and branding. The id carries a MAC (`access/tokens.rs`), so an invented one reaches no object.

use super::brand::project_brand;
use super::connect;
use super::front::KEPT;
use super::{rendered, services};
use crate::access::hosts::{self, Site};
use crate::access::tokens::project_of_guide;
use crate::api::input::provider;
use crate::brand::Brand;
use crate::error::{Error, Result};
use crate::http::language;
use crate::http::{Request, Response};
use crate::ports::Platform;
use latchkey_shared::i18n;
use latchkey_widget::ssr::{GuidePage, guide_page};
use serde_json::json;

/// The page.
///
/// # Errors
/// When there is no such provider or project.
pub async fn page(platform: &impl Platform, request: &Request, app: &str) -> Result<Response> {
    let provider = provider(platform, app, Error::not_found).await?;
    let entry = latchkey_catalogue::entry(app).ok_or_else(Error::not_found)?;
    // At a project's own host name guides have its name, and never another project's.
    let site = hosts::site(platform, request).await?;
    let address = services::address(platform, request, &site, &format!("/guides/{app}"));
    let named = match request.query.get("project") {
        Some(id) => Some(
            project_of_guide(platform.config(), id)
                .filter(|project| site.has(*project))
                .ok_or_else(Error::not_found)?,
        ),
        None => None,
    };
    let home = match site {
        Site::Project(home) => Some(home),
        Site::Deployment => None,
    };
    let project = match named.or(home) {
        Some(id) => Some(project_brand(platform, id).await?),
        None => None,
    };
    let white_label = project.as_ref().is_some_and(|project| project.white_label);
    let brand = Brand::read(project.as_ref().map_or("", |project| &project.branding), white_label);
    let page = GuidePage {
        service: services::service(entry),
        address: &address,
        fields: &provider.fields,
        guide: &provider.guide,
        product: project.as_ref().map(|project| project.name.as_str()),
        white_label,
        brand: brand.page(),
    };
    let phrases = language::of(platform, request, None).await;
    let branding = project.as_ref().map(|project| &project.branding);
    let render = || {
        let key =
            json!(["guide", i18n::language(), provider.id, page.product, white_label, address, branding]);
        let html = rendered::kept(platform, key.to_string(), || guide_page(&page, &connect::PARTS));
        connect::html_response(200, html.to_string(), &brand, connect::NOBODY)
    };
    Ok(language::page(phrases, render).kept(KEPT))
}
