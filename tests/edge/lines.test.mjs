// Responses in lines (NDJSON): a line reports each passed step while later requests run, and the last line is the response.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { deploy, found, oktaToken } from "../harness/deployment.mjs";
import { sealAnswer } from "../harness/seal.mjs";

const HOST = "acme.okta.com";
const ME = `GET https://${HOST}/api/v1/users/me`;
const ROLES = `GET https://${HOST}/api/v1/users/00uada/roles`;

let edge;
before(async () => (edge = await deploy({ faults: true })));
afterEach(() => edge.faults({}));
after(() => edge.stop());

/**
 * One attempt that requests lines. Returns the response, and a function that reads the next line. A repeat passes on the
 * sealing key of the first time, as a page does: a session that is done no longer returns it.
 */
async function attempt(token, { session, sealing, id = "attempt-1", signal } = {}) {
  session ??= await edge.session(edge.liveKey);
  sealing ??= (await edge.send("GET", "/api/v1/connect", { token: session.token })).body.sealing;
  const body = { attemptId: id, app: "okta", fields: { instanceUrl: { text: HOST } } };
  body.fields.apiToken = await sealAnswer(sealing, session.token, body, "apiToken", token);
  const response = await fetch(`${edge.url}/api/v1/connect`, {
    method: "POST",
    signal,
    headers: { authorization: `Bearer ${session.token}`, "content-type": "application/json", accept: "application/x-ndjson", connection: "close" },
    body: JSON.stringify(body),
  });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const lines = [];
  let rest = "";
  const next = async () => {
    while (!lines.length) {
      const { value, done } = await reader.read();
      if (done) return rest && JSON.parse(rest);
      rest += value;
      const whole = rest.split("\n");
      rest = whole.pop();
      lines.push(...whole.map((line) => JSON.parse(line)));
    }
    return lines.shift();
  };
  return { session, sealing, response, next };
}

/** A promise and the function that settles it. */
function gate() {
  let open;
  const opened = new Promise((resolve) => (open = resolve));
  return { open, opened };
}

const account = () => Response.json({ id: "00uada", status: "ACTIVE", profile: { login: "ada@example.com" } });
const roles = () => Response.json([{ id: "ra1", type: "SUPER_ADMIN", label: "Super Administrator", status: "ACTIVE" }]);

test("each step is reported while the next request still runs, and the last line is the response", async () => {
  const [key, rights] = [gate(), gate()];
  edge.okta.answer(ME, () => key.opened.then(account));
  edge.okta.answer(ROLES, () => rights.opened.then(roles));
  const token = oktaToken();
  const { response, next } = await attempt(token);
  assert.equal(response.headers.get("content-type"), "application/x-ndjson");
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.deepEqual(await next(), { passed: "host" });
  key.open();
  assert.deepEqual(await next(), { passed: "key" });
  rights.open();
  assert.deepEqual(await next(), { passed: "rights" });
  const { status, body } = await next();
  assert.deepEqual([status, body.connection.app, body.report.identity.login], [200, "okta", "ada@example.com"]);
  assert.equal(await next(), "", "a line came after the last one");
  assert.deepEqual(found(token, JSON.stringify(body)), []);
  edge.okta.answer(ME, account);
  edge.okta.answer(ROLES, roles);
});

test("a refused key is reported after the accepted host", async () => {
  edge.okta.answer(ME, () => Response.json({ errorCode: "E0000011" }, { status: 401 }));
  const { response, next } = await attempt(oktaToken());
  assert.equal(response.status, 200);
  assert.deepEqual(await next(), { passed: "host" });
  const { status, body } = await next();
  assert.deepEqual([status, body.code, body.errors[0].field], [422, "key_rejected", "apiToken"]);
  edge.okta.answer(ME, account);
});

test("a refusal before any request to the provider keeps its status", async () => {
  const headers = { accept: "application/x-ndjson" };
  const session = await edge.session(edge.liveKey);
  for (const [body, token, status, code] of [
    [{}, session.token, 400, "malformed_body"],
    [{ attemptId: "attempt-1", app: "okta", fields: {} }, `${session.token}x`, 401, "invalid_session_token"],
    [{ attemptId: "attempt-1", app: "okta", fields: {} }, session.token, 422, "field_required"],
  ]) {
    const answer = await edge.send("POST", "/api/v1/connect", { token, body, headers });
    assert.deepEqual([answer.status, answer.body?.code, answer.headers.get("content-type")], [status, code, "application/problem+json"], answer.text);
  }
});

test("a storage failure after the key was accepted has a last line too", async () => {
  await edge.faults({ kvPut: "fail" });
  const { next } = await attempt(oktaToken());
  for (const passed of ["host", "key", "rights"]) assert.deepEqual(await next(), { passed });
  const { status, body } = await next();
  assert.deepEqual([status, body.code], [503, "storage_unavailable"]);
});

test("a client that disconnects finds the outcome when it repeats the attempt, and one account is made", async () => {
  const key = gate();
  edge.okta.answer(ME, () => key.opened.then(account));
  const before = (await edge.listed(edge.liveKey)).length;
  const token = oktaToken();
  const leaving = new AbortController();
  const { session, sealing, next } = await attempt(token, { signal: leaving.signal });
  assert.deepEqual(await next(), { passed: "host" });
  leaving.abort();
  key.open();
  edge.okta.answer(ME, account);
  const again = await attempt(token, { session, sealing });
  let line = await again.next();
  while (line.passed) line = await again.next();
  // If the outcome is recorded by then, it is returned at once.
  assert.equal(line.status ?? again.response.status, 200);
  assert.equal((await edge.listed(edge.liveKey)).length, before + 1);
});
