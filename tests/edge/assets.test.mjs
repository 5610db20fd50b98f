// Pages and static files on the real runtime: the files that a browser loads, and how long it may cache each.

import assert from "node:assert/strict";
import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import http from "node:http";
import { homedir } from "node:os";
import { extname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";

import { deploy } from "../harness/deployment.mjs";

/** A logo of the deployment's own, as the build stores it (`edge/logos/README.md`). */
const LOGO = "logo-okta-0123456789ab.svg";
const logo = fileURLToPath(new URL(`../../edge/build/assets/assets/${LOGO}`, import.meta.url));

let edge;
before(async () => {
  writeFileSync(logo, '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>');
  edge = await deploy({ allowedOrigins: ["https://app.example.com"] });
});
after(async () => {
  rmSync(logo);
  await edge.stop();
});

test("a logo of the deployment is a picture that runs nothing, and no other picture is served", async () => {
  const { status, headers, bytes } = await raw(`/assets/${LOGO}`);
  assert.deepEqual([status, headers["content-type"]], [200, "image/svg+xml"]);
  assert.match(headers["content-security-policy"], /^default-src 'none'/);
  assert.match(headers["cache-control"], /immutable/);
  assert.match(String(bytes), /^<svg/);
  for (const name of ["other-0123456789ab.svg", "logo-okta-0123456789ab.html", "logo-okta.svg"])
    assert.equal((await raw(`/assets/${name}`)).status, 404, name);
});

/** The raw response, not decoded: `fetch` would undo the compression. */
function raw(path, encoding) {
  return new Promise((resolve, reject) => {
    http
      .get(edge.url + path, { headers: encoding === undefined ? {} : { "accept-encoding": encoding } }, (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, bytes: Buffer.concat(chunks) }));
      })
      .on("error", reject);
  });
}

test("a client that asks for no encoding gets none, as curl does", async () => {
  for (const path of ["/openapi.json", "/connect.js", "/docs"]) {
    const { status, headers, bytes } = await raw(path, undefined);
    assert.deepEqual([status, headers["content-encoding"]], [200, undefined], path);
    assert.equal((await raw(path, "br")).headers["content-encoding"], "br", path);
    if (path.endsWith(".json")) assert.equal(typeof JSON.parse(bytes), "object");
  }
});

test("the page names hashed files, which are cached forever and sent compressed", async () => {
  const session = await edge.session();
  const page = await edge.send("GET", `/link/${session.id}`);
  assert.equal(page.status, 200);
  const files = [...page.text.matchAll(/\/assets\/(?:widget|parser|seal|seal-fallback)-[0-9a-f]{12}\.(?:js|wasm)/g)].map(([path]) => path);
  const kinds = files.map((path) => path.replace(/-[0-9a-f]{12}/, "").split("/").at(-1));
  assert.deepEqual([...new Set(kinds)].sort(), ["parser.js", "parser.wasm", "seal-fallback.js", "seal-fallback.wasm", "seal.js", "widget.js", "widget.wasm"]);
  for (const path of new Set(files)) {
    const [plain, brotli] = [await raw(path, "identity"), await raw(path, "br")];
    assert.equal(brotli.headers["content-encoding"], "br", path);
    for (const refused of ["br;q=0", "identity, br; q=0.000", "brotli"])
      assert.equal((await raw(path, refused)).headers["content-encoding"], undefined, `${path} ${refused}`);
    assert.equal(brotli.headers["cache-control"], "public, max-age=31536000, immutable");
    assert.equal(brotli.headers.vary, "accept-encoding");
    assert.equal(brotli.headers["content-type"], path.endsWith(".wasm") ? "application/wasm" : "text/javascript; charset=utf-8");
    assert.equal(plain.headers["content-encoding"], undefined);
    assert.ok(brotliDecompressSync(brotli.bytes).equals(plain.bytes), path);
    assert.ok(brotli.bytes.length < plain.bytes.length / 2);
  }
});

test("files for other sites have stable names, and any origin may load and import them", async () => {
  for (const [path, type, text] of [
    ["/connect.js", "text/javascript", /latchkey/i],
    ["/embed.js", "text/javascript", /latchkey-connect/],
    ["/connect.d.ts", "text/plain", /interface LatchkeyApi/],
    ["/connect-react.d.ts", "text/plain", /IntrinsicElements/],
    ["/preload", "text/html", /modulepreload/],
  ]) {
    const { status, headers, bytes } = await raw(path, "br");
    assert.equal(status, 200, path);
    assert.equal(headers["content-encoding"], "br");
    assert.equal(headers["content-type"], `${type}; charset=utf-8`);
    assert.equal(headers["cache-control"], "public, max-age=300");
    assert.equal(headers["cross-origin-resource-policy"], "cross-origin");
    assert.equal(headers["access-control-allow-origin"], "*");
    assert.match(brotliDecompressSync(bytes).toString(), text);
  }
});

test("the loader names the rest by hash, any origin may import it, and the form's own files are for the frame only", async () => {
  const loader = (await raw("/connect.js", "identity")).bytes.toString();
  const [embed] = loader.match(/\/assets\/embed-[0-9a-f]{12}\.js/);
  const { headers, bytes } = await raw(embed, "identity");
  assert.equal(headers["access-control-allow-origin"], "*");
  assert.equal(headers["cache-control"], "public, max-age=31536000, immutable");
  assert.ok(bytes.equals((await raw("/embed.js", "identity")).bytes));
  const [widget] = (await raw("/preload", "identity")).bytes.toString().match(/\/assets\/widget-[0-9a-f]{12}\.js/);
  const own = await raw(widget, "identity");
  assert.equal(own.headers["access-control-allow-origin"], undefined);
  assert.equal(own.headers["cross-origin-resource-policy"], "same-origin");
});

test("the pinned script is named with its integrity, never changes, and loads no other script", async () => {
  const { createHash } = await import("node:crypto");
  const named = await raw("/connect.json", "identity");
  assert.equal(named.status, 200);
  assert.equal(named.headers["content-type"], "application/json");
  assert.equal(named.headers["access-control-allow-origin"], "*");
  const { src, integrity } = JSON.parse(named.bytes);
  assert.match(src, /^\/assets\/connect-[0-9a-f]{12}\.js$/);
  for (const coding of ["identity", "br"]) {
    const { status, headers, bytes } = await raw(src, coding);
    assert.equal(status, 200);
    assert.equal(headers["cache-control"], "public, max-age=31536000, immutable");
    assert.equal(headers["access-control-allow-origin"], "*");
    assert.equal(headers["cross-origin-resource-policy"], "cross-origin");
    assert.equal(headers["content-type"], "text/javascript; charset=utf-8");
    const text = coding === "br" ? brotliDecompressSync(bytes) : bytes;
    assert.equal(integrity, `sha384-${createHash("sha384").update(text).digest("base64")}`);
    assert.doesNotMatch(text.toString(), /\/assets\/|embed\.js/);
  }
  assert.equal((await raw(src.replace(/.\.js/, "_.js"), "identity")).status, 404);
});

test("`connect.js` keeps its budget of 1,500 bytes", async () => {
  assert.ok((await raw("/connect.js", "br")).bytes.length <= 1_500);
});

test("the policy names the hashes of the inlined script and style", async () => {
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

test("no file that is deployed holds a path of the machine it was built on", () => {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const home = homedir() === "/" ? [] : [`${homedir()}/`];
  // The build writes `/cargo/registry` for the folder of the dependencies, on every machine.
  const paths = [root, ...home, "/.cargo/", "/.rustup/"];
  const found = (bytes) => paths.filter((path) => bytes.includes(path));
  assert.deepEqual(found(Buffer.from(`\0${root}edge/src/lib.rs`)), [root, ...home.filter((path) => root.startsWith(path))]);
  const kinds = {};
  for (const folder of ["assets", "worker"].map((name) => join(root, "edge/build", name))) {
    const files = readdirSync(folder, { recursive: true }).filter((name) => statSync(join(folder, name)).isFile());
    assert.notEqual(files.length, 0, `${folder} holds no files`);
    for (const name of files) {
      const bytes = readFileSync(join(folder, name));
      assert.notEqual(bytes.length, 0, `${name} is empty`);
      assert.deepEqual(found(name.endsWith(".br") ? brotliDecompressSync(bytes) : bytes), [], `${name} holds a path of this machine`);
      const kind = extname(name);
      kinds[kind] = (kinds[kind] ?? 0) + 1;
    }
  }
  // The WebAssembly of the Worker, of the form, of the parser, of sealing for old browsers, and of the console.
  assert.equal(kinds[".wasm"], 5, JSON.stringify(kinds));
  assert.ok(kinds[".js"] > 3 && kinds[".br"] > 3 && kinds[".json"] > 3, JSON.stringify(kinds));
});

test("each provider's data is a file for the Worker, and no browser can read it", async () => {
  const files = readdirSync(new URL("../../edge/build/assets/assets/providers/", import.meta.url));
  const { body } = await edge.send("GET", "/api/v1/providers");
  const ids = files.map((name) => name.replace(/-[0-9a-f]{12}\.postcard$/, ""));
  assert.deepEqual(ids.sort(), body.providers.map(({ id }) => id).sort());
  for (const name of files) {
    for (const path of [`/assets/providers/${name}`, `/assets/assets/providers/${name}`, `/providers/${name}`]) {
      assert.equal((await raw(path, "identity")).status, 404, path);
    }
  }
});

test("the health check responds", async () => {
  const answer = await edge.send("GET", "/healthz");
  assert.deepEqual([answer.status, answer.text], [200, "ok"]);
});
