// Cuts a vendor's description of its API to what a provider's requests need, because the full files are large and the mock refuses some.
//
//   node tests/prism/cut.mjs PROVIDER FILE… --to FOLDER [--base /api/v2]
//
// `--base` is for a description that does not say below which path of the server it is.
// It writes FOLDER/PROVIDER.openapi.json, or PROVIDER-1, PROVIDER-2 and so on for the second and further FILEs that have a request. It
// follows `$ref` into other files. It changes nothing that a request is compared with, and it fetches nothing.

import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve as absolute } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { find, read, split } from "./description.mjs";

const files = new Map();

/** A file, read once. */
async function load(file) {
  if (!files.has(file)) files.set(file, await read(file));
  return files.get(file);
}

const names = (pointer) => pointer.split("/").slice(1).map((name) => decodeURIComponent(name).replaceAll("~1", "/").replaceAll("~0", "~"));

/** The node that a reference in `file` names, with the file that it is in. A reference to a reference is followed. */
async function target(reference, file) {
  const [other, pointer = ""] = reference.split("#");
  const there = other === "" ? file : absolute(dirname(file), decodeURIComponent(other));
  let node = await load(there);
  for (const name of names(pointer)) {
    if (typeof node?.$ref === "string") return target(`${node.$ref}${node.$ref.includes("#") ? "" : "#"}/${pointer}`, there);
    node = node?.[name];
  }
  if (node === undefined) {
    console.log(`nothing stands at ${reference}; it says nothing in the small file`);
    return { node: {}, there, pointer };
  }
  return { node, there, pointer };
}

/** A small description, which grows by what is put into it. */
class Cut {
  constructor(root, document) {
    this.root = root;
    const { openapi, swagger, info, servers, host, basePath, schemes, consumes, produces, security, securityDefinitions } = document;
    const { title, version } = info ?? {};
    this.result = { openapi, swagger, info: { title, version: String(version) }, servers, host, basePath, schemes, consumes, produces, security, securityDefinitions, paths: {} };
    this.places = new Map();
  }

  put(place, value) {
    const last = place.at(-1);
    const parent = place.slice(0, -1).reduce((node, name) => (node[name] ??= {}), this.result);
    parent[last] = value;
  }

  /** The place of a target in the small description. Its content is copied there once. */
  async placeOf(reference, file) {
    const { node, there, pointer } = await target(reference, file);
    const id = `${there}#${pointer}`;
    const known = this.places.get(id);
    if (known) return known;
    const section = this.result.swagger ? ["definitions"] : ["components", "schemas"];
    const stays = there === this.root && /^\/(components|definitions|parameters|responses)\/[^/]+(\/[^/]+)?$/.test(pointer);
    const place = stays ? names(pointer) : [...section, `cut-${this.places.size + 1}`];
    this.places.set(id, place);
    this.put(place, {});
    this.put(place, await this.copy(node, there));
    return place;
  }

  /** A copy whose references lead into the small description. */
  async copy(node, file) {
    if (Array.isArray(node)) return Promise.all(node.map((item) => this.copy(item, file)));
    if (typeof node !== "object" || node === null) return node;
    if (typeof node.$ref === "string") {
      const place = await this.placeOf(node.$ref, file);
      return { $ref: `#/${place.map((name) => name.replaceAll("~", "~0").replaceAll("/", "~1")).join("/")}` };
    }
    const copied = {};
    for (const [name, value] of Object.entries(node)) copied[name] = await this.copy(value, file);
    return copied;
  }

  /** Adds one operation. Path item and operation stand in the small description itself. */
  async add(template, method, document) {
    let item = document.paths[template];
    let file = this.root;
    while (typeof item.$ref === "string") ({ node: item, there: file } = await target(item.$ref, file));
    let [operation, there] = [item[method], file];
    while (typeof operation.$ref === "string") ({ node: operation, there } = await target(operation.$ref, there));
    const place = (this.result.paths[template] ??= {});
    if (item.parameters) place.parameters = await this.copy(item.parameters, file);
    if (item.servers) place.servers = item.servers;
    place[method] = await this.copy(operation, there);
  }
}

/** The description with the paths as their references stand for them, so that operations in other files are found. */
async function opened(file) {
  const document = await load(file);
  const paths = {};
  for (const [template, reference] of Object.entries(document.paths ?? {})) {
    let [item, there] = [reference, file];
    while (typeof item?.$ref === "string") ({ node: item, there } = await target(item.$ref, there));
    paths[template] = item;
  }
  return { ...document, paths };
}

/** The small description of some requests, or `undefined` if the file has none of them; and the requests that it has. */
export async function cut(file, requests, base) {
  const root = absolute(file);
  const document = await load(root);
  if (base !== undefined) document[document.swagger ? "basePath" : "servers"] = document.swagger ? base : [{ url: base }];
  const open = await opened(root);
  const small = new Cut(root, document);
  const had = [];
  for (const request of requests) {
    const found = find(open, request.method, request.url);
    if (found === undefined) continue;
    had.push(request);
    await small.add(found.template, request.method.toLowerCase(), document);
  }
  const schemes = document.components?.securitySchemes;
  if (schemes) small.put(["components", "securitySchemes"], await small.copy(schemes, root));
  return { had, description: had.length > 0 ? small.result : undefined };
}

async function requestsOf(provider) {
  const ready = process.env.REQUESTS;
  const cargo = ["run", "--quiet", "--package=latchkey-tests", "--bin=preview", "--", "--json", provider];
  const text = ready ? await readFile(ready, "utf8") : execFileSync("cargo", cargo, { encoding: "utf8" });
  return JSON.parse(text)[provider].requests;
}

async function main(words) {
  const { values, positionals } = parseArgs({ args: words, allowPositionals: true, options: { to: { type: "string" }, base: { type: "string" } } });
  const [provider, ...given] = positionals;
  if (values.to === undefined || given.length === 0) throw new Error("usage: node tests/prism/cut.mjs PROVIDER FILE… --to FOLDER [--base PATH]");
  let missing = await requestsOf(provider);
  let number = 0;
  for (const file of given) {
    const { had, description } = await cut(file, missing, values.base);
    if (description === undefined) continue;
    const name = number === 0 ? `${provider}.openapi.json` : `${provider}-${number}.openapi.json`;
    number += 1;
    await writeFile(join(values.to, name), `${JSON.stringify(description, null, 1)}\n`);
    missing = missing.filter((request) => !had.includes(request));
    console.log(`${name}: ${had.length} requests`);
  }
  for (const { method, url } of missing) console.log(`no file has ${method} ${split(url).pathname}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
