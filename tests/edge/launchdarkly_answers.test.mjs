// All known responses of LaunchDarkly, over HTTP: the ending of the attempt, its field, and the text that the person reads.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";

import { deploy, found } from "../harness/deployment.mjs";
import { html, json, plain, providerServer } from "../harness/provider_server.mjs";

const API = "https://app.launchdarkly.com/api/v2";
const TOKEN = `api-${randomUUID()}`;
const IDENTITY = { accountId: "acc", authKind: "token", tokenKind: "auth", tokenName: "Example", tokenId: "tok", serviceToken: true };
const error = (code) => ({ code, message: "a message of the vendor’s", id: randomUUID() });

let server, edge;
before(async () => {
  server = await providerServer();
  edge = await deploy({ provider: server.address });
});
after(async () => {
  await edge.stop();
  await server.stop();
});

/** One attempt in which every request succeeds, except for these responses by path. */
async function link(rules, more = {}) {
  server.reset();
  server.answer(`GET ${API}/caller-identity`, json(200, IDENTITY));
  server.answer(`GET ${API}/tokens/tok`, json(200, { _id: "tok", name: "Example", role: "admin", serviceToken: true, creationDate: 1767225600000 }));
  for (const path of ["projects?limit=1", "members?limit=1", "auditlog?limit=1", "webhooks"]) server.answer(`GET ${API}/${path}`, json(200, { items: [] }));
  for (const [path, how] of Object.entries(rules)) server.answer(`GET ${API}/${path}`, how);
  const answer = await edge.link("launchdarkly", { accessToken: TOKEN, ...more });
  assert.deepEqual(found(TOKEN, answer.text), [], "a response repeats the token");
  assert.doesNotMatch(answer.text, /message of the vendor|A page/, "a response repeats the provider's body");
  return answer;
}

const REJECTED = ["key_rejected", "accessToken", /does not accept this access token/];
const KIND = ["wrong_key_kind", "accessToken"];
for (const [name, how, code, field, message, http = 422] of [
  ["401 unauthorized", json(401, error("unauthorized")), ...REJECTED],
  ["401 without a body", plain(401), ...REJECTED],
  ["401 with a page", html(401), ...REJECTED],
  ["403 forbidden", json(403, error("forbidden")), "access_refused", "accessToken", /IP allowlist/],
  ["200 for an SDK key", json(200, { accountId: "acc", environmentId: "env", projectId: "proj", environmentName: "Production", authKind: "token", tokenKind: "sdk" }), ...KIND, /SDK key of an environment/],
  ["200 for a mobile key", json(200, { accountId: "acc", authKind: "token", tokenKind: "mobile" }), ...KIND, /not an access token/],
  ["200 for a session", json(200, { accountId: "acc", authKind: "session", memberId: "m" }), ...KIND, /not an access token/],
  ["200 for a session that looks like a token", json(200, { ...IDENTITY, authKind: "session" }), ...KIND, /not an access token/],
  ["200 for a token without an id", json(200, { ...IDENTITY, tokenId: undefined }), ...KIND, /not an access token/],
  ["200 with nothing known", json(200, {}), "provider_unexpected", null, /do not know/, 502],
  ["200 with a page", html(200), "provider_unexpected", null, /do not know/, 502],
  ["200 with a list", json(200, []), "provider_unexpected", null, /do not know/, 502],
  ["302 elsewhere", plain(302, "", { location: "https://app.launchdarkly.com/login" }), "host_unknown", "instanceUrl", /redirected us/],
  ["400 invalid_request", json(400, error("invalid_request")), "provider_unexpected", null, /do not know/, 502],
  ["404 not_found", json(404, error("not_found")), "provider_unexpected", null, /do not know/, 502],
  ["405 method_not_allowed", json(405, error("method_not_allowed")), "provider_unexpected", null, /do not know/, 502],
  ["409 optimistic_locking_error", json(409, error("optimistic_locking_error")), "provider_unavailable", null, /changing something/, 503],
  ["409 of another kind", json(409, error("conflict")), "provider_unavailable", null, /changing something/, 503],
  ["422 patch_failed", json(422, error("patch_failed")), "provider_unexpected", null, /do not know/, 502],
  ["429 rate_limited", json(429, error("rate_limited")), "provider_rate_limited", null, /limiting/, 503],
  ["500", json(500, error("internal")), "provider_unavailable", null, /Your token is not the cause/, 503],
  ["503 with a page", html(503), "provider_unavailable", null, /Your token is not the cause/, 503],
]) {
  test(`the response ${name} to the token ends the attempt as ${code}`, async () => {
    const answer = await link({ "caller-identity": how });
    assert.deepEqual([answer.status, answer.body.code, answer.body.errors[0].field ?? null], [http, code, field], answer.text);
    const [{ message: said, causes = [] }] = answer.body.errors;
    assert.match([said, ...causes].join(" "), message);
    assert.ok(answer.body.errors[0].fix.length > 10);
    assert.equal(server.seen.length, 1, "a further request was sent with the refused token");
  });
}

const warned = (answer) => answer.body.report.warnings.map(({ code }) => code);
for (const [name, body, codes] of [
  ["reader", { role: "reader" }, ["read_only_key"]],
  ["writer", { role: "writer" }, []],
  ["owner", { role: "owner" }, []],
  ["custom roles", { customRoleIds: ["a", "b"] }, ["rights_unknown"]],
  ["nothing about its role", {}, ["rights_unknown"]],
  ["an inline policy", { inlineRole: [{ effect: "allow", resources: ["proj/*"], actions: ["*"] }] }, ["rights_unknown"]],
]) {
  test(`a token with ${name} is accepted with ${codes.length ? codes : "no warning"}`, async () => {
    const answer = await link({ "tokens/tok": json(200, { _id: "tok", ...body }) });
    assert.deepEqual([answer.status, warned(answer)], [200, codes], answer.text);
  });
}

test("a token that may not read itself or other things is accepted, and its rights are reported", async () => {
  const refused = json(403, error("forbidden"));
  const answer = await link({ "tokens/tok": refused, "members?limit=1": json(401, error("unauthorized")), webhooks: refused, "auditlog?limit=1": html(403) });
  assert.deepEqual([answer.status, warned(answer)], [200, ["rights_unknown"]]);
  const permitted = Object.fromEntries(answer.body.report.capabilities.map(({ id, permitted }) => [id, permitted]));
  assert.deepEqual(permitted, { "projects.read": true, "members.read": false, "webhooks.read": false });
});

test("the time to wait comes from Retry-After, or from the reset in milliseconds, which may lie in the past", async () => {
  const date = new Date("2026-11-22T12:00:00Z");
  const limited = (headers) => ({ "caller-identity": json(429, error("rate_limited"), { date: date.toUTCString(), ...headers }) });
  const wait = async (headers) => (await link(limited(headers))).headers.get("retry-after");
  assert.equal(await wait({ "retry-after": "7" }), "7");
  assert.equal(await wait({ "x-ratelimit-reset": String(date.getTime() + 8000) }), "9");
  assert.equal(await wait({ "x-ratelimit-reset": String(date.getTime() - 60_000) }), "1");
  assert.equal(await wait({}), "30");
});
