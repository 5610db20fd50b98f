// The webhooks of the development run: an endpoint for the demo product, made once, and a line in the terminal for each delivery.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { MAGIC_HOST, magicToken } from "../harness/deployment.mjs";
import { develop } from "../harness/development.mjs";
import { call } from "../runtime/api.mjs";

const ENDPOINTS = "/api/v1/webhook-endpoints";

const state = mkdtempSync(join(tmpdir(), "latchkey-dev-"));
after(() => rmSync(state, { recursive: true, force: true }));

/** Runs it, and stops it at the end of the test. */
async function running(t) {
  const dev = await develop(state);
  t.after(dev.stop);
  return dev;
}

const account = async (dev, name) => {
  const body = { name, method: "api-token", credentials: { instanceUrl: MAGIC_HOST, apiToken: magicToken() } };
  return (await call(dev.url, "POST", "/api/v1/app-connections/okta", dev.testKey, body)).appConnection.id;
};
const endpoints = async (dev) => (await call(dev.url, "GET", ENDPOINTS, dev.adminKey)).webhookEndpoints;

/** The list that an open page of the demo gets, once it holds an account. */
async function shown(dev, wanted) {
  const response = await fetch(new URL("/deliveries", dev.demo));
  let text = "";
  for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
    text += part;
    const last = text.split("\n\n").filter(Boolean).at(-1);
    if (text.endsWith("\n\n") && last.includes(wanted)) return JSON.parse(last.slice("data: ".length));
  }
  throw new Error(`the stream ended without ${wanted}:\n${text}`);
}

let first;
test("the demo gets each event of test mode, and a line and the page tell it", async (t) => {
  const dev = await running(t);
  first = dev.webhooks;
  assert.equal(first.url, new URL("/webhooks", dev.demo).href);
  const [made] = await endpoints(dev);
  assert.deepEqual([made.id, made.url, made.mode, made.enabled], [first.id, first.url, "test", true]);
  const id = await account(dev, "okta-first");
  await dev.said(/^webhook {2}connection\.created {2}okta-first {2}204$/);
  await call(dev.url, "DELETE", `/api/v1/app-connections/okta/${id}`, dev.testKey);
  await dev.said(/^webhook {2}connection\.deleted {2}okta-first {2}204$/);
  const told = (await shown(dev, "connection.deleted")).map(({ type, account: name }) => [type, name]);
  assert.deepEqual(told, [["connection.deleted", "okta-first"], ["connection.created", "okta-first"]]);
  const secrets = dev.lines.filter((line) => line.startsWith("webhook")).join("\n");
  assert.ok(!secrets.includes("whsec_") && !secrets.includes("00test"), secrets);
});

test("after a restart it is the same endpoint, enabled again if it was disabled", async (t) => {
  const before = await running(t);
  assert.deepEqual(before.webhooks, first);
  await call(before.url, "PATCH", `${ENDPOINTS}/${first.id}`, before.adminKey, { enabled: false });
  await account(before, "okta-missed");
  await before.stop();

  const dev = await running(t);
  assert.deepEqual(dev.webhooks, first);
  assert.deepEqual((await endpoints(dev)).map(({ id, enabled }) => [id, enabled]), [[first.id, true]]);
  await dev.said(/^webhook {2}connection\.created {2}okta-missed {2}204$/);
});

test("an endpoint whose secret the state has lost gets another one, and a deleted one is made anew", async (t) => {
  const file = join(state, "dev.json");
  const { webhooks: _, ...known } = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify(known));
  const lost = await running(t);
  assert.equal(lost.webhooks.id, first.id);
  assert.notEqual(lost.webhooks.secret, first.secret);
  await account(lost, "okta-second");
  await lost.said(/^webhook {2}connection\.created {2}okta-second {2}204$/);
  await call(lost.url, "DELETE", `${ENDPOINTS}/${first.id}`, lost.adminKey);
  await lost.stop();

  const dev = await running(t);
  assert.notEqual(dev.webhooks.id, first.id);
  assert.equal((await endpoints(dev)).length, 1);
  await account(dev, "okta-third");
  await dev.said(/^webhook {2}connection\.created {2}okta-third {2}204$/);
});

test("the demo refuses webhooks that the edge did not sign, and pages of other origins", async (t) => {
  const dev = await running(t);
  const body = JSON.stringify({ id: "evt_forged_1", type: "connection.created", data: { appConnection: { name: "forged" } } });
  const headers = { "webhook-id": "evt_forged_1", "webhook-timestamp": String(Math.floor(Date.now() / 1000)), "webhook-signature": "v1,AAAA" };
  assert.equal((await fetch(dev.webhooks.url, { method: "POST", headers, body })).status, 400);
  await dev.said(/^webhook {2}refused: .+ {2}400$/);
  assert.equal((await fetch(dev.webhooks.url, { method: "POST", headers: { origin: "https://evil.example" }, body })).status, 403);
  assert.equal((await fetch(new URL("/deliveries", dev.demo), { headers: { origin: "https://evil.example" } })).status, 403);
  assert.ok(!dev.lines.some((line) => line.includes("forged")), "nothing of a forged body is printed");
});
