// Checks a GraphQL request against a vendor's schema, and follows the paths that are read in its response.
//
// It owns nothing of the language: the library `graphql` reads and validates. A path is `found` only if the request asks for that place.

import { readFile } from "node:fs/promises";
import { buildSchema, getNamedType, getNullableType, isLeafType, isListType, isScalarType, isSpecifiedScalarType, parse, validate } from "graphql";
import { cut } from "./paths.mjs";

/** A schema in GraphQL's own language. */
export const readSchema = async (file) => buildSchema(await readFile(file, "utf8"), { assumeValidSDL: true });

/** The query of a request, or `undefined` for a request that has none. */
export function queryOf({ method, body }) {
  if (method !== "POST" || body === null) return undefined;
  try {
    const { query } = JSON.parse(body);
    return typeof query === "string" ? query : undefined;
  } catch {
    return undefined;
  }
}

/** What the schema says against a query. */
export const faults = (schema, query) => validate(schema, parse(query)).map(({ message }) => message);

/** The fields that a selection asks for, with those of its fragments. */
function fields(selection, type, schema) {
  return selection.selections.flatMap((part) => {
    if (part.kind === "Field") return [{ key: part.alias?.value ?? part.name.value, part, type: type.getFields?.()[part.name.value]?.type }];
    if (part.kind === "InlineFragment") return fields(part.selectionSet, part.typeCondition ? schema.getType(part.typeCondition.name.value) : type, schema);
    return [];
  });
}

/** Where a single path leads in the response to a query: `found` or `missing`, or `untold` inside a value of a vendor's own kind. */
export function lookUpQuery(schema, query, path) {
  const operation = parse(query).definitions.find(({ kind }) => kind === "OperationDefinition");
  const [data, ...steps] = cut(path, ".").filter((step) => step !== "");
  if (data !== "data") return "missing";
  let here = { type: schema.getRootType(operation.operation), selection: operation.selectionSet };
  for (const step of steps) {
    if (step.startsWith("[")) {
      if (!isListType(getNullableType(here.type))) return "missing";
      here = { ...here, type: getNullableType(here.type).ofType };
      continue;
    }
    if (here.selection === undefined) return isScalarType(getNamedType(here.type)) && !isSpecifiedScalarType(getNamedType(here.type)) ? "untold" : "missing";
    const next = fields(here.selection, getNamedType(here.type), schema).find(({ key }) => key === step);
    if (next?.type === undefined) return "missing";
    here = { type: next.type, selection: next.part.selectionSet };
  }
  return isLeafType(getNamedType(here.type)) ? "found" : "missing";
}
