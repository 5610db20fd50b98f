//! A session as the API, events and webhooks show it to the backend, out of its row. It has no token and no hash of one.

use crate::store::protocol::{MADE_BY_ITSELF, SessionRow};
use crate::time::iso;
use latchkey_shared::session::{EndOrganization, EndUser, SessionState};
use latchkey_shared::{ConnectionId, ErrorCode, Mode};
use serde::Serialize;
use std::collections::BTreeMap;

/// A session as the backend that made it sees it.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectSession {
    /// Identifies the session. The id alone gives no access.
    id: String,
    /// Test or live.
    mode: Mode,
    /// Its state.
    state: ConnectSessionState,
    /// The providers that the person may link.
    providers: Vec<String>,
    /// The person who gets the form.
    end_user: EndUser,
    /// The customer they belong to.
    organization: Option<EndOrganization>,
    /// The name of the new account.
    connection_name: Option<String>,
    /// For people.
    description: Option<String>,
    /// What the key must allow.
    scopes: Vec<String>,
    /// Origins that may embed the form, as long as the project allows them too.
    allowed_origins: Vec<String>,
    /// The account whose key is to be replaced.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    connection_id: Option<ConnectionId>,
    /// Where the hosted page leads at the end.
    return_url: Option<String>,
    /// Where the page of an ended link leads.
    refresh_url: Option<String>,
    /// The language of the form.
    locale: Option<String>,
    /// Your own entries.
    metadata: BTreeMap<String, String>,
    /// When the person shared it with somebody else.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Time>"))]
    shared_at: Option<String>,
    /// Why the last attempt was refused. Null: none was.
    last_refusal: Option<LastRefusalView>,
    /// When it expires.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    expires_at: String,
    /// When it was made.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::http::schema::Time>"))]
    created_at: Option<String>,
    /// The id of the API key that made it. Null: it was made by itself, because the account needed a new key.
    api_key_id: Option<String>,
}

/// Why the last attempt of a session was refused.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct LastRefusalView {
    /// The code of the first error.
    code: ErrorCode,
    /// Its field, if it is about one.
    field: Option<String>,
    /// When it was refused.
    #[cfg_attr(feature = "schema", schemars(with = "crate::http::schema::Time"))]
    at: String,
}

/// The state of a session.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
enum ConnectSessionState {
    /// It is waiting for an attempt.
    Open,
    /// One attempt is being checked.
    Leased,
    /// The account is linked.
    Done,
    /// It was revoked.
    Revoked,
    /// It has expired.
    Expired,
}

/// The session with this id, at a time in milliseconds since 1970.
pub(crate) fn view(id: String, session: SessionRow, now: i64) -> ConnectSession {
    let expired = session.expires <= now;
    ConnectSession {
        id,
        mode: session.mode,
        state: match session.state {
            SessionState::Open | SessionState::Leased if expired => ConnectSessionState::Expired,
            SessionState::Open => ConnectSessionState::Open,
            SessionState::Leased => ConnectSessionState::Leased,
            SessionState::Done => ConnectSessionState::Done,
            SessionState::Revoked => ConnectSessionState::Revoked,
        },
        providers: session.providers,
        end_user: session.end_user,
        organization: session.organization,
        connection_name: session.connection_name,
        description: session.description,
        scopes: session.scopes,
        allowed_origins: session.origins,
        connection_id: session.connection,
        return_url: session.return_url,
        refresh_url: session.refresh_url,
        locale: session.locale,
        metadata: session.metadata,
        shared_at: session.shared.map(iso),
        last_refusal: session.refusal.map(|last| LastRefusalView {
            code: last.code,
            field: last.field,
            at: iso(last.at),
        }),
        expires_at: iso(session.expires),
        created_at: session.created.map(iso),
        api_key_id: session.made_by.filter(|maker| maker != MADE_BY_ITSELF),
    }
}
