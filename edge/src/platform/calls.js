// Calls of what surrounds the Worker, each within a time limit, because it may never answer: the Durable Objects, KV and the static
// files. Rust calls once and is answered once, as in `http.js`: with a list that holds the answer, with `"timeout"`, or with what the
// runtime says, behind `error: `.

/** `[status, text, quota]` of a Durable Object. `limit` is whom it counts the call for, or empty; `quota` is what is left to them, or `null`. */
export const call = (namespace, name, operation, body, limit, timeLimit) =>
  within(timeLimit, async () => {
    const stub = namespace.get(namespace.idFromName(name));
    // `lists` because an object that is still of the version before, which spoke with names, must not take this for its own.
    const response = await stub.fetch(`https://project/lists/${operation}?${limit}`, { method: "POST", body });
    return [response.status, await response.text(), response.headers.get("quota")];
  });

/** `[]` once KV has taken the value. */
export const put = (kv, key, value, timeLimit) => within(timeLimit, async () => (await kv.put(key, value), []));

/** `[text]` of the value, or `[null]`. */
export const get = (kv, key, timeLimit) => within(timeLimit, async () => [await kv.get(key)]);

/** `[response]` of a static file, or `[]` when there is none. */
export const file = (assets, address, timeLimit) =>
  within(timeLimit, async () => {
    const response = await assets.fetch(address);
    return response.status === 200 ? [response] : [];
  });

/** `[]` once KV has forgotten the value. */
export const forget = (kv, key, timeLimit) => within(timeLimit, async () => (await kv.delete(key), []));

async function within(timeLimit, answer) {
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, timeLimit, "timeout")));
  try {
    return await Promise.race([answer(), late]);
  } catch (error) {
    return `error: ${error}`;
  } finally {
    clearTimeout(timer);
  }
}
