// What happens after success, and the link back to the product. The link takes the connection's id along and nothing else.

import { byId, find } from "./page.js";

/**
 * @param {string | undefined} connectionId
 * @param {string | undefined} returnUrl The address of the link. Without it there is no link.
 */
export function showNext(connectionId, returnUrl) {
  const place = byId("next");
  place.hidden = false;
  if (!returnUrl) return;
  const link = /** @type {HTMLAnchorElement} */ (find(place, "a"));
  const address = new URL(returnUrl);
  if (connectionId) address.searchParams.set("connectionId", connectionId);
  link.href = address.href;
  link.hidden = false;
}
