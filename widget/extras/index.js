// What the form offers beyond being submitted: a module that `boot.js` loads once the form runs.
//
// It owns the list of what is being checked, what comes after success, test values, keeping progress, sharing with an admin,
// the way from an error to its step, and the search among services. It refuses to hold sentences (they are in the page, in
// attributes or hidden), to keep a secret or anything that holds one, and to write to an input that was typed into, but at a
// press on a test value.

import { byId, day, fill, mark } from "./page.js";

export { outcome } from "./outcome.js";

/** Narrows the choice between services while somebody types. */
export function search(ways) {
  const place = byId("search");
  const query = byId("query");
  place.hidden = false;
  query.oninput = () => {
    const wanted = query.value.trim().toLowerCase();
    let count = 0;
    for (const way of ways) {
      const fits = way.textContent.toLowerCase().includes(wanted) || way.search.includes(wanted);
      way.parentElement.hidden = !fits;
      count += fits;
    }
    place.querySelector("[role=status]").textContent = fill(place.dataset.found, { count });
  };
  query.focus({ preventScroll: true });
}

/** Runs beside the form. */
export function start({ island, token, session, said, ask }) {
  const framed = island.place === "embed";
  const call = (method, path, body) =>
    fetch("/api/v1/" + path, {
      method,
      headers: { authorization: "Bearer " + token, "accept-language": document.documentElement.lang, ...(body && { "content-type": "application/json" }) },
      body: body && JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      // What is saved while the page is left arrives too.
      keepalive: method === "PUT",
    }).then((answer) => (answer.ok ? (answer.status === 204 ? null : answer.json()) : Promise.reject(answer)));
  const heard = (type, hear) => {
    if (said[type]) hear(said[type]);
    addEventListener("latchkey-" + type, ({ detail }) => hear(detail));
  };
  const root = byId("root");
  const form = root.querySelector("form");
  const input = (field) => document.getElementById("field-" + field.id);
  const secrets = () => island.form.fields.filter((field) => field.secret).map((field) => input(field).value);

  // What is being checked. Nothing is marked before the edge has said so.
  const steps = [...byId("progress").querySelectorAll("li")];
  const words = steps[0].parentElement.dataset;
  const set = (step, state) => {
    step.dataset.check = state;
    step.firstElementChild.textContent = words[state];
  };
  let ran = false;
  const follow = () => {
    if (byId("form").dataset.state !== "checking") return;
    ran = true;
    delete byId("progress").dataset.ended;
    for (const step of steps) set(step, "pending");
  };
  new MutationObserver(follow).observe(byId("form"), { attributeFilter: ["data-state"] });
  follow();
  addEventListener("latchkey-passed", ({ detail }) => {
    const last = ["host", "key", "rights"].indexOf(detail);
    steps.forEach((step, at) => at <= last && set(step, "passed"));
  });
  addEventListener("latchkey-error", ({ detail: { code } }) => {
    const failed = ran ? steps.findIndex((step) => step.dataset.codes.split(" ").includes(code)) : -1;
    ran = false;
    if (failed < 0) return;
    steps.forEach((step, at) => set(step, at < failed ? "passed" : at === failed ? "failed" : "skipped"));
    byId("progress").dataset.ended = "";
  });

  // What has no translation comes between marks of its own: whoever reads it aloud is told that it is English.
  const tell = () => root.querySelectorAll(".cause,.fix").forEach(mark);
  if (document.documentElement.lang !== "en") {
    new MutationObserver(tell).observe(root, { subtree: true, childList: true, characterData: true });
    tell();
  }

  // From an error to the steps that help: a button, because another fragment would take the token out of the address.
  for (const field of island.form.fields) {
    const [first] = document.querySelectorAll(`.guide [data-for="${field.id}"]`);
    const error = document.getElementById(`field-${field.id}-error`);
    if (!first) continue;
    const way = Object.assign(document.createElement("button"), {
      type: "button",
      className: "to-step",
      textContent: root.dataset.toStep,
      onclick() {
        for (let fold = first.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
        first.tabIndex = -1;
        first.focus();
        first.scrollIntoView({ block: "nearest" });
      },
    });
    error.after(way);
  }

  // Progress: which steps are done, and what was filled in that is no secret.
  const done = new Set();
  let waiting;
  const save = () => {
    clearTimeout(waiting);
    waiting = 0;
    const hidden = secrets().filter((secret) => secret.length > 3);
    const fields = {};
    for (const field of island.form.fields) {
      const text = input(field).value.trim();
      // A secret, or a part of one, in the wrong field stays on this page.
      const held = hidden.some((secret) => secret.includes(text) || text.includes(secret));
      if (!field.secret && text && !held) fields[field.id] = text;
    }
    return call("PUT", "connect/progress", { app: island.form.app, fields, steps: [...done] }).catch(() => {});
  };
  const state = () => byId("form").dataset.state;
  const asking = () => state() === "asking";
  // An attempt that is under way may end the session, which keeps nothing then.
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => (asking() ? save() : state() === "checking" && soon()), 600);
  };
  form.addEventListener("change", ({ target }) => asking() && target.type !== "password" && soon());
  addEventListener("pagehide", () => waiting && asking() && save());
  const ticks = new Map();
  document.querySelectorAll(".guide ol").forEach((list, section) =>
    [...list.children].forEach((step, at) => {
      const id = section + "." + at;
      const tick = Object.assign(document.createElement("button"), { type: "button", className: "tick" });
      const title = Object.assign(document.createElement("span"), { className: "unseen" });
      const { lang, textContent } = step.querySelector(".step");
      title.textContent = " " + textContent;
      if (lang) title.lang = lang;
      tick.append(byId("progress").dataset.tick, title);
      tick.ariaPressed = false;
      tick.onclick = () => {
        const now = !done.has(id);
        tick.ariaPressed = now;
        done[now ? "add" : "delete"](id);
        soon();
      };
      ticks.set(id, tick);
      step.append(tick);
    }),
  );

  // Test values, asked for when they are wanted.
  const tests = byId("tests");
  if (tests) {
    tests.hidden = false;
    const [list, status] = [tests.querySelector("ul"), tests.querySelector("[role=status]")];
    tests.ontoggle = async () => {
      if (!tests.open || list.children.length) return;
      status.textContent = "";
      try {
        const { testValues } = await call("GET", "providers/" + island.form.app);
        for (const { name, ending, fields } of testValues) {
          const button = Object.assign(document.createElement("button"), { type: "button" });
          button.append(Object.assign(document.createElement("span"), { lang: "en", textContent: name }));
          const word = tests.querySelector(`data[value="${ending}"]`).textContent;
          button.append(Object.assign(document.createElement("small"), { textContent: word }));
          button.onclick = () => put(fields);
          list.append(document.createElement("li"));
          list.lastChild.append(button);
        }
      } catch {
        status.textContent = tests.dataset.failed;
      }
    };
  }
  const put = (fields) => {
    for (const field of island.form.fields) {
      const place = input(field);
      if (!(field.id in fields) && !place.value) continue;
      place.value = fields[field.id] ?? "";
      for (const type of ["input", "blur"]) place.dispatchEvent(new Event(type, { bubbles: true }));
      if (fields[field.id]) place.closest("details")?.setAttribute("open", "");
    }
    form.querySelector("[type=submit]").focus();
  };

  // Sharing: a link for somebody else, and waiting until they are done.
  const shared = byId("shared");
  const button = byId("share").querySelector("button");
  const pauses = [5, 5, 10, 10, 15, 15, 30];
  let watch;
  const waitFor = (link) => {
    root.hidden = byId("share").hidden = true;
    shared.hidden = false;
    shared.querySelector("[data-made]").hidden = !link;
    shared.querySelector("[data-before]").hidden = !!link;
    if (link) {
      const values = { link: link.url, date: day(link.expiresAt) };
      shared.querySelector("code").textContent = shared.querySelector("[data-copy]").dataset.copy = link.url;
      const until = shared.querySelector("[data-until]");
      until.textContent = fill(until.dataset.until, values);
      const mail = shared.querySelector("a");
      const text = fill(mail.dataset.text, values);
      mail.href = `mailto:?subject=${encodeURIComponent(mail.dataset.subject)}&body=${encodeURIComponent(text)}`;
    }
    shared.querySelector("h2").focus();
    clearTimeout(watch);
    look(0);
  };
  const look = (turn) => {
    watch = setTimeout(async () => {
      if (document.visibilityState === "visible") {
        const { status, body } = (await ask(token)) ?? {};
        if (body?.session?.state === "done") return finished(body);
        // The link has ended, and the page says how. Whatever else went wrong, waiting goes on.
        if ([401, 404, 410].includes(status)) return location.reload();
      }
      look(turn + 1);
    }, 1000 * (pauses[turn] ?? 60));
  };
  const finished = ({ connection, returnUrl }) => {
    shared.hidden = true;
    byId("shared-done").hidden = false;
    byId("shared-done").querySelector("h2").focus();
    next(connection?.id, returnUrl);
    const { id: connectionId, app, name, version } = connection ?? {};
    if (connection) dispatchEvent(new CustomEvent("latchkey-elsewhere", { detail: { connectionId, app, name, version } }));
  };
  const share = async () => {
    const status = byId("share").querySelector("[role=status]");
    status.textContent = "";
    try {
      await save();
      waitFor(await call("POST", "connect/share"));
    } catch {
      status.textContent = status.dataset.failed;
    }
  };
  button.onclick = shared.querySelector("[data-again]").onclick = share;
  shared.querySelector("[data-back]").onclick = async () => {
    await call("DELETE", "connect/share").catch(() => {});
    clearTimeout(watch);
    shared.hidden = true;
    root.hidden = byId("share").hidden = false;
    button.focus();
  };

  // After success: what happens next, and the way back, which takes the account's id along and nothing else.
  const next = (connectionId, returnUrl) => {
    byId("next").hidden = false;
    if (!returnUrl || framed) return;
    const way = byId("next").querySelector("a");
    const address = new URL(returnUrl);
    address.searchParams.set("connectionId", connectionId);
    way.href = address;
    way.hidden = false;
  };

  session.then((answer) => {
    const { status, body } = answer ?? {};
    if (status !== 200) return;
    const { connection, progress, returnUrl, share: { sharedAt, byShare } } = body;
    heard("success", ({ connectionId }) => {
      byId("share").hidden = byId("progress").hidden = true;
      next(connectionId, byShare ? null : returnUrl);
    });
    const stored = byId("stored");
    if (stored && connection) {
      const { named, unnamed } = stored.dataset;
      const values = { name: connection.keyName, date: day(connection.storedAt) };
      stored.textContent = fill(connection.keyName ? named : unnamed, values);
      stored.hidden = false;
    }
    for (const id of (progress?.app === island.form.app && progress.steps) || []) {
      const tick = ticks.get(id);
      if (!tick || done.has(id)) continue;
      done.add(id);
      tick.ariaPressed = true;
    }
    if (body.session.state === "done" || byShare) return;
    if (sharedAt) waitFor();
    else byId("share").hidden = false;
  });
}
