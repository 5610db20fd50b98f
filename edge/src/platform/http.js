// HTTP as plain values: the request and response of the Worker, and requests to providers.
//
// Rust calls each function once and gets one result, because a crossing between Rust and JavaScript costs more than the
// work on either side. Headers are passed as lines, name and value in turns. An error is passed as a word of ours, never as
// the runtime's message. It refuses to follow redirects.

/**
 * How much of a request body that is too long is read and dropped, in bytes. A client that is still writing when the
 * response comes may see a broken connection instead of the response.
 */
const DISCARD_MAX = 8 << 20;

/**
 * Reads a request: `[method, url, headers, body]`. The body is `null` if it is longer than `bodyMax`.
 * @param {Request} request
 * @param {number} bodyMax
 */
export async function read(request, bodyMax) {
  const { method, url, headers } = request;
  const body = method === "GET" || method === "HEAD" ? nothing : await collect(request, bodyMax, DISCARD_MAX);
  // Cloudflare writes an `Accept-Encoding` of its own, and so does a development run. What the client sent is here; it is empty if the
  // client sent none.
  const { clientAcceptEncoding } = /** @type {{ cf?: { clientAcceptEncoding?: string } }} */ (request).cf ?? {};
  const sent = clientAcceptEncoding === undefined ? [] : [/** @type {[string, string]} */ (["accept-encoding", clientAcceptEncoding])];
  return [method, url, lines([...headers, ...sent]), body];
}

/**
 * Makes a response. If there is `asset`, its bytes are sent as they are stored.
 * @param {number} status
 * @param {string} headers
 * @param {Uint8Array} body
 * @param {Response | undefined} asset
 */
export function respond(status, headers, body, asset) {
  const list = pairs(headers);
  /** @type {ResponseInit} */
  const init = { status, headers: list };
  // A copy, because Rust may reuse this memory.
  if (asset === undefined) return new Response(body.length ? body.slice() : null, init);
  if (list.some(([name]) => name === "content-encoding")) init.encodeBody = "manual";
  return new Response(asset.body, init);
}

/**
 * Sends a request to a provider or a webhook endpoint: `[status, headers, body]` with the wanted headers, or `"timeout"`,
 * `"length"` or `"network"`. A body that is longer than `bodyMax` is cut there if `cut` says so.
 * @param {string} method
 * @param {string} url
 * @param {string} headers
 * @param {string | undefined} body
 * @param {number} bodyMax
 * @param {boolean} cut
 * @param {string} wanted
 * @param {number} timeLimit
 */
export async function ask(method, url, headers, body, bodyMax, cut, wanted, timeLimit) {
  const signal = AbortSignal.timeout(timeLimit);
  try {
    const response = await fetch(url, { method, headers: pairs(headers), body, redirect: "manual", signal });
    const bytes = cut ? await first(response, bodyMax) : await collect(response, bodyMax, bodyMax);
    return bytes === null ? "length" : [response.status, lines(some(response.headers, wanted)), bytes];
  } catch {
    return signal.aborted ? "timeout" : "network";
  }
}

const nothing = new Uint8Array();

/** @param {Iterable<[string, string]>} headers */
const lines = (headers) => [...headers].flat().join("\n");

/**
 * @param {Headers} headers
 * @param {string} names
 * @returns {[string, string][]}
 */
const some = (headers, names) => names.split("\n").flatMap((name) => (headers.has(name) ? [[name, headers.get(name) ?? ""]] : []));

/**
 * @param {string} lines
 * @returns {[string, string][]}
 */
function pairs(lines) {
  const words = lines.split("\n");
  return Array.from({ length: words.length >> 1 }, (_, at) => [words[2 * at], words[2 * at + 1]]);
}

/**
 * The first bytes of a body. The rest is not read. A body that breaks has as many as arrived.
 * @param {Response} response
 * @param {number} most
 */
async function first({ body }, most) {
  const start = new Uint8Array(most);
  let length = 0;
  try {
    for await (const chunk of body ?? []) {
      const part = chunk.subarray(0, most - length);
      start.set(part, length);
      length += part.length;
      if (length === most) break;
    }
  } catch {
    // The status has arrived, and it alone counts.
  }
  return start.subarray(0, length);
}

/**
 * The whole body, or `null` if it is longer than `keepMax`. A body longer than `readMax` is not read to its end.
 * @param {Request | Response} message
 * @param {number} keepMax
 * @param {number} readMax
 */
async function collect({ body }, keepMax, readMax) {
  // A request or a redirect may have no body.
  if (!body) return nothing;
  // The bytes are counted, because `Content-Length` of a body in chunks may be wrong.
  const chunks = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > readMax) return null;
    if (length <= keepMax) chunks.push(chunk);
  }
  if (length > keepMax) return null;
  if (chunks.length === 1) return chunks[0];
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
