// The served description of the API: its headers and its schemas. Requests and responses match the schemas.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import Ajv from "ajv/dist/2020.js";

import { MAGIC_HOST, deploy, magicToken } from "../harness/deployment.mjs";

let edge, served, document, ajv;
before(async () => {
  edge = await deploy();
  served = await edge.send("GET", "/openapi.json");
  document = served.body;
  ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(document, "openapi");
});
after(() => edge.stop());

const escaped = (part) => part.replaceAll("~", "~0").replaceAll("/", "~1");
const operations = () => Object.entries(document.paths).flatMap(([path, calls]) => Object.entries(calls).map(([method, operation]) => ({ path, method, operation })));

/** The faults of a value, by the schema at this place of the document. */
function faults(value, ...place) {
  const validate = ajv.compile({ $ref: `openapi#/${place.map((part) => encodeURIComponent(escaped(part))).join("/")}` });
  return validate(value) ? [] : validate.errors.map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
}

test("the description is JSON that any origin may read, and is cached for minutes", () => {
  assert.equal(served.status, 200);
  assert.equal(served.headers.get("content-type"), "application/json");
  assert.equal(served.headers.get("cache-control"), "public, max-age=300");
  assert.equal(served.headers.get("access-control-allow-origin"), "*");
  assert.equal(document.openapi, "3.1.0");
});

test("a body that does not match its schema is reported", () => {
  const place = ["paths", "/api/v1/app-connections/{app}", "post"];
  const sample = document.paths["/api/v1/app-connections/{app}"].post.responses[201].content["application/json"].example;
  const { version, ...without } = sample.appConnection;
  assert.equal(faults({ appConnection: without }, ...place, "responses", "201", "content", "application/json", "schema").length, 1);
  assert.equal(faults({ appConnection: { ...sample.appConnection, version: "1" } }, ...place, "responses", "201", "content", "application/json", "schema").length, 1);
});

test("the documented request links an account, and the response has the documented members and headers", async () => {
  const path = "/api/v1/app-connections/{app}";
  const { requestBody, responses } = document.paths[path].post;
  const body = requestBody.content["application/json"].examples.inTestMode.value;
  const response = await edge.send("POST", path.replace("{app}", "okta"), { token: edge.testKey, body: { ...body, projectId: edge.project.id } });
  assert.equal(response.status, 201, response.text);
  assert.deepEqual(faults(response.body, "paths", path, "post", "responses", "201", "content", "application/json", "schema"), []);
  assert.deepEqual(Object.keys(response.body.appConnection).sort(), Object.keys(responses[201].content["application/json"].example.appConnection).sort());
  for (const name of ["ETag", "X-Request-Id"]) {
    assert.match(response.headers.get(name), new RegExp(document.components.headers[name].schema.pattern));
  }
});

test("the responses to the page have the documented members", async () => {
  const json = (method, status) => ["paths", "/api/v1/connect", method, "responses", status, "content", "application/json", "schema"];
  const session = await edge.session();
  const seen = await edge.send("GET", "/api/v1/connect", { token: session.token });
  assert.deepEqual(faults(seen.body, ...json("get", "200")), []);
  const linked = await edge.attempt(session, "attempt-1", MAGIC_HOST, magicToken());
  assert.equal(linked.status, 200, linked.text);
  assert.deepEqual(faults(linked.body, ...json("post", "200")), []);
});

test("every provider has the documented members, with test values and without", async () => {
  const { body } = await edge.send("GET", "/api/v1/providers");
  for (const { id } of body.providers) {
    for (const token of [undefined, edge.testKey]) {
      const provider = await edge.send("GET", `/api/v1/providers/${id}`, { token });
      assert.equal("testValues" in provider.body, token !== undefined);
      assert.deepEqual(faults(provider.body, "paths", "/api/v1/providers/{id}", "get", "responses", "200", "content", "application/json", "schema"), [], id);
    }
  }
});

test("the live example is refused in test mode, with a documented problem", async () => {
  const path = "/api/v1/app-connections/{app}";
  const { value } = document.paths[path].post.requestBody.content["application/json"].examples.live;
  const body = { ...value, name: "another" };
  const response = await edge.send("POST", path.replace("{app}", "okta"), { token: edge.testKey, body });
  assert.equal(response.status, 422, response.text);
  assert.deepEqual(faults(response.body, "paths", path, "post", "responses", "422", "content", "application/problem+json", "schema"), []);
});

test("the reference's page and files are compressed, come from the edge, and have a policy of their own", async () => {
  const page = await edge.send("GET", "/docs");
  assert.equal(page.status, 200);
  assert.equal(page.headers.get("content-type"), "text/html; charset=utf-8");
  const policy = page.headers.get("content-security-policy");
  assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self';/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  const files = [...page.text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, file]) => file);
  assert.equal(files.length, 4);
  for (const file of files) {
    assert.match(file, /^\/assets\/(viewer|docs)-[0-9a-f]{12}\.(js|css)$/);
    const { status, headers } = await edge.send("GET", file, { headers: { "accept-encoding": "br" } });
    assert.equal(status, 200);
    assert.equal(headers.get("cache-control"), "public, max-age=31536000, immutable");
    assert.equal(headers.get("content-encoding"), "br");
    assert.match(headers.get("content-type"), file.endsWith(".js") ? /^text\/javascript/ : /^text\/css/);
  }
  for (const hidden of ["/assets/docs.page", "/assets/openapi.json", "/docs/", "/openapi.json.br"]) {
    assert.equal((await edge.send("GET", hidden)).status, 404, hidden);
  }
  assert.equal((await edge.send("POST", "/docs")).status, 404);
});

// Last, because it blocks this process for longer than a connection stays open.
test("every example matches its schema", () => {
  let seen = 0;
  for (const { path, method, operation } of operations()) {
    const check = (value, ...place) => {
      seen += 1;
      assert.deepEqual(faults(value, "paths", path, method, ...place, "schema"), [], `${method} ${path} ${place}`);
    };
    for (const [type, { examples }] of Object.entries(operation.requestBody?.content ?? {})) {
      for (const { value } of Object.values(examples)) check(value, "requestBody", "content", type);
    }
    for (const [status, { content }] of Object.entries(operation.responses)) {
      for (const [type, { example, examples }] of Object.entries(content ?? {})) {
        const values = examples ? Object.values(examples).map(({ value }) => value) : [example];
        for (const value of values) check(value, "responses", status, "content", type);
      }
    }
    operation.parameters.forEach(({ example }, at) => example !== undefined && check(example, "parameters", String(at)));
  }
  assert.ok(seen > 150, `only ${seen} examples were checked`);
});
