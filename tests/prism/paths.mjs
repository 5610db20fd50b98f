// Follows a path of a provider's file through the schemas of a response.
//
// It owns what a path means in a schema (`shared/src/probe.rs` says what it means in a body). A path is `found`, `missing`, or `untold`: the
// description says nothing about that place. It needs no file and no network.

import { resolve } from "./description.mjs";

/** The kinds that can be read as a text. */
const TEXTS = ["string", "number", "integer", "boolean"];

/** Splits at each separator that is not inside square brackets. */
export function cut(path, separator) {
  const parts = [""];
  let depth = 0;
  for (const letter of path) {
    if (letter === "[") depth += 1;
    if (letter === "]") depth -= 1;
    if (letter === separator && depth === 0) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts;
}

/** Every single path in a path with alternatives (`|`) and joined parts (a space). */
export const singles = (path) => cut(path, "|").flatMap((one) => cut(one, " "));

/** Every schema that a schema stands for: itself, and those that it is made of. */
function flat(document, schema, seen = new Set()) {
  const own = resolve(document, schema);
  if (own === undefined || own === null || seen.has(own)) return [];
  seen.add(own);
  if (typeof own !== "object") return [own];
  const parts = [...(own.allOf ?? []), ...(own.oneOf ?? []), ...(own.anyOf ?? [])];
  return [own, ...parts.flatMap((part) => flat(document, part, seen))];
}

const types = (schema) => [schema?.type ?? []].flat();
const combined = (schema) => ["allOf", "oneOf", "anyOf"].some((word) => schema?.[word] !== undefined);
const mayBe = (schema, kind) => types(schema).length === 0 || types(schema).includes(kind);

/** Whether a schema says nothing about what is in it. */
function silent(schema) {
  if (schema === true) return true;
  if (typeof schema !== "object" || combined(schema)) return false;
  const told = ["properties", "patternProperties", "items", "prefixItems", "additionalProperties", "enum", "const"];
  return told.every((word) => schema[word] === undefined) && (types(schema).length === 0 || mayBe(schema, "object") || mayBe(schema, "array"));
}

/** The schemas of a member, and whether the description may have left it out. */
function member(all, name) {
  const next = [];
  let open = false;
  for (const schema of all) {
    const property = schema?.properties?.[name];
    const pattern = Object.entries(schema?.patternProperties ?? {}).find(([text]) => new RegExp(text).test(name))?.[1];
    const other = schema?.additionalProperties;
    if (property !== undefined) next.push(property);
    else if (pattern !== undefined) next.push(pattern);
    else if (typeof other === "object" && Object.keys(other).length > 0) next.push(other);
    else if (other === true || typeof other === "object" || (silent(schema) && mayBe(schema, "object"))) open = true;
  }
  return { next, open };
}

/** The schemas of the items of a list. */
function items(all) {
  const next = all.flatMap((schema) => [schema?.items ?? []].flat());
  const open = all.some((schema) => (types(schema).includes("array") && schema.items === undefined) || (silent(schema) && mayBe(schema, "array")));
  return { next, open };
}

/** Where one step leads from some schemas: `found`, with the schemas; else `untold` or `missing`. */
function step(document, schemas, name) {
  const all = schemas.flatMap((schema) => flat(document, schema));
  const { next, open } = name.startsWith("[") ? items(all) : member(all, name);
  if (next.length > 0) return { result: "found", next };
  return { result: open || all.length === 0 ? "untold" : "missing", next: [] };
}

/** `[kind=USER,active!=false].id` as `{ name, conditions }` and so on. */
function steps(path) {
  return cut(path, ".").filter((part) => part !== "").map((part) => {
    const [, inside] = part.match(/^\[(.*)\]!?$/) ?? [];
    const conditions = (inside ?? "").split(",").filter((text) => text !== "").map((text) => text.match(/^(.+?)!?=(.*)$/));
    return { name: inside === undefined ? part : "[]", conditions: conditions.map(([, place, text]) => ({ place, text })) };
  });
}

/** Whether a value may stand where a path ends. */
function ends(document, schemas, kind, text) {
  const all = schemas.flatMap((schema) => flat(document, schema)).filter((schema) => typeof schema === "object" && !combined(schema));
  if (kind === "any" || all.length === 0) return "found";
  const told = all.filter((schema) => types(schema).length > 0);
  if (told.length > 0 && !told.some((schema) => types(schema).some((type) => TEXTS.includes(type)))) return "missing";
  const lists = all.map((schema) => schema.enum ?? (schema.const === undefined ? undefined : [schema.const]));
  const refused = text !== undefined && !text.startsWith("{") && lists.length > 0 && lists.every((list) => list && !list.map(String).includes(text));
  return refused ? "missing" : "found";
}

/** Follows a single path. */
function follow(document, schemas, path, kind, text) {
  let here = schemas;
  for (const { name, conditions } of steps(path)) {
    const { result, next } = step(document, here, name);
    if (result !== "found") return result;
    here = next;
    for (const condition of conditions) {
      const fits = follow(document, here, condition.place, "text", condition.text);
      if (fits !== "found") return fits;
    }
  }
  return ends(document, here, kind, text);
}

/** Where a single path leads in the schemas of a response. `kind` is `text` (a text, number or boolean) or `any`. */
export const lookUp = (document, schemas, path, kind = "text") => (schemas.length === 0 ? "untold" : follow(document, schemas, path, kind));
