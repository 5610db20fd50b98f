// One request to a provider, from sending it to the last byte of its answer: Rust calls once and is answered once, because each
// crossing between it and JavaScript costs more than the work on either side.
//
// Headers travel as lines, name and value in turns. What went wrong is told by a word, never by what the runtime says.

/** `[status, headers, body]`, or `"timeout"`, `"length"`, `"network"`. */
export async function ask(method, url, headers, body, bodyMax, timeLimit) {
  const signal = AbortSignal.timeout(timeLimit);
  try {
    const response = await fetch(url, { method, headers: pairs(headers), body, redirect: "manual", signal });
    const bytes = await read(response.body, bodyMax);
    if (bytes === undefined) return "length";
    return [response.status, [...response.headers].flat().join("\n"), bytes];
  } catch {
    return signal.aborted ? "timeout" : "network";
  }
}

function pairs(lines) {
  const words = lines.split("\n");
  return Array.from({ length: words.length >> 1 }, (_, at) => [words[2 * at], words[2 * at + 1]]);
}

/** The whole body, or nothing when it is longer than allowed; the rest is not read then. */
async function read(stream, most) {
  const chunks = [];
  let length = 0;
  // A redirect or an empty answer may have no stream.
  for await (const chunk of stream ?? []) {
    length += chunk.length;
    if (length > most) return undefined;
    chunks.push(chunk);
  }
  if (chunks.length === 1) return chunks[0];
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
