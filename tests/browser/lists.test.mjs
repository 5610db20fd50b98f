// Lists of the form: the regions of a service, which a pasted address chooses by itself, and what a key opens, which is asked for after
// the key was verified.

import assert from "node:assert/strict";
import { test } from "node:test";

import { axe, focused, form, paste, ready, submit } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";

const API_KEY = "7e57000100000000000000000000abcd";
const APPLICATION_KEY = "7e570000000000000000000000000000000000ab";
const SEVERAL = "test/asana-two";
const [FIRST, SECOND] = ["1200000000000001", "1200000000000002"];

let edge, chromium;
setUp({ faults: true }, (started) => ({ edge, chromium } = started));

async function open(provider, { more = {}, ...options } = {}) {
  const session = await edge.session(edge.testKey, { providers: [provider], ...more });
  const page = await chromium.page(options);
  await page.goto(session.url);
  await ready(page);
  return page;
}

const site = (page) => form(page).field("instanceUrl");
const chosen = (page, field) => form(page).field(field).evaluate((list) => [list.value, list.selectedOptions[0]?.text]);
const waitFor = (page, field, value) => page.waitForFunction(([id, value]) => document.getElementById(id).value === value, [`field-${field}`, value]);
const stored = async (app, id) => (await edge.listed()).find((account) => account.id === id)?.credentials;

/** Presses Connect, and returns the account. */
async function connected(page, app) {
  await form(page).connected.waitFor();
  const [account] = (await edge.listed()).filter((account) => account.app === app);
  return account;
}

test("nobody chooses a region for the person, and the keyboard chooses one", async () => {
  const page = await open("datadog");
  assert.deepEqual(await chosen(page, "instanceUrl"), ["", "Choose…"]);
  assert.equal(await focused(page), "Datadog Site");
  await form(page).connect.click();
  await form(page).error("instanceUrl").waitFor();
  assert.equal(await page.locator('[data-field="instanceUrl"] .error .fix').innerText(), "Choose a Datadog site.");
  assert.equal(await focused(page), "Datadog Site");
  await page.keyboard.type("EU1");
  assert.deepEqual(await chosen(page, "instanceUrl"), ["api.datadoghq.eu", "EU1 — api.datadoghq.eu"]);
  await form(page).error("instanceUrl").waitFor({ state: "hidden" });
  await form(page).field("apiKey").fill(API_KEY);
  await form(page).field("applicationKey").fill(APPLICATION_KEY);
  await page.keyboard.press("Enter");
  const { id } = await connected(page, "datadog");
  assert.equal((await stored("datadog", id)).instanceUrl, "https://api.datadoghq.eu");
  await page.context().close();
});

test("the pointer chooses a region, and it stays while other fields are filled in", async () => {
  const page = await open("datadog");
  await site(page).selectOption({ label: "US1 — api.datadoghq.com" });
  await form(page).field("apiKey").fill(API_KEY);
  await form(page).field("applicationKey").fill(APPLICATION_KEY);
  await form(page).field("apiKey").focus();
  assert.deepEqual(await chosen(page, "instanceUrl"), ["api.datadoghq.com", "US1 — api.datadoghq.com"]);
  await form(page).connect.click();
  await form(page).connected.waitFor();
  await page.context().close();
});

test("an address that is pasted while the list has the focus chooses its region, and says so", async () => {
  const page = await open("datadog");
  for (const [text, host, note] of [
    ["https://app.datadoghq.eu/logs?query=a", "api.datadoghq.eu", "Changed to EU1 (api.datadoghq.eu)."],
    ["Ours is https://us5.datadoghq.com, since 2024", "api.us5.datadoghq.com", "Changed to US5 (api.us5.datadoghq.com)."],
    ["api.datadoghq.com", "api.datadoghq.com", ""],
  ]) {
    await paste(page, "instanceUrl", text);
    await waitFor(page, "instanceUrl", host);
    await page.waitForFunction((note) => document.querySelector('[data-field="instanceUrl"] .note').textContent === note, note);
  }
  await paste(page, "instanceUrl", "https://us3.datadoghq.com/");
  await waitFor(page, "instanceUrl", "api.us3.datadoghq.com");
  // The note stays when the person goes on.
  await page.keyboard.press("Tab");
  await page.waitForTimeout(500);
  assert.equal(await form(page).note("instanceUrl").innerText(), "Changed to US3 (api.us3.datadoghq.com).");
  await page.context().close();
});

test("what is pasted into the list and names no region is told, changes nothing, and is kept nowhere", async () => {
  const page = await open("datadog");
  await site(page).selectOption("api.datadoghq.eu");
  for (const text of [API_KEY, "https://evil.example/app.datadoghq.com", "app.datadoghq.com.evil.example"]) {
    await paste(page, "instanceUrl", text);
    await form(page).error("instanceUrl").waitFor();
    assert.equal((await chosen(page, "instanceUrl"))[0], "api.datadoghq.eu", text);
    assert.ok(!(await page.content()).includes(text), text);
    await site(page).selectOption("api.datadoghq.eu");
    await form(page).error("instanceUrl").waitFor({ state: "hidden" });
  }
  await page.context().close();
});

test("an address that is pasted into another field chooses the region too, even after a choice by hand", async () => {
  const page = await open("datadog");
  await paste(page, "apiKey", "https://app.datadoghq.eu/organization-settings/api-keys");
  await waitFor(page, "instanceUrl", "api.datadoghq.eu");
  assert.equal(await form(page).note("instanceUrl").innerText(), "Taken from API Key.");
  await site(page).selectOption("api.datadoghq.com");
  await form(page).field("apiKey").fill(API_KEY);
  await form(page).field("applicationKey").focus();
  await page.waitForTimeout(1_000);
  assert.equal((await chosen(page, "instanceUrl"))[0], "api.datadoghq.com", "a choice by hand was changed without a paste");
  await paste(page, "applicationKey", "https://us5.datadoghq.com/organization-settings/application-keys");
  await waitFor(page, "instanceUrl", "api.us5.datadoghq.com");
  await page.context().close();
});

for (const value of ["EU1", "https://app.datadoghq.eu/", "api.datadoghq.eu", "https://api.datadoghq.eu"]) {
  test(`a session can start with the region ${value}`, async () => {
    const page = await open("datadog", { more: { prefill: { instanceUrl: value } } });
    await waitFor(page, "instanceUrl", "api.datadoghq.eu");
    await page.context().close();
  });
}

test("in update mode the region is that of the account", async () => {
  const values = { instanceUrl: "app.datadoghq.eu", apiKey: API_KEY, applicationKey: APPLICATION_KEY };
  const { body } = await edge.link("datadog", values, { key: edge.testKey });
  const page = await open("datadog", { more: { connectionId: body.connection.id } });
  await waitFor(page, "instanceUrl", "api.datadoghq.eu");
  await form(page).field("apiKey").fill(API_KEY);
  await form(page).field("applicationKey").fill(APPLICATION_KEY);
  await page.keyboard.press("Enter");
  await form(page).connected.waitFor();
  assert.equal((await stored("datadog", body.connection.id)).instanceUrl, "https://api.datadoghq.eu");
  await page.context().close();
});

/** Submits a key that opens two workspaces. */
async function asked(options) {
  const page = await open("asana", options);
  assert.equal(await form(page).field("workspace").isVisible(), false, "it was asked before the key was verified");
  await submit(page, { accessToken: SEVERAL });
  await form(page).error("workspace").waitFor();
  return page;
}

test("a key that opens several workspaces is asked which one, with the focus there and everything kept", async () => {
  const page = await asked();
  assert.equal(await form(page).error("workspace").innerText(), "This key opens several. Which one do you want to connect?");
  await page.waitForFunction(() => document.activeElement?.id === "field-workspace");
  const options = await form(page).field("workspace").evaluate((list) => [...list.options].map(({ value, text }) => [value, text]));
  assert.deepEqual(options, [["", "Choose…"], [FIRST, "Acme"], [SECOND, "Acme Labs"]]);
  assert.equal(await form(page).field("accessToken").inputValue(), SEVERAL);
  assert.deepEqual(await axe(page), []);
  await page.keyboard.type("Acme L");
  await form(page).error("workspace").waitFor({ state: "hidden" });
  await form(page).connect.click();
  const { id } = await connected(page, "asana");
  assert.equal((await stored("asana", id)).workspace, SECOND);
  await page.context().close();
});

test("without a choice the question is asked again, and the pointer answers it", async () => {
  const page = await asked();
  await form(page).connect.click();
  await page.waitForFunction(() => document.querySelector("#latchkey-form").dataset.state === "asking");
  await form(page).error("workspace").waitFor();
  await form(page).field("workspace").selectOption({ label: "Acme" });
  await form(page).connect.click();
  await form(page).connected.waitFor();
  await page.context().close();
});

test("in update mode the workspace is kept, and one that the new key does not open is asked for", async () => {
  const { body } = await edge.link("asana", { accessToken: SEVERAL, workspace: SECOND }, { key: edge.testKey });
  const { id } = body.connection;
  const kept = await open("asana", { more: { connectionId: id } });
  await waitFor(kept, "workspace", SECOND);
  assert.equal(await form(kept).field("workspace").isVisible(), false);
  await submit(kept, { accessToken: SEVERAL });
  await form(kept).connected.waitFor();
  assert.equal((await stored("asana", id)).workspace, SECOND);
  await kept.context().close();
  // A key that opens another workspace only.
  const other = await open("asana", { more: { connectionId: id } });
  await waitFor(other, "workspace", SECOND);
  await submit(other, { accessToken: "test/asana-one" });
  await form(other).error("workspace").waitFor();
  assert.match(await form(other).error("workspace").innerText(), /^Workspace: this key does not open what was chosen/);
  assert.deepEqual(await form(other).field("workspace").evaluate((list) => [...list.options].map(({ text }) => text)), ["Choose…", "Acme"]);
  await form(other).field("workspace").selectOption({ label: "Acme" });
  await form(other).connect.click();
  await form(other).connected.waitFor();
  assert.equal((await stored("asana", id)).workspace, FIRST);
  await other.context().close();
});

test("every test value of a service with lists fills in its form", async () => {
  for (const [provider, field, name, value] of [
    ["datadog", "instanceUrl", /Keys of the site EU1/, "api.datadoghq.eu"],
    ["asana", "workspace", /The second of two workspaces/, SECOND],
  ]) {
    const page = await open(provider);
    await page.locator("#latchkey-tests summary").click();
    await page.locator("#latchkey-tests button").filter({ hasText: name }).click();
    await waitFor(page, field, value);
    await form(page).connect.click();
    await form(page).connected.waitFor();
    await page.context().close();
  }
});

test("a refusal that lists choices is the same for a program", async () => {
  const refused = await edge.link("asana", { accessToken: SEVERAL }, { key: edge.testKey });
  assert.equal(refused.status, 422, refused.text);
  assert.deepEqual(refused.body.errors[0].choices, [{ value: FIRST, label: "Acme" }, { value: SECOND, label: "Acme Labs" }]);
  assert.equal(refused.body.errors[0].code, "choice_required");
});
