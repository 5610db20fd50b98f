// Fault injection for tests: a wrapper around the built Worker that makes KV, objects and responses fail on demand.
//
// It owns the faults. `POST /__faults` sets all of them (`{}` turns them off). `GET /__faults` returns them, with each project's calls
// to KV and to its object since then, and the projects that wait. It does not change the Worker: the built script is imported as it is,
// with other bindings. Faults, all optional:
//
//   kvPut: "fail"             writing to KV throws
//   kvGet: "miss"             KV shows no key
//   kvDelete: "fail"          deleting from KV throws
//   object: { operation, how: "fail" | "lose-reply" | "hang" | "hang-after", times }
//                             a project's object is not reached, or acts but loses its reply, or never replies, before or after it
//                             acted, for requests to `https://project/lists/<operation>`. While it hangs, the project is one that waits
//   dropAnswer: { path, times }
//                             the Worker does its work, but the client gets an empty 599
//   delay: { path, ms }       requests to the path wait first
//   steps: { <project>: { at, how: "fail" | "lose-reply" | "wait-before" | "wait-after" } }
//                             the call of this number that concerns the project, from 0, fails likewise, or waits until the
//                             runtime is killed. A call to a project's object concerns that project; a call to the registry
//                             concerns the project whose id or name it has. Without `at` the calls are only counted
//   clock: ms                 the clock is so far ahead
//
// A path that ends in `*` stands for all paths with that beginning. `times` is how often a fault happens; without it, always.
//
// Two requests reach a project's object without the Worker: `/__faults/ring?project=` rings its alarm, and `/__faults/rows?project=`
// returns the values of KV that its rows point to, and how many intents, attempts, sessions and tables it holds.

import RealWorker, * as real from "./index.js";

const KINDS = ["kvPut", "kvGet", "kvDelete", "object", "dropAnswer", "delay", "steps", "clock"];
const HANG_MS = 120_000;

let faults = {};
/** By project: the calls since the faults were set. `waiting` has the projects with a call that waits to be killed. */
let calls = {};
let waiting = [];

const realNow = Date.now;
Date.now = () => realNow() + (faults.clock ?? 0);

export default class extends RealWorker {
  constructor(ctx, env) {
    super(ctx, faultyEnv(env));
  }

  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/__faults") return control(request);
    if (pathname.startsWith("/__faults/")) return askObject(this.env, new URL(request.url));
    if (matches(faults.delay?.path, pathname)) await scheduler.wait(faults.delay.ms);
    const answer = await super.fetch(request);
    if (!matches(faults.dropAnswer?.path, pathname) || !takeOne(faults.dropAnswer)) return answer;
    await answer.arrayBuffer();
    return new Response(null, { status: 599 });
  }
}

export class ProjectObject extends real.ProjectObject {
  constructor(ctx, env) {
    super(ctx, faultyEnv(env));
  }

  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/__faults/ring") return this.alarm().then(() => new Response());
    if (pathname !== "/__faults/rows") return super.fetch(request);
    const ask = (statement) => [...this.ctx.storage.sql.exec(statement)];
    const [{ tables }] = ask("SELECT count(*) AS tables FROM sqlite_schema WHERE name NOT GLOB '_cf_*'");
    // The database of a deleted project is gone.
    if (tables === 0) return Response.json({ values: [], intents: 0, attempts: 0, sessions: 0, tables });
    const rows = ask(`SELECT mode, id, blob FROM connections UNION ALL SELECT connections.mode, connection, versions.blob FROM versions
      JOIN connections ON connections.id = connection WHERE versions.blob IS NOT NULL`);
    const [counts] = ask(`SELECT (SELECT count(*) FROM intents) AS intents, (SELECT count(*) FROM attempts) AS attempts,
      (SELECT count(*) FROM sessions) AS sessions`);
    return Response.json({ values: rows.map(({ mode, id, blob }) => [mode, id, blob]), ...counts, tables });
  }
}

export class RegistryObject extends real.RegistryObject {
  constructor(ctx, env) {
    super(ctx, faultyEnv(env));
  }
}

/** Sends a request to a project's object without any fault, so that the response is true. */
function askObject(env, { pathname, searchParams }) {
  const { PROJECTS } = env[REAL];
  return PROJECTS.get(PROJECTS.idFromName(searchParams.get("project"))).fetch(`https://project${pathname}`);
}

async function control(request) {
  if (request.method === "GET") return Response.json({ faults, calls, waiting });
  const wanted = await request.json();
  const unknown = Object.keys(wanted).filter((kind) => !KINDS.includes(kind));
  if (unknown.length > 0) return new Response(`no such fault: ${unknown.join(", ")}\n`, { status: 400 });
  faults = wanted;
  [calls, waiting] = [{}, []];
  return Response.json(faults);
}

function matches(pattern, path) {
  if (pattern === undefined) return false;
  return pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}

/** Whether the fault happens this time. */
function takeOne(fault) {
  if (fault.times === undefined) return true;
  fault.times -= 1;
  return fault.times >= 0;
}

/** Counts a call, and applies the fault for its number. */
async function step(project, name, act) {
  const at = (calls[project] ??= []).push(name) - 1;
  const fault = faults.steps?.[project];
  const how = fault?.at === at ? fault.how : undefined;
  const wait = () => (waiting.push(project), scheduler.wait(HANG_MS));
  if (how === "wait-before") await wait();
  if (how === "fail") throw new Error(`${name} failed (a fault)`);
  const answer = await act();
  if (how === "wait-after") await wait();
  if (how === "lose-reply") throw new Error(`${name} got no reply (a fault)`);
  return answer;
}

/** The project of a key in KV. */
const owner = (key) => String(key).split("/")[2];

/** The project that a call to an object concerns. */
function concerned(object, message) {
  const steps = faults.steps ?? {};
  if (Object.hasOwn(steps, object)) return object;
  return Object.keys(steps).find((project) => String(message).includes(JSON.stringify(project))) ?? object;
}

/** Where the environment without faults is kept. */
const REAL = Symbol("real");

function faultyEnv(env) {
  return { ...env, [REAL]: env, CREDENTIALS: faultyKv(env.CREDENTIALS), PROJECTS: faultyNamespace(env.PROJECTS), REGISTRY: faultyNamespace(env.REGISTRY) };
}

/** A copy of a binding, with its constructor, in which the given methods are replaced. */
function replaceMethods(binding, methods) {
  return new Proxy(binding, {
    get(target, name) {
      if (Object.hasOwn(methods, name)) return methods[name];
      const value = Reflect.get(target, name);
      return typeof value === "function" && name !== "constructor" ? value.bind(target) : value;
    },
  });
}

function faultyKv(kv) {
  const failing = (kind, name) => async (...args) => {
    if (faults[kind] === "fail") throw new Error(`KV ${name} failed: 500 (a fault)`);
    return step(owner(args[0]), `kv ${name}`, () => kv[name](...args));
  };
  return replaceMethods(kv, {
    put: failing("kvPut", "put"),
    delete: failing("kvDelete", "delete"),
    get: async (key, ...args) => {
      if (faults.kvGet !== "miss") return step(owner(key), "kv get", () => kv.get(key, ...args));
      return Array.isArray(key) ? new Map(key.map((one) => [one, null])) : null;
    },
    getWithMetadata: async (key, ...args) => {
      if (faults.kvGet !== "miss") return kv.getWithMetadata(key, ...args);
      return { value: null, metadata: null, cacheStatus: null };
    },
    list: async (...args) => {
      if (faults.kvGet !== "miss") return kv.list(...args);
      return { keys: [], list_complete: true, cacheStatus: null };
    },
  });
}

function faultyNamespace(namespace) {
  const get = (...args) => faultyStub(namespace.get(...args));
  const getByName = (...args) => faultyStub(namespace.getByName(...args));
  return replaceMethods(namespace, { get, getByName });
}

function faultyStub(stub) {
  return replaceMethods(stub, {
    fetch: async (input, init) => {
      const fault = faults.object;
      const operation = new URL(input.url ?? input).pathname.split("/").at(-1);
      if (fault?.operation !== operation || !takeOne(fault)) {
        return step(concerned(stub.id.name, init?.body), operation, () => stub.fetch(input, init));
      }
      const hang = () => (waiting.push(stub.id.name), scheduler.wait(HANG_MS));
      if (fault.how === "hang") await hang();
      if (["lose-reply", "hang-after"].includes(fault.how)) await (await stub.fetch(input, init)).arrayBuffer();
      if (fault.how === "hang-after") await hang();
      throw new Error(`the object did not reply to ${operation} (a fault)`);
    },
  });
}
