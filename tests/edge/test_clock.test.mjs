// The test clock on the real runtime: months pass in one request, and simulated keys age, warn, die and play their stories.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { deploy } from "../harness/deployment.mjs";

const PATH = "/api/v1/test-clock";
const DAY = 86_400;

let edge;
before(async () => (edge = await deploy()));
after(() => edge.stop());

/** A project of its own, with a key that may move its clock. */
async function project(settings = {}) {
  const made = await edge.send("POST", "/api/v1/projects", { token: edge.secrets.ADMIN_TOKEN, body: { name: "Clock", ...settings } });
  assert.equal(made.status, 201, made.text);
  const scopes = ["connections:read", "connections:write", "sessions:write", "admin"];
  return { token: await edge.keyWith(scopes, made.body.project.id), live: made.body.apiKeys.live };
}

const clock = async ({ token }) => (await edge.send("GET", PATH, { token })).body;

/** Moves the clock, and waits until it is there. */
async function advance({ token }, seconds) {
  const answer = await edge.send("POST", PATH, { token, body: { advance: seconds } });
  assert.ok([200, 202].includes(answer.status), answer.text);
  for (let { moving } = answer.body; moving; { moving } = await clock({ token })) await new Promise((resolve) => setTimeout(resolve, 100));
}

/** Links an account with a listed test value, as a backend. Returns its path. */
async function link({ token }, app, name) {
  const { body } = await edge.send("GET", `/api/v1/providers/${app}`, { token });
  const { fields } = body.testValues.find((value) => value.name === name);
  const account = { name: `${app}-${Math.random().toString(36).slice(2)}`, method: body.method, credentials: fields };
  const made = await edge.send("POST", `/api/v1/app-connections/${app}`, { token, body: account });
  assert.equal(made.status, 201, made.text);
  return `/api/v1/app-connections/${app}/${made.body.appConnection.id}`;
}

const details = async ({ token }, path) => (await edge.send("GET", path, { token })).body.appConnection.details;

/** The events of an account but its creation: what each tells, and the days since it was linked, rounded. */
async function told({ token }, path) {
  const { body } = await edge.send("GET", `/api/v1/events?connection=${path.split("/").at(-1)}&limit=100`, { token });
  const [{ createdAt: linked }, ...events] = body.events;
  const day = (time) => Math.round((Date.parse(time) - Date.parse(linked)) / 1000 / DAY);
  return events.map(({ type, createdAt, data }) => [type.slice("connection.".length), data.days ?? data.appConnection.details.health.state, day(createdAt)]);
}

const warnings = async (at, path) => (await told(at, path)).filter(([type]) => type === "expiring").map(([, days, day]) => [days, day]);
const states = async (at, path) => (await told(at, path)).filter(([type]) => type === "health_changed").map(([, state, day]) => [state, day]);

test("an Okta token that is looked after lives, and one that nobody uses dies and is told in time", async () => {
  const [watched, alone] = [await project(), await project({ checks: false })];
  const [alive, dead] = [await link(watched, "okta", "Super administrator"), await link(alone, "okta", "Super administrator")];
  await Promise.all([advance(watched, 90 * DAY), advance(alone, 35 * DAY)]);
  assert.deepEqual(await told(watched, alive), []);
  const { health, freshness, expiresAt } = await details(watched, alive);
  assert.deepEqual([health.state, freshness], ["healthy", "green"]);
  assert.ok(Date.parse(expiresAt) - Date.parse((await clock(watched)).now) > 7 * DAY * 1000, expiresAt);
  assert.deepEqual(await warnings(alone, dead), [[7, 23], [3, 27], [1, 29]]);
  assert.deepEqual((await states(alone, dead)).at(-1), ["needs_new_key", 30]);
  assert.equal((await details(alone, dead)).health.code, "key_rejected");
});

test("a Harness token warns on each of its days and then needs a new key", async () => {
  const at = await project({ checkEverySeconds: 7 * DAY });
  const path = await link(at, "harness", "Service account with Account Admin");
  await advance(at, 181 * DAY);
  assert.deepEqual(await warnings(at, path), [[60, 120], [30, 150], [14, 166], [7, 173], [3, 177], [1, 179]]);
  assert.deepEqual(await states(at, path), [["expiring", 166], ["needs_new_key", 180]]);
  assert.equal((await details(at, path)).health.code, "key_expired");
});

test("values with a story play it, and live mode and other projects do not notice", async () => {
  const [at, other] = [await project(), await project()];
  const cases = [
    ["okta", "Revoked after seven days", ["needs_new_key"]],
    ["okta", "Owner deactivated after seven days", ["needs_new_key"]],
    ["okta", "Role taken away after seven days, and given back after fourteen", ["degraded", "healthy"]],
    ["okta", "Okta is down for a day, after seven days", []],
    ["okta", "Network zone closed after seven days", ["blocked"]],
    ["harness", "Deleted after seven days", ["needs_new_key"]],
    ["launchdarkly", "IP allowlist closed after seven days", ["blocked"]],
    ["gitlab", "Role taken away after seven days, and given back after fourteen", ["degraded", "healthy"]],
  ];
  for (const story of cases) story.push(await link(at, story[0], story[1]));
  await advance(at, 21 * DAY);
  for (const [app, name, expected, path] of cases) {
    const had = await states(at, path);
    assert.deepEqual(had.map(([state]) => state), expected, `${app}: ${name}`);
    for (const [index, [, day]] of had.entries()) assert.ok(day >= [7, 14][index] && day <= [8, 15][index], `${app}: ${name}: day ${day}`);
  }
  assert.equal((await clock(other)).offset, 0);
  const live = await edge.send("GET", PATH, { token: at.live });
  assert.equal(live.body.code, "insufficient_scope");
});

test("a reset returns to now, forgets the accounts, and empties KV; the clock survives a restart", async () => {
  const at = await project();
  await link(at, "okta", "Super administrator");
  await advance(at, 3 * DAY);
  await edge.restart();
  assert.equal((await clock(at)).offset, 3 * DAY);
  const reset = await edge.send("DELETE", PATH, { token: at.token });
  assert.deepEqual([reset.status, reset.body.offset], [200, 0], reset.text);
  assert.deepEqual((await edge.send("GET", "/api/v1/app-connections", { token: at.token })).body.appConnections, []);
  const path = await link(at, "okta", "Super administrator");
  assert.ok(Math.abs(Date.parse((await details(at, path)).health.since) - Date.now()) < 3_600_000);
});
