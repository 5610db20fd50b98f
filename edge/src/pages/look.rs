//! `/console/<mode>/preview`: the real form with a look that is being chosen, in one of its states, for a frame of the console.
//!
//! Everything in it is either the project's, or checked as a branding is when it is saved. It has no program, and no session.

use super::connect::{PARTS, dead_end_of, html_response};
use super::services;
use crate::brand::Brand;
use crate::connections::find_provider;
use crate::error::{Error, Result};
use crate::http::{Request, Response, language};
use crate::ports::Platform;
use latchkey_shared::Mode;
use latchkey_shared::connect::Form;
use latchkey_shared::project_provider::{HostOptIns, ProjectProvider};
use latchkey_widget::ssr::{FormPage, Place, Seen, look_page};
use serde_json::{Map, Value};

/// The look that the address has, as far as it is valid, with the logo that is saved.
#[must_use]
pub fn tried(request: &Request, saved: &Value, check: fn(Map<String, Value>) -> String) -> String {
    let sent = request.query.get("look").and_then(|look| serde_json::from_str::<Map<_, _>>(look).ok());
    let mut look = sent.unwrap_or_else(|| saved.as_object().cloned().unwrap_or_default());
    if let Some(logo) = saved.get("logo") {
        look.insert("logo".to_owned(), logo.clone());
    }
    check(look)
}

/// The page. `project` is the answer of `GET /api/v1/project`, and `branding` a look that was checked.
///
/// # Errors
/// 404 for a state or a provider that there is not.
pub async fn page(
    platform: &impl Platform,
    request: &Request,
    mode: Mode,
    project: &Value,
    branding: &str,
) -> Result<Response> {
    let asked = |name: &str| request.query.get(name).map_or("", String::as_str);
    let seen = match asked("state") {
        "" | "form" => Some(Seen::Form),
        "error" => Some(Seen::Error),
        "success" => Some(Seen::Success),
        "expired" => None,
        _ => return Err(Error::not_found()),
    };
    let scheme = if asked("scheme") == "dark" { "dark" } else { "light" };
    let white_label = project["whiteLabel"] == Value::Bool(true);
    let brand = Brand::read(branding, white_label);
    let product = project["name"].as_str().unwrap_or_default();
    let first = services::known_first().first().map(|service| service.id).unwrap_or_default();
    let id = request.query.get("provider").map_or(first, String::as_str);
    let entry = latchkey_catalogue::entry(id).ok_or_else(Error::not_found)?;
    let provider = find_provider(platform, id).await?.ok_or_else(Error::not_found)?;
    let hosts: HostOptIns = serde_json::from_value(project["hosts"].clone()).unwrap_or_default();
    let offered = ProjectProvider::new(provider, &hosts);
    let form = Form {
        app: provider.id.clone(),
        name: provider.name.clone(),
        update: false,
        fields: offered.fields_for_page(),
    };
    let phrases = language::of(platform, request, None).await;
    let origin = request.origin.as_str();
    Ok(language::page(phrases, || {
        let Some(seen) = seen else { return dead_end_of(product, &brand, scheme, origin) };
        let page = FormPage {
            place: Place::Embed,
            session_id: "",
            mode,
            form: &form,
            guide: &provider.guide,
            product,
            scopes: &[],
            white_label,
            brand: brand.page(),
            origins: &[],
            one_of_several: false,
            service: services::service(entry),
        };
        html_response(200, look_page(&page, seen, scheme, &PARTS), &brand, origin)
    }))
}
