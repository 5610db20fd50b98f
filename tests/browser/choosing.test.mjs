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
  await edge.fill(one, "okta", { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await edge.fill(other, "gitlab", { accessToken: "glpat-test-api-0000000000" });
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

test("a long list can be searched, the number of matches is announced, and Enter opens a match", async () => {
  const page = await chromium.page();
  // More services than there are: the page's own entries, under other names.
  await page.route("**/link/**", async (route) => {
    if (route.request().url().includes("?")) return route.continue();
    const answer = await route.fetch();
    const html = await answer.text();
    const [entry] = /<li><a href="\?app=okta".*?<\/a><\/li>/.exec(html);
    const more = ["Alpha", "Beta", "Gamma", "Delta"].map((name) => entry.replace("Okta", name));
    await route.fulfill({ response: answer, body: html.replace(entry, entry + more.join("")) });
  });
  await page.goto((await session()).url);
  const query = page.getByLabel("Search");
  await query.waitFor();
  await look(page, "picker-search");
  await query.focus();
  await page.keyboard.type("lta");
  await page.getByRole("status").filter({ hasText: "Services found: 1" }).waitFor();
  assert.deepEqual(await page.getByRole("link").evaluateAll((links) => links.filter((link) => link.checkVisibility()).map((link) => link.textContent)), ["ODelta"]);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await ready(page);
  await page.context().close();
});

test("a service that the link does not offer leads back to the list of services", async () => {
  const only = await edge.session(edge.testKey, { providers: ["okta", "harness"] });
  const page = await chromium.page();
  await page.goto(only.url.replace("#", "?app=gitlab#"));
  await page.getByRole("heading", { name: "Choose a service" }).waitFor();
  await page.context().close();
});
