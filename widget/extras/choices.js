// The page that offers several services: which of them this person has connected already, the search, and the arrow keys.
//
// It owns what needs a script there: the list itself is plain links. It refuses to show more than the session says about its own person.

import { byId, day, fill, find } from "./page.js";

/** More services than this are searched. */
const FEW = 6;
/** So many services that this person used last stand first. */
const RECENT = 4;

/**
 * @param {NodeListOf<HTMLAnchorElement>} given The links to the forms of the session's services; none in the gallery, whose links are guides.
 * @param {Promise<[string, Promise<import("../page").Reply>]>} accepted The session's token and its session, once the token has come.
 */
export async function choices(given, accepted) {
  const links = [...(given.length ? given : /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("nav a")))];
  const visible = () => [...document.querySelectorAll("nav a")].filter((link) => link.checkVisibility());
  const query = /** @type {HTMLInputElement} */ (byId("query"));
  if (links.length > FEW) search(links, query, visible);
  followArrows(query, visible);
  const [, session] = await accepted;
  const reply = await session;
  const known = [];
  for (const { id, connectedAt } of reply?.body?.providers ?? []) {
    const link = links.find((link) => new URLSearchParams(link.search).get("app") === id);
    const since = connectedAt && link?.querySelector("small");
    if (!link || !since) continue;
    since.textContent = fill(since.dataset.since, { date: day(connectedAt) });
    since.hidden = false;
    known.push({ link, connectedAt });
  }
  if (links.length > FEW && known.length) showRecent(known);
}

/** In a long list, the services that this person used last stand first too. */
function showRecent(/** @type {{ link: HTMLAnchorElement, connectedAt: string }[]} */ known) {
  known.sort((one, other) => other.connectedAt.localeCompare(one.connectedAt));
  const copies = known.slice(0, RECENT).map(({ link }) => /** @type {HTMLElement} */ (link.parentElement).cloneNode(true));
  for (const copy of copies) /** @type {HTMLElement} */ (copy).hidden = false;
  const recent = document.getElementById("latchkey-recent");
  recent?.querySelector("ul")?.replaceChildren(...copies);
  if (recent) recent.hidden = Boolean(/** @type {HTMLInputElement} */ (byId("query")).value.trim());
}

/** Narrows the choice while somebody types: by name, other names and kind. Each word must be found. */
function search(/** @type {HTMLAnchorElement[]} */ links, /** @type {HTMLInputElement} */ query, /** @type {() => Element[]} */ visible) {
  const place = byId("search");
  place.hidden = false;
  const entries = links.map((link) => {
    const group = link.closest("section");
    const text = plain([link.text, link.search, link.dataset.words, group?.querySelector("h2")?.textContent].join(" "));
    return { entry: /** @type {HTMLElement} */ (link.parentElement), group, text };
  });
  query.oninput = () => {
    const words = plain(query.value).trim().split(/\s+/);
    const found = entries.filter(({ entry, text }) => !(entry.hidden = !words.every((word) => text.includes(word))));
    const groups = new Set(found.map(({ group }) => group));
    for (const { group } of entries) if (group) group.hidden = !groups.has(group);
    // What was used last is a copy, which a search need not show twice.
    const recent = document.getElementById("latchkey-recent");
    if (recent) recent.hidden = Boolean(words[0]) || !recent.querySelector("li");
    find(place, "[role=status]").textContent = fill(place.dataset.found, { count: found.length });
  };
  query.onkeydown = (event) => {
    if (event.key === "Enter" && query.value.trim()) /** @type {HTMLElement | undefined} */ (visible()[0])?.click();
  };
  query.focus({ preventScroll: true });
}

/** A text without capitals and accents. */
const plain = (/** @type {string} */ text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** The arrow keys go from service to service, also from the search into the list and back. */
function followArrows(/** @type {HTMLInputElement} */ query, /** @type {() => Element[]} */ visible) {
  addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const stops = [...(query.checkVisibility() ? [query] : []), ...visible()];
    const at = stops.indexOf(/** @type {any} */ (document.activeElement));
    const next = step && at >= 0 && stops[at + step];
    if (!next) return;
    /** @type {HTMLElement} */ (next).focus();
    event.preventDefault();
  });
}
