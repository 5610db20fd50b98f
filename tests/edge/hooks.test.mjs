// Push channels end to end on the real runtime, against a simulated Okta over HTTP that keeps its hooks, asks our address for the
// challenge, and delivers events.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { deploy, found, oktaToken } from "../harness/deployment.mjs";
import { oktaServer } from "../harness/okta_server.mjs";

/** The host that the tests call; its scheme and port are those of a deployment on the Internet. */
const PUBLIC = "https://127.0.0.1";

let edge, okta;
before(async () => {
  okta = await oktaServer((uri) => uri.replace(PUBLIC, edge.url));
  edge = await deploy({ provider: okta.address, settings: { PUBLIC_URL: PUBLIC } });
});
after(async () => {
  await edge.stop();
  await okta.stop();
});
beforeEach(() => {
  okta.hooks.clear();
  okta.fail("rights", 0);
  okta.fail("verify", 0);
});

const tokens = [];

/** Links an account that wants a hook. Returns its path. */
async function link(eventHookName = "Our hook") {
  tokens.push(oktaToken());
  const linked = await edge.link("okta", { instanceUrl: okta.host, apiToken: tokens.at(-1), eventHookName });
  assert.equal(linked.status, 200, linked.text);
  return `/api/v1/app-connections/okta/${linked.body.connection.id}`;
}

/** Stores the key again, which makes the object look at the hook at once. */
async function again(path) {
  tokens.push(oktaToken());
  const credentials = { instanceUrl: `https://${okta.host}`, apiToken: tokens.at(-1), eventHookName: "Our hook" };
  const changed = await edge.send("PATCH", path, { token: edge.liveKey, body: { credentials } });
  assert.equal(changed.status, 200, changed.text);
}

async function details(path) {
  const read = await edge.send("GET", path, { token: edge.liveKey });
  assert.equal(read.status, 200, read.text);
  return read.body.appConnection.details;
}

/** Waits until the hook of an account is in this state. */
async function until(path, state) {
  for (let tries = 0; ; tries += 1) {
    const { hook, warnings } = await details(path);
    if (hook.state === state) return warnings;
    assert.ok(tries < 200, `the hook is ${hook.state} and not ${state}\n${edge.logText()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A linked account with a verified hook. */
async function hooked() {
  const path = await link();
  await until(path, "registered");
  const [hook] = [...okta.hooks.values()];
  return { path, hook };
}

test("linking registers a hook, which Okta verifies by asking our address", async () => {
  const { path, hook } = await hooked();
  assert.equal(hook.name, "Our hook");
  assert.equal(hook.verificationStatus, "VERIFIED");
  assert.ok(hook.events.items.includes("system.api_token.revoke"));
  assert.match(hook.channel.config.uri, /^https:\/\/127\.0\.0\.1\/hooks\/okta\//);
  assert.deepEqual((await details(path)).hook, { name: "Our hook", state: "registered" });
});

test("a delivery that says the token was revoked is known at once, however often it comes", async () => {
  const { path, hook } = await hooked();
  const before = okta.seen.length;
  const event = okta.event("system.api_token.revoke");
  for (const answer of await Promise.all([1, 2, 3].map(() => okta.deliver(hook, [event])))) assert.equal(answer.status, 204);
  const { health } = await details(path);
  assert.equal(health.state, "needs_new_key");
  assert.equal(health.code, "key_rejected");
  assert.equal(health.nextCheckAt, null);
  assert.equal(okta.seen.length, before, "Okta was asked before the response");
  const log = (await edge.send("GET", `/api/v1/events?connection=${path.split("/").at(-1)}`, { token: edge.liveKey })).body;
  assert.equal(log.events.filter(({ type }) => type === "connection.needs_new_key").length, 1);
});

test("a token that was made or revoked is in the account's history once, with who did it to what", async () => {
  const { path, hook } = await hooked();
  const root = { id: "00uroot", type: "User", displayName: "Root", alternateId: "root@example.com" };
  const token = { id: "00Tkey", type: "Token", displayName: "Ours", alternateId: "unknown" };
  const at = Date.now();
  const made = okta.event("system.api_token.create", { at: at - 5000, more: { displayMessage: "API token created", actor: root, target: [token] } });
  const revoked = okta.event("system.api_token.revoke", { at, more: { displayMessage: "API token revoked", actor: root, target: [token] } });
  const foreign = okta.event("system.api_token.create", { at: at - 1, more: { actor: root, target: [{ ...token, id: "00Tother" }] } });
  for (const events of [[revoked, foreign], [made], [made, revoked]]) assert.equal((await okta.deliver(hook, events)).status, 204);
  const { body } = await edge.send("GET", `${path}/history`, { token: edge.liveKey });
  const actor = { id: "00uroot", type: "User", name: "Root", login: "root@example.com" };
  const targets = [{ id: "00Tkey", type: "Token", name: "Ours", login: null }];
  assert.deepEqual(body.providerEvents, [
    { at: revoked.published, type: "system.api_token.revoke", message: "API token revoked", actor, targets },
    { at: made.published, type: "system.api_token.create", message: "API token created", actor, targets },
  ]);
  assert.equal((await edge.send("DELETE", path, { token: edge.liveKey })).status, 200);
  assert.equal((await edge.send("GET", `${path}/history`, { token: edge.liveKey })).status, 404);
});

test("forged deliveries are refused, and unknown, foreign and late ones change nothing", async () => {
  const { path, hook } = await hooked();
  const revoked = okta.event("system.api_token.revoke");
  for (const secret of ["", "x", hook.secret.slice(1), `Bearer ${hook.secret}`]) assert.equal((await okta.deliver(hook, [revoked], secret)).status, 401, secret);
  const uri = hook.channel.config.uri.replace(PUBLIC, edge.url);
  assert.equal((await fetch(uri.replace(/.$/, (last) => (last === "1" ? "2" : "1")), { method: "POST", body: "{}" })).status, 404);
  const broken = await fetch(uri, { method: "POST", headers: { authorization: hook.secret }, body: "{" });
  assert.equal(broken.status, 400);
  const late = okta.event("system.api_token.revoke", { at: Date.now() - 3_600_000 });
  const other = okta.event("user.lifecycle.deactivate", { more: { target: [{ id: "00uother", type: "User" }] } });
  const failed = okta.event("user.lifecycle.suspend", { more: { outcome: { result: "FAILURE" } } });
  const unknown = okta.event("a.type.that.nobody.knows");
  assert.equal((await okta.deliver(hook, [late, other, failed, unknown])).status, 204);
  assert.equal((await details(path)).health.state, "healthy");
});

test("three hundred deliveries in a minute are taken, and the newest event wins in any order", async () => {
  const { path, hook } = await hooked();
  const now = Date.now() + 1000;
  const over = okta.event("user.lifecycle.unsuspend", { at: now - 1 });
  const suspended = okta.event("user.lifecycle.suspend", { at: now });
  const many = Array.from({ length: 298 }, (_, at) => okta.event("user.account.privilege.grant", { at: now - 500 - at }));
  const all = [suspended, over, ...many];
  for (let at = 0; at < all.length; at += 20) {
    const answers = await Promise.all(all.slice(at, at + 20).map((event) => okta.deliver(hook, [event])));
    assert.ok(answers.every(({ status }) => status === 204), answers.map(({ status }) => status).join(" "));
  }
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const { health } = await details(path);
  assert.equal(health.state, "blocked");
  assert.equal(health.code, "account_inactive");
});

test("a hook that is not verified at first, or deleted behind our back, is repaired", async () => {
  okta.fail("verify", 1);
  const path = await link();
  const warnings = await until(path, "unverified");
  assert.ok(warnings.some(({ code, fix }) => code === "hook_unverified" && fix));
  await again(path);
  await until(path, "registered");
  assert.equal(okta.hooks.size, 1);
  okta.hooks.clear();
  await again(path);
  for (let tries = 0; okta.hooks.size === 0 || [...okta.hooks.values()][0].verificationStatus !== "VERIFIED"; tries += 1) {
    assert.ok(tries < 200, edge.logText());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.equal(okta.hooks.size, 1);
});

test("somebody else's hook of the same name is never touched, and the twenty-sixth is not made", async () => {
  const theirs = okta.add("Our hook");
  const before = structuredClone(okta.hooks.get(theirs));
  let warnings = await until(await link(), "failed");
  assert.ok(warnings.some(({ code }) => code === "hook_refused"));
  assert.deepEqual([...okta.hooks.values()], [before]);
  okta.hooks.clear();
  for (let at = 0; at < 25; at += 1) okta.add(`Hook ${at}`);
  warnings = await until(await link(), "failed");
  assert.ok(warnings.some(({ message }) => message.includes("25")));
  assert.equal(okta.hooks.size, 25);
});

test("without the right for hooks the account works, and says why nothing is pushed", async () => {
  okta.fail("rights", 1);
  const path = await link();
  const warnings = await until(path, "not_permitted");
  assert.ok(warnings.some(({ code }) => code === "insufficient_rights"));
  assert.equal((await details(path)).health.state, "healthy");
});

test("deleting the account removes its hook, and a delivery after that finds nothing", async () => {
  const { path, hook } = await hooked();
  assert.equal((await edge.send("DELETE", path, { token: edge.liveKey })).status, 200);
  assert.equal(okta.hooks.size, 0);
  assert.equal((await okta.deliver(hook, [okta.event("system.api_token.revoke")])).status, 404);
});

test("no secret of a hook and no token is in a file, a log or a URL", async () => {
  const { path, hook } = await hooked();
  await okta.deliver(hook, [okta.event("user.account.privilege.grant")]);
  // Somebody gave a token its own value as a name.
  const named = { id: "00Tkey", type: "Token", displayName: tokens.at(-1), alternateId: `token ${tokens.at(-1)}` };
  await okta.deliver(hook, [okta.event("system.api_token.create", { more: { target: [named], actor: named, displayMessage: `Made ${tokens.at(-1)}` } })]);
  const history = (await edge.send("GET", `${path}/history`, { token: edge.liveKey })).text;
  assert.match(history, /system\.api_token\.create/);
  for (const token of tokens) assert.deepEqual(found(token, history), [], "in the history");
  const secrets = [hook.secret, ...tokens];
  for (const secret of secrets) {
    assert.deepEqual(found(secret, edge.logText()), [], "in the log");
    for (const { path, bytes } of edge.files()) assert.deepEqual(found(secret, bytes), [], path);
    assert.ok(okta.seen.every(({ line }) => found(secret, line).length === 0), "in a URL");
  }
});
