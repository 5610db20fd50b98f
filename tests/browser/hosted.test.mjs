// The hosted page, used as a person would: by pointer and keyboard, on a slow network, and with failures.

import assert from "node:assert/strict";
import { test } from "node:test";

import { focused, oktaForm, ready, submit } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { MAGIC_HOST, magicToken } from "../harness/deployment.mjs";

let edge, chromium;
setUp({ faults: true }, (started) => ({ edge, chromium } = started));

/** Opens a fresh link. */
async function open({ session, ...options } = {}) {
  session ??= await edge.session(edge.testKey, { endUser: { id: "u1", name: "Ada" }, organization: { id: "o1", name: "Example Inc" } });
  const page = await chromium.page(options);
  await page.goto(session.url);
  return { page, session };
}

test("a typed test token is verified, and the account is listed", async () => {
  const { page } = await open();
  await ready(page);
  const before = (await edge.listed()).length;
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await oktaForm(page).connected.waitFor();
  const text = await page.locator("#latchkey-outcome").innerText();
  assert.match(text, /Connected as Ada Lovelace \(ada@example\.com\)/);
  await page.getByText("What was checked").click();
  await page.locator(".checks").getByText("API token accepted").waitFor();
  assert.match(text, /API Token: Example Integration/);
  assert.match(text, /The API Token can\s+Read users/);
  assert.doesNotMatch(text, /The API Token cannot/);
  assert.equal((await edge.listed()).length, before + 1);
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test("the form can be filled in by the keyboard alone, and Enter submits it", async () => {
  const { page } = await open();
  await ready(page);
  await oktaForm(page).host.focus();
  await page.keyboard.type(MAGIC_HOST);
  for (let presses = 0; (await focused(page)) !== "API Token"; presses += 1) {
    assert.ok(presses < 6, "the token's field is not reached");
    await page.keyboard.press("Tab");
  }
  await page.keyboard.type(magicToken());
  await page.keyboard.press("Enter");
  await oktaForm(page).connected.waitFor();
  assert.match(await page.evaluate(() => document.activeElement.textContent), /Okta is connected/);
  await page.context().close();
});

test("every failure is shown at its place with cause and fix, and nothing typed is lost", async () => {
  const { body } = await edge.send("GET", "/api/v1/providers/okta", { token: edge.testKey });
  const { page } = await open();
  await ready(page);
  const { host, token, error, alert, state } = oktaForm(page);
  for (const value of body.testValues.filter(({ ending }) => ending !== "accepted")) {
    await submit(page, { instanceUrl: value.fields.instanceUrl, apiToken: value.fields.apiToken });
    await (value.field ? error(value.field) : alert).waitFor();
    assert.equal(await state(), "asking", value.name);
    assert.equal(await host.inputValue(), value.fields.instanceUrl, value.name);
    assert.equal(await token.inputValue(), value.fields.apiToken, value.name);
    if (value.field) {
      const label = { instanceUrl: "Okta Domain URL", apiToken: "API Token" }[value.field];
      assert.equal(await focused(page), label, value.name);
    }
    const told = value.field ? page.locator(`[data-field="${value.field}"] .error`) : page.locator("#latchkey-alert");
    assert.ok((await told.locator(".fix").innerText()).length > 10, value.name);
  }
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await oktaForm(page).connected.waitFor();
  await page.context().close();
});

test("an immediate response is not overwritten by the check of the field that was just left", async () => {
  const { page } = await open();
  await ready(page);
  const { host, token, error } = oktaForm(page);
  await token.fill(magicToken());
  await host.fill("latchkey-nowhere.okta.com");
  await token.focus();
  await page.keyboard.press("Enter");
  await error("instanceUrl").waitFor();
  await page.waitForTimeout(1_000);
  assert.match(await error("instanceUrl").innerText(), /no Okta organization/);
  await page.context().close();
});

test("an empty form reports the first missing field without a request to the server", async () => {
  const { page } = await open();
  await ready(page);
  await oktaForm(page).connect.click();
  await oktaForm(page).error("instanceUrl").waitFor();
  await oktaForm(page).error("apiToken").waitFor();
  assert.equal(await focused(page), "Okta Domain URL");
  assert.equal(await oktaForm(page).host.getAttribute("aria-invalid"), "true");
  await page.context().close();
});

test("a pasted value is cleaned up, and the form shows how", async () => {
  const { page } = await open();
  await ready(page);
  const { host, token, connected, connect } = oktaForm(page);
  await host.fill(`  https://${MAGIC_HOST.replace(".", "-admin.")}/admin/dashboard `);
  await token.fill(`SSWS ${magicToken()}\n`);
  await token.blur();
  await page.getByText(`Changed the admin console’s address to ${MAGIC_HOST}.`).waitFor();
  await page.getByText("Took the Okta API token out of the text around it.").waitFor();
  await connect.click();
  await connected.waitFor();
  await page.context().close();
});

test("a key with too few rights is accepted with a warning", async () => {
  const { page } = await open();
  await ready(page);
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken("read-only") });
  await oktaForm(page).connected.waitFor();
  const text = await page.locator("#latchkey-outcome").innerText();
  assert.match(text, /A Read-only Administrator created this token, so it can read but not change anything/);
  assert.match(text, /The API Token cannot\s+Read event hooks/);
  assert.match(text, /Role: Read-only Administrator[\s\S]*Expires after 30 days without use\. Every use extends it\./);
  await page.context().close();
});

test("repeated presses while the session loads submit once", async () => {
  const page = await chromium.page();
  let letGo;
  const held = new Promise((resolve) => (letGo = resolve));
  await page.route("**/api/v1/connect", async (route) => (await held, route.continue()));
  await page.goto((await edge.session()).url);
  await ready(page);
  await page.evaluate(() => {
    globalThis.told = [];
    addEventListener("latchkey-error", ({ detail }) => globalThis.told.push(detail.field));
  });
  await oktaForm(page).token.fill(magicToken());
  for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press("Enter");
  letGo();
  await oktaForm(page).error("instanceUrl").waitFor();
  await page.waitForTimeout(300);
  assert.deepEqual(await page.evaluate(() => globalThis.told), ["instanceUrl"]);
  await page.context().close();
});

test("a success is shown and has the focus when the script with its details does not load", async () => {
  const page = await chromium.page();
  await page.route("**/assets/extras-*", (route) => route.abort());
  await page.goto((await edge.session()).url);
  await ready(page);
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await oktaForm(page).connected.waitFor();
  assert.match(await page.locator("#latchkey-outcome").innerText(), /^Okta is connected\s+You can close this page now\.$/);
  assert.equal(await focused(page), "latchkey-connected");
  await page.context().close();
});

test("the event hook name is stored, and the form says that it is registered later", async () => {
  const { page } = await open();
  await ready(page);
  await oktaForm(page).hook.fill("Our hook");
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await oktaForm(page).connected.waitFor();
  assert.match(await page.locator("#latchkey-outcome").innerText(), /Our hook[^]*not registered yet/);
  await page.context().close();
});

test("the form can be typed into before WebAssembly loads, and text, focus and caret stay when it takes over", async () => {
  const page = await chromium.page();
  let letGo;
  const held = new Promise((resolve) => (letGo = resolve));
  await page.route("**/*.wasm", async (route) => (await held, route.continue()));
  await page.goto((await edge.session()).url);
  const { host, token, connected, connect } = oktaForm(page);
  await token.fill(magicToken());
  await host.pressSequentially("latchkey-demo.okta.comm");
  await page.keyboard.press("ArrowLeft");
  assert.equal(await page.locator("html[data-ready]").count(), 0);
  const before = await host.elementHandle();
  letGo();
  await ready(page);
  await page.keyboard.press("Backspace");
  assert.equal(await host.inputValue(), MAGIC_HOST);
  assert.ok(await before.evaluate((input) => input === document.activeElement), "the input was replaced");
  await connect.click();
  await connected.waitFor();
  await page.context().close();
});

for (const how of ["Enter", "a press"]) {
  test(`${how} before WebAssembly loads, on a slow network, is not lost, and puts nothing into a URL`, async () => {
    const page = await chromium.page();
    let letGo;
    const held = new Promise((resolve) => (letGo = resolve));
    await page.route(/\/assets\//, async (route) => (await held, route.continue()));
    const session = await edge.session();
    await page.goto(session.url);
    const token = magicToken();
    const { host, token: tokenInput, connect, connected } = oktaForm(page);
    await host.fill(MAGIC_HOST);
    await tokenInput.fill(token);
    await (how === "Enter" ? page.keyboard.press("Enter") : connect.click());
    await page.waitForTimeout(300);
    assert.equal(page.url(), session.url.split("#")[0], "the page left its address");
    assert.equal(await tokenInput.inputValue(), token);
    letGo();
    await connected.waitFor();
    assert.ok(page.urls.every((url) => !url.includes(token) && !url.includes("?")), page.urls.join("\n"));
    await page.context().close();
  });
}

test("WebAssembly that does not load is reported, typed values stay, and trying again works without a reload", async () => {
  const page = await chromium.page();
  await page.route("**/*.wasm", (route) => route.abort());
  await page.goto((await edge.session()).url);
  const { host, token, connect, connected } = oktaForm(page);
  await host.fill(MAGIC_HOST);
  await token.fill(magicToken());
  const retry = page.getByRole("alert").getByRole("button");
  await retry.waitFor();
  await page.unroute("**/*.wasm");
  await retry.click();
  await ready(page);
  assert.equal(await host.inputValue(), MAGIC_HOST);
  await connect.click();
  await connected.waitFor();
  await page.context().close();
});

test("a lost response is requested again, and one account is made", async () => {
  const { page } = await open();
  await ready(page);
  const before = (await edge.listed()).length;
  await edge.faults({ dropAnswer: { path: "/api/v1/connect", times: 1 } });
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await oktaForm(page).connected.waitFor();
  await edge.faults({});
  assert.equal((await edge.listed()).length, before + 1);
  await page.context().close();
});

test("a connection that stays broken is reported, typed values stay, and trying again makes one account", async () => {
  const { page } = await open();
  await ready(page);
  const before = (await edge.listed()).length;
  const lost = (route) => (route.request().method() === "POST" ? route.fetch().then(() => route.abort()) : route.continue());
  await page.route("**/api/v1/connect", lost);
  const token = magicToken();
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: token });
  await oktaForm(page).alert.waitFor({ timeout: 40_000 });
  assert.equal(await oktaForm(page).token.inputValue(), token);
  await page.unroute("**/api/v1/connect");
  await oktaForm(page).connect.click();
  await oktaForm(page).connected.waitFor();
  assert.equal((await edge.listed()).length, before + 1, "there is not exactly one new account");
  await page.context().close();
});

test("a credential that cannot be stored is reported, and the next press succeeds", async () => {
  const { page } = await open();
  await ready(page);
  await edge.faults({ kvPut: "fail" });
  const token = magicToken();
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: token });
  await oktaForm(page).alert.waitFor({ timeout: 40_000 });
  await edge.faults({});
  assert.equal(await oktaForm(page).token.inputValue(), token);
  await oktaForm(page).connect.click();
  await oktaForm(page).connected.waitFor();
  await page.context().close();
});

test("a link without its token, a used link and an unknown one each say what to do", async () => {
  const { page, session } = await open();
  await ready(page);
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await oktaForm(page).connected.waitFor();
  await page.reload();
  assert.match(await page.locator("body").innerText(), /has been used/);
  await page.goto(session.url.replace(/link\/[^#]+/, "link/nonsense"));
  assert.match(await page.locator("body").innerText(), /It is incomplete, or it was never valid/);
  const other = await edge.session();
  await page.goto(other.url.split("#")[0]);
  await page.getByText(/incomplete|not complete/i).first().waitFor();
  assert.equal(await page.locator("input").count() > 0 && (await oktaForm(page).connect.isVisible()), false, "it can still be submitted");
  await page.context().close();
});

test("a secret can be shown and hidden, and the browser never offers to remember it", async () => {
  const { page } = await open();
  await ready(page);
  const { token } = oktaForm(page);
  await token.fill("00secret");
  assert.equal(await token.getAttribute("type"), "password");
  const show = page.getByRole("button", { name: /show/i });
  await show.click();
  assert.equal(await token.getAttribute("type"), "text");
  assert.equal(await token.inputValue(), "00secret");
  await show.click();
  assert.equal(await token.getAttribute("type"), "password");
  assert.equal(await page.locator("input[name]").count(), 0);
  assert.equal(await page.locator("form[action]").count(), 0);
  await page.context().close();
});

test("the page sends requests to its own origin only", async () => {
  const { page } = await open();
  await ready(page);
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await oktaForm(page).connected.waitFor();
  const foreign = page.urls.filter((url) => !url.startsWith(edge.url) && !url.startsWith("data:"));
  assert.deepEqual(foreign, []);
  await page.context().close();
});
