// Faults that were measured in other products' forms and that fit no other file here. `tests/README.md` lists all such faults and
// their tests.

import assert from "node:assert/strict";
import http from "node:http";
import { test } from "node:test";

import { focused, form, oktaForm, ready, submit } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { MAGIC_HOST, magicToken } from "../harness/deployment.mjs";
import { BUTTON, embedded, embedding, formIn, openHost, openModal } from "../harness/host_pages.mjs";

let edge, chromium, host;
setUp({ host: true, faults: true }, (started) => ({ edge, chromium, host } = started));

const open = async (options) => {
  const page = await chromium.page(options);
  await page.goto((await edge.session()).url);
  await ready(page);
  return page;
};

test("the first field has the focus: on the hosted page before any program has loaded, and in the modal", async () => {
  const page = await chromium.page();
  await page.route(/\/assets\//, (route) => route.abort());
  await page.goto((await edge.session()).url);
  assert.equal(await focused(page), "Okta Domain URL");
  await page.keyboard.type("typed at once");
  assert.equal(await oktaForm(page).host.inputValue(), "typed at once");
  await page.context().close();

  const outside = await openHost(chromium, host.page("/focus", embedding(BUTTON)));
  const frame = await openModal(outside);
  await frame.waitForFunction(() => document.activeElement?.id === "field-instanceUrl");
  await outside.keyboard.type("typed at once");
  assert.equal(await oktaForm(frame).host.inputValue(), "typed at once");
  await outside.context().close();
});

test("a wrong key is announced by a live region that was there before, its reason is visible, and typed values stay", async () => {
  const page = await open();
  const region = page.locator("#field-apiToken-error");
  const before = await region.elementHandle();
  assert.deepEqual([await region.getAttribute("role"), await region.innerText()], ["alert", ""]);
  const token = magicToken("revoked");
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: token });
  await form(page).error("apiToken").waitFor();
  assert.ok(await before.evaluate((node) => node.isConnected && node.innerText.includes("does not accept this API token")));
  assert.ok(await region.locator(".fix").isVisible());
  assert.equal(await region.locator(".cause, .fix").evaluateAll((parts) => parts.some((part) => part.closest("details"))), false);
  assert.equal(await focused(page), "API Token");
  assert.match(await oktaForm(page).token.getAttribute("aria-describedby"), /\bfield-apiToken-error\b/);
  assert.deepEqual([await oktaForm(page).host.inputValue(), await oktaForm(page).token.inputValue()], [MAGIC_HOST, token]);
  await page.context().close();
});

/** The contrast of a text with its background (WCAG 2.2, 1.4.3), from the painted colors. */
const contrast = (locator, pseudo) =>
  locator.evaluate((node, pseudo) => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const paint = (color) => {
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
    };
    const behind = [];
    for (let at = node; at; at = at.parentElement) behind.unshift(getComputedStyle(at).backgroundColor);
    const ground = behind.map(paint).at(-1);
    const text = paint(getComputedStyle(node, pseudo).color);
    const light = (rgb) => {
      const [red, green, blue] = rgb.map((part) => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const [darker, lighter] = [light(ground), light(text)].sort((one, other) => one - other);
    return (lighter + 0.05) / (darker + 0.05);
  }, pseudo);

for (const dark of [false, true]) {
  test(`help, placeholder, button and error have a contrast of 4.5:1 or more, ${dark ? "dark" : "light"}`, async () => {
    const page = await open({ dark });
    await oktaForm(page).connect.click();
    await form(page).error("apiToken").waitFor();
    const error = page.locator("#field-apiToken-error");
    const parts = [
      ["help", page.locator("#field-apiToken-help")],
      ["placeholder", oktaForm(page).host, "::placeholder"],
      ["button", oktaForm(page).connect],
      ["error", error.locator(".cause")],
      ["its fix", error.locator(".fix")],
      ["what is optional", page.locator(".optional").last()],
      ["Show", page.locator(".reveal")],
      ["a note of assurance", page.locator(".assurance")],
    ];
    for (const [name, locator, pseudo] of parts) {
      const ratio = await contrast(locator, pseudo);
      assert.ok(ratio >= 4.5 && ratio <= 21, `${name}: ${ratio.toFixed(2)}:1`);
    }
    // A check of the measure: white on white is 1, and our text on our background is far more.
    assert.ok((await contrast(page.locator("h1"))) > 10);
    await page.locator("h1").evaluate((title) => (title.style.color = getComputedStyle(document.documentElement).backgroundColor));
    assert.ok((await contrast(page.locator("h1"))) < 1.01);
    await page.context().close();
  });
}

test("no parameter of the address sends the key to another host", async () => {
  const asked = [];
  const other = http.createServer((request, response) => (asked.push(request.url), response.setHeader("access-control-allow-origin", "*").end("{}")));
  await new Promise((listening) => other.listen(0, "127.0.0.1", listening));
  const address = encodeURIComponent(`http://127.0.0.1:${other.address().port}`);
  const query = ["apiURL", "apiUrl", "api_url", "api", "baseUrl", "host", "origin", "edge", "url", "next", "redirect", "returnUrl", "return_url"].map((name) => `${name}=${address}`).join("&");
  const page = await chromium.page();
  await page.goto((await edge.session()).url.replace("#", `?${query}#`));
  await ready(page);
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await oktaForm(page).connected.waitFor();
  assert.deepEqual(page.urls.filter((url) => !url.startsWith(`${edge.url}/`) && !url.startsWith("data:")), []);
  assert.deepEqual(asked, []);
  const links = await page.locator("a[href]").evaluateAll((links) => links.map((link) => link.href));
  assert.deepEqual(links.filter((href) => href.includes(String(other.address().port))), [], "a link leads to an address from the query");
  await page.context().close();
  other.close();
});

test("neither the modal nor the element opens a window, from the press to the end", async () => {
  const element = '<latchkey-connect session=""></latchkey-connect>';
  for (const [body, reach] of [[BUTTON, openModal], [element, formIn]]) {
    const page = await openHost(chromium, host.page("/windows", embedding(body)));
    let opened = 0;
    page.context().on("page", () => (opened += 1));
    const frame = await reach(page);
    assert.equal(await page.locator("iframe").getAttribute("title"), "Connect an account");
    await submit(frame, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
    await oktaForm(frame).connected.waitFor();
    assert.equal(opened, 0);
    assert.equal(embedded(page).length, 1);
    await page.context().close();
  }
});

test("a person who prefers reduced motion sees none, and others see that work is in progress", async () => {
  for (const [reducedMotion, expected] of [["reduce", "none"], ["no-preference", "turn"]]) {
    const page = await open({ reducedMotion });
    await edge.faults({ delay: { path: "/api/v1/connect", ms: 3_000 } });
    await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
    await page.locator('#latchkey-form[data-state="checking"]').waitFor();
    assert.equal(await oktaForm(page).connect.evaluate((button) => getComputedStyle(button, "::before").animationName), expected);
    await edge.faults({});
    await page.context().close();
  }
});
