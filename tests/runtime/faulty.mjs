// Stands in front of the built Worker in tests, and makes what surrounds it fail on demand.
//
// It owns the faults, which `POST /__faults` sets as a whole (`{}` turns them off) and `GET /__faults` tells. It refuses to
// change the Worker: the built script is imported as it is and only sees other bindings. Faults, all optional:
//
//   kvPut: "fail"             writing to KV throws
//   kvGet: "miss"             KV shows no key
//   kvDelete: "fail"          deleting from KV throws
//   object: { operation, how: "fail" | "lose-reply" | "hang", times }
//                             a project's object is not reached, answers in vain, or never answers, when it is asked for
//                             `https://project/<operation>`
//   dropAnswer: { path, times }
//                             the Worker does its work, but the client gets an empty 599
//   delay: { path, ms }       requests to the path wait first
//
// A path that ends in `*` stands for all that begin so. `times` is how often it happens; without it, always.

import RealWorker, * as real from "./index.js";

const KINDS = ["kvPut", "kvGet", "kvDelete", "object", "dropAnswer", "delay"];
const HANG_MS = 120_000;

let faults = {};

export default class extends RealWorker {
  constructor(ctx, env) {
    super(ctx, faultyEnv(env));
  }

  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/__faults") return control(request);
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
}

export class RegistryObject extends real.RegistryObject {
  constructor(ctx, env) {
    super(ctx, faultyEnv(env));
  }
}

async function control(request) {
  if (request.method === "GET") return Response.json(faults);
  const wanted = await request.json();
  const unknown = Object.keys(wanted).filter((kind) => !KINDS.includes(kind));
  if (unknown.length > 0) return new Response(`no such fault: ${unknown.join(", ")}\n`, { status: 400 });
  faults = wanted;
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

function faultyEnv(env) {
  return { ...env, CREDENTIALS: faultyKv(env.CREDENTIALS), PROJECTS: faultyNamespace(env.PROJECTS) };
}

/** The same binding, constructor and all, but for the methods given. */
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
    return kv[name](...args);
  };
  return replaceMethods(kv, {
    put: failing("kvPut", "put"),
    delete: failing("kvDelete", "delete"),
    get: async (key, ...args) => {
      if (faults.kvGet !== "miss") return kv.get(key, ...args);
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
      if (fault?.operation !== operation || !takeOne(fault)) return stub.fetch(input, init);
      if (fault.how === "hang") await scheduler.wait(HANG_MS);
      if (fault.how === "lose-reply") await (await stub.fetch(input, init)).arrayBuffer();
      throw new Error(`the object did not answer ${operation} (a fault)`);
    },
  });
}
