//! Operations on projects, their API keys and their audit log, and on the registry of projects.

use super::{ApiKeyRow, AuditPage, KeyProof, Operation, ProjectBrand, ProjectSettings, ProjectView};
use latchkey_shared::{KeyScope, ProjectId};

operations! {
    /// Makes the project this object is for.
    CreateProject("create-project") -> ProjectView {
        /// Its id.
        id: ProjectId,
        /// The product's name.
        name: String,
        /// The owner's UUID.
        org_id: String,
        /// Origins that may embed the form.
        allowed_origins: Vec<String>,
        /// What its operator chose.
        settings: ProjectSettings,
        /// How its pages look: checked JSON, or empty.
        branding: String,
        /// Its first keys.
        keys: Vec<KeyProof>,
    }

    /// Writes a project into the registry.
    RegisterProject("register-project") -> () {
        /// Its id.
        id: ProjectId,
        /// What a page without a session may know.
        brand: ProjectBrand,
        /// Host names of its own.
        domains: Vec<String>,
    }

    /// Whose host name this is.
    FindDomain("find-domain") -> Option<ProjectId> {
        /// In lower case.
        host: String,
    }

    /// What a page without a session may know about a project of the registry.
    FindBrand("find-brand") -> Option<ProjectBrand> {
        /// Its id.
        id: ProjectId,
    }

    /// Every project of the registry.
    ListProjects("list-projects") -> Vec<(ProjectId, String)> {}

    /// The key's project.
    ProjectByApiKey("project-by-api-key") -> ProjectView {
        /// Who asks.
        key: KeyProof,
    }

    /// The project, for the deployment's owner.
    ReadProject("read-project") -> ProjectView {}

    /// Changes the project; what is none stays.
    UpdateProject("update-project") -> ProjectView {
        /// The product's name.
        name: Option<String>,
        /// Origins that may embed the form.
        allowed_origins: Option<Vec<String>>,
        /// What its operator chose.
        settings: Option<ProjectSettings>,
        /// How its pages look: checked JSON, or empty.
        branding: Option<String>,
    }

    /// Ends the project; with connections only if forced.
    DeleteProject("delete-project") -> ProjectView {
        /// Whether connections end with it.
        force: bool,
    }

    /// Takes a project out of the registry.
    UnregisterProject("unregister-project") -> () {
        /// Its id.
        id: ProjectId,
    }

    /// Changes what the registry knows of a project.
    UpdateRegistration("update-registration") -> () {
        /// Its id.
        id: ProjectId,
        /// What a page without a session may know.
        brand: ProjectBrand,
        /// Host names of its own.
        domains: Vec<String>,
    }

    /// Makes an API key of the asker's mode; without an asker, for the deployment's owner.
    CreateApiKey("create-api-key") -> ApiKeyRow {
        /// Who asks.
        by: Option<KeyProof>,
        /// The new key.
        new: KeyProof,
        /// For people.
        name: String,
        /// What it may do.
        scopes: Vec<KeyScope>,
    }

    /// Every API key of the asker's mode.
    ListApiKeys("list-api-keys") -> Vec<ApiKeyRow> {
        /// Who asks.
        key: KeyProof,
    }

    /// Ends an API key, and answers what it was.
    RevokeApiKey("revoke-api-key") -> ApiKeyRow {
        /// Who asks.
        key: KeyProof,
        /// Base62.
        id: String,
    }

    /// A page of the audit log, newest first.
    ListAudit("list-audit") -> AuditPage {
        /// Who asks.
        key: KeyProof,
        /// Only about this.
        subject: Option<String>,
        /// Where the page begins.
        before: Option<i64>,
        /// At most so many.
        limit: u32,
    }
}
