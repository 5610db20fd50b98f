// Fills the placeholders of a request, `<apiKey>` or `<identity.id>`, as a real request would have them.
//
// Values of fields and of procedures come from the provider's files. A value that only a response has is made from what the description says
// of its place: its example, its list, its form. No provider is known here.

import { parameters, schemaOf, split } from "./description.mjs";

const NAME = /<([a-z][a-zA-Z]*(?:\.[a-zA-Z]+)*)>/g;

/** Texts of the forms that descriptions name. */
const FORMS = {
  "date": "2027-01-31",
  "date-time": "2026-11-22T12:00:00.000Z",
  "email": "ada@example.com",
  "uri": "https://edge.example/x",
  "uuid": "01234567-89ab-4cde-8f01-23456789abcd",
};

/** A value that a schema allows, as a text. */
function made(schema, parameter) {
  const list = schema.const ?? schema.enum?.[0] ?? parameter.example ?? schema.example ?? schema.examples?.[0] ?? schema.default;
  if (list !== undefined && typeof list !== "object") return String(list);
  if ([schema.type].flat().some((type) => type === "integer" || type === "number")) return String(Math.max(1, schema.minimum ?? 1));
  return FORMS[schema.format] ?? "example".padEnd(schema.minLength ?? 0, "x");
}

/** Fills names with `values`, and the rest with `otherwise`. */
const filled = (text, values, otherwise) => text.replace(NAME, (all, name) => values[name] ?? otherwise);

/** Path (without the server's), query, headers and body of a request. */
export function fill(request, values, found) {
  const known = found === undefined ? [] : parameters(found);
  const of = (place, name) => {
    const parameter = known.find((one) => one.in === place && one.name === name);
    return parameter === undefined ? "example" : made(schemaOf(found.document, parameter), parameter);
  };
  const { pathname, search } = split(request.url);
  const encoded = (text, otherwise) => text.replace(NAME, (all, name) => encodeURIComponent(values[name] ?? otherwise));
  const path = found === undefined ? encoded(pathname, "example") : pathOf(found, (name, text) => encoded(text, of("path", name)));
  const query = search.replace(/([?&])([^=&]+)=([^&]*)/g, (all, before, name, text) => `${before}${name}=${encoded(text, of("query", decodeURIComponent(name)))}`);
  const headers = Object.entries(request.headers).map(([name, text]) => [name, header(text, values)]);
  const body = request.body === null ? undefined : filled(request.body, values, "example");
  return { path: path + query, headers: Object.fromEntries(headers), body };
}

function pathOf({ template, values }, fillOne) {
  return template.replace(/\{([^}]+)\}/g, (all, name) => fillOne(name, values[name]));
}

/** A header; the pair of Basic authentication is filled before it is encoded. */
function header(text, values) {
  const pair = pairOf(text);
  return pair === undefined ? filled(text, values, "example") : `Basic ${Buffer.from(filled(pair, values, "example")).toString("base64")}`;
}

/** The pair of Basic authentication, decoded. */
const pairOf = (text) => (text.startsWith("Basic ") ? Buffer.from(text.slice("Basic ".length), "base64").toString() : undefined);

/** Whether a header carries a secret. */
export const isSecret = (text) => /<[a-zA-Z.]+>/.test(pairOf(text) ?? text);
