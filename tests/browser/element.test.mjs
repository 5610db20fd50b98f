// The element `<latchkey-connect>`: a form in the page's own flow.

import assert from "node:assert/strict";
import { test } from "node:test";

import { axe, oktaForm, ready, submit } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { MAGIC_HOST, magicToken } from "../harness/deployment.mjs";
import { embedded, embedding, formIn, heard, hears, openHost, snapshot } from "../harness/host_pages.mjs";

let edge, chromium, host;
setUp({ host: true }, (started) => ({ edge, chromium, host } = started));

const ELEMENT = '<p>Before.</p><latchkey-connect id="flow" session=""></latchkey-connect><p id="below">After.</p>';
const openPage = (body = ELEMENT, options = {}) => openHost(chromium, host.page("/element", embedding(body, options)), options);
const place = (page, work, ...more) => page.locator("#flow").evaluate(work, ...more);

test("an account is linked in the page's flow, the form has the height of its content, and `Done` folds it away", async () => {
  const page = await openPage();
  const frame = await formIn(page);
  const heights = async () => [await place(page, (element) => element.offsetHeight), await frame.evaluate(() => document.querySelector("main").offsetHeight)];
  // The frame reports its height after a change, so the page follows a moment later.
  const settled = async (before) => {
    let now = await heights();
    for (const end = Date.now() + 10_000; Date.now() < end && (now[0] !== now[1] || now[0] === before);) {
      await page.waitForTimeout(50);
      now = await heights();
    }
    return now;
  };
  const [outside, inside] = await settled();
  assert.equal(outside, inside);
  assert.ok(!(await frame.evaluate(() => document.scrollingElement.scrollHeight > innerHeight)), "it has a scroll bar of its own");
  await submit(frame, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await oktaForm(frame).connected.waitFor();
  const [later, content] = await settled(outside);
  assert.equal(later, content);
  assert.notEqual(later, outside, "it kept the form's height");
  await frame.getByRole("button", { name: "Done" }).click();
  await hears(page, "close");
  assert.deepEqual(await heard(page), ["open", "ready", "success", "close"]);
  assert.deepEqual(await heard(page, "close"), [{ reason: "done" }]);
  assert.equal(await place(page, (element) => element.offsetHeight), 0);
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test("the element takes neither the focus nor the scroll position, and Escape does not close it", async () => {
  const page = await openPage(`<input id="own" autofocus>${ELEMENT}`);
  await page.locator("#own").focus();
  const frame = await formIn(page);
  assert.equal(await page.evaluate(() => document.activeElement.id), "own");
  assert.deepEqual(await page.evaluate(() => [scrollY, getComputedStyle(document.documentElement).overflow]), [0, "visible"]);
  await oktaForm(frame).host.focus();
  await page.keyboard.press("Escape");
  await page.waitForTimeout(300);
  assert.deepEqual(await heard(page), ["open", "ready"]);
  await page.context().close();
});

test("an element that is removed at any moment sends no more events, and starts anew when it is put back", async () => {
  const page = await openPage("<p>Nothing yet.</p>");
  // An element sends events only once it is defined.
  await page.evaluate(() => customElements.whenDefined("latchkey-connect").then(() => {}));
  const untouched = await snapshot(page);
  for (const [wait, events] of [
    [null, ["open", "close"]],
    ["open", ["open", "close"]],
    ["ready", ["open", "ready", "close"]],
    ["success", ["open", "ready", "success", "close"]],
  ]) {
    await page.evaluate(() => {
      globalThis.heard = [];
      const flow = Object.assign(document.createElement("latchkey-connect"), { id: "flow" });
      flow.setAttribute("session", "");
      for (const name of ["open", "ready", "success", "error", "close"]) {
        flow.addEventListener(`latchkey-${name}`, ({ detail }) => globalThis.own.push([name, detail]));
      }
      globalThis.own = [];
      document.querySelector("main").append(flow);
    });
    const own = (name) => page.waitForFunction((name) => globalThis.own.some(([heard]) => heard === name), name);
    if (wait) await own(wait === "success" ? "ready" : wait);
    if (wait === "success") {
      await submit(await formIn(page), { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
      await own("success");
    }
    // Without a wait there is only a turn of the event loop, in which the element may begin.
    await page.evaluate(() => Promise.resolve().then(() => document.querySelector("#flow").remove()));
    await page.waitForTimeout(400);
    const told = await page.evaluate(() => globalThis.own);
    // An element that is removed before it began tells nothing; one that began tells its end.
    if (wait !== null || told.length > 0) {
      assert.deepEqual(told.map(([name]) => name), events, String(wait));
      assert.deepEqual(told.at(-1), ["close", { reason: "removed" }]);
    }
    const { names: _, ...now } = await snapshot(page);
    const { names: __, ...then } = untouched;
    assert.deepEqual(now, then);
    assert.deepEqual(embedded(page), []);
  }
  await page.evaluate((html) => {
    globalThis.heard = [];
    document.querySelector("main").insertAdjacentHTML("beforeend", html);
    globalThis.kept = document.querySelector("#flow");
  }, ELEMENT);
  await formIn(page);
  await page.evaluate(() => globalThis.kept.remove());
  await page.evaluate(() => (globalThis.heard = []));
  await page.evaluate(() => document.querySelector("main").prepend(globalThis.kept));
  const again = await formIn(page);
  await submit(again, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await oktaForm(again).connected.waitFor();
  await page.context().close();
});

test("an element that is moved starts anew; moved by `moveBefore`, it keeps typed values", async () => {
  const page = await openPage();
  const frame = await formIn(page);
  await oktaForm(frame).host.fill("typed.okta.com");
  await place(page, (element) => element.parentNode.moveBefore(element, element.parentNode.firstChild));
  await page.waitForTimeout(300);
  assert.equal(await oktaForm(frame).host.inputValue(), "typed.okta.com");
  assert.deepEqual(await heard(page), ["open", "ready"]);
  await place(page, (element) => element.parentNode.append(element));
  await hears(page, "ready", 2);
  const [moved] = embedded(page);
  await ready(moved);
  assert.equal(await oktaForm(moved).host.inputValue(), "");
  assert.equal(embedded(page).length, 1);
  await page.context().close();
});

test("another session in an attribute or property starts the form anew once, the same session does not, and no session ends it", async () => {
  const page = await openPage();
  await formIn(page);
  const asked = host.asked;
  await place(page, (element) => element.setAttribute("session", ""));
  await page.waitForTimeout(200);
  assert.equal(host.asked, asked, "the same endpoint was requested again");
  const { token } = await edge.session();
  await place(page, (element, token) => ((element.session = token), (element.sessionUrl = null), element.removeAttribute("session")), token);
  await hears(page, "ready", 2);
  assert.deepEqual(await heard(page), ["open", "ready", "close", "open", "ready"]);
  assert.deepEqual(await heard(page, "close"), [{ reason: "changed" }]);
  assert.equal(await place(page, (element) => element.getAttribute("session")), null, "a token stands in the page");
  const other = await edge.session();
  await place(page, (element, token) => (element.session = async () => token), other.token);
  await hears(page, "ready", 3);
  assert.equal(await place(page, (element) => typeof element.session), "function");
  assert.equal(host.asked, asked, "the script’s endpoint was requested");
  await place(page, (element) => (element.session = null));
  await hears(page, "close", 3);
  assert.deepEqual(embedded(page), []);
  await page.context().close();
});

test("properties that a page set before the program loaded take effect", async () => {
  const page = await openPage("<p>Nothing yet.</p>");
  const { token } = await edge.session();
  const early = await chromium.page();
  await early.route("**/embed*.js*", async (route) => (await new Promise((letGo) => setTimeout(letGo, 500)), route.continue()));
  await early.goto(host.origin + "/element");
  await early.waitForFunction(() => globalThis.Latchkey);
  await early.evaluate((token) => {
    const element = document.createElement("latchkey-connect");
    element.session = () => token;
    element.theme = "dark";
    document.body.append(element);
  }, token);
  const frame = await early.waitForEvent("framenavigated", (frame) => frame.url().includes("/embed/"));
  await ready(frame);
  assert.equal(await frame.evaluate(() => document.documentElement.dataset.theme), "dark");
  await Promise.all([page, early].map((page) => page.context().close()));
});

for (const dark of [false, true]) {
  for (const width of [360, 1280]) {
    test(`axe finds nothing in the element or the page around it, ${dark ? "dark" : "light"}, ${width} px`, async () => {
      const page = await openPage(ELEMENT, { dark, width });
      const frame = await formIn(page);
      assert.deepEqual(await axe(frame), []);
      assert.deepEqual(await axe(page), []);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
      await page.context().close();
    });
  }
}
