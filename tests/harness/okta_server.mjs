// A simulated Okta organization over real HTTP that keeps its event hooks: it verifies them by calling the address that it was given,
// and delivers events with the secret that it was given.
//
// It owns the state of one organization and the rules that Okta documents for hooks: at most 25, deactivate before delete, one GET with a
// challenge. A test may break each of them. It does not judge: tests do.

import { createServer } from "node:http";

const HOST = "acme.okta.com";

const error = (status, errorCode) => ({ status, body: { errorCode, errorSummary: "x", errorId: "oae", errorCauses: [] } });

/** Starts the organization. `reach` turns an address that it was given into one that this machine can call. */
export async function oktaServer(reach) {
  /** The hooks by id, with the secret that Okta never shows again. */
  const hooks = new Map();
  const seen = [];
  let made = 0;
  /** What a test breaks: the names of steps, each with how often. */
  const broken = new Map();
  const breaks = (step) => {
    const left = broken.get(step) ?? 0;
    if (left > 0) broken.set(step, left - 1);
    return left > 0;
  };

  const shown = ({ secret: _, ...hook }) => hook;
  async function verify(hook) {
    if (breaks("verify")) return error(400, "E0000001");
    const challenge = `challenge-${hook.id}-"\\é`;
    const headers = { "x-okta-verification-challenge": Buffer.from(challenge).toString("latin1") };
    const answer = await fetch(reach(hook.channel.config.uri), { headers });
    const body = answer.status === 200 ? await answer.json() : {};
    if (body.verification !== challenge && body.verification !== headers["x-okta-verification-challenge"]) return error(400, "E0000001");
    hook.verificationStatus = "VERIFIED";
    return { status: 200, body: shown(hook) };
  }

  async function answer(method, path, body) {
    if (path === "/.well-known/okta-organization") return { status: 200, body: { id: "00oabc", _links: { organization: { href: `https://${HOST}` } } } };
    if (path === "/api/v1/users/me") return { status: 200, body: { id: "00uada", status: "ACTIVE", profile: { login: "ada@example.com" } } };
    if (path === "/api/v1/users/00uada/roles") return { status: 200, body: [{ type: "SUPER_ADMIN", label: "Super Administrator", status: "ACTIVE" }] };
    if (path === "/api/v1/api-tokens") return { status: 200, body: [{ id: "00Tkey", userId: "00uada", clientName: "Okta API", name: "Ours" }] };
    const [, id, action] = /^\/api\/v1\/eventHooks(?:\/([^/]+)(?:\/lifecycle\/(\w+))?)?$/.exec(path) ?? ["", undefined, undefined];
    if (!path.startsWith("/api/v1/eventHooks")) return { status: 200, body: [] };
    if (broken.get("rights")) return error(403, "E0000006");
    if (method === "GET" && !id) return { status: 200, body: [...hooks.values()].map(shown) };
    if (method === "POST" && !id) {
      if (hooks.size >= 25) return error(400, "E0000001");
      const hook = { id: `who${(made += 1)}`, status: "ACTIVE", verificationStatus: "UNVERIFIED", ...structuredClone(body) };
      hook.secret = hook.channel.config.authScheme.value;
      delete hook.channel.config.authScheme.value;
      hooks.set(hook.id, hook);
      return { status: 200, body: shown(hook) };
    }
    const hook = hooks.get(id);
    if (!hook) return error(404, "E0000007");
    if (action === "verify") return verify(hook);
    if (action) {
      hook.status = action === "activate" ? "ACTIVE" : "INACTIVE";
      return { status: 200, body: shown(hook) };
    }
    if (method === "DELETE") {
      if (hook.status === "ACTIVE") return error(403, "E0000056");
      hooks.delete(id);
      return { status: 204 };
    }
    return { status: 200, body: shown(hook) };
  }

  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const path = request.url.split("?")[0];
    seen.push({ line: `${request.method} ${request.url}`, body: text });
    const { status, body } = await answer(request.method, path, text && JSON.parse(text));
    response.writeHead(status, { "content-type": "application/json" }).end(body && JSON.stringify(body));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    address: `127.0.0.1:${server.address().port}`,
    host: HOST,
    hooks,
    seen,
    /** Breaks a step so many times: `verify`, or `rights` for as long as it is not zero. */
    fail: (step, times) => broken.set(step, times),
    /** Adds a hook that somebody else made. */
    add(name, uri = "https://elsewhere.example/hook") {
      const id = `who${(made += 1)}`;
      hooks.set(id, { id, name, status: "ACTIVE", verificationStatus: "VERIFIED", channel: { config: { uri } } });
      return id;
    },
    /** An event that Okta logs now, about the key and its owner. */
    event(eventType, { at = Date.now(), more = {} } = {}) {
      const target = [{ id: "00uada", type: "User" }, { id: "00Tkey", type: "Token" }];
      return { uuid: `${eventType}-${at}`, published: new Date(at).toISOString(), eventType, outcome: { result: "SUCCESS" }, target, ...more };
    },
    /** Delivers events through a hook. Returns the response. */
    deliver(hook, events, secret = hook.secret) {
      const envelope = { eventType: "com.okta.event_hook", eventId: crypto.randomUUID(), data: { events }, source: `https://${HOST}/api/v1/eventHooks/${hook.id}` };
      const headers = { "content-type": "application/json", authorization: secret };
      return fetch(reach(hook.channel.config.uri), { method: "POST", headers, body: JSON.stringify(envelope) });
    },
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
