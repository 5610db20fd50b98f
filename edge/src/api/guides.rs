//! `GET /guides/{app}`: a provider's guide without a session, public; with `?project=<id>` in that project's name.

use super::pages;
use super::provider;
use crate::error::{Error, Result};
use crate::http::{Request, Response};
use crate::index::{Asker, call};
use crate::language;
use crate::ledger::operation::{FindBrand, ProjectBrand};
use crate::ports::{Platform, Target};
use latchkey_shared::ProjectId;
use latchkey_widget::ssr::{GuidePage, guide_page};

/// The page.
///
/// # Errors
/// When there is no such provider or project.
pub async fn page(platform: &impl Platform, request: &Request, app: &str) -> Result<Response> {
    let provider = provider(app, Error::not_found)?;
    let brand = match request.query.iter().find(|(name, _)| *name == "project") {
        Some((_, id)) => Some(brand(platform, id).await?),
        None => None,
    };
    let page = GuidePage {
        name: &provider.name,
        fields: &provider.fields,
        guide: &provider.guide,
        product: brand.as_ref().map(|brand| brand.name.as_str()),
        white_label: brand.as_ref().is_some_and(|brand| brand.white_label),
    };
    let phrases = language::of(platform, request, None).await;
    Ok(language::page(phrases, || pages::html_response(200, guide_page(&page, &pages::PARTS), "'none'")))
}

async fn brand(platform: &impl Platform, id: &str) -> Result<ProjectBrand> {
    let id = ProjectId::parse(id).map_err(|_| Error::not_found())?;
    let found = call(platform.index(), Target::Registry, &FindBrand { id }).await;
    found.map_err(|error| error.for_asker(Asker::Key))?.ok_or_else(Error::not_found)
}
