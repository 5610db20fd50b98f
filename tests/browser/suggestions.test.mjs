// What the form makes of a pasted or mistyped value: one press accepts a suggestion, and a key that is not whole is told before anything
// is sent.

import assert from "node:assert/strict";
import { test } from "node:test";

import { focused, form, paste, ready } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { found } from "../harness/deployment.mjs";

const ACCOUNT = "AbCdEfGhIjKlMnOpQrStUv";
const TOKEN = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";

let edge, chromium;
setUp({}, (started) => ({ edge, chromium } = started));

async function open(provider, options = {}) {
  const session = await edge.session(edge.testKey, { providers: [provider] });
  const page = await chromium.page(options);
  await page.goto(session.url);
  await ready(page);
  return page;
}

const accept = (page, field) => page.locator(`[data-field="${field}"] .accept`);
/** The requests to the address that a submit goes to; the page itself asks there once, for the session. */
const asked = (page) => page.urls.filter((url) => url.endsWith("/api/v1/connect")).length;

/** Types a near miss and leaves the field. */
async function mistype(page, field, text) {
  await form(page).field(field).fill(text);
  await form(page).field(field).press("Tab");
  await accept(page, field).waitFor();
}

/** The suggestion is in the field, which has the focus, and nothing is left of the error. */
async function accepted(page, field, value) {
  await accept(page, field).waitFor({ state: "hidden" });
  assert.equal(await form(page).field(field).inputValue(), value);
  await page.waitForFunction((id) => document.activeElement?.id === id, `field-${field}`);
  assert.equal(await form(page).field(field).getAttribute("aria-invalid"), "false");
  assert.equal(await form(page).error(field).isVisible(), false);
  assert.equal(await form(page).state(), "asking", "the press submitted the form");
  assert.equal(asked(page), 1);
}

test("a near miss is suggested, and one press of the pointer accepts it", async () => {
  const page = await open("okta");
  assert.equal(await accept(page, "instanceUrl").isVisible(), false);
  await mistype(page, "instanceUrl", "https://acme.okta.con/login");
  assert.equal(await accept(page, "instanceUrl").innerText(), "Use acme.okta.com");
  assert.equal(await page.locator('[data-field="instanceUrl"] .error .fix').innerText(), "Did you mean acme.okta.com?");
  assert.equal(await form(page).field("instanceUrl").inputValue(), "https://acme.okta.con/login", "it was accepted by itself");
  await accept(page, "instanceUrl").click();
  await accepted(page, "instanceUrl", "acme.okta.com");
  await page.context().close();
});

for (const key of ["Enter", "Space"]) {
  test(`the keyboard reaches a suggestion behind its field, and ${key} accepts it`, async () => {
    const page = await open("okta");
    await mistype(page, "instanceUrl", "acme");
    await page.keyboard.press("Shift+Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "accept");
    await page.keyboard.press(key);
    await accepted(page, "instanceUrl", "acme.okta.com");
    await page.context().close();
  });
}

test("typing on takes the suggestion away, and the next one follows the new text", async () => {
  const page = await open("okta");
  await mistype(page, "instanceUrl", "acme.otka.com");
  await form(page).field("instanceUrl").press("End");
  await page.keyboard.type("x");
  await accept(page, "instanceUrl").waitFor({ state: "hidden" });
  await mistype(page, "instanceUrl", "other.oktapreveiw.com");
  assert.equal(await accept(page, "instanceUrl").innerText(), "Use other.oktapreview.com");
  await page.context().close();
});

test("a suggestion is in the page’s language", async () => {
  const page = await open("okta", { locale: "de-DE" });
  await mistype(page, "instanceUrl", "acme.okta");
  assert.equal(await accept(page, "instanceUrl").innerText(), "acme.okta.com übernehmen");
  assert.equal(await page.locator('[data-field="instanceUrl"] .error .fix').innerText(), "Meinten Sie acme.okta.com?");
  await page.context().close();
});

for (const [what, text, message] of [
  ["cut short", `sat.${ACCOUNT}.0123456789abcdef01234567`, /^A part of it is missing: it has 51 characters/],
  ["masked", "pat.••••••••", /^A part of it is hidden/],
  ["a placeholder", "<YOUR-API-KEY>", /^This is a placeholder/],
]) {
  test(`a key that is ${what} is told on its own field, without a suggestion, and nothing is sent`, async () => {
    const page = await open("harness");
    await paste(page, "apiKey", text);
    await form(page).error("apiKey").waitFor();
    assert.match(await form(page).error("apiKey").innerText(), message);
    await form(page).connect.click();
    await page.waitForTimeout(500);
    assert.match(await form(page).error("apiKey").innerText(), message);
    assert.equal(await form(page).error("accountIdentifier").isVisible(), false);
    assert.equal(await accept(page, "apiKey").isVisible(), false);
    assert.equal(asked(page), 1);
    assert.equal(await focused(page), "API Key");
    await page.context().close();
  });
}

test("settings pasted in several lines are read, although an input has one line", async () => {
  const page = await open("okta");
  await paste(page, "instanceUrl", '# Okta\norg_name = "acme"\nbase_url = "oktapreview.com"\n');
  await form(page).note("instanceUrl").filter({ hasText: "Took acme.oktapreview.com out of the text around it." }).waitFor();
  await paste(page, "apiToken", `OKTA_ORG_URL=https://acme.okta.com\nOKTA_CLIENT_TOKEN=${TOKEN}\nOKTA_CLIENT_ID=0oa\n`);
  await form(page).note("apiToken").filter({ hasText: "Took the Okta API token out of the text around it." }).waitFor();
  assert.deepEqual(found(TOKEN, await page.content()), [], "the page holds a secret");
  await page.context().close();
});

test("a clone address in the host’s field gives its token to the empty field, and keeps it out of the address", async () => {
  const page = await open("gitlab");
  await page.locator("#latchkey-more-options > summary").click();
  await paste(page, "instanceUrl", "https://oauth2:glpat-aBcDeFgHiJkLmNoPqRsT@gitlab.com/acme/app.git");
  await form(page).note("accessToken").filter({ hasText: "Taken from GitLab Host." }).waitFor();
  assert.equal(await form(page).field("accessToken").inputValue(), "glpat-aBcDeFgHiJkLmNoPqRsT");
  assert.equal(await form(page).field("instanceUrl").inputValue(), "https://gitlab.com/acme/app.git");
  assert.equal(await form(page).note("instanceUrl").innerText(), "Read as gitlab.com.");
  // A token that is there already is kept.
  await form(page).field("accessToken").fill("glpat-000000000000000000zz");
  await paste(page, "instanceUrl", "https://oauth2:glpat-aBcDeFgHiJkLmNoPqRsT@gitlab.com/acme/other.git");
  await form(page).note("instanceUrl").filter({ hasText: "gitlab.com" }).waitFor();
  await page.waitForTimeout(300);
  assert.equal(await form(page).field("accessToken").inputValue(), "glpat-000000000000000000zz");
  await page.context().close();
});

test("a clone address gives the token and the host", async () => {
  const page = await open("gitlab");
  await paste(page, "accessToken", "https://oauth2:glpat-aBcDeFgHiJkLmNoPqRsT@gitlab.com/acme/app.git");
  await form(page).note("instanceUrl").filter({ hasText: "Taken from Access Token." }).waitFor();
  assert.equal(await form(page).field("instanceUrl").inputValue(), "gitlab.com");
  assert.equal(await form(page).error("accessToken").isVisible(), false);
  await page.context().close();
});
