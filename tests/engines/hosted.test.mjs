// The hosted page in Firefox and WebKitGTK, used by the keyboard alone: a pasted address, a refused token, and a linked account.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { axe } from "../harness/browser.mjs";
import { MAGIC_HOST, found, magicToken } from "../harness/deployment.mjs";
import { ENGINES, focused, ready, says, tabTo, value } from "../harness/engines.mjs";
import { setStage } from "../harness/engines_setup.mjs";

let stage;
before(async () => (stage = await setStage()));
afterEach(() => stage.clear());
after(() => stage.stop());

/** Opens a new link, and waits until the program has taken over the form. */
async function open(engine) {
  const page = await stage.open(engine);
  await page.goto((await stage.session()).url);
  await ready(page);
  return page;
}

for (const engine of ENGINES) {
  test(`${engine}: a pasted address is cleaned, a refused token is reported at its field, and another connects, by the keyboard alone`, async (t) => {
    const page = await open(engine);
    t.diagnostic(stage.engines[engine].version);
    const accounts = (await stage.edge.listed()).length;
    const from = stage.seen.length;
    const tokens = ["revoked", "super-admin"].map((kind) => magicToken(kind));
    assert.equal(await focused(page), "field-instanceUrl", "the first field does not have the focus");
    await page.type(`https://${MAGIC_HOST.replace(".", "-admin.")}/admin/dashboard`);
    for (const key of ["a", "x", "v"]) await page.press(`Control+${key}`);
    await tabTo(page, "#field-apiToken");
    await says(page, '[data-field="instanceUrl"] .note', new RegExp(`Changed the admin console’s address to ${MAGIC_HOST}`));
    assert.deepEqual(await axe(page), [], "while typing");

    await page.type(tokens[0]);
    await page.press("Enter");
    await says(page, '[data-field="apiToken"] .error .cause');
    await says(page, '[data-field="apiToken"] .error .fix');
    assert.equal(await focused(page), "field-apiToken");
    assert.equal(await value(page, "apiToken"), tokens[0]);
    assert.match(await value(page, "instanceUrl"), /latchkey-demo/);
    assert.deepEqual(await axe(page), [], "refused");

    await page.press("Control+a");
    await page.type(tokens[1]);
    await tabTo(page, "#latchkey-form [type=submit]");
    await page.press("Enter");
    await says(page, "#latchkey-outcome", /Connected as Ada Lovelace/);
    assert.match(await page.evaluate(() => document.activeElement.textContent), /Okta is connected/);
    assert.deepEqual(await axe(page), [], "connected");
    assert.equal((await stage.edge.listed()).length, accounts + 1);

    const sent = stage.seen.slice(from);
    for (const token of tokens) for (const request of sent) assert.deepEqual(found(token, JSON.stringify(request)), [], request.url);
    const attempts = sent.filter(({ method, url }) => method === "POST" && url === "/api/v1/connect").map(({ body }) => JSON.parse(body));
    assert.equal(attempts.length, 2);
    for (const { fields } of attempts) assert.deepEqual(Object.keys(fields.apiToken).sort(), ["ct", "enc", "format", "kid"]);
    assert.deepEqual(await page.errors(), []);
  });

  test(`${engine}: an empty form reports the first missing field without a request to the edge`, async () => {
    const page = await open(engine);
    const from = stage.seen.length;
    await page.click("#latchkey-form [type=submit]");
    await says(page, '[data-field="instanceUrl"] .error .cause');
    await says(page, '[data-field="apiToken"] .error .cause');
    assert.equal(await focused(page), "field-instanceUrl");
    assert.deepEqual(stage.seen.slice(from).filter(({ method }) => method === "POST"), []);
    assert.deepEqual(await page.errors(), []);
  });
}
