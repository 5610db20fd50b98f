// The JavaScript entry of the Worker: the small part of the edge that cannot be Rust.
//
// It owns the life of the WebAssembly instance. It passes requests, alarms and messages to the instance. After a trap (a panic or a
// stack overflow) it fails every call that is in flight, and makes a new instance for the next call. Without this, such
// calls never settle: a visitor waits until the runtime gives up, and a caller of a Durable Object waits for ever.
// It refuses to route requests. Of Latchkey it knows only the names of the two object classes and how to call them.

import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import * as edge from "latchkey-edge";

import { inLines, wantsLines } from "./lines.js";
import { Live, orLive } from "./live.js";
import { inPieces } from "./pieces.js";

/**
 * The functions that fail the calls in flight.
 * @type {Set<(cause: Error) => void>}
 */
const inFlight = new Set();
let current = 0;

/** @param {Error} cause */
function endInFlight(cause) {
  for (const end of inFlight) end(cause);
  inFlight.clear();
}

/** The number of the instance for the next call. Calling this replaces an instance that trapped. */
function instance() {
  const { instanceId } = edge.__worker_init_state();
  if (instanceId !== current) endInFlight(new Error("The WebAssembly instance trapped and was replaced."));
  return (current = instanceId);
}

// Rust futures run in microtasks, so no `catch` gets their traps. Only this event does.
addEventListener("error", instance);

/**
 * Settles with the result of the instance, or fails as soon as the instance has trapped.
 * @template T
 * @param {() => T | Promise<T>} enter
 * @returns {Promise<T>}
 */
async function call(enter) {
  /** @type {(cause: Error) => void} */
  let end = () => {};
  const ended = new Promise((_, reject) => inFlight.add((end = reject)));
  try {
    return await Promise.race([enter(), ended]);
  } catch (cause) {
    // This call has already ended.
    inFlight.delete(end);
    instance();
    throw cause;
  } finally {
    inFlight.delete(end);
  }
}

export default class extends WorkerEntrypoint {
  /** @param {Request} request */
  async fetch(request) {
    const work = async () => {
      instance();
      const response = await call(() => edge.fetch(request, this.env, this.ctx));
      return inPieces(await orLive(response, this.env.PROJECTS), async (rest) => {
        instance();
        return await call(() => edge.restOf(this.env, rest));
      });
    };
    return wantsLines(request) ? inLines(request, this.ctx, work, failed) : work().catch(failed);
  }

  /** @param {ScheduledController} controller */
  async scheduled(controller) {
    instance();
    await call(() => edge.scheduled(controller, this.env, this.ctx));
  }

  /**
   * Makes checks, and delivers webhooks. Each message is acknowledged by itself, because one that fails must not bring the others
   * again. A message of webhooks has an endpoint. It is acknowledged at once, so that the next one does not wait until this endpoint has
   * answered: the lease of the endpoint makes sure that what is cut off here is sent again.
   * @param {MessageBatch<{ project: string, batch?: number, endpoint?: string, lease?: number }>} batch
   */
  async queue(batch) {
    const consume = async (/** @type {Message<{ project: string, batch?: number, endpoint?: string, lease?: number }>} */ message) => {
      const { project, batch: checks, endpoint, lease } = message.body ?? {};
      if (endpoint !== undefined) {
        message.ack();
        const deliver = () => edge.deliverWebhooks(this.env, String(project), String(endpoint), Number(lease));
        instance();
        this.ctx.waitUntil(call(deliver).catch((cause) => console.error("A delivery of webhooks failed:", String(cause))));
        return;
      }
      try {
        instance();
        await call(() => edge.checkBatch(this.env, String(project), Number(checks)));
        message.ack();
      } catch (cause) {
        console.error("A batch of checks failed:", String(cause));
        message.retry();
      }
    };
    await Promise.all(batch.messages.map(consume));
  }
}

/**
 * The response if Rust has failed.
 * @param {unknown} cause
 */
function failed(cause) {
  const requestId = `req_${crypto.randomUUID().replaceAll("-", "")}`;
  console.error(`The edge failed in request ${requestId}:`, String(cause));
  return failure(requestId);
}

/**
 * The problem (RFC 9457) for a failure of Rust. Rust cannot write it.
 * @param {string} requestId
 */
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

/** After how long failed due work is tried again, in milliseconds. */
const RETRY_MS = 10_000;

/** Work that is due within this time is due now, in milliseconds: an alarm rings no earlier than that after another. */
const SOON_MS = 1_000;

/** A Durable Object: its requests and its alarm. A new instance needs a new Rust object behind it. */
class StoreObject extends DurableObject {
  /** @type {edge.StoreObject | undefined} */
  #object;
  /**
   * The instance that the object was made in.
   * @type {number | undefined}
   */
  #madeIn;
  /**
   * When the alarm rings, in milliseconds since 1970. `undefined` if that is not known yet.
   * @type {number | undefined}
   */
  #alarm;

  /**
   * The due work that is under way.
   * @type {Promise<unknown>}
   */
  #working = Promise.resolve();

  /** The browsers that are told what changes. */
  #live = new Live(this.ctx, async (sessions) => {
    instance();
    return await call(() => this.#rust().roles(sessions));
  });

  #rust() {
    // Never call an object of an earlier instance: its address means something else in this one.
    const now = instance();
    let object = this.#object;
    if (object === undefined || this.#madeIn !== now) {
      object = new edge.StoreObject(this.ctx.storage, this.env, this instanceof RegistryObject);
    }
    this.#object = object;
    this.#madeIn = now;
    return object;
  }

  /**
   * Sets the alarm to this time, unless it rings earlier. An alarm that rings too early only checks what is due.
   * @param {number | undefined} due
   */
  async #ring(due) {
    if (due === undefined) return;
    if (this.#alarm === undefined) {
      const set = (await this.ctx.storage.getAlarm()) ?? Infinity;
      this.#alarm ??= set;
    }
    if (due >= (this.#alarm ?? Infinity)) return;
    // Set before the `await`, so that another request meanwhile does not delay the alarm.
    this.#alarm = due;
    try {
      await this.ctx.storage.setAlarm(due);
    } catch (cause) {
      this.#alarm = undefined;
      throw cause;
    }
  }

  /**
   * Runs the operation of `https://project/lists/<operation>?<limit>`, with its JSON as the body. The header `asker` is where
   * the request came from that calls. The header `quota` of the response is the rest of the caller's quota.
   * @param {Request} request
   */
  async fetch(request) {
    // The name of a caller may have a slash, so the path ends at the question mark.
    const [path, limit] = request.url.split("?");
    const operation = path.slice(path.lastIndexOf("/") + 1);
    if (operation === "work") return await this.#waitedWork();
    if (operation === "live") return this.#live.open(decodeURIComponent(limit ?? ""));
    const body = await request.text();
    const asker = request.headers.get("asker") ?? "";
    let reply, due, quota, changed;
    // Before the call, because a new instance ends the calls in flight.
    instance();
    try {
      [reply, due, quota, changed] = await call(() => this.#rust().run(operation, body, decodeURIComponent(limit ?? ""), asker));
    } catch (cause) {
      // An error of Rust is a text. Anything else is a trap.
      if (typeof cause !== "string") throw cause;
      return new Response(cause, { status: 500 });
    }
    this.#live.tell(changed);
    await this.#ring(due);
    return new Response(reply, quota ? { headers: { quota } } : undefined);
  }

  /**
   * Does the due work. It never throws, because a request that sets the alarm could delay the runtime's next try, and because
   * the runtime gives up after some tries.
   */
  async alarm() {
    this.#alarm = Infinity;
    let due;
    instance();
    try {
      due = await this.#alone(() => call(() => this.#rust().work(false)));
      if (due === null) return await this.#end();
      this.#live.tell(this.#rust().changed());
    } catch (cause) {
      console.error("The due work of an object failed:", String(cause));
      due = Date.now() + RETRY_MS;
    }
    await this.#ring(due);
  }

  /**
   * Does due work after all that is under way: two that take turns would each do the other's.
   * @param {() => Promise<number | null | undefined>} work
   */
  #alone(work) {
    const done = this.#working.then(work);
    this.#working = done.catch(() => {});
    return done;
  }

  /** Does the due work for somebody who waits for it. The response says whether there is more. */
  async #waitedWork() {
    instance();
    let due;
    try {
      due = await this.#alone(() => call(() => this.#rust().work(true)));
    } catch (cause) {
      if (typeof cause !== "string") throw cause;
      return new Response(cause, { status: 500 });
    }
    this.#live.tell(this.#rust().changed());
    // The alarm deletes what is left of a deleted project.
    await this.#ring(due ?? (due === null ? Date.now() : undefined));
    return new Response(due !== undefined && due !== null && due <= Date.now() + SOON_MS ? "more" : "done");
  }

  /** @param {WebSocket} socket */
  webSocketMessage(socket) {
    this.#live.refuse(socket);
  }

  /** @param {WebSocket} socket */
  webSocketClose(socket) {
    socket.close();
  }

  /** Deletes the alarm and the database of a deleted project. */
  async #end() {
    this.#object = undefined;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }
}

/** The object of a project. */
export class ProjectObject extends StoreObject {}

/** The registry: the list of projects. */
export class RegistryObject extends StoreObject {}
