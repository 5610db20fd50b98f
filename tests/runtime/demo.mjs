// The demo product that embeds Latchkey: one page on another origin, the two API calls of its backend, and its webhooks.
//
// It owns the page in `demo/` and its Content-Security-Policy, which is all that a host page needs. It never sends its API key to the
// page, refuses requests of other origins, and takes no part in linking, which is between the visitor and the edge. What it does with
// webhooks is in `demo_receiver.mjs`.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";

import { createSession, listConnections } from "./api.mjs";
import { makeReceiver } from "./demo_receiver.mjs";

const FILES = {
  "/": ["index.html", "text/html; charset=utf-8"],
  "/demo.css": ["demo.css", "text/css; charset=utf-8"],
  "/demo.js": ["demo.js", "text/javascript; charset=utf-8"],
};

/**
 * Starts listening on 127.0.0.1; port 0 takes a free one. Until `connect(edge, testKey, secret)` is called, everything responds with
 * 503: the edge needs the demo's origin before it makes the key. `secret` checks its webhooks, for which `print` gets a line each.
 */
export async function startDemo(port, print) {
  let backend;
  let origins = [];
  const receiver = makeReceiver(print);
  const server = createServer((request, response) => {
    answer(request, backend, origins, receiver)
      .catch((error) => ({ status: 502, type: "application/json", body: JSON.stringify({ error: error.message }) }))
      .then(({ status, type, body, headers, stream }) => {
        if (stream) return stream(response);
        response.writeHead(status, { ...(type && { "content-type": type }), "cache-control": "no-store", ...headers }).end(body);
      });
  });
  await new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const used = error.code === "EADDRINUSE";
      reject(used ? new Error(`the demo's port ${port} is in use; free it, or pass --state DIR`) : error);
    });
    server.listen(port, "127.0.0.1", resolve);
  });
  const actual = server.address().port;
  origins = [`http://127.0.0.1:${actual}`, `http://localhost:${actual}`];
  return {
    port: actual,
    url: `${origins[0]}/`,
    origins,
    webhooks: `${origins[0]}/webhooks`,
    connect: (edge, testKey, secret) => {
      receiver.open(secret);
      backend = { edge, testKey };
    },
    stop: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}

async function answer(request, backend, origins, receiver) {
  const { pathname } = new URL(request.url, "http://demo");
  if (!backend) return plain(503, "the demo is starting; try again in a moment");
  const { host, origin } = request.headers;
  // Any page can send requests to this server, also under a host name that it lets resolve to this machine.
  if (!origins.includes(`http://${host}`) || (origin && !origins.includes(origin))) return plain(403, "requests from this origin or host name are refused");
  switch (`${request.method} ${pathname}`) {
    case "POST /connect-session": {
      const { token } = await createSession(backend.edge, backend.testKey);
      return json({ session: token });
    }
    case "GET /accounts": {
      const { appConnections } = await listConnections(backend.edge, backend.testKey);
      return json({ appConnections });
    }
    case "POST /webhooks":
      return { status: await receiver.receive(request) };
    case "GET /deliveries":
      return { stream: receiver.watch };
    default:
      return request.method === "GET" ? page(pathname, backend.edge) : plain(404, "not found");
  }
}

function page(path, edge) {
  if (!Object.hasOwn(FILES, path)) return plain(404, "not found");
  const [name, type] = FILES[path];
  const text = readFileSync(new URL(`demo/${name}`, import.meta.url), "utf8");
  const body = text.replaceAll("{{edge}}", edge);
  return { status: 200, type, body, headers: { "content-security-policy": policy(edge) } };
}

function policy(edge) {
  return [
    "default-src 'none'",
    `script-src 'self' ${edge}`,
    `frame-src ${edge}`,
    "style-src 'self'",
    "connect-src 'self'",
  ].join("; ");
}

function json(value) {
  return { status: 200, type: "application/json", body: JSON.stringify(value) };
}

function plain(status, sentence) {
  return { status, type: "text/plain", body: `${sentence}\n` };
}
