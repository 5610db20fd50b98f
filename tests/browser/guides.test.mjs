// The public pages of the guides: without a session and without a form.

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
  test(`the guide of ${provider} has no form and no dead link, and its policy refuses nothing`, async () => {
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

test("a guide in a project’s name copies the product’s name, by the keyboard", async () => {
  const { page } = await open((await edge.guide("okta")).slice(edge.url.length));
  assert.match(await page.locator("header").innerText(), /Example/);
  await page.getByRole("button", { name: "Copy Example Integration" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("Copied").first().waitFor();
  assert.equal(await clipboard(page), "Example Integration");
  await page.context().close();
});

test("the background opens by the keyboard, and stays open when the width changes", async () => {
  const { page } = await open("/guides/okta", { width: 1280 });
  const background = page.locator(".background").first();
  assert.equal(await background.getAttribute("open"), null);
  await background.locator("summary").first().focus();
  await page.keyboard.press("Enter");
  assert.ok(await background.locator("ol").isVisible());
  await page.setViewportSize({ width: 360, height: 900 });
  await page.setViewportSize({ width: 1280, height: 900 });
  assert.ok(await background.locator("ol").isVisible());
  await page.context().close();
});

test("a printed guide has its folded parts, and no buttons", async () => {
  const { page } = await open("/guides/okta");
  await page.emulateMedia({ media: "print" });
  const height = await page.locator(".background ol").first().evaluate((steps) => steps.getBoundingClientRect().height);
  assert.ok(height > 20, `${height} px`);
  assert.equal(await page.getByRole("button").first().isVisible(), false);
  await page.context().close();
});

test("a guide of an unknown provider or in the name of an unknown project is not found", async () => {
  for (const path of ["/guides/nothing", "/guides/okta?project=nonsense", `/guides/okta?project=${edge.project.id}`, "/guides/okta?project=00000000-0000-4000-8000-000000000000"]) {
    const { page, response } = await open(path);
    assert.equal(response.status(), 404, path);
    await page.context().close();
  }
});
