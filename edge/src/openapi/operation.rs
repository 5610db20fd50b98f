//! The description of one endpoint: what its line in the router's table does not say.
//!
//! The table gives caller, types and status. From these follow the refusals of a key, a body or a parameter, and the ones
//! that every endpoint has; they are added here, so that no file of a resource repeats them.

use super::headers::header;
use super::problems;
use super::schemas::Schemas;
use crate::http::schema::Uuid;
use crate::router::{Caller, ENDPOINTS, Endpoint};
use latchkey_shared::{ErrorCode, KeyScope};
use serde_json::{Map, Value, json};

/// The caller as `security`.
fn security(caller: Caller) -> Value {
    match caller {
        Caller::Anyone | Caller::Provider => json!([]),
        Caller::AnyoneOrKey => json!([{}, { "secretKey": [] }, { "sessionToken": [] }]),
        Caller::KeyOfAnyScope => json!([{ "secretKey": [] }]),
        Caller::Key(scope) => json!([{ "secretKey": [scope] }]),
        Caller::KeyOrMaker(scope) => {
            json!([{ "secretKey": [scope] }, { "secretKey": [KeyScope::SessionsWrite] }])
        }
        Caller::Session => json!([{ "sessionToken": [] }]),
        Caller::Console => json!([{ "consoleSession": [] }]),
        Caller::Owner => json!([{ "adminToken": [] }]),
        Caller::OwnerOrAdminKey => json!([{ "secretKey": [KeyScope::Admin] }, { "adminToken": [] }]),
    }
}

/// The caller in a sentence.
fn who(caller: Caller) -> String {
    match caller {
        Caller::Anyone => "Anyone may call it.".into(),
        Caller::Provider => "Only a provider calls it.".into(),
        Caller::AnyoneOrKey => {
            "Anyone may call it: with a secret key, with the token of a connect session, or without either."
                .into()
        }
        Caller::KeyOfAnyScope => "Needs a secret key, with any scopes.".into(),
        Caller::Key(scope) => format!("Needs a secret key with the scope `{scope}`."),
        Caller::KeyOrMaker(scope) => format!(
            "Needs a secret key with the scope `{scope}`, or the key that made the session, with `sessions:write`."
        ),
        Caller::Session => "Needs the token of a connect session.".into(),
        Caller::Console => "Needs a console session: its cookie, and the header `latchkey-console`.".into(),
        Caller::Owner => "Needs the deployment’s admin token.".into(),
        Caller::OwnerOrAdminKey => {
            "Needs the deployment’s admin token, or a secret key with the scope `admin`.".into()
        }
    }
}

/// How the caller can be refused.
fn refusals(caller: Caller) -> &'static [ErrorCode] {
    use ErrorCode as Code;
    match caller {
        Caller::Anyone | Caller::Provider => &[],
        Caller::AnyoneOrKey => &[
            Code::CredentialsMissing,
            Code::InvalidApiKey,
            Code::ApiKeyExpired,
            Code::AddressNotAllowed,
            Code::ProjectDeleted,
            Code::InvalidSessionToken,
        ],
        Caller::KeyOfAnyScope => &[
            Code::CredentialsMissing,
            Code::InvalidApiKey,
            Code::ApiKeyExpired,
            Code::AddressNotAllowed,
            Code::ProjectDeleted,
        ],
        Caller::Key(_) | Caller::KeyOrMaker(_) | Caller::OwnerOrAdminKey => &[
            Code::CredentialsMissing,
            Code::InvalidApiKey,
            Code::ApiKeyExpired,
            Code::AddressNotAllowed,
            Code::ProjectDeleted,
            Code::InsufficientScope,
        ],
        Caller::Session => &[
            Code::CredentialsMissing,
            Code::InvalidSessionToken,
            Code::SessionExpired,
            Code::SessionUsed,
            Code::SessionRevoked,
            Code::ConnectionGone,
        ],
        Caller::Console => &[Code::CredentialsMissing, Code::ConsoleSessionEnded, Code::AddressNotAllowed],
        Caller::Owner => &[Code::CredentialsMissing, Code::InvalidAdminToken],
    }
}

/// One endpoint, described.
pub(super) struct Operation {
    method: &'static str,
    path: &'static str,
    /// Its line in the table. A test fails when there is none.
    endpoint: Option<&'static Endpoint>,
    members: Map<String, Value>,
    parameters: Vec<Value>,
    responses: Map<String, Value>,
    codes: Vec<ErrorCode>,
}

impl Operation {
    /// An endpoint by its method and path, with its stable id and its name in the reference.
    pub(super) fn new(method: &'static str, path: &'static str, id: &str, summary: &str) -> Self {
        let members = json!({ "operationId": id, "summary": summary });
        Self {
            method,
            path,
            endpoint: ENDPOINTS.iter().find(|endpoint| endpoint.method == method && endpoint.path == path),
            members: members.as_object().cloned().unwrap_or_default(),
            parameters: Vec::new(),
            responses: Map::new(),
            // Any operation is refused when its query has a member twice.
            codes: vec![
                ErrorCode::InvalidParameter,
                ErrorCode::RateLimited,
                ErrorCode::Internal,
                ErrorCode::StorageUnavailable,
            ],
        }
    }

    pub(super) fn path(&self) -> &'static str {
        self.path
    }

    /// The method, as the document names it.
    pub(super) fn method(&self) -> String {
        self.method.to_ascii_lowercase()
    }

    /// Its section of the reference, and what it does.
    pub(super) fn is(mut self, tag: &str, description: &str) -> Self {
        self.members.insert("tags".into(), json!([tag]));
        self.members.insert("description".into(), json!(description));
        self
    }

    /// A parameter of the path.
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

    /// A parameter of the query that has several values, with commas between them.
    pub(super) fn queries(mut self, name: &str, description: &str, schema: Value) -> Self {
        let description = [description, " Several have commas between them."].concat();
        self.parameters.push(json!({
            "name": name, "in": "query", "description": description, "schema": schema, "style": "form", "explode": false,
        }));
        self.refuses(&[ErrorCode::InvalidParameter])
    }

    /// The parameter `projectId` of the query. It may be sent, and changes nothing.
    pub(super) fn project_id(self, schemas: &mut Schemas) -> Self {
        let description = "The project of the API key. Any other is not found.";
        self.query("projectId", description, schemas.written::<Uuid>()).refuses(&[ErrorCode::NotFound])
    }

    /// The parameters of a page of a list.
    pub(super) fn paged(self) -> Self {
        self.query("cursor", "`nextCursor` of the page before, unchanged.", json!({ "type": "string" }))
            .query(
                "limit",
                "The most entries of the page.",
                json!({ "type": "integer", "minimum": 1, "maximum": 100, "default": 50 }),
            )
    }

    /// A header of the request.
    pub(super) fn header(mut self, name: &str, description: &str, schema: Value) -> Self {
        self.parameters
            .push(json!({ "name": name, "in": "header", "description": description, "schema": schema }));
        self
    }

    /// Examples of the request's body, by name.
    pub(super) fn takes(mut self, schemas: &mut Schemas, examples: &[(&str, Value)]) -> Self {
        let Some(body) = self.endpoint.and_then(|endpoint| endpoint.request) else { return self };
        let examples: Map<String, Value> =
            examples.iter().map(|(name, value)| ((*name).to_owned(), json!({ "value": value }))).collect();
        let read = json!({ "schema": schemas.read_by(body), "examples": examples });
        let content = match self.method {
            "PATCH" => json!({ "application/json": read, "application/merge-patch+json": read }),
            _ => json!({ "application/json": read }),
        };
        self.members.insert("requestBody".into(), json!({ "required": true, "content": content }));
        self.refuses(&[
            ErrorCode::MalformedBody,
            ErrorCode::BodyTooLarge,
            ErrorCode::UnsupportedMediaType,
            ErrorCode::InvalidParameter,
        ])
    }

    /// Whoever leaves the body out gets the defaults.
    pub(super) fn or_nothing(mut self) -> Self {
        if let Some(body) = self.members.get_mut("requestBody") {
            body["required"] = json!(false);
        }
        self
    }

    /// The response of success, with an example.
    pub(super) fn returns(mut self, schemas: &mut Schemas, description: &str, example: Value) -> Self {
        let Some(endpoint) = self.endpoint else { return self };
        let schema = schemas.written_by(endpoint.response);
        let content = json!({ "application/json": { "schema": schema, "example": example } });
        let headers = json!({ "X-Request-Id": header("X-Request-Id") });
        let response = json!({ "description": description, "headers": headers, "content": content });
        self.responses.insert(endpoint.status.to_string(), response);
        self
    }

    /// Another response of success, with a body of its own.
    pub(super) fn or_returns<T: schemars::JsonSchema>(
        mut self,
        schemas: &mut Schemas,
        status: u16,
        description: &str,
        example: Value,
    ) -> Self {
        let content = json!({ "application/json": { "schema": schemas.written::<T>(), "example": example } });
        let headers = json!({ "X-Request-Id": header("X-Request-Id") });
        let response = json!({ "description": description, "headers": headers, "content": content });
        self.responses.insert(status.to_string(), response);
        self
    }

    /// The same response as 202: it is not done yet.
    pub(super) fn or_accepted(mut self, description: &str) -> Self {
        let mut response = self.responses["200"].clone();
        response["description"] = json!(description);
        self.responses.insert("202".into(), response);
        self
    }

    /// The same response in lines of JSON, for a caller that accepts only those.
    pub(super) fn or_in_lines(mut self, description: &str, example: &str) -> Self {
        let schema = json!({ "type": "string", "description": description });
        self.responses["200"]["content"]["application/x-ndjson"] =
            json!({ "schema": schema, "example": example });
        self
    }

    /// The response of success as texts of these types, each with an example.
    pub(super) fn returns_text(mut self, description: &str, types: &[(&str, &str)]) -> Self {
        let content: Map<String, Value> = types
            .iter()
            .map(|(kind, example)| {
                ((*kind).to_owned(), json!({ "schema": { "type": "string" }, "example": example }))
            })
            .collect();
        let headers = json!({ "X-Request-Id": header("X-Request-Id") });
        let response = json!({ "description": description, "headers": headers, "content": content });
        self.responses.insert("200".into(), response);
        self
    }

    /// The response of success, without content.
    pub(super) fn returns_nothing(mut self, description: &str) -> Self {
        let headers = json!({ "X-Request-Id": header("X-Request-Id") });
        self.responses.insert("204".into(), json!({ "description": description, "headers": headers }));
        self
    }

    /// One more header of the responses of success.
    pub(super) fn with_header(mut self, name: &str) -> Self {
        for (_, response) in self.responses.iter_mut() {
            response["headers"][name] = header(name);
        }
        self
    }

    /// `If-None-Match`, and its response without content.
    pub(super) fn conditional(mut self) -> Self {
        let headers = json!({ "X-Request-Id": header("X-Request-Id"), "ETag": header("ETag") });
        let response = json!({ "description": "The caller has this revision already.", "headers": headers });
        self.responses.insert("304".into(), response);
        let description =
            "The `ETag` that the caller has. If it is still the same, the response is 304 without content.";
        self.header("If-None-Match", description, json!({ "type": "string" }))
    }

    /// `If-Match`.
    pub(super) fn guarded(self) -> Self {
        let description =
            "The `ETag` that the caller has read, several of them, or `*`. Another revision is not changed.";
        self.header("If-Match", description, json!({ "type": "string" }))
            .refuses(&[ErrorCode::PreconditionFailed])
    }

    /// `Idempotency-Key`. To be said after the response of success.
    pub(super) fn repeatable(self) -> Self {
        let description = "Sending the same request again with the same key within a day has no further effect, and returns the \
                           first response.";
        let schema =
            json!({ "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]([ -~]*[!-~])?$" });
        self.header("Idempotency-Key", description, schema)
            .refuses(&[ErrorCode::IdempotencyMismatch, ErrorCode::InvalidParameter])
            .with_header("Idempotent-Replayed")
    }

    /// The operations that the response gives the parameters of.
    pub(super) fn leads_to(mut self, calls: &[&str], parameters: &Value) -> Self {
        let links: Map<String, Value> = calls
            .iter()
            .map(|call| ((*call).to_owned(), json!({ "operationId": call, "parameters": parameters })))
            .collect();
        for (_, response) in self.responses.iter_mut() {
            response["links"] = Value::Object(links.clone());
        }
        self
    }

    /// More ways to be refused.
    pub(super) fn refuses(mut self, codes: &[ErrorCode]) -> Self {
        self.codes.extend(codes);
        self
    }

    /// The operation object.
    pub(super) fn into_json(mut self, schemas: &mut Schemas) -> Value {
        if let Some(Endpoint { caller, .. }) = self.endpoint {
            let what = self.members.get("description").and_then(Value::as_str).unwrap_or_default();
            let description = format!("{what}\n\n{}", who(*caller));
            self.members.insert("description".into(), json!(description));
            self.members.insert("security".into(), security(*caller));
            self.codes.extend(refusals(*caller));
        }
        self.responses.extend(problems::responses(schemas, &self.codes));
        self.members.insert("parameters".into(), Value::Array(self.parameters));
        self.members.insert("responses".into(), Value::Object(self.responses));
        Value::Object(self.members)
    }
}
