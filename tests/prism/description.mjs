// Reads a vendor's description of its API (OpenAPI 3.x or Swagger 2.0, JSON or YAML), and finds the operation of a request in it.
//
// It owns what a request means in a description: servers, templates of paths, parameters, security, responses. It does not judge a
// request: Prism does (`mock.mjs`).

import { readFile } from "node:fs/promises";
import { parse } from "yaml";

/** The methods that a path item may have. */
const METHODS = ["get", "put", "post", "delete", "patch"];

/** A description as an object. Keys that appear twice do not matter: vendors' files have them. */
export async function read(file) {
  const text = await readFile(file, "utf8");
  return file.endsWith(".json") ? JSON.parse(text) : parse(text, { uniqueKeys: false, maxAliasCount: -1, logLevel: "error" });
}

/** What a node means: itself, or the end of its chain of `$ref`. */
export function resolve(document, node) {
  for (let step = 0; typeof node?.$ref === "string" && step < 50; step++) node = at(document, node.$ref);
  return node;
}

/** What stands at `#/components/schemas/User`. */
export function at(document, pointer) {
  const [, ...names] = pointer.replace(/^[^#]*#?/, "").split("/");
  return names.reduce((node, name) => node?.[unescape(name)], document);
}

const unescape = (name) => decodeURIComponent(name).replaceAll("~1", "/").replaceAll("~0", "~");

/** The paths of servers, without a slash at the end: `/api/v2`. A variable has its default. */
function bases(document, item, operation) {
  if (document.swagger) return [(document.basePath ?? "").replace(/\/$/, "")];
  const servers = operation.servers ?? item.servers ?? document.servers ?? [];
  const paths = servers.map(({ url, variables }) => {
    const path = url.replace(/^([a-z{}]+:)?\/\/[^/]*/i, "");
    const filled = path.replace(/\{([^}]+)\}/g, (all, name) => variables?.[name]?.default ?? all);
    return /^(\/|$)/.test(filled) ? filled.replace(/\/$/, "") : "";
  });
  return paths.length === 0 ? [""] : [...new Set(paths)];
}

const literal = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** `/users/{id}` as an expression that takes out the values. */
function expression(template) {
  const parts = template.split(/(\{[^}]+\})/);
  return new RegExp(`^${parts.map((part) => (/^\{.+\}$/.test(part) ? "([^/]+?)" : literal(part))).join("")}$`);
}

/**
 * The operation of a request. The URL may have `<name>` in the place of values. Of several templates that fit, the one with the fewest
 * parameters counts, as the OpenAPI Specification says.
 */
export function find(document, method, url) {
  const { pathname } = split(url);
  const found = [];
  for (const [template, reference] of Object.entries(document.paths ?? {})) {
    const item = resolve(document, reference);
    const operation = item?.[method.toLowerCase()];
    if (operation === undefined || !METHODS.includes(method.toLowerCase())) continue;
    for (const base of bases(document, item, operation)) {
      if (!pathname.startsWith(base)) continue;
      const match = pathname.slice(base.length).match(expression(template));
      if (match) found.push({ document, template, base, item, operation, captured: match.slice(1) });
    }
  }
  const names = ({ template }) => template.match(/\{[^}]+\}/g) ?? [];
  found.sort((one, other) => names(one).length - names(other).length);
  const best = found[0];
  if (best === undefined) return undefined;
  const values = names(best).map((name, index) => [name.slice(1, -1), best.captured[index]]);
  return { ...best, values: Object.fromEntries(values) };
}

/** Path and query of an absolute URL, with `<name>` as it stands. */
export function split(url) {
  const [, pathname, search = ""] = url.match(/^https:\/\/[^/?]+([^?]*)(\?.*)?$/);
  return { pathname: pathname || "/", search };
}

/** The parameters of an operation, resolved. */
export function parameters({ document, item, operation }) {
  const all = [...(operation.parameters ?? []), ...(item.parameters ?? [])];
  return all.map((parameter) => resolve(document, parameter)).filter(Boolean);
}

/** The schema of a parameter. In Swagger 2.0 the parameter is its own schema. */
export const schemaOf = (document, parameter) => resolve(document, parameter.schema ?? Object.values(parameter.content ?? {})[0]?.schema) ?? parameter;

/** Whether the operation needs a key, and the description says how each key is sent. */
export function needsKey({ document, operation }) {
  const security = operation.security ?? document.security ?? [];
  const schemes = document.components?.securitySchemes ?? document.securityDefinitions ?? {};
  return security.length > 0 && security.every((one) => Object.keys(one).length > 0 && Object.keys(one).every((name) => schemes[name] !== undefined));
}

/** Whether the operation needs a body. */
export function needsBody(found) {
  const body = resolve(found.document, found.operation.requestBody);
  return body?.required === true || parameters(found).some(({ in: place, required }) => required === true && (place === "body" || place === "formData"));
}

/** The schemas of the bodies of successful responses, and the responses themselves. */
export function successes({ document, operation }) {
  const all = Object.entries(operation.responses ?? {}).map(([status, response]) => [status, resolve(document, response)]);
  const successful = all.filter(([status, response]) => /^2(\d\d|xx)$/i.test(status) && response);
  const responses = (successful.length > 0 ? successful : all.filter(([status]) => status === "default")).map(([, response]) => response);
  const schemas = responses.flatMap((response) => {
    if (response.schema) return [response.schema];
    const content = Object.entries(response.content ?? {});
    const json = content.filter(([type]) => /json|\*\/\*/i.test(type));
    return json.map(([, media]) => media.schema).filter((schema) => schema !== undefined);
  });
  return { responses, schemas };
}
