// The form in other languages than English: German and Arabic, or with `LATCHKEY_MATRIX` every language. Errors are in the
// form's language, on their fields. Nothing is cut off, hosts and keys are not mirrored, and an English page loads no other language.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { form, ready, submit } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { MAGIC_HOST, magicToken } from "../harness/deployment.mjs";
import { BUTTON, embedding, formIn, hears, openHost } from "../harness/host_pages.mjs";
import { look } from "../harness/screenshots.mjs";

const LANGUAGES = process.env.LATCHKEY_MATRIX ? ["de", "ar", "fr", "es", "pt", "ja"] : ["de", "ar"];
const read = (path) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url)));
const words = (lang) => {
  const { form, page, answers, host } = read(`widget/languages/${lang}.json`);
  return { ...form, ...page, ...answers, ...host, ...read(`shared/providers/okta/languages/${lang}.json`) };
};

let edge, chromium, host;
setUp({ host: true, faults: true }, (started) => ({ edge, chromium, host } = started));

async function open(more, context) {
  const session = await edge.session(edge.testKey, more);
  const page = await chromium.page(context);
  await page.goto(session.url);
  await ready(page);
  return page;
}

for (const lang of LANGUAGES) {
  const say = words(lang);
  const rightToLeft = lang === "ar";
  // German has the longest words and Arabic the other direction: both at every width. The others are checked on the narrowest page only.
  const widths = ["de", "ar"].includes(lang) ? undefined : [360];

  test(`every language: a person connects in ${lang}, and sees no other language`, async () => {
    const page = await open({ locale: lang }, { locale: "en-US" });
    assert.equal(await page.evaluate(() => document.documentElement.lang), lang);
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).direction), rightToLeft ? "rtl" : "ltr");
    assert.equal(await page.getByRole("heading", { level: 1 }).textContent(), say["Connect {provider}"].replace("{provider}", "Okta"));
    assert.equal(await form(page).connect.textContent(), say.Connect, "the words changed when the program took over");
    await page.getByLabel(say["Okta Domain URL"]).waitFor();
    await look(page, `languages-${lang}`, { widths });
    await edge.faults({ delay: { path: "/api/v1/connect", ms: 1_000 } });
    await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
    await form(page).connect.filter({ hasText: say["Checking…"] }).waitFor();
    await form(page).connected.waitFor();
    await edge.faults({});
    assert.equal(await page.locator("#latchkey-connected").textContent(), say["{provider} is connected"].replace("{provider}", "Okta"));
    await page.getByText(say["What was checked"]).click();
    await page.locator(".checks").getByText(say["API token accepted"]).first().waitFor();
    await look(page, `languages-${lang}-connected`, { widths });
    assert.deepEqual(page.errors, []);
    await page.context().close();
  });

  test(`every language: an error is shown and announced in ${lang}, and its field gets the focus`, async () => {
    const page = await open({ locale: lang }, { locale: "en-US" });
    await form(page).connect.click();
    await form(page).error("instanceUrl").waitFor();
    const empty = say["{label} is empty."].replace("{label}", say["Okta Domain URL"]);
    assert.equal(await form(page).error("instanceUrl").textContent(), empty, "the page's own parser");
    await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken("revoked") });
    const error = page.locator('[data-field="apiToken"] .error');
    await error.locator(".cause").filter({ hasText: /./ }).waitFor();
    const [message, fix] = Object.keys(say).filter((english) => /^(Okta does not accept this API token\.$|Create a new token under .*, with Any IP)/.test(english));
    await error.getByText(say[message]).waitFor();
    assert.equal(await error.locator(".cause").textContent(), say[message]);
    assert.equal(await error.locator(".fix").textContent(), say[fix]);
    assert.equal(await error.getAttribute("role"), "alert");
    assert.equal(await error.locator(".cause").getAttribute("lang"), null);
    const causes = await error.locator(".causes li:visible").allTextContents();
    assert.ok(causes.length > 2 && causes.every((cause) => Object.values(say).includes(cause)), causes.join(" "));
    await page.waitForFunction(() => document.activeElement?.id === "field-apiToken");
    // Hosts and keys run from left to right, at the side where the page's lines begin.
    const { direction, textAlign } = await form(page).field("instanceUrl").evaluate((input) => getComputedStyle(input));
    assert.equal(direction, "ltr");
    assert.equal(textAlign, rightToLeft ? "right" : "start");
    await look(page, `languages-${lang}-rejected`, { widths });
    await page.context().close();
  });

  test(`every language: a text without a translation is marked as English in ${lang}`, async () => {
    // Every text has a translation today, so the edge's responses are changed on their way. `core/languages` holds that the edge marks a text.
    const page = await chromium.page({ locale: "en-US" });
    const inJson = (text) => JSON.stringify(text).slice(1, -1);
    const unsaid = (english) => [inJson(say[english]), inJson(`\u2066${english}\u2069`)];
    const changed = ["Okta does not accept this API token.", "Read users"].map(unsaid);
    await page.route("**/api/v1/connect", async (route) => {
      if (route.request().method() !== "POST") return route.continue();
      const response = await route.fetch();
      const body = changed.reduce((text, [ours, theirs]) => text.replaceAll(ours, theirs), await response.text());
      await route.fulfill({ response, body });
    });
    await page.route("**/link/**", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replace('class="step"', 'class="step" lang="en"') });
    });
    const { url } = await edge.session(edge.testKey, { locale: lang });
    await page.goto(url);
    await ready(page);
    await page.locator(".tick").first().waitFor({ state: "attached" });
    assert.equal(await page.locator(".tick .unseen").first().getAttribute("lang"), "en", "the button of an English step is not marked as English");
    const marks = (locator) => locator.evaluate((node) => [node.lang, getComputedStyle(node).direction, getComputedStyle(node).textAlign]);
    await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken("revoked") });
    const cause = form(page).error("apiToken");
    await cause.waitFor();
    assert.equal(await cause.textContent(), "\u2066Okta does not accept this API token.\u2069");
    assert.deepEqual(await marks(cause), ["en", "ltr", rightToLeft ? "right" : "start"]);
    assert.equal((await marks(page.locator('[data-field="apiToken"] .error .fix')))[0], "");
    await look(page, `languages-${lang}-english`, { widths });
    // A text in the page's own language that comes later at the same place is not marked.
    await form(page).field("apiToken").fill("");
    await form(page).connect.click();
    await cause.filter({ hasText: /^[^\u2066]+$/ }).waitFor();
    assert.equal(await cause.getAttribute("lang"), null);
    await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
    await form(page).connected.waitFor();
    const capability = page.locator(".checks li > span:last-child").filter({ hasText: "Read users" });
    assert.equal((await marks(capability))[0], "en");
    assert.equal(await page.locator(".checks li[lang], .checks .unseen[lang], #latchkey-connected[lang]").count(), 0);
    await page.context().close();
  });

  test(`every language: the list of services, a guide and a dead end are in ${lang}, and nothing is cut off`, async () => {
    const page = await chromium.page();
    const { url } = await edge.session(edge.testKey, { locale: lang, providers: ["okta", "gitlab"] });
    await page.goto(url);
    await page.getByRole("heading", { name: say["Choose a service"] }).waitFor();
    await look(page, `languages-${lang}-choice`, { widths });
    await page.setExtraHTTPHeaders({ "accept-language": lang });
    for (const [path, english] of [["guides/okta", "What you will be asked for"], ["link/nothing", "This link does not work"]]) {
      await page.goto(`${edge.url}/${path}`);
      await page.getByRole("heading", { name: say[english] }).waitFor();
      await look(page, `languages-${lang}-${path.replace("/", "-")}`, { widths });
    }
    await page.context().close();
  });
}

test("the modal starts in the browser's language, and changes to the form's once the form has loaded", async () => {
  for (const [locale, browser, first, then] of [
    [undefined, "de-DE", "de", "de"],
    ["ar", "en-US", "en", "ar"],
    ["en", "de-DE", "de", "en"],
  ]) {
    host.answers.push(() => edge.session(edge.testKey, { locale }));
    const page = await openHost(chromium, host.page(`/modal-${then}`, embedding(BUTTON)), { locale: browser });
    const close = (lang) => (lang === "en" ? "Close" : words(lang).Close);
    let go;
    await page.route("**/embed/*", (route) => (go = () => route.continue()));
    await page.locator("#open").click();
    await page.getByRole("button", { name: close(first) }).waitFor();
    while (!go) await page.waitForTimeout(20);
    await go();
    const frame = await formIn(page);
    await page.getByRole("button", { name: close(then) }).waitFor();
    assert.equal(await frame.evaluate(() => document.documentElement.lang), then);
    const [button, dialog] = await Promise.all(["dialog .close", "dialog"].map((part) => page.locator(part).boundingBox()));
    assert.equal(button.x - dialog.x < dialog.width / 2, then === "ar", "the button is on the side where lines end");
    await page.getByRole("button", { name: close(then) }).click();
    await hears(page, "close");
    assert.deepEqual(page.errors, []);
    await page.context().close();
  }
});

test("the session's language comes first, and the browser's is used when the session has none", async () => {
  const german = await open({}, { locale: "de-AT" });
  assert.equal(await german.evaluate(() => document.documentElement.lang), "de");
  const english = await open({ locale: "en" }, { locale: "de-AT" });
  assert.equal(await english.evaluate(() => document.documentElement.lang), "en");
  await submit(english, { instanceUrl: MAGIC_HOST, apiToken: magicToken("revoked") });
  await form(english).error("apiToken").filter({ hasText: "Okta does not accept this API token." }).waitFor();
  await Promise.all([german, english].map((page) => page.context().close()));
});

test("an English page loads no other language", async () => {
  const page = await open({}, { locale: "en-US" });
  assert.equal(await page.evaluate(() => JSON.parse(document.getElementById("latchkey").textContent).words), undefined);
  assert.deepEqual(page.urls.filter((url) => url.includes("words")), []);
  await page.context().close();
});
