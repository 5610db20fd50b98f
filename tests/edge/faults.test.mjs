// Faults of KV and of the Durable Object on the real runtime: the response is true, no unfinished account is listed, none is made
// twice, and a retry succeeds. `tests/core/faults.rs` has the same cases, step by step.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { MAGIC_HOST, deploy, magicToken } from "../harness/deployment.mjs";

let edge;
before(async () => (edge = await deploy({ faults: true })));
afterEach(() => edge.faults({}));
after(() => edge.stop());

/** Runs an attempt with faults, and again without them. Returns both responses and how many accounts each made. */
async function attempted(faults, { again }) {
  const session = await edge.session();
  const before = (await edge.listed()).length;
  const token = magicToken();
  await edge.faults(faults);
  const first = await edge.attempt(session, "attempt-1", MAGIC_HOST, token);
  await edge.faults({});
  const made = (await edge.listed()).length - before;
  const second = await edge.attempt(session, again, MAGIC_HOST, token);
  return { first, second, made, madeInAll: (await edge.listed()).length - before };
}

test("KV refuses the write: nothing is kept, and the next attempt succeeds", async () => {
  const run = await attempted({ kvPut: "fail" }, { again: "attempt-2" });
  assert.deepEqual([run.first.status, run.first.body.code, run.made], [503, "storage_unavailable", 0], run.first.text);
  assert.deepEqual([run.second.status, run.madeInAll], [200, 1], run.second.text);
});

test("the commit fails for good: the outcome is unknown, and the same attempt settles it", async () => {
  const object = { operation: "commit-attempt", how: "fail" };
  const run = await attempted({ object }, { again: "attempt-1" });
  assert.deepEqual([run.first.status, run.first.body.code, run.made], [503, "outcome_unknown", 0], run.first.text);
  assert.deepEqual([run.second.status, run.madeInAll], [200, 1], run.second.text);
});

test("the commit fails once: it is sent again and the account is linked", async () => {
  const run = await attempted({ object: { operation: "commit-attempt", how: "fail", times: 1 } }, { again: "attempt-1" });
  assert.deepEqual([run.first.status, run.made, run.madeInAll], [200, 1, 1], run.first.text);
  assert.deepEqual(run.second.body, run.first.body);
});

test("the commit acts but its reply is lost: the account is linked once, and the response says so", async () => {
  const run = await attempted({ object: { operation: "commit-attempt", how: "lose-reply" } }, { again: "attempt-1" });
  assert.deepEqual([run.first.status, run.made, run.madeInAll], [200, 1, 1], run.first.text);
  assert.deepEqual(run.second.body, run.first.body);
});

test("the commit gets no reply: after the time limit the object is asked, and the true outcome is returned", async () => {
  const run = await attempted({ object: { operation: "commit-attempt", how: "hang", times: 1 } }, { again: "attempt-1" });
  assert.deepEqual([run.first.status, run.made, run.madeInAll], [200, 1, 1], run.first.text);
});

test("the response is lost: repeating the attempt returns it, and nothing is made twice", async () => {
  const run = await attempted({ dropAnswer: { path: "/api/v1/connect", times: 1 } }, { again: "attempt-1" });
  assert.deepEqual([run.first.status, run.made], [599, 1]);
  assert.deepEqual([run.second.status, run.madeInAll], [200, 1], run.second.text);
});

test("the lease gets no reply: nothing is stored, and the same attempt goes on", async () => {
  const run = await attempted({ object: { operation: "lease-session", how: "lose-reply" } }, { again: "attempt-1" });
  assert.deepEqual([run.first.status, run.first.body.code, run.made], [503, "outcome_unknown", 0], run.first.text);
  assert.deepEqual([run.second.status, run.madeInAll], [200, 1], run.second.text);
});

test("a KV that hides new keys hides no account", async () => {
  const run = await attempted({ kvGet: "miss" }, { again: "attempt-1" });
  assert.deepEqual([run.first.status, run.made, run.madeInAll], [200, 1, 1], run.first.text);
});

test("a refusal whose record is lost once does not block the session", async () => {
  const session = await edge.session();
  await edge.faults({ object: { operation: "fail-attempt", how: "fail", times: 1 } });
  assert.equal((await edge.attempt(session, "attempt-1", MAGIC_HOST, magicToken("revoked"))).status, 422);
  assert.equal((await edge.attempt(session, "attempt-2", MAGIC_HOST, magicToken())).status, 200);
});

test("a deletion whose KV delete fails is still a deletion, and the sweep deletes the value later", async () => {
  const session = await edge.session();
  const { body } = await edge.attempt(session, "attempt-1", MAGIC_HOST, magicToken());
  const namespace = await edge.mf.getKVNamespace("CREDENTIALS");
  const stored = async () => (await namespace.list({ prefix: `credential/test/${edge.project.id}/${body.connection.id}/` })).keys.length;
  const until = async (wanted, ms) => {
    for (const end = Date.now() + ms; Date.now() < end && (await stored()) !== wanted;) await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(await stored(), wanted);
  };
  assert.equal(await stored(), 1);
  await edge.faults({ kvDelete: "fail" });
  const path = `/api/v1/app-connections/okta/${body.connection.id}`;
  assert.equal((await edge.send("DELETE", path, { token: edge.testKey })).status, 200);
  assert.equal((await edge.send("GET", path, { token: edge.testKey })).status, 404);
  const sweeps = () => edge.logText().split(`/${body.connection.id}/`).length - 1;
  for (const end = Date.now() + 5_000; Date.now() < end && sweeps() === 0;) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(sweeps(), 1, "the sweep did not try, or logged nothing");
  for (let i = 0; i < 5; i += 1) await edge.session();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  assert.equal(sweeps(), 1, "other writes made the sweep try again before its pause");
  assert.equal(await stored(), 1);
  await edge.faults({});
  await until(0, 20_000);
});

test("due work is done after a restart, without any request", async () => {
  const session = await edge.session();
  const { body } = await edge.attempt(session, "attempt-1", MAGIC_HOST, magicToken());
  await edge.faults({ kvDelete: "fail" });
  await edge.send("DELETE", `/api/v1/app-connections/okta/${body.connection.id}`, { token: edge.testKey });
  const sweeps = () => edge.logText().split(`/${body.connection.id}/`).length - 1;
  for (const end = Date.now() + 5_000; Date.now() < end && sweeps() === 0;) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(sweeps(), 1, "the sweep did not run before the restart");
  // From here on the Worker gets no request.
  await edge.restart();
  const namespace = await edge.mf.getKVNamespace("CREDENTIALS");
  const stored = async () => (await namespace.list({ prefix: `credential/test/${edge.project.id}/${body.connection.id}/` })).keys.length;
  for (const end = Date.now() + 25_000; Date.now() < end && (await stored()) > 0;) await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(await stored(), 0);
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.doesNotMatch(edge.logText(), /trapped|due work of an object failed/);
});

test("a deletion deletes the sealed value at once", async () => {
  const session = await edge.session();
  const { body } = await edge.attempt(session, "attempt-1", MAGIC_HOST, magicToken());
  const namespace = await edge.mf.getKVNamespace("CREDENTIALS");
  await edge.send("DELETE", `/api/v1/app-connections/okta/${body.connection.id}`, { token: edge.testKey });
  const stored = async () => (await namespace.list({ prefix: `credential/test/${edge.project.id}/${body.connection.id}/` })).keys.length;
  for (const end = Date.now() + 5_000; Date.now() < end && (await stored()) > 0;) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(await stored(), 0);
});

test("a fault is logged under the request's id, and the response describes it in plain words only", async () => {
  const session = await edge.session();
  await edge.faults({ kvPut: "fail" });
  const answer = await edge.attempt(session, "attempt-1", MAGIC_HOST, magicToken());
  assert.ok(!answer.text.includes("a fault"), answer.text);
  // The log is sent separately, so it may come a moment after the response.
  for (const until = Date.now() + 5_000; Date.now() < until && !edge.logText().includes(answer.body.requestId);) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.ok(edge.logText().includes(answer.body.requestId));
});
