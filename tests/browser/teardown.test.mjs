// Closing the modal: it can end at any moment, by the person or the page, and leaves the page as it was before. Other products leave
// style tags, variables, a locked scroll position or an overlay, send no close event, and take the focus from the page's own dialogs.

import assert from "node:assert/strict";
import { test } from "node:test";

import { oktaForm, submit } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { MAGIC_HOST, magicToken } from "../harness/deployment.mjs";
import { BUTTON, embedded, embedding, formIn, heard, hears, openHost, openModal, snapshot } from "../harness/host_pages.mjs";

let edge, chromium, host;
let address;
// Opened first, because a session lives at least a minute.
let waiting;
let expired;
setUp({ host: true, faults: true }, async (started) => {
  ({ edge, chromium, host } = started);
  address = host.page("/", embedding(BUTTON));
  const page = await openHost(chromium, address);
  host.answers.push(() => (expired = edge.session(edge.testKey, { expiresIn: 60 })));
  waiting = { page, frame: await openModal(page), expires: Date.now() + 60_000 };
  expired = await expired;
});

/** Records the listeners on the window and the document, from before the page's first script. */
const countListeners = (page) =>
  page.context().addInitScript(() => {
    if (top !== self) return;
    globalThis.listeners = [];
    for (const target of [window, document]) {
      const { addEventListener: add, removeEventListener: remove } = target;
      const key = (type, hear, options) => [target, type, hear, Boolean(options?.capture ?? options)];
      const same = (one) => (other) => one.every((part, index) => part === other[index]);
      target.addEventListener = (type, hear, options) => {
        globalThis.listeners.push(key(type, hear, options));
        return add.call(target, type, hear, options);
      };
      target.removeEventListener = (type, hear, options) => {
        const at = globalThis.listeners.findIndex(same(key(type, hear, options)));
        if (at >= 0) globalThis.listeners.splice(at, 1);
        return remove.call(target, type, hear, options);
      };
    }
  });
const listeners = (page) => page.evaluate(() => globalThis.listeners.map(([, type]) => type).sort());

const ENDINGS = {
  "Latchkey.close()": ["api", (page) => page.evaluate(() => globalThis.Latchkey.close())],
  "the page removing it": ["removed", (page) => page.evaluate(() => document.querySelector("latchkey-modal").remove())],
  "the page rewriting its body": [
    "removed",
    (page) =>
      page.evaluate(() => {
        const html = globalThis.bodyHtml;
        document.body.innerHTML = html;
      }),
  ],
  "the button with the cross": ["button", (page) => page.getByRole("button", { name: "Close" }).click()],
};

/** The moments at which the modal ends. */
const MOMENTS = {
  "before the session has loaded": async (page, held) => {
    host.answers.push(() => held);
    await page.locator("#open").click();
    await hears(page, "open");
  },
  "before the frame has sent its first message": async (page) => {
    await page.route("**/embed/*", async (route) => (await new Promise((letGo) => setTimeout(letGo, 800)), route.continue().catch(() => {})));
    await page.locator("#open").click();
    await hears(page, "open");
    await page.waitForTimeout(200);
  },
  "while a person types": async (page) => {
    const frame = await openModal(page);
    await oktaForm(frame).host.fill("half.okt");
  },
  "while the key is verified": async (page) => {
    const frame = await openModal(page);
    await page.route("**/api/v1/connect", async (route) => {
      if (route.request().method() !== "POST") return route.continue();
      await new Promise((letGo) => setTimeout(letGo, 800));
      return route.continue().catch(() => {});
    });
    await submit(frame, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
    await frame.locator('[data-state="checking"]').waitFor();
  },
  "after success": async (page) => {
    const frame = await openModal(page);
    await submit(frame, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
    await oktaForm(frame).connected.waitFor();
  },
};

for (const [at, [moment, reach]] of Object.entries(MOMENTS).entries()) {
  test(`a modal that ends ${moment} sends one close event, settles its promise, and leaves nothing behind`, async () => {
    // Two of the four endings at each moment, in turns; with `LATCHKEY_MATRIX` all four.
    const endings = Object.entries(ENDINGS).filter((_, index) => process.env.LATCHKEY_MATRIX || (index + at) % 2);
    for (const [name, [reason, finish]] of endings) {
      const page = await openHost(chromium, "about:blank", { wait: false });
      await countListeners(page);
      await page.goto(address);
      await page.waitForFunction(() => globalThis.Latchkey);
      await page.evaluate(() => globalThis.Latchkey.preload());
      await page.waitForFunction(() => document.querySelector("latchkey-preload"));
      // The first modal ends the preloading, so the page is at rest afterwards.
      await page.evaluate(() => (void globalThis.Latchkey.open({ session: "x" }), globalThis.Latchkey.close()));
      await page.evaluate(() => ((globalThis.heard = []), (globalThis.bodyHtml = document.body.innerHTML)));
      const [untouched, heardBy] = [await snapshot(page), await listeners(page)];
      let letGo;
      const held = new Promise((resolve) => (letGo = () => resolve(edge.session())));
      await reach(page, held);
      await page.evaluate(() => void globalThis.Latchkey.open({ session: "ignored" }).then((ended) => (globalThis.ended = ended)));
      await finish(page);
      letGo();
      await page.waitForTimeout(1_100);
      assert.deepEqual(await heard(page, "close"), [{ reason }], name);
      assert.equal((await heard(page)).at(-1), "close", `${name}: an event came after the close`);
      const { status } = await page.evaluate(() => globalThis.ended);
      assert.equal(status, moment === "after success" ? "connected" : "closed", name);
      await page.evaluate(() => delete globalThis.ended);
      assert.deepEqual(await snapshot(page), untouched, name);
      assert.deepEqual(await listeners(page), heardBy, name);
      assert.deepEqual(embedded(page), [], name);
      assert.deepEqual(page.errors, [], name);
      host.answers.length = 0;
      await page.context().close();
    }
  });
}

test("a modal that is closed while its program loads never opens; opened again meanwhile, it opens once", async () => {
  const page = await openHost(chromium, "about:blank", { wait: false });
  await page.addInitScript(() => (globalThis.requestIdleCallback = () => 0));
  await page.route("**/embed*.js*", async (route) => (await new Promise((letGo) => setTimeout(letGo, 700)), route.continue()));
  await page.goto(address);
  await page.waitForFunction(() => globalThis.Latchkey);
  const first = await page.evaluate(async () => {
    const opened = globalThis.Latchkey.open({ session: "cs_test_x.y" });
    globalThis.Latchkey.close();
    return opened;
  });
  assert.deepEqual(first, { status: "closed" });
  await page.waitForTimeout(1_000);
  assert.deepEqual(await heard(page), []);

  await page.reload();
  await page.waitForFunction(() => globalThis.Latchkey);
  // As a framework does with an effect that runs, is cleaned up, and runs again.
  await page.evaluate(() => {
    const session = async () => (await (await fetch("/session", { method: "POST" })).json()).session;
    globalThis.Latchkey.open({ session });
    globalThis.Latchkey.close();
    globalThis.Latchkey.open({ session });
  });
  await formIn(page);
  assert.deepEqual(await heard(page), ["open", "ready"]);
  await page.context().close();
});

test("a listener of the page that throws changes nothing", async () => {
  const page = await openHost(chromium, address);
  const untouched = await snapshot(page);
  const { token } = await edge.session();
  await page.evaluate((session) => {
    const onEvent = () => {
      throw new Error("the page's own fault");
    };
    globalThis.Latchkey.open({ session, onEvent }).then((ended) => (globalThis.heard.ended = ended));
  }, token);
  await formIn(page);
  await page.evaluate(() => globalThis.Latchkey.close());
  assert.deepEqual(await page.evaluate(() => globalThis.heard.ended), { status: "closed" });
  assert.deepEqual(await snapshot(page), untouched);
  assert.ok(page.errors.length >= 3 && page.errors.every((error) => error.includes("own fault")), page.errors.join());
  await page.context().close();
});

test("a session endpoint that fails is reported, and the modal can try again", async () => {
  const page = await openHost(chromium, address);
  host.answers.push(() => undefined);
  await page.locator("#open").click();
  await hears(page, "error");
  assert.deepEqual(await heard(page, "error"), [{ code: "session_unavailable", field: null }]);
  await page.getByRole("button", { name: "Try again" }).click();
  await formIn(page);
  assert.equal(await page.getByRole("button", { name: "Try again" }).count(), 0);
  assert.deepEqual(await heard(page), ["open", "error", "ready"]);
  await page.context().close();
});

test("the session is requested on the click, not before", async () => {
  const page = await openHost(chromium, address);
  const before = host.asked;
  await page.locator("#open").hover();
  await page.waitForTimeout(500);
  assert.equal(host.asked, before, "a session was made before the click");
  await openModal(page);
  assert.equal(host.asked, before + 1);
  await page.context().close();
});

test("a session that expires while the form is filled in is requested again, also after a failure, and nothing typed is lost", async () => {
  const { page, frame, expires } = waiting;
  const token = magicToken();
  await oktaForm(frame).host.fill(MAGIC_HOST);
  await oktaForm(frame).token.fill(token);
  await page.waitForTimeout(Math.max(0, expires - Date.now() + 500));
  const before = host.asked;
  host.answers.push(() => undefined);
  await oktaForm(frame).connect.click();
  await hears(page, "error", 2);
  assert.deepEqual(await heard(page, "error"), [{ code: "session_expired", field: null }, { code: "session_unavailable", field: null }]);
  assert.equal(await oktaForm(frame).token.inputValue(), token);
  assert.equal(await oktaForm(frame).connect.isVisible(), false);
  await page.getByRole("button", { name: "Try again" }).click();
  await oktaForm(frame).connect.click();
  await oktaForm(frame).connected.waitFor();
  assert.equal(host.asked, before + 2);
  await page.context().close();
});

test("a session that ended before the click is requested again, and the person sees no dead end", async () => {
  const { token } = expired;
  const body = `<button id="open" data-latchkey-session="${token}">Connect Okta</button>`;
  const page = await openHost(chromium, host.page("/over", embedding(body)));
  const frame = await openModal(page);
  assert.ok(await oktaForm(frame).host.isVisible());
  assert.deepEqual(await heard(page), ["open", "ready"]);
  await page.context().close();
});

/** A dialog with a focus trap: it takes the focus back, stops presses outside of it, and keeps Tab inside. */
const TRAP = `const inside = (event) => trap.contains(event.target);
  document.addEventListener("focusin", (event) => inside(event) || (event.stopImmediatePropagation(), first.focus()), true);
  for (const type of ["mousedown", "click"]) document.addEventListener(type, (event) => inside(event) || (event.preventDefault(), event.stopImmediatePropagation()), true);
  document.addEventListener("keydown", (event) => event.key === "Tab" && (event.preventDefault(), first.focus()), true);
  first.focus();`;

test("inside a page dialog that traps the focus, the form can be typed into and every part of the modal works", async () => {
  const body = `<div id="trap" role="dialog" aria-modal="true" aria-label="Settings"><input id="first">${BUTTON}</div><script>${TRAP}</script>`;
  const page = await openHost(chromium, host.page("/trap", embedding(body)));
  const untouched = await snapshot(page);
  const frame = await openModal(page);
  await page.keyboard.type("latch");
  assert.equal(await oktaForm(frame).host.inputValue(), "latch", "the page's dialog took the focus back");
  await page.getByRole("button", { name: "Close" }).focus();
  const reached = new Set();
  for (let presses = 0; presses < 4; presses += 1) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate(() => document.activeElement.shadowRoot?.activeElement.localName ?? document.activeElement.localName));
  }
  // After the last part comes the browser's own interface, with no part of the page in between.
  reached.delete("body");
  assert.deepEqual([...reached], ["iframe"]);
  await page.getByRole("button", { name: "Close" }).click();
  await hears(page, "close");
  assert.deepEqual(await snapshot(page), untouched);
  assert.equal(await page.evaluate(() => document.activeElement.id), "open");
  await page.context().close();
});

test("the modal is above a native dialog and inert parts of the page, and the dialog is there again afterwards", async () => {
  const body = `<div inert><p>Behind.</p></div><dialog id="own" aria-label="Settings"><p>Settings</p>${BUTTON}</dialog><script>own.showModal()</script>`;
  const page = await openHost(chromium, host.page("/native", embedding(body)));
  const untouched = await snapshot(page);
  const frame = await openModal(page);
  await oktaForm(frame).host.click();
  await page.keyboard.type("latch");
  assert.equal(await oktaForm(frame).host.inputValue(), "latch");
  // The page may close its dialog while the modal is open.
  await page.evaluate(() => document.getElementById("own").close());
  await oktaForm(frame).host.pressSequentially("key");
  assert.equal(await oktaForm(frame).host.inputValue(), "latchkey");
  await page.evaluate(() => document.getElementById("own").showModal());
  await page.evaluate(() => globalThis.Latchkey.close());
  assert.deepEqual(await snapshot(page), untouched);
  assert.equal(await page.evaluate(() => document.getElementById("own").open), true);
  await page.context().close();
});

test("a page that hides the dialog around the modal is not left blocked", async () => {
  const body = `<div id="trap" role="dialog" aria-modal="true" aria-label="Settings">${BUTTON}</div><button id="other">Other</button>`;
  const page = await openHost(chromium, host.page("/hidden", embedding(body)));
  await openModal(page);
  await page.evaluate(() => document.getElementById("trap").setAttribute("hidden", ""));
  await hears(page, "close");
  await page.locator("#other").click();
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).overflow), "visible");
  await page.context().close();
});
