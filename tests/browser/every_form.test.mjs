// The form of every provider, as its file makes it: empty with its guide, after a refusal, and connected. axe finds nothing, nothing is
// cut off, and the page reports no error. `LATCHKEY_MATRIX` opens all of them; the short run takes the two whose forms differ most.

import assert from "node:assert/strict";
import { test } from "node:test";

import { form, ready } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { found } from "../harness/deployment.mjs";
import { providers } from "../harness/providers.mjs";
import { look } from "../harness/screenshots.mjs";

/** One with many fields and a choice of a region, and one whose key opens several organizations. */
const SHORT = ["datadog", "netlify"];
const { LATCHKEY_MATRIX: matrix, LATCHKEY_PROVIDERS: wanted } = process.env;
const apps = wanted?.split(",") ?? (matrix ? providers() : SHORT);

let edge, chromium;
setUp({ settings: { REQUESTS_PER_MINUTE: "100000" } }, (started) => ({ edge, chromium } = started));

/** Opens the form of a provider. */
async function open(app) {
  const page = await chromium.page();
  await page.goto((await edge.session(edge.testKey, { providers: [app] })).url);
  await ready(page);
  return page;
}

/** Fills in a test value as a person does, by its button, and connects. */
async function connect(page, { name }) {
  const tests = page.locator("#latchkey-tests");
  if ((await tests.getAttribute("open")) === null) await tests.locator("summary").click();
  await tests.getByRole("button").filter({ has: page.getByText(name, { exact: true }) }).click();
  await form(page).connect.click();
}

for (const app of apps) {
  test(`the form of ${app} is whole when it is empty, after a refusal and when it is connected`, async () => {
    const { body } = await edge.send("GET", `/api/v1/providers/${app}`, { token: edge.testKey });
    const accepted = body.testValues.find((value) => value.ending === "accepted");
    const refused = body.testValues.find((value) => value.ending === "rejected");
    const page = await open(app);
    try {
      await look(page, `${app}-empty`);
      await connect(page, refused);
      const told = refused.field === null ? form(page).alert : form(page).error(refused.field);
      await told.first().waitFor();
      assert.ok((await told.first().innerText()).trim().length > 20, `${refused.name}: the error says nothing`);
      await look(page, `${app}-refused`);
      await connect(page, accepted);
      await form(page).connected.waitFor();
      await look(page, `${app}-connected`);
      const secrets = body.fields.filter((field) => field.secret).map((field) => accepted.fields[field.id]);
      const shown = await page.content();
      for (const secret of secrets.filter((secret) => secret?.length > 12)) assert.deepEqual(found(secret, shown), [], "the page holds a secret");
      assert.deepEqual(page.errors, []);
    } finally {
      await page.context().close();
    }
  });
}
