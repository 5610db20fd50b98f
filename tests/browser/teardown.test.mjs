// The modal ends at any moment, by anybody, and what is left is the page as it was. Peers leave style tags, variables, a locked
// scroll position or an overlay; do not say that they have closed; and fight with the page's own dialogs for the focus.

import assert from "node:assert/strict";
import { test } from "node:test";

import { oktaForm, submit } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { MAGIC_HOST, magicToken } from "../harness/deployment.mjs";
import { BUTTON, embedded, embedding, formIn, heard, hears, openHost, openModal, snapshot } from "../harness/host_pages.mjs";

let edge, chromium, host;
let address;
// Opened first, because the shortest life of a session is a minute.
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

/** Counts the listeners that are left on the window and the document, from before the page's first script. */
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

/** How far it gets before it ends. */
const MOMENTS = {
  "before the session is there": async (page, held) => {
    host.answers.push(() => held);
    await page.locator("#open").click();
    await hears(page, "open");
  },
  "before the frame has said hello": async (page) => {
    await page.route("**/embed/*", async (route) => (await new Promise((letGo) => setTimeout(letGo, 800)), route.continue().catch(() => {})));
    await page.locator("#open").click();
    await hears(page, "open");
    await page.waitForTimeout(200);
  },
  "while somebody types": async (page) => {
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
  test(`ended ${moment}, by whomever: one close, a settled promise, and nothing left`, async () => {
    // Two of the four at each moment, by turns; in the matrix all.
    const endings = Object.entries(ENDINGS).filter((_, index) => process.env.LATCHKEY_MATRIX || (index + at) % 2);
    for (const [name, [reason, finish]] of endings) {
      const page = await openHost(chromium, "about:blank", { wait: false });
      await countListeners(page);
      await page.goto(address);
      await page.waitForFunction(() => globalThis.Latchkey);
      await page.evaluate(() => globalThis.Latchkey.preload());
      await page.waitForFunction(() => document.querySelector("latchkey-preload"));
      // The preloading is over with the first modal; what comes then is the page at rest.
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
      assert.equal((await heard(page)).at(-1), "close", `${name}: something was said after the end`);
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

test("closed while its program is loading, it never opens; opened again meanwhile, it opens once", async () => {
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
  // What an effect of a framework does that runs, is undone, and runs again.
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

test("an endpoint that fails is told, and can be tried again in the modal", async () => {
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

test("the session is asked for on the click, not before", async () => {
  const page = await openHost(chromium, address);
  const before = host.asked;
  await page.locator("#open").hover();
  await page.waitForTimeout(500);
  assert.equal(host.asked, before, "a session was made before anybody asked");
  await openModal(page);
  assert.equal(host.asked, before + 1);
  await page.context().close();
});

test("a session that really expires under a typed form is asked for again, also after a failure, and nothing typed is lost", async () => {
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

test("a session that was over before the click is asked for again, and the person never sees the dead end", async () => {
  const { token } = expired;
  const body = `<button id="open" data-latchkey-session="${token}">Connect Okta</button>`;
  const page = await openHost(chromium, host.page("/over", embedding(body)));
  const frame = await openModal(page);
  assert.ok(await oktaForm(frame).host.isVisible());
  assert.deepEqual(await heard(page), ["open", "ready"]);
  await page.context().close();
});

/** What focus traps do: fetch the focus back, swallow presses outside of their dialog, and lead Tab around. */
const TRAP = `const inside = (event) => trap.contains(event.target);
  document.addEventListener("focusin", (event) => inside(event) || (event.stopImmediatePropagation(), first.focus()), true);
  for (const type of ["mousedown", "click"]) document.addEventListener(type, (event) => inside(event) || (event.preventDefault(), event.stopImmediatePropagation()), true);
  document.addEventListener("keydown", (event) => event.key === "Tab" && (event.preventDefault(), first.focus()), true);
  first.focus();`;

test("inside a dialog of the page with a focus trap of its own the form is typed into, and every part of the modal works", async () => {
  const body = `<div id="trap" role="dialog" aria-modal="true" aria-label="Settings"><input id="first">${BUTTON}</div><script>${TRAP}</script>`;
  const page = await openHost(chromium, host.page("/trap", embedding(body)));
  const untouched = await snapshot(page);
  const frame = await openModal(page);
  await page.keyboard.type("latch");
  assert.equal(await oktaForm(frame).host.inputValue(), "latch", "the focus was fetched back");
  await page.getByRole("button", { name: "Close" }).focus();
  const reached = new Set();
  for (let presses = 0; presses < 4; presses += 1) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate(() => document.activeElement.shadowRoot?.activeElement.localName ?? document.activeElement.localName));
  }
  // Beyond the last part is the browser's own; nothing of the page is in between.
  reached.delete("body");
  assert.deepEqual([...reached], ["iframe"]);
  await page.getByRole("button", { name: "Close" }).click();
  await hears(page, "close");
  assert.deepEqual(await snapshot(page), untouched);
  assert.equal(await page.evaluate(() => document.activeElement.id), "open");
  await page.context().close();
});

test("over a native dialog of the page, and beside inert parts, the modal is on top, and the dialog is there again afterwards", async () => {
  const body = `<div inert><p>Behind.</p></div><dialog id="own" aria-label="Settings"><p>Settings</p>${BUTTON}</dialog><script>own.showModal()</script>`;
  const page = await openHost(chromium, host.page("/native", embedding(body)));
  const untouched = await snapshot(page);
  const frame = await openModal(page);
  await oktaForm(frame).host.click();
  await page.keyboard.type("latch");
  assert.equal(await oktaForm(frame).host.inputValue(), "latch");
  // The page may close its dialog meanwhile.
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
