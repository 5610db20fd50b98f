// Responses of slow, endless, broken or hostile providers: each is limited in time and size, none is accepted, and none is repeated.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { deploy, oktaToken } from "../harness/deployment.mjs";
import { after as later, bomb, brokenOff, endless, flood, json, liar, plain, providerServer, silent, truncated } from "../harness/provider_server.mjs";

let server, edge;
before(async () => {
  server = await providerServer();
  edge = await deploy({ provider: server.address });
});
after(async () => {
  await edge.stop();
  await server.stop();
});

/** Links an account of a new organization, whose given path responds in this way. */
async function link(host, path, how) {
  const origin = `https://${host}`;
  server.answer(`GET ${origin}/.well-known/okta-organization`, json(200, { id: "00oabc", _links: { organization: { href: origin } } }));
  server.answer(`GET ${origin}/api/v1/users/me`, json(200, { id: "00uada", status: "ACTIVE", profile: { login: "ada@example.com" } }));
  server.answer(`GET ${origin}/api/v1/users/00uada/roles`, json(200, [{ type: "SUPER_ADMIN", label: "Super Administrator", status: "ACTIVE" }]));
  server.answer(`GET ${origin}${path}`, how);
  return edge.link("okta", { instanceUrl: host, apiToken: oktaToken() });
}

const WELL_KNOWN = "/.well-known/okta-organization";
const ME = "/api/v1/users/me";

test("a provider that sends nothing, or never ends, is given up after ten seconds", async () => {
  const started = Date.now();
  const answers = await Promise.all([
    link("silent-one.okta.com", WELL_KNOWN, silent),
    link("silent-two.okta.com", ME, silent),
    link("endless-one.okta.com", WELL_KNOWN, endless),
    link("endless-two.okta.com", ME, endless),
  ]);
  for (const answer of answers) {
    assert.deepEqual([answer.status, answer.body.code], [503, "provider_unavailable"], answer.text);
    assert.match(answer.body.errors[0].message, /did not answer in time/);
  }
  assert.ok(Date.now() - started < 40_000, "an attempt outlived its limits");
});

test("a response that is too large is given up, compressed or not", async () => {
  for (const [host, path, how] of [
    ["flood-one.okta.com", WELL_KNOWN, flood],
    ["flood-two.okta.com", ME, flood],
    ["liar-one.okta.com", WELL_KNOWN, liar],
    ["liar-two.okta.com", ME, liar],
    ["bomb-one.okta.com", WELL_KNOWN, bomb],
    ["bomb-two.okta.com", ME, bomb],
  ]) {
    const answer = await link(host, path, how);
    assert.deepEqual([answer.status, answer.body.code], [503, "provider_unavailable"], answer.text);
    assert.match(answer.body.errors[0].message, /far more than it should/, host);
  }
});

test("a response that unpacks to a huge size does not fill the memory", async () => {
  const many = `[${'{"":0},'.repeat(40_000)}{}]`;
  const wide = (_request, response) => response.writeHead(200, { "content-type": "application/json" }).end(many);
  const answer = await link("wide-one.okta.com", WELL_KNOWN, wide);
  assert.equal(answer.status, 503, answer.text);
  for (const path of ["users?limit=1", "groups?limit=1", "apps?limit=1", "logs?limit=1", "zones?limit=1", "eventHooks", "api-tokens", "org"]) {
    server.answer(`GET https://wide-two.okta.com/api/v1/${path}`, wide);
  }
  const accepted = await link("wide-two.okta.com", ME, json(200, { id: "00uada", status: "ACTIVE", profile: { login: "ada@example.com" } }));
  assert.deepEqual([accepted.status, accepted.body.report.capabilities], [200, []], accepted.text);
});

test("a response that breaks off counts as no response", async () => {
  for (const [host, path, how] of [
    ["cut-one.okta.com", WELL_KNOWN, truncated],
    ["cut-two.okta.com", ME, truncated],
    ["cut-three.okta.com", ME, brokenOff],
  ]) {
    const answer = await link(host, path, how);
    assert.deepEqual([answer.status, answer.body.code], [503, "provider_unavailable"], answer.text);
    assert.match(answer.body.errors[0].message, /could not be reached/, host);
  }
});

test("no redirect is followed, wherever it leads, and the token goes nowhere else", async () => {
  for (const [at, location] of ["https://evil.example/", "http://169.254.169.254/", `https://moved-0.okta.com${ME}?again`].entries()) {
    const before = server.seen.length;
    const answer = await link(`moved-${at}.okta.com`, ME, plain(307, "", { location }));
    assert.equal(answer.body.code, "provider_unexpected", answer.text);
    assert.deepEqual(server.seen.slice(before).map(({ line }) => line), [`GET https://moved-${at}.okta.com${WELL_KNOWN}`, `GET https://moved-${at}.okta.com${ME}`]);
  }
});

test("a response with a body of the wrong type is refused", async () => {
  const user = JSON.stringify({ id: "00uada", status: "ACTIVE", profile: { login: "ada@example.com" } });
  for (const [at, how] of [
    plain(200, `<pre>${user}</pre>`, { "content-type": "text/html" }),
    plain(200, `while(1);${user}`, { "content-type": "application/json" }),
    plain(200, JSON.stringify(user), { "content-type": "application/json" }),
    json(200, [JSON.parse(user)]),
    json(200, { id: { id: "00uada" } }),
    json(200, { id: null }),
    plain(200, Buffer.from([0xff, 0xfe, 0x00]), { "content-type": "application/json" }),
    plain(204),
  ].entries()) {
    const answer = await link(`odd-${at}.okta.com`, ME, how);
    assert.deepEqual([answer.status, answer.body.code], [502, "provider_unexpected"], `${at}: ${answer.text}`);
  }
});

test("a provider that responds late, but in time, is waited for", async () => {
  const user = { id: "00uada", status: "ACTIVE", profile: { login: "ada@example.com" } };
  const answer = await link("late.okta.com", ME, later(4_000, json(200, user)));
  assert.equal(answer.status, 200, answer.text);
});

test("an optional request delays an attempt by no more than its limit, and never ends it", async () => {
  for (const [host, how] of [["roles-one.okta.com", silent], ["roles-two.okta.com", bomb], ["roles-three.okta.com", truncated]]) {
    const answer = await link(host, "/api/v1/users/00uada/roles", how);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.body.report.warnings.map(({ code }) => code), ["rights_unknown"]);
  }
});
