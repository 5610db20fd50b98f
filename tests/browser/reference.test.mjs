// The API's reference page in a browser: it shows every call, from our own files only. `LATCHKEY_MATRIX` adds every width and color scheme,
// and opens a call of each kind: axe takes most of a minute for what they show.

import assert from "node:assert/strict";
import { test } from "node:test";

import { axe, ready } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";

let edge, chromium, document;
setUp({}, async (started) => {
  ({ edge, chromium } = started);
  document = (await edge.send("GET", "/openapi.json")).body;
});

const LOOKS = process.env.LATCHKEY_MATRIX ? [[360, false], [360, true], [1280, false], [1280, true]] : [[360, true]];

const OPENED = ["createAppConnection", ...(process.env.LATCHKEY_MATRIX ? ["changeProject", "listAppConnections", "deleteAppConnection"] : [])];

for (const [width, dark] of LOOKS) {
  test(`the reference shows every call, loads nothing from elsewhere, and axe finds nothing: ${width} px, ${dark ? "dark" : "light"}`, async () => {
    const page = await chromium.page({ width, dark });
    // The viewer draws some thousand elements for a call, which takes long on a busy machine.
    page.setDefaultTimeout(60_000);
    await page.goto(`${edge.url}/docs`);
    await ready(page);
    const calls = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    assert.ok(calls.length > 25);
    await page.getByText("Make a connect session").waitFor();
    assert.equal(await page.locator(".opblock").count(), calls.length);
    const shown = (await page.locator(".opblock-summary").allInnerTexts()).join("\n");
    for (const { summary } of calls) assert.ok(shown.includes(summary), summary);

    for (const id of OPENED) {
      await page.locator(`[id$="-${id}"] .opblock-summary-control`).click();
      await page.locator(`[id$="-${id}"] .responses-table`).first().waitFor();
    }
    assert.deepEqual(await axe(page), []);
    assert.ok(await page.locator("pre", { hasText: "00test-super-admin-" }).first().isVisible());
    assert.equal(await page.evaluate(() => globalThis.document.documentElement.scrollWidth), width, "the page scrolls sideways");

    assert.deepEqual(page.urls.filter((url) => !url.startsWith(`${edge.url}/`) && !url.startsWith("data:")), []);
    assert.deepEqual([page.errors, page.printed], [[], []]);
    assert.equal(await page.locator("input[type=password], button:has-text('Authorize'), button:has-text('Execute')").count(), 0);
    await page.context().close();
  });
}
