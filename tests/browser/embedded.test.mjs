// The modal that `connect.js` opens, on a page of another origin with a strict policy.

import assert from "node:assert/strict";
import { test } from "node:test";

import { axe, oktaForm, submit } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { MAGIC_HOST, found, magicToken } from "../harness/deployment.mjs";
import { BUTTON, embedded, embedding, formIn, openHost, openModal, snapshot } from "../harness/host_pages.mjs";

let edge, chromium, host;
let address;
setUp({ host: true }, (started) => {
  ({ edge, chromium, host } = started);
  const policy = "default-src 'none'; script-src {{edge}}; frame-src {{edge}}; style-src 'self'; connect-src 'self'";
  address = host.page("/", embedding(BUTTON), { policy });
});

const openPage = (options) => openHost(chromium, address, options);

test("an account is linked in the modal, the page gets the event, and closing leaves nothing behind", async () => {
  const page = await openPage();
  const untouched = await snapshot(page);
  const frame = await openModal(page);
  const token = magicToken();
  await submit(frame, { instanceUrl: MAGIC_HOST, apiToken: token });
  await oktaForm(frame).connected.waitFor();
  const heard = await page.evaluate(() => globalThis.heard);
  const [, detail] = heard.find(([name]) => name === "success");
  assert.deepEqual(Object.keys(detail).sort(), ["app", "connectionId", "name", "version"]);
  assert.equal(detail.connectionId, (await edge.listed()).at(-1).id);
  assert.deepEqual(found(token, JSON.stringify(heard)), []);
  await frame.getByRole("button", { name: "Done" }).click();
  await page.waitForFunction(() => globalThis.heard.some(([name]) => name === "close"));
  assert.deepEqual(await snapshot(page), untouched);
  assert.equal(await page.evaluate(() => document.activeElement.id), "open", "the focus did not return");
  assert.deepEqual(page.errors, []);
  assert.deepEqual(page.printed.filter((line) => line.startsWith("error")), []);
  await page.context().close();
});

test("Escape closes the modal, the focus returns, and the modal can be opened again", async () => {
  const page = await openPage();
  const untouched = await snapshot(page);
  await page.locator("#open").focus();
  for (let round = 0; round < 2; round += 1) {
    const frame = await openModal(page);
    await oktaForm(frame).host.focus();
    await page.keyboard.press("Escape");
    await page.waitForFunction((count) => globalThis.heard.filter(([name]) => name === "close").length === count, round + 1);
    assert.deepEqual(await snapshot(page), untouched);
    assert.equal(await page.evaluate(() => document.activeElement.id), "open");
    await page.evaluate(() => (globalThis.heard = globalThis.heard.filter(([name]) => name === "close")));
  }
  await page.context().close();
});

test("a loader that is loaded twice runs once", async () => {
  const page = await openPage();
  const same = await page.evaluate(async (src) => {
    const first = globalThis.Latchkey;
    const script = Object.assign(document.createElement("script"), { src });
    const loaded = new Promise((resolve) => (script.onload = resolve));
    document.body.append(script);
    await loaded;
    return first === globalThis.Latchkey;
  }, `${edge.url}/connect.js`);
  assert.ok(same);
  await page.locator("#open").click();
  await page.waitForFunction(() => globalThis.heard.some(([name]) => name === "ready"));
  assert.equal(embedded(page).length, 1);
  await page.context().close();
});

test("`Latchkey.open` takes a token and returns the outcome", async () => {
  const page = await openPage();
  const { token } = await edge.session();
  await page.evaluate((session) => {
    globalThis.ended = globalThis.Latchkey.open({ session });
  }, token);
  const frame = await formIn(page);
  await submit(frame, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await oktaForm(frame).connected.waitFor();
  await frame.getByRole("button", { name: "Done" }).click();
  const ended = await page.evaluate(() => globalThis.ended);
  assert.equal(ended.status, "connected");
  assert.equal(ended.connection.connectionId ?? ended.connection.id, (await edge.listed()).at(-1).id);
  await page.context().close();
});

test("a page of an origin that the session does not allow shows no form", async () => {
  host.answers.push(() => edge.session(edge.liveKey, { allowedOrigins: [] }));
  const page = await openPage();
  await page.locator("#open").click();
  await page.waitForTimeout(1_500);
  const frames = page.frames().filter((frame) => frame !== page.mainFrame());
  for (const frame of frames) assert.equal(await frame.locator("input").count(), 0);
  await page.context().close();
});

for (const dark of [false, true]) {
  test(`axe finds nothing in the modal or the page around it, ${dark ? "dark" : "light"}`, async () => {
    const page = await openPage({ dark });
    const frame = await openModal(page);
    assert.deepEqual(await axe(frame), []);
    assert.deepEqual(await axe(page), []);
    await page.context().close();
  });
}
