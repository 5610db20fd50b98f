//! The table of endpoints.
//!
//! An entry is a path and the host names it answers at ([`Hosts`]), with a line for each method. The caller is what the
//! handler asks for; `tests/core/endpoints.rs` compares the two:
//!
//! ```text
//! method caller, type of the request's body => handler(parameters) -> status of success, type of the response's body
//! ```
//!
//! The first path that fits counts, so put words before parameters.

#[cfg(feature = "schema")]
use super::schema_of;
use super::{Caller, DELETE, Endpoint, GET, PATCH, POST, PUT};
use super::{console as asked, may_answer, spelling, without_handler};
use crate::access::hosts::{Hosts, Site};
use crate::api::api_keys::{ApiKeyChanges, ApiKeys, CreatedApiKey, NewApiKey, OneApiKey, RevokedApiKey};
use crate::api::app_connections::{
    AvailableConnections, CheckedConnection, ConnectionChanges, ConnectionCounts, ConnectionCsv,
    ConnectionOptions, ConnectionPage, CredentialHistory, NewConnection, OneConnection, OpenedCredential,
    RelinkOptions, RevokeOptions, RevokedConnection, SuspensionReason,
};
use crate::api::audit_log::{AuditExport, AuditHead, AuditKey, AuditPage};
use crate::api::connect::{CancelAttempt, ConnectReply};
use crate::api::connect_progress::SavedProgress;
use crate::api::connect_session_views::ConnectSessions;
use crate::api::connect_sessions::{CreatedSession, NewSession, SessionChanges};
use crate::api::connect_share::SharedLink;
use crate::api::console::{ConsoleSessions, OneConsole, RevokedConsoleSession};
use crate::api::console_links::{CreatedConsoleLink, NewConsoleLink};
use crate::api::console_sign_in::SignInBody;
use crate::api::endpoint::{IntoResponse, JsonBody, NoContent, Page};
use crate::api::events::Events;
use crate::api::projects::{
    CreatedProject, NewProject, OneProject, OwnProjectChanges, ProjectChanges, Projects,
};
use crate::api::providers::{ProviderDetails, Providers};
use crate::api::status::Status;
use crate::api::test_clock::{Advance, TestClock};
use crate::api::vault::{Rewrapped, VaultStatus};
use crate::api::webhook_deliveries::{Replay, Replayed, WebhookDeliveries};
use crate::api::webhook_endpoints::{
    NewWebhookEndpoint, OneWebhookEndpoint, TestedEndpoint, WebhookEndpointChanges,
    WebhookEndpointWithSecret, WebhookEndpoints,
};
use crate::api::{
    api_keys, app_connections, audit_log, connect, connect_progress, connect_session_views, connect_sessions,
    connect_share, console, console_links, console_sign_in, events, hooks, live, projects, providers, status,
    test_clock, vault, webhook_deliveries, webhook_endpoints,
};
use crate::connections::connect_session_view::ConnectSession;
use crate::error::Result;
use crate::http::{Request, Response};
use crate::pages::{connect as connect_page, console as console_page, front, gallery, guide};
use crate::ports::Platform;
use latchkey_shared::KeyScope;
use latchkey_shared::connect::{ConnectRequest, ConnectResponse};

use Caller::{
    Anyone, AnyoneOrKey, Console, Key, KeyOfAnyScope, KeyOrMaker, Owner, OwnerOrAdminKey, Provider, Session,
};
use KeyScope::{Admin, ConnectionsRead, ConnectionsWrite, CredentialsRead, SessionsRead, SessionsWrite};

endpoints! {
    ["healthz"] Any {
        GET Anyone => health() -> 200 Page;
    }
    [""] Known {
        GET Anyone => front::page() -> 200 Page;
    }
    ["preview"] Deployment {
        GET Anyone => front::preview() -> 200 Page;
    }
    ["favicon.ico"] Known {
        GET Anyone => front::icon() -> 200 Page;
    }
    ["robots.txt"] Known {
        GET Anyone => front::robots() -> 200 Page;
    }
    ["sitemap.xml"] Known {
        GET Anyone => gallery::sitemap() -> 200 Page;
    }
    [".well-known", "security.txt"] Known {
        GET Anyone => front::security() -> 200 Page;
    }
    ["link", id] Known {
        GET Anyone => connect_page::link(id) -> 200 Page;
    }
    ["embed", id] Known {
        GET Anyone => connect_page::embed(id) -> 200 Page;
    }
    ["console"] OwnProject {
        GET Anyone => console_page::home() -> 200 Page;
    }
    ["console", "sign-in"] OwnProject {
        GET Anyone => console_page::sign_in() -> 200 Page;
    }
    ["console", _mode, _page] OwnProject {
        GET Anyone => asked::page() -> 200 Page;
    }
    ["console", _mode, _page, _id] OwnProject {
        GET Anyone => asked::page() -> 200 Page;
    }
    ["console", _mode, _page, _app, _id] OwnProject {
        GET Anyone => asked::page() -> 200 Page;
    }
    ["providers"] Known {
        GET Anyone => gallery::page() -> 200 Page;
    }
    ["guides", app] Known {
        GET Anyone => guide::page(app) -> 200 Page;
    }
    [".well-known", "latchkey-audit-key"] Known {
        GET Anyone => audit_log::key() -> 200 AuditKey;
    }

    ["hooks", app, id] Deployment {
        GET Provider => hooks::challenge(app, id) -> 200 Page;
        POST Provider => hooks::deliver(app, id) -> 204 NoContent;
    }

    ["api", "v1", "connect-sessions"] OwnProject {
        GET Key(SessionsRead) => connect_session_views::list() -> 200 ConnectSessions;
        POST Key(SessionsWrite), NewSession => connect_sessions::create() -> 201 CreatedSession;
    }
    ["api", "v1", "connect-sessions", id] OwnProject {
        GET KeyOrMaker(SessionsRead) => connect_session_views::read(id) -> 200 ConnectSession;
        PATCH Key(SessionsWrite), SessionChanges => connect_sessions::change(id) -> 200 ConnectSession;
        DELETE Key(SessionsWrite) => connect_sessions::revoke(id) -> 204 NoContent;
    }
    ["api", "v1", "connect-sessions", id, "link"] OwnProject {
        POST Key(SessionsWrite) => connect_sessions::renew_link(id) -> 201 CreatedSession;
    }

    ["api", "v1", "connect"] OwnProject {
        GET Session => connect::read() -> 200 ConnectReply;
        POST Session, ConnectRequest => connect::submit() -> 200 ConnectResponse;
    }
    ["api", "v1", "connect", "cancel"] OwnProject {
        POST Session, CancelAttempt => connect::cancel_attempt() -> 200 ConnectResponse;
    }
    ["api", "v1", "connect", "progress"] OwnProject {
        PUT Session, SavedProgress => connect_progress::save() -> 204 NoContent;
    }
    ["api", "v1", "connect", "share"] OwnProject {
        POST Session => connect_share::share() -> 201 SharedLink;
        DELETE Session => connect_share::unshare() -> 204 NoContent;
    }

    ["api", "v1", "app-connections"] OwnProject {
        GET Key(ConnectionsRead) => app_connections::list(None) -> 200 ConnectionPage;
    }
    ["api", "v1", "app-connections", "options"] OwnProject {
        GET KeyOfAnyScope => app_connections::options() -> 200 ConnectionOptions;
    }
    ["api", "v1", "app-connections", "counts"] OwnProject {
        GET Key(ConnectionsRead) => app_connections::counts() -> 200 ConnectionCounts;
    }
    ["api", "v1", "app-connections", "export"] OwnProject {
        GET Key(ConnectionsRead) => app_connections::export() -> 200 ConnectionCsv;
    }
    ["api", "v1", "app-connections", app] OwnProject {
        GET Key(ConnectionsRead) => app_connections::list(Some(app)) -> 200 ConnectionPage;
        POST Key(ConnectionsWrite), NewConnection => app_connections::create(app) -> 201 OneConnection;
    }
    ["api", "v1", "app-connections", app, "available"] OwnProject {
        GET Key(ConnectionsRead) => app_connections::available(app) -> 200 AvailableConnections;
    }
    ["api", "v1", "app-connections", app, "connection-name", name] OwnProject {
        GET Key(ConnectionsRead) => app_connections::by_name(app, name) -> 200 OneConnection;
    }
    ["api", "v1", "app-connections", app, id] OwnProject {
        GET Key(ConnectionsRead) => app_connections::read(app, id) -> 200 OneConnection;
        PATCH Key(ConnectionsWrite), ConnectionChanges => app_connections::update(app, id) -> 200 OneConnection;
        DELETE Key(ConnectionsWrite) => app_connections::delete(app, id) -> 200 OneConnection;
    }
    ["api", "v1", "app-connections", app, id, "credentials"] OwnProject {
        GET Key(CredentialsRead) => app_connections::credentials(app, id) -> 200 OpenedCredential;
    }
    ["api", "v1", "app-connections", app, id, "history"] OwnProject {
        GET Key(ConnectionsRead) => app_connections::history(app, id) -> 200 CredentialHistory;
    }
    ["api", "v1", "app-connections", app, id, "rollback"] OwnProject {
        POST Key(ConnectionsWrite) => app_connections::rollback(app, id) -> 200 OneConnection;
    }
    ["api", "v1", "app-connections", app, id, "verify"] OwnProject {
        POST Key(ConnectionsWrite) => app_connections::verify(app, id) -> 200 CheckedConnection;
    }
    ["api", "v1", "app-connections", app, id, "revoke"] OwnProject {
        POST Key(ConnectionsWrite), RevokeOptions => app_connections::revoke(app, id) -> 200 RevokedConnection;
    }
    ["api", "v1", "app-connections", app, id, "rotate"] OwnProject {
        POST Key(ConnectionsWrite) => app_connections::rotate(app, id) -> 200 OneConnection;
    }
    ["api", "v1", "app-connections", app, id, "suspend"] OwnProject {
        POST Key(ConnectionsWrite), SuspensionReason => app_connections::suspend(app, id) -> 200 OneConnection;
    }
    ["api", "v1", "app-connections", app, id, "resume"] OwnProject {
        POST Key(ConnectionsWrite) => app_connections::resume(app, id) -> 200 OneConnection;
    }
    ["api", "v1", "app-connections", app, id, "relink"] OwnProject {
        POST Key(SessionsWrite), RelinkOptions => app_connections::relink(app, id) -> 201 CreatedSession;
    }

    ["api", "v1", "providers"] Known {
        GET Anyone => providers::list() -> 200 Providers;
    }
    ["api", "v1", "providers", id] OwnProject {
        GET AnyoneOrKey => providers::one(id) -> 200 ProviderDetails;
    }

    ["api", "v1", "api-keys"] OwnProject {
        GET Key(Admin) => api_keys::list() -> 200 ApiKeys;
        POST Key(Admin), NewApiKey => api_keys::create() -> 201 CreatedApiKey;
    }
    ["api", "v1", "api-keys", id] OwnProject {
        PATCH Key(Admin), ApiKeyChanges => api_keys::narrow(id) -> 200 OneApiKey;
        DELETE Key(Admin) => api_keys::revoke(id) -> 200 RevokedApiKey;
    }
    ["console", "session"] Known {
        POST Anyone, SignInBody => console_sign_in::sign_in() -> 200 OneConsole;
        DELETE Console => console_sign_in::sign_out() -> 204 NoContent;
    }
    ["api", "v1", "console"] OwnProject {
        GET Console => console::read() -> 200 OneConsole;
    }
    ["api", "v1", "live"] OwnProject {
        GET Console => live::open() -> 204 NoContent;
    }
    ["api", "v1", "console-links"] OwnProject {
        POST Key(Admin), NewConsoleLink => console_links::create() -> 201 CreatedConsoleLink;
    }
    ["api", "v1", "console-sessions"] OwnProject {
        GET Key(Admin) => console::list() -> 200 ConsoleSessions;
    }
    ["api", "v1", "console-sessions", id] OwnProject {
        DELETE Key(Admin) => console::revoke(id) -> 200 RevokedConsoleSession;
    }
    ["api", "v1", "events"] OwnProject {
        GET Key(ConnectionsRead) => events::list() -> 200 Events;
    }
    ["api", "v1", "webhook-endpoints"] OwnProject {
        GET Key(Admin) => webhook_endpoints::list() -> 200 WebhookEndpoints;
        POST Key(Admin), NewWebhookEndpoint => webhook_endpoints::create() -> 201 WebhookEndpointWithSecret;
    }
    ["api", "v1", "webhook-endpoints", id] OwnProject {
        GET Key(Admin) => webhook_endpoints::read(id) -> 200 OneWebhookEndpoint;
        PATCH Key(Admin), WebhookEndpointChanges => webhook_endpoints::update(id) -> 200 OneWebhookEndpoint;
        DELETE Key(Admin) => webhook_endpoints::delete(id) -> 200 OneWebhookEndpoint;
    }
    ["api", "v1", "webhook-endpoints", id, "secret"] OwnProject {
        POST Key(Admin) => webhook_endpoints::rotate(id) -> 200 WebhookEndpointWithSecret;
    }
    ["api", "v1", "webhook-endpoints", id, "test"] OwnProject {
        POST Key(Admin) => webhook_endpoints::test(id) -> 200 TestedEndpoint;
    }
    ["api", "v1", "webhook-endpoints", id, "deliveries"] OwnProject {
        GET Key(Admin) => webhook_deliveries::list(id) -> 200 WebhookDeliveries;
    }
    ["api", "v1", "webhook-endpoints", id, "replay"] OwnProject {
        POST Key(Admin), Replay => webhook_deliveries::replay(id) -> 202 Replayed;
    }
    ["api", "v1", "status"] OwnProject {
        GET Key(Admin) => status::read() -> 200 Status;
    }
    ["api", "v1", "audit-log"] OwnProject {
        GET Key(Admin) => audit_log::list() -> 200 AuditPage;
    }
    ["api", "v1", "audit-log", "head"] OwnProject {
        GET Key(Admin) => audit_log::head() -> 200 AuditHead;
    }
    ["api", "v1", "audit-log", "export"] OwnProject {
        GET Key(Admin) => audit_log::export() -> 200 AuditExport;
    }
    ["api", "v1", "test-clock"] OwnProject {
        GET Key(Admin) => test_clock::read() -> 200 TestClock;
        POST Key(Admin), Advance => test_clock::advance() -> 200 TestClock;
        DELETE Key(Admin) => test_clock::reset() -> 200 TestClock;
    }
    ["api", "v1", "vault"] OwnKey {
        GET OwnerOrAdminKey => vault::status() -> 200 VaultStatus;
    }
    ["api", "v1", "vault", "rewrap"] Deployment {
        POST OwnerOrAdminKey => vault::rewrap() -> 200 Rewrapped;
    }

    ["api", "v1", "project"] OwnProject {
        GET Key(Admin) => projects::read_own() -> 200 OneProject;
        PATCH Key(Admin), OwnProjectChanges => projects::update_own() -> 200 OneProject;
        DELETE Key(Admin) => projects::delete_own() -> 200 OneProject;
    }
    ["api", "v1", "project", "restore"] OwnProject {
        POST Key(Admin) => projects::restore_own() -> 200 OneProject;
    }
    ["api", "v1", "projects"] Deployment {
        GET Owner => projects::list() -> 200 Projects;
        POST Owner, NewProject => projects::create() -> 201 CreatedProject;
    }
    ["api", "v1", "projects", id] Deployment {
        GET Owner => projects::read(id) -> 200 OneProject;
        PATCH Owner, ProjectChanges => projects::update(id) -> 200 OneProject;
        DELETE Owner => projects::delete(id) -> 200 OneProject;
    }
    ["api", "v1", "projects", id, "restore"] Deployment {
        POST Owner => projects::restore(id) -> 200 OneProject;
    }
    ["api", "v1", "projects", id, "api-keys"] Deployment {
        POST Owner, NewApiKey => api_keys::create_for(id) -> 201 CreatedApiKey;
    }
    ["api", "v1", "projects", id, "console-links"] Deployment {
        POST Owner, NewConsoleLink => console_links::create_for(id) -> 201 CreatedConsoleLink;
    }
}

async fn health(_: &impl Platform, _: &Request) -> Result<Response> {
    Ok(Response::new(200, "text/plain; charset=utf-8", "ok".into()))
}
