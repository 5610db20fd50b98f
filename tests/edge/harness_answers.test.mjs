// All known responses of Harness, over HTTP: the ending of the attempt, its field, and the text that the person reads.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";

import { deploy, found } from "../harness/deployment.mjs";
import { html, json, plain, providerServer } from "../harness/provider_server.mjs";

const ACCOUNT = "AbCdEfGhIjKlMnOpQrStUv";
const KEY = `sat.${ACCOUNT}.${randomBytes(12).toString("hex")}.${randomBytes(10).toString("hex")}`;
const BASE = "https://app.harness.io";
const VALIDATE = `POST ${BASE}/ng/api/token/validate?accountIdentifier=${ACCOUNT}`;
const ACL = `POST ${BASE}/authz/api/acl`;
const DAY = 86_400_000;
const error = (code, status = "ERROR") => ({ status, code, message: "a message of the vendor’s", correlationId: "c", detailedMessage: null, responseMessages: [], metadata: null });
const token = (more = {}) => ({
  status: "SUCCESS",
  data: { identifier: "t", name: "Example", valid: true, accountIdentifier: ACCOUNT, parentIdentifier: "sa", apiKeyType: "SERVICE_ACCOUNT", username: "Example", validTo: Date.now() + 90 * DAY, ...more },
});
const permissions = (...permitted) => ({
  status: "SUCCESS",
  data: { accessControlList: ["core_account_view", "core_pipeline_execute", "core_pipeline_edit"].map((permission, at) => ({ permission, permitted: permitted[at] })) },
});

let server, edge;
before(async () => {
  server = await providerServer();
  edge = await deploy({ provider: server.address });
});
after(async () => {
  await edge.stop();
  await server.stop();
});

/** One attempt in which every request succeeds, except for these responses by request line. */
async function link(rules = {}) {
  server.reset();
  server.answer(VALIDATE, json(200, token()));
  server.answer(ACL, json(200, permissions(true, true, true)));
  server.answer(`GET ${BASE}/ng/api/accounts/${ACCOUNT}`, json(200, { status: "SUCCESS", data: { identifier: ACCOUNT, name: "Acme" } }));
  for (const [line, how] of Object.entries(rules)) server.answer(line, how);
  const answer = await edge.link("harness", { apiKey: KEY });
  assert.deepEqual(found(KEY, answer.text), [], "a response repeats the key");
  assert.deepEqual(found(KEY, server.seen.map(({ line }) => line).join("\n")), [], "a URL holds the key");
  assert.doesNotMatch(answer.text, /message of the vendor|A page/, "a response repeats the provider's body");
  return answer;
}

const REJECTED = ["key_rejected", "apiKey", /does not accept this API key/];
const CLOSED = ["organization_closed", "accountIdentifier", /not active/];
const UNKNOWN = ["provider_unexpected", null, /do not know/, 502];
const DOWN = ["provider_unavailable", null, /Your key is not the cause/, 503];
const LIMITED = ["provider_rate_limited", null, /limiting/, 503];
const PAGE = ["access_refused", "apiKey", /sign-in page/];
for (const [name, how, code, field, message, http = 422] of [
  ["401 INVALID_TOKEN", json(401, error("INVALID_TOKEN")), ...REJECTED],
  ["400 INVALID_TOKEN, as before October 2022", json(400, error("INVALID_TOKEN")), ...REJECTED],
  ["200 INVALID_TOKEN", json(200, error("INVALID_TOKEN")), ...REJECTED],
  ["401 REVOKED_TOKEN", json(401, error("REVOKED_TOKEN")), ...REJECTED],
  ["401 INVALID_CREDENTIAL", json(401, error("INVALID_CREDENTIAL")), ...REJECTED],
  ["401 EXPIRED_TOKEN", json(401, error("EXPIRED_TOKEN")), "key_expired", "apiKey", /expired/],
  ["401 ACCOUNT_DOES_NOT_EXIST", json(401, error("ACCOUNT_DOES_NOT_EXIST")), "account_unknown", "accountIdentifier", /no Harness account/],
  ["401 INACTIVE_ACCOUNT", json(401, error("INACTIVE_ACCOUNT")), ...CLOSED],
  ["400 ACCOUNT_DISABLED", json(400, error("ACCOUNT_DISABLED")), ...CLOSED],
  ["400 LICENSE_EXPIRED", json(400, error("LICENSE_EXPIRED")), ...CLOSED],
  ["401 USER_DISABLED", json(401, error("USER_DISABLED")), "account_inactive", "apiKey", /disabled or deleted/],
  ["401 USER_DOES_NOT_EXIST", json(401, error("USER_DOES_NOT_EXIST")), "account_inactive", "apiKey", /disabled or deleted/],
  ["401 without a body", plain(401), ...REJECTED],
  ["403 NG_ACCESS_DENIED", json(403, error("NG_ACCESS_DENIED")), "insufficient_rights", "apiKey", /no right to do this/],
  ["403 ACCESS_DENIED", json(403, error("ACCESS_DENIED")), "insufficient_rights", "apiKey", /no right to do this/],
  ["403 USAGE_LIMITS_EXCEEDED", json(403, error("USAGE_LIMITS_EXCEEDED")), "feature_unavailable", "apiKey", /plan/],
  ["417 FEATURE_UNAVAILABLE", json(417, error("FEATURE_UNAVAILABLE")), "feature_unavailable", "apiKey", /plan/],
  ["403 ACCOUNT_MIGRATED_TO_NEXT_GEN", json(403, error("ACCOUNT_MIGRATED_TO_NEXT_GEN")), "wrong_key_kind", "apiKey", /FirstGen/],
  ["301 ACCOUNT_MIGRATED", json(301, error("ACCOUNT_MIGRATED")), "host_unknown", "instanceUrl", /moved to another cluster/],
  ["400 NOT_WHITELISTED_IP", json(400, error("NOT_WHITELISTED_IP")), "access_refused", "apiKey", /allowlist/],
  ["403 with a page", html(403), "access_refused", "apiKey", /allowlist, a proxy or a firewall/],
  ["404 with a page", html(404), "host_unknown", "instanceUrl", /not found at this address/],
  ["200 with a sign-in page", html(200), ...PAGE],
  ["302 to a sign-in page", plain(302, "", { location: `${BASE}/auth/#/signin` }), ...PAGE],
  ["400 INVALID_REQUEST", json(400, error("INVALID_REQUEST", "FAILURE")), ...UNKNOWN],
  ["400 INVALID_ARGUMENT", json(400, error("INVALID_ARGUMENT")), ...UNKNOWN],
  ["404 RESOURCE_NOT_FOUND", json(404, error("RESOURCE_NOT_FOUND")), ...UNKNOWN],
  ["404 ENTITY_NOT_FOUND", json(404, error("ENTITY_NOT_FOUND")), ...UNKNOWN],
  ["200 without a status", json(200, { data: {} }), ...UNKNOWN],
  ["200 SUCCESS without data", json(200, { status: "SUCCESS" }), ...UNKNOWN],
  ["200 SUCCESS for a token that is not valid", json(200, token({ valid: false })), "key_rejected", "apiKey", /no longer valid/],
  ["200 SUCCESS for a token whose end has passed", json(200, token({ validTo: Date.now() - DAY })), "key_expired", "apiKey", /has expired/],
  ["429 TOO_MANY_REQUESTS", json(429, error("TOO_MANY_REQUESTS")), ...LIMITED],
  ["400 TOO_MANY_REQUESTS", json(400, error("TOO_MANY_REQUESTS")), ...LIMITED],
  ["429 from a firewall", plain(429, "slow down"), ...LIMITED],
  ["400 with a page, from a firewall", html(400), "provider_rate_limited", null, /in front of Harness/, 503],
  ["500 UNKNOWN_ERROR", json(500, error("UNKNOWN_ERROR")), ...DOWN],
  ["200 INTERNAL_SERVER_ERROR", json(200, error("INTERNAL_SERVER_ERROR")), ...DOWN],
  ["503 with a page", html(503), ...DOWN],
]) {
  test(`the response ${name} to the key ends the attempt as ${code}`, async () => {
    const answer = await link({ [VALIDATE]: how });
    assert.deepEqual([answer.status, answer.body.code, answer.body.errors[0].field ?? null], [http, code, field], answer.text);
    const [{ message: said, causes = [] }] = answer.body.errors;
    assert.match([said, ...causes].join(" "), message);
    assert.ok(answer.body.errors[0].fix.length > 10);
    if (code === "provider_rate_limited") assert.equal(answer.headers.get("retry-after"), "60");
  });
}

const warned = (answer) => answer.body.report.warnings.map(({ code }) => code);
for (const [name, rules, codes] of [
  ["of a service account", {}, []],
  ["of a person", { [VALIDATE]: json(200, token({ apiKeyType: "USER" })) }, ["personal_key"]],
  ["that ends within two weeks", { [VALIDATE]: json(200, token({ validTo: Date.now() + 5 * DAY })) }, ["expires_soon"]],
  ["without an end", { [VALIDATE]: json(200, token({ validTo: 0 })) }, []],
  ["that was not rotated, as a zero says", { [VALIDATE]: json(200, token({ scheduledExpireTime: 0, validTo: Date.now() + 3 * DAY })) }, ["expires_soon"]],
  ["that was rotated and ends tomorrow", { [VALIDATE]: json(200, token({ scheduledExpireTime: Date.now() + DAY })) }, ["expires_soon"]],
  ["that was rotated", { [VALIDATE]: json(200, token({ scheduledExpireTime: Date.now() + 60 * DAY })) }, ["expires_soon"]],
  ["of one project", { [VALIDATE]: json(200, token({ orgIdentifier: "default", projectIdentifier: "p" })) }, ["insufficient_rights"]],
  ["that may only view", { [ACL]: json(200, permissions(true, false, false)) }, ["read_only_key"]],
  ["that may not even view", { [ACL]: json(200, permissions(false, false, false)) }, ["insufficient_rights"]],
  ["whose permissions are not returned", { [ACL]: json(403, error("NG_ACCESS_DENIED")) }, ["rights_unknown"]],
  ["that may not read its account", { [`GET ${BASE}/ng/api/accounts/${ACCOUNT}`]: json(403, error("NG_ACCESS_DENIED")) }, []],
]) {
  test(`a key ${name} is accepted with ${codes.length ? codes : "no warning"}`, async () => {
    const answer = await link(rules);
    assert.deepEqual([answer.status, warned(answer)], [200, codes], answer.text);
  });
}
