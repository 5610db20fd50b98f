// Check now, on the real runtime: live over HTTP, and against the simulation. The health of the account follows.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { MAGIC_HOST, deploy, found, magicToken, oktaToken } from "../harness/deployment.mjs";
import { after as later, html, json, plain, providerServer } from "../harness/provider_server.mjs";

const ORIGIN = "https://acme.okta.com";
const ACCOUNTS = "/api/v1/app-connections/okta";
const ME = `GET ${ORIGIN}/api/v1/users/me`;
const MINUTE = 60_000;
const TOKEN = oktaToken();
const user = json(200, { id: "00uada", status: "ACTIVE", profile: { login: "ada@example.com", firstName: "Ada", lastName: "Lovelace" } });
const refusal = json(401, { errorCode: "E0000011", errorSummary: "Invalid token provided" });

let server, edge;
let clock = 0;
before(async () => {
  server = await providerServer();
  edge = await deploy({ faults: true, provider: server.address });
  const well = (path, body) => server.answer(`GET ${ORIGIN}${path}`, json(200, body));
  well("/.well-known/okta-organization", { id: "00oabc", pipeline: "idx", _links: { organization: { href: ORIGIN } } });
  well("/api/v1/users/00uada/roles", [{ id: "ra1", type: "SUPER_ADMIN", label: "Super Administrator", status: "ACTIVE" }]);
  for (const path of ["users?limit=1", "groups?limit=1", "apps?limit=1", "logs?limit=1"]) well(`/api/v1/${path}`, []);
});
after(async () => {
  await edge.stop();
  await server.stop();
});

const wait = async (ms) => edge.faults({ clock: (clock += ms) });
const read = async (id, token = edge.liveKey) => (await edge.send("GET", `${ACCOUNTS}/${id}`, { token })).body.appConnection.details;
const verify = (id, token = edge.liveKey) => edge.send("POST", `${ACCOUNTS}/${id}/verify`, { token });

async function account(name, key, instanceUrl, apiToken) {
  server.answer(ME, user);
  const body = { name, method: "api-token", credentials: { instanceUrl, apiToken } };
  const made = await edge.send("POST", ACCOUNTS, { token: key, body });
  assert.equal(made.status, 201, made.text);
  return made.body.appConnection.id;
}

test("a live key dies after two refusals, recovers with one accepted check, and no outage or page counts", async () => {
  const id = await account("live", edge.liveKey, "acme.okta.com", TOKEN);
  const ends = async (how, status, code, state) => {
    server.answer(ME, how);
    await wait(6 * MINUTE);
    const answer = await verify(id);
    assert.deepEqual([answer.status, answer.body.code], [status, code], answer.text);
    assert.equal((await read(id)).health.state, state, answer.text);
    return answer;
  };
  const accepted = await ends(user, 200, undefined, "healthy");
  assert.equal(accepted.body.report.identity.login, "ada@example.com");
  assert.equal(accepted.body.appConnection.details.health.state, "healthy");
  await ends(plain(503), 503, "provider_unavailable", "healthy");
  await ends(html(401), 422, "key_rejected", "healthy");
  await ends(html(403), 422, "access_refused", "healthy");
  await ends(json(429, {}, { "retry-after": "30" }), 503, "provider_rate_limited", "healthy");
  await ends(refusal, 422, "key_rejected", "healthy");
  await ends(refusal, 422, "key_rejected", "needs_new_key");
  const dead = await edge.send("GET", "/api/v1/app-connections?health=needs_new_key", { token: edge.liveKey });
  assert.deepEqual(dead.body.appConnections.map(({ name }) => name), ["live"]);
  assert.equal((await read(id)).health.nextCheckAt, null);
  await ends(user, 200, undefined, "healthy");
});

test("of two checks at once one is refused, and the answer and the log have no part of the key", async () => {
  const id = await account("twice", edge.liveKey, "acme.okta.com", TOKEN);
  server.answer(ME, later(500, user));
  const answers = await Promise.all([verify(id), verify(id)]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409], answers.map(({ text }) => text).join());
  const busy = answers.find(({ status }) => status === 409);
  assert.equal(busy.body.code, "check_in_progress");
  assert.ok(Number(busy.headers.get("retry-after")) > 0);
  for (const { text } of answers) assert.deepEqual(found(TOKEN, text), []);
  assert.deepEqual(found(TOKEN, edge.logText()), []);
});

test("test mode asks the simulation, with its own keys", async () => {
  const asked = server.seen.length;
  const id = await account("dies", edge.testKey, MAGIC_HOST, magicToken("dies"));
  assert.equal((await verify(id)).body.code, "not_found", "a live key does not see it");
  for (const state of ["healthy", "needs_new_key"]) {
    await wait(6 * MINUTE);
    assert.equal((await verify(id, edge.testKey)).body.code, "key_rejected");
    assert.equal((await read(id, edge.testKey)).health.state, state);
  }
  assert.equal(server.seen.length, asked);
});

test("an account that nobody checks is unknown when the alarm has looked at it", async () => {
  const id = await account("forgotten", edge.liveKey, "acme.okta.com", TOKEN);
  await wait(73 * 60 * MINUTE);
  assert.equal((await edge.send("POST", `/__faults/ring?project=${edge.project.id}`)).status, 200);
  const { health } = await read(id);
  assert.deepEqual([health.state, health.code], ["unknown", "not_checked"]);
  assert.ok(health.message && health.fix);
});
