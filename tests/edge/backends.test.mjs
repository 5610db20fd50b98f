// Two backends that were written from the documentation alone, in Node and in Python: each makes a session, receives webhooks, checks
// them with the official library of its language, and reads the account. They run as programs of their own, against the built Worker.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { copyFileSync, existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { MAGIC_HOST, deploy, magicToken } from "../harness/deployment.mjs";
import { ended, follow } from "../harness/processes.mjs";

const ENDPOINTS = "/api/v1/webhook-endpoints";
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

/** The interpreter that has the packages of `requirements.txt`. */
function python() {
  const made = path("../../target/webhook-receivers/bin/python");
  const found = process.env.LATCHKEY_PYTHON ?? made;
  const how = "run `cargo xtask test edge`, which installs them, or set LATCHKEY_PYTHON to a Python that has them";
  assert.ok(existsSync(found), `the Python packages of tests/edge/requirements.txt are missing (${found}): ${how}`);
  return found;
}

const BACKENDS = [
  { language: "Node", file: "receive-webhooks.mjs", program: () => process.execPath },
  { language: "Python", file: "receive_webhooks.py", program: python },
];

let edge, admin;
before(async () => {
  edge = await deploy({ network: true, settings: { LOCAL_WEBHOOKS: "yes" } });
  admin = await edge.keyWith(["admin", "connections:read", "sessions:read"]);
});
after(() => edge.stop());

/** Makes an endpoint whose address a backend is going to have. */
async function endpoint(t) {
  const made = await edge.send("POST", ENDPOINTS, { token: admin, body: { url: "http://localhost:9/webhooks" } });
  assert.equal(made.status, 201, made.text);
  t.after(() => edge.send("DELETE", `${ENDPOINTS}/${made.body.webhookEndpoint.id}`, { token: admin }));
  return made.body.webhookEndpoint;
}

/** Starts a backend in a folder of its own, as a developer would. `said(pattern)` waits for a line that it prints. */
async function start({ file, program }, t, { id, secret, folder = emptyFolder(t), api = edge.url }) {
  copyFileSync(path(`../../edge/docs/examples/${file}`), join(folder, file));
  const own = { LATCHKEY_URL: api, LATCHKEY_KEY: edge.testKey, WEBHOOK_SECRET: secret, PORT: "0" };
  const child = spawn(program(), [file], { cwd: folder, env: { ...process.env, ...own }, stdio: ["ignore", "pipe", "pipe"] });
  const { lines, said } = follow(child);
  const stop = () => {
    child.kill("SIGKILL");
    return ended(child);
  };
  t.after(stop);
  const [, url] = await said(/^webhooks: (http:\S+)$/);
  const [, link] = await said(/^link an account: (\S+)$/);
  const moved = await edge.send("PATCH", `${ENDPOINTS}/${id}`, { token: admin, body: { url } });
  assert.equal(moved.status, 200, moved.text);
  return { url, link, lines, said, stop, folder };
}

/** An empty folder in which Node finds the packages of the tests. */
function emptyFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-backend-"));
  symlinkSync(path("../node_modules"), join(folder, "node_modules"), "junction");
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Links an account in the session of a link, as its form does. */
async function linkBy(link) {
  const token = new URL(link).hash.slice(1) || new URL(link).pathname.split("/").at(-1);
  const linked = await edge.fill({ token }, "okta", { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  assert.equal(linked.status, 200, linked.text);
  return linked.body.connection;
}

/** The edge behind a server that answers no call to read an account until `release()` is called. */
async function heldApi(t) {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    if (request.method === "GET") await released;
    const { authorization } = request.headers;
    const body = parts.length > 0 ? Buffer.concat(parts) : undefined;
    const answer = await fetch(edge.url + request.url, { method: request.method, headers: { authorization, "content-type": "application/json" }, body });
    response.writeHead(answer.status).end(await answer.text());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close().closeAllConnections());
  return { address: `http://127.0.0.1:${server.address().port}`, release };
}

/** Sends a webhook that is signed with this secret, so many seconds ago, and returns the status of the answer. */
async function post(url, secret, body, { ago = 0, sent = body } = {}) {
  const text = JSON.stringify(body);
  const time = String(Math.floor(Date.now() / 1000) - ago);
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const signature = createHmac("sha256", key).update(`${body.id}.${time}.${text}`).digest("base64");
  const headers = { "webhook-id": body.id, "webhook-timestamp": time, "webhook-signature": `v1,${signature}` };
  return (await fetch(url, { method: "POST", headers, body: JSON.stringify(sent) })).status;
}

/** Lets the edge send a test event, and returns what the backend answered. */
async function tryOut(id) {
  const tested = await edge.send("POST", `${ENDPOINTS}/${id}/test`, { token: admin });
  assert.equal(tested.status, 200, tested.text);
  return tested.body;
}

for (const backend of BACKENDS) {
  test(`a ${backend.language} backend links an account, is told of it, and reads it`, async (t) => {
    const made = await endpoint(t);
    const running = await start(backend, t, made);
    const { id } = await linkBy(running.link);
    const account = (await edge.listed()).find((listed) => listed.id === id);
    const [line] = await running.said(/^learned connection\.created: .*/);
    assert.equal(line, `learned connection.created: ${account.name} of user-1 is healthy`);

    const gone = await edge.send("DELETE", `/api/v1/app-connections/okta/${id}`, { token: edge.testKey });
    assert.equal(gone.status, 200, gone.text);
    const [last] = await running.said(/^learned connection\.deleted: .*/);
    assert.equal(last, `learned connection.deleted: ${account.name} is gone`);
  });

  test(`a ${backend.language} backend acts once on what comes twice, also after it was started again`, async (t) => {
    const made = await endpoint(t);
    const first = await start(backend, t, made);
    const event = (number) => ({ id: `evt_once_${number}`, type: `endpoint.number${number}`, data: {} });
    assert.equal(await post(first.url, made.secret, event(1)), 204);
    await first.said(/^learned endpoint\.number1$/);
    assert.equal(await post(first.url, made.secret, event(1)), 204);
    await first.stop();

    const second = await start(backend, t, { ...made, folder: first.folder });
    assert.equal(await post(second.url, made.secret, event(1)), 204);
    assert.equal(await post(second.url, made.secret, event(2)), 204);
    await second.said(/^learned endpoint\.number2$/);
    const learned = [...first.lines, ...second.lines].filter((line) => line.startsWith("learned"));
    assert.deepEqual(learned, ["learned endpoint.number1", "learned endpoint.number2"]);
  });

  test(`a ${backend.language} backend answers before it works, and works on it after a crash`, async (t) => {
    const made = await endpoint(t);
    const api = await heldApi(t);
    const first = await start(backend, t, { ...made, api: api.address });
    const appConnection = { id: "00000000-0000-4000-8000-000000000000", app: "okta", name: "okta-example" };
    const event = { id: "evt_crash_1", type: "connection.created", data: { appConnection } };
    assert.equal(await post(first.url, made.secret, event), 204);
    await first.stop();
    assert.ok(!first.lines.some((line) => line.startsWith("learned")), first.lines.join("\n"));

    api.release();
    const second = await start(backend, t, { ...made, api: api.address, folder: first.folder });
    await second.said(/^learned connection\.created: okta-example is gone$/);
  });

  test(`a ${backend.language} backend with the public key accepts the same webhooks`, async (t) => {
    const made = await endpoint(t);
    const running = await start(backend, t, { ...made, secret: made.publicKey });
    const tested = await tryOut(made.id);
    assert.deepEqual([tested.delivered, tested.attempt.status], [true, 204], JSON.stringify(tested));
    await running.said(/^learned endpoint\.test$/);
  });

  for (const kind of ["secret", "public key"]) {
    test(`a ${backend.language} backend with a wrong ${kind} refuses, and learns nothing`, async (t) => {
      const [made, other] = [await endpoint(t), await endpoint(t)];
      const secret = kind === "secret" ? other.secret : other.publicKey;
      const running = await start(backend, t, { ...made, secret });
      const tested = await tryOut(made.id);
      assert.deepEqual([tested.delivered, tested.attempt.status], [false, 400], JSON.stringify(tested));
      assert.equal((await fetch(running.url, { method: "POST", body: "{}" })).status, 400);
      assert.ok(!running.lines.some((line) => line.startsWith("learned")), running.lines.join("\n"));
    });
  }

  test(`a ${backend.language} backend refuses what is altered, old, early or unreadable`, async (t) => {
    const made = await endpoint(t);
    const { url, lines } = await start(backend, t, made);
    const event = { id: `evt_${randomBytes(4).toString("hex")}_1`, type: "endpoint.test", data: {} };
    assert.equal(await post(url, made.secret, event, { sent: { ...event, type: "connection.deleted" } }), 400);
    assert.equal(await post(url, made.secret, event, { ago: 400 }), 400);
    assert.equal(await post(url, made.secret, event, { ago: -400 }), 400);
    for (const signature of ["", "v1", "v1,", "v1,=", "v2,AAAA", "v1a,AAAA v1,AAAA"]) {
      const headers = { "webhook-id": event.id, "webhook-timestamp": String(Math.floor(Date.now() / 1000)), "webhook-signature": signature };
      assert.equal((await fetch(url, { method: "POST", headers, body: JSON.stringify(event) })).status, 400, signature);
    }
    assert.ok(!lines.some((line) => line.startsWith("learned")), lines.join("\n"));
  });
}
