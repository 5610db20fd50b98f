// Light and dark themes: the theme that the host page sets, else the color scheme of that page, else the system's.

import assert from "node:assert/strict";
import { test } from "node:test";

import { axe } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { BUTTON, embedding, formIn, heard, openHost, openModal } from "../harness/host_pages.mjs";

let edge, chromium, host;
setUp({ host: true }, (started) => ({ edge, chromium, host } = started));

const LIGHT = "rgb(255, 255, 255)";
const DARK = "rgb(22, 27, 34)";
const ground = (frame) => frame.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
const themed = (theme) => BUTTON.replace("<button", `<button data-latchkey-theme="${theme}"`);

for (const [name, body, { head = "", ...options }, expected] of [
  ["`data-latchkey-theme=dark` in a light system", themed("dark"), {}, DARK],
  ["`data-latchkey-theme=light` in a dark system", themed("light"), { dark: true }, LIGHT],
  ["`auto` on a page that is dark", themed("auto"), { head: "<style>:root { color-scheme: dark }</style>" }, DARK],
  ["no theme on a page that is light only, in a dark system", BUTTON, { dark: true, head: "<style>:root { color-scheme: only light }</style>" }, LIGHT],
  ["no theme on a page with both schemes, in a dark system", BUTTON, { dark: true, head: "<style>:root { color-scheme: light dark }</style>" }, DARK],
  ["no theme on a page without a scheme, in a light system", BUTTON, {}, LIGHT],
]) {
  test(`the modal is ${expected === DARK ? "dark" : "light"} inside and out, and axe finds nothing: ${name}`, async () => {
    const page = await openHost(chromium, host.page("/theme", embedding(body, { head })), options);
    const frame = await openModal(page);
    assert.equal(await ground(frame), expected);
    const outside = await page.locator("dialog").evaluate((dialog) => getComputedStyle(dialog).backgroundColor);
    assert.equal(outside === LIGHT, expected === LIGHT, `the dialog is ${outside}`);
    assert.deepEqual(await axe(frame), []);
    await page.context().close();
  });
}

test("`Latchkey.open({theme})` sets the theme too", async () => {
  const page = await openHost(chromium, host.page("/theme", embedding(BUTTON)));
  const { token } = await edge.session();
  await page.evaluate((session) => void globalThis.Latchkey.open({ session, theme: "dark" }), token);
  assert.equal(await ground(await formIn(page)), DARK);
  await page.context().close();
});

test("the element follows its attribute while it is open, and typed values stay", async () => {
  const element = '<latchkey-connect id="flow" session="" theme="dark"></latchkey-connect>';
  const page = await openHost(chromium, host.page("/theme", embedding(element)));
  const frame = await formIn(page);
  assert.equal(await ground(frame), DARK);
  await frame.getByLabel("Okta Domain URL").fill("typed.okta.com");
  await page.locator("#flow").evaluate((flow) => flow.setAttribute("theme", "light"));
  await frame.locator('html[data-theme="light"]').waitFor({ state: "attached" });
  assert.equal(await ground(frame), LIGHT);
  await page.locator("#flow").evaluate((flow) => (flow.theme = "auto"));
  await page.emulateMedia({ colorScheme: "dark" });
  await frame.waitForFunction((dark) => getComputedStyle(document.documentElement).backgroundColor === dark, DARK);
  assert.equal(await frame.getByLabel("Okta Domain URL").inputValue(), "typed.okta.com");
  assert.deepEqual(await heard(page), ["open", "ready"]);
  await page.context().close();
});
