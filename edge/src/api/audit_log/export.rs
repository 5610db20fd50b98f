//! `GET /api/v1/audit-log/export`: the log as lines of JSON or as CSV, oldest first.
//!
//! The handler checks the caller and writes the entry about the export. Then the response goes out in pieces: each one says how
//! the next is made ([`Response::rest`]), so that no more than a piece is in memory. The export ends where the log stood when it
//! began. It refuses to leave out an entry silently: of lines, the first says what was filtered, and the last is the signed head.

use super::filter;
use super::head::Signed;
use crate::access::audit_signature::public_key;
use crate::access::auth;
use crate::api::endpoint::Built;
use crate::api::input::invalid;
use crate::error::{Error, Result, json_fault};
use crate::http::{Request, Response};
use crate::ports::{Clock, Platform};
use crate::store::client::StoreClient;
use crate::store::protocol::{AUDIT_COLUMNS, AuditFilter, AuditRest, BeginAuditExport, ReadAuditPart};
use crate::time::iso;
use serde_json::json;

/// An export: a text in pieces.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct AuditExport;

/// The log as a file, oldest entry first.
///
/// # Errors
/// Without the scope `admin`, or when a parameter is not valid.
pub(crate) async fn export(platform: &impl Platform, request: &Request) -> Result<Built<AuditExport>> {
    let caller = auth::key_caller(platform, request)?;
    let csv = match request.query.get("format").map(String::as_str) {
        None | Some("jsonl") => false,
        Some("csv") => true,
        Some(_) => return Err(invalid("format", "There is no such format.", "Use jsonl or csv.")),
    };
    let filter = filter(request)?;
    let operation = BeginAuditExport { key: caller.proof(), filter: filter.clone(), csv };
    let begun = caller.call(operation).await?;
    let (now, config) = (platform.clock().now_ms(), platform.config());
    let project = begun.head.project;
    let line = |value: serde_json::Value| [value.to_string(), "\n".to_owned()].concat();
    let head = line(json!({ "head": Signed::now(config, &begun.head, now) }));
    let (first, last) = match csv {
        true => ([&AUDIT_COLUMNS.join(","), "\r\n"].concat(), String::new()),
        false => (
            line(json!({ "export": {
                "version": 1,
                "project": project,
                "at": iso(now),
                "filtered": filter != AuditFilter::default(),
                "publicKey": public_key(config),
                "start": begun.head.start.map(Signed::of),
                "checkpoints": begun.checkpoints.into_iter().map(Signed::of).collect::<Vec<_>>(),
            } })),
            head,
        ),
    };
    let (low, high, mode) = (begun.low, begun.high, caller.mode());
    let (text, rest) = piece(platform, AuditRest { project, mode, filter, low, high, csv, last }).await?;
    let (kind, ending) = match csv {
        true => ("text/csv; charset=utf-8; header=present", "csv"),
        false => ("application/x-ndjson", "jsonl"),
    };
    let name = format!("attachment; filename=\"audit-log-{project}.{ending}\"");
    let mut response = Response::new(200, kind, [first, text].concat()).with("content-disposition", name);
    response.rest = rest;
    Ok(Built::of(response))
}

/// Makes the next piece of a response from what the piece before said. Returns its text, and how to make the one after it.
///
/// # Errors
/// When a call failed. What was sent is not whole then.
pub(crate) async fn rest(platform: &impl Platform, rest: &str) -> Result<(String, Option<String>)> {
    piece(platform, serde_json::from_str(rest).map_err(fault)?).await
}

fn fault(error: serde_json::Error) -> Error {
    Error::fault(json_fault(&error))
}

async fn piece(platform: &impl Platform, rest: AuditRest) -> Result<(String, Option<String>)> {
    let AuditRest { project, mode, filter, low, high, csv, last } = rest;
    let operation = ReadAuditPart { mode, filter: filter.clone(), low, high, csv };
    let part = StoreClient::project(platform.store(), project).call(operation).await?;
    match part.next {
        None => Ok(([part.text, last].concat(), None)),
        Some(low) => {
            let rest = AuditRest { project, mode, filter, low, high, csv, last };
            Ok((part.text, Some(serde_json::to_string(&rest).map_err(fault)?)))
        }
    }
}
