// The modal and the element on pages of another origin, in Firefox and WebKitGTK: without a policy, and under the strictest policy.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { axe } from "../harness/browser.mjs";
import { MAGIC_HOST, found, magicToken } from "../harness/deployment.mjs";
import { ENGINES, focused, ready, says, tabTo } from "../harness/engines.mjs";
import { BUTTON, embedding, heard, hears, snapshot } from "../harness/host_pages.mjs";
import { setStage } from "../harness/engines_setup.mjs";

let stage;
before(async () => (stage = await setStage()));
afterEach(() => stage.clear());
after(() => stage.stop());

const STRICT = "default-src 'none'; script-src {{edge}}; frame-src {{edge}}";

/** Opens a page of the host, and waits for `connect.js`. */
async function open(engine, body, policy) {
  const page = await stage.open(engine);
  await page.goto(stage.host.page("/", embedding(body), { policy }));
  await page.waitForFunction(() => Boolean(globalThis.Latchkey));
  return page;
}

/** Goes into the form once it can be used. */
async function intoForm(page) {
  await hears(page, "ready");
  await page.into("/embed/");
  await ready(page);
}

/** Links an account in a form whose first field has the focus. */
async function link(page, token = magicToken()) {
  await page.type(MAGIC_HOST);
  await tabTo(page, "#field-apiToken");
  await page.type(token);
  await page.press("Enter");
  await says(page, "#latchkey-outcome", /Connected as Ada Lovelace/);
}

const focusIn = (page, id) => page.waitForFunction((id) => document.hasFocus() && document.activeElement?.id === id, id);

for (const engine of ENGINES) {
  for (const [name, policy] of [
    ["without a policy", undefined],
    ["under the strictest policy", STRICT],
  ]) {
    test(`${engine}: a page ${name} opens the modal by the keyboard, an account is linked, the page gets the event, and nothing is left behind`, async () => {
      // No `connect-src`: the page holds the session's token.
      const { token: session } = await stage.session();
      const page = await open(engine, `<button id="open" data-latchkey-session="${session}">Connect Okta</button>`, policy);
      await tabTo(page, "#open");
      await page.press("Enter");
      await intoForm(page);
      await focusIn(page, "field-instanceUrl");
      assert.deepEqual(await axe(page), []);
      const token = magicToken();
      await link(page, token);
      assert.deepEqual(await page.errors(), []);
      await page.out();
      await hears(page, "success");
      const [success] = await heard(page, "success");
      assert.deepEqual(Object.keys(success).sort(), ["app", "connectionId", "name", "version"]);
      assert.equal(success.connectionId, (await stage.edge.listed()).at(-1).id);
      assert.deepEqual(found(token, JSON.stringify(await heard(page))), []);
      await page.press("Escape");
      await hears(page, "close");
      assert.equal(await focused(page), "open", "the focus did not return");
      assert.deepEqual(await page.errors(), []);
    });
  }

  test(`${engine}: a form opened by the pointer can be typed into at once; Escape closes it, page and focus are as before, and it opens again`, async () => {
    const page = await open(engine, BUTTON);
    const untouched = await snapshot(page);
    for (let round = 1; round <= 2; round += 1) {
      await page.click("#open");
      await hears(page, "ready", round);
      await intoForm(page);
      await page.waitForFunction(() => document.hasFocus());
      // WebKit keeps a frame of another origin from focusing its field before a key is pressed in it.
      if (engine !== "webkit") await focusIn(page, "field-instanceUrl");
      await page.type("typed");
      await page.waitForFunction(() => document.getElementById("field-instanceUrl").value === "typed");
      await page.press("Escape");
      await page.out();
      await hears(page, "close", round);
      assert.deepEqual((await heard(page, "close")).at(-1), { reason: "escape" });
      assert.deepEqual(await snapshot(page), untouched);
      assert.equal(await focused(page), "open");
    }
    assert.deepEqual(await page.errors(), []);
  });

  test(`${engine}: the element has the height of its content, links an account, folds away, and leaves the page as it was`, async () => {
    const page = await open(engine, "<p>Before.</p><div id=place></div><p>After.</p>", STRICT);
    const untouched = await snapshot(page);
    const { token: session } = await stage.session();
    await page.evaluate((session) => {
      const element = Object.assign(document.createElement("latchkey-connect"), { id: "flow" });
      element.setAttribute("session", session);
      document.getElementById("place").append(element);
    }, session);
    const height = () => page.evaluate(() => document.getElementById("flow").offsetHeight);
    // The form's content still changes while the session loads, and the frame follows.
    const fits = () =>
      page.waitForFunction(() => {
        const content = document.querySelector("main").offsetHeight;
        return content === innerHeight && document.scrollingElement.scrollHeight === innerHeight && content;
      });
    await intoForm(page);
    const inside = await fits();
    await page.click("#field-instanceUrl");
    await focusIn(page, "field-instanceUrl");
    await link(page);
    const later = await fits();
    assert.notEqual(later, inside);
    await page.out();
    assert.equal(await height(), later);
    await page.into("/embed/");
    await page.evaluate(() => [...document.querySelectorAll("button")].find(({ textContent }) => textContent === "Done").focus());
    await page.press("Enter");
    await page.out();
    await hears(page, "close");
    assert.deepEqual(await heard(page), ["open", "ready", "success", "close"]);
    assert.equal(await height(), 0);
    await page.evaluate(() => document.getElementById("flow").remove());
    assert.deepEqual(await snapshot(page), untouched);
    assert.deepEqual(await page.errors(), []);
  });
}
