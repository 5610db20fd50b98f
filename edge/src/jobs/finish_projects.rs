//! The use case: ends the steps over the registry and a project's object that were cut short.
//!
//! The project's object decides: what it holds goes into the registry. A project that it does not hold, one that is to be
//! deleted, and one whose grace is over, ends in both. The registry returns only projects whose step must be over by now.

use crate::error::Result;
use crate::ports::{Clock, Log, Platform, ProjectStore};
use crate::store::client::{CallError, StoreClient};
use crate::store::protocol::{
    DeleteProject, ProjectBrand, ProjectView, ReadProject, Refusal, SettleProject, TakeUnfinishedProjects,
    UnfinishedProject, UnregisterProject,
};
use latchkey_shared::ProjectId;

/// The most projects of one call. Each costs three calls, and the smaller plan of a Worker allows fifty.
const PROJECTS: u32 = 15;

/// How many projects may fail before a call leaves the others to the next one, because each may have waited for seconds.
pub(crate) const FAILURES_MAX: usize = 3;

/// Ends steps that were cut short.
///
/// # Errors
/// If the registry does not reply. A project that fails is logged, and waits for its next turn.
pub async fn finish<P: Platform>(platform: &P) -> Result<()> {
    let registry = StoreClient::registry(platform.store());
    let mut failures = 0;
    for project in registry.call(TakeUnfinishedProjects { limit: PROJECTS }).await? {
        if let Err(CallError::Unanswered(why)) = finish_one(platform, &registry, &project).await {
            platform.log().fault("finish projects", &format!("{}: {why}", project.id));
            failures += 1;
            if failures >= FAILURES_MAX {
                break;
            }
        }
    }
    Ok(())
}

async fn finish_one<P: Platform>(
    platform: &P,
    registry: &StoreClient<'_, P::Store>,
    project: &UnfinishedProject,
) -> std::result::Result<(), CallError> {
    let store = StoreClient::project(platform.store(), project.id);
    if !project.ending {
        match store.try_call(&ReadProject { key: None }).await {
            Ok(found) if found.ends.is_none_or(|ends| ends > platform.clock().now_ms()) => {
                return registry.try_call(&settled(&found)).await;
            }
            // Its grace is over. If somebody restored it at the last moment, the object refuses, and the next turn settles it.
            Ok(_) => {
                let delete = DeleteProject { force: true, id: Some(project.id), over: Some(true) };
                store.send_twice(&delete).await?;
                return registry.send_twice(&UnregisterProject { id: project.id }).await;
            }
            Err(CallError::Refused(Refusal::Unknown)) => {}
            Err(error) => return Err(error),
        }
    }
    end(&store, registry, project.id).await.map(drop)
}

/// Deletes a project in both objects, in the order that leaves a cut to the timer. Returns the project, if there was one.
///
/// # Errors
/// If one of them does not reply.
pub(crate) async fn end<S: ProjectStore>(
    store: &StoreClient<'_, S>,
    registry: &StoreClient<'_, S>,
    id: ProjectId,
) -> std::result::Result<Option<ProjectView>, CallError> {
    let ended = store.send_twice(&DeleteProject { force: true, id: Some(id), over: None }).await?;
    registry.send_twice(&UnregisterProject { id }).await?;
    Ok(ended)
}

/// What the registry has of a project, from what the project's object says.
pub(crate) fn settled(project: &ProjectView) -> SettleProject {
    SettleProject {
        id: project.id,
        revision: project.revision.unwrap_or(1),
        brand: ProjectBrand {
            name: project.name.clone(),
            white_label: project.settings.white_label,
            branding: project.branding.clone(),
        },
        domains: project.settings.domains.clone(),
        ends: project.ends,
    }
}
