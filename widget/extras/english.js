// Texts that have no translation stay English on a page in another language. They come between two marks (U+2066 and U+2069);
// an element that shows one gets `lang`, so that a screen reader reads it as English.

import { byId } from "./page.js";

/** Sets the language of an element by the text it shows. */
export function mark(/** @type {HTMLElement} */ place) {
  if (/** @type {string} */ (place.textContent).startsWith("\u2066")) Object.assign(place, { lang: "en", dir: "ltr" });
  else for (const name of ["lang", "dir"]) place.removeAttribute(name);
}

/** Puts a text into an element and sets its language. */
export function say(/** @type {HTMLElement} */ place, /** @type {string} */ text) {
  place.textContent = text;
  mark(place);
  return place;
}

/** Marks the form's messages from now on. */
export function markEnglish() {
  if (document.documentElement.lang === "en") return;
  const root = byId("root");
  const markAll = () => {
    for (const place of root.querySelectorAll(".cause,.fix")) mark(/** @type {HTMLElement} */ (place));
  };
  new MutationObserver(markAll).observe(root, { subtree: true, childList: true, characterData: true });
  markAll();
}
