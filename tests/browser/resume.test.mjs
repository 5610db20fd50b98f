// Saved progress: a reopened link has the typed values again, but never a secret.

import assert from "node:assert/strict";
import { test } from "node:test";

import { oktaForm, ready } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { MAGIC_HOST, found, magicToken } from "../harness/deployment.mjs";
import { look } from "../harness/screenshots.mjs";

let edge, chromium;
setUp({ faults: true }, (started) => ({ edge, chromium } = started));

/** Opens a link and waits until all of it runs. */
async function open(url) {
  const page = await chromium.page();
  await page.goto(url);
  await ready(page);
  await page.locator(".tick").first().waitFor({ state: "attached" });
  return page;
}

const saved = (page) => page.waitForResponse((response) => response.url().endsWith("/connect/progress") && response.status() === 204);

test("a reopened link has the typed values and done steps, but no secrets", async () => {
  const { url } = await edge.session();
  const page = await open(url);
  const { host, token, hook } = oktaForm(page);
  await host.fill(MAGIC_HOST);
  await hook.fill("Our hook");
  const secret = magicToken();
  await token.fill(secret);
  const keeping = saved(page);
  const tick = page.locator(".guide .tick").first();
  await page.locator('[data-step="0.0"] summary').click();
  await tick.focus();
  await page.keyboard.press("Enter");
  assert.equal(await tick.getAttribute("aria-pressed"), "true");
  // The next step is open, alone, and has the focus.
  const opened = page.locator(".steps > li:has(> details[open])");
  assert.deepEqual(await opened.evaluateAll((steps) => steps.map((step) => step.dataset.step)), ["0.1"]);
  assert.equal(await page.evaluate(() => document.activeElement.closest("li").dataset.step), "0.1");
  const body = (await keeping).request().postData();
  assert.deepEqual(found(secret, body), []);
  await look(page, "step-done");
  await page.context().close();

  const again = await open(url);
  await again.waitForFunction((host) => document.getElementById("field-instanceUrl").value.includes(host), MAGIC_HOST);
  assert.equal(await oktaForm(again).hook.inputValue(), "Our hook");
  assert.equal(await oktaForm(again).token.inputValue(), "");
  await again.locator('.guide [data-step="0.0"][data-done]').waitFor();
  await again.locator('[data-step="0.1"] > details[open] .inside').waitFor();
  await again.context().close();
});

test("a secret in the wrong field is never saved", async () => {
  const session = await edge.session();
  const page = await open(session.url);
  const secret = magicToken();
  await oktaForm(page).token.fill(secret);
  const keeping = page.waitForRequest((request) => request.url().endsWith("/connect/progress"));
  await oktaForm(page).hook.fill(secret);
  await oktaForm(page).host.fill(MAGIC_HOST);
  await oktaForm(page).token.focus();
  assert.deepEqual(found(secret, (await keeping).postData()), []);
  await page.waitForTimeout(500);
  await page.context().close();
  await edge.restart();
  for (const { path, bytes } of edge.files()) assert.deepEqual(found(secret, bytes), [], path);
  assert.deepEqual(found(secret, edge.logText()), []);
});

test("a saved value never overwrites one that was typed meanwhile", async () => {
  const { url } = await edge.session();
  const first = await open(url);
  const keeping = saved(first);
  await oktaForm(first).host.fill(MAGIC_HOST);
  await oktaForm(first).token.focus();
  await keeping;
  await first.context().close();

  const page = await chromium.page();
  let letGo;
  const held = new Promise((resolve) => (letGo = resolve));
  await page.route("**/api/v1/connect", async (route) => (await held, route.continue()));
  await page.goto(url);
  await oktaForm(page).host.fill("typed.okta.com");
  letGo();
  await ready(page);
  await page.locator("#latchkey-for").filter({ hasText: "Ada" }).waitFor();
  await page.waitForTimeout(300);
  assert.equal(await oktaForm(page).host.inputValue(), "typed.okta.com");
  await page.context().close();
});
