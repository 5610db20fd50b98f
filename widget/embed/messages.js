// What the host page says around the form: a few words, in the language of the browser, and then of the form itself.
//
// It owns choosing them. It refuses to load another language where English is spoken.

import { EDGE } from "./parts.js";

// English.
const ENGLISH = ["Connect an account", "Close", "Loading…", "The form could not be opened.", "The session has expired, and there is no new one yet. What you typed is kept.", "Try again"];

const short = (tag) => tag.slice(0, 2).toLowerCase();
let tables;

/** Gives the words to `use`, with their language: the first of these that there is; nothing is loaded for English. */
export const speak = async (tags, use) => {
  const wanted = tags.map(short);
  if (wanted[0] !== "en") tables ??= await import(EDGE + WORDS).then((own) => own.tables, () => {});
  const lang = wanted.find((tag) => tag === "en" || tables?.[tag]) ?? "en";
  const [title, close, loading, failed, expired, again] = ENGLISH.map((english) => tables?.[lang]?.[english] ?? english);
  use({ title, close, loading, failed, expired, again, lang, dir: lang === "ar" ? "rtl" : "ltr" });
};

/** The words of the page's own visitor, once they are there. */
export let words;
await speak(navigator.languages ?? ["en"], (own) => (words = own));
