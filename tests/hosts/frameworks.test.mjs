// Host pages in common frameworks: a button, an effect and an element. Each of them is also removed while the form is open.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { oktaForm, openBrowser, submit } from "../harness/browser.mjs";
import { MAGIC_HOST, deploy, magicToken } from "../harness/deployment.mjs";
import { embedded, embedding, formIn, heard, hears, openHost, openModal, serveHost, snapshot } from "../harness/host_pages.mjs";
import { bundle } from "./bundle.mjs";

let edge;
let chromium;
let host;
before(async () => {
  host = await serveHost();
  [edge, chromium] = await Promise.all([deploy({ allowedOrigins: [host.origin] }), openBrowser()]);
  host.edge = edge;
});
after(() => Promise.all([edge.stop(), chromium.close(), host.close()]));

/** The globals of each page's program: its backend, and a function that records events. */
const PRODUCT = `<script>globalThis.told = []; globalThis.product = {
  session: async () => (await (await fetch("/session", { method: "POST" })).json()).session,
  tell: (what) => told.push(what instanceof Event ? what.type : what.status) }</script>`;

const link = async (frame) => {
  await submit(frame, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await oktaForm(frame).connected.waitFor();
};

for (const [framework, entry] of [
  ["React", "react.jsx"],
  ["Vue", "vue.js"],
  ["Svelte", "svelte.js"],
  ["Angular", "angular.ts"],
]) {
  const open = async () => {
    host.page(`/${entry}.js`, await bundle(entry), { type: "text/javascript" });
    const head = `${PRODUCT}<script type="module" src="/${entry}.js"></script>`;
    const page = await openHost(chromium, host.page(`/${entry}`, embedding('<div id="root"></div>', { head })));
    await page.waitForFunction(() => globalThis.show);
    await page.evaluate(() => globalThis.show());
    await page.waitForTimeout(200);
    return page;
  };
  const show = (page, part) => page.evaluate((part) => globalThis.show(part), part);
  const told = (page) => page.evaluate(() => globalThis.told);
  const gone = async (page, untouched) => {
    await page.waitForFunction(() => document.getElementById("root").children.length === 0);
    await page.waitForTimeout(200);
    const { names: _, ...now } = await snapshot(page);
    assert.deepEqual(now, untouched);
    assert.deepEqual(embedded(page), []);
    assert.deepEqual(page.errors, []);
    await page.context().close();
  };
  const start = async () => {
    const page = await open();
    const { names: _, ...untouched } = await snapshot(page);
    return [page, untouched];
  };

  test(`${framework}: a button with our attribute links an account, and can be removed while the modal is open`, async () => {
    const [page, untouched] = await start();
    await show(page, "button");
    const frame = await openModal(page);
    await show(page);
    await page.waitForFunction(() => !document.getElementById("open"));
    await link(frame);
    await frame.getByRole("button", { name: "Done" }).click();
    await hears(page, "close");
    assert.deepEqual(await heard(page), ["open", "ready", "success", "close"]);
    await gone(page, untouched);
  });

  test(`${framework}: \`Latchkey.open\` in an effect opens once, and its cleanup closes it`, async () => {
    const [page, untouched] = await start();
    await show(page, "effect");
    await page.waitForFunction(() => globalThis.heard.filter(([name]) => name === "ready").length > 0);
    const frame = await formIn(page);
    assert.equal(embedded(page).length, 1);
    await link(frame);
    await show(page);
    await hears(page, "success");
    await page.waitForFunction(() => globalThis.told.includes("connected"));
    assert.deepEqual((await told(page)).filter((status) => status === "connected"), ["connected"]);
    await gone(page, untouched);
  });

  test(`${framework}: the element links an account, calls its listeners, and can be removed while it is open`, async () => {
    const [page, untouched] = await start();
    await show(page, "element");
    const frame = await formIn(page);
    assert.equal(await frame.evaluate(() => document.documentElement.dataset.theme), "dark");
    await link(frame);
    await page.waitForFunction(() => globalThis.told.includes("latchkey-success"));
    await show(page);
    await gone(page, untouched);
  });
}
