// Links that cannot be used: each page gives the reason, and says what to do next.

import assert from "node:assert/strict";
import http from "node:http";
import { test } from "node:test";

import { focused, oktaForm, ready, submit } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { MAGIC_HOST, magicToken } from "../harness/deployment.mjs";

let edge, chromium;
setUp({ faults: true }, (started) => ({ edge, chromium } = started));

const refreshUrl = "https://app.example.com/connect/again";
const returnUrl = "https://app.example.com/settings";
const revoke = (session) => edge.send("DELETE", `/api/v1/connect-sessions/${session.id}`, { token: edge.testKey });

test("a withdrawn link says that it was withdrawn, and links to a page that gives a new one", async () => {
  const session = await edge.session(edge.testKey, { refreshUrl, returnUrl });
  assert.equal((await revoke(session)).status, 204);
  const page = await chromium.page();
  await page.goto(session.url);
  await page.getByRole("heading", { name: "This link was withdrawn" }).waitFor();
  assert.equal(await page.getByRole("link", { name: "Ask for a new link" }).getAttribute("href"), refreshUrl);
  assert.equal(await page.locator("input").count(), 0);
  await page.context().close();
});

test("a link that is withdrawn during typing says so on submit, and typed values stay", async () => {
  const session = await edge.session();
  const page = await chromium.page();
  await page.goto(session.url);
  await ready(page);
  await revoke(session);
  const token = magicToken();
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: token });
  await oktaForm(page).alert.filter({ hasText: "withdrawn" }).waitFor();
  assert.equal(await oktaForm(page).token.inputValue(), token);
  assert.equal(await oktaForm(page).connect.isVisible(), false);
  assert.equal(await focused(page), "latchkey-alert");
  await page.context().close();
});

test("an expired link says that it expired, and links to a page that gives a new one", async () => {
  const { url } = await edge.session(edge.testKey, { refreshUrl, returnUrl, expiresIn: 3_600 });
  await edge.faults({ clock: 3_600_000 });
  const page = await chromium.page();
  await page.goto(url);
  await page.getByRole("heading", { name: "This link has expired" }).waitFor();
  assert.equal(await page.getByRole("link", { name: "Ask for a new link" }).getAttribute("href"), refreshUrl);
  assert.equal(await page.locator("input").count(), 0);
  await edge.faults({});
  await page.context().close();
});

test("a used link leads back to the product, and offers no new link", async () => {
  const session = await edge.session(edge.testKey, { refreshUrl, returnUrl });
  await edge.attempt(session, "attempt-1", MAGIC_HOST, magicToken());
  const page = await chromium.page();
  await page.goto(session.url);
  await page.getByRole("heading", { name: "This link has been used" }).waitFor();
  assert.equal(await page.getByRole("link", { name: "Back to Example" }).getAttribute("href"), returnUrl);
  assert.equal(await page.getByRole("link", { name: "Ask for a new link" }).count(), 0);
  await page.context().close();
});

test("a storage failure is reported as a fault of ours, and Retry shows the form with the token still in the address", async () => {
  const session = await edge.session();
  await edge.faults({ object: { operation: "session-by-id", how: "fail" } });
  const page = await chromium.page();
  await page.goto(session.url);
  await page.getByRole("heading", { name: "This page cannot be shown right now" }).waitFor();
  await edge.faults({});
  await page.getByRole("button", { name: "Retry" }).focus();
  await page.keyboard.press("Enter");
  await ready(page);
  assert.equal(page.url(), session.url.split("#")[0]);
  await page.context().close();
});

test("a session that cannot be read is reported with Retry, and the form works once it can be read", async () => {
  const page = await chromium.page();
  await page.route("**/api/v1/connect", (route) => route.abort());
  await page.goto((await edge.session()).url);
  const notice = page.locator("#latchkey-unreachable");
  await notice.waitFor();
  await ready(page);
  await page.unroute("**/api/v1/connect");
  await notice.getByRole("button", { name: "Retry" }).click();
  await notice.waitFor({ state: "hidden" });
  await page.locator("#latchkey-for").filter({ hasText: "Ada" }).waitFor();
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await oktaForm(page).connected.waitFor();
  await page.context().close();
});

test("a lost network is reported at once, and the notice goes away when the network is back", async () => {
  const page = await chromium.page();
  await page.goto((await edge.session()).url);
  await ready(page);
  await page.context().setOffline(true);
  await page.locator("#latchkey-offline").waitFor();
  await page.context().setOffline(false);
  await page.locator("#latchkey-offline").waitFor({ state: "hidden" });
  await page.context().close();
});

test("the page around a frame gets the reason why its link cannot be used", async () => {
  const session = await edge.session(edge.testKey);
  await revoke(session);
  const page = await chromium.page();
  const server = http.createServer((_, response) =>
    response.setHeader("content-type", "text/html").end(`<!doctype html><title>Host</title><script>
      window.heard = [];
      addEventListener("message", ({ source, data }) => {
        if (data.type !== "latchkey-hello") return;
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data }) => heard.push(data);
        source.postMessage({ type: "latchkey-init", token: "" }, "*", [port2]);
      });</script><iframe src="${edge.url}/embed/${session.id}"></iframe>`),
  );
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  await page.goto(`http://127.0.0.1:${server.address().port}`);
  await page.waitForFunction(() => globalThis.heard.some(({ t }) => t === "error"));
  const heard = await page.evaluate(() => globalThis.heard.find(({ t }) => t === "error"));
  assert.deepEqual(heard, { t: "error", d: { code: "session_revoked", field: null } });
  await page.context().close();
  server.closeAllConnections();
  server.close();
});
