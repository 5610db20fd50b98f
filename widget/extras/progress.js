// Progress that survives closing the page: the steps that are ticked off, and the values that are not secret.
//
// It owns the ticks in the guide and when progress is saved. It refuses to send a secret, and a value that contains a secret
// or is contained in one.

import { goOn, mark, resume } from "./guide.js";
import { byId, formState, inputOf, make } from "./page.js";

/** How long to wait for another change before saving, in milliseconds. */
const PAUSE = 600;

/**
 * @param {import("../page").PageData["form"]} form
 * @param {import("../page").Call} call
 */
export function keepProgress({ app, fields }, call) {
  const steps = /** @type {NodeListOf<HTMLLIElement>} */ (document.querySelectorAll("[data-step]"));
  /** @type {Set<string>} */
  const done = new Set();
  /** @type {number | undefined} */
  let waiting;

  /** Saves at once. A failure is not shown: the next change saves again. */
  const save = () => {
    clearTimeout(waiting);
    waiting = 0;
    const secrets = fields.filter((field) => field.secret).map((field) => inputOf(field).value);
    /** @type {Record<string, string>} */
    const values = {};
    for (const field of fields) {
      const text = inputOf(field).value.trim();
      // A secret in the wrong field stays on this page, and so does a part of one.
      const leaks = secrets.some((secret) => secret.length > 3 && (secret.includes(text) || text.includes(secret)));
      if (!field.secret && text && !leaks) values[field.id] = text;
    }
    return call("PUT", "connect/progress", { app, fields: values, steps: [...done] }).catch(() => {});
  };
  const asking = () => formState() === "asking";
  // An attempt under way may end the session, and a session that has ended keeps no progress.
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => (asking() ? save() : formState() === "checking" && soon()), PAUSE);
  };
  const form = /** @type {HTMLFormElement} */ (document.querySelector("form"));
  form.addEventListener("change", ({ target }) => asking() && /** @type {HTMLInputElement} */ (target).type !== "password" && soon());
  addEventListener("pagehide", () => waiting && asking() && save());

  const tickOff = (/** @type {HTMLLIElement} */ step, /** @type {boolean} */ ticked) => {
    /** @type {HTMLElement} */ (step.querySelector(".tick")).ariaPressed = String(ticked);
    mark(step, ticked);
    done[ticked ? "add" : "delete"](/** @type {string} */ (step.dataset.step));
  };
  for (const step of steps) {
    const { lang, textContent } = /** @type {HTMLElement} */ (step.querySelector(".step"));
    const title = make("span", "unseen", " " + textContent);
    if (lang) title.lang = lang;
    const tick = make("button", "tick");
    tick.type = "button";
    tick.append(/** @type {string} */ (byId("progress").dataset.tick), title);
    tick.onclick = () => {
      const ticked = !done.has(/** @type {string} */ (step.dataset.step));
      tickOff(step, ticked);
      if (ticked) goOn(step);
      soon();
    };
    /** @type {HTMLElement} */ (step.querySelector(".go")).append(tick);
    tickOff(step, false);
  }

  return {
    save,
    /** Ticks off the steps that were done when the page was open before. */
    restore: (/** @type {string[]} */ kept = []) => {
      for (const step of steps) if (kept.includes(/** @type {string} */ (step.dataset.step))) tickOff(step, true);
      if (done.size) resume();
    },
  };
}
