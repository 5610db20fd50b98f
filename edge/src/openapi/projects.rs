//! `/api/v1/projects…`.

use super::operation::{Caller, Operation};
use super::samples::{OWNER, PROJECT, SESSION, TIME};
use super::schemas::{Schemas, Time, Uuid};
use crate::api::projects::{NewProject, ProjectChanges};
use latchkey_shared::ErrorCode;
use latchkey_shared::project_provider::HostOptIns;
use schemars::JsonSchema;
use serde_json::{Value, json};

/// A project.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Project {
    /// A UUID.
    #[schemars(with = "Uuid")]
    id: String,
    /// The product’s name.
    name: String,
    /// The owner.
    #[schemars(with = "Uuid")]
    org_id: String,
    /// Origins that may embed the form.
    allowed_origins: Vec<String>,
    /// Whether its pages show its own name only.
    white_label: bool,
    /// Hosts of the customers’ own, by provider.
    hosts: HostOptIns,
    /// How its pages look and speak.
    branding: super::Branding,
    /// Host names of its own; links are made with the first.
    domains: Vec<String>,
    /// When it was made.
    #[schemars(with = "Time")]
    created_at: String,
}

/// One project.
#[derive(JsonSchema)]
struct OneProject {
    /// The project.
    project: Project,
}

/// A project that was made.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct MadeProject {
    /// The project.
    project: Project,
    /// Its first keys, shown this once.
    api_keys: FirstKeys,
}

/// The first keys of a project. They may do all but open credentials.
#[derive(JsonSchema)]
struct FirstKeys {
    /// For test mode.
    test: String,
    /// For live mode.
    live: String,
}

/// Every project.
#[derive(JsonSchema)]
struct Projects {
    /// By id and name.
    projects: Vec<ProjectName>,
}

/// A project, in short.
#[derive(JsonSchema)]
struct ProjectName {
    /// A UUID.
    #[schemars(with = "Uuid")]
    id: String,
    /// The product’s name.
    name: String,
}

const TAG: &str = "Projects";
const PATH: &str = "/api/v1/projects/{id}";

fn view() -> Value {
    json!({
        "id": PROJECT, "name": "Example", "orgId": OWNER, "allowedOrigins": ["https://app.example.com"],
        "whiteLabel": false, "hosts": {}, "branding": {}, "domains": [], "createdAt": TIME,
    })
}

pub(super) fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let id = schemas.read::<Uuid>();
    let of = |operation: Operation| operation.segment("id", "The project.", id.clone(), PROJECT);
    let key = |mode: &str| format!("lk_{mode}_{SESSION}.{}", "0".repeat(44));
    let made = json!({ "project": view(), "apiKeys": { "test": key("test"), "live": key("live") } });
    let new = json!({ "name": "Example", "allowedOrigins": ["https://app.example.com"] });
    let new_hosts = json!({ "name": "Example", "hosts": { "okta": { "customDomains": true } } });
    let look = json!({ "branding": {
        "colors": { "light": { "accent": "#0b6e4f" }, "dark": { "accent": "#7fd6b4" } },
        "radius": 4, "texts": { "title": "Connect {provider} to Example" }, "support": "help@example.com", "poweredBy": false,
    } });
    let one = json!({ "project": view() });
    let force = json!({ "type": "boolean", "default": false });
    vec![
        Operation::new("get", "/api/v1/projects", "listProjects", "List projects")
            .is(TAG, Caller::Owner, "Every project of the deployment.")
            .answers::<Projects>(
                schemas,
                200,
                "The projects.",
                json!({ "projects": [{ "id": PROJECT, "name": "Example" }] }),
            ),
        Operation::new("post", "/api/v1/projects", "createProject", "Make a project")
            .is(TAG, Caller::Owner, "With one key of each mode.")
            .takes::<NewProject>(schemas, &[("usual", new), ("customDomains", new_hosts)])
            .answers::<MadeProject>(schemas, 201, "The project; its keys are shown this once.", made)
            .leads_to(
                &["readProject", "changeProject", "deleteProject"],
                &json!({ "id": "$response.body#/project/id" }),
            )
            .refuses(&[ErrorCode::UnknownProvider, ErrorCode::DomainTaken]),
        of(Operation::new("get", PATH, "readProject", "Read a project").is(
            TAG,
            Caller::Owner,
            "One project.",
        ))
        .answers::<OneProject>(schemas, 200, "The project.", one.clone()),
        of(Operation::new("patch", PATH, "changeProject", "Change a project"))
            .is(TAG, Caller::Owner, "Changes what is sent, and leaves the rest.")
            .takes::<ProjectChanges>(schemas, &[("name", json!({ "name": "Example" })), ("branding", look)])
            .answers::<OneProject>(schemas, 200, "The project as it is now.", one.clone())
            .refuses(&[ErrorCode::UnknownProvider, ErrorCode::DomainTaken]),
        of(Operation::new("delete", PATH, "deleteProject", "Delete a project"))
            .is(
                TAG,
                Caller::Owner,
                "Its keys and sessions end at once; its stored credentials are swept soon after.",
            )
            .query("force", "Whether to delete it although it has accounts.", force)
            .answers::<OneProject>(schemas, 200, "The project that is gone.", one)
            .refuses(&[ErrorCode::ProjectInUse]),
    ]
}
