// Sealing in the browser: when its program loads, and the behavior without a key or without the program.

import assert from "node:assert/strict";
import { randomBytes, randomInt } from "node:crypto";
import { afterEach, test } from "node:test";

import { fill, form, oktaForm, ready, submit } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { MAGIC_HOST, magicToken } from "../harness/deployment.mjs";

let edge, chromium;
setUp({ port: randomInt(20_000, 30_000) }, (started) => ({ edge, chromium } = started));
afterEach(async () => {
  for (const context of chromium.browser.contexts()) await context.close();
});

const isSealRoute = /\/assets\/seal-/;
const isSeal = (url) => isSealRoute.test(url);

async function open() {
  const page = await chromium.page();
  await page.goto((await edge.session()).url);
  await ready(page);
  return page;
}

/** Records the body of each submit. */
function submits(page) {
  const bodies = [];
  page.on("request", (request) => request.method() === "POST" && bodies.push(JSON.parse(request.postData())));
  return bodies;
}

test("the sealing program loads when typing begins, and not before", async () => {
  const page = await open();
  await oktaForm(page).host.focus();
  await page.waitForTimeout(300);
  assert.deepEqual(page.urls.filter(isSeal), []);
  const loaded = page.waitForResponse((response) => isSeal(response.url()));
  await page.keyboard.type("l");
  await loaded;
  assert.equal(page.urls.filter(isSeal).length, 1);
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await oktaForm(page).connected.waitFor();
  assert.equal(page.urls.filter(isSeal).length, 1, "it was loaded twice, or the program in Rust was loaded too");
  assert.deepEqual(page.errors, []);
});

test("a sealing key that is rotated between load and submit does not disturb the person", async () => {
  const page = await open();
  const bodies = submits(page);
  await fill(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  // The old key is removed at once, which is sooner than an operator should do it.
  edge.secrets.SEALING_KEYS = `s2:${randomBytes(32).toString("base64url")}`;
  await edge.restart();
  await form(page).connect.click();
  await oktaForm(page).connected.waitFor();
  assert.deepEqual(bodies.map(({ fields }) => fields.apiToken.kid), ["s1", "s2"]);
  assert.equal(bodies[0].attemptId, bodies[1].attemptId);
});

test("a retired key still opens values that were sealed to it", async () => {
  const page = await open();
  const bodies = submits(page);
  await fill(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  const old = edge.secrets.SEALING_KEYS;
  edge.secrets.SEALING_KEYS = `s3:${randomBytes(32).toString("base64url")},${old}`;
  await edge.restart();
  await form(page).connect.click();
  await oktaForm(page).connected.waitFor();
  assert.deepEqual(bodies.map(({ fields }) => fields.apiToken.kid), ["s2"]);
});

test("a sealing program that does not load is reported, nothing is sent, typed values stay, and Retry works", async () => {
  const page = await chromium.page();
  await page.route(isSealRoute, (route) => route.abort());
  const bodies = submits(page);
  await page.goto((await edge.session()).url);
  await ready(page);
  const token = magicToken();
  await fill(page, { instanceUrl: MAGIC_HOST, apiToken: token });
  const retry = page.getByRole("alert").getByRole("button", { name: "Retry" });
  assert.equal(await retry.isVisible(), false, "the failure is shown before it matters");
  assert.equal(page.urls.filter(isSeal).length, 1, "each keystroke requests it again");
  await form(page).connect.click();
  await retry.waitFor();
  assert.deepEqual(bodies, []);
  assert.equal(await oktaForm(page).token.inputValue(), token);
  assert.equal(await form(page).state(), "asking");
  await page.unroute(isSealRoute);
  await retry.click();
  await retry.waitFor({ state: "hidden" });
  await form(page).connect.click();
  await oktaForm(page).connected.waitFor();
  assert.equal(bodies.length, 1);
});

test("a sealing key whose response was lost is requested again when it is needed", async () => {
  const page = await chromium.page();
  let lost = 0;
  await page.route("**/api/v1/connect", (route) =>
    route.request().method() === "GET" && lost++ === 0 ? route.abort() : route.continue(),
  );
  await page.goto((await edge.session()).url);
  await ready(page);
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await oktaForm(page).connected.waitFor();
  assert.equal(lost, 2);
});

for (const [what, break_] of [
  ["no X25519", () => (SubtleCrypto.prototype.generateKey = () => Promise.reject(new DOMException("", "NotSupportedError")))],
  ["no WebCrypto", () => Object.defineProperty(Crypto.prototype, "subtle", { value: undefined })],
]) {
  test(`a browser with ${what} seals with the program in Rust`, async () => {
    const page = await chromium.page();
    await page.addInitScript(break_);
    const bodies = submits(page);
    await page.goto((await edge.session()).url);
    await ready(page);
    await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
    await oktaForm(page).connected.waitFor();
    assert.equal(page.urls.filter((url) => url.includes("/assets/seal-fallback-")).length, 2);
    assert.deepEqual(Object.keys(bodies[0].fields.apiToken).sort(), ["ct", "enc", "format", "kid"]);
    assert.deepEqual(page.errors, []);
  });
}
