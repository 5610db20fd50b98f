# Hooks for Schemathesis: they add credentials to each call, and check that a response has documented members only.
#
# It owns a project, a key and a session for the calls, and makes new ones when a call has ended them. It refuses to judge; the
# checks of `schemathesis.toml` do.

import os

import requests
import schemathesis

BASE = os.environ["LATCHKEY_URL"]
OWNER = os.environ["LATCHKEY_ADMIN_TOKEN"]
SCOPES = ["connections:read", "connections:write", "credentials:read", "sessions:write", "admin"]


def call(path, token, body):
    response = requests.post(BASE + path, json=body, headers={"authorization": f"Bearer {token}"}, timeout=30)
    response.raise_for_status()
    return response.json()


def make_key():
    """A key of test mode with every scope, of a project of its own."""
    project = call("/api/v1/projects", OWNER, {"name": "Schemathesis"})["project"]["id"]
    return call(f"/api/v1/projects/{project}/api-keys", OWNER, {"name": "All", "scopes": SCOPES, "mode": "test"})["key"]


def make_session():
    return call("/api/v1/connect-sessions", make_key(), {"providers": ["okta"], "endUser": {"id": "user-1"}})["token"]


TOKENS = {"secretKey": make_key, "sessionToken": make_session, "adminToken": lambda: OWNER}


def scheme(operation):
    """The first way to authenticate, or none if anyone may call."""
    return next((name for way in operation.definition.raw.get("security", []) for name in way), None)


@schemathesis.auth(
    # A new token replaces one that a call has ended or whose quota is used up.
    retry_on=[401, 410, 429],
    refresh_interval=3600,
    cache_by_key=lambda case, context: str(scheme(context.operation)),
)
class Bearer:
    def get(self, case, context):
        name = scheme(context.operation)
        return TOKENS[name]() if name else None

    def set(self, case, data, context):
        if data:
            case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Clients shall tolerate new members, so the document allows them; here each has to be documented."""
    schemas = raw_schema["components"]["schemas"]
    written = reachable(schemas, [answer for _, answer in parts(raw_schema, "responses")])
    read = reachable(schemas, [body for _, body in parts(raw_schema, "requestBody")])
    for name in written - read:
        if "properties" in schemas[name]:
            schemas[name].setdefault("additionalProperties", False)


def parts(raw_schema, member):
    for path in raw_schema["paths"].values():
        for method, operation in path.items():
            if member in operation:
                yield method, operation[member]


def reachable(schemas, roots):
    seen, todo = set(), list(roots)
    while todo:
        at = todo.pop()
        if isinstance(at, dict):
            name = str(at.get("$ref", "")).removeprefix("#/components/schemas/")
            if name in schemas and name not in seen:
                seen.add(name)
                todo.append(schemas[name])
        todo.extend(at.values() if isinstance(at, dict) else at if isinstance(at, list) else [])
    return seen
