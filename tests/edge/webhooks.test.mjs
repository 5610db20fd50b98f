// Webhooks on the real runtime: the object's alarm, the queue, its consumer, and receivers over HTTP that fail in every way.

import assert from "node:assert/strict";
import { createPublicKey, verify as verifySignature } from "node:crypto";
import { after, before, test } from "node:test";
import { Webhook } from "standardwebhooks";

import { MAGIC_HOST, deploy, magicToken } from "../harness/deployment.mjs";
import { bomb, brokenOff, flood, liar, plain, providerServer, silent, truncated } from "../harness/provider_server.mjs";

const PATH = "/api/v1/webhook-endpoints";
const MATRIX = Boolean(process.env.LATCHKEY_MATRIX);

let receiver, edge, key;
before(async () => {
  receiver = await providerServer();
  edge = await deploy({ provider: receiver.address });
  key = await edge.keyWith(["admin", "connections:read", "connections:write", "sessions:read", "sessions:write"]);
});
after(async () => {
  await edge.stop();
  await receiver.stop();
});

const call = (method, path, body, to = edge) => to.send(method, path, { token: key, body });

async function endpoint(host, types = []) {
  const made = await call("POST", PATH, { url: `https://${host}/webhooks`, types });
  assert.equal(made.status, 201, made.text);
  return made.body.webhookEndpoint;
}

/** Links an account in test mode, which is one event at the least. Returns its id. */
async function link() {
  const linked = await edge.link("okta", { instanceUrl: MAGIC_HOST, apiToken: magicToken() }, { key: edge.testKey });
  assert.equal(linked.status, 200, linked.text);
  return linked.body.connection.id;
}

const sentTo = (host) => receiver.seen.filter(({ line }) => line === `POST https://${host}/webhooks`);
const created = (host) => sentTo(host).filter(({ body }) => JSON.parse(body).type === "connection.created");

/** Waits for what `found` returns. */
async function until(what, found, seconds = 15) {
  for (let tries = 0; ; tries += 1) {
    const result = await found();
    if (result) return result;
    assert.ok(tries < seconds * 20, `${what}\n${edge.logText()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const delivery = async (id, state, seconds) =>
  until(
    `no delivery is ${state} of ${id}`,
    async () => {
      const { body } = await call("GET", `${PATH}/${id}/deliveries?limit=100`);
      return body.deliveries.find((delivery) => delivery.eventType === "connection.created" && delivery.state === state);
    },
    seconds,
  );

/** Whether the signature `v1a` fits the public key, by Node's own Ed25519: the official library knows `v1` alone. */
function isSignedBy(publicKey, { headers, body }) {
  const raw = Buffer.from(publicKey.replace("whpk_", ""), "base64");
  const x = raw.toString("base64url");
  const keyObject = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  const text = Buffer.from(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`);
  const signatures = headers["webhook-signature"].split(" ").filter((signature) => signature.startsWith("v1a,"));
  return signatures.some((signature) => verifySignature(null, text, keyObject, Buffer.from(signature.slice(4), "base64")));
}

test("a receiver gets the event that the API shows, and the official library accepts it", async () => {
  receiver.answer("POST https://good.example.com/webhooks", plain(204));
  const { secret, publicKey } = await endpoint("good.example.com");
  const id = await link();
  const [sent] = await until("it is delivered", () => created("good.example.com").length && created("good.example.com"));
  const event = new Webhook(secret).verify(sent.body, sent.headers);
  assert.ok(isSignedBy(publicKey, sent));
  const { body } = await call("GET", "/api/v1/events?types=connection.created");
  assert.deepEqual(event, body.events.find((event) => event.data.appConnection.id === id));
  assert.equal(sent.headers["webhook-id"], event.id);
  assert.equal(sent.headers["content-type"], "application/json");
  // Another secret, another body, another time.
  assert.throws(() => new Webhook(`whsec_${Buffer.alloc(32).toString("base64")}`).verify(sent.body, sent.headers));
  assert.throws(() => new Webhook(secret).verify(sent.body.replace("created", "deleted"), sent.headers));
  assert.ok(!isSignedBy(publicKey, { ...sent, body: sent.body.replace("created", "deleted") }));
});

test("a receiver that fails in whatever way loses nothing, is told in the log, and holds up nobody", async () => {
  receiver.answer("POST https://fine.example.com/webhooks", plain(200, "thanks"));
  receiver.answer("GET https://trap.example.com/", plain(200));
  const redirect = (status) => plain(status, "", { location: "https://trap.example.com/" });
  const cases = {
    error: [plain(500, "\u001b[31mno\u202e"), "refused", 500],
    unauthorized: [plain(401), "refused", 401],
    moved: [redirect(301), "redirected", 301],
    found: [redirect(302), "redirected", 302],
    preserved: [redirect(307), "redirected", 307],
    limited: [plain(429, "", { "retry-after": "120" }), "refused", 429],
    reset: [brokenOff, "unreachable", null],
    "huge-error": [(request, response) => response.writeHead(503).end("x".repeat(5 << 20)), "refused", 503],
    silent: [silent, "timed_out", null],
  };
  const accepted = { flood, bomb, liar, truncated };
  for (const [name, [answer]] of Object.entries(cases)) receiver.answer(`POST https://${name}.example.com/webhooks`, answer);
  for (const [name, answer] of Object.entries(accepted)) receiver.answer(`POST https://${name}.example.com/webhooks`, answer);
  const ids = {};
  for (const name of ["fine", ...Object.keys(cases), ...Object.keys(accepted)]) {
    ids[name] = (await endpoint(`${name}.example.com`, ["connection.created"])).id;
  }
  const began = Date.now();
  await link();
  await delivery(ids.fine, "delivered", 5);
  assert.ok(Date.now() - began < 5_000, "the others do not hold it up");
  // The status has arrived, and it alone counts.
  for (const name of Object.keys(accepted)) {
    const { attempts } = await delivery(ids[name], "delivered");
    assert.ok(attempts.at(-1).status === 200 && Buffer.byteLength(attempts.at(-1).answer) <= 256 * 8, name);
  }
  for (const [name, [, code, status]] of Object.entries(cases)) {
    const { attempts, nextTryAt } = await delivery(ids[name], "waiting");
    assert.deepEqual([attempts[0].error.code, attempts[0].status], [code, status], name);
    assert.ok(nextTryAt && attempts[0].error.message && attempts[0].error.fix, name);
    assert.doesNotMatch(attempts[0].answer, /[\u001b\u202e]/, name);
  }
  assert.equal(receiver.seen.filter(({ line }) => line.includes("trap.example.com")).length, 0, "no redirect was followed");
  // They are mended, and the event is sent again: it arrives.
  for (const name of Object.keys(cases)) {
    receiver.answer(`POST https://${name}.example.com/webhooks`, plain(200));
    if (name === "limited") continue;
    const { eventId: event } = await delivery(ids[name], "waiting");
    assert.equal((await call("POST", `${PATH}/${ids[name]}/replay`, { event })).status, 202);
    await delivery(ids[name], "delivered", 30);
  }
  const limited = await call("GET", `${PATH}/${ids.limited}`);
  assert.ok(Date.parse(limited.body.webhookEndpoint.deliveries.nextTryAt) > began + 100_000, "it is left alone as long as it asked");
});

test("an endpoint that is gone is disabled, and the others are told", async () => {
  receiver.answer("POST https://gone.example.com/webhooks", plain(410));
  receiver.answer("POST https://watch.example.com/webhooks", plain(200));
  const { id } = await endpoint("gone.example.com", ["connection.created"]);
  await endpoint("watch.example.com", ["endpoint.disabled"]);
  await link();
  const [told] = await until("it is told", () => sentTo("watch.example.com").length && sentTo("watch.example.com"));
  const { webhookEndpoint } = JSON.parse(told.body).data;
  assert.deepEqual([webhookEndpoint.id, webhookEndpoint.host, webhookEndpoint.reason], [id, "gone.example.com", "gone"]);
  const { body } = await call("GET", `${PATH}/${id}`);
  assert.equal(body.webhookEndpoint.disabled.reason, "gone");
});

test("many changes of one account arrive in their order", async () => {
  receiver.answer("POST https://order.example.com/webhooks", plain(200));
  const id = await link();
  await endpoint("order.example.com", ["connection.updated"]);
  const path = `/api/v1/app-connections/okta/${id}`;
  for (let number = 0; number < 30; number += 1) {
    assert.equal((await call("PATCH", path, { description: `change ${number}` })).status, 200);
  }
  const sent = await until("all arrive", () => sentTo("order.example.com").length >= 30 && sentTo("order.example.com"));
  const texts = sent.map(({ body }) => JSON.parse(body).data.appConnection.description);
  assert.deepEqual(texts, Array.from({ length: 30 }, (_, number) => `change ${number}`));
});

test("strange messages in the queue do nothing", async () => {
  const queue = await edge.mf.getQueueProducer("WEBHOOKS");
  const { body } = await call("GET", PATH);
  const known = body.webhookEndpoints[0].id;
  const before = receiver.seen.length;
  for (const message of [null, {}, { project: "x", endpoint: "y" }, { project: edge.project.id, endpoint: known, lease: -1 }, { project: edge.project.id, endpoint: "we_none", lease: 1 }]) {
    await queue.send(message);
  }
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  assert.equal(receiver.seen.length, before);
});

test("without a queue the object delivers by itself", async () => {
  const alone = await deploy({ provider: receiver.address, queue: false });
  try {
    receiver.answer("POST https://alone.example.com/webhooks", plain(200));
    const admin = await alone.keyWith(["admin", "connections:read", "sessions:read"]);
    const made = await alone.send("POST", PATH, { token: admin, body: { url: "https://alone.example.com/webhooks" } });
    assert.equal(made.status, 201, made.text);
    const linked = await alone.link("okta", { instanceUrl: MAGIC_HOST, apiToken: magicToken() }, { key: alone.testKey });
    assert.equal(linked.status, 200, linked.text);
    const [sent] = await until("it is delivered", () => created("alone.example.com").length && created("alone.example.com"));
    new Webhook(made.body.webhookEndpoint.secret).verify(sent.body, sent.headers);
  } finally {
    await alone.stop();
  }
});

test("a runtime that is killed while it sends delivers when it is back", { skip: !MATRIX && "it waits for a lease to end: only in the matrix" }, async () => {
  const cut = await deploy({ provider: receiver.address });
  try {
    receiver.answer("POST https://cut.example.com/webhooks", silent);
    const admin = await cut.keyWith(["admin", "connections:read", "sessions:read"]);
    const made = await cut.send("POST", PATH, { token: admin, body: { url: "https://cut.example.com/webhooks", types: ["connection.created"] } });
    assert.equal(made.status, 201, made.text);
    await cut.link("okta", { instanceUrl: MAGIC_HOST, apiToken: magicToken() }, { key: cut.testKey });
    await until("it is being sent", () => created("cut.example.com").length === 1);
    receiver.answer("POST https://cut.example.com/webhooks", plain(200));
    await cut.kill();
    await cut.restart();
    const sent = await until("it comes again", () => created("cut.example.com").length >= 2 && created("cut.example.com"), 150);
    assert.equal(new Set(sent.map(({ headers }) => headers["webhook-id"])).size, 1);
  } finally {
    await cut.stop();
  }
});
