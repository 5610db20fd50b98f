// The Worker's JavaScript entry: the small part of the edge that cannot be Rust.
//
// It owns the life of the WebAssembly instance: it passes requests and alarms to it, and after a trap (a panic, a
// stack overflow) it answers every call that was in flight and makes a fresh instance for the next one. Left alone, such
// calls never settle: a visitor waits for the runtime to give up, and a caller of a Durable Object waits for ever.
// It refuses to route, or to know anything of Latchkey but the names of its two object classes and how they are called.

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
    // This call has ended by itself.
    inFlight.delete(end);
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

/** How long due work waits after it has failed, in milliseconds. */
const RETRY_MS = 10_000;

/** A Durable Object: its requests and its alarm. The Rust object behind it is made again in a new instance. */
class StoreObject extends DurableObject {
  #object;
  #madeIn;
  /** When the alarm rings, in milliseconds since 1970; nothing before that was asked for. */
  #alarm;

  #rust() {
    // Never call an object of an instance that is gone: its address means something else in the next one.
    const now = instance();
    if (this.#madeIn !== now) this.#object = new edge.StoreObject(this.ctx.storage, this.env);
    this.#madeIn = now;
    return this.#object;
  }

  /** Makes the alarm ring at this time, if it would ring later or not at all. An alarm too early costs a look at what is due. */
  async #ring(due) {
    if (due === undefined) return;
    if (this.#alarm === undefined) {
      const set = (await this.ctx.storage.getAlarm()) ?? Infinity;
      this.#alarm ??= set;
    }
    if (due >= this.#alarm) return;
    // At once, so that a request meanwhile does not put it off.
    this.#alarm = due;
    try {
      await this.ctx.storage.setAlarm(due);
    } catch (cause) {
      this.#alarm = undefined;
      throw cause;
    }
  }

  /** `https://project/lists/<operation>?<whom to count>`, with the operation's JSON. The header `quota` says what is left to them. */
  async fetch(request) {
    const [operation, limit] = request.url.slice(request.url.lastIndexOf("/") + 1).split("?");
    const body = await request.text();
    let reply, due, quota;
    // Before the call, which it would end when the instance is another one.
    instance();
    try {
      [reply, due, quota] = await call(() => this.#rust().run(operation, body, decodeURIComponent(limit ?? "")));
    } catch (cause) {
      // What Rust refuses is a text; the rest is a trap.
      if (typeof cause !== "string") throw cause;
      return new Response(cause, { status: 500 });
    }
    await this.#ring(due);
    return new Response(reply, quota && { headers: { quota } });
  }

  /** Never throws: the runtime's next try could be put off by any request that sets the alarm, and in the end it gives up. */
  async alarm() {
    this.#alarm = Infinity;
    let due;
    instance();
    try {
      due = await call(() => this.#rust().alarm());
    } catch (cause) {
      console.error("The due work of an object failed:", String(cause));
      due = Date.now() + RETRY_MS;
    }
    await this.#ring(due);
  }
}

/** One per project. */
export class ProjectObject extends StoreObject {}

/** One per deployment: the list of projects. */
export class RegistryObject extends StoreObject {}
