// The text that a screen reader gets, from the empty form to the connected account, and for a refused key: the accessibility tree,
// stored as text and compared. Read each change of it; `TRANSCRIPTS=write` stores the new text.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";

import { oktaForm, ready, submit } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { MAGIC_HOST, magicToken } from "../harness/deployment.mjs";

let edge, chromium;
setUp({}, (started) => ({ edge, chromium } = started));

/** Compares the page's tree with the stored one, without the parts that differ in each run. */
async function same(page, name) {
  const tree = await page.locator("body").ariaSnapshot();
  const text = `${tree.replace(/00test-[\w-]+/g, "00test-…")}\n`;
  const file = new URL(`transcripts/${name}.yml`, import.meta.url);
  if (process.env.TRANSCRIPTS === "write") writeFileSync(file, text);
  assert.equal(text, readFileSync(file, "utf8"), `${name} reads differently now`);
}

async function open() {
  const page = await chromium.page();
  await page.goto((await edge.session()).url);
  await ready(page);
  // The test values load after the form's program.
  await page.locator("#latchkey-tests").waitFor();
  return page;
}

test("a screen reader gets the same text as before for the empty form and for a refused key", async () => {
  const page = await open();
  await same(page, "asking");
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken("revoked") });
  await page.locator("[aria-invalid=true]").first().waitFor();
  // The link to the console follows the typed host a moment later.
  await page.locator('a[href*="/admin/access/api/tokens"]').waitFor({ state: "attached" });
  await same(page, "rejected");
});

test("a screen reader gets the same text as before for an accepted key", async () => {
  const page = await open();
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await oktaForm(page).connected.waitFor();
  await page.waitForTimeout(300);
  await same(page, "connected");
});
