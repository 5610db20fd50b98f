// The requests of verifications, sent to mock servers that report each violation of the vendor's own description of its API.
// `cargo xtask test prism` sets the requests (REQUESTS) and the descriptions (SPECS).
//
// It owns the stand-ins for secrets and for values read from responses. It does not judge: Prism does, and any violation by a request
// fails. Prism's `--errors` is not used, because it would also fail the vendors' own examples, which violate their own schemas.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";

const PRISM = fileURLToPath(new URL("node_modules/@stoplight/prism-cli/dist/index.js", import.meta.url));
const requests = JSON.parse(await readFile(process.env.REQUESTS, "utf8"));
const specs = JSON.parse(process.env.SPECS);

/** The stand-ins for `<name>`, in the vendors' formats. */
const STAND_INS = {
  apiToken: "00fakeFAKEfakeFAKEfakeFAKEfakeFAKEfakeFAKE",
  accessToken: "api-00000000-0000-4000-8000-000000000000",
  apiKey: "pat.AbCdEfGhIjKlMnOpQrStUv.000000000000000000000000.00000000000000000000",
  "identity.id": "00ufake0000000000001",
  "key.id": "0123456789abcdef01234567",
  "old.key.id": "0123456789abcdef01234567",
  "rotation.name": "Latchkey 01234567-2",
  "hook.id": "who00000000000000001",
  "hook.uri": "https://edge.example/hooks/x",
  "hook.name": "Latchkey",
  "hook.secret": "a secret",
  "note.foreign": "who00000000000000001",
  "note.hook": "who00000000000000001",
  "poll.since": "2026-11-22T12:00:00.000Z",
  "note.orphan": "0123456789abcdef01234567",
  "note.token": "example_token",
  "note.apiKey": "example_key",
  "note.kind": "SERVICE_ACCOUNT",
  "note.owner": "example_owner",
  "note.organization": "example_organization",
  "note.project": "example_project",
};

const filled = (text) =>
  text.replace(/<([a-z][a-zA-Z]*(?:\.[a-zA-Z]+)*)>/g, (all, name) => STAND_INS[name] ?? assert.fail(`there is no stand-in for ${all}`));

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Starts a mock server. Returns its origin and a function that stops it. */
async function mock(spec) {
  const port = await freePort();
  const args = [PRISM, "mock", "--host", "127.0.0.1", "--port", String(port), spec];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const ready = new Promise((resolve, reject) => {
    let said = "";
    const hear = (part) => {
      said += part;
      if (said.includes("Prism is listening")) resolve();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("exit", (code) => reject(new Error(`Prism ended (${code}): ${said}`)));
  });
  await ready;
  return { origin: `http://127.0.0.1:${port}`, stop: () => child.kill() };
}

async function send(origin, request, headers) {
  const { pathname, search } = new URL(filled(request.url));
  const body = request.body === null ? undefined : filled(request.body);
  const answer = await fetch(origin + pathname + search, { method: request.method, headers, body, redirect: "manual" });
  const violations = JSON.parse(answer.headers.get("sl-violations") ?? "[]");
  const ours = violations.filter(({ location }) => location?.[0] === "request");
  return { status: answer.status, ours, text: await answer.text() };
}

for (const [provider, spec] of specs) {
  describe(provider, () => {
    let server;
    before(async () => void (server = await mock(spec)));
    after(() => server?.stop());

    test("has requests", () => assert.ok(requests[provider].length > 1));

    for (const request of requests[provider]) {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, filled(value)]));

      test(`${provider} ${request.probe}: ${request.method} ${new URL(filled(request.url)).pathname}`, async () => {
        const { status, ours, text } = await send(server.origin, request, headers);
        // The stored description of Harness has no calls that end or replace a key.
        if (provider === "harness" && status === 404 && /NO_PATH_MATCHED/.test(text)) return;
        assert.deepEqual({ ours, accepted: status >= 200 && status < 300 }, { ours: [], accepted: true }, `${status} ${text.slice(0, 2000)}`);
      });
    }

    test(`${provider}: a request without the key is refused`, async () => {
      const request = requests[provider].find(({ headers }) => JSON.stringify(headers).includes("<"));
      const open = Object.entries(request.headers).filter(([, value]) => !value.includes("<"));
      const { status } = await send(server.origin, request, Object.fromEntries(open));
      assert.equal(status, 401);
    });

    test(`${provider}: a wrong path and a missing body are reported`, async () => {
      const away = { ...requests[provider][0], url: "https://vendor.example/away", body: null };
      assert.equal((await send(server.origin, away, {})).status, 404);
      for (const request of requests[provider].filter(({ body }) => body !== null)) {
        const headers = Object.entries(request.headers).filter(([name]) => name !== "content-type");
        const { ours } = await send(server.origin, { ...request, body: null }, Object.fromEntries(headers));
        assert.notDeepEqual(ours, []);
      }
    });
  });
}
