// Every request that the providers' files cause, and every place that they read in a response, against the vendors' own descriptions.
// `cargo xtask test prism` sets the requests (REQUESTS), the descriptions (SPECS) and where the table goes (TABLE).
//
// It does not judge a request: Prism does (`mock.mjs`), or for GraphQL the library. A difference fails, unless `exceptions.json` has it with
// its reason; an exception that nothing needs fails too. No provider is known here.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { after, before, describe, test } from "node:test";
import { find, needsBody, needsKey, read, split, successes } from "./description.mjs";
import { faults, lookUpQuery, queryOf, readSchema } from "./graphql.mjs";
import { mock, send } from "./mock.mjs";
import { lookUp, singles } from "./paths.mjs";
import { fill, isSecret } from "./stand_ins.mjs";

const providers = JSON.parse(await readFile(process.env.REQUESTS, "utf8"));
const exceptions = JSON.parse(await readFile(new URL("exceptions.json", import.meta.url), "utf8"));
const used = new Set();
const rows = [];

/** The providers with a description, each with its files. */
const described = new Map();
for (const [provider, file] of JSON.parse(process.env.SPECS)) described.set(provider, [...(described.get(provider) ?? []), file]);

const nameOf = ({ method, url }) => `${method} ${split(url).pathname}`;

/**
 * Whether `exceptions.json` has a difference: `absent` (no file has the request), `refused` (every fault that Prism names has the text in
 * `says`), or `path` (which is in `says`). A `request` of `*` is for every request of the provider.
 */
function excepted(provider, request, what, said) {
  const fits = (one) => one.provider === provider && ["*", nameOf(request)].includes(one.request) && one.what === what;
  const same = { absent: () => true, refused: ({ says }) => said.length > 0 && said.every((fault) => fault.includes(says)), path: ({ says }) => says === said };
  const known = exceptions.find((one) => fits(one) && same[what](one));
  if (known !== undefined) used.add(known);
  return known !== undefined;
}

/** Opens the files of a provider: schemas for GraphQL, and descriptions. */
async function open(files) {
  const opened = files.map(async (file) => (file.endsWith(".graphql") ? { schema: await readSchema(file) } : { file, document: await read(file) }));
  return Promise.all(opened);
}

/** What describes a request: a schema and its query, or an operation of a description; else nothing. */
function describing(sources, request) {
  const query = queryOf(request);
  const source = sources.find(({ schema }) => schema !== undefined);
  if (query !== undefined && source !== undefined) return { schema: source.schema, query };
  for (const one of sources.filter(({ document }) => document !== undefined)) {
    const found = find(one.document, request.method, request.url);
    if (found !== undefined) return { source: one, found };
  }
  return undefined;
}

/** Each single place of a place with alternatives. */
const single = (place) => (place.header === undefined ? singles(place.path).map((path) => ({ ...place, path })) : [place]);

/** Where a place that is read leads. */
function placeOf(known, place) {
  if (known.schema) return place.header ? "untold" : lookUpQuery(known.schema, known.query, place.path);
  const { responses, schemas } = successes(known.found);
  if (place.header === undefined) return lookUp(known.found.document, schemas, place.path, place.kind);
  const headers = responses.flatMap((response) => Object.keys(response.headers ?? {}));
  return headers.some((name) => name.toLowerCase() === place.header) ? "found" : "untold";
}

for (const [provider, files] of described) {
  const { requests, values } = providers[provider];
  const sources = await open(files);
  const row = { provider, files: files.map((file) => basename(file)), requests: requests.length, accepted: 0, paths: 0, found: 0, untold: [], exceptions: 0 };
  rows.push(row);

  describe(provider, () => {
    const servers = new Map();
    before(async () => {
      for (const { file } of sources.filter(({ document }) => document !== undefined)) servers.set(file, await mock(file));
    });
    after(() => servers.forEach((server) => server.stop()));

    test(`${provider}: has requests`, () => assert.ok(requests.length > 0));

    for (const request of requests) {
      const known = describing(sources, request);

      test(`${provider} ${request.probe}: ${nameOf(request)} is accepted`, async () => {
        if (known === undefined) {
          assert.ok(excepted(provider, request, "absent"), "no file has this request");
          row.exceptions += 1;
          return;
        }
        if (known.schema) {
          assert.deepEqual(faults(known.schema, known.query), []);
          row.accepted += 1;
          return;
        }
        const { status, faults: said, text } = await send(servers.get(known.source.file).origin, request.method, fill(request, values, known.found));
        if (said.length === 0 && status >= 200 && status < 300) row.accepted += 1;
        else if (excepted(provider, request, "refused", said)) row.exceptions += 1;
        else assert.fail(`${status} ${said.join(" ")} ${text.slice(0, 2000)}`);
      });

      for (const place of known === undefined ? [] : request.reads.flatMap(single)) {
        const where = place.header === undefined ? place.path : `the header ${place.header}`;
        test(`${provider} ${request.probe}: ${where} is in the response to ${nameOf(request)} (${place.name})`, () => {
          const result = placeOf(known, place);
          row.paths += 1;
          if (result === "found") row.found += 1;
          else if (result === "untold") row.untold.push(`${nameOf(request)}: ${where}`);
          else if (excepted(provider, request, "path", place.path)) row.exceptions += 1;
          else assert.fail("the description has no such place");
        });
      }
    }

    const known = requests.map((request) => [request, describing(sources, request)]);
    const guarded = known.find(([request, one]) => one?.found && needsKey(one.found) && Object.values(request.headers).some(isSecret));
    if (guarded !== undefined) {
      test(`${provider}: a request without the key is refused`, async () => {
        const [request, { source, found }] = guarded;
        const headers = Object.entries(request.headers).filter(([, text]) => !isSecret(text));
        const { status } = await send(servers.get(source.file).origin, request.method, fill({ ...request, headers: Object.fromEntries(headers) }, values, found));
        assert.ok(status >= 400, `${status}`);
      });
    }

    test(`${provider}: a wrong path and a missing body are reported`, async () => {
      for (const { origin } of servers.values()) assert.equal((await send(origin, "GET", { path: "/away/from/here", headers: {} })).status, 404);
      for (const request of requests.filter(({ body }) => body !== null)) {
        const known = describing(sources, request);
        if (known?.found === undefined || !needsBody(known.found)) continue;
        const { headers, path } = fill(request, values, known.found);
        delete headers["content-type"];
        const { faults: said, status } = await send(servers.get(known.source.file).origin, request.method, { path, headers });
        assert.ok(said.length > 0 || status >= 400, `${nameOf(request)}: ${status}`);
      }
    });
  });
}

test("every exception is needed", () => {
  const idle = exceptions.filter((one) => described.has(one.provider) && !used.has(one));
  assert.deepEqual(idle, []);
});

after(async () => {
  const line = (row) => `${row.provider}\t${row.files.join(", ")}\t${row.accepted}/${row.requests}\t${row.found}/${row.paths}\t${row.untold.length}\t${row.exceptions}`;
  const told = rows.flatMap(({ provider, untold }) => untold.map((place) => `not told: ${provider} ${place}`));
  const text = [`provider\tfiles\trequests accepted\tpaths found\tnot told\texceptions`, ...rows.map(line), ...told].join("\n");
  await writeFile(process.env.TABLE, `${text}\n`);
});
