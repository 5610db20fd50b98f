// What came of a success: as whom, with which key, what was checked, what deserves attention.
//
// It owns filling in what `ssr/outcome_view.rs` has put into the page. It refuses to hold a sentence, and to show what the report
// does not tell.

import { byId, day, fill, make, say } from "./page.js";

/** Fills a report in (`shared/src/report.rs`). */
export function outcome({ identity, organization, roles, key, checks, capabilities, warnings, eventHook }) {
  const place = byId("outcome");
  const words = place.dataset;
  const who = place.querySelector(".who");
  const { name, login } = identity ?? {};
  who.textContent = name && login && name !== login ? fill(words.signedIn, { name, login }) : fill(words.named, { name: name || login });
  who.hidden = !name && !login;

  const { name: keyName, idleDays: days, expiresAt } = key ?? {};
  const facts = [
    organization?.name,
    organization?.url,
    roles.length && fill(words.roles, { roles: roles.join(", ") }),
    keyName && fill(words.key, { name: keyName }),
    // A day that moves with every use says nothing.
    days ? fill(words.unused, { days }) : expiresAt && fill(words.ends, { date: day(expiresAt) }),
  ];
  for (const fact of facts.filter(Boolean).reverse()) who.after(make("p", "fact", fact));

  const [checked, may, mayNot] = place.querySelectorAll(".checks");
  const list = (list, lines) => {
    for (const { title, state } of lines) {
      const line = make("li");
      line.dataset.check = state;
      line.append(make("span", "unseen", list.dataset[state] ?? ""), say(make("span"), title));
      list.append(line);
    }
    list.parentElement.hidden = !lines.length;
  };
  const able = (permitted, state) => capabilities.filter((one) => one.permitted === permitted).map(({ title }) => ({ title, state }));
  list(checked, checks);
  list(may, able(true, "passed"));
  list(mayNot, able(false, "skipped"));

  const attention = place.querySelector(".attention");
  const notes = warnings.map(({ message, fix }) => [message, fix]);
  if (eventHook) notes.push([fill(words.hook, { name: eventHook.name }), eventHook.message]);
  for (const [cause, fix] of notes) {
    const note = make("li");
    note.append(say(make("p", "cause"), cause), say(make("p", "fix"), fix));
    attention.lastElementChild.append(note);
  }
  attention.hidden = !notes.length;
}
