// Alarms of the object classes in `edge/entry.js`, with a stand-in for the Rust code: when an alarm rings, also after failures. On the
// real runtime most of these tests would need a fresh isolate, or a storage that fails.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const played = {
  "cloudflare:workers": "export class DurableObject { constructor(ctx, env) { Object.assign(this, { ctx, env }); } } export class WorkerEntrypoint {}",
  "latchkey-edge": `export const __worker_init_state = () => ({ instanceId: globalThis.rust.instance });
    export class StoreObject { run(...args) { return globalThis.rust.run(...args); } work(...args) { return globalThis.rust.work(...args); } changed() {} }
    export const checkBatch = (...args) => globalThis.rust.checkBatch(...args);`,
};
const plugin = {
  name: "played",
  setup(bundler) {
    bundler.onResolve({ filter: /^(cloudflare:workers|latchkey-edge)$/ }, ({ path }) => ({ path, namespace: "played" }));
    bundler.onLoad({ filter: /.*/, namespace: "played" }, ({ path }) => ({ contents: played[path] }));
  },
};
const entryPoints = [fileURLToPath(new URL("../../edge/entry.js", import.meta.url))];
const { outputFiles } = await build({ entryPoints, bundle: true, format: "esm", write: false, plugins: [plugin] });
const script = outputFiles[0].text;

let rings;
let object;
let worker;
/** A new isolate with one object, whose storage records each time that the alarm was set to. */
beforeEach(async (context) => {
  globalThis.addEventListener = () => {};
  globalThis.rust = { instance: 1, run: () => ["+null", undefined], work: async () => undefined };
  rings = [];
  let alarm = null;
  const storage = {
    getAlarm: async () => alarm,
    setAlarm: async (at) => {
      if (storage.broken) throw new Error("the storage is broken");
      rings.push((alarm = at));
    },
  };
  // A new module each time, because a module keeps the state of one isolate.
  const { default: Worker, ProjectObject } = await import(`data:text/javascript,${encodeURIComponent(`${script}\n// ${context.name} ${Math.random()}`)}`);
  object = Object.assign(new ProjectObject({ storage }, {}), { storage });
  worker = new Worker();
});

/** Requests an operation that schedules work for a time. */
const asked = (due = null) => {
  globalThis.rust.run = (_, body) => ["+null", JSON.parse(body) ?? undefined];
  return object.fetch(new Request("https://project/lists/operation", { method: "POST", body: JSON.stringify(due) }));
};

test("an alarm that starts an isolate does the due work, and rings again for the next", async () => {
  globalThis.rust.work = () => new Promise((done) => setTimeout(done, 5, 5_000));
  await object.alarm();
  assert.deepEqual(rings, [5_000]);
});

test("an alarm is set for the earliest due work, and later work does not postpone it", async () => {
  for (const due of [9_000, undefined, 9_500, 7_000, 8_000]) await asked(due);
  assert.deepEqual(rings, [9_000, 7_000]);
});

test("two concurrent requests keep the earlier alarm", async () => {
  await Promise.all([asked(7_000), asked(9_000)]);
  assert.equal(rings.at(-1), 7_000);
});

test("due work that fails is tried again soon, and no request postpones it", async (context) => {
  context.mock.method(console, "error", () => {});
  await asked(1_000);
  globalThis.rust.work = async () => {
    throw "the database is broken";
  };
  const before = Date.now();
  await object.alarm();
  await asked(Date.now() + 86_400_000);
  assert.equal(rings.length, 2);
  assert.ok(rings[1] >= before + 10_000 && rings[1] <= Date.now() + 10_000);
});

test("due work that fails seven times in a row is tried an eighth time: no alarm throws, which would end its repeats", async (context) => {
  context.mock.method(console, "error", () => {});
  await asked(1_000);
  let tries = 0;
  globalThis.rust.work = async () => {
    tries += 1;
    if (tries % 2 === 0) throw new WebAssembly.RuntimeError("unreachable");
    throw "the database is broken";
  };
  for (let failed = 1; failed <= 7; failed += 1) {
    await object.alarm();
    assert.equal(rings.length, 1 + failed);
    assert.ok(rings.at(-1) <= Date.now() + 10_000);
  }
  globalThis.rust.work = async () => 5_000;
  await object.alarm();
  assert.equal(rings.at(-1), 5_000);
});

test("an alarm that could not be set is set by the next request", async () => {
  object.storage.broken = true;
  await assert.rejects(asked(7_000));
  object.storage.broken = false;
  await asked(8_000);
  assert.deepEqual(rings, [8_000]);
});

test("a refusal of the Rust code becomes a response, and a trap becomes an error", async () => {
  globalThis.rust.run = () => {
    throw "no such operation";
  };
  const refused = await object.fetch(new Request("https://project/lists/operation", { method: "POST", body: "[]" }));
  assert.deepEqual([refused.status, await refused.text()], [500, "no such operation"]);
  globalThis.rust.run = () => {
    throw new WebAssembly.RuntimeError("unreachable");
  };
  await assert.rejects(object.fetch(new Request("https://project/lists/operation", { method: "POST", body: "[]" })), /unreachable/);
});

test("somebody who waits for due work hears whether there is more, and the alarm rings for the rest", async () => {
  const asks = async () => (await object.fetch(new Request("https://project/lists/work?", { method: "POST" }))).text();
  const waits = [];
  const later = Date.now() + 86_400_000;
  for (const due of [later, undefined, Date.now()]) {
    globalThis.rust.work = async (wait) => (waits.push(wait), due);
    assert.equal(await asks(), due === undefined || due === later ? "done" : "more");
  }
  assert.deepEqual(waits, [true, true, true]);
  assert.equal(rings.length, 2);
});

test("a message is acknowledged by itself: one that fails comes again, and the others do not", async (context) => {
  context.mock.method(console, "error", () => {});
  const ended = [];
  const message = (body) => ({ body, ack: () => ended.push([body?.batch, "ack"]), retry: () => ended.push([body?.batch, "retry"]) });
  globalThis.rust.checkBatch = async (_, project, batch) => {
    if (batch === 2) throw "the object does not answer";
    if (batch === 3) throw new WebAssembly.RuntimeError("unreachable");
  };
  await worker.queue({ messages: [1, 2, 3, 4].map((batch) => message({ project: "p", batch })) });
  assert.deepEqual(ended.sort(), [[1, "ack"], [2, "retry"], [3, "retry"], [4, "ack"]]);
});
