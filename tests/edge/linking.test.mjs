// Linking an account on the real runtime: a session, an attempt and a stored account, also after a restart.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { MAGIC_HOST, deploy, magicToken, oktaToken } from "../harness/deployment.mjs";

let edge;
before(async () => (edge = await deploy()));
after(() => edge.stop());

test("a test token is verified and stored, and its account is listed, also after a restart", async () => {
  const session = await edge.session();
  const answer = await edge.attempt(session, "attempt-1", MAGIC_HOST, magicToken());
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.body.report.identity.name, "Ada Lovelace");
  const [entry] = await edge.listed();
  assert.equal(entry.id, answer.body.connection.id);
  assert.deepEqual(entry.credentials, { instanceUrl: `https://${MAGIC_HOST}` });
  await edge.restart();
  assert.deepEqual(await edge.listed(), [entry]);
  const read = await edge.send("GET", `/api/v1/app-connections/okta/${entry.id}`, { token: edge.testKey });
  // One account alone has its report too.
  const { report, ...details } = read.body.appConnection.details;
  assert.equal(report.identity.name, "Ada Lovelace");
  assert.deepEqual({ ...read.body.appConnection, details }, entry);
  assert.deepEqual(await edge.listed(edge.liveKey), [], "the other mode lists it");
});

test("live mode sends requests over the network, the organization's first and without the secret", async () => {
  const token = oktaToken();
  edge.okta.seen.length = 0;
  const session = await edge.session(edge.liveKey);
  const answer = await edge.attempt(session, "attempt-1", "https://acme-admin.okta.com/admin", `SSWS ${token}`);
  assert.equal(answer.status, 200, answer.text);
  assert.ok(edge.okta.seen.slice(1).every(({ authorization }) => authorization === `SSWS ${token}`));
  assert.deepEqual(edge.okta.seen.slice(0, 3), [
    { line: "GET https://acme.okta.com/.well-known/okta-organization", authorization: null },
    { line: "GET https://acme.okta.com/api/v1/users/me", authorization: `SSWS ${token}` },
    { line: "GET https://acme.okta.com/api/v1/users/00uada/roles", authorization: `SSWS ${token}` },
  ]);
});

test("a backend creates, reads and deletes an account with the documented request", async () => {
  const body = {
    name: "my-okta-connection",
    method: "api-token",
    projectId: edge.project.id,
    credentials: { instanceUrl: `https://${MAGIC_HOST}`, apiToken: magicToken() },
  };
  const made = await edge.send("POST", "/api/v1/app-connections/okta", { token: edge.testKey, body });
  assert.equal(made.status, 201, made.text);
  const keys = ["id", "name", "projectId", "description", "version", "orgId", "createdAt", "updatedAt", "isPlatformManagedCredentials"];
  assert.deepEqual(Object.keys(made.body.appConnection).sort(), [...keys, "credentialsHash", "app", "method", "credentials", "details"].sort());
  const path = `/api/v1/app-connections/okta/${made.body.appConnection.id}`;
  const { appConnection } = (await edge.send("GET", path, { token: edge.testKey })).body;
  delete appConnection.details.report;
  assert.deepEqual(appConnection, made.body.appConnection);
  assert.deepEqual((await edge.send("DELETE", path, { token: edge.testKey })).body, made.body);
  assert.equal((await edge.send("GET", path, { token: edge.testKey })).status, 404);
});

test("two concurrent submits of one session link one account", async () => {
  const session = await edge.session();
  const before = (await edge.listed()).length;
  const token = magicToken();
  const answers = await Promise.all(["attempt-a", "attempt-b", "attempt-a"].map((id) => edge.attempt(session, id, MAGIC_HOST, token)));
  const linked = answers.filter((answer) => answer.status === 200).map((answer) => answer.body.connection.id);
  assert.ok(linked.length >= 1);
  assert.equal(new Set(linked).size, 1, "two accounts were linked");
  for (const answer of answers.filter((answer) => answer.status !== 200)) {
    assert.equal(answer.status, 409, answer.text);
    assert.match(answer.body.code, /^session_(busy|used)$/);
  }
  assert.equal((await edge.listed()).length, before + 1);
});

test("the projects of the deployment are listed for its owner", async () => {
  const answer = await edge.send("GET", "/api/v1/projects", { token: edge.secrets.ADMIN_TOKEN });
  const projects = [{ id: edge.project.id, name: "Example", state: "ready" }];
  assert.deepEqual(answer.body, { projects, nextCursor: null, refusedAdminTokens: { count: 0, lastAt: null } });
});
