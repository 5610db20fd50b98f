//! What a page may know of its session: the form it shows, and what is filled in.

use crate::store::protocol::SessionInProject;
use latchkey_shared::connect::{Form, Prefill};
use latchkey_shared::project_provider::ProjectProvider;
use latchkey_shared::provider::Provider;
use std::collections::BTreeMap;

/// The form of a provider, without its guide. When it changes the key of an account, what that account has already is folded
/// away: only what is missing is asked, and the secrets always are, because what is stored is never sent to a host it was not
/// checked with.
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

/// The provider of a session that is meant: the one that is asked for, or the first.
pub(crate) fn chosen(found: &SessionInProject, app: Option<&str>) -> Option<&'static Provider> {
    let mut offered = found.session.providers.iter().filter_map(|id| latchkey_catalogue::find(id));
    match app {
        Some(app) => offered.find(|provider| provider.id == app),
        None => offered.next(),
    }
}

/// What to start with, latest word last in this list and first in what is told: what the backend knows, what the account has,
/// what was filled in before.
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
    let told = |(field, value): (&str, &str)| Prefill { field: field.to_owned(), value: value.to_owned() };
    values.into_iter().map(told).collect()
}
