// HTTP as plain values: the request that came, the response that goes, and what is asked of a provider. Rust calls once and is
// answered once, because each crossing between it and JavaScript costs more than the work on either side.
//
// Headers travel as lines, name and value in turns. What went wrong is told by a word, never by what the runtime says.

/**
 * How much of a request's body that is too large is read and thrown away, in bytes: a client that is still writing when the answer
 * comes may see a broken connection instead of the answer.
 */
const DISCARD_MAX = 8 << 20;

/** A request's `[method, address, headers, body]`; the body is `null` when it is longer than `most`. */
export async function read(request, most) {
  const { method, url, headers } = request;
  const body = method === "GET" || method === "HEAD" ? nothing : await collect(request, most, DISCARD_MAX);
  return [method, url, lines(headers), body];
}

/** The response. `asset` is one whose bytes are passed on as they are stored. */
export function respond(status, headers, body, asset) {
  const init = { status, headers: pairs(headers) };
  // What is Rust's memory now may be something else later.
  if (asset === undefined) return new Response(body.length ? body.slice() : null, init);
  if (init.headers.some(([name]) => name === "content-encoding")) init.encodeBody = "manual";
  return new Response(asset.body, init);
}

/** `[status, headers, body]` of a provider's answer, with the headers that are wanted, or `"timeout"`, `"length"`, `"network"`. */
export async function ask(method, url, headers, body, bodyMax, wanted, timeLimit) {
  const signal = AbortSignal.timeout(timeLimit);
  try {
    const response = await fetch(url, { method, headers: pairs(headers), body, redirect: "manual", signal });
    const bytes = await collect(response, bodyMax, bodyMax);
    return bytes === null ? "length" : [response.status, lines(some(response.headers, wanted)), bytes];
  } catch {
    return signal.aborted ? "timeout" : "network";
  }
}

const nothing = new Uint8Array();

const lines = (headers) => [...headers].flat().join("\n");

const some = (headers, names) => names.split("\n").flatMap((name) => (headers.has(name) ? [[name, headers.get(name)]] : []));

function pairs(lines) {
  const words = lines.split("\n");
  return Array.from({ length: words.length >> 1 }, (_, at) => [words[2 * at], words[2 * at + 1]]);
}

/** The whole body, or `null` when it is longer than `most`; what is longer than `patience` is not read to its end. */
async function collect({ body }, most, patience) {
  // A request or a redirect may have none.
  if (!body) return nothing;
  // Counted, whatever `Content-Length` says: a body in chunks may come with one that is not true.
  const chunks = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > patience) return null;
    if (length <= most) chunks.push(chunk);
  }
  if (length > most) return null;
  if (chunks.length === 1) return chunks[0];
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
