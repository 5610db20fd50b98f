//! `GET /api/v1/providers`, `GET /api/v1/providers/{id}`: public. A test key, or the token of a session in test mode, also
//! gets the test values, and any key the address of the guide in its project's name.

use crate::access::hosts::public_url;
use crate::access::tokens::guide_id;
use crate::access::{auth, console};
use crate::api::input::{entry, provider};
use crate::error::{Error, Result};
use crate::http::Request;
use crate::ports::Platform;
use crate::store::protocol::{ProjectByApiKey, ProjectView, SessionByToken};
use latchkey_catalogue::Entry;
use latchkey_shared::Mode;
use latchkey_shared::field::Field;
use latchkey_shared::guide::Guide;
use latchkey_shared::simulation::TestValue;
use serde::Serialize;

/// Every provider.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Providers {
    /// Each in short.
    providers: Vec<ProviderSummary>,
}

/// A provider, in short.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct ProviderSummary {
    /// Its id, as in paths.
    id: &'static str,
    /// Its name.
    name: &'static str,
    /// What it is, in a few words.
    description: &'static str,
    /// What kind of service it is.
    categories: &'static [&'static str],
    /// The `method` of its accounts.
    method: &'static str,
}

/// A provider.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProviderDetails {
    /// Its id, as in paths.
    id: &'static str,
    /// Its name.
    name: &'static str,
    /// What it is, in a few words.
    description: &'static str,
    /// What kind of service it is.
    categories: &'static [&'static str],
    /// The `method` of its accounts.
    method: &'static str,
    /// The fields of the form, in order. Their ids are the members of `credentials`.
    fields: &'static [Field],
    /// How to find what the fields ask for.
    guide: &'static Guide,
    /// Only with a test key, or the token of a session in test mode: each value that test mode accepts, and its result.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<TestValue>"))]
    test_values: Option<Vec<TestValue>>,
    /// Only with an API key: the public page with the guide, in the name of the key’s project.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    guide_url: Option<String>,
}

/// Every provider, in short.
///
/// # Errors
/// None.
pub(crate) async fn list(_: &impl Platform, _: &Request) -> Result<Providers> {
    Ok(Providers { providers: latchkey_catalogue::index().iter().map(summary).collect() })
}

/// One provider: its fields, its guide, and in test mode its test values.
///
/// # Errors
/// When there is no such provider, or when the request carries a key or token that is not valid.
pub(crate) async fn one(platform: &impl Platform, request: &Request, id: &str) -> Result<ProviderDetails> {
    let entry = entry(id, Error::not_found)?;
    let provider = provider(platform, id, Error::not_found).await?;
    let (mode, project) = caller(platform, request).await?;
    let guide_url = project.map(|project| {
        let config = platform.config();
        format!(
            "{}/guides/{id}?project={}",
            public_url(config, request, &project),
            guide_id(config, project.id)
        )
    });
    let ProviderSummary { id, name, description, categories, method } = summary(entry);
    Ok(ProviderDetails {
        id,
        name,
        description,
        categories,
        method,
        fields: &provider.fields,
        guide: &provider.guide,
        test_values: mode.filter(|mode| *mode == Mode::Test).map(|mode| provider.listed_test_values(mode)),
        guide_url,
    })
}

/// The mode of the caller's key or token, if there is one, and the project of a key.
async fn caller(platform: &impl Platform, request: &Request) -> Result<(Option<Mode>, Option<ProjectView>)> {
    let in_console = console::wanted(request)?.is_some();
    if request.header("authorization").is_none() && !in_console {
        return Ok((None, None));
    }
    if !in_console && let Ok(caller) = auth::session_caller(platform, request) {
        let found = caller.call(SessionByToken { proof: caller.proof(), opens: None }).await?;
        return Ok((Some(found.session.mode), None));
    }
    let caller = auth::key_caller(platform, request)?;
    let project = caller.call(ProjectByApiKey { key: caller.proof() }).await?;
    Ok((Some(caller.mode()), Some(project)))
}

fn summary(entry: &'static Entry) -> ProviderSummary {
    let Entry { id, name, description, categories, method, .. } = *entry;
    ProviderSummary { id, name, description, categories, method }
}
