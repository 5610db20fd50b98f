// The demo product of the development run, as a person sees it: an account that is linked appears beside the webhook that told it.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { openBrowser, submit } from "../harness/browser.mjs";
import { MAGIC_HOST, magicToken } from "../harness/deployment.mjs";
import { develop } from "../harness/development.mjs";
import { formIn, visitHost } from "../harness/host_pages.mjs";
import { look } from "../harness/screenshots.mjs";
import { call } from "../runtime/api.mjs";

const ACCOUNTS = "/api/v1/app-connections/okta";

let dev, chromium, state;
before(async () => {
  state = mkdtempSync(join(tmpdir(), "latchkey-demo-"));
  [dev, chromium] = await Promise.all([develop(state), openBrowser()]);
});
after(async () => {
  await Promise.all([dev?.stop(), chromium?.close()]);
  rmSync(state, { recursive: true, force: true });
});

const rows = (page) => page.locator("#deliveries li").allInnerTexts();
const row = (page, ...texts) => texts.reduce((found, hasText) => found.filter({ hasText }), page.locator("#deliveries li"));

test("an account that is linked appears with its webhook, without a reload, and so does its end", async () => {
  const page = await visitHost(await chromium.page(), dev.demo);
  await page.getByText("None yet.").nth(1).waitFor();
  await look(page, "demo-empty");
  await page.getByRole("button", { name: "Connect Okta" }).click();
  await submit(await formIn(page), { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await row(page, "connection.created").waitFor();
  const name = await page.locator("#accounts .name").innerText();
  assert.match(await row(page, "connection.created").innerText(), new RegExp(`connection\\.created[^]*${name}`));

  const { appConnections } = await call(dev.url, "GET", "/api/v1/app-connections", dev.testKey);
  await call(dev.url, "DELETE", `${ACCOUNTS}/${appConnections[0].id}`, dev.testKey);
  await row(page, "connection.deleted").waitFor();
  await page.locator("#accounts li").waitFor({ state: "detached" });
  assert.match((await rows(page))[0], /connection\.deleted/);
  // Those of the session are told too.
  assert.equal((await rows(page)).filter((text) => text.startsWith("connection.")).length, 2);
  assert.deepEqual(page.errors, []);
  assert.deepEqual(await page.evaluate(() => globalThis.violations), []);
  await page.context().close();
});

test("long names fit, the latest ten are shown, and rows that stay are not announced again", async () => {
  const page = await visitHost(await chromium.page(), dev.demo);
  await page.evaluate(() => {
    globalThis.added = [];
    new MutationObserver((changes) => changes.forEach(({ addedNodes }) => globalThis.added.push(...[...addedNodes].map(({ innerText }) => innerText)))).observe(document.querySelector("#deliveries"), { childList: true });
  });
  for (let number = 0; number < 12; number += 1) {
    const body = { name: `okta-${number}-${"long-".repeat(9)}${number}`, method: "api-token", credentials: { instanceUrl: MAGIC_HOST, apiToken: magicToken() } };
    await call(dev.url, "POST", ACCOUNTS, dev.testKey, body);
  }
  await row(page, "okta-11-").waitFor();
  await row(page, "okta-2-").waitFor();
  assert.equal((await rows(page)).length, 10);
  const added = await page.evaluate(() => globalThis.added.filter((text) => text.includes("okta-5-")));
  assert.equal(added.length, 1);
  await look(page, "demo-webhooks");
  await page.context().close();
});
