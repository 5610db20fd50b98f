// The form on a phone: each part of the guide stands under its field, the button stays in sight, and nothing that has the focus is
// hidden behind it. The result as a file.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { form, oktaForm, ready, submit } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { MAGIC_HOST, found, magicToken } from "../harness/deployment.mjs";

let edge, chromium;
setUp({}, (started) => ({ edge, chromium } = started));

async function open(size, more) {
  const page = await chromium.page();
  await page.setViewportSize(size);
  await page.goto((await edge.session(edge.testKey, more)).url);
  await ready(page);
  await page.locator(".tick").first().waitFor({ state: "attached" });
  return page;
}

for (const [name, size] of [["a small phone", { width: 320, height: 568 }], ["a phone", { width: 390, height: 844 }], ["a tablet", { width: 700, height: 900 }]]) {
  test(`on ${name} the button is in sight on every screen, and the focus is never behind it`, async () => {
    const page = await open(size);
    const box = (locator) => locator.boundingBox();
    const button = oktaForm(page).connect;
    for (const at of [0, 200, 400]) {
      await page.evaluate((at) => scrollTo(0, at), at);
      const { y, height } = await box(button);
      assert.ok(y >= 0 && y + height <= size.height, `scrolled by ${at}: ${y}`);
    }
    await page.evaluate(() => scrollTo(0, 0));
    await oktaForm(page).host.focus();
    for (let presses = 0; presses < 12; presses += 1) {
      await page.keyboard.press("Tab");
      const focused = page.locator(":focus");
      if (await focused.evaluate((node) => node.type === "submit")) break;
      const [own, bar] = [await box(focused), await box(button)];
      assert.ok(own.y >= bar.y + bar.height || own.y + own.height <= bar.y, await focused.evaluate((node) => node.outerHTML.slice(0, 80)));
    }
    await page.context().close();
  });
}

test("on a phone a field's steps stand under it, one is open at a time, and they return to the guide when there is room", async () => {
  const page = await open({ width: 360, height: 800 });
  const under = page.locator('[data-field="apiToken"] .under');
  const steps = under.locator(".steps > li");
  assert.equal(await steps.count(), 5);
  assert.equal(await page.locator(".guide .steps > li:visible").count(), 0);
  await under.locator("summary").first().focus();
  await page.keyboard.press("Enter");
  await steps.nth(2).locator("summary").click();
  await steps.nth(3).locator("summary").click();
  const opened = page.locator(".steps > li:has(> details[open])");
  assert.equal(await opened.count(), 1, "two steps are open");
  await steps.nth(3).locator(".tick").click();
  assert.equal(await opened.getAttribute("data-step"), "1.4");
  assert.equal(await page.evaluate(() => document.activeElement.closest("li").dataset.step), "1.4");
  await oktaForm(page).token.fill("typed");
  await page.setViewportSize({ width: 1280, height: 800 });
  // The guide is put together again once the page has noticed its width.
  await page.locator(".under").first().waitFor({ state: "detached" });
  const order = await page.locator(".guide [data-step]").evaluateAll((steps) => steps.map((step) => step.dataset.step));
  assert.deepEqual(order, order.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true })));
  assert.equal(await oktaForm(page).token.inputValue(), "typed");
  await page.context().close();
});

test("the link into the provider's console is the step's button, and follows what was typed", async () => {
  const page = await open({ width: 360, height: 800 });
  await oktaForm(page).host.fill("acme.okta.com");
  await oktaForm(page).token.focus();
  await page.locator('[data-field="apiToken"] .under > summary').click();
  await page.locator('[data-step="1.2"] > details > summary').click();
  const link = page.locator('[data-step="1.2"] .deep');
  await page.waitForFunction(() => document.querySelector('[data-step="1.2"] .deep').href.includes("acme-admin"));
  assert.equal(await link.getAttribute("href"), "https://acme-admin.okta.com/admin/access/api/tokens");
  await page.context().close();
});

test("the result can be saved as a text, which has what the page shows and no secret", async () => {
  const page = await open({ width: 1280, height: 900 });
  const secret = magicToken();
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: secret });
  await form(page).connected.waitFor();
  const button = page.locator("#latchkey-save");
  await button.focus();
  const download = page.waitForEvent("download");
  await page.keyboard.press("Enter");
  const file = await download;
  assert.match(file.suggestedFilename(), /^okta-\d{4}-\d\d-\d\d\.txt$/);
  const text = readFileSync(await file.path(), "utf8");
  for (const line of [/^Okta is connected$/m, /^Connected as Ada Lovelace/m, /^Role: Super Administrator$/m, /^- Read users$/m, /^Account: okta-/m, /^Connected on .*\d{4}-\d\d-\d\dT/m])
    assert.match(text, line);
  assert.deepEqual(found(secret, text), []);
  assert.ok(!text.includes("undefined") && !/\{\w+\}/.test(text), text);
  await page.context().close();
});

test("a printed result has no buttons and no form", async () => {
  const page = await open({ width: 1280, height: 900 });
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await form(page).connected.waitFor();
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.getByRole("button").locator("visible=true").count(), 0);
  assert.ok(await page.getByText("Read users").isVisible());
  await page.context().close();
});
