//! The use case of a push channel: registering it at the provider, looking after it, and removing it, by the steps of the
//! provider's file. Where the key may not register it, the provider is asked for the same events.
//!
//! It runs after the response that linked the account, and whatever goes wrong here never changes the account's health. The
//! secret of the channel is derived when it is sent (`access/tokens.rs`) and kept nowhere.

use crate::access::tokens::{hook_id, hook_secret};
use crate::connections::find_provider;
use crate::connections::open::open_credential;
use crate::connections::verify_in_mode::run_in;
use crate::credential::Credential;
use crate::error::{Error, Result};
use crate::hooks::delivery::{self, Delivery};
use crate::ports::{Log, Platform};
use crate::procedures::{Procedure, Ran, StepState};
use crate::store::client::StoreClient;
use crate::store::protocol::{ConnectionInProject, ConnectionRow, DeliverEvents, DueHook, TendedHook};
use crate::time::iso;
use latchkey_shared::collect::collect_btree;
use latchkey_shared::connection::HookState;
use latchkey_shared::hook::Hook;
use latchkey_shared::procedure::Step;
use latchkey_shared::project_provider::ProjectProvider;
use latchkey_shared::provider::Provider;
use latchkey_shared::token::RoutedId;
use latchkey_shared::{ErrorCode, FieldError, Mode, base62};
use serde_json::json;
use std::collections::BTreeMap;
use std::slice::from_ref;

/// Registers a push channel, or finds out whether it is still there. Or asks for the events since a time.
///
/// # Errors
/// If nothing could be found out. The text for the log is in the error.
pub async fn tend<P: Platform>(
    platform: &P,
    store: &StoreClient<'_, P::Store>,
    due: &DueHook,
) -> Result<TendedHook> {
    let row = &due.found.connection;
    let old_left = Some(remove_old(platform, store, due).await);
    if due.name.is_empty() {
        return Ok(TendedHook { old_left, ..TendedHook::unknown() });
    }
    Ok(TendedHook { old_left, ..look(platform, store, due, row).await? })
}

/// Removes the channel of another organization. Returns whether it is to be tried again.
async fn remove_old<P: Platform>(platform: &P, store: &StoreClient<'_, P::Store>, due: &DueHook) -> bool {
    let Some(old) = due.old.clone() else { return false };
    let found = ConnectionInProject { connection: old, project: due.found.project.clone() };
    match remove(platform, store, due.mode, &found).await {
        // A step that may fail without stopping the others may be why a later one is refused.
        Ok(ran) => ran.is_some_and(|ran| {
            ran.stopped().is_some() && ran.steps.iter().any(|step| step.state == StepState::Unreachable)
        }),
        Err(error) => {
            platform.log().fault("hook", &error.log.unwrap_or_else(|| error.detail.to_string()));
            // Otherwise the credential before is gone, or may not be sent.
            matches!(error.code, ErrorCode::StorageUnavailable | ErrorCode::VaultKeyMissing)
        }
    }
}

/// Removes a channel that nobody knows anymore: the account was deleted while it was being registered. `given` is what the
/// provider's file found then.
///
/// # Errors
/// As for [`remove`].
pub async fn remove_unknown<P: Platform>(
    platform: &P,
    store: &StoreClient<'_, P::Store>,
    due: &DueHook,
    given: BTreeMap<String, String>,
) -> Result<()> {
    let hook = json!({ "id": due.hook, "name": due.name, "found": given }).to_string();
    let connection = ConnectionRow { hook: Some(hook), ..due.found.connection.clone() };
    let found = ConnectionInProject { connection, project: due.found.project.clone() };
    remove(platform, store, due.mode, &found).await.map(drop)
}

async fn look<P: Platform>(
    platform: &P,
    store: &StoreClient<'_, P::Store>,
    due: &DueHook,
    row: &ConnectionRow,
) -> Result<TendedHook> {
    let (provider, hook) = hook_of(platform, row).await?;
    let channel = Channel::new(platform, due.mode, &due.found, provider, &due.hook, &due.name)?;
    let Some(channel) = channel else { return Ok(unreachable()) };
    match (due.poll_since, &hook.poll) {
        (Some(since), Some(poll)) => {
            let given = [("poll.since".to_owned(), iso(since))];
            let ran = channel.run(platform, store, from_ref(&poll.step), collect_btree(given)).await?;
            if let Some(events) = ran.values.get("json.events") {
                let Delivery { events, history, more } = delivery::polled(hook, poll, events);
                let (app, hook) = (row.app.clone(), due.hook.clone());
                let deliver = DeliverEvents { app, hook, events, unread: more, history: Some(history) };
                store.call(deliver).await?;
            }
            let state = ran.stopped().is_none().then_some(HookState::NotPermitted);
            Ok(TendedHook { polled: true, ..tended(state, &ran) })
        }
        _ => {
            let ran = channel.run(platform, store, &hook.register, due.given.clone()).await?;
            Ok(tended(state_after(&ran), &ran))
        }
    }
}

/// The state that registering ended in. `None`: nothing was found out.
fn state_after(ran: &Ran) -> Option<HookState> {
    let Some(stopped) = ran.stopped() else { return Some(HookState::Registered) };
    match stopped.error.as_ref().map(|error| error.code) {
        _ if stopped.state != StepState::Failed => None,
        Some(ErrorCode::InsufficientRights) => Some(HookState::NotPermitted),
        Some(ErrorCode::HookUnverified) => Some(HookState::Unverified),
        Some(ErrorCode::HookRefused) => Some(HookState::Failed),
        _ => None,
    }
}

/// The provider could not reach us.
fn unreachable() -> TendedHook {
    let cause = FieldError::whole(
        ErrorCode::HookRefused,
        "The push channel is not registered, because this deployment has no public address.",
        "Set PUBLIC_URL to an https address that the service can reach. We try again every day.",
    );
    let state = Some(HookState::Failed);
    TendedHook { state, cause: Some(cause), ..TendedHook::unknown() }
}

fn tended(state: Option<HookState>, ran: &Ran) -> TendedHook {
    let stopped = ran.stopped();
    let found = ran.found.iter().filter(|(name, _)| name.starts_with("hook."));
    TendedHook {
        state,
        cause: stopped.and_then(|step| step.error.clone()),
        given: found.map(|(name, text)| (name.clone(), text.clone())).collect(),
        retry_in: stopped.and_then(|step| step.retry_in),
        ..TendedHook::unknown()
    }
}

/// Removes the push channel of an account at the provider. `None`: the account has none.
///
/// # Errors
/// If the credential does not open, or may not be sent.
pub async fn remove<P: Platform>(
    platform: &P,
    store: &StoreClient<'_, P::Store>,
    mode: Mode,
    found: &ConnectionInProject,
) -> Result<Option<Ran>> {
    let row = &found.connection;
    let kept: Option<Kept> = row.hook.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let Some(Kept { id: Some(id), name, found: given }) = kept else { return Ok(None) };
    let (provider, hook) = hook_of(platform, row).await?;
    let Some(channel) = Channel::new(platform, mode, found, provider, &id, &name)? else { return Ok(None) };
    Ok(Some(channel.run(platform, store, &hook.remove, given).await?))
}

/// The part of a row that says where the channel is.
#[derive(serde::Deserialize)]
struct Kept {
    id: Option<String>,
    name: String,
    found: BTreeMap<String, String>,
}

async fn hook_of(
    platform: &impl Platform,
    row: &ConnectionRow,
) -> Result<(&'static Provider, &'static Hook)> {
    let provider = find_provider(platform, &row.app).await?;
    let hook = provider.and_then(|provider| Some((provider, provider.hook.as_ref()?)));
    hook.ok_or_else(|| Error::fault(format!("{} has no push channel", row.app)))
}

/// A push channel at its provider.
struct Channel<'a> {
    found: &'a ConnectionInProject,
    provider: &'static Provider,
    id: RoutedId,
    uri: String,
    name: &'a str,
    mode: Mode,
}

impl<'a> Channel<'a> {
    /// `None`: the deployment has no public address, so the provider could not reach it.
    fn new(
        platform: &impl Platform,
        mode: Mode,
        found: &'a ConnectionInProject,
        provider: &'static Provider,
        random: &str,
        name: &'a str,
    ) -> Result<Option<Self>> {
        let config = platform.config();
        let random = base62::decode(random).ok_or_else(|| Error::fault("the id of a push channel"))?;
        let id = hook_id(config, found.project.id, random);
        let base = match (config.public_url.as_deref(), mode) {
            (Some(url), _) if url.starts_with("https://") => url,
            // Nobody calls it.
            (_, Mode::Test) => "https://latchkey.invalid",
            _ => return Ok(None),
        };
        let uri = format!("{base}/hooks/{}/{id}", provider.id);
        Ok(Some(Self { found, provider, id, uri, name, mode }))
    }

    async fn run<P: Platform>(
        &self,
        platform: &P,
        store: &StoreClient<'_, P::Store>,
        steps: &'static [Step],
        mut given: BTreeMap<String, String>,
    ) -> Result<Ran> {
        let project = &self.found.project;
        let opened = open_credential(platform, self.mode, project.id, &self.found.connection).await?;
        let offered = ProjectProvider::new(self.provider, &project.settings.hosts);
        // Read again, because the operator may have withdrawn a host since.
        let values = collect_btree(opened.values().map(|(id, value)| (id.to_owned(), value.clone())));
        let credential = Credential::read(&offered, values).map_err(Error::fields)?;
        given.insert("hook.uri".to_owned(), self.uri.clone());
        given.insert("hook.name".to_owned(), self.name.to_owned());
        let secret = ("hook.secret".to_owned(), hook_secret(platform.config(), &self.id));
        let procedure = Procedure {
            offered: &offered,
            credential: &credential,
            steps,
            given,
            numbers: BTreeMap::new(),
            secrets: BTreeMap::from([secret]),
        };
        let ran = run_in(self.mode, platform, store, &procedure).await?;
        if let Some(log) = &ran.log {
            platform.log().fault("hook", log);
        }
        Ok(ran)
    }
}
