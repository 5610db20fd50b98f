// The result after success: who the key acts as, which key it is, what was checked, and what deserves attention.
//
// It owns filling in the elements that `ssr/outcome_view.rs` has put into the page. It refuses to hold sentences, and to show anything that
// the report does not say.

import { say } from "./english.js";
import { byId, day, fill, find, isolate, make } from "./page.js";

/**
 * Fills a report in.
 * @param {import("../page").Report} report
 */
export function outcome({ identity, organization, roles, key, checks, capabilities, warnings, eventHook }) {
  const place = byId("outcome");
  const texts = place.dataset;
  const who = find(place, ".who");
  const { name, login } = identity ?? {};
  who.textContent =
    name && login && name !== login ? fill(texts.signedIn, { name: isolate(name), login: isolate(login) }) : fill(texts.named, { name: isolate(name || login || "") });
  who.hidden = !name && !login;

  const { name: keyName, idleDays: days, expiresAt } = key ?? {};
  const facts = [
    organization?.name,
    organization?.url,
    roles.length && fill(texts.roles, { roles: roles.map(isolate).join(", ") }),
    keyName && fill(texts.key, { name: isolate(keyName) }),
    // A date that moves with every use says nothing.
    days ? fill(texts.unused, { days }) : expiresAt && fill(texts.ends, { date: day(expiresAt) }),
  ];
  for (const fact of facts.reverse()) if (fact) who.after(make("p", "fact", fact));
  /** @type {HTMLElement} */ (who.parentElement).hidden = who.hidden && !facts.some(Boolean);

  const [may, mayNot, checked] = place.querySelectorAll(".checks");
  const list = (/** @type {Element} */ list, /** @type {{ title: string, state: string }[]} */ lines) => {
    const { dataset } = /** @type {HTMLElement} */ (list);
    for (const { title, state } of lines) {
      const line = make("li");
      line.dataset.check = state;
      line.append(make("span", "unseen", dataset[state]), say(make("span"), title));
      list.append(line);
    }
    /** @type {HTMLElement} */ (list.parentElement).hidden = !lines.length;
  };
  const able = (/** @type {boolean} */ permitted, /** @type {string} */ state) =>
    capabilities.filter((one) => one.permitted === permitted).map(({ title }) => ({ title, state }));
  list(checked, checks);
  list(may, able(true, "passed"));
  list(mayNot, able(false, "skipped"));

  const attention = find(place, ".attention");
  const notes = warnings.map(({ message, fix }) => [message, fix]);
  if (eventHook) notes.push([fill(texts.hook, { name: isolate(eventHook.name) }), eventHook.message]);
  for (const [cause, fix] of notes) {
    const note = make("li");
    note.append(say(make("p", "cause"), cause), say(make("p", "fix"), fix));
    find(attention, "ul").append(note);
  }
  attention.hidden = !notes.length;
}
