// A button below each field's error that leads to the steps of the guide that help. It is a button, because a link to another
// fragment would take the token out of the address.

import { open } from "./guide.js";
import { byId, make } from "./page.js";

/** @param {import("../page").Field[]} fields */
export function linkErrorsToGuide(fields) {
  for (const { id } of fields) {
    const first = /** @type {HTMLLIElement | null} */ (document.querySelector(`[data-for="${id}"]`));
    if (!first) continue;
    const button = make("button", "to-step", byId("root").dataset.toStep);
    button.type = "button";
    button.onclick = () => {
      open(first);
      const title = /** @type {HTMLElement} */ (first.querySelector("summary"));
      title.focus();
      first.scrollIntoView({ block: "nearest" });
    };
    document.getElementById(`field-${id}-error`)?.firstElementChild?.append(button);
  }
}
