// Test values: a form in test mode says so, and fills in each listed value at one press.

import assert from "node:assert/strict";
import { test } from "node:test";

import { form, oktaForm, ready } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { magicToken } from "../harness/deployment.mjs";

let edge, chromium;
setUp({ faults: true }, (started) => ({ edge, chromium } = started));

test("a test value fills in the form, and Enter connects", async () => {
  const page = await chromium.page();
  await page.goto((await edge.session()).url);
  await ready(page);
  const asked = () => page.urls.filter((url) => url.includes("/providers/"));
  const tests = page.locator("#latchkey-tests");
  await tests.waitFor();
  assert.deepEqual(asked(), [], "the test values were loaded before they were opened");
  await tests.locator("summary").focus();
  await page.keyboard.press("Enter");
  const values = tests.getByRole("button");
  await values.first().waitFor();
  assert.equal(asked().length, 1);
  await oktaForm(page).token.fill(magicToken("revoked"));
  await values.first().focus();
  await page.keyboard.press("Enter");
  assert.match(await oktaForm(page).token.inputValue(), /^00test-super-admin-/);
  assert.equal(await page.evaluate(() => document.activeElement.type), "submit");
  await page.keyboard.press("Enter");
  await oktaForm(page).connected.waitFor();
  await page.context().close();
});

test("every test value of every service fits its form", async () => {
  for (const provider of ["harness", "launchdarkly", "gitlab"]) {
    const page = await chromium.page();
    await page.goto((await edge.session(edge.testKey, { providers: [provider] })).url);
    await ready(page);
    await page.locator("#latchkey-tests summary").click();
    await page.locator("#latchkey-tests button").first().click();
    const empty = await page.locator('[aria-required="true"]').evaluateAll((inputs) => inputs.filter((input) => !input.value).map((input) => input.id));
    assert.deepEqual(empty, [], provider);
    await form(page).connect.click();
    await form(page).connected.waitFor();
    await page.context().close();
  }
});

test("a live link offers no test values, and its token cannot read any", async () => {
  const session = await edge.session(edge.liveKey);
  const page = await chromium.page();
  await page.goto(session.url);
  await ready(page);
  assert.equal(await page.locator("#latchkey-tests").count(), 0);
  const { body } = await edge.send("GET", "/api/v1/providers/okta", { token: session.token });
  assert.equal(body.testValues, undefined);
  await page.context().close();
});
