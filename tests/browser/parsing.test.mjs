// The program that parses what is typed: when it loads, what happens before it has come, and the form without it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { fill, form, oktaForm, paste, ready, submit } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { MAGIC_HOST, magicToken } from "../harness/deployment.mjs";

let edge, chromium;
setUp({}, (started) => ({ edge, chromium } = started));

const isParserRoute = /\/assets\/parser-/;
const isParser = (url) => isParserRoute.test(url);

async function open(prepare = async () => {}, providers = ["okta"]) {
  const page = await chromium.page();
  await prepare(page);
  await page.goto((await edge.session(edge.testKey, { providers })).url);
  await ready(page);
  return page;
}

/** Holds the program back until the returned function is called. */
async function hold(page) {
  let release;
  const held = new Promise((done) => (release = done));
  await page.route(isParserRoute, async (route) => {
    await held;
    await route.continue();
  });
  return release;
}

/** The bodies that are submitted. */
function submits(page) {
  const bodies = [];
  page.on("request", (request) => request.method() === "POST" && request.url().endsWith("/connect") && bodies.push(JSON.parse(request.postData())));
  return bodies;
}

test("the parser loads when typing begins, and not before", async () => {
  const page = await open();
  await oktaForm(page).host.focus();
  await page.waitForTimeout(300);
  assert.deepEqual(page.urls.filter(isParser), []);
  const loaded = page.waitForResponse((response) => isParser(response.url()) && response.url().endsWith(".wasm"));
  await page.keyboard.type("l");
  await loaded;
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await oktaForm(page).connected.waitFor();
  assert.equal(page.urls.filter(isParser).length, 2, "its script and its WebAssembly, once each");
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test("what was typed and pasted before the parser has come is read once it is there", async () => {
  let release;
  const page = await open(async (page) => (release = await hold(page)));
  await form(page).field("instanceUrl").fill("https://acme.okta.con/login");
  await paste(page, "apiToken", "export OKTA_TOKEN=00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab");
  await form(page).field("eventHookName").focus();
  await page.waitForTimeout(1_000);
  assert.equal(await form(page).error("instanceUrl").isVisible(), false);
  release();
  await page.locator('[data-field="instanceUrl"] .accept').waitFor();
  await form(page).note("apiToken").filter({ hasText: "Took the Okta API token out of the text around it." }).waitFor();
  assert.equal(await form(page).field("instanceUrl").inputValue(), "https://acme.okta.con/login");
  await page.context().close();
});

test("the parser waits for the session’s reply, which has its rules", async () => {
  let release;
  const held = new Promise((done) => (release = done));
  const page = await open((page) => page.route("**/api/v1/connect", async (route) => (await held, route.continue())));
  await form(page).field("instanceUrl").fill("acme.okta.con");
  await form(page).field("apiToken").focus();
  await page.waitForTimeout(500);
  assert.equal(await form(page).error("instanceUrl").isVisible(), false);
  release();
  await page.locator('[data-field="instanceUrl"] .accept').waitFor();
  await page.context().close();
});

test("a press before the parser has come waits for it, says so, and submits once, as parsed", async () => {
  let release;
  const page = await open(async (page) => (release = await hold(page)));
  const bodies = submits(page);
  await fill(page, { instanceUrl: `https://${MAGIC_HOST}/app/UserHome`, apiToken: magicToken() });
  await form(page).connect.click();
  await page.locator("#latchkey-waiting").waitFor();
  await form(page).connect.click();
  assert.deepEqual(bodies, []);
  release();
  await oktaForm(page).connected.waitFor();
  assert.deepEqual(bodies.map(({ fields }) => fields.instanceUrl.text), [`https://${MAGIC_HOST}`]);
  assert.equal(await page.locator("#latchkey-waiting").isVisible(), false);
  await page.context().close();
});

test("without the parser the form connects all the same, because the edge parses too", async () => {
  const page = await open((page) => page.route(isParserRoute, (route) => route.abort()));
  await fill(page, { instanceUrl: ` https://${MAGIC_HOST}/app/UserHome`, apiToken: magicToken() });
  assert.equal(page.urls.filter(isParser).length, 2, "each keystroke requests it again");
  await form(page).connect.click();
  await oktaForm(page).connected.waitFor();
  assert.equal(page.urls.filter(isParser).length, 4, "the press asks for it once more");
  await page.context().close();
});

test("without the parser the edge’s errors stand on their fields, and the parser is used once it loads", async () => {
  const page = await open((page) => page.route(isParserRoute, (route) => route.abort()));
  const token = magicToken();
  await fill(page, { instanceUrl: "acme.otka.com", apiToken: token });
  await form(page).connect.click();
  await form(page).error("instanceUrl").waitFor();
  assert.equal(await page.locator('[data-field="instanceUrl"] .accept').innerText(), "Use acme.okta.com");
  assert.equal(await oktaForm(page).token.inputValue(), token);
  await page.unroute(isParserRoute);
  await fill(page, { instanceUrl: MAGIC_HOST });
  await form(page).connect.click();
  await oktaForm(page).connected.waitFor();
  await page.context().close();
});

test("a lost response to texts that the edge alone parsed is asked for again as the same attempt, although the parser has come", async () => {
  let lost = true;
  const page = await open(async (page) => {
    await page.route(isParserRoute, (route) => route.abort());
    await page.route("**/api/v1/connect", (route) => (lost && route.request().method() === "POST" ? route.abort() : route.continue()));
  });
  const bodies = submits(page);
  await fill(page, { instanceUrl: `https://${MAGIC_HOST}/app/UserHome`, apiToken: magicToken() });
  await form(page).connect.click();
  await form(page).alert.filter({ hasText: "We do not know" }).waitFor({ timeout: 30_000 });
  lost = false;
  await page.unroute(isParserRoute);
  await form(page).connect.click();
  await oktaForm(page).connected.waitFor();
  assert.equal(new Set(bodies.map(({ attemptId }) => attemptId)).size, 1);
  await page.context().close();
});
