// What readers of an API expect of the built Worker: media types, queries, paths, HEAD, OPTIONS and the order of members.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";

import { MAGIC_HOST, deploy, magicToken } from "../harness/deployment.mjs";

let edge;

function assertProblem(answer, status, code, field) {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.body.code, code);
  assert.equal(answer.body.errors[0].field ?? undefined, field);
}

before(async () => (edge = await deploy()));
after(() => edge.stop());

const SESSIONS = "/api/v1/connect-sessions";
const NEW_SESSION = JSON.stringify({ providers: ["okta"], endUser: { id: "user-1" } });
const send = (raw, headers) => edge.send("POST", SESSIONS, { token: edge.testKey, raw, headers });

test("a compressed body and a foreign charset are refused by name", async () => {
  for (const coding of ["gzip", "br", "zstd", "identity, gzip"]) {
    const refused = await send(gzipSync(NEW_SESSION), { "content-encoding": coding });
    assertProblem(refused, 415, "unsupported_media_type");
    assert.match(refused.body.detail, new RegExp(`Content-Encoding ${coding.split(", ").at(-1)}\\.$`));
    assert.equal(refused.headers.get("accept-encoding"), "identity");
  }
  const utf16 = await send(Buffer.from(NEW_SESSION, "utf16le"), { "content-type": 'application/json; charset="UTF-16LE"' });
  assertProblem(utf16, 415, "unsupported_media_type");
  assert.match(utf16.body.detail, /charset UTF-16LE\.$/);
  assert.equal((await send(NEW_SESSION, { "content-type": "application/json;charset=UTF-8", "content-encoding": "identity" })).status, 201);
});

test("PATCH takes a merge patch, POST does not, and the description says so", async () => {
  const created = await edge.send("POST", "/api/v1/app-connections/okta", {
    token: edge.testKey,
    body: { name: "one", method: "api-token", description: "x", credentials: { instanceUrl: MAGIC_HOST, apiToken: magicToken() } },
  });
  assert.equal(created.status, 201, created.text);
  const path = `/api/v1/app-connections/okta/${created.body.appConnection.id}`;
  const headers = { "content-type": "application/merge-patch+json" };
  const patched = await edge.send("PATCH", path, { token: edge.testKey, body: { description: null }, headers });
  assert.equal(patched.status, 200, patched.text);
  assert.equal(patched.body.appConnection.description, null);
  assertProblem(await send(NEW_SESSION, headers), 415, "unsupported_media_type");
  const document = (await edge.send("GET", "/openapi.json")).body;
  for (const calls of Object.values(document.paths)) {
    for (const [method, { requestBody }] of Object.entries(calls).filter(([, call]) => call.requestBody)) {
      assert.equal("application/merge-patch+json" in requestBody.content, method === "patch");
    }
  }
  const order = "id name projectId description version orgId createdAt updatedAt isPlatformManagedCredentials credentialsHash app method credentials details";
  for (const { text } of [created, patched, await edge.send("GET", path, { token: edge.testKey })]) {
    assert.deepEqual(Object.keys(JSON.parse(text).appConnection), order.split(" "));
  }
});

test("a member of the query that comes twice is refused, however it is encoded", async () => {
  for (const query of ["limit=2&limit=3", "%6Cimit=2&limit=3", "limit=&limit=", "limit&limit=2"]) {
    assertProblem(await edge.send("GET", `/api/v1/app-connections?${query}`, { token: edge.testKey }), 422, "invalid_parameter", "limit");
  }
  assert.equal((await edge.send("GET", "/api/v1/app-connections?limit=2&", { token: edge.testKey })).status, 200);
});

test("a wrong type names the member and what is wanted", async () => {
  for (const [body, field, detail] of [
    [{ providers: ["okta"], endUser: { id: 123 } }, "endUser.id", "endUser.id must be a string."],
    [{ providers: ["okta", 7], endUser: { id: "u" } }, "providers[1]", "providers[1] must be a string."],
    [{ providers: "okta", endUser: { id: "u" } }, "providers", "providers must be a list."],
    [{ providers: ["okta"], endUser: ["u"] }, "endUser", "endUser must be an object."],
    [{ providers: ["okta"], endUser: { id: "u" }, takeOver: "yes" }, "takeOver", "takeOver must be true or false."],
    [{ providers: ["okta"], endUser: { id: "u" }, expiresIn: "60" }, "expiresIn", "expiresIn must be a whole number."],
    [[], undefined, "The body must be an object."],
  ]) {
    const refused = await edge.send("POST", SESSIONS, { token: edge.testKey, body });
    assertProblem(refused, 400, "malformed_body", field);
    assert.equal(refused.body.detail, detail);
  }
});

test("HEAD has the headers of GET, with its length, and no content", async () => {
  const { id } = await edge.session();
  for (const [path, token] of [
    ["/healthz"],
    ["/robots.txt"],
    ["/openapi.json"],
    ["/docs"],
    [`/link/${id}`],
    ["/guides/okta"],
    ["/api/v1/providers"],
    ["/api/v1/providers/okta"],
    ["/api/v1/app-connections/options", edge.testKey],
    [`/api/v1/connect-sessions/${id}`, edge.testKey],
    ["/api/v1/projects", edge.secrets.ADMIN_TOKEN],
    ["/nothing"],
  ]) {
    const key = token === edge.testKey && path.includes("connect-sessions") ? await edge.keyWith(["sessions:read"]) : token;
    // The runtime in front of the Worker would compress the answer, and then nobody knows its length.
    const headers = { "accept-encoding": "identity" };
    const [get, head] = [await edge.send("GET", path, { token: key, headers }), await edge.send("HEAD", path, { token: key, headers })];
    assert.equal(head.status, get.status, path);
    assert.equal(head.text, "");
    // A file is streamed, so the runtime knows its length only when it sends the content. HEAD may leave it out (RFC 9110, section 9.3.2).
    const streamed = ["/openapi.json", "/docs"].includes(path) ? "content-length" : "";
    const names = ({ headers }) => [...headers.keys()].filter((name) => name !== "transfer-encoding" && name !== streamed);
    assert.deepEqual(names(head), names(get), path);
    for (const name of ["content-type", "cache-control", "content-length"].filter((name) => name !== streamed)) assert.equal(head.headers.get(name), get.headers.get(name), `${path} ${name}`);
  }
});

test("OPTIONS says the methods of a path, and nothing to pages of other origins", async () => {
  for (const [path, methods] of [
    [SESSIONS, "GET, HEAD, POST, OPTIONS"],
    ["/api/v1/app-connections/okta/x", "GET, HEAD, PATCH, DELETE, OPTIONS"],
    ["/api/v1/connect/share", "POST, DELETE, OPTIONS"],
    ["/healthz", "GET, HEAD, OPTIONS"],
    ["/openapi.json", "GET, HEAD, OPTIONS"],
    ["/docs", "GET, HEAD, OPTIONS"],
  ]) {
    const headers = { origin: "https://evil.example", "access-control-request-method": "POST" };
    const answer = await edge.send("OPTIONS", path, { headers });
    assert.equal(answer.status, 204, `${path} ${answer.text}`);
    assert.equal(answer.headers.get("allow"), methods);
    assert.equal(answer.headers.get("access-control-allow-origin"), null);
  }
  for (const path of ["/nothing", "/api/v1/nothing", `${SESSIONS}/`, "/assets/widget-000000000000.js"]) {
    assertProblem(await edge.send("OPTIONS", path), 404, "not_found");
  }
});

test("a path that is nearly right says how it is written", async () => {
  for (const [path, right] of [
    ["/api/v1/app-connections/", "/api/v1/app-connections"],
    ["//api/v1/app-connections", "/api/v1/app-connections"],
    ["/api//v1/app-connections/okta", "/api/v1/app-connections/{app}"],
    ["/API/v1/app-connections", "/api/v1/app-connections"],
    ["/api/app-connections", "/api/v1/app-connections"],
    ["/api/v1/connect-sessions/x/", "/api/v1/connect-sessions/{id}"],
  ]) {
    const refused = await edge.send("GET", path, { token: edge.testKey });
    assertProblem(refused, 404, "not_found");
    assert.equal(refused.headers.get("location"), null);
    assert.equal(refused.body.errors[0].fix, `Write it as ${right}.`);
  }
});
