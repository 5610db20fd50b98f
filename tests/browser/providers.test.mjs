// Behavior of the form that a provider's file configures: values taken from a pasted one, folded fields, links that follow typed values,
// and the report about an accepted key.

import assert from "node:assert/strict";
import { test } from "node:test";

import { clipboard, fill, focused, form, paste, ready, submit } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { found } from "../harness/deployment.mjs";

const ACCOUNT = "AbCdEfGhIjKlMnOpQrStUv";
const ADDRESS = `https://app3.harness.io/ng/account/${ACCOUNT}/home/get-started`;
const KEY = `pat.${ACCOUNT}.0123456789abcdef01234567.abcdefghijklmnopqrst`;
const OTHERS_KEY = KEY.replace(ACCOUNT, "ZyXwVuTsRqPoNmLkJiHgFe");

let edge, chromium;
setUp({}, (started) => ({ edge, chromium } = started));

/** Opens a fresh link for a provider. */
async function open(provider, { more = {}, ...options } = {}) {
  const session = await edge.session(edge.testKey, { providers: [provider], ...more });
  const page = await chromium.page(options);
  await page.goto(session.url);
  await ready(page);
  return page;
}

const testValues = async (provider) => (await edge.send("GET", `/api/v1/providers/${provider}`, { token: edge.testKey })).body.testValues;
const submits = (page) => page.urls.filter((url) => url.endsWith("/api/v1/connect")).length;

for (const from of ["apiKey", "accountIdentifier", "instanceUrl"]) {
  test(`an address pasted into Harness’s ${from} fills in account and host, and opens the folded fields`, async () => {
    const page = await open("harness");
    const { field, note, more } = form(page);
    assert.equal(await field("instanceUrl").isVisible(), false);
    if (from === "instanceUrl") await more.locator("summary").first().click();
    await paste(page, from, ADDRESS);
    for (const [id, value] of [["accountIdentifier", ACCOUNT], ["instanceUrl", "app3.harness.io"]].filter(([id]) => id !== from)) {
      await note(id).filter({ hasText: "Taken from" }).waitFor();
      assert.equal(await field(id).inputValue(), value);
    }
    assert.equal(await field(from).inputValue(), ADDRESS, "the pasted value must stay unchanged");
    assert.ok(await field("instanceUrl").isVisible());
    assert.equal(await focused(page), (await page.locator(`label[for="field-${from}"]`).innerText()).trim());
    await page.context().close();
  });
}

test("a Harness key fills in the account, another key replaces it, and a typed account stays", async () => {
  const page = await open("harness");
  const { field, note, more } = form(page);
  await paste(page, "apiKey", KEY);
  await note("accountIdentifier").filter({ hasText: "Taken from API Key." }).waitFor();
  assert.equal(await field("accountIdentifier").inputValue(), ACCOUNT);
  assert.equal(await more.getAttribute("open"), null, "the fields opened although the key fills in no folded field");
  assert.deepEqual(found(KEY.split(".").slice(2).join("."), await page.content()), [], "the page holds a secret");
  await field("apiKey").press("ControlOrMeta+A");
  await paste(page, "apiKey", OTHERS_KEY);
  await page.waitForFunction(() => document.querySelector("#field-accountIdentifier").value.startsWith("Zy"));
  await field("accountIdentifier").fill("typed-by-hand");
  await field("apiKey").press("ControlOrMeta+A");
  await paste(page, "apiKey", KEY);
  await page.waitForTimeout(1_000);
  assert.equal(await field("accountIdentifier").inputValue(), "typed-by-hand");
  assert.equal(await note("accountIdentifier").innerText(), "");
  await page.context().close();
});

test("the account is also taken from a value that was pasted before the program loaded, and from a typed key", async () => {
  const session = await edge.session(edge.testKey, { providers: ["harness"] });
  const early = await chromium.page();
  let letGo;
  const held = new Promise((resolve) => (letGo = resolve));
  await early.route("**/*.wasm", async (route) => (await held, route.continue()));
  await early.goto(session.url);
  await paste(early, "apiKey", ADDRESS);
  assert.equal(await form(early).field("accountIdentifier").inputValue(), "");
  letGo();
  await form(early).note("accountIdentifier").filter({ hasText: "Taken" }).waitFor();
  assert.ok(await form(early).field("instanceUrl").isVisible());
  await early.context().close();

  const page = await open("harness");
  await form(page).field("apiKey").pressSequentially(KEY);
  await form(page).note("accountIdentifier").filter({ hasText: "Taken" }).waitFor();
  assert.equal(await form(page).field("accountIdentifier").inputValue(), ACCOUNT);
  assert.equal(await focused(page), "API Key");
  await page.context().close();
});

test("a key of another account than the typed one is reported before anything is sent", async () => {
  const page = await open("harness");
  const { error, field } = form(page);
  await fill(page, { accountIdentifier: ACCOUNT, apiKey: OTHERS_KEY });
  const before = submits(page);
  await field("apiKey").press("Enter");
  await error("accountIdentifier").waitFor();
  assert.match(await error("accountIdentifier").innerText(), /belongs to another account/);
  assert.equal(await focused(page), "Account Identifier");
  assert.equal(submits(page), before);
  await page.context().close();
});

test("an account that the key does not hold is asked for, and an error on a folded field opens it", async () => {
  const page = await open("harness");
  const { error, field, more, connect } = form(page);
  await field("apiKey").fill("something-else");
  await connect.click();
  await error("accountIdentifier").waitFor();
  await fill(page, { accountIdentifier: ACCOUNT, instanceUrl: "evil.example.com" });
  await more.locator("summary").first().click();
  assert.equal(await field("instanceUrl").isVisible(), false);
  await connect.click();
  await error("instanceUrl").waitFor();
  assert.ok(await field("instanceUrl").isVisible());
  while ((await focused(page)) === "") await page.waitForTimeout(20);
  assert.equal(await focused(page), "Harness Host (optional)");
  await page.context().close();
});

test("folded fields are reached by Tab after the others, and open by the keyboard", async () => {
  const page = await open("launchdarkly");
  await form(page).field("accessToken").focus();
  for (let presses = 0; (await page.evaluate(() => document.activeElement.tagName)) !== "SUMMARY"; presses += 1) {
    assert.ok(presses < 5, "the summary is not reached");
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.type("app.eu.launchdarkly.com");
  assert.equal(await form(page).field("instanceUrl").inputValue(), "app.eu.launchdarkly.com");
  await page.context().close();
});

test("the guide’s step for a folded field opens, and so does the folded background it is in", async () => {
  const page = await open("harness");
  await form(page).more.locator("summary").first().click();
  await form(page).field("instanceUrl").focus();
  await page.locator('[data-for="instanceUrl"] > details[open] .inside').waitFor();
  assert.ok(await page.locator(".background[open]").count() === 1);
  await page.context().close();
});

test("a prefilled folded field is visible", async () => {
  const page = await open("launchdarkly", { more: { prefill: { instanceUrl: "app.eu.launchdarkly.com" } } });
  await form(page).field("instanceUrl").waitFor();
  assert.equal(await form(page).field("instanceUrl").inputValue(), "app.eu.launchdarkly.com");
  await page.context().close();
});

test("links to the provider’s console follow the host and the account", async () => {
  const harness = await open("harness");
  const link = harness.getByRole("link", { name: /Open your account in Harness/ });
  assert.equal(await link.getAttribute("href"), "https://app.harness.io");
  await paste(harness, "apiKey", ADDRESS);
  await harness.locator(`a[href="${ADDRESS}"]`).waitFor();
  await harness.context().close();

  const launchdarkly = await open("launchdarkly");
  await fill(launchdarkly, { instanceUrl: "https://app.launchdarkly.us/" });
  await form(launchdarkly).field("instanceUrl").blur();
  await launchdarkly.locator('a[href="https://app.launchdarkly.us/settings/authorization"]').first().waitFor({ state: "attached" });
  await launchdarkly.context().close();
});

test("a customer’s own domain beyond ASCII is read as on the edge, and a white-label form does not name Latchkey", async () => {
  const body = { name: "Acme", whiteLabel: true, hosts: { okta: { customDomains: true } } };
  const made = await edge.send("POST", "/api/v1/projects", { token: edge.secrets.ADMIN_TOKEN, body });
  const session = await edge.session(made.body.apiKeys.test);
  const page = await chromium.page();
  await page.goto(session.url);
  await ready(page);
  const { field, note, error } = form(page);
  for (const [typed, read] of [
    ["https://Login.Bücher.de/app", "login.xn--bcher-kva.de"],
    ["почта.example.com", "xn--80a1acny.example.com"],
  ]) {
    await field("instanceUrl").fill(typed);
    await field("instanceUrl").blur();
    await note("instanceUrl").filter({ hasText: `Read as ${read}.` }).waitFor();
  }
  for (const typed of ["аcme.okta.com", "ｌogin.internal", "a%2eb.ü", "１０.0.0.1"]) {
    await field("instanceUrl").fill(typed);
    await field("instanceUrl").blur();
    await error("instanceUrl").waitFor();
    await field("instanceUrl").fill("");
  }
  assert.doesNotMatch(await page.locator("body").innerText(), /Latchkey/);
  await page.goto(await edge.guide("okta", made.body.apiKeys.test));
  assert.doesNotMatch(await page.locator("body").innerText(), /Latchkey/);
  await page.context().close();
});

test("a copy button copies its text, and says so", async () => {
  const page = await open("harness");
  await page.locator('[data-step]:has([data-copy]) > details > summary').first().click();
  const copy = page.getByRole("button", { name: /^Copy / }).first();
  await copy.click();
  await page.getByText("Copied").first().waitFor();
  assert.equal(await clipboard(page), "Example Integration");
  await page.context().close();
});

for (const provider of process.env.LATCHKEY_MATRIX ? ["harness", "launchdarkly"] : ["harness"]) {
  test(`every refusal of ${provider} is shown at its place, and an accepted key is described`, async () => {
    // A new link each time, because a reopened one has its typed values again.
    const session = () => edge.session(edge.testKey, { providers: [provider] });
    const page = await chromium.page();
    const values = await testValues(provider);
    const { error, alert, connected, field, state } = form(page);
    for (const value of values.filter(({ ending }) => ending !== "accepted")) {
      await page.goto("about:blank");
      await page.goto((await session()).url);
      await ready(page);
      await submit(page, value.fields);
      await (value.field ? error(value.field) : alert).waitFor();
      assert.equal(await state(), "asking", value.name);
      if (value.field) assert.equal(await focused(page), (await page.locator(`label[for="field-${value.field}"]`).innerText()).trim(), value.name);
      for (const [id, text] of Object.entries(value.fields)) assert.equal(await field(id).inputValue(), text, value.name);
    }
    await page.goto("about:blank");
    await page.goto((await session()).url);
    await ready(page);
    await submit(page, values.find(({ ending }) => ending === "accepted").fields);
    await connected.waitFor();
    const text = await page.locator("#latchkey-outcome").innerText();
    assert.match(text, /Connected as \S+/);
    assert.match(text, /(API Key|Access Token): \S+/);
    assert.match(text, /What was checked/);
    assert.match(text, /The (API Key|Access Token) can\n/);
    assert.deepEqual(page.errors, []);
    await page.context().close();
  });
}
