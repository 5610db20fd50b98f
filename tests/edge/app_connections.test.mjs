// The App Connections API on the real runtime: the documented request, many concurrent requests, and key rotation under load.

import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { after, before, test } from "node:test";

import { MAGIC_HOST, deploy, found, magicToken } from "../harness/deployment.mjs";

let edge, opener;
const tokens = [];
before(async () => {
  edge = await deploy();
  opener = await edge.keyWith(["credentials:read"]);
});
after(() => edge.stop());

const ACCOUNTS = "/api/v1/app-connections/okta";
const create = (name, token = magicToken(), headers = {}) => {
  tokens.push(token);
  const body = { name, method: "api-token", projectId: edge.project.id, credentials: { instanceUrl: `https://${MAGIC_HOST}`, apiToken: token } };
  return edge.send("POST", ACCOUNTS, { token: edge.testKey, body, headers });
};
const open = (id) => edge.send("GET", `${ACCOUNTS}/${id}/credentials`, { token: opener });

test("the documented request gets the documented response, key for key", async () => {
  const made = await create("my-okta-connection");
  assert.equal(made.status, 201, made.text);
  const { appConnection } = made.body;
  assert.deepEqual(Object.keys(made.body), ["appConnection"]);
  const documented = ["id", "name", "projectId", "description", "version", "orgId", "createdAt", "updatedAt", "isPlatformManagedCredentials", "credentialsHash", "app", "method", "credentials", "details"];
  assert.deepEqual(Object.keys(appConnection).sort(), documented.sort());
  const { name, description, version, isPlatformManagedCredentials, app, method, credentials } = appConnection;
  assert.deepEqual({ name, description, version, isPlatformManagedCredentials, app, method, credentials }, {
    name: "my-okta-connection", description: null, version: 1, isPlatformManagedCredentials: false, app: "okta", method: "api-token",
    credentials: { instanceUrl: `https://${MAGIC_HOST}` },
  });
  assert.match(appConnection.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.match(appConnection.credentialsHash, /^[0-9a-f]{64}$/);
});

test("one of two hundred concurrent creates with one name succeeds, and the others get the same clear conflict", async () => {
  const answers = await Promise.all(Array.from({ length: 200 }, () => create("wanted-by-all")));
  const won = answers.filter(({ status }) => status === 201);
  assert.equal(won.length, 1);
  for (const answer of answers.filter((answer) => answer !== won[0])) {
    assert.deepEqual([answer.status, answer.body.code, answer.body.errors[0].field], [409, "name_taken", "name"], answer.text);
  }
});

test("two hundred creates with one idempotency key make one account", async () => {
  const [key, token] = [randomUUID(), magicToken()];
  const answers = await Promise.all(Array.from({ length: 200 }, () => create("made-once", token, { "idempotency-key": key })));
  const ids = new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.appConnection.id));
  assert.equal(ids.size, 1);
  for (const answer of answers.filter(({ status }) => status !== 201)) {
    assert.deepEqual([answer.status, answer.body.code], [409, "idempotency_in_flight"], answer.text);
  }
  const again = await create("made-once", token, { "idempotency-key": key });
  assert.deepEqual([again.status, again.headers.get("idempotent-replayed")], [201, "true"]);
  assert.equal((await create("another-name", token, { "idempotency-key": key })).body.code, "idempotency_mismatch");
});

test("a changed credential can be opened, and the list shows its version", async () => {
  const { body } = await create("to-be-changed");
  const path = `${ACCOUNTS}/${body.appConnection.id}`;
  const token = magicToken("org-admin");
  tokens.push(token);
  const tag = (await edge.send("GET", path, { token: edge.testKey })).headers.get("etag");
  const change = { credentials: { instanceUrl: MAGIC_HOST, apiToken: token } };
  const changed = await edge.send("PATCH", path, { token: edge.testKey, body: change, headers: { "if-match": tag } });
  assert.deepEqual([changed.status, changed.body.appConnection.version], [200, 2], changed.text);
  assert.equal((await edge.send("PATCH", path, { token: edge.testKey, body: { description: "x" }, headers: { "if-match": tag } })).status, 412);
  const opened = await open(body.appConnection.id);
  assert.deepEqual([opened.body, opened.headers.get("cache-control")], [{ credentials: { instanceUrl: `https://${MAGIC_HOST}`, apiToken: token }, version: 2 }, "no-store"]);
  // Opening it was a use, which the account shows.
  const used = await edge.send("GET", path, { token: edge.testKey, headers: { "if-none-match": changed.headers.get("etag") } });
  assert.equal(used.status, 200);
  const known = await edge.send("GET", path, { token: edge.testKey, headers: { "if-none-match": used.headers.get("etag") } });
  assert.deepEqual([known.status, known.text], [304, ""]);
});

test("a value that was altered, moved or removed in KV is reported for its own account only", async () => {
  const made = [];
  for (const name of ["altered", "untouched"]) made.push((await create(name)).body.appConnection.id);
  const [altered, untouched] = made;
  const namespace = await edge.mf.getKVNamespace("CREDENTIALS");
  const keyOf = async (id) => (await namespace.list({ prefix: `credential/test/${edge.project.id}/${id}/` })).keys[0].name;
  const [key, other] = [await keyOf(altered), await keyOf(untouched)];
  const value = await namespace.get(key);
  const flipped = value.slice(0, -9) + (value.at(-9) === "A" ? "B" : "A") + value.slice(-8);
  for (const wrong of [flipped, value.slice(0, -1), "", await namespace.get(other)]) {
    await namespace.put(key, wrong);
    const refused = await open(altered);
    assert.deepEqual([refused.status, refused.body.code, refused.body.errors.length], [500, "credential_unreadable", 1], refused.text);
    assert.equal((await open(untouched)).status, 200);
    assert.equal((await edge.send("GET", `${ACCOUNTS}/${altered}`, { token: edge.testKey })).status, 200);
  }
  await namespace.put(key, value);
  assert.equal((await open(altered)).status, 200);
});

test("the wrapping key changes under load: nothing fails, and all values open without the old key", async () => {
  const accounts = [];
  const make = async (name) => {
    const token = magicToken();
    const made = await create(name, token);
    assert.equal(made.status, 201, made.text);
    accounts.push({ id: made.body.appConnection.id, token });
  };
  const check = async ({ id, token }) => assert.equal((await open(id)).body?.credentials?.apiToken, token);
  for (let number = 0; number < 30; number++) await make(`before-${number}`);

  const fresh = `k2:${randomBytes(32).toString("base64url")}`;
  edge.secrets.VAULT_KEYS = `${fresh},${edge.secrets.VAULT_KEYS}`;
  await edge.restart();
  const rewrap = () => edge.send("POST", "/api/v1/vault/rewrap", { token: edge.secrets.ADMIN_TOKEN, body: {} });
  const load = (async () => {
    for (let number = 0; number < 20; number++) {
      await make(`during-${number}`);
      await Promise.all(accounts.slice(-10).map(check));
    }
  })();
  let status;
  do status = await rewrap();
  while (status.status === 200 && status.body.remaining > 0);
  await load;
  status = await rewrap();
  assert.deepEqual([status.status, status.body.remaining, status.body.failed], [200, 0, []], status.text);
  assert.ok(status.body.keys.some(({ removable }) => removable));

  edge.secrets.VAULT_KEYS = fresh;
  await edge.restart();
  for (const account of accounts) await check(account);
});

test("no log line and no stored file holds a secret, and the audit log names the key that read one", async () => {
  // This test sends each kind of request itself, so that it can run alone. It also searches for the tokens of the other tests.
  const made = await create("searched-for");
  const changed = magicToken();
  tokens.push(changed);
  const path = `${ACCOUNTS}/${made.body.appConnection.id}`;
  const change = { credentials: { instanceUrl: MAGIC_HOST, apiToken: changed } };
  assert.equal((await edge.send("PATCH", path, { token: edge.testKey, body: change })).status, 200);
  assert.equal((await open(made.body.appConnection.id)).body.credentials.apiToken, changed);
  const log = edge.logText();
  for (const token of new Set(tokens)) assert.deepEqual(found(token, log), []);
  const files = Buffer.concat(edge.files().map(({ bytes }) => bytes));
  assert.ok(files.includes("searched-for"), "these are not the files of the deployment");
  for (const token of [...new Set(tokens)].slice(-40)) assert.deepEqual(found(token, files), []);
  const audit = await edge.send("GET", `/api/v1/audit-log?subject=${made.body.appConnection.id}`, { token: await edge.keyWith(["admin"]) });
  const of = (name) => audit.body.entries.filter(({ action }) => action === name);
  for (const action of ["connection.create", "credential.change", "credential.read"]) {
    assert.deepEqual(of(action).map(({ actor }) => actor.type), ["api-key"], action);
    assert.ok(of(action)[0].actor.id, action);
  }
});
