//! The public part of a project, for pages without a session.

use crate::error::{Error, Result};
use crate::ports::{Clock, Platform};
use crate::store::client::StoreClient;
use crate::store::protocol::{FindBrand, ProjectBrand};
use latchkey_shared::ProjectId;

/// The public part of a project. The registry is asked about once a minute in each isolate.
///
/// # Errors
/// 404 if there is no such project.
pub(super) async fn project_brand(platform: &impl Platform, id: ProjectId) -> Result<ProjectBrand> {
    let (now, brands) = (platform.clock().now_ms(), &platform.isolate().brands);
    let kept = brands.borrow().get(id, now).and_then(|brand| serde_json::from_str(brand).ok());
    if let Some(brand) = kept {
        return Ok(brand);
    }
    let brand = StoreClient::registry(platform.store()).call(FindBrand { id }).await?;
    let brand = brand.ok_or_else(Error::not_found)?;
    brands.borrow_mut().put(id, serde_json::to_string(&brand).unwrap_or_default(), now);
    Ok(brand)
}
