//! Deleting a project, and restoring it: for the owner of the deployment at `/api/v1/projects/{id}`, for its admins at
//! `/api/v1/project`.
//!
//! A project that is deleted is marked. Nothing of it works from then on, nothing of it is lost, and for seven days it can be restored.
//! Only the owner of the deployment may delete it at once.

use super::{OneProject, view};
use crate::access::auth;
use crate::api::input::is_set;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::jobs::finish_projects::settled;
use crate::ports::Platform;
use crate::store::client::{CallError, StoreClient};
use crate::store::protocol::{
    BeginChangingProject, BeginEndingProject, DeleteProject, KeyProof, MarkProject, Operation, ProjectView,
    ReadProject, RestoreProject, UnregisterProject,
};
use crate::store::refusals::CallerKind;
use latchkey_shared::ProjectId;

/// Deletes a project: it can be restored for seven days. If it has accounts, it is deleted only with `?force=true`. With `?now=true`
/// it is deleted at once, and nobody can bring it back.
///
/// # Errors
/// Without the admin token, when it is not there, or when it has accounts and is not forced.
pub(crate) async fn delete(platform: &impl Platform, request: &Request, id: &str) -> Result<OneProject> {
    auth::admin(request, platform.config())?;
    let id = ProjectId::parse(id).map_err(|_| Error::not_found())?;
    let force = is_set(request, "force")?;
    if is_set(request, "now")? {
        return at_once(platform, id, force).await;
    }
    change(platform, id, None, &MarkProject { key: None, force }).await
}

/// Deletes the project of the caller's key: it can be restored for seven days. If it has accounts, it is deleted only with
/// `?force=true`.
///
/// # Errors
/// Without the scope `admin`, or when it has accounts and is not forced.
pub(crate) async fn delete_own(platform: &impl Platform, request: &Request) -> Result<OneProject> {
    let caller = auth::key_caller(platform, request)?;
    let key = Some(caller.proof());
    // Before anything is judged or noted, so that somebody without the scope changes and learns nothing.
    caller.call(ReadProject { key: key.clone() }).await?;
    let force = is_set(request, "force")?;
    change(platform, caller.project, key.clone(), &MarkProject { key, force }).await
}

/// Restores a project that was deleted. One that was not stays as it is.
///
/// # Errors
/// Without the admin token, or when it is not there, because its seven days are over.
pub(crate) async fn restore(platform: &impl Platform, request: &Request, id: &str) -> Result<OneProject> {
    auth::admin(request, platform.config())?;
    let id = ProjectId::parse(id).map_err(|_| Error::not_found())?;
    change(platform, id, None, &RestoreProject { key: None }).await
}

/// Restores the project of the caller's key.
///
/// # Errors
/// Without the scope `admin`, or when its seven days are over.
pub(crate) async fn restore_own(platform: &impl Platform, request: &Request) -> Result<OneProject> {
    let caller = auth::key_caller(platform, request)?;
    let key = Some(caller.proof());
    caller.call(ReadProject { key: key.clone() }).await?;
    change(platform, caller.project, key.clone(), &RestoreProject { key }).await
}

/// Makes the change in the project's object, and tells the registry. If that is cut short, the timer goes on.
async fn change<O: Operation<Reply = ProjectView>>(
    platform: &impl Platform,
    id: ProjectId,
    key: Option<KeyProof>,
    operation: &O,
) -> Result<OneProject> {
    let kind = match key {
        None => CallerKind::Owner,
        Some(KeyProof { console: Some(true), .. }) => CallerKind::Console,
        Some(_) => CallerKind::ApiKey,
    };
    let registry = StoreClient::registry(platform.store());
    let answered = |error: CallError| error.for_caller(kind);
    // From here on the timer looks after it.
    let begin = BeginChangingProject { id, domains: Vec::new() };
    if !registry.send_twice(&begin).await.map_err(answered)? {
        return Err(Error::not_found());
    }
    let store = StoreClient::new(platform.store(), crate::ports::Target::Project(id), kind);
    let project = store.send_twice(operation).await.map_err(answered)?;
    registry.send_twice(&settled(&project)).await.map_err(answered)?;
    Ok(OneProject { project: view(project) })
}

/// Deletes a project at once. The registry notes it first, then the project ends in its own object, then its entry. If that is cut short,
/// repeating it goes on, and so does the timer. The answer is 404 if the object holds no project, and its entry is gone then too.
async fn at_once(platform: &impl Platform, id: ProjectId, force: bool) -> Result<OneProject> {
    let registry = StoreClient::registry(platform.store());
    let answered = |error: CallError| error.for_caller(CallerKind::Owner);
    if !registry.send_twice(&BeginEndingProject { id, force }).await.map_err(answered)? {
        return Err(Error::not_found());
    }
    let store = StoreClient::project(platform.store(), id);
    let project = store.call(DeleteProject { force, id: Some(id), over: None }).await?;
    registry.send_twice(&UnregisterProject { id }).await.map_err(answered)?;
    let project = project.ok_or_else(Error::not_found)?;
    Ok(OneProject { project: view(project) })
}
