// Firefox and WebKitGTK behind one interface, for tests that use a page as a person would, mostly by the keyboard.
//
// It owns the actions on a page, and waiting. The functions have the same names as in Chromium's driver, so that functions for host
// pages or for axe work with these pages too. It does not judge: tests do.

import { startFirefox } from "./firefox.mjs";
import { startWebkit } from "./webkit.mjs";

const START = { firefox: startFirefox, webkit: startWebkit };

/** The names of the engines. */
export const ENGINES = Object.keys(START);

const KEYS = { Shift: "\uE008", Control: "\uE009", Tab: "\uE004", Enter: "\uE007", Escape: "\uE00C" };

/**
 * Records a document's events and errors. Firefox runs it before the document's own scripts; WebKit's driver cannot do that, and
 * runs it once the document has loaded.
 */
const watch = async () => {
  if (globalThis.heard) return;
  globalThis.heard = [];
  globalThis.wrong = [];
  const note = (text) => globalThis.wrong.push(String(text));
  for (const name of ["open", "ready", "success", "error", "close"]) {
    addEventListener(`latchkey-${name}`, (event) => globalThis.heard.push([name, event.detail]));
  }
  addEventListener("error", (event) => note(event.message));
  addEventListener("unhandledrejection", (event) => note(event.reason));
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
    // Firefox requests an icon by itself if a page names none.
    if (!blockedURI.endsWith("/favicon.ico")) note(`${violatedDirective} ${blockedURI}`);
  });
  const print = console.error;
  console.error = (...words) => (note(words), print(...words));
  // The driver reaches into open shadow trees only, and ours are closed.
  const { attachShadow } = Element.prototype;
  Element.prototype.attachShadow = function (options) {
    return attachShadow.call(this, { ...options, mode: "open" });
  };
};

/** Starts an engine: `{version, page, close}`. */
export async function openEngine(name) {
  const engine = await START[name]();

  /** Opens a page that shares nothing with others. */
  async function page({ width = 1280, height = 900 } = {}) {
    const tab = await engine.open({ width, height, watch: String(watch) });
    const made = {
      goto: (url) => tab.go(url),
      /** Runs a function or a script in the current document: the page, or the frame that was entered. */
      async evaluate(what, ...args) {
        const call = typeof what === "string" ? `(() => { ${what} })()` : `(${what})(...JSON.parse(args))`;
        const answer = await tab.evaluate(`async (args) => JSON.stringify((await ${call}) ?? null)`, JSON.stringify(args));
        return JSON.parse(answer);
      },
      /** Waits until a function returns a true value, and returns that value. */
      async waitForFunction(what, ...args) {
        const patience = Date.now() + 30_000;
        for (;;) {
          const answer = await made.evaluate(what, ...args);
          if (answer) return answer;
          if (Date.now() > patience) {
            const seen = await made.evaluate(() => `${location.href}\n${document.body.innerText.slice(0, 1000)}`);
            throw new Error(`not true within 30 seconds: ${what} with ${JSON.stringify(args)}, in ${seen}`);
          }
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      },
      /** Types a text into the focused element. */
      type: (text) => tab.keys([...text].flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }])),
      /** Presses a key, or several at once: `Tab`, `Shift+Tab`, `Control+a`. */
      press(keys) {
        const values = keys.split("+").map((key) => KEYS[key] ?? key);
        return tab.keys([...values.map((value) => ({ type: "keyDown", value })), ...values.reverse().map((value) => ({ type: "keyUp", value }))]);
      },
      /** Clicks on the middle of an element, once the element no longer moves. */
      async click(selector) {
        const middle = () =>
          made.evaluate((selector) => {
            const element = document.querySelector(selector);
            element.scrollIntoView({ block: "nearest" });
            const { x, y, width, height } = element.getBoundingClientRect();
            return [x + width / 2, y + height / 2].map(Math.round);
          }, selector);
        for (let before; String(before) !== String((before = await middle())); ) {
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
        await tab.press(selector, await middle());
      },
      /** Enters the frame whose address has this part, once it exists. */
      async into(part) {
        for (let tries = 0; !(await tab.into(part)); tries += 1) {
          if (tries > 200) throw new Error(`there is no frame ${part}`);
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      },
      /** Returns to the page. */
      out: () => tab.out(),
      /** The errors that the engine reported, and those of the current document. */
      errors: async () => [...tab.errors(), ...(await made.evaluate(() => globalThis.wrong))],
      close: () => tab.close(),
    };
    return made;
  }
  return {
    name,
    get version() {
      return engine.version;
    },
    page,
    close: () => engine.close(),
  };
}

/** Waits until the program has taken over the form. */
export const ready = (page) => page.waitForFunction(() => document.documentElement.hasAttribute("data-ready"));

/** The id of the focused element. */
export const focused = (page) => page.evaluate(() => document.activeElement?.id);

/** Presses Tab until this element has the focus. */
export async function tabTo(page, selector) {
  const reached = () => page.evaluate((selector) => document.activeElement.matches(selector), selector);
  for (let presses = 0; presses < 20; presses += 1) {
    await page.press("Tab");
    // WebKit's driver returns before the page has received the key.
    for (let tries = 0; tries < 5; tries += 1) {
      if (await reached()) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  throw new Error(`Tab does not reach ${selector}`);
}

/** The value of a field. */
export const value = (page, field) => page.evaluate((id) => document.getElementById(id).value, `field-${field}`);

/** Waits until a visible element's text matches. Returns the text. */
export const says = (page, selector, pattern = /./) =>
  page.waitForFunction(
    (selector, source) => {
      const element = [...document.querySelectorAll(selector)].find((element) => element.checkVisibility() && new RegExp(source, "u").test(element.innerText));
      return element?.innerText;
    },
    selector,
    pattern.source,
  );
