//! Sessions for a new key that were made by themselves, as an event tells of them.
//!
//! An event has only the session's id. Its token is derived from the id when a backend reads the event, so that no row has it.
//! Only a key that may make such a session gets the link.

use crate::access::auth::KeyCaller;
use crate::access::hosts::public_url;
use crate::access::tokens::{derived_session_token, session_id};
use crate::crypto::digest::secret_hash;
use crate::error::Result;
use crate::http::Request;
use crate::ports::Platform;
use crate::store::protocol::{ArmSessions, ProjectView};
use crate::time::iso;
use latchkey_shared::base62;
use serde_json::{Map, Value, json};

/// The member of an event.
const RELINK: &str = "relink";

/// Replaces the ids of sessions by what a backend needs: id, link and end. A session that cannot be used is left out.
///
/// # Errors
/// If the store does not answer.
pub(super) async fn tell<'a, P: Platform>(
    platform: &P,
    request: &Request,
    caller: &KeyCaller<'_, P::Store>,
    project: &ProjectView,
    events: impl Iterator<Item = &'a mut Map<String, Value>>,
) -> Result<()> {
    let config = platform.config();
    let mut found = Vec::new();
    for event in events.filter(|event| event.contains_key(RELINK)) {
        let random = event.remove(RELINK).and_then(|id| base62::decode(id.as_str()?));
        let token =
            |random| derived_session_token(config, caller.mode(), session_id(config, caller.project, random));
        found.extend(random.map(|random| (event, base62::encode(random), token(random))));
    }
    if found.is_empty() {
        return Ok(());
    }
    let sessions = found.iter().map(|(_, id, token)| (id.clone(), secret_hash(token.secret)));
    let arm = ArmSessions { key: caller.proof(), sessions: sessions.collect() };
    let usable = caller.call(arm).await?;
    for (event, id, token) in found {
        let Some((_, expires)) = usable.iter().find(|(usable, _)| *usable == id) else { continue };
        // Exposed to a key that may make such a link itself.
        let secret = token.expose();
        let url = format!("{}/link/{}#{secret}", public_url(config, request, project), token.id);
        let session = json!({ "sessionId": token.id.to_string(), "url": url, "expiresAt": iso(*expires) });
        event.insert(RELINK.to_owned(), session);
    }
    Ok(())
}
