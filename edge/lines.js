// Responses as lines (application/x-ndjson): the progress of a request while it runs, and then its response.
//
// It owns the stream. A request that accepts lines gets `{"passed": …}` for each step that `request.reportProgress`
// reports, and `{"status": …, "body": …}` as the last line. If no step is reported, the client gets the plain response, so
// that a refusal keeps its status. It refuses to know what a step means, and to leave a stream open: failed work has a last
// line too.

const LINES = "application/x-ndjson";

/**
 * Whether a request accepts lines.
 * @param {Request} request
 */
export const wantsLines = (request) => request.headers.get("accept") === LINES;

/**
 * Responds in lines. `work` runs the request; `failed` makes the response if `work` throws.
 * @param {Request & { reportProgress?: (passed: string) => void }} request
 * @param {ExecutionContext} context
 * @param {() => Promise<Response>} work
 * @param {(cause: unknown) => Response} failed
 */
export async function inLines(request, context, work, failed) {
  const { readable, writable } = new TransformStream();
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  // The client may be gone. The work continues: its outcome is recorded, and a repeated request gets it.
  const write = (/** @type {string} */ line) => writer.write(encoder.encode(line + "\n")).catch(() => {});
  /** @type {(begun: true) => void} */
  let begin;
  const begun = new Promise((resolve) => (begin = resolve));
  request.reportProgress = (passed) => {
    write(JSON.stringify({ passed }));
    begin(true);
  };
  const pending = work().catch(failed);
  if ((await Promise.race([begun, pending])) !== true) return pending;
  const finish = async () => {
    const response = await pending;
    await write(`{"status":${response.status},"body":${(await response.text()) || null}}`);
    await writer.close();
  };
  context.waitUntil(finish().catch((cause) => writer.abort(cause).catch(() => {})));
  const headers = { "content-type": LINES, "cache-control": "no-store", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" };
  return new Response(readable, { headers });
}
