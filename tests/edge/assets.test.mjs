// Pages and static files on the real runtime: what a browser loads, and how long it may keep it.

import assert from "node:assert/strict";
import http from "node:http";
import { brotliDecompressSync } from "node:zlib";
import { after, before, test } from "node:test";

import { deploy } from "../harness/deployment.mjs";

let edge;
before(async () => (edge = await deploy({ allowedOrigins: ["https://app.example.com"] })));
after(() => edge.stop());

/** The raw answer, not decoded: `fetch` would undo the compression. */
function raw(path, encoding) {
  return new Promise((resolve, reject) => {
    http
      .get(edge.url + path, { headers: { "accept-encoding": encoding } }, (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, bytes: Buffer.concat(chunks) }));
      })
      .on("error", reject);
  });
}

test("the page names hashed files, which are kept for ever and arrive compressed", async () => {
  const session = await edge.session();
  const page = await edge.send("GET", `/link/${session.id}`);
  assert.equal(page.status, 200);
  const files = [...page.text.matchAll(/\/assets\/(?:widget|seal|seal-fallback)-[0-9a-f]{12}\.(?:js|wasm)/g)].map(([path]) => path);
  const kinds = files.map((path) => path.replace(/-[0-9a-f]{12}/, "").split("/").at(-1));
  assert.deepEqual([...new Set(kinds)].sort(), ["seal-fallback.js", "seal-fallback.wasm", "seal.js", "widget.js", "widget.wasm"]);
  for (const path of new Set(files)) {
    const [plain, brotli] = [await raw(path, "identity"), await raw(path, "br")];
    assert.equal(brotli.headers["content-encoding"], "br", path);
    assert.equal(brotli.headers["cache-control"], "public, max-age=31536000, immutable");
    assert.equal(brotli.headers.vary, "accept-encoding");
    assert.equal(brotli.headers["content-type"], path.endsWith(".wasm") ? "application/wasm" : "text/javascript; charset=utf-8");
    assert.equal(plain.headers["content-encoding"], undefined);
    assert.ok(brotliDecompressSync(brotli.bytes).equals(plain.bytes), path);
    assert.ok(brotli.bytes.length < plain.bytes.length / 2);
  }
});

test("the loader has a stable name and may be loaded by any origin", async () => {
  const { status, headers, bytes } = await raw("/connect.js", "br");
  assert.equal(status, 200);
  assert.equal(headers["content-encoding"], "br");
  assert.equal(headers["cache-control"], "public, max-age=300");
  assert.equal(headers["cross-origin-resource-policy"], "cross-origin");
  assert.match(brotliDecompressSync(bytes).toString(), /latchkey/i);
});

test("the inlined script and style are those the policy names", async () => {
  const { createHash } = await import("node:crypto");
  const session = await edge.session();
  const page = await edge.send("GET", `/embed/${session.id}`);
  const policy = page.headers.get("content-security-policy");
  const scripts = [...page.text.matchAll(/<script>([^]*?)<\/script>/g)].map(([, text]) => text);
  const styles = [...page.text.matchAll(/<style>([^]*?)<\/style>/g)].map(([, text]) => text);
  assert.deepEqual([scripts.length, styles.length], [1, 1]);
  for (const text of [...scripts, ...styles]) {
    assert.ok(policy.includes(`'sha256-${createHash("sha256").update(text).digest("base64")}'`), policy);
  }
  assert.doesNotMatch(page.text, /\sstyle="|\son[a-z]+="/);
  assert.ok(policy.endsWith("frame-ancestors https://app.example.com http://localhost:* http://127.0.0.1:*"), policy);
});

test("no file of the build tells where it was built", async () => {
  const session = await edge.session();
  const page = await edge.send("GET", `/link/${session.id}`);
  for (const [wasm] of page.text.matchAll(/\/assets\/(?:widget|seal)-[0-9a-f]{12}\.wasm/g)) {
    const { bytes } = await raw(wasm, "identity");
    assert.ok(!bytes.includes("/.cargo/registry") && !bytes.includes(process.cwd()), `a path of the build machine is in ${wasm}`);
  }
});

test("the Worker is alive", async () => {
  const answer = await edge.send("GET", "/healthz");
  assert.deepEqual([answer.status, answer.text], [200, "ok"]);
});
