//! Operations on projects, their API keys and their audit log, and on the registry of projects.

use super::{ApiKeyRow, AuditPage, KeyProof, Operation, ProjectBrand, ProjectSettings, ProjectView};
use latchkey_shared::{KeyScope, ProjectId};

operations! {
    /// Creates the project of this object.
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
    }

    /// Adds a project to the registry.
    RegisterProject("register-project") -> () {
        /// The project's id.
        id: ProjectId,
        /// The part of the project that is public.
        brand: ProjectBrand,
        /// The project's own host names.
        domains: Vec<String>,
    }

    /// Returns the host names of all projects, in lower case, sorted.
    ListDomains("list-domains") -> Vec<(ProjectId, String)> {}

    /// Adds to the number of wrong admin tokens.
    NoteRefusedAdminTokens("note-refused-admin-tokens") -> () {
        /// How many more.
        count: u32,
    }

    /// Returns how many wrong admin tokens came, and when the last was noted, in milliseconds since 1970.
    ReadRefusedAdminTokens("read-refused-admin-tokens") -> (u32, Option<i64>) {}

    /// Returns the public part of a project in the registry.
    FindBrand("find-brand") -> Option<ProjectBrand> {
        /// The project's id.
        id: ProjectId,
    }

    /// Returns every project in the registry.
    ListProjects("list-projects") -> Vec<(ProjectId, String)> {}

    /// Returns the project of an API key.
    ProjectByApiKey("project-by-api-key") -> ProjectView {
        /// Who calls.
        key: KeyProof,
    }

    /// Returns the project to the owner of the deployment.
    ReadProject("read-project") -> ProjectView {}

    /// Updates the project. Fields that are `None` keep their value.
    UpdateProject("update-project") -> ProjectView {
        /// The product's name.
        name: Option<String>,
        /// Origins that may embed the form.
        allowed_origins: Option<Vec<String>>,
        /// The settings of the operator.
        settings: Option<ProjectSettings>,
        /// The branding of its pages: checked JSON, or empty.
        branding: Option<String>,
    }

    /// Deletes the project. One with connections is deleted only with `force`.
    DeleteProject("delete-project") -> ProjectView {
        /// Whether to delete its connections too.
        force: bool,
    }

    /// Removes a project from the registry.
    UnregisterProject("unregister-project") -> () {
        /// The project's id.
        id: ProjectId,
    }

    /// Updates a project in the registry.
    UpdateRegistration("update-registration") -> () {
        /// The project's id.
        id: ProjectId,
        /// The part of the project that is public.
        brand: ProjectBrand,
        /// The project's own host names.
        domains: Vec<String>,
    }

    /// Creates an API key in the mode of the caller's key.
    CreateApiKey("create-api-key") -> ApiKeyRow {
        /// Who calls; `None` is the owner of the deployment.
        by: Option<KeyProof>,
        /// The new key.
        new: KeyProof,
        /// For people.
        name: String,
        /// What the key may do.
        scopes: Vec<KeyScope>,
    }

    /// Returns the API keys of the caller's mode.
    ListApiKeys("list-api-keys") -> Vec<ApiKeyRow> {
        /// Who calls.
        key: KeyProof,
    }

    /// Revokes an API key, and returns it as it was.
    RevokeApiKey("revoke-api-key") -> ApiKeyRow {
        /// Who calls.
        key: KeyProof,
        /// The key's id, in base62.
        id: String,
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
    }
}
