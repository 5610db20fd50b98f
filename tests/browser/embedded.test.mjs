// The modal that `connect.js` opens, in a page of another origin with a strict policy.

import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";

import { axe, oktaForm, openBrowser, ready, submit } from "../harness/browser.mjs";
import { MAGIC_HOST, deploy, found, magicToken } from "../harness/deployment.mjs";

let edge;
let chromium;
let host;
before(async () => {
  host = await serveHost();
  [edge, chromium] = await Promise.all([deploy({ allowedOrigins: [host.origin] }), openBrowser()]);
});
after(() => Promise.all([edge.stop(), chromium.close(), host.close()]));

/** A page of a SaaS product: two lines of HTML, and a backend that makes sessions. */
async function serveHost() {
  const sessions = [];
  const server = http.createServer(async (request, response) => {
    if (request.url === "/session" && request.method === "POST") {
      const session = sessions.shift() ?? (await edge.session());
      return response.setHeader("content-type", "application/json").end(JSON.stringify({ session: session.token }));
    }
    if (request.url === "/page.js") {
      response.setHeader("content-type", "text/javascript");
      return response.end(`window.heard = []; for (const name of ["open", "ready", "success", "error", "close"])
        document.addEventListener("latchkey-" + name, (event) => heard.push([name, event.detail]));`);
    }
    response.setHeader("content-type", "text/html");
    const policy = `default-src 'none'; script-src 'self' ${edge.url}; frame-src ${edge.url}; style-src 'self'; connect-src 'self'`;
    response.setHeader("content-security-policy", policy);
    response.end(`<!doctype html><html lang="en"><head><title>SaaS</title><script src="/page.js"></script></head><body>
      <main><h1>Accounts</h1><button id="open" data-latchkey-session-url="/session">Connect Okta</button></main>
      <script src="${edge.url}/connect.js" async></script></body></html>`);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return { origin, sessions, close: () => new Promise((closed) => (server.closeAllConnections(), server.close(closed))) };
}

async function openPage(options) {
  const page = await chromium.page(options);
  await page.goto(host.origin);
  await page.waitForFunction(() => globalThis.Latchkey);
  return page;
}

/** Opens the modal and waits until its form can be used. */
async function openModal(page) {
  await page.locator("#open").click();
  await page.waitForFunction(() => globalThis.heard.some(([name]) => name === "ready"));
  const frame = page.frames().find((frame) => frame.url().includes("/embed/"));
  await ready(frame);
  return frame;
}

const snapshot = (page) => page.evaluate(() => [document.documentElement.outerHTML, document.adoptedStyleSheets.length, Object.keys(globalThis).sort().join()]);

test("an account is linked in the modal, the page is told, and closing leaves nothing behind", async () => {
  const page = await openPage();
  const untouched = await snapshot(page);
  const frame = await openModal(page);
  const token = magicToken();
  await submit(frame, { instanceUrl: MAGIC_HOST, apiToken: token });
  await oktaForm(frame).connected.waitFor();
  const heard = await page.evaluate(() => globalThis.heard);
  const [, detail] = heard.find(([name]) => name === "success");
  assert.deepEqual(Object.keys(detail).sort(), ["app", "connectionId", "name", "version"]);
  assert.equal(detail.connectionId, (await edge.listed()).at(-1).id);
  assert.deepEqual(found(token, JSON.stringify(heard)), []);
  await frame.getByRole("button", { name: "Done" }).click();
  await page.waitForFunction(() => globalThis.heard.some(([name]) => name === "close"));
  assert.deepEqual(await snapshot(page), untouched);
  assert.equal(await page.evaluate(() => document.activeElement.id), "open", "the focus did not return");
  assert.deepEqual(page.errors, []);
  assert.deepEqual(page.printed.filter((line) => line.startsWith("error")), []);
  await page.context().close();
});

test("Escape closes the modal, the focus returns, and it can be opened again", async () => {
  const page = await openPage();
  await page.locator("#open").focus();
  const untouched = await snapshot(page);
  for (let round = 0; round < 2; round += 1) {
    const frame = await openModal(page);
    await oktaForm(frame).host.focus();
    await page.keyboard.press("Escape");
    await page.waitForFunction((count) => globalThis.heard.filter(([name]) => name === "close").length === count, round + 1);
    assert.deepEqual(await snapshot(page), untouched);
    assert.equal(await page.evaluate(() => document.activeElement.id), "open");
    await page.evaluate(() => (globalThis.heard = globalThis.heard.filter(([name]) => name === "close")));
  }
  await page.context().close();
});

test("loaded twice, the loader is there once", async () => {
  const page = await openPage();
  const same = await page.evaluate(async (src) => {
    const first = globalThis.Latchkey;
    const script = Object.assign(document.createElement("script"), { src });
    const loaded = new Promise((resolve) => (script.onload = resolve));
    document.body.append(script);
    await loaded;
    return first === globalThis.Latchkey;
  }, `${edge.url}/connect.js`);
  assert.ok(same);
  await page.locator("#open").click();
  await page.waitForFunction(() => globalThis.heard.some(([name]) => name === "ready"));
  assert.equal(page.frames().filter((frame) => frame.url().includes("/embed/")).length, 1);
  await page.context().close();
});

test("`Latchkey.open` takes a token and tells how it ended", async () => {
  const page = await openPage();
  const { token } = await edge.session();
  await page.evaluate((session) => {
    globalThis.ended = globalThis.Latchkey.open({ session });
  }, token);
  const frameElement = page.frameLocator("iframe");
  await frameElement.locator("html[data-ready]").waitFor({ state: "attached" }).catch(() => {});
  const frame = page.frames().find((frame) => frame.url().includes("/embed/"));
  await ready(frame);
  await submit(frame, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await oktaForm(frame).connected.waitFor();
  await frame.getByRole("button", { name: "Done" }).click();
  const ended = await page.evaluate(() => globalThis.ended);
  assert.equal(ended.status, "connected");
  assert.equal(ended.connection.connectionId ?? ended.connection.id, (await edge.listed()).at(-1).id);
  await page.context().close();
});

test("an origin that the session does not allow sees no form", async () => {
  const session = await edge.session(edge.liveKey, { allowedOrigins: [] });
  host.sessions.push(session);
  const page = await openPage();
  await page.locator("#open").click();
  await page.waitForTimeout(1_500);
  const frames = page.frames().filter((frame) => frame !== page.mainFrame());
  for (const frame of frames) assert.equal(await frame.locator("input").count(), 0);
  await page.context().close();
});

for (const dark of [false, true]) {
  test(`axe finds nothing in the modal or the page around it, ${dark ? "dark" : "light"}`, async () => {
    const page = await openPage({ dark });
    const frame = await openModal(page);
    assert.deepEqual(await axe(frame), []);
    assert.deepEqual(await axe(page), []);
    await page.context().close();
  });
}
