// Test mode's values. They are loaded when the list is opened; a press on one fills the form in.

import { byId, find, inputOf, make } from "./page.js";

/**
 * @param {import("../page").PageData["form"]} form
 * @param {import("../page").Call} call
 */
export function offerTestValues({ app, fields }, call) {
  const place = /** @type {HTMLDetailsElement | null} */ (byId("tests"));
  if (!place) return;
  const list = find(place, "ul");
  const status = find(place, "[role=status]");

  const fillIn = (/** @type {Record<string, string>} */ values) => {
    for (const field of fields) {
      const input = inputOf(field);
      const value = values[field.id] ?? "";
      if (!value && !input.value) continue;
      // A list takes what is pasted into it, and has a first choice.
      if (input.localName === "select" && value) {
        input.dataset.pasted = value;
        input.dispatchEvent(new Event("paste"));
        continue;
      }
      input.value = value || (find(input, "[selected]")?.getAttribute("value") ?? "");
      for (const type of ["input", "blur"]) input.dispatchEvent(new Event(type, { bubbles: true }));
      if (value) input.closest("details")?.setAttribute("open", "");
    }
    place.open = false;
    find(document, "form [type=submit]").focus();
  };
  place.hidden = false;
  place.ontoggle = async () => {
    if (!place.open || list.children.length) return;
    status.textContent = "";
    try {
      const { testValues } = await call("GET", "providers/" + app);
      for (const { name, ending, fields } of testValues) {
        const button = make("button");
        button.type = "button";
        const title = make("span", "", name);
        title.lang = "en";
        button.append(title, make("small", "", find(place, `data[value="${ending}"]`).textContent));
        button.onclick = () => fillIn(fields);
        const line = make("li");
        line.append(button);
        list.append(line);
      }
    } catch {
      status.textContent = /** @type {string} */ (place.dataset.failed);
    }
  };
}
