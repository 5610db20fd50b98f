// Messages between the form and its host page, and which pages may frame the form. Other products post the session token to `'*'`, put
// it into the query string, and read from there the address that keys are sent to.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { oktaForm, submit } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { MAGIC_HOST, found, magicToken } from "../harness/deployment.mjs";
import { BUTTON, embedded, embedding, heard, hears, openHost, openModal, serveHost } from "../harness/host_pages.mjs";

let edge, chromium, host;
let foreign;
setUp({ host: true, browser: { args: ["--host-resolver-rules=MAP foreign.example 127.0.0.1"] } }, async (started) => {
  ({ edge, chromium, host } = started);
  foreign = await serveHost("foreign.example");
  foreign.edge = edge;
});
after(() => foreign?.close());

/** A script that sends each message of our protocol to a window, repeatedly and with its own port, and keeps the replies. */
const FORGER = `globalThis.got = [];
  addEventListener("message", (event) => got.push(event.data));
  globalThis.forge = (target) => setInterval(() => {
    for (const data of [
      { type: "latchkey-hello" },
      { type: "latchkey-init", token: "cs_test_forged.x", theme: "dark", focus: true },
      { t: "success", d: { connectionId: "forged", app: "okta", name: "forged", version: 1 } },
      { t: "close", d: { reason: "done" } },
      { t: "size", d: 7 },
      { t: "token", token: "cs_test_forged.x" },
    ]) {
      const channel = new MessageChannel();
      channel.port1.onmessage = (event) => got.push(event.data);
      try { target().postMessage(data, "*", [channel.port2]); } catch {}
    }
  }, 20);`;

test("forged messages from the page, a frame of another origin, an opened window and the page's frames change nothing", async () => {
  foreign.page("/forger", `<!doctype html><script>${FORGER} forge(() => parent === self ? opener : parent); forge(() => (parent === self ? opener : parent).frames[1]);</script>`);
  const body = `${BUTTON}<iframe id="bad" src="${foreign.origin}/forger"></iframe><button id="more">Open a window</button>
    <script>${FORGER} more.onclick = () => open("${foreign.origin}/forger"); forge(() => self); forge(() => document.getElementById("bad").contentWindow);</script>`;
  const page = await openHost(chromium, host.page("/forged", embedding(body)));
  const [, popup] = await Promise.all([page.locator("#more").click(), page.context().waitForEvent("page")]);
  await page.bringToFront();
  const frame = await openModal(page);
  await page.waitForTimeout(300);
  assert.ok(await frame.evaluate(() => innerHeight > 300), "a forged size was taken");
  const token = magicToken();
  await submit(frame, { instanceUrl: MAGIC_HOST, apiToken: token });
  await oktaForm(frame).connected.waitFor();
  const ids = (await heard(page, "success")).map(({ connectionId }) => connectionId);
  assert.deepEqual(ids, [(await edge.listed()).at(-1).id]);
  assert.deepEqual(await heard(page), ["open", "ready", "success"]);

  const bad = page.frames().find((frame) => frame.url().endsWith("/forger"));
  for (const place of [page, bad, popup]) {
    const got = JSON.stringify(await place.evaluate(() => globalThis.got));
    // The page receives its own forged messages and the form's greeting, which holds no data.
    assert.doesNotMatch(got.replaceAll("cs_test_forged.x", ""), /cs_test_|"t":"(?:open|ready|error)"/);
    assert.deepEqual(found(token, got), []);
  }
  assert.ok((await bad.evaluate(() => globalThis.got.length)) > 0, "the forger received nothing, so this test proves nothing");
  await page.context().close();
});

test("the first message to the form counts only if it comes from its parent", async () => {
  const session = await edge.session();
  // An allowed page frames the form and sends nothing; its other frame poses as the host.
  foreign.page("/second", `<!doctype html><script>${FORGER} forge(() => parent.frames[0]);</script>`);
  const body = `<iframe id="form" src="{{edge}}/embed/${session.id}"></iframe><iframe src="${foreign.origin}/second"></iframe>`;
  const page = await openHost(chromium, host.page("/second-frame", embedding(body)));
  await page.waitForFunction(() => frames.length === 2);
  await page.waitForTimeout(1_000);
  const [frame] = embedded(page);
  assert.equal(await frame.locator("html[data-ready]").count(), 0);
  assert.equal(await frame.locator("html[data-theme]").count(), 0);
  const second = page.frames().find((frame) => frame.url().endsWith("/second"));
  assert.deepEqual(await second.evaluate(() => globalThis.got), []);
  await page.context().close();
});

test("the token is in no address, no message to the page, and nothing the page can read", async () => {
  const session = await edge.session();
  const page = await openHost(chromium, host.page("/token", embedding(BUTTON)));
  host.answers.push(() => session);
  await page.evaluate(() => {
    globalThis.all = [];
    addEventListener("message", ({ data, origin }) => globalThis.all.push([data, origin]));
  });
  await openModal(page);
  const secret = session.token.split(".").at(-1);
  for (const url of page.urls) assert.ok(!url.includes(secret), url);
  assert.deepEqual(await page.evaluate(() => globalThis.all), [[{ type: "latchkey-hello" }, edge.url]]);
  assert.ok(!(await page.content()).includes(secret));
  await page.context().close();
});

test("the frame has a title, the dialog has a name, and the page cannot reach into either", async () => {
  const page = await openHost(chromium, host.page("/title", embedding(BUTTON)));
  await openModal(page);
  assert.ok(await page.getByRole("dialog", { name: "Connect an account" }).isVisible());
  assert.equal(await page.locator("iframe").getAttribute("title"), "Connect an account");
  assert.deepEqual([...new Set(await page.evaluate(() => globalThis.modes))], ["closed"]);
  await page.context().close();
});

test("the browser shows no form outside the session's origins, and `connect.js` reports it", async () => {
  const session = await edge.session(edge.liveKey);
  const answer = await edge.send("GET", `/embed/${session.id}`);
  assert.match(answer.headers.get("content-security-policy"), new RegExp(`frame-ancestors ${host.origin}$`));
  foreign.answers.push(() => session);
  const page = await openHost(chromium, foreign.page("/", embedding(BUTTON)));
  await page.locator("#open").click();
  await hears(page, "error");
  assert.deepEqual(await heard(page, "error"), [{ code: "frame_silent", field: null }]);
  assert.deepEqual(embedded(page), []);
  for (const frame of page.frames()) assert.equal(await frame.locator("input").count(), 0);
  assert.ok(await page.getByText("The form could not be opened.").isVisible());
  await page.getByRole("button", { name: "Close" }).click();
  await hears(page, "close");
  await page.context().close();
});

test("an allowed page inside a page that is not allowed shows no form", async () => {
  host.answers.push(() => edge.session(edge.liveKey));
  const inner = host.page("/inner", embedding(BUTTON));
  const page = await openHost(chromium, foreign.page("/outer", `<!doctype html><iframe src="${inner}" width="900" height="700"></iframe>`), { wait: false });
  const frame = page.frameLocator("iframe");
  await frame.locator("#open").click();
  await frame.getByText("The form could not be opened.").waitFor({ timeout: 20_000 });
  assert.deepEqual(embedded(page), []);
  await page.context().close();
});

test("a hosted page cannot be framed, not even by an origin that may embed the form", async () => {
  const session = await edge.session();
  for (const path of [`/link/${session.id}`, "/link/nonsense"]) {
    const { headers } = await edge.send("GET", path);
    assert.match(headers.get("content-security-policy"), /frame-ancestors 'none'$/);
  }
  const page = await openHost(chromium, host.page("/framed-link", `<!doctype html><iframe src="{{edge}}/link/${session.id}"></iframe>`), { wait: false });
  await page.waitForTimeout(500);
  assert.deepEqual(page.frames().map((frame) => new URL(frame.url()).protocol), ["http:", "chrome-error:"]);
  await page.context().close();
});

test("each of two elements gets the events of its own form only", async () => {
  const two = '<latchkey-connect id="one" session=""></latchkey-connect><latchkey-connect id="two" session=""></latchkey-connect>';
  const page = await openHost(chromium, host.page("/two", embedding(two)));
  // An element begins when it can be seen.
  await page.setViewportSize({ width: 1280, height: 4000 });
  await hears(page, "ready", 2);
  const [first] = embedded(page);
  await submit(first, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await hears(page, "success");
  const from = await page.evaluate(() => globalThis.heard.filter(([name]) => name === "success").map(([, , id]) => id));
  assert.equal(from.length, 1);
  const other = from[0] === "one" ? "two" : "one";
  await page.locator(`#${from[0]}`).evaluate((element) => element.remove());
  assert.equal(embedded(page).length, 1);
  const left = embedded(page)[0];
  await submit(left, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await hears(page, "success", 2);
  assert.equal(await page.evaluate(() => globalThis.heard.filter(([name]) => name === "success").at(-1)[2]), other);
  await page.context().close();
});
