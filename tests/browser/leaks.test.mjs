// Secrets: none is in what the browser stores, prints, requests or sends to its host page, nor in what the server stores.

import assert from "node:assert/strict";
import { test } from "node:test";

import { oktaForm, ready, submit } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { MAGIC_HOST, found, magicToken } from "../harness/deployment.mjs";

let edge, chromium;
setUp({}, (started) => ({ edge, chromium } = started));

test("a typed secret is only in its field, and sealed in the body that submits it", async () => {
  const page = await chromium.page();
  const bodies = [];
  page.on("request", (request) => bodies.push([request.url(), request.method(), request.postData() ?? "", JSON.stringify(request.headers())]));
  await page.goto((await edge.session()).url);
  await ready(page);
  const tokens = ["revoked", "super-admin"].map((kind) => magicToken(kind));
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: tokens[0] });
  await oktaForm(page).error("apiToken").waitFor();
  await oktaForm(page).token.fill(tokens[1]);
  await oktaForm(page).connect.click();
  await oktaForm(page).connected.waitFor();

  const kept = await page.evaluate(async () => {
    const databases = (await indexedDB.databases?.()) ?? [];
    const caches = await globalThis.caches?.keys().catch(() => []);
    return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, databases, caches, history.state, location.href]);
  });
  const html = await page.content();
  const typed = await page.locator("input").evaluateAll((inputs) => inputs.map((input) => input.value).join());
  for (const token of tokens) {
    for (const [place, text] of Object.entries({ urls: page.urls.join("\n"), console: page.printed.join("\n"), kept, html, typed })) {
      assert.deepEqual(found(token, text), [], place);
    }
    for (const [url, , body, headers] of bodies) assert.deepEqual(found(token, body + headers), [], url);
  }
  const submitted = bodies.filter(([, method]) => method === "POST").map(([url, , body]) => [url, JSON.parse(body).fields.apiToken]);
  assert.deepEqual(submitted.map(([url]) => url), [`${edge.url}/api/v1/connect`, `${edge.url}/api/v1/connect`]);
  for (const [, sealed] of submitted) assert.deepEqual(Object.keys(sealed).sort(), ["ct", "enc", "format", "kid"]);
  assert.notEqual(submitted[0][1].enc, submitted[1][1].enc, "two attempts share a seal");
  await edge.restart();
  for (const token of tokens) {
    assert.deepEqual(found(token, edge.logText()), []);
    for (const { path, bytes } of edge.files()) assert.deepEqual(found(token, bytes), [], path);
  }
  await page.context().close();
});
