// The messages of the host page around the form: a few, in the language of the browser at first, and then of the form itself.
//
// It owns choosing the language. It refuses to load a table where English is spoken.

import { settings } from "./parts.js";

// English.
const ENGLISH = ["Connect an account", "Close", "Loading…", "The form could not be opened.", "The session has expired, and a new one could not be loaded. Everything you typed is kept.", "Try again"];

const short = (/** @type {string} */ tag) => tag.slice(0, 2).toLowerCase();
/** @type {Record<string, Record<string, string>> | void} */
let tables;

/** @typedef {Record<"title" | "close" | "loading" | "failed" | "expired" | "again" | "lang" | "dir", string>} Messages */

/**
 * Calls `use` with the messages in the first of these languages that has them. Nothing is loaded for English.
 * @param {readonly string[]} tags
 * @param {(messages: Messages) => void} use
 */
export const speak = async (tags, use) => {
  const wanted = tags.map(short);
  if (wanted[0] !== "en") tables ??= EMBED_TABLES ?? (await import(settings.edge + EMBED_MESSAGES).then((own) => own.tables, () => {}));
  const lang = wanted.find((tag) => tag === "en" || tables?.[tag]) ?? "en";
  const [title, close, loading, failed, expired, again] = ENGLISH.map((english) => tables?.[lang]?.[english] ?? english);
  use({ title, close, loading, failed, expired, again, lang, dir: lang === "ar" ? "rtl" : "ltr" });
};

/**
 * The messages in the visitor's language, once they are there.
 * @type {Messages}
 */
export let messages;
/** Chooses them. Nothing is shown before. */
export const speakFirst = () => speak(navigator.languages ?? ["en"], (own) => (messages = own));
