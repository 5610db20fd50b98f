// The page that offers several services: which of them this person has connected already, the search, and the arrow keys.
//
// It owns what needs a script there: the list itself is plain links. It refuses to show more than the session says about its own person.

import { byId, day, fill, find } from "./page.js";

/** More services than this are searched. */
const FEW = 6;

/**
 * @param {NodeListOf<HTMLAnchorElement>} links
 * @param {Promise<[string, Promise<import("../page").Reply>]>} accepted The session's token and its session, once the token has come.
 */
export async function choices(links, accepted) {
  const visible = () => [...links].filter((link) => link.checkVisibility());
  const query = /** @type {HTMLInputElement} */ (byId("query"));
  if (links.length > FEW) search(links, query, visible);
  followArrows(query, visible);
  const [, session] = await accepted;
  const reply = await session;
  for (const { id, connectedAt } of reply?.body?.providers ?? []) {
    const link = [...links].find((link) => new URLSearchParams(link.search).get("app") === id);
    const since = connectedAt && link?.querySelector("small");
    if (!since) continue;
    since.textContent = fill(since.dataset.since, { date: day(connectedAt) });
    since.hidden = false;
  }
}

/** Narrows the choice while somebody types. */
function search(/** @type {NodeListOf<HTMLAnchorElement>} */ links, /** @type {HTMLInputElement} */ query, /** @type {() => HTMLAnchorElement[]} */ visible) {
  const place = byId("search");
  place.hidden = false;
  query.oninput = () => {
    const wanted = query.value.trim().toLowerCase();
    let count = 0;
    for (const link of links) {
      const group = link.closest("section")?.querySelector("h2")?.textContent ?? "";
      const fits = [link.text, link.search, group].some((text) => text.toLowerCase().includes(wanted));
      /** @type {HTMLElement} */ (link.parentElement).hidden = !fits;
      if (fits) count++;
    }
    for (const group of document.querySelectorAll("nav section"))
      /** @type {HTMLElement} */ (group).hidden = !group.querySelector("li:not([hidden])");
    find(place, "[role=status]").textContent = fill(place.dataset.found, { count });
  };
  query.onkeydown = (event) => {
    if (event.key === "Enter" && query.value.trim()) visible()[0]?.click();
  };
  query.focus({ preventScroll: true });
}

/** The arrow keys go from service to service, also from the search into the list and back. */
function followArrows(/** @type {HTMLInputElement} */ query, /** @type {() => HTMLAnchorElement[]} */ visible) {
  addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const stops = [...(query.checkVisibility() ? [query] : []), ...visible()];
    const at = stops.indexOf(/** @type {any} */ (document.activeElement));
    const next = step && at >= 0 && stops[at + step];
    if (!next) return;
    next.focus();
    event.preventDefault();
  });
}
