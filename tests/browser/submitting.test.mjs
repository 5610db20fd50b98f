// A running attempt: its steps are listed, it can be canceled, and the page states only known outcomes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { focused, oktaForm, ready, submit } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { MAGIC_HOST, magicToken, oktaToken } from "../harness/deployment.mjs";

let edge, chromium;
setUp({ faults: true }, (started) => ({ edge, chromium } = started));

async function open(more, key = edge.testKey) {
  const session = await edge.session(key, more);
  const page = await chromium.page();
  await page.goto(session.url);
  await ready(page);
  await page.locator(".tick").first().waitFor({ state: "attached" });
  return page;
}

const steps = (page) => page.locator("#latchkey-progress li").evaluateAll((steps) => steps.map((step) => step.dataset.check));

test("every step is pending until the edge responds, and the response marks the step that failed", async () => {
  const page = await open();
  await edge.faults({ delay: { path: "/api/v1/connect", ms: 1_500 } });
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken("revoked") });
  await page.locator("#latchkey-progress").waitFor();
  assert.deepEqual(await steps(page), ["pending", "pending", "pending", "pending"]);
  await page.waitForTimeout(800);
  assert.deepEqual(await steps(page), ["pending", "pending", "pending", "pending"], "a step was marked before a response");
  await oktaForm(page).error("apiToken").waitFor();
  await edge.faults({});
  await page.waitForFunction(() => document.querySelector("#latchkey-progress").dataset.ended === "");
  assert.deepEqual(await steps(page), ["passed", "failed", "skipped", "skipped"]);
  assert.equal(await focused(page), "API Token");
  await submit(page, { instanceUrl: "latchkey-nowhere.okta.com", apiToken: magicToken() });
  await oktaForm(page).error("instanceUrl").waitFor();
  await page.waitForFunction(() => document.querySelector("#latchkey-progress li").dataset.check === "failed");
  assert.deepEqual(await steps(page), ["failed", "skipped", "skipped", "skipped"]);
  await page.context().close();
});

test("a step is marked as soon as it has passed, while later requests still run", async () => {
  const page = await open({}, edge.liveKey);
  const gates = ["users/me", "users/00uada/roles"].map((path) => {
    let open;
    const opened = new Promise((resolve) => (open = resolve));
    const line = `GET https://acme.okta.com/api/v1/${path}`;
    const body = path.endsWith("roles") ? [{ id: "ra1", type: "SUPER_ADMIN", label: "Super Administrator", status: "ACTIVE" }] : { id: "00uada", status: "ACTIVE", profile: {} };
    edge.okta.answer(line, () => opened.then(() => Response.json(body)));
    return open;
  });
  const until = (wanted) => page.waitForFunction((wanted) => [...document.querySelectorAll("#latchkey-progress li")].map((step) => step.dataset.check).join() === wanted, wanted);
  await submit(page, { instanceUrl: "acme.okta.com", apiToken: oktaToken() });
  await until("passed,pending,pending,pending");
  gates[0]();
  await until("passed,passed,pending,pending");
  assert.equal(await page.locator("#latchkey-progress li").nth(1).innerText(), "Passed:\nOkta accepts the API Token");
  gates[1]();
  await oktaForm(page).connected.waitFor();
  await page.context().close();
});

test("a response that names no failed step marks none", async () => {
  const page = await open();
  await submit(page, { instanceUrl: "latchkey-down.okta.com", apiToken: magicToken() });
  await oktaForm(page).alert.waitFor();
  assert.equal(await page.locator("#latchkey-progress").isVisible(), false);
  await page.context().close();
});

test("an error links to the step of the guide that helps, by the keyboard, and the address stays as it is", async () => {
  const page = await open();
  const address = page.url();
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken("revoked") });
  await oktaForm(page).error("apiToken").waitFor();
  const way = page.locator('[data-field="apiToken"] .to-step');
  await way.focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.closest("li").dataset.for), "apiToken");
  assert.ok(await page.locator('[data-for="apiToken"] > details[open] .inside').isVisible());
  assert.equal(page.url(), address);
  await page.context().close();
});

test("an attempt can be canceled by the keyboard, nothing is stored, and the form is usable again", async () => {
  const page = await open();
  const before = (await edge.listed()).length;
  await edge.faults({ delay: { path: "/api/v1/connect", ms: 12_000 } });
  const token = magicToken();
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: token });
  const cancel = page.getByRole("button", { name: "Cancel" });
  await cancel.waitFor();
  await cancel.focus();
  await page.keyboard.press("Enter");
  await oktaForm(page).alert.filter({ hasText: "canceled. Nothing was stored." }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.type), "submit");
  assert.equal(await oktaForm(page).token.inputValue(), token);
  await edge.faults({});
  await page.waitForTimeout(12_000);
  assert.equal((await edge.listed()).length, before, "the attempt was stored after all");
  await oktaForm(page).connect.click();
  await oktaForm(page).connected.waitFor();
  assert.equal((await edge.listed()).length, before + 1);
  await page.context().close();
});

test("canceling an attempt that was already stored shows the connected account", async () => {
  const page = await open();
  const before = (await edge.listed()).length;
  // The edge has responded, but the response has not arrived.
  await page.route("**/api/v1/connect", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    const answer = await route.fetch();
    await new Promise((later) => setTimeout(later, 5_000));
    await route.fulfill({ response: answer }).catch(() => {});
  });
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  while ((await edge.listed()).length === before) await page.waitForTimeout(100);
  await page.getByRole("button", { name: "Cancel" }).click();
  await oktaForm(page).connected.waitFor();
  assert.equal((await edge.listed()).length, before + 1);
  await page.context().close();
});

test("a canceled attempt with an unknown outcome is reported as unknown, and the next press repeats it", async () => {
  const page = await open();
  const before = (await edge.listed()).length;
  await page.route("**/api/v1/connect/cancel", (route) => route.abort());
  await page.route("**/api/v1/connect", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    await route.fetch();
    await new Promise((later) => setTimeout(later, 3_000));
    await route.abort().catch(() => {});
  });
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  while ((await edge.listed()).length === before) await page.waitForTimeout(100);
  await page.getByRole("button", { name: "Cancel" }).click();
  const told = await oktaForm(page).alert.innerText();
  assert.match(told, /do not know whether the account was connected/);
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await oktaForm(page).connect.click();
  await oktaForm(page).connected.waitFor();
  assert.equal((await edge.listed()).length, before + 1);
  await page.context().close();
});

test("the provider's own error code is folded below the failure", async () => {
  const page = await open();
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken("revoked") });
  await oktaForm(page).error("apiToken").waitFor();
  const fold = page.locator('[data-field="apiToken"] .error details');
  assert.equal(await fold.getAttribute("open"), null);
  await fold.locator("summary").focus();
  await page.keyboard.press("Enter");
  assert.match(await fold.innerText(), /Error code of the service: E0000011/);
  await page.context().close();
});

test("after success the page says what happens next, and its link back carries the account's id and nothing else", async () => {
  const page = await open({ returnUrl: "https://app.example.com/done?from=okta#top" });
  const token = magicToken("read-only");
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: token });
  await oktaForm(page).connected.waitFor();
  const way = page.getByRole("link", { name: "Back to Example" });
  await way.waitFor();
  const { id } = (await edge.listed()).at(-1);
  assert.equal(await way.getAttribute("href"), `https://app.example.com/done?from=okta&connectionId=${id}#top`);
  await page.getByText("Example uses the API Token from now on.").waitFor();
  assert.match(await page.locator(".attention").innerText(), /it can read but not change anything/);
  assert.equal(await page.getByRole("button", { name: "I’m not the admin" }).isVisible(), false);
  await page.context().close();
});
