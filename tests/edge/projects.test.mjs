// Steps over the registry and a project's object on the real runtime: what is cut short is finished by the timer, and of a
// deleted project nothing is left on disk.

import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { MAGIC_HOST, deploy, magicToken } from "../harness/deployment.mjs";

let edge;
before(async () => (edge = await deploy({ faults: true, settings: { PUBLIC_URL: "http://127.0.0.1" } })));
after(() => edge.stop());

const MINUTE = 60_000;
const NAME = "connect.acme.com";
const owner = (method, path, body) => edge.send(method, path, { token: edge.secrets.ADMIN_TOKEN, body });
const make = (name, domains = []) => owner("POST", "/api/v1/projects", { name, domains });
const listed = async (query = "") => (await owner("GET", `/api/v1/projects${query}`)).body.projects;
const named = async (name) => (await listed()).filter((project) => project.name === name);
const fail = (operation, how, clock) => edge.faults({ object: { operation, how }, clock });

async function timer(clock) {
  await edge.faults({ clock });
  const worker = await edge.mf.getWorker();
  assert.equal((await worker.scheduled({ cron: "*/5 * * * *" })).outcome, "ok");
}

/** The files of all objects, with the bytes of each. */
function files(directory = join(edge.state, "objects")) {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    return statSync(path).isDirectory() ? files(path) : [{ path, text: readFileSync(path, "latin1") }];
  });
}

test("a deletion whose reply was lost can be repeated, and disturbs nobody", async () => {
  const { body } = await make("Lost", [NAME]);
  const path = `/api/v1/projects/${body.project.id}`;
  await fail("delete-project", "lose-reply");
  assert.equal((await owner("DELETE", `${path}?now=true`)).status, 503);
  await edge.faults({});
  for (const [method, more, sent] of [["GET", ""], ["PATCH", "", { domains: [] }], ["POST", "/api-keys", { name: "k", mode: "test", scopes: ["admin"] }]]) {
    const answer = await owner(method, path + more, sent);
    assert.deepEqual([answer.status, answer.body.code], [404, "not_found"], `${method}: ${answer.text}`);
  }
  assert.equal((await owner("POST", "/api/v1/vault/rewrap", {})).status, 200);
  assert.equal((await owner("GET", "/api/v1/vault")).status, 200);
  assert.equal((await owner("DELETE", `${path}?now=true`)).status, 404);
  assert.deepEqual(await named("Lost"), []);
  const again = await make("Again", [NAME]);
  assert.equal(again.status, 201, again.text);
  assert.equal((await owner("DELETE", `/api/v1/projects/${again.body.project.id}?now=true`)).status, 200);
});

test("the timer finishes a deletion, and takes back a project that was never made", async () => {
  const { body } = await make("Ending", [NAME]);
  await fail("unregister-project", "fail");
  assert.equal((await owner("DELETE", `/api/v1/projects/${body.project.id}?force=true&now=true`)).status, 503);
  assert.deepEqual((await named("Ending")).map(({ state }) => state), ["ending"]);
  await timer(5 * MINUTE);
  assert.deepEqual(await named("Ending"), []);
  assert.ok((await listed("?state=deleted")).some(({ id, deletedBy }) => id === body.project.id && deletedBy === "owner"));

  await fail("create-project", "fail", 5 * MINUTE);
  assert.equal((await make("Never", [NAME])).status, 503);
  assert.deepEqual(await named("Never"), []);
  await edge.faults({});
  const again = await make("Then", [NAME]);
  assert.equal(again.status, 201, again.text);
});

test("after its deletion and the sweep no file has anything of the project, and nothing brings it back", async () => {
  const { project, apiKeys } = (await make("Secret product")).body;
  const email = "ada.lovelace@customer.example";
  const session = await edge.session(apiKeys.test, { endUser: { id: "user-7", email } });
  assert.equal((await edge.attempt(session, "attempt-1", MAGIC_HOST, magicToken())).status, 200);
  const late = await edge.session(apiKeys.test, { endUser: { id: "user-8", email } });
  const holding = () => files().filter(({ text }) => text.includes(email));
  assert.ok(holding().length > 0, "it was there");

  assert.equal((await owner("DELETE", `/api/v1/projects/${project.id}?force=true&now=true`)).status, 200);
  // The alarm deletes the values, and later the database.
  for (const clock of [0, 15 * MINUTE, 30 * MINUTE]) {
    await edge.faults({ clock });
    assert.equal((await edge.send("POST", `/__faults/ring?project=${project.id}`)).status, 200);
  }
  await edge.faults({});
  const tables = async () => (await edge.send("GET", `/__faults/rows?project=${project.id}`)).body.tables;
  assert.equal(await tables(), 0);
  assert.deepEqual(holding().map(({ path }) => path), []);
  const attempt = await edge.attempt(late, "attempt-1", MAGIC_HOST, magicToken());
  assert.deepEqual([attempt.status, attempt.body.code], [401, "invalid_session_token"]);
  assert.equal((await edge.send("GET", "/api/v1/app-connections", { token: apiKeys.test })).body.code, "invalid_api_key");
  assert.equal(await tables(), 0, "a late call made tables");
  assert.equal((await owner("DELETE", `/api/v1/projects/${project.id}`)).status, 404);
  const namespace = await edge.mf.getKVNamespace("CREDENTIALS");
  assert.deepEqual((await namespace.list({ prefix: `credential/test/${project.id}/` })).keys, []);
});
