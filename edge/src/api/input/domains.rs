//! Host names of a project's own: their shape. Whether another project has one, the registry says.

use super::invalid;
use crate::access::hosts::host;
use crate::config::Config;
use crate::error::Result;
use latchkey_shared::field::is_public_host;

/// At most so many for one project.
const MOST: usize = 5;

/// The names, if each can be a project's own.
///
/// # Errors
/// When one is no public host name or the deployment's, there are too many, or the deployment does not know its own.
pub(crate) fn check(config: &Config, names: Vec<String>) -> Result<Vec<String>> {
    if names.is_empty() {
        return Ok(names);
    }
    let Some(own) = config.public_url.as_deref().map(host) else {
        let fix = "Set PUBLIC_URL of the deployment first: it tells which host name is nobody’s own.";
        return Err(invalid("domains", "This deployment does not know its own host name.", fix));
    };
    if names.iter().any(|name| name == own) {
        return Err(invalid("domains", "This host name is the deployment’s own.", "Use another one."));
    }
    if names.len() > MOST || !names.iter().all(|name| is_public_host(name)) {
        let fix =
            format!("Send at most {MOST} names such as connect.example.com: lower case, no scheme, no port.");
        return Err(invalid("domains", "A name is no public host name, or there are too many.", fix));
    }
    Ok(names)
}
