//! `/api/v1/status`.

use super::operation::Operation;
use super::samples::TIME;
use super::schemas::Schemas;
use serde_json::json;

pub(super) fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let status = json!({
        "mode": "live",
        "checks": {
            "enabled": true, "everySeconds": 86_400, "nextAt": TIME, "overdueSeconds": 0, "underWay": 0, "lostBatches": 0,
            "madeBy": "queue",
        },
        "tasks": 0,
        "storage": {
            "bytes": 3_135_326_126_i64, "limitBytes": 4_294_967_296_i64, "percent": 73,
            "largest": [{ "table": "connections", "rows": 90_000, "estimatedBytes": 1_890_000_000 }],
            "advice": "The database of this project is 73 % full. At 100 % it takes no new sessions, accounts or API keys. The \
                largest part of it is connections. Delete accounts that are not needed anymore.",
        },
        "rows": [{ "kind": "connections", "rows": 17, "limit": 100_000 }],
        "features": { "queue": true, "publicUrl": true, "clientAddresses": true, "subrequests": 1000 },
    });
    vec![
        Operation::new("GET", "/api/v1/status", "readStatus", "Read the status")
            .is(
                "Status",
                "How the project stands in the caller’s mode: whether checks are on time, what waits at providers, how full its database \
                 is, and what the deployment has.",
            )
            .returns(schemas, "The status.", status),
    ]
}
