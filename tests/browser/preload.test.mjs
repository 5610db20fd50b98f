// Loading on a host page: only `connect.js` until the page is idle or a person points at the button. Also the behavior when a part
// does not load.

import assert from "node:assert/strict";
import { test } from "node:test";

import { setUp } from "../harness/browser_tests.mjs";
import { BUTTON, embedding, formIn, heard, hears, openHost, openModal, snapshot } from "../harness/host_pages.mjs";

let edge, chromium, host;
let address;
setUp({ host: true }, (started) => {
  ({ edge, chromium, host } = started);
  address = host.page("/", embedding(BUTTON));
});

/** The paths requested from the edge, without hashes. */
const asked = (page) => page.urls.filter((url) => url.startsWith(edge.url)).map((url) => new URL(url).pathname.replace(/-[0-9a-f]{12}/, "-#"));
const nothingElse = async (page, milliseconds = 700) => (await page.waitForTimeout(milliseconds), asked(page));

/** A page that is never idle. */
async function openBusy(url = address) {
  const page = await chromium.page();
  await page.addInitScript(() => {
    if (top !== self) return;
    globalThis.requestIdleCallback = () => 0;
    globalThis.heard = [];
    for (const name of ["open", "ready", "success", "error", "close"]) addEventListener(`latchkey-${name}`, (event) => globalThis.heard.push([name, event.detail]));
  });
  await page.goto(url);
  await page.waitForFunction(() => globalThis.Latchkey);
  return page;
}

test("a page loads only `connect.js` at first; once idle it loads the small rest, and nothing of the form", async () => {
  const busy = await openBusy();
  assert.deepEqual(await nothingElse(busy), ["/connect.js"]);
  const idle = await openHost(chromium, address);
  assert.deepEqual(await nothingElse(idle), ["/connect.js", "/assets/embed-#.js"]);
  for (const page of [busy, idle]) await page.context().close();
});

/** The bytes of the form's JavaScript and WebAssembly that a frame loaded over the network. */
const transferred = (frame) =>
  frame.evaluate(() => {
    const entries = performance.getEntriesByType("resource");
    return ["js", "wasm"].map((kind) => Math.max(...entries.filter(({ name }) => /widget-/.test(name) && name.endsWith(`.${kind}`)).map((entry) => entry.transferSize)));
  });

const FORM = ["/connect.js", "/assets/embed-#.js", "/preload", "/assets/widget-#.js", "/assets/widget-#.wasm"];

for (const [how, hint] of [
  ["the pointer on the button", (page) => page.locator("#open").hover()],
  ["the focus on the button", (page) => page.keyboard.press("Tab")],
  ["`Latchkey.preload()`", (page) => page.evaluate(() => globalThis.Latchkey.preload())],
]) {
  test(`${how} fetches the form's files once, and the form takes them from the cache`, async () => {
    const page = await openBusy();
    const untouched = await snapshot(page);
    await hint(page);
    await page.waitForFunction(() => document.querySelector("latchkey-preload"));
    assert.deepEqual((await nothingElse(page)).sort(), [...FORM].sort());
    await page.mouse.move(0, 0);
    await page.locator("#open").hover();
    assert.equal((await nothingElse(page, 300)).length, FORM.length, "a file was fetched again");
    assert.deepEqual(await transferred(await openModal(page)), [0, 0], "the form's program was loaded over the network twice");
    assert.equal(await page.locator("latchkey-preload").count(), 0);
    await page.evaluate(() => globalThis.Latchkey.close());
    assert.deepEqual(await snapshot(page), untouched);
    await page.context().close();
  });
}

test("a form that was not preloaded fetches its program itself", async () => {
  const page = await openBusy();
  await page.evaluate(() => document.getElementById("open").dispatchEvent(new MouseEvent("click", { bubbles: true, composed: true })));
  const [js, wasm] = await transferred(await formIn(page));
  assert.ok(js > 1_000 && wasm > 10_000, `${js}, ${wasm}`);
  await page.context().close();
});

test("after a hover without a press the page is as before, and the preloading frame cannot be seen or reached", async () => {
  const page = await openBusy();
  await page.clock.install();
  const untouched = await snapshot(page);
  await page.locator("#open").hover();
  await page.waitForFunction(() => document.querySelector("latchkey-preload"));
  assert.equal(await page.evaluate(() => document.querySelector("latchkey-preload").checkVisibility()), false);
  await page.clock.fastForward(20_000);
  assert.deepEqual(await snapshot(page), untouched);
  await page.context().close();
});

test("a page from before a deployment, whose hashed file is gone, still opens the modal", async () => {
  const page = await openBusy();
  await page.route("**/assets/embed-*", (route) => route.fulfill({ status: 404, body: "" }));
  await openModal(page);
  assert.ok(asked(page).includes("/embed.js"));
  await page.context().close();
});

test("a program that does not load is reported by events, the promise settles, and the next press opens the modal", async () => {
  const page = await openBusy();
  const untouched = await snapshot(page);
  await page.route("**/embed*.js*", (route) => route.abort());
  const ended = page.evaluate(() => globalThis.Latchkey.open({ session: "cs_test_x.y" }));
  assert.deepEqual(await ended, { status: "closed" });
  assert.deepEqual(await heard(page), ["error", "close"]);
  assert.deepEqual(await heard(page, "error"), [{ code: "embed_unavailable", field: null }]);
  assert.deepEqual(await snapshot(page), untouched);
  await page.unroute("**/embed*.js*");
  await page.evaluate(() => (globalThis.heard = []));
  await openModal(page);
  await page.context().close();
});

test("an element on the page loads its form at once, also on a busy page", async () => {
  const page = await openBusy(host.page("/element", embedding('<latchkey-connect session=""></latchkey-connect>')));
  await formIn(page);
  await page.context().close();
});

test("the preloading page has no inline script and no form, and its policy allows no other origin", async () => {
  const answer = await edge.send("GET", "/preload");
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("content-type"), /^text\/html/);
  assert.match(answer.headers.get("content-security-policy"), /^default-src 'none'; script-src 'self'; connect-src 'self';/);
  assert.doesNotMatch(answer.text, /<script|<style|<form|<input/);
});

test("a page with the form sends no request to a third party", async () => {
  const page = await openHost(chromium, address);
  await openModal(page);
  await hears(page, "ready");
  const others = page.urls.filter((url) => !url.startsWith(edge.url) && !url.startsWith(host.origin) && !url.startsWith("data:"));
  assert.deepEqual(others, []);
  await page.context().close();
});
