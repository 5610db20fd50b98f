// All known responses of Okta, over HTTP: the ending of the attempt, its field, and the text that the person reads.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { deploy, found, oktaToken } from "../harness/deployment.mjs";
import { html, json, plain, providerServer } from "../harness/provider_server.mjs";

const ORIGIN = "https://acme.okta.com";
const TOKEN = oktaToken();
const error = (errorCode) => ({ errorCode, errorSummary: "a summary of the vendor’s", errorLink: errorCode, errorId: "oae1", errorCauses: [] });

let server, edge;
before(async () => {
  server = await providerServer();
  edge = await deploy({ provider: server.address });
});
after(async () => {
  await edge.stop();
  await server.stop();
});

/** One attempt with an organization in which every request succeeds, except for one response. */
async function link(path, how) {
  server.reset();
  const well = (path, body) => server.answer(`GET ${ORIGIN}${path}`, json(200, body));
  well("/.well-known/okta-organization", { id: "00oabc", pipeline: "idx", _links: { organization: { href: ORIGIN } } });
  well("/api/v1/users/me", { id: "00uada", status: "ACTIVE", profile: { login: "ada@example.com", firstName: "Ada", lastName: "Lovelace" } });
  well("/api/v1/users/00uada/roles", [{ id: "ra1", type: "SUPER_ADMIN", label: "Super Administrator", status: "ACTIVE" }]);
  for (const path of ["users?limit=1", "groups?limit=1", "apps?limit=1", "logs?limit=1", "zones?limit=1", "eventHooks"]) well(`/api/v1/${path}`, []);
  server.answer(`GET ${ORIGIN}${path}`, how);
  const answer = await edge.link("okta", { instanceUrl: "acme.okta.com", apiToken: TOKEN });
  assert.deepEqual(found(TOKEN, answer.text), [], "a response repeats the token");
  assert.doesNotMatch(answer.text, /summary of the vendor|A page/, "a response repeats the provider's body");
  return answer;
}

const ME = "/api/v1/users/me";
const KEY = ["apiToken", /does not accept this API token/];
for (const [status, body, code, field, message, http = 422] of [
  [401, error("E0000011"), "key_rejected", ...KEY],
  [401, error("E0000015"), "feature_unavailable", "apiToken", /does not have the feature/],
  [401, error("E0000004"), "key_rejected", "apiToken", /did not recognize this as an API token/],
  [401, error("E0000064"), "key_rejected", "apiToken", /did not recognize this as an API token/],
  [401, error("E0000207"), "key_rejected", "apiToken", /did not recognize this as an API token/],
  [401, {}, "key_rejected", ...KEY],
  [403, error("E0000005"), "key_rejected", "apiToken", /could not read this as an API token/],
  [403, error("E0000006"), "insufficient_rights", "apiToken", /cannot read its own user/],
  [403, error("E0000013"), "access_refused", "apiToken", /because of where it came from/],
  [403, error("E0000038"), "account_inactive", "apiToken", /not active/],
  [403, error("E0000119"), "account_inactive", "apiToken", /not active/],
  [423, error("E0000155"), "account_inactive", "apiToken", /not active/],
  [403, error("E0000212"), "access_refused", "apiToken", /because of where it came from/],
  [403, error("E0000260"), "organization_closed", "instanceUrl", /deactivated this developer organization/],
  [403, {}, "access_refused", "apiToken", /network zone/],
  [429, error("E0000047"), "provider_rate_limited", null, /limiting/, 503],
  [400, error("E0000047"), "provider_rate_limited", null, /limiting/, 503],
  [500, error("E0000009"), "provider_unavailable", null, /Your token is not the cause/, 503],
  [503, error("E0000010"), "provider_unavailable", null, /Your token is not the cause/, 503],
  [503, error("E0000100"), "provider_unavailable", null, /Your token is not the cause/, 503],
  [404, error("E0000007"), "provider_unexpected", null, /do not know/, 502],
  [404, error("E0000008"), "provider_unexpected", null, /do not know/, 502],
  [405, error("E0000022"), "provider_unexpected", null, /do not know/, 502],
  [406, error("E0000122"), "provider_unexpected", null, /do not know/, 502],
  [400, error("E0000001"), "provider_unexpected", null, /do not know/, 502],
  [400, error("E0000003"), "provider_unexpected", null, /do not know/, 502],
  [410, error("E0000215"), "provider_unexpected", null, /do not know/, 502],
]) {
  test(`the response ${status} ${body.errorCode ?? "without a code"} to the token ends the attempt as ${code}`, async () => {
    const answer = await link(ME, json(status, body));
    assert.deepEqual([answer.status, answer.body.code, answer.body.errors[0].field ?? null], [http, code, field], answer.text);
    const [{ message: said, causes = [] }] = answer.body.errors;
    assert.match([said, ...causes].join(" "), message);
    assert.ok(answer.body.errors[0].fix.length > 10);
    if (http === 422 && body.errorCode) assert.equal(answer.body.errors[0].vendorCode, body.errorCode);
    if (http === 503) assert.ok(Number(answer.headers.get("retry-after")) >= 1);
    if (http === 502) assert.match(answer.body.requestId, /^req_/);
  });
}

for (const [name, how, code] of [
  ["a page", html(200), "host_unknown"],
  ["a page that is not there", html(404), "host_unknown"],
  ["a redirect", plain(302, "", { location: "https://www.okta.com/" }), "host_unknown"],
  ["JSON of another kind", json(200, { id: "nobody" }), "host_unknown"],
  ["an empty body", plain(200), "host_unknown"],
  ["a refusal", html(403), "access_refused"],
  ["a refusal as JSON", json(403, error("E0000006")), "access_refused"],
  ["a deactivated organization", json(403, error("E0000260")), "organization_closed"],
  ["a deactivated organization, as 401", json(401, error("E0000260")), "organization_closed"],
  ["a refused token, though none was sent", json(401, error("E0000011")), "host_unknown"],
]) {
  test(`a host that responds with ${name} is refused as an organization, and no token is sent`, async () => {
    const answer = await link("/.well-known/okta-organization", how);
    assert.deepEqual([answer.status, answer.body.code, answer.body.errors[0].field], [422, code, "instanceUrl"], answer.text);
    assert.equal(server.seen.length, 1);
    assert.equal(server.seen[0].headers.authorization, undefined);
  });
}

test("the time to wait comes from the reset header and the response’s own date, and a doubled header is ignored", async () => {
  const date = new Date("2026-11-22T12:00:00Z");
  const limited = (reset) => json(429, error("E0000047"), { date: date.toUTCString(), "x-rate-limit-limit": "0", "x-rate-limit-remaining": "0", "x-rate-limit-reset": reset });
  const seconds = date / 1000;
  assert.equal((await link(ME, limited(String(seconds + 42)))).headers.get("retry-after"), "43");
  assert.equal((await link(ME, limited([String(seconds + 42), String(seconds + 99)]))).headers.get("retry-after"), "30");
});

test("the report of a success names the person, the rights and the organization", async () => {
  const answer = await link("/api/v1/org", json(200, { id: "00oabc", companyName: "Acme Inc.", status: "ACTIVE" }));
  assert.equal(answer.status, 200, answer.text);
  const { identity, organization, roles, warnings, capabilities } = answer.body.report;
  assert.deepEqual([identity.name, organization.name, roles, warnings], ["Ada Lovelace", "Acme Inc.", ["Super Administrator"], []]);
  assert.ok(capabilities.length === 6 && capabilities.every(({ permitted }) => permitted));
  assert.match(server.seen[1].headers["content-type"], /okta-response="omitCredentials/);
});
