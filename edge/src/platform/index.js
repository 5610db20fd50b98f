// One call of a Durable Object, within a time limit: Rust calls once and is answered once, as in `fetch.js`.

/** `[status, text]`, `"timeout"`, or what the runtime says, behind `error: `. */
export async function call(namespace, name, operation, body, timeLimit) {
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, timeLimit, "timeout")));
  try {
    return await Promise.race([answer(namespace, name, operation, body), late]);
  } catch (error) {
    return `error: ${error}`;
  } finally {
    clearTimeout(timer);
  }
}

async function answer(namespace, name, operation, body) {
  const stub = namespace.get(namespace.idFromName(name));
  const response = await stub.fetch(`https://project/${operation}`, { method: "POST", body });
  return [response.status, await response.text()];
}
