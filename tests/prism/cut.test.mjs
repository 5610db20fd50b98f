// The small description of a large one: the operations that are asked for, and all that they reach.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { cut } from "./cut.mjs";

const folder = await mkdtemp(join(tmpdir(), "latchkey-cut-"));
after(() => rm(folder, { recursive: true }));

const write = async (name, text) => {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
};

const request = (method, url) => ({ method, url: `https://api.vendor.example${url}` });

test("an operation is kept with what it reaches, and the rest is left out", async () => {
  const file = await write("a.yaml", `
openapi: 3.0.3
info: { title: A, version: 1 }
servers: [{ url: "https://api.vendor.example/v1" }]
paths:
  /users/{id}:
    parameters: [{ $ref: "#/components/parameters/id" }]
    get: { responses: { 200: { description: ok, content: { application/json: { schema: { $ref: "#/components/schemas/User" } } } } } }
    delete: { responses: { 204: { description: gone } } }
  /users/me:
    get: { responses: { 200: { description: ok } } }
components:
  parameters: { id: { name: id, in: path, required: true, schema: { type: string } } }
  schemas:
    User: { type: object, properties: { parent: { $ref: "#/components/schemas/User" }, team: { $ref: "#/components/schemas/Team" } } }
    Team: { type: object }
    Unused: { type: object }
`);
  const { had, description } = await cut(file, [request("GET", "/v1/users/<identity.id>"), request("GET", "/v1/teams")]);
  assert.deepEqual(had.map(({ url }) => url), ["https://api.vendor.example/v1/users/<identity.id>"]);
  assert.deepEqual(Object.keys(description.paths), ["/users/{id}"]);
  assert.deepEqual(Object.keys(description.paths["/users/{id}"]), ["parameters", "get"]);
  assert.deepEqual(Object.keys(description.components.schemas).sort(), ["Team", "User"]);
  assert.deepEqual(Object.keys(description.components.parameters), ["id"]);
});

test("of two templates, the one without a parameter counts", async () => {
  const { description } = await cut(join(folder, "a.yaml"), [request("GET", "/v1/users/me")]);
  assert.deepEqual(Object.keys(description.paths), ["/users/me"]);
});

test("references into other files and into paths are followed", async () => {
  await write("user.yml", "type: object\nproperties: { team: { $ref: 'parts.yml#/Team' } }\n");
  await write("parts.yml", "Team: { type: object, properties: { id: { type: string } } }\n");
  await write("get.yml", "responses: { 200: { description: ok, schema: { $ref: user.yml } } }\n");
  const file = await write("b.yaml", "swagger: '2.0'\ninfo: { title: B, version: '2' }\nbasePath: /v2\npaths: { /me: { get: { $ref: get.yml } } }\n");
  const { description } = await cut(file, [request("GET", "/v2/me")]);
  assert.equal(description.basePath, "/v2");
  const user = description.paths["/me"].get.responses[200].schema.$ref.replace("#/definitions/", "");
  const team = description.definitions[user].properties.team.$ref.replace("#/definitions/", "");
  assert.deepEqual(description.definitions[team].properties, { id: { type: "string" } });
});

test("a file without the requests gives nothing", async () => {
  assert.equal((await cut(join(folder, "b.yaml"), [request("POST", "/v2/me")])).description, undefined);
});
