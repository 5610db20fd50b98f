// Firefox and WebKitGTK to drive like a person would, by the keyboard mostly, behind one interface.
//
// It owns what can be done with a page, and waiting. The functions have the names that the driver of Chromium gives them, so that what
// is written for a host page or for axe takes these pages too. It refuses to judge: tests do.

import { startFirefox } from "./firefox.mjs";
import { startWebkit } from "./webkit.mjs";

const START = { firefox: startFirefox, webkit: startWebkit };

/** The names of the engines. */
export const ENGINES = Object.keys(START);

const KEYS = { Shift: "\uE008", Control: "\uE009", Tab: "\uE004", Enter: "\uE007", Escape: "\uE00C" };

/**
 * Remembers what a document heard and what went wrong in it. Firefox runs it before the document's own scripts; WebKit's driver
 * has no such thing, and runs it once the document has loaded.
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
    // Firefox asks for it by itself, where a page names none.
    if (!blockedURI.endsWith("/favicon.ico")) note(`${violatedDirective} ${blockedURI}`);
  });
  const print = console.error;
  console.error = (...words) => (note(words), print(...words));
  // The driver reaches into open shadow trees only; a page finds ours closed.
  const { attachShadow } = Element.prototype;
  Element.prototype.attachShadow = function (options) {
    return attachShadow.call(this, { ...options, mode: "open" });
  };
};

/** Starts an engine: `{version, page, close}`. */
export async function openEngine(name) {
  const engine = await START[name]();

  /** A page that shares nothing with others. */
  async function page({ width = 1280, height = 900 } = {}) {
    const tab = await engine.open({ width, height, watch: String(watch) });
    const made = {
      goto: (url) => tab.go(url),
      /** Runs a function, or a script, where we are: in the page, or in the frame that was gone into. */
      async evaluate(what, ...args) {
        const call = typeof what === "string" ? `(() => { ${what} })()` : `(${what})(...JSON.parse(args))`;
        const answer = await tab.evaluate(`async (args) => JSON.stringify((await ${call}) ?? null)`, JSON.stringify(args));
        return JSON.parse(answer);
      },
      /** Waits until a function answers something that is true, and answers it. */
      async waitForFunction(what, ...args) {
        const patience = Date.now() + 30_000;
        for (;;) {
          const answer = await made.evaluate(what, ...args);
          if (answer) return answer;
          if (Date.now() > patience) {
            const seen = await made.evaluate(() => `${location.href}\n${document.body.innerText.slice(0, 1000)}`);
            throw new Error(`never true: ${what} with ${JSON.stringify(args)}, in ${seen}`);
          }
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      },
      /** Types a text into what has the focus. */
      type: (text) => tab.keys([...text].flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }])),
      /** Presses a key, or several at once: `Tab`, `Shift+Tab`, `Control+a`. */
      press(keys) {
        const values = keys.split("+").map((key) => KEYS[key] ?? key);
        return tab.keys([...values.map((value) => ({ type: "keyDown", value })), ...values.reverse().map((value) => ({ type: "keyUp", value }))]);
      },
      /** Presses the middle of an element by the pointer, once it stays where it is. */
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
      /** Goes into the frame whose address has this part, once there is one. */
      async into(part) {
        for (let tries = 0; !(await tab.into(part)); tries += 1) {
          if (tries > 200) throw new Error(`there is no frame ${part}`);
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      },
      /** Goes back to the page. */
      out: () => tab.out(),
      /** What the engine told of errors, and what went wrong in the document where we are. */
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

/** Waits until the form is taken over. */
export const ready = (page) => page.waitForFunction(() => document.documentElement.hasAttribute("data-ready"));

/** The id of what has the focus. */
export const focused = (page) => page.evaluate(() => document.activeElement?.id);

/** Presses Tab until something has the focus. */
export async function tabTo(page, selector) {
  const reached = () => page.evaluate((selector) => document.activeElement.matches(selector), selector);
  for (let presses = 0; presses < 20; presses += 1) {
    await page.press("Tab");
    // WebKit's driver answers before the key has arrived.
    for (let tries = 0; tries < 5; tries += 1) {
      if (await reached()) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  throw new Error(`${selector} is not reached`);
}

/** What a field holds. */
export const value = (page, field) => page.evaluate((id) => document.getElementById(id).value, `field-${field}`);

/** Waits until an element is seen, and its text matches; answers the text. */
export const says = (page, selector, pattern = /./) =>
  page.waitForFunction(
    (selector, source) => {
      const element = [...document.querySelectorAll(selector)].find((element) => element.checkVisibility() && new RegExp(source, "u").test(element.innerText));
      return element?.innerText;
    },
    selector,
    pattern.source,
  );
