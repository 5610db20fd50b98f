// The webhooks of the demo product: receives them as `edge/docs/webhooks.md` says, and shows the latest ones.
//
// It owns the check of the signature, the ids that it has seen, a line in the terminal for each delivery, and the stream of the latest
// ones to open pages. It keeps them in memory only. It shows nothing that the edge has not signed, and no control characters.

import { Webhook } from "standardwebhooks";

/** How many deliveries a page shows. */
const SHOWN = 10;
/** How many ids are kept: as many as the edge may repeat within the few days of its retries, in a demo. */
const REMEMBERED = 1000;
/** The largest body that is read, in bytes. */
const LARGEST_BODY = 1_000_000;

/** Makes a receiver. `print` gets a line for each delivery. Without `open(secret)` it takes none. */
export function makeReceiver(print) {
  let webhook;
  const seen = new Set();
  let latest = [];
  const pages = new Set();

  /** Takes a request and returns the status of the answer. */
  async function receive(request) {
    let event;
    try {
      event = webhook.verify(await bodyOf(request), request.headers);
    } catch (error) {
      print(`webhook  refused: ${clean(error.message)}  400`);
      return 400;
    }
    const { id, type } = event;
    const account = clean(event.data?.appConnection?.name ?? "no account");
    const again = seen.has(id);
    print(`webhook  ${clean(type)}  ${account}  204${again ? " (again)" : ""}`);
    if (!again) keep({ id, type: clean(type), account, receivedAt: new Date().toISOString() });
    return 204;
  }

  function keep(delivery) {
    seen.add(delivery.id);
    // A set keeps the order in which its members came.
    if (seen.size > REMEMBERED) seen.delete(seen.values().next().value);
    latest = [delivery, ...latest].slice(0, SHOWN);
    for (const page of pages) tell(page);
  }

  const tell = (page) => page.write(`data: ${JSON.stringify(latest)}\n\n`);

  /** Answers a page with the latest deliveries, newest first, and again with each new one (server-sent events). */
  function watch(response) {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    pages.add(response);
    response.on("close", () => pages.delete(response));
    tell(response);
  }

  return { open: (secret) => (webhook = new Webhook(secret)), receive, watch };
}

async function bodyOf(request) {
  const parts = [];
  let length = 0;
  for await (const part of request) {
    length += part.length;
    if (length > LARGEST_BODY) throw new Error("the body is too large");
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

/** A text without the characters that would act on a terminal or turn the text around them. */
const clean = (text) => String(text).replace(/\p{C}/gu, "?").slice(0, 200);
