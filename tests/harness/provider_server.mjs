// A provider over real HTTP: what the Worker fetches, whatever the host, arrives here.
//
// It owns a server, the answers a test sets by method, host and path, and a memory of what was asked. It can answer in the
// ways a broken or hostile server does. It refuses to judge: tests do.

import { createServer } from "node:http";
import { gzipSync } from "node:zlib";

/** Answers with JSON. */
export const json = (status, body, headers = {}) => plain(status, JSON.stringify(body), { "content-type": "application/json", ...headers });

/** Answers with a page. */
export const html = (status, headers = {}) => plain(status, "<!doctype html><title>A page</title>", { "content-type": "text/html", ...headers });

/** Answers with any body. */
export const plain =
  (status, body = "", headers = {}) =>
  (_request, response) =>
    response.writeHead(status, headers).end(body);

/** Says nothing for ever. */
export const silent = () => {};

/** Begins a body that never ends, slowly enough to stay small. */
export const endless = (_request, response) => {
  response.writeHead(200, { "content-type": "application/json" }).write('{"id":"');
  const drip = setInterval(() => response.write("x"), 200);
  response.on("close", () => clearInterval(drip));
};

/** Sends more than any answer should hold, as fast as it is taken. */
export const flood = (_request, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  const chunk = Buffer.alloc(64 * 1024, 0x20);
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on("drain", more);
  more();
};

/** The same, behind a length that is not true: in chunks, which count instead of it (RFC 9112, section 6.3). */
export const liar = ({ socket }) => {
  socket.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n");
  const chunk = `10000\r\n${" ".repeat(0x10000)}\r\n`;
  const more = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on("drain", more);
  more();
};

/** A few kilobytes that unpack to a hundred megabytes. */
export const bomb = (_request, response) => response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(BOMB);
const BOMB = gzipSync(Buffer.alloc(100 << 20, 0x20));

/** Breaks off in the middle of a body whose length it promised. */
export const truncated = (_request, response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
  response.write('{"id":"00o', () => response.destroy());
};

/** Breaks off before it says anything. */
export const brokenOff = (request) => request.socket.destroy();

/** Waits, and then answers. */
export const after = (milliseconds, answer) => (request, response) => setTimeout(() => answer(request, response), milliseconds);

/** Starts a server. `answer(line, how)` sets what a request line gets, such as `GET https://acme.okta.com/api/v1/users/me`. */
export async function providerServer() {
  const seen = [];
  const rules = new Map();
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const line = `${request.method} https://${request.headers.host}${request.url}`;
    seen.push({ line, headers: request.headers, body: Buffer.concat(chunks).toString() });
    const rule = rules.get(line) ?? plain(404);
    await rule(request, response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `127.0.0.1:${server.address().port}`,
    seen,
    answer: (line, how) => rules.set(line, how),
    /** Forgets every answer and everything seen. */
    reset() {
      rules.clear();
      seen.length = 0;
    },
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
