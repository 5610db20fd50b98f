// Measures the sizes of the files that the hosted page loads, and of the Worker, and prints a Markdown table.
//
// It owns the list of files, and requests each from the running Worker, as a browser would. It measures no times. Raw is the size
// without compression; gzip is level 9; brotli is quality 11 with a window of 24 bits.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { createProject, createSession } from "./api.mjs";
import { brotli } from "./compress.mjs";
import { makeSecrets } from "./state.mjs";
import { startWorker } from "./worker.mjs";

const build = fileURLToPath(new URL("../../edge/build/", import.meta.url));

function weigh(bytes) {
  return { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotli(bytes).length };
}

function sum(weights) {
  const add = (kind) => weights.reduce((total, weight) => total + weight[kind], 0);
  return { raw: add("raw"), gzip: add("gzip"), brotli: add("brotli") };
}

async function download(url, headers = {}) {
  const response = await fetch(url, { headers });
  if (!response.ok) throw new Error(`GET ${new URL(url).pathname} got the status ${response.status}`);
  return weigh(Buffer.from(await response.arrayBuffer()));
}

/** Everything the page of a fresh session loads, in the order in which it is needed. */
async function measurePage(worker, adminToken) {
  const { apiKeys } = await createProject(worker.url, adminToken, []);
  const session = await createSession(worker.url, apiKeys.test);
  const assets = JSON.parse(readFileSync(join(build, "page/assets.json"), "utf8"));
  const bearer = { authorization: `Bearer ${session.token}` };
  return {
    html: await download(session.url),
    glue: await download(worker.url + assets.js),
    wasm: await download(worker.url + assets.wasm),
    session: await download(`${worker.url}/api/v1/connect`, bearer),
    parser: sum([await download(worker.url + assets.parserJs), await download(worker.url + assets.parserWasm)]),
    seal: await download(worker.url + assets.seal),
    fallback: sum([await download(worker.url + assets.sealFallbackJs), await download(worker.url + assets.sealFallbackWasm)]),
    extras: await download(worker.url + assets.extrasJs),
    connect: await download(`${worker.url}/connect.js`),
    embed: await download(`${worker.url}/embed.js`),
  };
}

function table({ html, glue, wasm, session, parser, seal, fallback, extras, connect, embed }, script, module) {
  const row = (name, needed, { raw, gzip, brotli }) =>
    `| ${[name, needed, ...[raw, gzip, brotli].map((bytes) => bytes.toLocaleString("en-US"))].join(" | ")} |`;
  return [
    "| bytes | needed | raw | gzip | brotli |",
    "|---|---|--:|--:|--:|",
    row("hosted page (HTML, with its style and first script)", "to type", html),
    row("widget, JavaScript", "to submit", glue),
    row("widget, WebAssembly", "to submit", wasm),
    row("`GET /api/v1/connect`", "to submit", session),
    row("sealing program", "to submit; loaded when typing begins", seal),
    row("sealing program for browsers without X25519", "to submit, instead of the one above", fallback),
    row("parser of what is typed", "loaded when typing begins; an early submit waits for it, and the edge parses without it", parser),
    row("**until the form can be typed into**", "", html),
    row("**until the form can be submitted**", "", sum([html, glue, wasm, session, seal])),
    row("**until what was typed is parsed in the page and submitted**", "", sum([html, glue, wasm, session, seal, parser])),
    row("`extras`: progress, sharing, test values", "once it can be submitted", extras),
    row("`connect.js`, on the host page", "at once", connect),
    row("the modal and the element, on the host page", "to open; loaded when it is idle", embed),
    row("Worker, JavaScript", "on the edge", script),
    row("Worker, WebAssembly", "on the edge", module),
    row("**Worker**", "", sum([script, module])),
  ];
}

const secrets = makeSecrets();
const worker = await startWorker({ secrets });
try {
  const page = await measurePage(worker, secrets.ADMIN_TOKEN);
  const built = (name) => weigh(readFileSync(join(build, "worker", name)));
  console.log(table(page, built("index.js"), built("index_bg.wasm")).join("\n"));
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
} finally {
  await worker.stop();
}
