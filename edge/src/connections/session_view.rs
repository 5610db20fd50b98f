//! The parts of a session that its page may see: the form of a provider, and the values that it starts with.

use crate::connections::find_provider;
use crate::error::Result;
use crate::ports::Platform;
use crate::store::protocol::SessionInProject;
use latchkey_shared::connect::{Form, Prefill};
use latchkey_shared::project_provider::ProjectProvider;
use latchkey_shared::provider::Provider;
use std::collections::BTreeMap;

/// The form of a provider, without its guide. If the session updates an account, the fields that the account has already are shown
/// under "More options". Secret fields are always asked for, because a stored secret is never sent to a host that it was not
/// verified with.
pub(crate) fn form(offered: &ProjectProvider, found: &SessionInProject) -> Form {
    let provider = offered.provider;
    let mut fields = offered.fields_for_page();
    for field in fields.iter_mut().filter(|field| !field.secret) {
        field.advanced |=
            found.current.as_ref().is_some_and(|current| current.credentials.contains_key(&field.id));
    }
    let update = found.session.connection.is_some();
    Form { app: provider.id.clone(), name: provider.name.clone(), update, fields }
}

/// The provider with the id `app`, if the session offers it. Without `app`, the session’s first provider.
pub(crate) async fn chosen(
    platform: &impl Platform,
    found: &SessionInProject,
    app: Option<&str>,
) -> Result<Option<&'static Provider>> {
    let mut offered = found.session.providers.iter().filter(|id| latchkey_catalogue::entry(id).is_some());
    let id = match app {
        Some(app) => offered.find(|id| *id == app),
        None => offered.next(),
    };
    match id {
        Some(id) => find_provider(platform, id).await,
        None => Ok(None),
    }
}

/// The values that the form starts with: those of the backend, then those of the account, then those that were saved as progress.
/// Later ones replace earlier ones.
pub(crate) fn prefill(found: &SessionInProject, app: Option<&Provider>) -> Vec<Prefill> {
    let mut values: BTreeMap<_, _> =
        found.session.prefill.iter().map(|known| (known.field.as_str(), known.value.as_str())).collect();
    if let Some(current) = &found.current {
        values.extend(current.credentials.iter().map(|(field, value)| (field.as_str(), value.as_str())));
    }
    let saved = found.session.progress.as_ref().filter(|saved| app.is_some_and(|app| app.id == saved.app));
    if let Some(saved) = saved {
        values.extend(saved.fields.iter().map(|(field, value)| (field.as_str(), value.as_str())));
    }
    let entry = |(field, value): (&str, &str)| Prefill { field: field.to_owned(), value: value.to_owned() };
    values.into_iter().map(entry).collect()
}
