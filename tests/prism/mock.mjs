// A mock server that compares each request with a description (Prism), and what it says of a request.
//
// It owns starting and stopping it. Prism's `--errors` is not used, because it would also fail the vendors' own examples, which violate
// their own schemas.

import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const PRISM = fileURLToPath(new URL("node_modules/@stoplight/prism-cli/dist/index.js", import.meta.url));

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Starts a mock server. Returns its origin and a function that stops it. */
export async function mock(file) {
  const port = await freePort();
  const args = [PRISM, "mock", "--host", "127.0.0.1", "--port", String(port), file];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  await new Promise((resolve, reject) => {
    let said = "";
    const hear = (part) => {
      said += part;
      if (said.includes("Prism is listening")) resolve();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("exit", (code) => reject(new Error(`Prism ended (${code}): ${said}`)));
  });
  return { origin: `http://127.0.0.1:${port}`, stop: () => child.kill() };
}

/** Sends a filled request. Returns the status, the text, and the faults that are the request's. */
export async function send(origin, method, { path, headers, body }) {
  const answer = await fetch(origin + path, { method, headers, body, redirect: "manual" });
  const text = await answer.text();
  const violations = JSON.parse(answer.headers.get("sl-violations") ?? "[]");
  const ours = violations.filter(({ location }) => location?.[0] === "request");
  return { status: answer.status, faults: [...ours, ...ownFaults(answer.status, text)].map((fault) => JSON.stringify(fault)), text };
}

/** What Prism says in an answer of its own, because the description has none for the case. */
function ownFaults(status, text) {
  if (status < 300 || !text.includes("stoplight.io/prism/errors")) return [];
  const { validation, title, detail } = JSON.parse(text);
  return validation ?? [{ title, detail }];
}
