//! `/api/v1/projects…`.

use super::operation::Operation;
use super::samples::{OWNER, PROJECT, SESSION, TIME};
use super::schemas::Schemas;
use crate::http::schema::Uuid;
use latchkey_shared::ErrorCode;
use serde_json::{Value, json};

const TAG: &str = "Projects";
const OWN: &str = "/api/v1/project";
const PATH: &str = "/api/v1/projects/{id}";

/// What deleting does.
const GRACE: &str = "The project is marked. From then on each key and session is refused with `project_deleted`, links say that they were \
    withdrawn, nothing is checked and no webhook is sent. Nothing of it is lost: for seven days, until `deletesAt`, it can be restored, and \
    works as before. Then its stored credentials and its whole database are deleted. Repeating the call does not put that off.";
/// What deleting at once does.
const AT_ONCE: &str = " With `now` it is deleted at once, also if it was marked before: its keys and sessions end, and **nobody can bring it \
    back**. If a call has no answer, repeat it: 404 says that the project is gone. With `force` the deployment goes on by itself.";
/// What restoring does.
const RESTORE: &str = "Takes the mark of a deleted project away. Its accounts, keys, sessions and settings are as they were, and whatever came due \
    meanwhile is done. A project that was not deleted stays as it is.";

fn view() -> Value {
    json!({
        "id": PROJECT, "name": "Example", "orgId": OWNER, "allowedOrigins": ["https://app.example.com"],
        "whiteLabel": false, "hosts": {}, "branding": {}, "domains": [],
        "checks": true, "checkEverySeconds": 86_400, "rotateEveryDays": null, "relink": false,
        "auditDays": 400, "auditAddresses": "hash", "consoleMembers": [], "createdAt": TIME, "deletesAt": null,
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
    let own_look = look.clone();
    let one = json!({ "project": view() });
    let page = json!({
        "projects": [{ "id": PROJECT, "name": "Example", "state": "ready" }],
        "nextCursor": null,
        "refusedAdminTokens": { "count": 0, "lastAt": null },
    });
    let mut marked = one.clone();
    marked["project"]["deletesAt"] = json!("2026-04-30T19:46:34.831Z");
    let flag = json!({ "type": "boolean", "default": false });
    vec![
        Operation::new("GET", "/api/v1/projects", "listProjects", "List projects")
            .is(TAG, "The projects of the deployment, oldest first, or those that were deleted.")
            .query("state", "Returns the newest thousand that were deleted.", json!({ "type": "string", "enum": ["deleted"] }))
            .paged()
            .returns(schemas, "A page.", page),
        Operation::new("POST", "/api/v1/projects", "createProject", "Make a project")
            .is(TAG, "Makes a project with one key of each mode.")
            .takes(schemas, &[("usual", new), ("customDomains", new_hosts)])
            .returns(schemas, "The project. Its keys are shown this once.", made)
            .leads_to(
                &["readProject", "changeProject", "deleteProject"],
                &json!({ "id": "$response.body#/project/id" }),
            )
            .refuses(&[ErrorCode::UnknownProvider, ErrorCode::DomainTaken]),
        of(Operation::new("GET", PATH, "readProject", "Read a project").is(TAG, "One project.")).returns(
            schemas,
            "The project.",
            one.clone(),
        ),
        of(Operation::new("PATCH", PATH, "changeProject", "Change a project"))
            .is(TAG, "Changes the members that are sent.")
            .takes(schemas, &[("name", json!({ "name": "Example" })), ("branding", look), ("checks", json!({ "checkEverySeconds": 21_600 }))])
            .returns(schemas, "The project as it is now.", one.clone())
            .refuses(&[ErrorCode::UnknownProvider, ErrorCode::DomainTaken]),
        Operation::new("GET", OWN, "readOwnProject", "Read the project of the key").is(TAG, "One project.").returns(
            schemas,
            "The project.",
            one.clone(),
        ),
        Operation::new("PATCH", OWN, "changeOwnProject", "Change the project of the key")
            .is(TAG, "Changes the members that are sent. What is left out here, only the owner of the deployment changes.")
            .takes(schemas, &[("name", json!({ "name": "Example" })), ("branding", own_look)])
            .returns(schemas, "The project as it is now.", one.clone()),
        Operation::new("DELETE", OWN, "deleteOwnProject", "Delete the project of the key")
            .is(TAG, GRACE)
            .query("force", "Whether to delete it even if it has accounts.", flag.clone())
            .returns(schemas, "The project, with the time when it is deleted for good.", marked.clone())
            .refuses(&[ErrorCode::ProjectInUse]),
        Operation::new("POST", "/api/v1/project/restore", "restoreOwnProject", "Restore the project of the key")
            .is(TAG, RESTORE)
            .returns(schemas, "The project. Everything works again.", one.clone()),
        of(Operation::new("DELETE", PATH, "deleteProject", "Delete a project"))
            .is(TAG, &[GRACE, AT_ONCE].concat())
            .query("force", "Whether to delete it even if it has accounts.", flag.clone())
            .query("now", "Whether to delete it at once. Nobody can restore it then, and its data is gone.", flag)
            .returns(schemas, "The project, with the time when it is deleted for good.", marked)
            .refuses(&[ErrorCode::ProjectInUse]),
        of(Operation::new("POST", "/api/v1/projects/{id}/restore", "restoreProject", "Restore a project"))
            .is(TAG, RESTORE)
            .returns(schemas, "The project. Everything works again.", one),
    ]
}
