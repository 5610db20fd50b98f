// Keys are ended, replaced and taken over, over HTTP at a provider that keeps its tokens, and in test mode: nothing that we made is
// left there, the key that the account has works, and the new key is nowhere but in the vault.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";

import { deploy, found } from "../harness/deployment.mjs";
import { json, plain, providerServer } from "../harness/provider_server.mjs";

const API = "https://app.launchdarkly.com/api/v2";
const ACCOUNTS = "/api/v1/app-connections/launchdarkly";

let server, edge, opener;
/** The tokens of the provider by id: `{token, name, expiry}`. */
let tokens;
const every = [];
before(async () => {
  server = await providerServer();
  edge = await deploy({ faults: true, provider: server.address });
  opener = await edge.keyWith(["credentials:read"], edge.project.id, "live");
});
after(async () => {
  await edge.stop();
  await server.stop();
});

const view = ([id, { name, expiry }]) => ({ _id: id, name, role: "admin", serviceToken: true, ...(expiry && { expiry }) });

/** Makes a token at the provider, and lets the provider answer about it. */
function make(name) {
  const [id, token] = [randomUUID().replaceAll("-", "").slice(0, 24), `api-${randomUUID()}`];
  tokens.set(id, { token, name });
  every.push(token);
  const answer = (method, how) => server.answer(`${method} ${API}/tokens/${id}`, how);
  answer("GET", allowed(() => json(200, view([id, tokens.get(id)]))));
  answer("DELETE", allowed(() => (tokens.delete(id), plain(204))));
  answer("PATCH", allowed((_, body) => ((tokens.get(id).expiry = JSON.parse(body)[0].value), json(200, view([id, tokens.get(id)])))));
  return { id, token };
}

/** Answers a request whose token the provider knows. */
const allowed = (how) => async (request, response) => {
  const known = [...tokens].find(([, { token }]) => token === request.headers.authorization);
  const answer = known ? how(known, server.seen.at(-1).body) : json(401, { code: "unauthorized", message: "Invalid access token" });
  return answer(request, response);
};

const create = allowed((_, body) => {
  const { id, token } = make(JSON.parse(body).name);
  return json(201, { ...view([id, tokens.get(id)]), token });
});

/** A provider with one token, and an account that has it. */
async function account(more = {}) {
  server.reset();
  tokens = new Map();
  server.answer(`GET ${API}/caller-identity`, allowed(([id, { name }]) => json(200, { accountId: "acc", authKind: "token", tokenKind: "auth", tokenName: name, tokenId: id, serviceToken: true })));
  server.answer(`GET ${API}/tokens?showAll=true&limit=1000`, allowed(() => json(200, { items: [...tokens].map(view) })));
  server.answer(`POST ${API}/tokens`, create);
  for (const path of ["projects?limit=1", "members?limit=1", "auditlog?limit=1", "webhooks"]) server.answer(`GET ${API}/${path}`, json(200, { items: [] }));
  const { id, token } = make("The customer’s");
  const body = { name: `a-${id}`, method: "access-token", credentials: { accessToken: token }, ...more };
  const made = await edge.send("POST", ACCOUNTS, { token: edge.liveKey, body });
  assert.equal(made.status, 201, made.text);
  return { id, token, path: `${ACCOUNTS}/${made.body.appConnection.id}` };
}

const post = (path, body) => edge.send("POST", path, { token: edge.liveKey, body });
const read = async (path) => (await edge.send("GET", path, { token: edge.liveKey })).body.appConnection;
const key = async (path) => (await edge.send("GET", `${path}/credentials`, { token: opener })).body.credentials.accessToken;

test("a key is ended at its provider, and the account is gone", async () => {
  const { path } = await account();
  const ended = await post(`${path}/revoke`);
  assert.deepEqual([ended.status, ended.body.steps.map(({ step, state }) => [step, state])], [200, [["token", "done"], ["forget", "done"]]], ended.text);
  assert.equal(tokens.size, 0);
  assert.equal((await edge.send("GET", path, { token: edge.liveKey })).status, 404);
});

test("a provider that is down leaves an account that waits, and that can be forgotten at once", async () => {
  const { id, path } = await account();
  server.answer(`DELETE ${API}/tokens/${id}`, plain(503));
  const ended = await post(`${path}/revoke`);
  assert.deepEqual([ended.status, ended.body.task.kind, ended.body.task.code], [202, "revoke", "provider_unavailable"], ended.text);
  assert.equal((await edge.send("GET", `${path}/credentials`, { token: opener })).body.code, "ending");
  assert.deepEqual((await read(path)).details.task, ended.body.task);
  const forced = await post(`${path}/revoke`, { force: true });
  assert.equal(forced.status, 200, forced.text);
  assert.equal((await edge.send("GET", path, { token: edge.liveKey })).status, 404);
});

test("a key is replaced by one that works, and the old one ends", async () => {
  const { id, token, path } = await account();
  const done = await post(`${path}/rotate`);
  assert.deepEqual([done.status, done.body.appConnection?.version], [200, 2], done.text);
  const now = await key(path);
  assert.notEqual(now, token);
  assert.ok(tokens.get(id).expiry > Date.now(), "the old token has no end");
  assert.deepEqual([...tokens.values()].filter(({ expiry }) => !expiry).map(({ token }) => token), [now]);
  assert.equal((await post(`${path}/verify`)).status, 200);
});

test("an old key that is in use again is not ended, and the one that the rotation made is", { timeout: 60_000 }, async () => {
  const { id, token, path } = await account();
  server.answer(`PATCH ${API}/tokens/${id}`, plain(503));
  assert.equal((await post(`${path}/rotate`)).status, 200);
  assert.equal((await read(path)).details.task.kind, "end_old_key");
  assert.equal((await post(`${path}/rollback`)).status, 200);
  assert.equal(await key(path), token);
  const [made] = [...tokens.values()].filter((one) => one.token !== token);
  while (!made.expiry) await new Promise((done) => setTimeout(done, 100));
  while ((await read(path)).details.task) await new Promise((done) => setTimeout(done, 100));
  assert.deepEqual([await key(path), tokens.get(id).expiry], [token, undefined]);
});

test("a token whose answer was lost is deleted before the next one is made", async () => {
  const { path } = await account();
  server.answer(`POST ${API}/tokens`, allowed((_, body) => (make(JSON.parse(body).name), (request) => request.socket.destroy())));
  const lost = await post(`${path}/rotate`);
  assert.equal(lost.status, 202, lost.text);
  assert.equal(tokens.size, 2);
  server.answer(`POST ${API}/tokens`, create);
  const done = await post(`${path}/rotate`);
  assert.equal(done.status, 200, done.text);
  assert.deepEqual([...tokens.values()].filter(({ expiry }) => !expiry).map(({ token }) => token), [await key(path)]);
});

test("a customer who does not let the key make another one keeps the old one", async () => {
  const { token, path } = await account();
  server.answer(`POST ${API}/tokens`, json(403, { code: "forbidden", message: "Access denied" }));
  assert.equal((await post(`${path}/rotate`)).body.code, "rotation_refused");
  assert.equal(await key(path), token);
  const okta = await edge.link("okta", { instanceUrl: "latchkey-demo.okta.com", apiToken: "00test-super-admin-0000000000000000000000d" }, { key: edge.testKey });
  const refused = await edge.send("POST", `/api/v1/app-connections/okta/${okta.body.connection.id}/rotate`, { token: edge.testKey });
  assert.deepEqual([refused.status, refused.body.code], [409, "rotation_not_offered"], refused.text);
});

test("no file, log line, URL or answer has a key, neither an old one nor a new one", async () => {
  await edge.restart();
  assert.ok(every.length >= 8);
  const urls = server.seen.map(({ line }) => line).join("\n");
  const events = (await edge.send("GET", "/api/v1/events?limit=100", { token: edge.liveKey })).text;
  const texts = [urls, events, edge.logText()];
  for (const token of every) {
    for (const text of texts) assert.deepEqual(found(token, text), []);
    for (const { path, bytes } of edge.files()) assert.deepEqual(found(token, bytes), [], path);
  }
});
