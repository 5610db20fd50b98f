// Where a path leads in a schema: found, missing, or not told.

import assert from "node:assert/strict";
import { test } from "node:test";
import { lookUp, singles } from "./paths.mjs";

const document = {
  components: {
    schemas: {
      Named: { type: "object", properties: { name: { type: ["string", "null"] }, tags: { type: "array", items: { type: "string" } } } },
      User: { allOf: [{ $ref: "#/components/schemas/Named" }, { type: "object", properties: { id: { type: "integer" }, parent: { $ref: "#/components/schemas/User" } } }] },
      Kinds: { type: "object", properties: { kind: { enum: ["USER", "TEAM"], type: "string" }, id: { type: "string" } } },
    },
  },
};
const user = [{ $ref: "#/components/schemas/User" }];
const list = [{ type: "object", properties: { data: { type: "array", items: { $ref: "#/components/schemas/Kinds" } } } }];
const leads = (schemas, path, kind) => lookUp(document, schemas, path, kind);

test("a member is found through references and parts, however deep", () => {
  assert.equal(leads(user, "id"), "found");
  assert.equal(leads(user, "parent.parent.name"), "found");
  assert.equal(leads([{ oneOf: [{ type: "object", properties: { a: { type: "string" } } }, ...user] }], "name"), "found");
});

test("a member that no schema has is missing", () => {
  assert.equal(leads(user, "nmae"), "missing");
  assert.equal(leads(user, "parent.nmae"), "missing");
});

test("a list needs brackets, and anything else takes none", () => {
  assert.equal(leads(list, "data.[].id"), "found");
  assert.equal(leads(list, "data.id"), "missing");
  assert.equal(leads(user, "[].id"), "missing");
  assert.equal(leads(user, "tags.[]"), "found");
});

test("a condition needs its member, and one of the values of its list", () => {
  assert.equal(leads(list, "data.[kind=USER].id"), "found");
  assert.equal(leads(list, "data.[kind=USER]!.id"), "found");
  assert.equal(leads(list, "data.[kind=user].id"), "missing");
  assert.equal(leads(list, "data.[knid=USER].id"), "missing");
  assert.equal(leads(list, "data.[id={identity.id}].id"), "found");
});

test("where a text is read, an object or a list is missing", () => {
  assert.equal(leads(user, "parent"), "missing");
  assert.equal(leads(user, "tags"), "missing");
  assert.equal(leads(user, "tags", "any"), "found");
});

test("a schema that says nothing is not told", () => {
  for (const schema of [{}, true, { type: "object" }, { type: "object", additionalProperties: true }]) assert.equal(leads([schema], "a.b"), "untold");
  assert.equal(leads([], "a"), "untold");
  assert.equal(leads([{ type: "array" }], "[].a"), "untold");
});

test("a map has the schema of its values", () => {
  const map = [{ type: "object", additionalProperties: { type: "object", properties: { id: { type: "string" } } } }];
  assert.equal(leads(map, "any.id"), "found");
  assert.equal(leads(map, "any.name"), "missing");
});

test("alternatives and joined parts are single paths, and a condition keeps its separators", () => {
  assert.deepEqual(singles("a|b c|d.[x=1|2].e"), ["a", "b", "c", "d.[x=1|2].e"]);
});
