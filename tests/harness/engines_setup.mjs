// The setup of the engine tests: a deployment, a host page's server, and every engine.
//
// It owns a server in front of the edge that records each request, because not every engine reports its requests; a host on another
// origin; and the engines. It does not change requests, and it does not judge: tests do.

import http from "node:http";

import { deploy } from "./deployment.mjs";
import { ENGINES, openEngine } from "./engines.mjs";
import { serveHost } from "./host_pages.mjs";

/** Starts all of it. `open(engine)` opens a page; `seen` has every request to the edge, with its body. */
export async function setStage(options = {}) {
  const started = await Promise.allSettled(ENGINES.map(openEngine));
  const stopEngines = () => Promise.all(started.map(({ value }) => value?.close()));
  const failed = started.find(({ reason }) => reason);
  if (failed) {
    await stopEngines();
    throw failed.reason;
  }
  const engines = Object.fromEntries(started.map(({ value }) => [value.name, value]));
  const host = await serveHost();
  const edge = await deploy({ allowedOrigins: [host.origin], ...options });
  const front = await record(edge);
  const pages = [];
  /** A session whose link leads through the recording server. */
  const session = async (more) => {
    const made = await edge.session(edge.testKey, more);
    return { ...made, url: made.url.replace(edge.url, front.url) };
  };
  host.edge = { url: front.url, session };
  return {
    edge,
    host,
    session,
    url: front.url,
    seen: front.seen,
    engines,
    async open(name, more) {
      const page = await engines[name].page(more);
      pages.push(page);
      return page;
    },
    /** Closes the pages of a test, also after a failure. */
    clear: () => Promise.all(pages.splice(0).map((page) => page.close())),
    stop: () => Promise.all([stopEngines(), edge.stop(), front.close(), host.close()]),
  };
}

/** Starts the recording server, which forwards each request to the edge with its own host name. */
async function record(edge) {
  const seen = [];
  const server = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { method, url, headers } = request;
    seen.push({ method, url, headers, body: body.toString() });
    const { hostname, port } = new URL(edge.url);
    // workerd closes a connection that was idle for five seconds, perhaps just when a request uses it again.
    const onward = http.request({ hostname, port, method, path: url, headers: { ...headers, connection: "close" } }, (answer) => {
      response.writeHead(answer.statusCode, answer.rawHeaders);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    onward.end(body);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    seen,
    close: () => new Promise((closed) => (server.closeAllConnections(), server.close(closed))),
  };
}
