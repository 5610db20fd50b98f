// Host pages with strict policies or hostile styles, and a browser that stores nothing: the form works and needs no exception.
// Other products need `style-src 'unsafe-inline'`, `font-src data:` and `img-src data:`.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { oktaForm, openBrowser, submit } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { MAGIC_HOST, magicToken } from "../harness/deployment.mjs";
import { BUTTON, embedding, formIn, hears, openHost, openModal, snapshot } from "../harness/host_pages.mjs";

let edge, chromium, host;
setUp({ host: true }, (started) => ({ edge, chromium, host } = started));

/** A button with the session's token in the page, so that the page sends no request. */
const withToken = async () => `<button id="open" data-latchkey-session="${(await edge.session()).token}">Connect Okta</button>`;

/** Links an account in the form that is open, and ends it. */
async function link(frame) {
  await submit(frame, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await oktaForm(frame).connected.waitFor();
  await frame.getByRole("button", { name: "Done" }).click();
}

for (const [name, policy, script] of [
  ["the edge's name alone", "default-src 'none'; script-src {{edge}}; frame-src {{edge}}", ""],
  ["a nonce in place of the name", "default-src 'none'; script-src 'nonce-r4nd0m'; frame-src {{edge}}", ' nonce="r4nd0m"'],
  ["a nonce and strict-dynamic", "default-src 'none'; script-src 'nonce-r4nd0m' 'strict-dynamic'; frame-src {{edge}}", ' nonce="r4nd0m"'],
  [
    "Trusted Types without any policy",
    "default-src 'none'; script-src {{edge}}; frame-src {{edge}}; require-trusted-types-for 'script'; trusted-types 'none'",
    "",
  ],
]) {
  test(`modal and element work under a policy with ${name}, and no violation is reported`, async () => {
    const { token } = await edge.session();
    const element = `<latchkey-connect id="flow" session="${token}"></latchkey-connect>`;
    const body = (await withToken()) + element;
    const page = await openHost(chromium, host.page("/strict", embedding(body, { script }), { policy }));
    const inFlow = await formIn(page);
    await link(inFlow);
    await hears(page, "close");
    await page.locator("#flow").evaluate((element) => element.remove());
    const untouched = await snapshot(page);
    await page.evaluate(() => (globalThis.heard = []));
    await link(await openModal(page));
    await hears(page, "close");
    assert.deepEqual(await snapshot(page), untouched);
    assert.deepEqual(await page.evaluate(() => globalThis.violations), []);
    assert.deepEqual(page.printed.filter((line) => line.startsWith("error")), []);
    await page.context().close();
  });
}

test("a page that unsets every style with `!important` neither hides nor moves the modal, and cannot scroll below it", async () => {
  const head = "<style>* { all: unset !important } iframe, dialog, latchkey-modal { display: none !important }</style>";
  const tall = '<div id="tall"></div><style>#tall { height: 3000px !important; display: block !important }</style>';
  const page = await openHost(chromium, host.page("/hostile", embedding(BUTTON + tall, { head })));
  const untouched = await snapshot(page);
  const frame = await openModal(page);
  const box = await frame.locator("body").evaluate(() => [innerWidth, innerHeight]);
  assert.ok(box[0] >= 800 && box[1] >= 400, `the form has ${box}`);
  assert.ok(await oktaForm(frame).host.isVisible());
  await page.mouse.move(640, 450);
  await page.mouse.wheel(0, 800);
  await page.waitForTimeout(300);
  assert.equal(await page.evaluate(() => scrollY), 0, "the page scrolled below the modal");
  await link(frame);
  await hears(page, "close");
  assert.deepEqual(await snapshot(page), untouched);
  await page.mouse.wheel(0, 800);
  await page.waitForFunction(() => scrollY > 0);
  await page.context().close();
});

test("a page that unsets every style with `!important` does not change the element's form", async () => {
  const head = "<style>* { all: unset !important }</style>";
  const element = '<latchkey-connect session=""></latchkey-connect>';
  const page = await openHost(chromium, host.page("/hostile-flow", embedding(element, { head })));
  const frame = await formIn(page);
  const [width, height, content] = await frame.evaluate(() => [innerWidth, innerHeight, document.querySelector("main").offsetHeight]);
  assert.ok(width > 1000 && height === content, `${width} × ${height}, content ${content}`);
  await link(frame);
  await page.context().close();
});

test("an account is linked although the browser blocks cookies and storage", async (t) => {
  const profile = mkdtempSync(join(tmpdir(), "latchkey-profile-"));
  mkdirSync(join(profile, "Default"));
  // The browser's setting "block all cookies".
  writeFileSync(join(profile, "Default/Preferences"), JSON.stringify({ profile: { default_content_setting_values: { cookies: 2 } } }));
  const blocked = await openBrowser({ profile });
  t.after(async () => (await blocked.close(), rmSync(profile, { recursive: true, force: true })));
  const page = await openHost(blocked, host.page("/blocked", embedding(BUTTON)));
  const frame = await openModal(page);
  const storage = () => {
    try {
      return typeof localStorage;
    } catch (error) {
      return error.name;
    }
  };
  assert.deepEqual([await frame.evaluate(storage), await page.evaluate(storage)], ["SecurityError", "SecurityError"]);
  assert.equal(await frame.evaluate(() => ((document.cookie = "kept=1"), document.cookie)), "");
  const before = (await edge.listed()).length;
  await link(frame);
  await hears(page, "close");
  assert.equal((await edge.listed()).length, before + 1);
  assert.deepEqual(page.errors, []);
});
