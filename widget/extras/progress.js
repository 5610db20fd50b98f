// Progress that survives closing the page: the steps that are ticked off, and the values that are not secret.
//
// It owns the ticks in the guide and when progress is saved. It refuses to send a secret, and a value that contains a secret
// or is contained in one.

import { byId, formState, inputOf, make } from "./page.js";

/** How long to wait for another change before saving, in milliseconds. */
const PAUSE = 600;

/**
 * @param {import("../page").PageData["form"]} form
 * @param {import("../page").Call} call
 */
export function keepProgress({ app, fields }, call) {
  /** @type {Map<string, HTMLButtonElement>} */
  const ticks = new Map();
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

  const tickOff = (/** @type {string} */ id, /** @type {boolean} */ ticked) => {
    const tick = ticks.get(id);
    if (!tick) return;
    tick.ariaPressed = String(ticked);
    done[ticked ? "add" : "delete"](id);
  };
  document.querySelectorAll(".guide ol").forEach((list, section) =>
    [...list.children].forEach((step, at) => {
      const id = section + "." + at;
      const { lang, textContent } = /** @type {HTMLElement} */ (step.querySelector(".step"));
      const title = make("span", "unseen", " " + textContent);
      if (lang) title.lang = lang;
      const tick = make("button", "tick");
      tick.type = "button";
      tick.append(/** @type {string} */ (byId("progress").dataset.tick), title);
      tick.onclick = () => {
        tickOff(id, !done.has(id));
        soon();
      };
      ticks.set(id, tick);
      tickOff(id, false);
      step.append(tick);
    }),
  );

  return {
    save,
    /** Ticks off the steps that were done when the page was open before. */
    restore: (/** @type {string[]} */ steps = []) => {
      for (const id of steps) tickOff(id, true);
    },
  };
}
