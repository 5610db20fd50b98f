//! Calls a Durable Object, within a time limit: a panic there would leave the caller waiting for ever.

use super::within::within;
use super::{PROJECTS, REGISTRY};
use crate::ports::{PortError, ProjectIndex, Target};
use std::time::Duration;
use worker::{Env, Method, ObjectNamespace, Request, RequestInit, Result};

const TIME_LIMIT: Duration = Duration::from_secs(5);

/// The Durable Objects.
pub(super) struct Objects {
    projects: ObjectNamespace,
    registry: ObjectNamespace,
}

impl Objects {
    pub(super) fn new(env: &Env) -> Result<Self> {
        Ok(Self { projects: env.durable_object(PROJECTS)?, registry: env.durable_object(REGISTRY)? })
    }

    async fn ask(&self, target: Target, operation: &'static str, body: String) -> Result<(u16, String)> {
        let stub = match target {
            Target::Project(project) => self.projects.id_from_name(&project.to_string())?.get_stub()?,
            Target::Registry => self.registry.id_from_name("registry")?.get_stub()?,
        };
        let mut init = RequestInit::new();
        init.with_method(Method::Post).with_body(Some(body.into()));
        let request = Request::new_with_init(&format!("https://project/{operation}"), &init)?;
        let mut response = stub.fetch_with_request(request).await?;
        Ok((response.status_code(), response.text().await?))
    }
}

impl ProjectIndex for Objects {
    async fn call(
        &self,
        target: Target,
        operation: &'static str,
        body: String,
    ) -> std::result::Result<String, PortError> {
        let answer = async {
            match self.ask(target, operation, body).await {
                Ok((200, reply)) => Ok(reply),
                Ok((status, detail)) => Err(PortError::Failed(format!("object answered {status}: {detail}"))),
                Err(error) => Err(PortError::Failed(format!("object: {error}"))),
            }
        };
        within(TIME_LIMIT, answer).await
    }
}
