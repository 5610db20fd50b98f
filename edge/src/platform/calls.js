// Calls of Durable Objects, KV, the queue and static files, each with a time limit, because such a call may never settle.
//
// Rust calls a function once, as in `http.js`, and gets an array with the result, or `"timeout"`, or `"error: "` and the
// runtime's message. It refuses to know what a message means.

/**
 * Calls a Durable Object: `[status, text, quota]`. `limit` is the caller that the call counts for, or empty. `asker` is where the
 * request came from, or empty. `quota` is the rest of that caller's quota, or `null`.
 * @param {DurableObjectNamespace} namespace
 * @param {string} name
 * @param {string} operation
 * @param {string} body
 * @param {string} limit
 * @param {string} asker
 * @param {number} timeLimit
 */
export const call = (namespace, name, operation, body, limit, asker, timeLimit) =>
  within(timeLimit, async () => {
    const stub = namespace.get(namespace.idFromName(name));
    // `lists` marks the format of the messages. An object of a version with another format must not accept them.
    const response = await stub.fetch(`https://project/lists/${operation}?${limit}`, { method: "POST", body, headers: { asker } });
    return [response.status, await response.text(), response.headers.get("quota")];
  });

/**
 * Writes a value to KV: `[]`.
 * @param {KVNamespace} kv
 * @param {string} key
 * @param {string} value
 * @param {number} timeLimit
 */
export const put = (kv, key, value, timeLimit) => within(timeLimit, async () => (await kv.put(key, value), []));

/**
 * Reads a value from KV: `[text]`, or `[null]` if there is none.
 * @param {KVNamespace} kv
 * @param {string} key
 * @param {number} timeLimit
 */
export const get = (kv, key, timeLimit) => within(timeLimit, async () => [await kv.get(key)]);

/**
 * Reads a static file: `[response]`, or `[]` if there is no such file.
 * @param {Fetcher} assets
 * @param {string} address
 * @param {number} timeLimit
 */
export const file = (assets, address, timeLimit) =>
  within(timeLimit, async () => {
    const response = await assets.fetch(address);
    return response.status === 200 ? [response] : [];
  });

/**
 * Asks the Worker that renders the console for a document: `[status, text]`.
 * @param {Fetcher} service
 * @param {string} data
 * @param {number} timeLimit
 */
export const render = (service, data, timeLimit) =>
  within(timeLimit, async () => {
    const response = await service.fetch("https://console/", { method: "POST", body: data });
    return [response.status, await response.text()];
  });

/**
 * Sends messages to a queue: `[]`. Each line is one message: the JSON of its body.
 * @param {Queue} queue
 * @param {string} lines
 * @param {number} timeLimit
 */
export const send = (queue, lines, timeLimit) =>
  within(timeLimit, async () => {
    await queue.sendBatch(lines.split("\n").map((line) => ({ body: JSON.parse(line) })));
    return [];
  });

/**
 * Deletes a value from KV: `[]`.
 * @param {KVNamespace} kv
 * @param {string} key
 * @param {number} timeLimit
 */
export const remove = (kv, key, timeLimit) => within(timeLimit, async () => (await kv.delete(key), []));

/**
 * @template T
 * @param {number} timeLimit
 * @param {() => Promise<T>} run
 */
async function within(timeLimit, run) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, timeLimit, "timeout")));
  try {
    return await Promise.race([run(), late]);
  } catch (error) {
    return `error: ${error}`;
  } finally {
    clearTimeout(timer);
  }
}
