//! `POST`, `PATCH` and `DELETE /api/v1/app-connections/{app}…`.

use super::app_connections::{OfConnection, TAG};
use super::operation::Operation;
use super::problems::VERIFICATION;
use super::samples::{NAME, connection, created_session, live_credentials, report, test_credentials};
use super::schemas::Schemas;
use latchkey_shared::ErrorCode;
use serde_json::{Value, json};

pub(super) fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let one = json!({ "appConnection": connection() });
    let new = |credentials: Value| json!({ "name": NAME, "method": "api-token", "credentials": credentials });
    let id = json!({ "app": "$response.body#/appConnection/app", "id": "$response.body#/appConnection/id" });
    let calls = [
        "readAppConnection",
        "readAppConnectionHistory",
        "openAppConnection",
        "changeAppConnection",
        "rollBackAppConnection",
        "verifyAppConnection",
        "revokeAppConnection",
        "rotateAppConnection",
        "suspendAppConnection",
        "resumeAppConnection",
        "relinkAppConnection",
        "deleteAppConnection",
    ];
    vec![
        Operation::new("POST", "/api/v1/app-connections/{app}", "createAppConnection", "Link an account with a key that you have")
            .is(TAG, "Verifies the key with its provider, then stores it. A refused key is not stored.")
            .of_app(schemas)
            .takes(schemas, &[("inTestMode", new(test_credentials())), ("live", new(live_credentials()))],
            )
            .returns(schemas, "The account, verified and stored.", one.clone())
            .with_header("ETag")
            .repeatable()
            .leads_to(&calls, &id)
            .refuses(VERIFICATION)
            .refuses(&[
                ErrorCode::UnknownProvider,
                ErrorCode::NameTaken,
                ErrorCode::TooManyAttempts,
                ErrorCode::LimitReached,
                ErrorCode::IdempotencyInFlight,
            ]),
        Operation::new("PATCH", "/api/v1/app-connections/{app}/{id}", "changeAppConnection", "Change an account")
            .is(
                TAG,
                "Changes the members that are sent. A credential is changed as a whole, is verified first, and becomes a new version. \
                 The version before is kept for a day.",
            )
            .of_connection(schemas)
            .guarded()
            .takes(schemas, &[
                    ("description", json!({ "description": "Directory of Example Ltd" })),
                    ("credential", json!({ "credentials": test_credentials() })),
                ],
            )
            .returns(schemas, "The account as it is now.", one.clone())
            .with_header("ETag")
            .refuses(VERIFICATION)
            .refuses(&[
                ErrorCode::NameTaken,
                ErrorCode::Ending,
                ErrorCode::ManagedCredentials,
                ErrorCode::TooManyAttempts,
                ErrorCode::LimitReached,
            ]),
        Operation::new("POST",
            "/api/v1/app-connections/{app}/{id}/rollback",
            "rollBackAppConnection",
            "Restore the credential before the last change",
        )
        .is(
            TAG,
            "The credential before the last change is kept for a day. It is verified again and becomes a new version. A second \
             rollback restores the changed one.",
        )
        .of_connection(schemas)
        .guarded()
        .returns(schemas, "The account as it is now.", one.clone())
        .with_header("ETag")
        .refuses(VERIFICATION)
        .refuses(&[
            ErrorCode::VersionNotKept,
            ErrorCode::Ending,
            ErrorCode::ManagedCredentials,
            ErrorCode::VaultKeyMissing,
            ErrorCode::CredentialUnreadable,
            ErrorCode::TooManyAttempts,
            ErrorCode::LimitReached,
        ]),
        Operation::new("POST", "/api/v1/app-connections/{app}/{id}/verify", "verifyAppConnection", "Check an account now")
            .is(
                TAG,
                "Verifies the stored credential with its provider. The health of the account follows from the result, also from a \
                 refusal: the problem is that of linking. A refusal counts when it comes again after five minutes; an outage never \
                 does. An account can be checked ten times in a minute, and once at a time.",
            )
            .of_connection(schemas)
            .guarded()
            .returns(schemas, "The account as it is now, and what the check found.",
                json!({ "appConnection": connection(), "report": report() }),
            )
            .with_header("ETag")
            .refuses(VERIFICATION)
            .refuses(&[
                ErrorCode::CheckInProgress,
                ErrorCode::Ending,
                ErrorCode::VaultKeyMissing,
                ErrorCode::CredentialUnreadable,
            ]),
        Operation::new("POST", "/api/v1/app-connections/{app}/{id}/revoke", "revokeAppConnection", "End the key of an account")
            .is(
                TAG,
                "Ends the key at its provider by the provider’s own call, and forgets the account. A step that the provider refuses \
                 says what to do by hand. If it does not answer, or refuses for another cause, `task` says when it is tried again; until then the account \
                 is shown, but its credential is not given out (409 `ending`). `force` forgets it at once.",
            )
            .of_connection(schemas)
            .guarded()
            .takes(schemas, &[("atOnce", json!({ "force": true }))])
            .or_nothing()
            .returns(schemas, "What was done.", json!({ "steps": [{ "step": "token", "state": "done" }, { "step": "forget", "state": "done" }] }))
            .or_accepted("The provider did not say that it is done. It is tried again.")
            .refuses(&[ErrorCode::Ending, ErrorCode::VaultKeyMissing, ErrorCode::CredentialUnreadable]),
        Operation::new("POST", "/api/v1/app-connections/{app}/{id}/rotate", "rotateAppConnection", "Replace the key of an account")
            .is(
                TAG,
                "Replaces the key by a new one with the same rights, where the provider can. The new key is verified and stored before \
                 the old one ends. A key that does not work is not used for this. If the provider does not answer, `details.task` says when it is tried again.",
            )
            .of_connection(schemas)
            .guarded()
            .returns(schemas, "The account with its new key.", one.clone())
            .with_header("ETag")
            .or_accepted("The provider did not answer. It is tried again.")
            .refuses(VERIFICATION)
            .refuses(&[
                ErrorCode::Ending,
                ErrorCode::RotationNotOffered,
                ErrorCode::RotationRefused,
                ErrorCode::RotationLost,
                ErrorCode::VaultKeyMissing,
                ErrorCode::CredentialUnreadable,
            ]),
        Operation::new("POST", "/api/v1/app-connections/{app}/{id}/suspend", "suspendAppConnection", "Suspend an account")
            .is(
                TAG,
                "The credential of a suspended account is not given out (409 `suspended`). Checks go on, and `details.suspended` says \
                 since when and why. Suspending it again changes the reason only.",
            )
            .of_connection(schemas)
            .guarded()
            .takes(schemas, &[("reason", json!({ "reason": "The customer has not paid." }))])
            .or_nothing()
            .returns(schemas, "The account as it is now.", one.clone())
            .with_header("ETag"),
        Operation::new("POST", "/api/v1/app-connections/{app}/{id}/resume", "resumeAppConnection", "Resume an account")
            .is(TAG, "The credential is given out again. An account that is not suspended stays as it is.")
            .of_connection(schemas)
            .guarded()
            .returns(schemas, "The account as it is now.", one.clone())
            .with_header("ETag"),
        Operation::new("POST", "/api/v1/app-connections/{app}/{id}/relink", "relinkAppConnection", "Ask for a new key of an account")
            .is(
                TAG,
                "Makes a connect session in which somebody replaces the key of this account, as `POST connect-sessions` with \
                 `connectionId` does. It is for the person who linked the account, unless the body names another. Needs the scope \
                 `connections:write` too.",
            )
            .of_connection(schemas)
            .takes(schemas, &[("forAWeek", json!({ "expiresIn": 604_800 }))])
            .or_nothing()
            .query("invitation", super::connect_sessions::INVITATION, json!({ "type": "boolean", "default": false }))
            .returns(schemas, "The session. Its token is shown this once.", created_session())
            .repeatable()
            .refuses(&[
                ErrorCode::OriginNotAllowed,
                ErrorCode::Ending,
                ErrorCode::ManagedCredentials,
                ErrorCode::LimitReached,
                ErrorCode::IdempotencyInFlight,
            ]),
        Operation::new("DELETE", "/api/v1/app-connections/{app}/{id}", "deleteAppConnection", "Delete an account")
            .is(TAG, "Deletes it with every version of its credential.")
            .of_connection(schemas)
            .guarded()
            .returns(schemas, "The account that was deleted.", one)
            .with_header("ETag"),
    ]
}
