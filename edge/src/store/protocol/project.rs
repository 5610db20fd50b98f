//! Operations on a project, its API keys and its audit log.

use super::{
    ApiKeyRow, AuditExport, AuditFilter, AuditHead, AuditPage, AuditPart, CareChanges, ConsoleMember,
    KeyProof, Once, Operation, ProjectSettings, ProjectView, RevokedApiKey,
};
use latchkey_shared::audit::AddressForm;
use latchkey_shared::project_provider::HostOptIns;
use latchkey_shared::{KeyScope, Mode, ProjectId};

operations! {
    /// Creates the project of this object. A repeated call returns the same.
    CreateProject("create-project") -> ProjectView {
        /// The project's id.
        id: ProjectId,
        /// The product's name.
        name: String,
        /// The UUID of the owner.
        org_id: String,
        /// Origins that may embed the form.
        allowed_origins: Vec<String>,
        /// The settings of the operator.
        settings: ProjectSettings,
        /// The branding of its pages: checked JSON, or empty.
        branding: String,
        /// The project's first API keys.
        keys: Vec<KeyProof>,
        /// A call that arrives after this time is refused, in milliseconds since 1970.
        until: Option<i64>,
    }

    /// Returns the project of an API key.
    ProjectByApiKey("project-by-api-key") -> ProjectView {
        /// Who calls.
        key: KeyProof,
    }

    /// Returns the project.
    ReadProject("read-project") -> ProjectView {
        /// Who calls: a key with the scope `admin`, or the owner of the deployment.
        key: Option<KeyProof>,
    }

    /// Updates the project. Fields that are `None` keep their value.
    UpdateProject("update-project") -> ProjectView {
        /// Who calls: a key with the scope `admin`, or the owner of the deployment.
        key: Option<KeyProof>,
        /// The product's name.
        name: Option<String>,
        /// Origins that may embed the form.
        allowed_origins: Option<Vec<String>>,
        /// The settings of the operator.
        settings: Option<ProjectSettings>,
        /// The branding of its pages: checked JSON, or empty.
        branding: Option<String>,
        /// Whether its pages leave out the name of Latchkey.
        white_label: Option<bool>,
        /// Hosts of customers that the operator allowed, by provider.
        hosts: Option<HostOptIns>,
        /// The project's own host names.
        domains: Option<Vec<String>>,
        /// What is done for its accounts without being asked.
        care: Option<CareChanges>,
        /// How long its audit log is kept, in days.
        audit_days: Option<u32>,
        /// How its audit log has the addresses of clients.
        audit_addresses: Option<AddressForm>,
        /// Who may sign in to its console by Cloudflare Access.
        console_members: Option<Vec<ConsoleMember>>,
    }

    /// Marks the project to be deleted when its grace is over. Until then every key and session is refused by name, and the project
    /// can be restored. A repeated call does not put the end off. One with connections is marked only with `force`.
    MarkProject("mark-project") -> ProjectView {
        /// Who calls: a key with the scope `admin`, or the owner of the deployment.
        key: Option<KeyProof>,
        /// Whether to delete its connections too.
        force: bool,
    }

    /// Takes the mark away. Everything works again.
    RestoreProject("restore-project") -> ProjectView {
        /// Who calls: a key with the scope `admin`, or the owner of the deployment.
        key: Option<KeyProof>,
    }

    /// Deletes the project at once, and returns it if there was one. One with connections is deleted only with `force`. Afterwards
    /// the object can never hold a project again.
    DeleteProject("delete-project") -> Option<ProjectView> {
        /// Whether to delete its connections too.
        force: bool,
        /// The project's id, which an object without a project does not know.
        id: Option<ProjectId>,
        /// Whether to delete it only if it is marked and its grace is over.
        over: Option<bool>,
    }

    /// Creates an API key in the mode of the caller's key.
    CreateApiKey("create-api-key") -> ApiKeyRow {
        /// Who calls; `None` is the owner of the deployment.
        by: Option<KeyProof>,
        /// The new key.
        new: KeyProof,
        /// For people.
        name: String,
        /// What the key may do. A key grants only scopes that it has.
        scopes: Vec<KeyScope>,
        /// When it expires. Milliseconds since 1970. Left out, it is that of the caller's key.
        expires: Option<i64>,
        /// The ranges of addresses that it may be used from. Left out, they are those of the caller's key.
        addresses: Option<Vec<String>>,
        /// The idempotency key of the request. A repeat returns the key that the first request made.
        once: Option<Once>,
    }

    /// Narrows an API key. Members that are `None` stay.
    NarrowApiKey("narrow-api-key") -> ApiKeyRow {
        /// Who calls.
        key: KeyProof,
        /// The key's id, in base62.
        id: String,
        /// The scopes that are left.
        scopes: Option<Vec<KeyScope>>,
        /// When it expires. Milliseconds since 1970.
        expires: Option<i64>,
        /// The ranges of addresses that it may be used from.
        addresses: Option<Vec<String>>,
    }

    /// Returns the API keys of the caller's mode.
    ListApiKeys("list-api-keys") -> Vec<ApiKeyRow> {
        /// Who calls.
        key: KeyProof,
    }

    /// Revokes an API key, and the open sessions that it made.
    RevokeApiKey("revoke-api-key") -> RevokedApiKey {
        /// Who calls.
        key: KeyProof,
        /// The key's id, in base62.
        id: String,
        /// Whether its sessions stay open.
        keep_sessions: Option<bool>,
    }

    /// Returns a page of the audit log, newest entry first.
    ListAudit("list-audit") -> AuditPage {
        /// Who calls.
        key: KeyProof,
        /// Returns only entries about this subject.
        subject: Option<String>,
        /// Returns only entries with a smaller id.
        before: Option<i64>,
        /// The most entries of a page.
        limit: u32,
        /// Returns only these entries.
        filter: Option<AuditFilter>,
    }

    /// Returns where the audit log stands.
    ReadAuditHead("read-audit-head") -> AuditHead {
        /// Who calls.
        key: KeyProof,
    }

    /// Begins an export of the audit log, and writes an entry about it.
    BeginAuditExport("begin-audit-export") -> AuditExport {
        /// Who calls.
        key: KeyProof,
        /// Which entries it has.
        filter: AuditFilter,
        /// Whether it is CSV. Otherwise it is lines of JSON.
        csv: bool,
    }

    /// Returns a piece of an export that was begun.
    ReadAuditPart("read-audit-part") -> AuditPart {
        /// The mode of the key that began it.
        mode: Mode,
        /// Which entries it has.
        filter: AuditFilter,
        /// Their numbers are larger.
        low: i64,
        /// Their numbers are smaller.
        high: i64,
        /// Whether it is CSV.
        csv: bool,
    }
}
