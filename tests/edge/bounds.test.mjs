// One link cannot fill its project's storage, on the real runtime: the size of the database is that of its files. The limits
// are tried one by one in `tests/core/bounds.rs`.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { deploy, oktaToken } from "../harness/deployment.mjs";
import { sealAnswer } from "../harness/seal.mjs";

let edge;
before(async () => (edge = await deploy()));
after(() => edge.stop());

/** The bytes of the files of all objects. */
const stored = () => {
  const files = edge.files().filter(({ path }) => path.includes("/objects/"));
  return files.reduce((sum, { bytes }) => sum + bytes.length, 0);
};

test("a hundred attempts with 3,681 unknown fields add next to nothing, and the link still works", async () => {
  const session = await edge.session(edge.liveKey);
  const fields = Object.fromEntries(Array.from({ length: 3_681 }, (_, number) => [number.toString(36), { text: "" }]));
  const size = stored();
  const attempt = (number) =>
    edge.send("POST", "/api/v1/connect", {
      token: session.token,
      raw: JSON.stringify({ attemptId: `attempt-${number}`, app: "okta", fields }),
    });
  for (let number = 0; number < 100; number++) {
    const { status, body, text } = await attempt(number);
    assert.deepEqual([status, body.code, body.errors.length], [422, "unknown_field", 1]);
    assert.ok(text.length < 1_000, `${text.length} bytes`);
  }
  assert.ok(stored() - size < 100_000, `${stored() - size} bytes were stored`);
  const linked = await edge.attempt(session, "attempt-last", "acme.okta.com", oktaToken());
  assert.equal(linked.status, 200, linked.text);
});

test("a hundred invented attempts that were canceled cannot run, and the link still works", async () => {
  const session = await edge.session(edge.liveKey);
  const cancel = (number) =>
    edge.send("POST", "/api/v1/connect/cancel", { token: session.token, body: { attemptId: `invented-${number}` } });
  for (let number = 0; number < 100; number++) assert.equal((await cancel(number)).body.code, "attempt_cancelled");
  assert.equal((await edge.attempt(session, "invented-7", "acme.okta.com", oktaToken())).body.code, "attempt_cancelled");
  assert.equal((await edge.attempt(session, "attempt-1", "acme.okta.com", oktaToken())).status, 200);
});

test("sixty attempts at once from one address send thirty keys on", async () => {
  edge.okta.answer("GET https://no.okta.com/api/v1/users/me", () =>
    Response.json({ errorCode: "E0000011", errorSummary: "Invalid token provided" }, { status: 401 }),
  );
  const sessions = [];
  for (let number = 0; number < 60; number++) sessions.push(await edge.session(edge.liveKey));
  const sealing = await edge.sealing(sessions[0]);
  const attempt = async ({ token }) => {
    const body = { attemptId: "attempt-1", app: "okta", fields: { instanceUrl: { text: "no.okta.com" } } };
    body.fields.apiToken = await sealAnswer(sealing, token, body, "apiToken", oktaToken());
    return edge.send("POST", "/api/v1/connect", { token, body, headers: { "cf-connecting-ip": "192.0.2.9" } });
  };
  const attempts = await Promise.all(sessions.map(attempt));
  const count = (code) => attempts.filter(({ body }) => body.code === code).length;
  assert.deepEqual([count("key_rejected"), count("too_many_attempts")], [30, 30]);
  const keys = new Set(edge.okta.seen.filter(({ line }) => line.includes("no.okta.com/api")).map(({ authorization }) => authorization));
  assert.equal(keys.size, 30);
});
