// Every call to KV and to the project's object, of every request that writes: it fails, it acts but its answer is lost, or the
// runtime is killed right before or right after it and starts again on the same state.
//
// The calls are counted in a run without faults, so a new one is covered by itself. Each case is a project of its own, and all of a
// request's cases go side by side: those that shall be killed wait at their step until every one is there. Afterwards what was answered must be true, what
// is listed must open with the right secret, no row may point to a missing value, repeating must come to an end, and the sweep
// must leave in KV exactly what rows point to.

import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { after, before, test } from "node:test";

import { MAGIC_HOST, deploy, magicToken } from "../harness/deployment.mjs";

const ACCOUNTS = "/api/v1/app-connections/okta";
const [FAILING, ENDING] = [["fail", "lose-reply"], ["wait-before", "wait-after"]];
const HOUR = 3_600_000;

let edge;
before(async () => (edge = await deploy({ faults: true })));
after(() => edge.stop());

const credentials = (apiToken) => ({ instanceUrl: MAGIC_HOST, apiToken });

/** A project of its own for one case, with a key that opens credentials. */
async function project() {
  const made = await edge.send("POST", "/api/v1/projects", { token: edge.secrets.ADMIN_TOKEN, body: { name: "Case" } });
  const token = made.body.apiKeys.test;
  const opener = await edge.send("POST", "/api/v1/api-keys", { token, body: { name: "Opener", scopes: ["credentials:read"] } });
  return { id: made.body.project.id, token, opener: opener.body.key };
}

const create = (at, name, secret, headers) =>
  edge.send("POST", ACCOUNTS, { token: at.token, body: { name, method: "api-token", credentials: credentials(secret) }, headers });

async function account(at, secret) {
  const made = await create(at, "one", secret);
  assert.equal(made.status, 201, made.text);
  return `${ACCOUNTS}/${made.body.appConnection.id}`;
}

/** What opens now, by name: the secret and its version. Whatever is listed must open. */
async function opened(at) {
  const listed = await edge.send("GET", "/api/v1/app-connections", { token: at.token });
  assert.equal(listed.status, 200, listed.text);
  const entries = listed.body.appConnections.map(async ({ id, name, version }) => {
    const answer = await edge.send("GET", `${ACCOUNTS}/${id}/credentials`, { token: at.opener });
    assert.deepEqual([answer.status, answer.body?.version], [200, version], `${name} is listed and does not open: ${answer.text}`);
    return [name, [answer.body.credentials.apiToken, version]];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** What KV holds of a project, what its rows point to, and how many intents are open. */
async function stored(at) {
  const namespace = await edge.mf.getKVNamespace("CREDENTIALS");
  const { keys } = await namespace.list({ prefix: `credential/test/${at.id}/` });
  const { values, intents } = (await edge.send("GET", `/__faults/rows?project=${at.id}`)).body;
  const pointed = values.map(([mode, connection, blob]) => `credential/${mode}/${at.id}/${connection}/${blob}`);
  return { kept: keys.map(({ name }) => name).sort(), pointed: pointed.sort(), intents };
}

async function until(holds, what) {
  for (const end = Date.now() + 10_000; Date.now() < end;) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail(`waited in vain until ${what}`);
}

/**
 * The requests. `prepare` makes what the request is about, `act` is the request; `states` is what may open before and after it, by
 * name; `settled` when what it does behind its answer is done; `finished` whether there is nothing left to repeat.
 */
const REQUESTS = {
  "an account is created": {
    prepare: async (at) => ({ at, secret: magicToken(), headers: { "idempotency-key": randomUUID() } }),
    act: ({ at, secret, headers }) => create(at, "one", secret, headers),
    success: 201,
    states: ({ secret }) => [{}, { one: [secret, 1] }],
  },
  "a credential is changed": {
    prepare: async (at) => {
      const [old, secret] = [magicToken(), magicToken()];
      return { at, old, secret, path: await account(at, old) };
    },
    act: ({ at, path, secret }) => edge.send("PATCH", path, { token: at.token, body: { credentials: credentials(secret) } }),
    success: 200,
    states: ({ old, secret }) => [{ one: [old, 1] }, { one: [secret, 2] }],
  },
  "an account is deleted": {
    prepare: async (at) => {
      const secret = magicToken();
      return { at, secret, path: await account(at, secret) };
    },
    act: ({ at, path }) => edge.send("DELETE", path, { token: at.token }),
    success: 200,
    states: ({ secret }) => [{ one: [secret, 1] }, {}],
    /** The alarm rings at once, and is a part of it. */
    settled: async ({ at }) => (await stored(at)).kept.length === 0,
  },
  "the wrapping key is rotated": {
    prepare: async (at) => {
      const [old, secret] = [magicToken(), magicToken()];
      const path = await account(at, old);
      const changed = await edge.send("PATCH", path, { token: at.token, body: { credentials: credentials(secret) } });
      assert.equal(changed.status, 200, changed.text);
      return { at, secret };
    },
    act: ({ at }) => edge.send("POST", "/api/v1/vault/rewrap", { token: at.token, body: {} }),
    success: 200,
    states: ({ secret }) => [{ one: [secret, 2] }],
    finished: async ({ at }) => (await edge.send("GET", "/api/v1/vault", { token: at.token })).body.remaining === 0,
    /** Everything that is to be moved is made under the old key, and then the key changes, once. */
    between: async () => {
      edge.secrets.VAULT_KEYS = `k${randomBytes(3).toString("hex")}:${randomBytes(32).toString("base64url")},${edge.secrets.VAULT_KEYS}`;
      await edge.restart();
    },
  },
};

const same = (now, state) => JSON.stringify(now) === JSON.stringify(state);

/** Does the same for every case at once; a failure names its case. */
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

/** Lets the time pass in all cases, and their alarms ring. */
async function later(cases, clock) {
  await edge.faults({ clock });
  await each(cases, async ({ at }) => assert.equal((await edge.send("POST", `/__faults/ring?project=${at.id}`)).status, 200));
}

/** What was answered is true, and what is there is whole. */
async function check(request, broken) {
  const [before, end] = [request.states(broken)[0], request.states(broken).at(-1)];
  const { answer, at } = broken;
  const now = await opened(at);
  assert.ok(same(now, before) || same(now, end), `half of it is visible: ${JSON.stringify(now)}`);
  if (answer.status === request.success) assert.deepEqual(now, end, `${answer.status} was answered, and it is not so`);
  else if (answer.status === 0) assert.ok(ENDING.includes(broken.how), "it was not answered");
  else {
    assert.ok(["storage_unavailable", "outcome_unknown"].includes(answer.body?.code), answer.text);
    if (/Nothing was kept/.test(answer.text)) assert.deepEqual(now, before, answer.text);
  }
  const { kept, pointed } = await stored(at);
  assert.deepEqual(pointed.filter((key) => !kept.includes(key)), [], "a row points to a value that is not there");
}

/** Everything that comes after the request: the state at once, repeating it, the sweep. */
async function aftermath(request, cases) {
  await each(cases, (broken) => check(request, broken));
  // What somebody does who was not answered: the same again, at last when leases and reservations are over.
  const finished = async (broken) => same(await opened(broken.at), request.states(broken).at(-1)) && ((await request.finished?.(broken)) ?? true);
  const again = async (broken) => {
    for (let times = 0; times < 2 && !(await finished(broken)); times += 1) await request.act(broken);
  };
  await each(cases, again);
  await later(cases, HOUR / 4);
  await each(cases, again);
  await each(cases, async (broken) => assert.ok(await finished(broken), "repeating it does not come to an end"));

  // After two hours no row has a copy of its value any more; after a day the versions before are gone too.
  await later(cases, 2 * HOUR);
  await each(cases, async (broken) => {
    assert.deepEqual(await opened(broken.at), request.states(broken).at(-1));
    const { kept, pointed, intents } = await stored(broken.at);
    assert.deepEqual([kept, intents], [pointed, 0], "the sweep left what nothing points to, or took what something points to");
  });
  await later(cases, 27 * HOUR);
  await each(cases, async (broken) => {
    const end = request.states(broken).at(-1);
    assert.deepEqual(await opened(broken.at), end);
    assert.equal((await stored(broken.at)).kept.length, Object.keys(end).length);
  });
  await edge.faults({});
}

/** The calls that a request makes, in a project without faults. */
async function count(request) {
  const first = await request.prepare(await project());
  await request.between?.();
  await edge.faults({});
  const answer = await request.act(first);
  assert.equal(answer.status, request.success, answer.text);
  if (request.settled) await until(() => request.settled(first), "it has settled");
  const { calls } = await edge.seen();
  assert.ok(calls[first.at.id].length >= 2, calls[first.at.id].join(", "));
  return calls[first.at.id];
}

for (const [title, request] of Object.entries(REQUESTS)) {
  test(`${title}: whatever fails or ends at any step of it, answers are true and nothing is half there`, async () => {
    const steps = await count(request);
    const make = async (step, at, how) => ({ ...(await request.prepare(await project())), title: `${at + 1} of ${steps.length}, ${step}, ${how}`, step: at, how });
    const all = async (hows) => {
      const cases = [];
      for (const [at, step] of steps.entries()) cases.push(...(await Promise.all(hows.map((how) => make(step, at, how)))));
      return cases;
    };
    const [failing, ending] = [await all(FAILING), await all(ENDING)];
    await request.between?.();
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
