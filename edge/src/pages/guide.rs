//! `GET /guides/{app}`: a provider's guide without a session. It is public, and with `?project=<id>` it has that project's
//! name and branding.

use super::connect;
use crate::access::hosts;
use crate::api::input::provider;
use crate::brand::Brand;
use crate::error::{Error, Result};
use crate::http::language;
use crate::http::{Request, Response};
use crate::ports::Platform;
use crate::store::client::StoreClient;
use crate::store::protocol::{FindBrand, ProjectBrand};
use latchkey_shared::ProjectId;
use latchkey_widget::ssr::{GuidePage, guide_page};

/// The page.
///
/// # Errors
/// When there is no such provider or project.
pub async fn page(platform: &impl Platform, request: &Request, app: &str) -> Result<Response> {
    let provider = provider(app, Error::not_found)?;
    // At a project's own host name guides have its name, and never another project's.
    let home = hosts::project_of_host(platform, request).await?;
    let named = request.query.get("project").map(|id| ProjectId::parse(id).map_err(|_| Error::not_found()));
    let named = named.transpose()?;
    if home.is_some_and(|home| named.is_some_and(|named| named != home)) {
        return Err(Error::not_found());
    }
    let project = match named.or(home) {
        Some(id) => Some(project_brand(platform, id).await?),
        None => None,
    };
    let white_label = project.as_ref().is_some_and(|project| project.white_label);
    let brand = Brand::read(project.as_ref().map_or("", |project| &project.branding), white_label);
    let page = GuidePage {
        name: &provider.name,
        fields: &provider.fields,
        guide: &provider.guide,
        product: project.as_ref().map(|project| project.name.as_str()),
        white_label,
        brand: brand.page(),
    };
    let phrases = language::of(platform, request, None).await;
    let render = || connect::html_response(200, guide_page(&page, &connect::PARTS), &brand, "'none'");
    Ok(language::page(phrases, render))
}

async fn project_brand(platform: &impl Platform, id: ProjectId) -> Result<ProjectBrand> {
    StoreClient::registry(platform.store()).call(FindBrand { id }).await?.ok_or_else(Error::not_found)
}
