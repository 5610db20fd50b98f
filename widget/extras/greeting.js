// Who asks whom for access to what: the sentence below the heading, once the session has come.

import { byId, fill, isolate } from "./page.js";

/** @param {{ endUser?: { name?: string, email?: string }, organization?: { name?: string } | null }} session */
export function greet({ endUser, organization }) {
  const place = byId("for");
  const person = endUser?.name ?? endUser?.email;
  const customer = organization?.name;
  const { both, person: named, customer: owned } = place.dataset;
  const sentence = person ? (customer ? both : named) : customer && owned;
  if (sentence) place.textContent = fill(sentence, { person: isolate(person ?? ""), customer: isolate(customer ?? "") });
}
