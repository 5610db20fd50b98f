// Checks that nobody asked for, on the real runtime: the object's alarm, the queue and its consumer, and an object without a queue.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { deploy, oktaToken } from "../harness/deployment.mjs";

const ACCOUNTS = "/api/v1/app-connections/okta";
const ME = "GET https://acme.okta.com/api/v1/users/me";
const DAY = 24 * 3_600_000;

const running = [];
after(() => Promise.all(running.map((edge) => edge.stop())));

/** A deployment whose clock stood a day back while it got some accounts: each has had its turn since. */
async function overdue(count, options) {
  const edge = await deploy({ faults: true, ...options });
  running.push(edge);
  await edge.faults({ clock: -DAY });
  const tokens = Array.from({ length: count }, oktaToken);
  const ids = [];
  for (const [number, apiToken] of tokens.entries()) {
    const body = { name: `account-${number}`, method: "api-token", credentials: { instanceUrl: "acme.okta.com", apiToken } };
    const made = await edge.send("POST", ACCOUNTS, { token: edge.liveKey, body });
    assert.equal(made.status, 201, made.text);
    ids.push(made.body.appConnection.id);
  }
  await edge.faults({});
  const checks = () =>
    tokens.map((token) => edge.okta.seen.filter(({ line, authorization }) => line === ME && authorization === `SSWS ${token}`).length);
  return { edge, tokens, ids, checks };
}

/** Waits until something is as wanted. */
async function until(what, found, wanted) {
  for (let tries = 0; tries < 150; tries++) {
    const now = await found();
    if (JSON.stringify(now) === JSON.stringify(wanted)) return;
    if (tries === 149) assert.deepEqual(now, wanted, what);
    await sleep(100);
  }
}

for (const queue of [true, false]) {
  test(`every account is checked at its turn, by the alarm ${queue ? "and the queue" : "alone where no queue is bound"}`, async () => {
    const { edge, ids, tokens, checks } = await overdue(5, { queue });
    await until("each was linked and then checked", checks, [2, 2, 2, 2, 2]);
    for (const id of ids) {
      const checked = async () => {
        const { health } = (await edge.send("GET", `${ACCOUNTS}/${id}`, { token: edge.liveKey })).body.appConnection.details;
        assert.equal(health.state, "healthy");
        assert.ok(Date.parse(health.nextCheckAt) > Date.now() - 60_000, health.nextCheckAt);
        return Date.parse(health.checkedAt) > Date.now() - 60_000;
      };
      await until("it was settled", checked, true);
    }
    const log = edge.logText();
    for (const token of tokens) assert.ok(!log.includes(token), "a key is in the log");
    assert.ok(!log.includes("failed"), log);
  });
}

test("a message that is old, strange or comes twice does nothing, and each is acknowledged", async () => {
  const { edge, checks } = await overdue(2);
  await until("each was linked and then checked", checks, [2, 2]);
  const queue = await edge.mf.getQueueProducer("CHECKS");
  const project = edge.project.id;
  const strange = [{ project, batch: 1 }, { project, batch: 999 }, { project, batch: -1 }, { project: "x", batch: 1 }, {}, "text", null, 7];
  for (const body of strange) await queue.send(body);
  await queue.send({ project: "00000000-0000-4000-8000-000000000000", batch: 1 });
  await sleep(2_000);
  assert.deepEqual(checks(), [2, 2]);
  assert.ok(!edge.logText().includes("failed"), edge.logText());
});
