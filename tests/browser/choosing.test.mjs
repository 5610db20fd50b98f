// A link for several services: first the list of services, then the form of one, and the link back.

import assert from "node:assert/strict";
import { test } from "node:test";

import { form, ready } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { MAGIC_HOST, magicToken } from "../harness/deployment.mjs";
import { look } from "../harness/screenshots.mjs";

let edge, chromium;
setUp({ faults: true }, (started) => ({ edge, chromium } = started));

const providers = ["okta", "harness", "launchdarkly", "gitlab"];
const session = () => edge.session(edge.testKey, { providers });

test("a service can be chosen by the keyboard, its form works, and a link returns to the list", async () => {
  const { url } = await session();
  const page = await chromium.page();
  await page.goto(url);
  const links = page.getByRole("navigation").getByRole("link");
  assert.deepEqual(await links.allInnerTexts().then((texts) => texts.map((text) => text.split("\n").pop())), ["Okta", "Harness", "LaunchDarkly", "GitLab"]);
  assert.equal(await page.locator("#latchkey-search").isVisible(), false, "four need no search");
  await page.getByRole("link", { name: "LaunchDarkly" }).focus();
  await page.keyboard.press("Enter");
  await ready(page);
  assert.equal(await form(page).field("accessToken").count(), 1);
  assert.equal(new URL(page.url()).hash, "", "the token is in the address bar");
  await page.locator("#latchkey-for").filter({ hasText: "Ada" }).waitFor();
  await page.getByRole("link", { name: "Choose another service" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Choose a service" }).waitFor();
  assert.equal(new URL(page.url()).hash, "");
  await page.goBack();
  await ready(page);
  await page.context().close();
});

test("a service that this person has connected is marked with the day, and one of another person is not", async () => {
  const one = await edge.session(edge.testKey, { providers: ["okta"] });
  const other = await edge.session(edge.testKey, { providers: ["gitlab"], endUser: { id: "somebody-else" } });
  assert.equal((await edge.fill(one, "okta", { instanceUrl: MAGIC_HOST, apiToken: magicToken() })).status, 200);
  assert.equal((await edge.fill(other, "gitlab", { accessToken: "glpat-test-api-00000000000" })).status, 200);
  const { url } = await session();
  const page = await chromium.page();
  await page.goto(url);
  const mark = page.locator("small:visible");
  await mark.waitFor();
  assert.match(await mark.innerText(), /^Connected on \w+ \d+, 2\d{3}$/);
  assert.equal(await mark.locator("xpath=ancestor::a").evaluate((link) => new URL(link.href).search), "?app=okta");
  await look(page, "picker-connected");
  await page.context().close();
});

test("the arrow keys go through the list", async () => {
  const { url } = await session();
  const page = await chromium.page();
  await page.goto(url);
  const focused = () => page.evaluate(() => new URLSearchParams(document.activeElement.search).get("app"));
  await page.getByRole("link", { name: "Okta" }).focus();
  await page.waitForFunction(() => performance.getEntriesByType("resource").some(({ name }) => name.includes("/extras-")));
  await page.waitForTimeout(200);
  for (const [key, app] of [["ArrowDown", "harness"], ["ArrowDown", "launchdarkly"], ["ArrowUp", "harness"], ["ArrowUp", "okta"], ["ArrowUp", "okta"]]) {
    await page.keyboard.press(key);
    assert.equal(await focused(), app);
  }
  await page.context().close();
});

test("no requested address holds the token", async () => {
  const { url, token } = await session();
  const page = await chromium.page();
  await page.goto(url);
  await page.getByRole("link", { name: "Okta" }).click();
  await ready(page);
  const secret = token.split(".").pop();
  assert.deepEqual(page.urls.filter((address) => address.split("#")[0].includes(secret)), []);
  await page.context().close();
});

test("the list of services works before any program has loaded", async () => {
  const { url } = await session();
  const page = await chromium.page();
  await page.route(/\/assets\//, (route) => route.abort());
  await page.goto(url);
  await page.getByRole("link", { name: "Harness" }).click();
  await form(page).field("apiKey").waitFor();
  await page.unroute(/\/assets\//);
  await page.reload();
  await ready(page);
  await page.locator("#latchkey-for").filter({ hasText: "Ada" }).waitFor();
  await page.context().close();
});

const MANY = ["okta", "harness", "launchdarkly", "gitlab", "github", "sentry", "datadog", "asana", "linear"];

test("a long list is searched by name, other names and kind; the matches are counted, and Enter opens the first", async () => {
  const page = await chromium.page();
  await page.goto((await edge.session(edge.testKey, { providers: MANY })).url);
  const query = page.getByLabel("Search");
  await query.waitFor();
  await look(page, "picker-search");
  const found = () => page.locator("nav section:not(#latchkey-recent) a").evaluateAll((links) => links.filter((link) => link.checkVisibility()).map((link) => new URL(link.href).searchParams.get("app")));
  for (const [typed, expected] of [
    ["arkly", ["launchdarkly"]],
    ["error tracking", ["sentry"]],
    ["TRACKING  Error", ["sentry"]],
    ["source code", ["gitlab", "github"]],
    ["ókta", ["okta"]],
    ["nothing like it", []],
  ]) {
    await query.fill("");
    await query.focus();
    await page.keyboard.type(typed);
    await page.getByRole("status").filter({ hasText: `Services found: ${expected.length}` }).waitFor();
    assert.deepEqual(await found(), expected, typed);
  }
  await query.fill("");
  assert.equal((await found()).length, MANY.length);
  await page.keyboard.type("sentr");
  await page.keyboard.press("Enter");
  await ready(page);
  assert.equal(new URL(page.url()).searchParams.get("app"), "sentry");
  await page.context().close();
});

test("in a long list, what the person connected last stands first too, and not while they search", async () => {
  const one = await edge.session(edge.testKey, { providers: ["gitlab"], endUser: { id: "recent" } });
  assert.equal((await edge.fill(one, "gitlab", { accessToken: "glpat-test-api-00000000001" })).status, 200);
  const page = await chromium.page();
  await page.goto((await edge.session(edge.testKey, { providers: MANY, endUser: { id: "recent" } })).url);
  const recent = page.locator("section", { has: page.getByRole("heading", { name: "Connected last" }) });
  await recent.getByRole("link").waitFor();
  assert.deepEqual(await recent.getByRole("link").evaluateAll((links) => links.map((link) => new URL(link.href).searchParams.get("app"))), ["gitlab"]);
  await page.getByLabel("Search").fill("git");
  assert.equal(await recent.isVisible(), false);
  await page.getByLabel("Search").fill("");
  await recent.getByRole("link").click();
  await ready(page);
  await page.context().close();
});

test("the gallery has every service, is searched as the choice is, and leads to the guide", async () => {
  const page = await chromium.page();
  await page.goto(`${edge.url}/providers`);
  const query = page.getByLabel("Search");
  await query.waitFor();
  const shown = () => page.getByRole("navigation").getByRole("link").evaluateAll((links) => links.filter((link) => link.checkVisibility()).length);
  assert.ok((await shown()) >= 60);
  await look(page, "gallery");
  await query.fill("feature flag");
  assert.ok((await shown()) < 10 && (await shown()) > 1);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /^How to connect / }).waitFor();
  await page.context().close();
});

test("a service that the link does not offer leads back to the list of services", async () => {
  const only = await edge.session(edge.testKey, { providers: ["okta", "harness"] });
  const page = await chromium.page();
  await page.goto(only.url.replace("#", "?app=gitlab#"));
  await page.getByRole("heading", { name: "Choose a service" }).waitFor();
  await page.context().close();
});
