//! The form of a project's own host names. Whether another project has the same one, the registry checks.

use super::invalid;
use crate::access::hosts::host;
use crate::config::Config;
use crate::error::Result;
use latchkey_shared::field::is_public_host;

/// The most host names of one project.
const DOMAINS_MAX: usize = 5;

/// The host names, if a project can have each of them.
///
/// # Errors
/// When one is not a public host name, or is the deployment's; when there are too many; or when the deployment does not
/// know its own.
pub(crate) fn check(config: &Config, names: Vec<String>) -> Result<Vec<String>> {
    if names.is_empty() {
        return Ok(names);
    }
    let Some(own) = config.public_url.as_deref().map(host) else {
        let fix = "Set PUBLIC_URL first, so that Latchkey knows its own host name.";
        return Err(invalid("domains", "This deployment does not know its own host name.", fix));
    };
    if names.contains(&own) {
        return Err(invalid(
            "domains",
            "One of the host names is the deployment’s own.",
            "Use other host names.",
        ));
    }
    let twice = |(at, name)| names.iter().take(at).any(|before| before == name);
    if names.len() > DOMAINS_MAX
        || !names.iter().all(|name| is_public_host(name))
        || names.iter().enumerate().any(twice)
    {
        let fix = format!(
            "Send at most {DOMAINS_MAX} different names such as connect.example.com, in lower case, without scheme and port."
        );
        return Err(invalid(
            "domains",
            "A host name is not public or is named twice, or there are too many.",
            fix,
        ));
    }
    Ok(names)
}
