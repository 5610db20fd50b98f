// Plays the product that embeds Latchkey: one page on an origin of its own, and the two calls its backend makes.
//
// It owns the page in `demo/` and its Content-Security-Policy, which is all a host page needs. It refuses to show the page
// its API key, to answer other origins, and to take part in linking: that is between the visitor and the edge.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";

import { createSession, listConnections } from "./api.mjs";

const FILES = {
  "/": ["index.html", "text/html; charset=utf-8"],
  "/demo.css": ["demo.css", "text/css; charset=utf-8"],
  "/demo.js": ["demo.js", "text/javascript; charset=utf-8"],
};

/**
 * Starts listening on 127.0.0.1; port 0 takes a free one. Until `connect(edge, testKey)` is called, the page answers 503:
 * the edge wants to know the demo's origin before it gives out the key.
 */
export async function startDemo(port) {
  let backend;
  let origins = [];
  const server = createServer((request, response) => {
    answer(request, backend, origins)
      .catch((error) => ({ status: 502, type: "application/json", body: JSON.stringify({ error: error.message }) }))
      .then(({ status, type, body, headers }) => {
        response.writeHead(status, { "content-type": type, "cache-control": "no-store", ...headers }).end(body);
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
    connect: (edge, testKey) => (backend = { edge, testKey }),
    stop: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}

async function answer(request, backend, origins) {
  const { pathname } = new URL(request.url, "http://demo");
  if (!backend) return plain(503, "starting");
  const { host, origin } = request.headers;
  // Any page may send requests here, also under a name that it made resolve to this machine.
  if (!origins.includes(`http://${host}`) || (origin && !origins.includes(origin))) return plain(403, "not from here");
  switch (`${request.method} ${pathname}`) {
    case "POST /connect-session": {
      const { token } = await createSession(backend.edge, backend.testKey);
      return json({ session: token });
    }
    case "GET /accounts": {
      const { appConnections } = await listConnections(backend.edge, backend.testKey);
      return json({ appConnections });
    }
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
