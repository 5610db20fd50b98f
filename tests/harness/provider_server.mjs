// A provider over real HTTP: every request of the Worker, to any host, arrives here.
//
// It owns a server, the responses that a test sets by method, host and path, and a record of the requests. It can respond as a broken
// or hostile server does. It does not judge: tests do.

import { createServer } from "node:http";
import { gzipSync } from "node:zlib";

/** Responds with JSON. */
export const json = (status, body, headers = {}) => plain(status, JSON.stringify(body), { "content-type": "application/json", ...headers });

/** Responds with a page. */
export const html = (status, headers = {}) => plain(status, "<!doctype html><title>A page</title>", { "content-type": "text/html", ...headers });

/** Responds with any body. */
export const plain =
  (status, body = "", headers = {}) =>
  (_request, response) =>
    response.writeHead(status, headers).end(body);

/** Never responds. */
export const silent = () => {};

/** Begins a body that never ends, slowly enough to stay small. */
export const endless = (_request, response) => {
  response.writeHead(200, { "content-type": "application/json" }).write('{"id":"');
  const drip = setInterval(() => response.write("x"), 200);
  response.on("close", () => clearInterval(drip));
};

/** Sends a body without an end, as fast as it is read. */
export const flood = (_request, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  const chunk = Buffer.alloc(64 * 1024, 0x20);
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on("drain", more);
  more();
};

/** The same with a false `Content-Length`, and in chunks, which override it (RFC 9112, section 6.3). */
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

/** Closes the connection in the middle of a body whose length it announced. */
export const truncated = (_request, response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
  response.write('{"id":"00o', () => response.destroy());
};

/** Closes the connection before it sends anything. */
export const brokenOff = (request) => request.socket.destroy();

/** Waits, and then responds. */
export const after = (milliseconds, answer) => (request, response) => setTimeout(() => answer(request, response), milliseconds);

/** Starts a server. `answer(line, how)` sets the response to a request line, such as `GET https://acme.okta.com/api/v1/users/me`. */
export async function providerServer() {
  const seen = [];
  const rules = new Map();
  let where;
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const line = `${request.method} https://${request.headers.host}${request.url}`;
    seen.push({ line, headers: request.headers, body: Buffer.concat(chunks).toString() });
    const rule = rules.get(line) ?? where?.(seen.at(-1)) ?? plain(404);
    await rule(request, response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `127.0.0.1:${server.address().port}`,
    seen,
    answer: (line, how) => rules.set(line, how),
    /** Sets the response to the requests that `holds` is true of, such as one whose address has a time. One at a time. */
    answerWhere: (holds, how) => (where = (sent) => (holds(sent) ? how : undefined)),
    /** Removes all responses and all recorded requests. */
    reset() {
      rules.clear();
      where = undefined;
      seen.length = 0;
    },
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
