// The list of checks while an attempt is under way.
//
// It owns the marks of the four steps. It refuses to mark a step before the edge has reported it, and to guess by time.

import { byId, formState } from "./page.js";

/** The steps that the edge reports as they pass, in the order of the list. */
const REPORTED = ["host", "key", "rights"];

/** Marks the steps from now on. */
export function followChecks() {
  const place = byId("progress");
  const steps = [...place.querySelectorAll("li")];
  const title = /** @type {HTMLElement} */ (place.querySelector("h2"));
  const running = title.textContent;
  const list = /** @type {HTMLElement} */ (steps[0].parentElement);
  const set = (/** @type {HTMLElement} */ step, /** @type {string} */ state) => {
    step.dataset.check = state;
    /** @type {Element} */ (step.firstElementChild).textContent = /** @type {string} */ (list.dataset[state]);
  };
  let ran = false;
  const begin = () => {
    if (formState() !== "checking") return;
    ran = true;
    delete place.dataset.ended;
    title.textContent = running;
    for (const step of steps) set(step, "pending");
  };
  new MutationObserver(begin).observe(byId("form"), { attributeFilter: ["data-state"] });
  begin();
  addEventListener("latchkey-passed", ({ detail }) => {
    const last = REPORTED.indexOf(detail);
    steps.forEach((step, at) => at <= last && set(step, "passed"));
  });
  // An error names the step that failed by its code, and so says that the steps before it passed.
  addEventListener("latchkey-error", ({ detail: { code } }) => {
    const failed = ran ? steps.findIndex((step) => /** @type {string} */ (step.dataset.codes).split(" ").includes(code)) : -1;
    ran = false;
    if (failed < 0) return;
    steps.forEach((step, at) => set(step, at < failed ? "passed" : at === failed ? "failed" : "skipped"));
    place.dataset.ended = "";
    title.textContent = /** @type {string} */ (title.dataset.ended);
  });
}

/** Takes the list away, once the account is connected. */
export const hideChecks = () => {
  byId("progress").hidden = true;
};
