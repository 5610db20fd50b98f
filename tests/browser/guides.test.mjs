// The guides as pages of their own: public, without a session and without a form.

import assert from "node:assert/strict";
import { test } from "node:test";

import { clipboard } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";

let edge, chromium;
setUp({}, (started) => ({ edge, chromium } = started));

async function open(path, options) {
  const page = await chromium.page(options);
  const response = await page.goto(edge.url + path);
  return { page, response };
}

for (const provider of ["okta", "harness", "launchdarkly", "gitlab"]) {
  test(`the guide of ${provider} stands alone: no form, no dead link, nothing refused by its policy`, async () => {
    const { page, response } = await open(`/guides/${provider}`);
    assert.equal(response.status(), 200);
    assert.equal(await page.locator("form, input, [data-ready]").count(), 0);
    assert.equal(await page.locator("a:not([href])").count(), 0);
    assert.deepEqual(page.urls.filter((url) => !url.startsWith("data:")), [`${edge.url}/guides/${provider}`], "it loads nothing else");
    assert.deepEqual(page.errors, []);
    assert.deepEqual(page.printed, []);
    await page.context().close();
  });
}

test("in a project’s name its product is what is copied, by keyboard", async () => {
  const { page } = await open((await edge.guide("okta")).slice(edge.url.length));
  assert.match(await page.locator("header").innerText(), /Example/);
  await page.getByRole("button", { name: "Copy Example Integration" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("Copied").first().waitFor();
  assert.equal(await clipboard(page), "Example Integration");
  await page.context().close();
});

test("background opens by keyboard, and stays folded however wide the page is", async () => {
  const { page } = await open("/guides/okta", { width: 1280 });
  const background = page.locator(".background").first();
  assert.equal(await background.getAttribute("open"), null);
  await background.locator("summary").focus();
  await page.keyboard.press("Enter");
  assert.ok(await background.locator("ol").isVisible());
  await page.setViewportSize({ width: 360, height: 900 });
  await page.setViewportSize({ width: 1280, height: 900 });
  assert.ok(await background.locator("ol").isVisible());
  await page.context().close();
});

test("on paper what is folded is there, and what is for pressing is not", async () => {
  const { page } = await open("/guides/okta");
  await page.emulateMedia({ media: "print" });
  const height = await page.locator(".background ol").first().evaluate((steps) => steps.getBoundingClientRect().height);
  assert.ok(height > 20, `${height} px`);
  assert.equal(await page.getByRole("button").first().isVisible(), false);
  await page.context().close();
});

test("no guide of nothing, and none in the name of nobody", async () => {
  for (const path of ["/guides/nothing", "/guides/okta?project=nonsense", `/guides/okta?project=${edge.project.id}`, "/guides/okta?project=00000000-0000-4000-8000-000000000000"]) {
    const { page, response } = await open(path);
    assert.equal(response.status(), 404, path);
    await page.context().close();
  }
});
