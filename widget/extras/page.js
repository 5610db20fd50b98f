// What every part of `more.js` asks of the page: its elements, its sentences, its language.

/** The page's element of this name. */
export const byId = (id) => document.getElementById("latchkey-" + id);

/** A sentence with its values. */
export const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** A day in the page's language. */
export const day = (iso) => new Date(iso).toLocaleDateString(document.documentElement.lang, { dateStyle: "long" });

/** An element with a class and a text. */
export const make = (tag, className = "", textContent = "") => Object.assign(document.createElement(tag), { className, textContent });

/** Puts a text into an element. One that has stayed English comes between marks of its own: whoever reads it aloud is told. */
export function say(place, text) {
  place.textContent = text;
  mark(place);
  return place;
}

/** Tells the language of what an element holds. */
export function mark(place) {
  if (place.textContent.startsWith("\u2066")) Object.assign(place, { lang: "en", dir: "ltr" });
  else for (const name of ["lang", "dir"]) place.removeAttribute(name);
}
