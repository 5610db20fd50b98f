// Access to the page for every extra: its elements, its sentences, and its language.

/** The page's element of this name. */
export const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById("latchkey-" + id));

/** The first element that matches. */
export const find = (/** @type {ParentNode} */ place, /** @type {string} */ selector) =>
  /** @type {HTMLElement} */ (place.querySelector(selector));

/** The input of a field. */
export const inputOf = (/** @type {import("../page").Field} */ { id }) =>
  /** @type {HTMLInputElement} */ (document.getElementById("field-" + id));

/** Where the form stands: `asking`, `checking`, `connected` or `ended`. */
export const formState = () => byId("form").dataset.state;

/** A name that may run from right to left, kept apart from the text around it (`shared/src/shown.rs`). */
export const isolate = (/** @type {string} */ name) => (/[\u0590-\u08ff\ufb1d-\ufefc]/.test(name) ? `\u2068${name}\u2069` : name);

/** A sentence with its values filled in. */
export const fill = (/** @type {string | undefined} */ template, /** @type {Record<string, any>} */ values) =>
  /** @type {string} */ (template).replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** A day in the page's language. */
export const day = (/** @type {string} */ iso) =>
  new Date(iso).toLocaleDateString(document.documentElement.lang, { dateStyle: "long" });

/** A day and a time in the page's language. */
export const moment = (/** @type {string} */ iso) =>
  new Date(iso).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });

/**
 * An element with a class and a text.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} className
 * @param {string | null} textContent
 */
export const make = (tag, className = "", textContent = "") =>
  Object.assign(document.createElement(tag), { className, textContent });
