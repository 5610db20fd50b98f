// The Worker's JavaScript entry: the small part of the edge that cannot be Rust.
//
// It owns the life of the WebAssembly instance: it passes requests and alarms to it, and after a trap (a panic, a
// stack overflow) it answers every call that was in flight and makes a fresh instance for the next one. Left alone, such
// calls never settle: a visitor waits for the runtime to give up, and a caller of a Durable Object waits for ever.
// It refuses to route, to read a body, or to know anything of Latchkey but the names of its two object classes.

import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import * as edge from "latchkey-edge";

import { inLines, wantsLines } from "./lines.js";

/** How to make each call that has not settled yet fail. */
const inFlight = new Set();
let current = 0;

function endInFlight(cause) {
  for (const end of inFlight) end(cause);
  inFlight.clear();
}

/** The number of the instance that the next call will run in. Asking is what replaces an instance that trapped. */
function instance() {
  const { instanceId } = edge.__worker_init_state();
  if (instanceId !== current) endInFlight(new Error("The WebAssembly instance trapped and was replaced."));
  return (current = instanceId);
}

// Rust futures run in microtasks, so their traps reach nobody's `catch`, only this event.
addEventListener("error", instance);

/** Settles with what the instance answers, or fails as soon as the instance has trapped. */
async function call(enter) {
  let end;
  const ended = new Promise((_, reject) => inFlight.add((end = reject)));
  try {
    return await Promise.race([enter(), ended]);
  } catch (cause) {
    instance();
    throw cause;
  } finally {
    inFlight.delete(end);
  }
}

export default class extends WorkerEntrypoint {
  async fetch(request) {
    const work = async () => {
      instance();
      return await call(() => edge.fetch(request, this.env, this.ctx));
    };
    return wantsLines(request) ? inLines(request, this.ctx, work, failed) : work().catch(failed);
  }

  async scheduled(controller) {
    instance();
    await call(() => edge.scheduled(controller, this.env, this.ctx));
  }
}

/** What is answered when Rust has failed. */
function failed(cause) {
  const requestId = `req_${crypto.randomUUID().replaceAll("-", "")}`;
  console.error(`The edge failed in request ${requestId}:`, String(cause));
  return failure(requestId);
}

/** The one problem (RFC 9457) that Rust cannot write, because it is what is left when Rust has failed. */
function failure(requestId) {
  const detail = "The service stopped while it worked on this request, so its outcome is not known.";
  const fix = "Try again. If it happens again, tell us the request id.";
  const problem = {
    type: "urn:latchkey:problem:internal",
    title: "Something went wrong on our side",
    status: 500,
    detail,
    code: "internal",
    requestId,
    errors: [{ field: null, code: "internal", message: detail, fix }],
  };
  const headers = {
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-request-id": requestId,
  };
  return new Response(JSON.stringify(problem), { status: 500, headers });
}

/** Holds the Rust object behind a Durable Object, and makes it again in a new instance. */
class RustObject extends DurableObject {
  #object;
  #madeIn;

  async #call(method, ...args) {
    // Never call an object of an instance that is gone: its address means something else in the next one.
    const now = instance();
    if (this.#madeIn !== now) this.#object = this.make(this.ctx, this.env);
    this.#madeIn = now;
    return call(() => this.#object[method](...args));
  }

  fetch(request) {
    return this.#call("fetch", request);
  }

  alarm() {
    return this.#call("alarm");
  }
}

export class ProjectObject extends RustObject {
  make = (state, env) => new edge.ProjectObject(state, env);
}

export class RegistryObject extends RustObject {
  make = (state, env) => new edge.RegistryObject(state, env);
}
