// Refusals on the real runtime: each has its documented problem, and nothing is stored.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { MAGIC_HOST, deploy, magicToken, oktaToken } from "../harness/deployment.mjs";

let edge;
before(async () => (edge = await deploy()));
after(() => edge.stop());

/** The ids of the accounts that were connected. */
const connected = [];

/** An attempt that is accepted: the account's id. */
async function accepted(session) {
  const { status, text, body } = await edge.attempt(session, "attempt-accepted", MAGIC_HOST, magicToken());
  assert.equal(status, 200, text);
  connected.push(body.connection.id);
  return body.connection.id;
}

function assertProblem(answer, status, code, field) {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  assert.equal(answer.headers.get("cache-control"), "no-store");
  const problem = answer.body;
  assert.deepEqual([problem.status, problem.code, problem.errors[0].field], [status, code, field ?? null], answer.text);
  for (const member of ["type", "title", "detail", "requestId"]) assert.ok(problem[member], member);
  for (const error of problem.errors) assert.ok(error.code && error.message && error.fix, answer.text);
}

test("wrong keys, missing keys and tokens of another kind are refused", async () => {
  const list = (token) => edge.send("GET", "/api/v1/app-connections", { token });
  assertProblem(await list(undefined), 401, "credentials_missing");
  assertProblem(await list("lk_test_nonsense"), 401, "invalid_api_key");
  const last = edge.testKey.endsWith("0") ? "1" : "0";
  assertProblem(await list(edge.testKey.slice(0, -1) + last), 401, "invalid_api_key");
  assertProblem(await list(edge.testKey.replace("lk_test_", "lk_live_")), 401, "invalid_api_key");
  assertProblem(await edge.send("GET", "/api/v1/connect", { token: edge.testKey }), 401, "invalid_session_token");
  assertProblem(await edge.send("POST", "/api/v1/projects", { token: edge.testKey, body: { name: "x" } }), 401, "invalid_admin_token");
});

test("used sessions and unknown sessions are refused", async () => {
  const session = await edge.session();
  await accepted(session);
  assertProblem(await edge.attempt(session, "attempt-2", MAGIC_HOST, magicToken()), 409, "session_used");
  assert.equal((await edge.send("GET", `/link/${session.id}`)).status, 409);
  const forged = { token: session.token.replace(/.$/, (last) => (last === "0" ? "1" : "0")) };
  assertProblem(await edge.attempt(forged, "attempt-1", MAGIC_HOST, magicToken()), 401, "invalid_session_token");
});

test("another project's connection is not found", async () => {
  const id = await accepted(await edge.session());
  const made = await edge.send("POST", "/api/v1/projects", { token: edge.secrets.ADMIN_TOKEN, body: { name: "Other" } });
  const path = `/api/v1/app-connections/okta/${id}`;
  for (const token of [made.body.apiKeys.test, edge.liveKey]) {
    for (const method of ["GET", "DELETE"]) assertProblem(await edge.send(method, path, { token }), 404, "not_found");
  }
  assert.equal((await edge.send("GET", path, { token: edge.testKey })).status, 200);
});

test("bodies that are too large, broken, or of another type or shape are refused", async () => {
  const session = await edge.session();
  const send = (raw, headers) => edge.send("POST", "/api/v1/connect", { token: session.token, raw, headers });
  assertProblem(await send(JSON.stringify({ attemptId: "x".repeat(2 << 20) })), 413, "body_too_large");
  const chunks = new ReadableStream({
    start(controller) {
      for (let i = 0; i < 32; i += 1) controller.enqueue(new TextEncoder().encode("x".repeat(65536)));
      controller.close();
    },
  });
  const streamed = await fetch(`${edge.url}/api/v1/connect`, {
    method: "POST",
    duplex: "half",
    headers: { authorization: `Bearer ${session.token}`, "content-type": "application/json" },
    body: chunks,
  });
  assert.equal(streamed.status, 413);
  assertProblem(await send('{"attemptId": "attempt-1", "app"'), 400, "malformed_body");
  assertProblem(await send('{"attemptId":"attempt-1","app":"okta","fields":{},"surprise":1}'), 400, "malformed_body", "surprise");
  assertProblem(await send("{}", { "content-type": "text/plain" }), 415, "unsupported_media_type");
  const unknown = await edge.attempt(session, "attempt-3", MAGIC_HOST, magicToken(), { surprise: { text: "x" } });
  assertProblem(unknown, 422, "unknown_field", "surprise");
});

test("unknown paths and methods are refused", async () => {
  assertProblem(await edge.send("GET", "/nothing"), 404, "not_found");
  assertProblem(await edge.send("GET", "/assets/connect.js.br"), 404, "not_found");
  assertProblem(await edge.send("GET", "/assets/widget-000000000000.js"), 404, "not_found");
  const answer = await edge.send("DELETE", "/api/v1/connect-sessions");
  assertProblem(answer, 405, "method_not_allowed");
  assert.equal(answer.headers.get("allow"), "GET, HEAD, POST, OPTIONS");
});

test("an unknown method is not treated as GET", async () => {
  for (const path of ["/api/v1/providers", "/api/v1/providers/okta", "/healthz"]) {
    assertProblem(await edge.send("QUERY", path), 405, "method_not_allowed");
  }
  assertProblem(await edge.send("QUERY", "/api/v1/projects", { token: edge.secrets.ADMIN_TOKEN }), 405, "method_not_allowed");
  assertProblem(await edge.send("QUERY", "/connect.js"), 404, "not_found");
});

for (const [host, code] of [
  ["http://169.254.169.254", "host_is_address"],
  ["127.0.0.1", "host_is_address"],
  ["http://[::1]:8787/", "host_is_address"],
  ["localhost", "host_is_address"],
  ["evil.example", "host_not_allowed"],
  ["acme.okta.com.evil.example", "host_not_allowed"],
  ["acme.okta.com@evil.example", "host_malformed"],
]) {
  for (const mode of ["test", "live"]) {
    test(`${host} is refused in ${mode} mode, and no provider gets a request`, async () => {
      const session = await edge.session(mode === "test" ? edge.testKey : edge.liveKey);
      const asked = edge.okta.seen.length;
      assertProblem(await edge.attempt(session, "attempt-1", host, magicToken()), 422, code, "instanceUrl");
      assert.equal(edge.okta.seen.length, asked);
    });
  }
}

test("a host that redirects is refused, the redirect is not followed, and no secret is sent", async () => {
  const line = "GET https://moved.okta.com/.well-known/okta-organization";
  edge.okta.answer(line, () => new Response(null, { status: 302, headers: { location: "https://evil.example/" } }));
  const session = await edge.session(edge.liveKey);
  const asked = edge.okta.seen.length;
  assertProblem(await edge.attempt(session, "attempt-1", "moved.okta.com", oktaToken()), 422, "host_unknown", "instanceUrl");
  assert.deepEqual(edge.okta.seen.slice(asked), [{ line, authorization: null }]);
});

test("a redirect in response to the secret is not followed either", async () => {
  const line = "GET https://half.okta.com/api/v1/users/me";
  edge.okta.answer(line, () => new Response(null, { status: 307, headers: { location: "https://evil.example/" } }));
  const session = await edge.session(edge.liveKey);
  assertProblem(await edge.attempt(session, "attempt-1", "half.okta.com", oktaToken()), 502, "provider_unexpected");
  assert.equal(edge.okta.seen.at(-1).line, line);
});

test("a provider that sends far too much, or nothing for ten seconds, is unavailable", async () => {
  const big = "GET https://big.okta.com/.well-known/okta-organization";
  edge.okta.answer(big, () => new Response("x".repeat(3 << 20)));
  const slow = "GET https://slow.okta.com/.well-known/okta-organization";
  edge.okta.answer(slow, () => new Promise((resolve) => setTimeout(() => resolve(new Response("{}")), 14_000).unref()));
  for (const host of ["big.okta.com", "slow.okta.com"]) {
    const session = await edge.session(edge.liveKey);
    const answer = await edge.attempt(session, "attempt-1", host, oktaToken());
    assertProblem(answer, 503, "provider_unavailable");
    assert.equal(answer.headers.get("retry-after"), "30");
  }
});

// It counts every attempt that `accepted` recorded, whichever tests ran before.
test("only the accepted attempts are stored", async () => {
  const session = await edge.session();
  assertProblem(await edge.attempt(session, "attempt-1", "evil.example", magicToken()), 422, "host_not_allowed", "instanceUrl");
  assertProblem(await edge.attempt(session, "attempt-2", MAGIC_HOST, magicToken("revoked")), 422, "key_rejected", "apiToken");
  await accepted(session);
  assert.equal((await edge.listed(edge.liveKey)).length, 0);
  assert.deepEqual((await edge.listed()).map(({ id }) => id).sort(), connected.sort());
});
