// In update mode: which key is stored now, and since when.

import { byId, day, fill, isolate } from "./page.js";

/** @param {import("../page").StoredConnection} connection */
export function showStoredKey({ keyName, storedAt }) {
  const place = byId("stored");
  if (!place) return;
  const { named, unnamed } = place.dataset;
  place.textContent = fill(keyName ? named : unnamed, { name: keyName && isolate(keyName), date: day(storedAt) });
  place.hidden = false;
}
