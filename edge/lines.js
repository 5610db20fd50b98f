// Answers in lines (application/x-ndjson): what is known already while a request is worked on, and then the answer.
//
// It owns the stream. A request that accepts lines gets `{"passed": …}` for each thing that is told by `request.tell`, and as its
// last line `{"status": …, "body": …}`. One that nothing is told of gets its answer as it is, so that refusals keep their status.
// It refuses to know what is told, and to leave a stream open: work that fails has a last line too.

const LINES = "application/x-ndjson";

/** Whether a request wants lines. */
export const wantsLines = (request) => request.headers.get("accept") === LINES;

/** `work` begins to work on the request and promises its answer; `failure` makes one of what work threw. */
export async function inLines(request, context, work, failure) {
  const { readable, writable } = new TransformStream();
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  // Nobody may be reading any more. The work goes on: how it ends is recorded, and is told when it is asked for again.
  const write = (line) => writer.write(encoder.encode(line + "\n")).catch(() => {});
  let begin;
  const begun = new Promise((resolve) => (begin = resolve));
  request.tell = (passed) => {
    write(JSON.stringify({ passed }));
    begin(true);
  };
  const answer = work().catch(failure);
  if ((await Promise.race([begun, answer])) !== true) return answer;
  const finish = async () => {
    const response = await answer;
    await write(`{"status":${response.status},"body":${(await response.text()) || null}}`);
    await writer.close();
  };
  context.waitUntil(finish().catch((cause) => writer.abort(cause).catch(() => {})));
  const headers = { "content-type": LINES, "cache-control": "no-store", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" };
  return new Response(readable, { headers });
}
