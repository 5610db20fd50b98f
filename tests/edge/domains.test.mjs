// Projects' own host names on the real runtime. The `Host` header of each request selects the project.

import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";

import { change } from "../harness/brand.mjs";
import { deploy } from "../harness/deployment.mjs";

let edge;
let other;
before(async () => {
  edge = await deploy({ settings: { PUBLIC_URL: "http://127.0.0.1" } });
  await change(edge, { domains: ["connect.acme.com"], branding: { radius: 3 } });
  const made = await edge.send("POST", "/api/v1/projects", { token: edge.secrets.ADMIN_TOKEN, body: { name: "Other", branding: { radius: 19 } } });
  other = made.body;
});
after(() => edge.stop());

/** Sends a request to a host name. */
const at = (host, path, token) =>
  new Promise((answered, failed) => {
    const headers = { host, connection: "close", ...(token && { authorization: `Bearer ${token}` }) };
    const request = http.get(edge.url + path, { headers }, async (response) => {
      let text = "";
      for await (const part of response.setEncoding("utf8")) text += part;
      answered({ status: response.statusCode, headers: response.headers, text });
    });
    request.on("error", failed);
  });

test("a link has the project’s host name, and works there and at the deployment’s host name", async () => {
  const session = await edge.session();
  assert.ok(session.url.startsWith(`https://connect.acme.com/link/${session.id}#`), "the link has another host name");
  for (const host of ["connect.acme.com", "connect.acme.com:8443", "127.0.0.1"]) {
    for (const kind of ["link", "embed"]) {
      const page = await at(host, `/${kind}/${session.id}`);
      assert.equal(page.status, 200, `${kind} at ${host}`);
      assert.match(page.text, /--radius:3px/);
    }
    assert.equal((await at(host, "/api/v1/connect", session.token)).status, 200, host);
  }
});

test("the project’s host name serves nothing of another project", async () => {
  const session = await edge.session(other.apiKeys.test);
  assert.ok(session.url.startsWith("http://127.0.0.1/link/"));
  const guide = new URL(await edge.guide("okta", other.apiKeys.test));
  for (const [host, status] of [["connect.acme.com", 404], ["127.0.0.1", 200], ["elsewhere.example.com", 404]]) {
    const page = await at(host, `/link/${session.id}`);
    assert.equal(page.status, status, host);
    assert.equal(page.text.includes("--radius:19px"), status === 200, host);
    assert.equal((await at(host, "/api/v1/connect", session.token)).status, status, host);
    assert.equal((await at(host, "/api/v1/app-connections", other.apiKeys.test)).status, status, host);
    assert.equal((await at(host, "/api/v1/projects", edge.secrets.ADMIN_TOKEN)).status, status, host);
    assert.equal((await at(host, guide.pathname + guide.search)).status, status, host);
  }
  const plain = await at("connect.acme.com", "/guides/okta");
  assert.match(plain.text, /Example needs these details/);
  assert.match(plain.text, /--radius:3px/);
});

test("the project’s host name serves the files for every page", async () => {
  for (const path of ["/connect.js", "/embed.js", "/preload", "/healthz"]) assert.equal((await at("connect.acme.com", path)).status, 200, path);
});

test("a host name belongs to one project", async () => {
  const body = { domains: ["connect.acme.com"] };
  const taken = await edge.send("PATCH", `/api/v1/projects/${other.project.id}`, { token: edge.secrets.ADMIN_TOKEN, body });
  assert.equal(taken.status, 409);
  assert.deepEqual([taken.body.code, taken.body.errors[0].field], ["domain_taken", "domains"]);
});

test("host names and looks are still there after a restart", async () => {
  await edge.restart();
  const session = await edge.session();
  assert.ok(session.url.startsWith("https://connect.acme.com/"));
  assert.match((await at("connect.acme.com", `/link/${session.id}`)).text, /--radius:3px/);
});
