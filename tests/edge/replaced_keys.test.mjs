// Harness and GitLab over HTTP: a key is replaced and ended by the provider's own calls, a provider that forbids it leaves a whole
// account, and an answer that was lost does what the provider's file says. No address has a key.
//
// It owns two small providers that keep tokens as the vendors describe it. `endings.test.mjs` has LaunchDarkly.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";

import { deploy, found } from "../harness/deployment.mjs";
import { brokenOff, json, plain, providerServer } from "../harness/provider_server.mjs";

const DAY = 86_400_000;
const ACCOUNT = "AbCdEfGhIjKlMnOpQrStUv";
const HARNESS = "https://app.harness.io";
const GITLAB = "https://gitlab.com/api/v4";
const OWNER = "apiKeyType=SERVICE_ACCOUNT&parentIdentifier=sa&apiKeyIdentifier=keys";

let server, edge, opener;
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

/** The values of the token that the provider accepts, newest last. */
let alive;
const mint = (token) => (every.push(token), token);
const last = () => server.seen.at(-1);

/** Harness: the address has the account and the token's place, the header and one body have the key. */
const harness = {
  app: "harness",
  field: "apiKey",
  fresh: () => mint(`sat.${ACCOUNT}.${randomBytes(12).toString("hex")}.${randomBytes(10).toString("hex")}`),
  refusal: json(400, { status: "ERROR", code: "POLICY_EVALUATION_FAILURE", message: "Tokens must end within a day.", correlationId: "c" }),
  forbidden: json(403, { status: "ERROR", code: "NG_ACCESS_DENIED", message: "Missing permission", correlationId: "c" }),
  rotateLine: (sent) => sent.line.startsWith(`POST ${HARNESS}/ng/api/token/rotate/t?`),
  revokeLine: `DELETE ${HARNESS}/ng/api/token/t?accountIdentifier=${ACCOUNT}&${OWNER}`,
  known: ({ headers }) => alive.includes(headers["x-api-key"]),
  unknown: json(401, { status: "ERROR", code: "INVALID_TOKEN", message: "no", correlationId: "c" }),
  serve() {
    const token = { identifier: "t", name: "Example", valid: true, accountIdentifier: ACCOUNT, parentIdentifier: "sa", apiKeyIdentifier: "keys", apiKeyType: "SERVICE_ACCOUNT", username: "Example", validTo: Date.now() + 90 * DAY };
    server.answer(`POST ${HARNESS}/ng/api/token/validate?accountIdentifier=${ACCOUNT}`, this.asked(() => json(200, { status: "SUCCESS", data: token })));
    server.answer(`GET ${HARNESS}/ng/api/accounts/${ACCOUNT}`, this.asked(() => json(200, { status: "SUCCESS", data: { identifier: ACCOUNT, name: "Acme" } })));
    server.answer(`POST ${HARNESS}/authz/api/acl`, this.asked(() => json(200, { status: "SUCCESS", data: { accessControlList: [] } })));
    server.answer(this.revokeLine, this.asked(() => ((alive = []), json(200, { status: "SUCCESS", data: true }))));
  },
  // The old token works on until the time that the request names.
  rotated: (token) => (alive.push(token), json(200, { status: "SUCCESS", data: token })),
};

const gitlab = {
  app: "gitlab",
  field: "accessToken",
  fresh: () => mint(`glpat-${randomBytes(10).toString("hex")}`),
  refusal: json(403, { message: "403 Forbidden" }),
  forbidden: json(403, { message: "403 Forbidden" }),
  rotateLine: (sent) => sent.line.startsWith(`POST ${GITLAB}/personal_access_tokens/self/rotate?`),
  revokeLine: `DELETE ${GITLAB}/personal_access_tokens/self`,
  known: ({ headers }) => alive.includes(headers["private-token"]),
  unknown: json(401, { message: "401 Unauthorized" }),
  serve() {
    server.answer(`GET ${GITLAB}/user`, this.asked(() => json(200, { id: 1, username: "ada", name: "Ada", bot: false })));
    server.answer(`GET ${GITLAB}/personal_access_tokens/self`, this.asked(() => json(200, { id: every.indexOf(alive.at(-1)) + 1, name: "Ours", scopes: ["api"], created_at: "2026-11-01T00:00:00.000Z", expires_at: new Date(Date.now() + 90 * DAY).toISOString().slice(0, 10) })));
    for (const path of ["projects?membership=true&per_page=1", "groups?per_page=1"]) server.answer(`GET ${GITLAB}/${path}`, this.asked(() => json(200, [])));
    server.answer(this.revokeLine, this.asked(() => ((alive = []), plain(204))));
  },
  // The old token is dead at once.
  rotated: (token) => ((alive = [token]), json(200, { id: every.length, name: "Ours", token })),
};

/** Answers a request whose token the provider knows. */
function asked(how) {
  return (request, response) => (this.known(request) ? how(request) : this.unknown)(request, response);
}
for (const provider of [harness, gitlab]) provider.asked = asked;

/** A provider with one token, and an account that has it. */
async function account(provider) {
  server.reset();
  const token = provider.fresh();
  alive = [token];
  provider.serve();
  const path = `/api/v1/app-connections/${provider.app}`;
  const body = { name: `a-${every.length}`, method: METHOD[provider.app], credentials: { [provider.field]: token } };
  const made = await edge.send("POST", path, { token: edge.liveKey, body });
  assert.equal(made.status, 201, made.text);
  return { token, path: `${path}/${made.body.appConnection.id}` };
}

const METHOD = { harness: "api-key", gitlab: "access-token" };
const post = (path, body) => edge.send("POST", path, { token: edge.liveKey, body });
const read = async (path) => (await edge.send("GET", path, { token: edge.liveKey })).body.appConnection;
const key = async ({ field }, path) => (await edge.send("GET", `${path}/credentials`, { token: opener })).body.credentials[field];

/** Answers the rotation, whose address has a time. */
const onRotate = (provider, how) => server.answerWhere(provider.rotateLine, provider.asked(how));

for (const provider of [harness, gitlab]) {
  const { app } = provider;

  test(`${app}: a key is replaced by the provider's own call, and the new one works`, async () => {
    const { token, path } = await account(provider);
    const next = provider.fresh();
    onRotate(provider, () => provider.rotated(next));
    const done = await post(`${path}/rotate`);
    assert.deepEqual([done.status, done.body.appConnection?.version], [200, 2], done.text);
    assert.equal(await key(provider, path), next);
    assert.equal((await post(`${path}/verify`)).status, 200);
    assert.equal(server.seen.filter(provider.rotateLine).length, 1);
    assert.equal(alive.includes(token), app === "harness", "Harness lets the old one live for a while, GitLab does not");
  });

  test(`${app}: a rotation that the customer's policy forbids keeps the old key`, async () => {
    const { token, path } = await account(provider);
    onRotate(provider, () => provider.refusal);
    const refused = await post(`${path}/rotate`);
    assert.equal(refused.body.code, "rotation_refused", refused.text);
    assert.equal(await key(provider, path), token);
    assert.equal((await read(path)).details.health.state, "healthy");
  });

  test(`${app}: a rotation whose answer was lost is ${app === "harness" ? "asked for again with the old key" : "never asked for again"}`, async () => {
    const { token, path } = await account(provider);
    const lost = provider.fresh();
    onRotate(provider, () => (provider.rotated(lost), brokenOff));
    const first = await post(`${path}/rotate`);
    assert.notEqual(first.status, 200, first.text);
    const next = provider.fresh();
    onRotate(provider, () => provider.rotated(next));
    const again = await post(`${path}/rotate`);
    if (app === "harness") {
      assert.equal(again.status, 200, again.text);
      assert.equal(await key(provider, path), next);
      return;
    }
    // Whoever uses the old token again revokes the new one too.
    assert.notEqual(again.status, 200, again.text);
    assert.equal(server.seen.filter(provider.rotateLine).length, 1);
    const { health } = (await read(path)).details;
    assert.deepEqual([health.state, health.code], ["needs_new_key", "rotation_lost"]);
    assert.equal(await key(provider, path), token);
  });

  test(`${app}: a key is ended at its provider, and the account is gone`, async () => {
    const { path } = await account(provider);
    const ended = await post(`${path}/revoke`);
    assert.equal(ended.status, 200, ended.text);
    assert.ok(ended.body.steps.every(({ state }) => state === "done"), ended.text);
    assert.deepEqual(alive, []);
    assert.equal(last().line, provider.revokeLine);
    assert.equal((await edge.send("GET", path, { token: edge.liveKey })).status, 404);
  });

  test(`${app}: a key that may not end itself says what to do by hand, and the account is forgotten`, async () => {
    const { path } = await account(provider);
    server.answer(provider.revokeLine, provider.asked(() => provider.forbidden));
    const ended = await post(`${path}/revoke`);
    const step = ended.body.steps.find(({ state }) => state === "failed");
    assert.deepEqual([ended.status, step?.code], [200, "revoke_not_permitted"], ended.text);
    assert.equal(alive.length, 1);
    assert.equal((await edge.send("GET", path, { token: edge.liveKey })).status, 404);
  });

  test(`${app}: an ending whose answer was lost ${app === "gitlab" ? "is asked for again, and the account is gone" : "waits until somebody forgets the account"}`, async () => {
    const { path } = await account(provider);
    server.answer(provider.revokeLine, provider.asked(() => ((alive = []), brokenOff)));
    const lost = await post(`${path}/revoke`);
    // The same step asked again finds GitLab's token ended. Harness refuses a dead key for other reasons too, so a person decides.
    assert.equal(lost.status, app === "gitlab" ? 200 : 202, lost.text);
    assert.deepEqual(alive, []);
    if (app === "harness") {
      assert.equal(lost.body.task.kind, "revoke");
      assert.equal((await post(`${path}/revoke`, { force: true })).status, 200);
    }
    assert.equal((await edge.send("GET", path, { token: edge.liveKey })).status, 404);
  });
}

test("no address, file, log line or event has a key, neither an old one nor a new one", async () => {
  await edge.restart();
  assert.ok(every.length >= 16);
  const urls = server.seen.map(({ line }) => line).join("\n");
  const events = (await edge.send("GET", "/api/v1/events?limit=100", { token: edge.liveKey })).text;
  for (const token of every) {
    for (const text of [urls, events, edge.logText()]) assert.deepEqual(found(token, text), []);
    for (const { path, bytes } of edge.files()) assert.deepEqual(found(token, bytes), [], path);
  }
});
