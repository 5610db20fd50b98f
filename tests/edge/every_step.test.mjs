// Faults at every step of every request that writes. Each call to KV or to an object fails, or acts but loses its reply, or the
// runtime is killed right before or after the call and starts again on the same state.
//
// The calls are counted in a run without faults, so a new call is covered at once. A test fails when a writing endpoint of the API has
// no case here. Each case is a project of its own, and all cases of a request run at the same time: those that are to be killed wait at
// their step for the others. Afterwards the response must be true, each listed account must open with the right secret, no row may
// point to a missing value, repeating the request must come to an end, and the sweep must leave in KV exactly the values that rows
// point to. `every_step/requests.mjs` holds the requests; `tests/core/every_step.rs` does the same on the host, with more faults
// for each call.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { deploy } from "../harness/deployment.mjs";
import { requests } from "./every_step/requests.mjs";

const [FAILING, ENDING] = [["fail", "lose-reply"], ["wait-before", "wait-after"]];
const HOUR = 3_600_000;

const stage = {};
before(async () => (stage.edge = await deploy({ faults: true })));
after(() => stage.edge.stop());
const REQUESTS = requests(stage);

/** A project of its own for one case, with a key that opens credentials and one that manages keys. */
async function project() {
  const { edge } = stage;
  const made = await edge.send("POST", "/api/v1/projects", { token: edge.secrets.ADMIN_TOKEN, body: { name: "Case" } });
  const token = made.body.apiKeys.test;
  const { id } = made.body.project;
  const opener = await edge.keyWith(["credentials:read"], id);
  const manager = await edge.keyWith(["connections:read", "sessions:read", "admin"], id);
  return { id, project: id, token, opener, manager };
}

/** The listed accounts by name, each with its secret and version. Each must open. */
async function opened(at) {
  const listed = await stage.edge.send("GET", "/api/v1/app-connections", { token: at.token });
  // A deleted project has no list; its request checks that itself.
  if (["invalid_api_key", "project_deleted"].includes(listed.body?.code)) return {};
  assert.equal(listed.status, 200, listed.text);
  const entries = listed.body.appConnections.map(async ({ app, id, name, version, details }) => {
    const answer = await stage.edge.send("GET", `/api/v1/app-connections/${app}/${id}/credentials`, { token: at.opener });
    if (details.suspended) {
      assert.equal(answer.body.code, "suspended", answer.text);
      return [name, ["suspended", version]];
    }
    if (details.task?.kind === "revoke") {
      assert.equal(answer.body.code, "ending", answer.text);
      return [name, ["ending", version]];
    }
    assert.deepEqual([answer.status, answer.body?.version], [200, version], `${name} is listed and does not open: ${answer.text}`);
    return [name, [answer.body.credentials.apiToken, version]];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** The visible state of a case: its accounts, and the rest that shows how far the request has come. */
async function seen(request, broken) {
  const accounts = await opened(broken.at);
  return request.look ? [accounts, await request.look(broken)] : [accounts];
}

/** A project's keys in KV, the keys that its rows point to, and its number of open intents. */
async function stored(at) {
  const namespace = await stage.edge.mf.getKVNamespace("CREDENTIALS");
  const { keys } = await namespace.list({ prefix: `credential/test/${at.project}/` });
  const { values, intents } = (await stage.edge.send("GET", `/__faults/rows?project=${at.project}`)).body;
  const pointed = values.map(([mode, connection, blob]) => `credential/${mode}/${at.project}/${connection}/${blob}`);
  return { kept: keys.map(({ name }) => name).sort(), pointed: pointed.sort(), intents };
}

async function until(holds, what) {
  for (const end = Date.now() + 10_000; Date.now() < end;) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail(`not within ten seconds: ${what}`);
}

const same = (now, state) => JSON.stringify(now) === JSON.stringify(state);
const succeeded = (request, { status, body }) => [status, body?.code].includes(request.success);

/** Runs the same for all cases concurrently; a failure names its case. */
async function each(cases, what) {
  const one = async (broken) => {
    try {
      await what(broken);
    } catch (error) {
      error.message = `${broken.title}: ${error.message}`;
      throw error;
    }
  };
  await Promise.all(cases.map(one));
}

/** Moves the clock of all cases forward, and rings their alarms. */
async function later(cases, clock) {
  await stage.edge.faults({ clock });
  await each(cases, async ({ at }) => assert.equal((await stage.edge.send("POST", `/__faults/ring?project=${at.project}`)).status, 200));
}

/** Checks that the response is true and that the state is whole. */
async function check(request, broken) {
  const states = request.states(broken);
  const { answer, at } = broken;
  const now = await seen(request, broken);
  assert.ok(states.some((state) => same(now, state)), `the request is half done: ${JSON.stringify(now)}`);
  if (succeeded(request, answer)) {
    assert.deepEqual(now, states.at(-1), `the response was ${answer.status}, but the state is another`);
    await request.promised?.(broken, answer);
  } else if (answer.status === 0) assert.ok(ENDING.includes(broken.how), "there was no response");
  else {
    assert.ok(["storage_unavailable", "outcome_unknown"].includes(answer.body?.code), answer.text);
    if (/Nothing was kept/.test(answer.text)) assert.deepEqual(now[0], states[0][0], answer.text);
  }
  const { kept, pointed } = await stored(at);
  assert.deepEqual(pointed.filter((key) => !kept.includes(key)), [], "a row points to a missing value");
}

/** Everything after the request: the state at once, the repetition, and the sweep. */
async function aftermath(request, cases) {
  await each(cases, (broken) => check(request, broken));
  // A client without a response repeats the request, the last time after leases and reservations have ended.
  const finished = async (broken) => same(await seen(request, broken), request.states(broken).at(-1)) && !(await request.left?.(broken));
  const again = async (broken) => {
    for (let times = 0; times < 2 && !(await finished(broken)); times += 1) await request.act(broken);
  };
  await each(cases, again);
  await later(cases, HOUR / 4);
  await each(cases, again);
  await each(cases, async (broken) => assert.ok(await finished(broken), "repeating it does not come to an end"));
  await each(cases, async (broken) => {
    await request.finish?.(broken);
    broken.end = await opened(broken.at);
  });

  // After two hours no row has a copy of its value; after a day the versions before are deleted too.
  await later(cases, 2 * HOUR);
  await each(cases, async ({ at, end }) => {
    assert.deepEqual(await opened(at), end);
    const { kept, pointed, intents } = await stored(at);
    assert.deepEqual([kept, intents], [pointed, 0], "the sweep left a value that no row points to, or deleted one that a row points to");
  });
  await later(cases, 27 * HOUR);
  await each(cases, async ({ at, end }) => {
    assert.deepEqual(await opened(at), end);
    assert.equal((await stored(at)).kept.length, Object.keys(end).length);
  });
  await stage.edge.faults({});
}

/** The calls of a request in a project without faults. */
async function count(request) {
  const first = await request.prepare(await project());
  await request.between?.([first]);
  assert.deepEqual(await seen(request, first), request.states(first)[0]);
  await stage.edge.faults({ steps: { [first.at.id]: {} } });
  const answer = await request.act(first);
  assert.ok(succeeded(request, answer), answer.text);
  if (request.settled) await until(() => request.settled(first), "it has settled");
  const { calls } = await stage.edge.seen();
  assert.ok(calls[first.at.id]?.length >= 1, "the request makes no call");
  return calls[first.at.id];
}

// On the host every request has every fault in each run. Here the short run takes every third one; with `LATCHKEY_MATRIX` all of them.
const CASES = Object.entries(REQUESTS).filter((_, at) => process.env.LATCHKEY_MATRIX || at % 3 === 0);
for (const [title, request] of CASES) {
  test(`${title}: after a failure or a kill at any step the response is true and nothing is half done`, async () => {
    const { edge } = stage;
    const steps = await count(request);
    const make = async (step, at, how) => ({ ...(await request.prepare(await project())), title: `${at + 1} of ${steps.length}, ${step}, ${how}`, step: at, how });
    const all = async (hows) => {
      const cases = [];
      for (const [at, step] of steps.entries()) cases.push(...(await Promise.all(hows.map((how) => make(step, at, how)))));
      return cases;
    };
    const [failing, ending] = [await all(FAILING), await all(ENDING)];
    await request.between?.([...failing, ...ending]);
    for (const cases of [failing, ending]) {
      await edge.faults({ steps: Object.fromEntries(cases.map(({ at, step, how }) => [at.id, { at: step, how }])) });
      const answers = each(cases, async (broken) => (broken.answer = await request.act(broken).catch(() => ({ status: 0 }))));
      const reached = async () => {
        const { calls, waiting } = await edge.seen();
        return cases === ending ? waiting.length === cases.length : cases.every(({ at, step }) => calls[at.id]?.length > step);
      };
      await until(reached, "every case is at its step");
      if (cases === ending) await edge.kill();
      await answers;
      await aftermath(request, cases);
    }
  });
}

test("every endpoint that writes has a case here", async () => {
  const { paths } = (await stage.edge.send("GET", "/openapi.json")).body;
  const writing = Object.entries(paths).flatMap(([path, calls]) =>
    Object.keys(calls).filter((method) => method !== "get").map((method) => `${method.toUpperCase()} ${path}`));
  assert.ok(writing.length > 0);
  assert.deepEqual([...new Set(Object.values(REQUESTS).map(({ endpoint }) => endpoint))].sort(), writing.sort());
});
