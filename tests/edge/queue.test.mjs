// Checks that nobody asked for, on the real runtime: the object's alarm, the queue and its consumer, which is killed too, and an object
// without a queue.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { deploy, oktaToken } from "../harness/deployment.mjs";

const ACCOUNTS = "/api/v1/app-connections/okta";
const ME = "GET https://acme.okta.com/api/v1/users/me";
const DAY = 24 * 3_600_000;

const running = [];
after(() => Promise.all(running.map((edge) => edge.stop())));

/** A deployment whose clock stood a day back while it got some accounts: each has had its turn since. `before` is called with the tokens before the clock is right, and returns the faults from then on. */
async function overdue(count, options, before = () => ({})) {
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
  await edge.faults(await before(edge, tokens));
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

const MINUTE = 60_000;

for (const how of ["hang", "hang-after"]) {
  test(`a consumer that is killed ${how === "hang" ? "between verifying and settling" : "right after settling"} leaves accounts that are settled once, and no change is told twice`, async () => {
    const { edge, tokens, ids, checks } = await overdue(2, {}, (edge, [refused]) => {
      edge.okta.answer(ME, (request) => {
        if (request.headers.get("authorization") === `SSWS ${refused}`) return Response.json({ errorCode: "E0000011" }, { status: 401 });
        return Response.json({ id: "00uada", status: "ACTIVE", profile: { login: "ada@example.com", firstName: "Ada", lastName: "Lovelace" } });
      });
      return { object: { operation: "settle-batch", how } };
    });
    assert.equal(tokens.length, 2);
    const details = async (id) => (await edge.send("GET", `${ACCOUNTS}/${id}`, { token: edge.liveKey })).body.appConnection.details;
    const health = async () => Promise.all(ids.map(async (id) => (await details(id)).health.state));
    const told = async (id) => {
      const { events } = (await edge.send("GET", `/api/v1/events?connection=${id}&limit=100`, { token: edge.liveKey })).body;
      return events.map(({ type }) => type.replace("connection.", ""));
    };
    const killed = async (what, asked) => {
      await until(`${what}: both are asked, and the consumer is at the settling`, async () => [checks(), (await edge.seen()).waiting.length > 0], [asked, true]);
      await edge.kill();
    };
    /** Moves the clock, and rings the alarm. */
    const later = async (clock, faults = {}) => {
      await edge.faults({ clock, ...faults });
      assert.equal((await edge.send("POST", `/__faults/ring?project=${edge.project.id}`)).status, 200);
    };
    const settled = how === "hang-after";

    // The first check, which is refused for one of them. Its message is lost with the consumer.
    await killed("the first check", [2, 2]);
    assert.deepEqual(await health(), ["healthy", "healthy"], "one refusal changes nothing");
    await later(5_000);
    assert.deepEqual(checks(), [2, 2], "nothing is due before the lease of the batch is over, nor before five minutes have passed");

    // After the lease, what was not settled is due again. One refusal that was settled is to be confirmed instead.
    await later(11 * MINUTE, { object: { operation: "settle-batch", how, times: settled ? undefined : 0 } });
    if (settled) await killed("the confirmation", [3, 2]);
    else {
      await until("both are asked again", checks, [3, 3]);
      await until("and settled", async () => Promise.all(ids.map(async (id) => Date.parse((await details(id)).health.checkedAt) > Date.now() + 10 * MINUTE)), [true, true]);
      assert.deepEqual(await health(), ["healthy", "healthy"]);
      await later(17 * MINUTE, { object: { operation: "settle-batch", how } });
      await killed("the confirmation", [4, 3]);
      assert.deepEqual(await health(), ["healthy", "healthy"], "it was not settled");
      await later(28 * MINUTE);
      await until("it is asked once more", checks, [5, 3]);
    }
    await until("the key is dead, and the other one is not", health, ["needs_new_key", "healthy"]);

    // Whatever comes later finds nothing to do.
    const asked = checks();
    await later(60 * MINUTE);
    await sleep(1_000);
    assert.deepEqual(checks(), asked);
    assert.deepEqual(await told(ids[0]), ["created", "health_changed", "needs_new_key"]);
    assert.deepEqual(await told(ids[1]), ["created"]);
  });
}
