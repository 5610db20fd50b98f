// The floor of `cargo xtask bench edge` and `cargo xtask bench checks`: a Worker in bare JavaScript that makes the same outside calls as the edge, with no checks, no
// errors and no framework. `PATHS` are the provider's paths, in the stages in which the edge requests them.
//
// `/create` sends the requests to the provider, seals with a new wrapped data key, and writes one value to KV. `/open` reads a value and
// opens it. With `?objects` both also call a Durable Object with SQLite as often as the edge does. `/check` sends the requests of checks
// and writes a row for each. `/plain` does nothing.

import { DurableObject } from "cloudflare:workers";

const text = (bytes) => btoa(String.fromCharCode(...bytes));
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const importKey = (raw) => crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);

let wrapping;
const wrappingKey = (env) => (wrapping ??= importKey(bytes(env.WRAPPING_KEY)));

async function encrypt(key, plain, additionalData) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, plain);
  return `${text(iv)}.${text(new Uint8Array(sealed))}`;
}

async function decrypt(key, value, additionalData) {
  const [iv, sealed] = value.split(".");
  return crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(iv), additionalData }, key, bytes(sealed));
}

async function seal(env, key, credentials) {
  const [bound, raw] = [new TextEncoder().encode(key), crypto.getRandomValues(new Uint8Array(32))];
  const wrapped = await encrypt(await wrappingKey(env), raw, bound);
  return `${wrapped}:${await encrypt(await importKey(raw), new TextEncoder().encode(JSON.stringify(credentials)), bound)}`;
}

async function open(env, key, value) {
  const [bound, [wrapped, sealed]] = [new TextEncoder().encode(key), value.split(":")];
  const raw = await decrypt(await wrappingKey(env), wrapped, bound);
  return JSON.parse(new TextDecoder().decode(await decrypt(await importKey(raw), sealed, bound)));
}

async function verify(env, { instanceUrl, apiToken }) {
  const [first, second, rest] = JSON.parse(env.PATHS);
  const ask = async (path, headers) => {
    const answer = await fetch(instanceUrl + path, { headers, redirect: "manual", signal: AbortSignal.timeout(10_000) });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
  };
  const headers = { authorization: `SSWS ${apiToken}`, accept: "application/json" };
  await ask(first, { accept: "application/json" });
  await ask(second, headers);
  await Promise.all(rest.map((path) => ask(path, headers)));
}

const call = (env, operation, body) =>
  env.ROWS.get(env.ROWS.idFromName("rows"))
    .fetch(`https://rows/${operation}`, { method: "POST", body: JSON.stringify(body) })
    .then((answer) => answer.json());

async function create(request, env, objects) {
  const { name, credentials } = await request.json();
  const id = crypto.randomUUID();
  const key = `credential/live/${id}`;
  if (objects) await call(env, "begin", { id, name });
  await verify(env, credentials);
  const sealed = await seal(env, key, credentials);
  await env.CREDENTIALS.put(key, sealed);
  const row = { id, name, app: "okta", method: "api-token", version: 1, created: Date.now(), credentials: { instanceUrl: credentials.instanceUrl } };
  if (objects) await call(env, "commit", { ...row, key, sealed });
  return Response.json({ appConnection: row }, { status: 201 });
}

async function read(env, key, objects) {
  if (objects) await call(env, "open", { id: key.split("/").at(-1) });
  return Response.json({ credentials: await open(env, key, await env.CREDENTIALS.get(key)) });
}

export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    const objects = searchParams.has("objects");
    if (pathname === "/create") return create(request, env, objects);
    if (pathname === "/check") return env.ROWS.get(env.ROWS.idFromName("rows")).fetch(request);
    if (pathname === "/open") return read(env, searchParams.get("key"), objects);
    return Response.json({ plain: "x".repeat(500) });
  },
};

export class Rows extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    this.sql = ctx.storage.sql;
    this.sql.exec("CREATE TABLE IF NOT EXISTS intents (id TEXT PRIMARY KEY, due INTEGER)");
    this.sql.exec("CREATE TABLE IF NOT EXISTS names (name TEXT PRIMARY KEY, id TEXT)");
    this.sql.exec("CREATE TABLE IF NOT EXISTS rows (id TEXT PRIMARY KEY, name TEXT, at INTEGER, body TEXT)");
    this.sql.exec("CREATE INDEX IF NOT EXISTS rows_at ON rows (at, id)");
    this.sql.exec("CREATE TABLE IF NOT EXISTS audit (at INTEGER, id TEXT)");
  }

  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/check") return this.check(Number(searchParams.get("count")), Number(searchParams.get("requests")));
    const body = await request.json();
    const operation = new URL(request.url).pathname.slice(1);
    return Response.json(this.ctx.storage.transactionSync(() => this[operation](body)) ?? null);
  }

  /** Sends the requests of so many checks, twenty checks at once, and writes a row for each. */
  async check(count, requests) {
    const headers = { authorization: "SSWS x", accept: "application/json" };
    const one = async (id) => {
      let body;
      for (let at = 0; at < requests; at += 1) {
        const answer = await fetch(`https://acme${id}.okta.com/api/v1/users/me`, { headers, redirect: "manual", signal: AbortSignal.timeout(10_000) });
        body = await answer.json();
      }
      this.sql.exec("INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?)", String(id), "x", 0, JSON.stringify(body));
    };
    for (let from = 0; from < count; from += 20) await Promise.all(Array.from({ length: 20 }, (_, at) => one(from + at)));
    return Response.json({});
  }

  begin({ id, name }) {
    this.sql.exec("INSERT INTO intents VALUES (?, ?)", id, Date.now());
    this.sql.exec("INSERT INTO names VALUES (?, ?)", name, id);
  }

  commit({ id, name, created, ...rest }) {
    this.sql.exec("DELETE FROM intents WHERE id = ?", id);
    this.sql.exec("INSERT INTO rows VALUES (?, ?, ?, ?)", id, name, created, JSON.stringify(rest));
  }

  open({ id }) {
    this.sql.exec("INSERT INTO audit VALUES (?, ?)", Date.now(), id);
    return this.sql.exec("SELECT body FROM rows WHERE id = ?", id).toArray()[0] ?? null;
  }
}
