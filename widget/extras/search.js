// The search among services, on the page that offers several.

import { byId, fill, find } from "./page.js";

/**
 * Narrows the choice while somebody types.
 * @param {NodeListOf<HTMLAnchorElement>} links
 */
export function search(links) {
  const place = byId("search");
  const query = /** @type {HTMLInputElement} */ (byId("query"));
  place.hidden = false;
  query.oninput = () => {
    const wanted = query.value.trim().toLowerCase();
    let count = 0;
    for (const link of links) {
      const fits = link.text.toLowerCase().includes(wanted) || link.search.includes(wanted);
      /** @type {HTMLElement} */ (link.parentElement).hidden = !fits;
      if (fits) count++;
    }
    find(place, "[role=status]").textContent = fill(place.dataset.found, { count });
  };
  query.focus({ preventScroll: true });
}
