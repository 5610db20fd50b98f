//! One call of the API, as it is described: who may make it, what it takes, how it answers.
//!
//! What follows from that is added here, so that no file of a resource repeats it: refusals of a key, of a body, of a parameter,
//! and those that every call may meet.

use super::headers::header;
use super::problems;
use super::schemas::{Schemas, Uuid};
use latchkey_shared::{ErrorCode, KeyScope};
use schemars::JsonSchema;
use serde_json::{Map, Value, json};

/// Who may make a call.
#[derive(Clone, Copy)]
pub(super) enum Caller {
    /// Nobody has to say who they are.
    Anyone,
    /// The same; a key learns more.
    AnyoneOrKey,
    /// A key of whatever scope.
    AnyKey,
    /// A key with this scope.
    Key(KeyScope),
    /// A page with the token of its session.
    Page,
    /// The deployment's owner.
    Owner,
    /// The deployment's owner, or a key with the scope `admin`.
    OwnerOrKey,
}

impl Caller {
    fn security(self) -> Value {
        match self {
            Self::Anyone => json!([]),
            Self::AnyoneOrKey => json!([{}, { "secretKey": [] }, { "sessionToken": [] }]),
            Self::AnyKey => json!([{ "secretKey": [] }]),
            Self::Key(scope) => json!([{ "secretKey": [scope] }]),
            Self::Page => json!([{ "sessionToken": [] }]),
            Self::Owner => json!([{ "adminToken": [] }]),
            Self::OwnerOrKey => json!([{ "secretKey": [KeyScope::Admin] }, { "adminToken": [] }]),
        }
    }

    fn says(self) -> String {
        match self {
            Self::Anyone => "Anyone may call it.".into(),
            Self::AnyoneOrKey => {
                "Anyone may call it, with a secret key, with the token of a connect session, or without."
                    .into()
            }
            Self::AnyKey => "Needs a secret key, whatever its scopes.".into(),
            Self::Key(scope) => format!("Needs a secret key with the scope `{scope}`."),
            Self::Page => "Needs the token of a connect session.".into(),
            Self::Owner => "Needs the deployment’s admin token.".into(),
            Self::OwnerOrKey => {
                "Needs the deployment’s admin token, or a secret key with the scope `admin`.".into()
            }
        }
    }

    fn refusals(self) -> &'static [ErrorCode] {
        use ErrorCode as Code;
        match self {
            Self::Anyone => &[],
            Self::AnyoneOrKey => &[Code::CredentialsMissing, Code::InvalidApiKey, Code::InvalidSessionToken],
            Self::AnyKey => &[Code::CredentialsMissing, Code::InvalidApiKey],
            Self::Key(_) | Self::OwnerOrKey => {
                &[Code::CredentialsMissing, Code::InvalidApiKey, Code::InsufficientScope]
            }
            Self::Page => &[
                Code::CredentialsMissing,
                Code::InvalidSessionToken,
                Code::SessionExpired,
                Code::SessionUsed,
                Code::SessionRevoked,
                Code::ConnectionGone,
            ],
            Self::Owner => &[Code::CredentialsMissing, Code::InvalidAdminToken],
        }
    }
}

/// One call.
pub(super) struct Operation {
    method: &'static str,
    path: &'static str,
    members: Map<String, Value>,
    parameters: Vec<Value>,
    responses: Map<String, Value>,
    codes: Vec<ErrorCode>,
}

impl Operation {
    /// A call, by its method and path, its stable id, and its name in the reference.
    pub(super) fn new(method: &'static str, path: &'static str, id: &str, summary: &str) -> Self {
        let members = json!({ "operationId": id, "summary": summary });
        Self {
            method,
            path,
            members: members.as_object().cloned().unwrap_or_default(),
            parameters: Vec::new(),
            responses: Map::new(),
            codes: vec![ErrorCode::RateLimited, ErrorCode::Internal, ErrorCode::StorageUnavailable],
        }
    }

    pub(super) fn path(&self) -> &'static str {
        self.path
    }

    pub(super) fn method(&self) -> &'static str {
        self.method
    }

    /// Where it stands in the reference, who may make it, and what it does.
    pub(super) fn is(mut self, tag: &str, caller: Caller, description: &str) -> Self {
        self.members.insert("tags".into(), json!([tag]));
        self.members.insert("description".into(), json!(format!("{description}\n\n{}", caller.says())));
        self.members.insert("security".into(), caller.security());
        self.refuses(caller.refusals())
    }

    /// A segment of the path.
    pub(super) fn segment(mut self, name: &str, description: &str, schema: Value, example: &str) -> Self {
        self.parameters.push(json!({
            "name": name, "in": "path", "required": true, "description": description, "schema": schema, "example": example,
        }));
        self.refuses(&[ErrorCode::NotFound])
    }

    /// A parameter of the query.
    pub(super) fn query(mut self, name: &str, description: &str, schema: Value) -> Self {
        self.parameters
            .push(json!({ "name": name, "in": "query", "description": description, "schema": schema }));
        self.refuses(&[ErrorCode::InvalidParameter])
    }

    /// The query's `projectId`, which may be sent and changes nothing.
    pub(super) fn project_id(self, schemas: &mut Schemas) -> Self {
        let description = "The key’s own project; another one is not found.";
        self.query("projectId", description, schemas.written::<Uuid>()).refuses(&[ErrorCode::NotFound])
    }

    /// The parameters of a page of a list.
    pub(super) fn paged(self) -> Self {
        self.query("cursor", "`nextCursor` of the page before, as it was.", json!({ "type": "string" }))
            .query(
                "limit",
                "How many entries.",
                json!({ "type": "integer", "minimum": 1, "maximum": 100, "default": 50 }),
            )
    }

    /// A header of the request.
    pub(super) fn header(mut self, name: &str, description: &str, schema: Value) -> Self {
        self.parameters
            .push(json!({ "name": name, "in": "header", "description": description, "schema": schema }));
        self
    }

    /// The request's body, with examples by name.
    pub(super) fn takes<T: JsonSchema>(mut self, schemas: &mut Schemas, examples: &[(&str, Value)]) -> Self {
        let examples: Map<String, Value> =
            examples.iter().map(|(name, value)| ((*name).to_owned(), json!({ "value": value }))).collect();
        let content = json!({ "application/json": { "schema": schemas.read::<T>(), "examples": examples } });
        self.members.insert("requestBody".into(), json!({ "required": true, "content": content }));
        self.refuses(&[
            ErrorCode::MalformedBody,
            ErrorCode::BodyTooLarge,
            ErrorCode::UnsupportedMediaType,
            ErrorCode::InvalidParameter,
        ])
    }

    /// The answer to an accepted call.
    pub(super) fn answers<T: JsonSchema>(
        mut self,
        schemas: &mut Schemas,
        status: u16,
        description: &str,
        example: Value,
    ) -> Self {
        let content = json!({ "application/json": { "schema": schemas.written::<T>(), "example": example } });
        let headers = json!({ "X-Request-Id": header("X-Request-Id") });
        let answer = json!({ "description": description, "headers": headers, "content": content });
        self.responses.insert(status.to_string(), answer);
        self
    }

    /// The same answer in lines of JSON, for a caller that accepts those alone.
    pub(super) fn or_in_lines(mut self, description: &str, example: &str) -> Self {
        let schema = json!({ "type": "string", "description": description });
        self.responses["200"]["content"]["application/x-ndjson"] =
            json!({ "schema": schema, "example": example });
        self
    }

    /// The answer to an accepted call that has no content.
    pub(super) fn answers_nothing(mut self, description: &str) -> Self {
        let headers = json!({ "X-Request-Id": header("X-Request-Id") });
        self.responses.insert("204".into(), json!({ "description": description, "headers": headers }));
        self
    }

    /// Another header of the answer to an accepted call.
    pub(super) fn with_header(mut self, name: &str) -> Self {
        for (_, answer) in self.responses.iter_mut() {
            answer["headers"][name] = header(name);
        }
        self
    }

    /// `If-None-Match`, and its answer without content.
    pub(super) fn conditional(mut self) -> Self {
        let headers = json!({ "X-Request-Id": header("X-Request-Id"), "ETag": header("ETag") });
        let answer = json!({ "description": "It is as the caller has it.", "headers": headers });
        self.responses.insert("304".into(), answer);
        let description =
            "The `ETag` the caller has; while it is the same, the answer is 304 without content.";
        self.header("If-None-Match", description, json!({ "type": "string" }))
    }

    /// `If-Match`.
    pub(super) fn guarded(self) -> Self {
        let description = "The `ETag` the caller has read; another revision is not changed.";
        self.header("If-Match", description, json!({ "type": "string" }))
            .refuses(&[ErrorCode::PreconditionFailed])
    }

    /// Where an id of the answer leads, as `(call, parameters)`.
    pub(super) fn leads_to(mut self, calls: &[&str], parameters: &Value) -> Self {
        let links: Map<String, Value> = calls
            .iter()
            .map(|call| ((*call).to_owned(), json!({ "operationId": call, "parameters": parameters })))
            .collect();
        for (_, answer) in self.responses.iter_mut() {
            answer["links"] = Value::Object(links.clone());
        }
        self
    }

    /// More ways to be refused.
    pub(super) fn refuses(mut self, codes: &[ErrorCode]) -> Self {
        self.codes.extend(codes);
        self
    }

    /// The operation object, once it is complete.
    pub(super) fn into_json(mut self, schemas: &mut Schemas) -> Value {
        self.responses.extend(problems::responses(schemas, &self.codes));
        self.members.insert("parameters".into(), Value::Array(self.parameters));
        self.members.insert("responses".into(), Value::Object(self.responses));
        Value::Object(self.members)
    }
}
