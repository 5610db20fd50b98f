// Links that cannot be used, and a page from right to left, in Firefox and WebKitGTK.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before, test } from "node:test";

import { axe } from "../harness/browser.mjs";
import { ENGINES, ready, says } from "../harness/engines.mjs";
import { setStage } from "../harness/engines_setup.mjs";

let stage;
before(async () => (stage = await setStage()));
afterEach(() => stage.clear());
after(() => stage.stop());

const words = JSON.parse(readFileSync(new URL("../../widget/languages/ar.json", import.meta.url))).page;

for (const engine of ENGINES) {
  test(`${engine}: a link without its token says so, and cannot be submitted`, async () => {
    const page = await stage.open(engine);
    await page.goto((await stage.session()).url.split("#")[0]);
    await says(page, "#latchkey-incomplete", /not complete|incomplete/i);
    assert.equal(await page.evaluate(() => document.querySelector("#latchkey-form [type=submit]").checkVisibility()), false);
    assert.deepEqual(await axe(page), []);
    assert.deepEqual(await page.errors(), []);
  });

  test(`${engine}: an unknown link says what to do, and has no form`, async () => {
    const page = await stage.open(engine);
    await page.goto(`${stage.url}/link/nonsense#cs_test_nonsense`);
    await says(page, "h1", /This link does not work/);
    await says(page, "main", /incomplete, or it was never valid/);
    assert.equal(await page.evaluate(() => document.querySelectorAll("input, form").length), 0);
    assert.deepEqual(await axe(page), []);
    assert.deepEqual(await page.errors(), []);
  });

  test(`${engine}: an Arabic page runs from right to left, typed values do not, and nothing is cut off`, async () => {
    const page = await stage.open(engine);
    await page.goto((await stage.session({ locale: "ar" })).url);
    await ready(page);
    const look = await page.evaluate(() => {
      const { lang, dir, scrollWidth, clientWidth } = document.documentElement;
      const typed = getComputedStyle(document.getElementById("field-instanceUrl"));
      return { lang, dir, page: getComputedStyle(document.body).direction, typed: typed.direction, beyond: scrollWidth - clientWidth };
    });
    assert.deepEqual(look, { lang: "ar", dir: "rtl", page: "rtl", typed: "ltr", beyond: 0 });
    assert.equal(await says(page, "h1"), words["Connect {provider}"].replace("{provider}", "Okta"));
    await page.press("Enter");
    await says(page, '[data-field="instanceUrl"] .error .cause', /\p{Script=Arabic}/u);
    assert.deepEqual(await axe(page), []);
    assert.deepEqual(await page.errors(), []);
  });
}
