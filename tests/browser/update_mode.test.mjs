// Update mode: a session replaces the key of an account. The form asks for missing values only, and the account stays the same.

import assert from "node:assert/strict";
import { test } from "node:test";

import { axe, focused, oktaForm, ready } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { MAGIC_HOST, found, magicToken } from "../harness/deployment.mjs";

let edge, chromium;
setUp({ faults: true }, (started) => ({ edge, chromium } = started));

/** Makes an account, and a new link to change its key. */
async function account(more = {}) {
  const old = magicToken();
  const linked = await edge.link("okta", { instanceUrl: MAGIC_HOST, apiToken: old }, { key: edge.testKey });
  assert.equal(linked.status, 200, linked.text);
  const { connection } = linked.body;
  return { connection, old, session: await edge.session(edge.testKey, { connectionId: connection.id, ...more }) };
}

test("the form asks for the key only, stored values are folded and prefilled, and the account keeps its id and name", async () => {
  const { connection, old, session } = await account();
  const page = await chromium.page();
  await page.goto(session.url);
  await ready(page);
  const { host, token, connected, more } = oktaForm(page);
  await page.getByText(/The API Token “Example Integration” was stored on .+ 2\d{3}\. It stays in use/).waitFor();
  assert.equal(await focused(page), "API Token");
  assert.equal(await host.isVisible(), false);
  assert.equal(await token.inputValue(), "");
  await more.locator("summary").first().focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction((host) => document.getElementById("field-instanceUrl").value.includes(host), MAGIC_HOST);
  await token.focus();
  await page.keyboard.type(magicToken());
  await page.keyboard.press("Enter");
  await connected.waitFor();
  const [now] = (await edge.listed()).filter(({ id }) => id === connection.id);
  assert.deepEqual([now.name, now.version], [connection.name, 2]);
  assert.deepEqual(found(old, await page.content()), []);
  await page.context().close();
});

test("a refused key leaves the account unchanged, and its field shows the error", async () => {
  const { connection, session } = await account();
  const page = await chromium.page();
  await page.goto(session.url);
  await ready(page);
  await oktaForm(page).token.fill(magicToken("revoked"));
  await page.keyboard.press("Enter");
  await oktaForm(page).error("apiToken").waitFor();
  assert.equal((await edge.listed()).find(({ id }) => id === connection.id).version, 1);
  assert.deepEqual(await axe(page), []);
  await page.context().close();
});

test("a stored value never overwrites one that was typed before it loaded", async () => {
  const { session } = await account();
  const page = await chromium.page();
  let letGo;
  const held = new Promise((resolve) => (letGo = resolve));
  await page.route("**/api/v1/connect", async (route) => (await held, route.continue()));
  await page.goto(session.url);
  await oktaForm(page).more.locator("summary").first().click();
  await oktaForm(page).host.fill("typed.okta.com");
  letGo();
  await page.locator("#latchkey-stored").waitFor();
  await ready(page);
  assert.equal(await oktaForm(page).host.inputValue(), "typed.okta.com");
  await page.context().close();
});

test("a link to update a deleted account says that the account is gone", async () => {
  const { connection, session } = await account();
  await edge.send("DELETE", `/api/v1/app-connections/okta/${connection.id}`, { token: edge.testKey });
  const page = await chromium.page();
  await page.goto(session.url);
  await page.getByRole("heading", { name: "The account no longer exists" }).waitFor();
  await page.context().close();
});

test("a key that is submitted before the stored values have loaded waits for them, and the form says so", async () => {
  const { connection, session } = await account();
  const page = await chromium.page();
  let letGo;
  const held = new Promise((resolve) => (letGo = resolve));
  await page.route("**/api/v1/connect", async (route) => (await held, route.continue()));
  await page.goto(session.url);
  await ready(page);
  await oktaForm(page).token.fill(magicToken());
  await page.keyboard.press("Enter");
  await page.getByText("Your input will be sent as soon as it is ready.").waitFor();
  assert.equal(await oktaForm(page).error("instanceUrl").isVisible(), false);
  letGo();
  await oktaForm(page).connected.waitFor();
  assert.equal((await edge.listed()).find(({ id }) => id === connection.id).version, 2);
  await page.context().close();
});
