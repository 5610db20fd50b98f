// Responses in pieces: a long body that is made while it is sent.
//
// It owns the stream. The header `latchkey-rest` of a response says how its next piece is made. The piece is asked for when the
// client has read the one before, so one piece is in memory. It refuses to end a response that is not whole as if it were:
// when a piece fails, the connection breaks.

const REST = "latchkey-rest";

/**
 * The response with its whole body. `more` makes a piece: its text, and how the one after it is made, if there is one.
 * @param {Response} response
 * @param {(rest: string) => Promise<[string, string | undefined]>} more
 */
export function inPieces(response, more) {
  const first = response.headers.get(REST);
  if (first === null) return response;
  /** @type {string | undefined} */
  let rest = first;
  const encoder = new TextEncoder();
  const beginning = response.body?.getReader();
  const body = new ReadableStream(
    {
      async pull(controller) {
        const begun = await beginning?.read();
        if (begun?.value) return controller.enqueue(begun.value);
        if (rest === undefined) return controller.close();
        const [text, next] = await more(rest);
        rest = next;
        if (text) controller.enqueue(encoder.encode(text));
        // A piece may be empty. Without this nobody would ask for the next one.
        else if (rest !== undefined) return this.pull?.(controller);
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const headers = new Headers(response.headers);
  headers.delete(REST);
  return new Response(body, { status: response.status, headers });
}
