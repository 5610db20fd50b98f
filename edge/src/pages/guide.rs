//! `GET /guides/{app}`: a provider's guide without a session, public; with `?project=<id>` in that project's name.

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
    // At a project's own host name its guides are in its name, and in no other.
    let home = hosts::project_of_host(platform, request).await?;
    let asked = request.query.get("project").map(|id| ProjectId::parse(id).map_err(|_| Error::not_found()));
    let asked = asked.transpose()?;
    if home.is_some_and(|home| asked.is_some_and(|asked| asked != home)) {
        return Err(Error::not_found());
    }
    let known = match asked.or(home) {
        Some(id) => Some(known(platform, id).await?),
        None => None,
    };
    let white_label = known.as_ref().is_some_and(|known| known.white_label);
    let brand = Brand::read(known.as_ref().map_or("", |known| &known.branding), white_label);
    let page = GuidePage {
        name: &provider.name,
        fields: &provider.fields,
        guide: &provider.guide,
        product: known.as_ref().map(|known| known.name.as_str()),
        white_label,
        brand: brand.page(),
    };
    let phrases = language::of(platform, request, None).await;
    let made = || connect::html_response(200, guide_page(&page, &connect::PARTS), &brand, "'none'");
    Ok(language::page(phrases, made))
}

async fn known(platform: &impl Platform, id: ProjectId) -> Result<ProjectBrand> {
    StoreClient::registry(platform.store()).call(FindBrand { id }).await?.ok_or_else(Error::not_found)
}
