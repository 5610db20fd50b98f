// API keys on the real runtime: what a leaked key can reach, and what is left when it is revoked; and the tokens of a session
// that has ended.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { MAGIC_HOST, deploy, found, magicToken } from "../harness/deployment.mjs";

let edge;
before(async () => (edge = await deploy()));
after(() => edge.stop());

const SESSIONS = "/api/v1/connect-sessions";
const person = { providers: ["okta"], endUser: { id: "user-1", email: "ada@example.com" } };
const code = ({ status, body }) => [status, body?.code];

test("a key that only makes sessions reaches no account, and nothing is left of it when it is revoked", async () => {
  const { connection } = (await edge.attempt(await edge.session(), "attempt-1", MAGIC_HOST, magicToken())).body;
  const admin = await edge.keyWith(["admin", "sessions:write"]);
  const made = await edge.send("POST", "/api/v1/api-keys", { token: admin, body: { name: "Leaked", scopes: ["sessions:write"] } });
  const leaked = made.body.key;
  const update = await edge.send("POST", SESSIONS, { token: leaked, body: { ...person, connectionId: connection.id } });
  assert.deepEqual(code(update), [403, "insufficient_scope"]);
  const grant = { name: "x", scopes: ["credentials:read"] };
  for (const token of [leaked, admin, edge.testKey]) {
    assert.deepEqual(code(await edge.send("POST", "/api/v1/api-keys", { token, body: grant })), [403, "insufficient_scope"]);
  }
  const session = (await edge.send("POST", SESSIONS, { token: leaked, body: { ...person, expiresIn: 2_592_000 } })).body;
  const listed = await edge.send("GET", `${SESSIONS}?apiKeyId=${made.body.apiKey.id}&state=open`, { token: edge.testKey });
  assert.deepEqual(listed.body.connectSessions.map(({ id }) => id), [session.id]);
  assert.deepEqual(found(session.token.split(".").at(-1), listed.text), []);
  const revoked = await edge.send("DELETE", `/api/v1/api-keys/${made.body.apiKey.id}`, { token: admin });
  assert.deepEqual([revoked.status, revoked.body.revokedSessions], [200, 1]);
  assert.deepEqual(code(await edge.send("GET", "/api/v1/connect", { token: session.token })), [410, "session_revoked"]);
  assert.deepEqual(code(await edge.attempt(session, "attempt-1", MAGIC_HOST, magicToken())), [410, "session_revoked"]);
});

test("a key works only from its addresses, and can only be narrowed", async () => {
  const admin = await edge.keyWith(["admin", "connections:read"]);
  const body = { name: "Bound", scopes: ["connections:read"], allowedAddresses: ["203.0.113.0/24"], expiresAt: "2100-01-01T00:00:00Z" };
  const { apiKey, key } = (await edge.send("POST", "/api/v1/api-keys", { token: admin, body })).body;
  const from = (address, token = key) => edge.send("GET", "/api/v1/app-connections", { token, headers: { "cf-connecting-ip": address } });
  assert.equal((await from("203.0.113.7")).status, 200);
  assert.deepEqual(code(await from("203.0.114.7")), [403, "address_not_allowed"]);
  assert.deepEqual(code(await from("203.0.114.7", key.replace(/.$/, (last) => (last === "0" ? "1" : "0")))), [401, "invalid_api_key"]);
  const narrow = (change) => edge.send("PATCH", `/api/v1/api-keys/${apiKey.id}`, { token: admin, body: change });
  assert.deepEqual(code(await narrow({ allowedAddresses: ["203.0.0.0/16"] })), [422, "invalid_parameter"]);
  assert.deepEqual(code(await narrow({ expiresAt: "2100-01-01T00:00:01Z" })), [422, "invalid_parameter"]);
  assert.equal((await narrow({ allowedAddresses: ["203.0.113.8"] })).status, 200);
  assert.deepEqual(code(await from("203.0.113.7")), [403, "address_not_allowed"]);
});

test("a repeated request for a session gets the same token, which no file has", async () => {
  const make = (body) => edge.send("POST", SESSIONS, { token: edge.testKey, body, headers: { "idempotency-key": "once" } });
  const [first, again] = [await make(person), await make(person)];
  assert.deepEqual([first.status, again.status, again.body], [201, 201, first.body]);
  assert.equal(again.headers.get("idempotent-replayed"), "true");
  assert.deepEqual(code(await make({ ...person, expiresIn: 60 })), [422, "idempotency_mismatch"]);
  const files = Buffer.concat(edge.files().map(({ bytes }) => bytes));
  assert.ok(files.includes("ada@example.com"), "the files that were searched are not those of the deployment");
  assert.deepEqual(found(first.body.token.split(".").at(-1), files), []);
});

test("after the end a token says which account was linked, and nothing once the account is deleted", async () => {
  const session = await edge.session();
  const shared = await edge.send("POST", "/api/v1/connect/share", { token: session.token });
  const linked = await edge.attempt(session, "attempt-1", MAGIC_HOST, magicToken());
  const { id, app, name } = linked.body.connection;
  const read = () => edge.send("GET", "/api/v1/connect", { token: session.token });
  assert.deepEqual((await read()).body, { state: "done", connection: { id, app, name } });
  assert.deepEqual(code(await edge.send("GET", "/api/v1/connect", { token: shared.body.url.split("#")[1] })), [401, "invalid_session_token"]);
  const again = () => edge.send("POST", "/api/v1/connect/cancel", { token: session.token, body: { attemptId: "attempt-1" } });
  assert.deepEqual((await again()).body, linked.body);
  assert.equal((await edge.send("DELETE", `/api/v1/app-connections/okta/${id}`, { token: edge.testKey })).status, 200);
  assert.deepEqual((await read()).body, { state: "done" });
  assert.deepEqual(code(await again()), [409, "session_used"]);
  assert.equal((await edge.send("DELETE", "/api/v1/connect/share", { token: session.token })).status, 204);
  const ended = await edge.send("DELETE", `${SESSIONS}/${session.id}`, { token: edge.testKey });
  assert.deepEqual([ended.status, ended.body], [200, { id: session.id, state: "done" }]);
  assert.deepEqual(code(await read()), [401, "invalid_session_token"]);
});
