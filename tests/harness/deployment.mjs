// A deployment on workerd with one project, and the requests that tests send to it.
//
// It owns starting and stopping, and a fake Okta in place of the Internet, which records the requests that it gets. It does not judge:
// tests do.

import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { makeSecrets } from "../runtime/state.mjs";
import { startWorker } from "../runtime/worker.mjs";
import { sealAnswer } from "./seal.mjs";

/** A random token in Okta's format, with 42 characters. */
export const oktaToken = () => `00${randomBytes(40).toString("base64url").slice(0, 40)}`;

/** A test token with a random suffix. Its kind decides its ending in test mode. */
export const magicToken = (kind = "super-admin") => {
  const prefix = `00test-${kind}-`;
  return prefix + randomBytes(40).toString("base64url").slice(0, 42 - prefix.length);
};

/** The host at which test tokens are accepted. */
export const MAGIC_HOST = "latchkey-demo.okta.com";

/**
 * Responds as an Okta organization where every token belongs to a super administrator; `rules`, by `METHOD URL`, come first. Host tests
 * have another fake in `tests/support/fake_provider.rs`: they call the core without HTTP, so the two share only the responses.
 */
export function fakeOkta() {
  const seen = [];
  const rules = new Map();
  const outbound = async (request) => {
    const line = `${request.method} ${request.url}`;
    seen.push({ line, authorization: request.headers.get("authorization") });
    const rule = rules.get(line);
    if (rule) return rule(request);
    const { host, pathname } = new URL(request.url);
    if (pathname === "/.well-known/okta-organization") {
      return Response.json({ id: "00oabc", pipeline: "idx", _links: { organization: { href: `https://${host}` } } });
    }
    if (pathname === "/api/v1/users/me") {
      const profile = { login: "ada@example.com", firstName: "Ada", lastName: "Lovelace" };
      return Response.json({ id: "00uada", status: "ACTIVE", profile });
    }
    if (pathname === "/api/v1/users/00uada/roles") {
      return Response.json([{ id: "ra1", type: "SUPER_ADMIN", label: "Super Administrator", status: "ACTIVE" }]);
    }
    return new Response("<!doctype html>", { status: 404, headers: { "content-type": "text/html" } });
  };
  return { outbound, seen, answer: (line, rule) => rules.set(line, rule) };
}

/** Starts a deployment; `provider` is the address of a server that stands in for every provider, over HTTP; `settings` are further bindings, and `stored` names those that come from a Secrets Store; without `queue` there are no queues; with `network` the Worker's requests leave it. `stop()` ends it; `restart()` ends it and starts it again on the same state. */
export async function deploy({ faults = false, allowedOrigins = [], port = 0, provider, network = false, queue = true, settings = {}, stored = [] } = {}) {
  const state = mkdtempSync(join(tmpdir(), "latchkey-test-"));
  const secrets = { ...makeSecrets(), CLIENT_ADDRESS_HEADER: "cf-connecting-ip", ...settings };
  const okta = fakeOkta();
  const start = () => startWorker({ port, state, secrets, stored, faults, queue, outbound: network ? undefined : (provider ?? okta.outbound) });
  let worker = await start();
  const logs = [];

  /** Sends a request. Returns `{status, headers, text, body}`. */
  async function send(method, path, { token, body, headers = {}, raw } = {}) {
    const response = await fetch(worker.url + path, {
      method,
      redirect: "manual",
      // workerd closes a connection that was idle for five seconds, perhaps just when a request uses it again.
      headers: { connection: "close", ...(token && { authorization: `Bearer ${token}` }), ...((body || raw) && { "content-type": "application/json" }), ...headers },
      body: raw ?? (body && JSON.stringify(body)),
    });
    const text = await response.text();
    const json = /[/+]json/.test(response.headers.get("content-type") ?? "");
    return { status: response.status, headers: response.headers, text, body: json && text ? JSON.parse(text) : undefined };
  }

  const made = await send("POST", "/api/v1/projects", { token: secrets.ADMIN_TOKEN, body: { name: "Example", allowedOrigins } });
  if (made.status !== 201) {
    await worker.stop();
    throw new Error(`cannot make a project: ${made.status} ${made.text}\n${worker.logText()}`);
  }
  const { project, apiKeys } = made.body;

  let sealing;
  const deployment = {
    send,
    okta,
    secrets,
    state,
    project,
    testKey: apiKeys.test,
    liveKey: apiKeys.live,
    get url() {
      return worker.url;
    },
    /** The Miniflare instance. */
    get mf() {
      return worker.mf;
    },
    /** A key that the owner makes, of the project and in test mode unless told otherwise: the project's first keys neither manage keys nor open credentials. */
    async keyWith(scopes, id = project.id, mode = "test") {
      const body = { name: "A key", mode, scopes };
      const answer = await send("POST", `/api/v1/projects/${id}/api-keys`, { token: secrets.ADMIN_TOKEN, body });
      if (answer.status !== 201) throw new Error(`no key: ${answer.status} ${answer.text}`);
      return answer.body.key;
    },
    /** Makes a session. Returns `{id, token, url, expiresAt}`. */
    async session(key = apiKeys.test, more = {}) {
      const body = { providers: ["okta"], endUser: { id: "user-1", name: "Ada" }, ...more };
      const answer = await send("POST", "/api/v1/connect-sessions", { token: key, body });
      if (answer.status !== 201) throw new Error(`cannot make a session: ${answer.status} ${answer.text}`);
      if (!sealing) await deployment.sealing(answer.body);
      return answer.body;
    },
    /** The key that values are sealed to. A new session reads it, before a test sets its faults. */
    async sealing(session) {
      const answer = await send("GET", "/api/v1/connect", { token: session.token });
      if (answer.status !== 200) throw new Error(`cannot read the sealing key: ${answer.status} ${answer.text}`);
      return (sealing = answer.body.sealing);
    },
    /** Sends an attempt, sealed as the form does. */
    async attempt(session, attemptId, host, token, more = {}) {
      const body = { attemptId, app: "okta", fields: { instanceUrl: { text: host }, ...more } };
      body.fields.apiToken ??= await sealAnswer(sealing, session.token, body, "apiToken", token);
      return send("POST", "/api/v1/connect", { token: session.token, body });
    },
    /** Sends an attempt with the values of any provider's form, in a new session of a new person. */
    async link(app, answers, { key = apiKeys.live, ...more } = {}) {
      const person = { id: `user-${randomBytes(4).toString("hex")}` };
      return deployment.fill(await deployment.session(key, { providers: [app], endUser: person, ...more }), app, answers);
    },
    /** Sends an attempt with the values of any provider's form, in a session. */
    async fill(session, app, answers) {
      const { body } = await send("GET", "/api/v1/connect", { token: session.token });
      const secret = (id) => body.definition.fields.some((field) => field.id === id && field.secret);
      const entries = Object.entries(answers);
      const clear = entries.filter(([id, text]) => !text || !secret(id)).map(([id, text]) => [id, { text }]);
      const attempt = { attemptId: "attempt-1", app, fields: Object.fromEntries(clear) };
      const sealed = {};
      for (const [id, text] of entries.filter(([id, text]) => text && secret(id)))
        sealed[id] = await sealAnswer(body.sealing, session.token, attempt, id, text);
      Object.assign(attempt.fields, sealed);
      return send("POST", "/api/v1/connect", { token: session.token, body: attempt });
    },
    /** The address of a provider's guide in the name of a key's project. */
    async guide(provider, key = apiKeys.test) {
      const answer = await send("GET", `/api/v1/providers/${provider}`, { token: key });
      if (answer.status !== 200) throw new Error(`no guide: ${answer.status} ${answer.text}`);
      const { pathname, search } = new URL(answer.body.guideUrl);
      return worker.url + pathname + search;
    },
    async listed(key = apiKeys.test) {
      const answer = await send("GET", "/api/v1/app-connections", { token: key });
      if (answer.status !== 200) throw new Error(`cannot list accounts: ${answer.status} ${answer.text}`);
      return answer.body.appConnections;
    },
    /** Sets the faults of `runtime/faulty.mjs`. */
    async faults(wanted) {
      const answer = await send("POST", "/__faults", { body: wanted });
      if (answer.status !== 200) throw new Error(answer.text);
    },
    /** The calls to KV and objects since the faults were set, by project, and the projects that wait to be killed. */
    seen: async () => (await send("GET", "/__faults")).body,
    /** Kills the runtime, and starts a new one on the same state. */
    async kill() {
      worker.kill();
      await deployment.restart();
    },
    /** Everything that the Worker printed, over all starts. */
    logText: () => [...logs, worker.logText()].join("\n"),
    /** The content of every file that workerd stored. */
    files: () => filesBelow(state).map((path) => ({ path, bytes: readFileSync(path) })),
    async restart() {
      logs.push(worker.logText());
      await worker.stop();
      worker = await start();
      sealing = undefined;
    },
    async stop() {
      await worker.stop();
      rmSync(state, { recursive: true, force: true });
    },
  };
  return deployment;
}

function filesBelow(directory) {
  return readdirSync(directory, { recursive: true })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile());
}

/**
 * The forms that a secret could have in a file, a log or a URL. `tests/support/lib.rs` has the same list for the host: neither side can
 * call the other, and each would find a fault in the other's search.
 */
export function disguises(secret) {
  const bytes = Buffer.from(secret);
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
    // Base64 depends on where in a text the secret begins, so the ends are left out of the search.
    ...[0, 1, 2].flatMap((shift) => {
      const shifted = Buffer.concat([Buffer.alloc(shift, 0x41), bytes]);
      const inner = (text) => text.slice(shift === 0 ? 0 : 4, -4);
      return [inner(shifted.toString("base64")), inner(shifted.toString("base64url"))];
    }),
  ];
}

/** The disguises of a secret that are found in a text or in bytes. */
export function found(secret, haystack) {
  const bytes = Buffer.isBuffer(haystack) ? haystack : Buffer.from(haystack);
  return disguises(secret).filter((disguise) => bytes.includes(disguise));
}
