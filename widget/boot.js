// What runs before the form's WebAssembly: inline in the page, classic, and hashed into its policy.
//
// It owns the first seconds: it stops native submits and remembers a press, takes the session's token, asks for the
// session while the form's program is still on its way, and says so when something does not arrive. It also owns what
// needs no WebAssembly at all: copying, folding the guide on narrow screens, the frame's size and its Escape key. The program
// that seals secrets is loaded once somebody types, and `more.js` once the form runs, so that the form itself never waits for
// either.
// It refuses to hold sentences (they are in the page, hidden), to read an answer, and to send anything elsewhere.
(() => {
  const page = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const island = JSON.parse(byId("latchkey")?.textContent || "null");
  const form = document.querySelector("form");
  const framed = page.dataset.place === "embed";
  const guide = document.querySelector(".guide > details");

  let port;
  let renew;
  const dress = (theme) => (page.dataset.theme = theme);
  // What the host says once it has given the token.
  const heed = ({ data: { t, token, theme } }) => {
    if (t === "theme") dress(theme);
    else if (t === "token" && belongs(token)) renew?.(token, ask(token));
  };
  // What the page around a frame hears, `more.js` hears too.
  const said = {};
  const say = (t, d) => {
    port?.postMessage({ t, d });
    dispatchEvent(new CustomEvent("latchkey-" + t, { detail: (said[t] = d) }));
  };
  const show = (id, shown) => island && (byId("latchkey-" + id).hidden = !shown);

  // A press before the form is ready is remembered, and the person is told.
  let pressed = false;
  let taken = false;
  const remember = (press) => {
    pressed = press;
    form.querySelector("[type=submit]").setAttribute("aria-busy", press);
    show("waiting", press);
  };

  // The token: genuine or not is for the edge to say; here it must only belong to this page.
  let give;
  const given = new Promise((resolve) => (give = resolve));
  const belongs = (text, session) => {
    const [, mode, id] = /^cs_(test|live)_([\w.]+)\.\w+$/.exec(text) || [];
    return mode === island?.mode && (!session || id === session);
  };
  const accept = (token) => {
    const right = belongs(token, island.session);
    show("incomplete", !right);
    if (right) give([token, ask(token)]);
    else if (pressed) remember(false);
  };
  // An answer may come in lines, which tell what was found to be right before the last one tells status and body.
  const read = async (answer) => {
    if (!/ndjson/.test(answer.headers.get("content-type"))) return { status: answer.status, body: await answer.json() };
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ""; ; ) {
      const { value = "", done } = await reader.read();
      const lines = (text + value).split("\n");
      text = lines.pop();
      for (const line of lines.map(JSON.parse)) {
        if (line.status) return line;
        dispatchEvent(new CustomEvent("latchkey-passed", { detail: line.passed }));
      }
      if (done) throw text;
    }
  };
  const ask = (token) =>
    fetch("/api/v1/connect" + location.search, {
      headers: { authorization: "Bearer " + token, "accept-language": page.lang },
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
    })
      .then(read)
      .catch(() => null)
      .then((answer) => {
        show("unreachable", !answer || answer.status > 499);
        return answer;
      });

  // A program: glue and WebAssembly side by side. A browser may remember that an address failed, so another try asks under
  // another name.
  const failures = (shown, cause) => {
    const refused = typeof WebAssembly !== "object" || cause instanceof WebAssembly.CompileError;
    show("refused", shown && refused);
    show("load-failed", shown && !refused);
  };
  const program = async (js, binary, tries) => {
    const again = tries ? "?" + tries : "";
    const [glue, wasm] = await Promise.all([import(js + again), fetch(binary + again)]);
    if (!wasm.ok || wasm.headers.get("content-type") !== "application/wasm") throw wasm.status;
    await glue.default({ module_or_path: wasm });
    return glue;
  };

  // The one that seals: what fails while somebody types is told when it is needed, after another try.
  let sealing;
  let sealTries = 0;
  const seal = () =>
    (sealing ??= sealWith(...page.dataset.seal.split(" "), sealTries++).catch((cause) => {
      sealing = null;
      throw cause;
    }));
  const sealWith = async (own, js, binary, tries) =>
    (await import(own + (tries ? "?" + tries : ""))).sealer(() => program(js, binary, tries));
  const sealer = async () => {
    failures(false);
    try {
      return await seal();
    } catch (cause) {
      failures(true, cause);
      throw cause;
    }
  };

  // The form's program.
  let tries = 0;
  let glue;
  const load = async () => {
    if (taken) {
      const [token] = await given;
      if (!byId("latchkey-unreachable").hidden) glue.renew(token, ask(token));
      return sealer().catch(() => {});
    }
    failures(false);
    const address = (rel) => document.querySelector(`link[rel=${rel}]`).href;
    try {
      glue = await program(address("modulepreload"), address("preload"), tries++);
      const [token, session] = await given;
      const press = pressed;
      remember(false);
      taken = true;
      glue.start(island, token, session, press, { say, sealer, read, connected });
      page.dataset.ready = "";
      renew = glue.renew;
      more((glue) => glue.start({ island, token, session, said, ask }));
    } catch (cause) {
      taken = false;
      remember(false);
      failures(true, cause);
    }
  };

  // What is not needed to submit: without it the form works too.
  const more = (run) => import(page.dataset.more).then(run, () => {});

  const connected = (report) => {
    const place = byId("latchkey-outcome");
    const show = () => {
      if (!place.hidden) return;
      place.hidden = false;
      byId("latchkey-connected").focus();
    };
    if (framed) place.lastElementChild.onclick = () => say("close", { reason: "done" });
    more((glue) => glue.outcome(report)).then(show);
    // That it is done is said in any case.
    setTimeout(show, 2000);
  };

  // A trap of the program: nothing it shows can be relied on from here.
  const crash = ({ error, reason }) => {
    if (!taken || !((error || reason) instanceof WebAssembly.RuntimeError)) return;
    show("crashed", true);
    say("error", { code: "internal", field: null });
  };

  const allowed = (origin) =>
    island.origins.some((entry) =>
      entry.endsWith(":*") ? (origin + ":").startsWith(entry.slice(0, -1)) : origin === entry,
    );
  const focusFirst = () => {
    if (document.activeElement === document.body) form?.querySelector("input").focus({ preventScroll: true });
  };

  if (island) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (taken || !byId("latchkey-incomplete").hidden) return;
      const failed = !byId("latchkey-load-failed").hidden || !byId("latchkey-refused").hidden;
      remember(true);
      if (failed) load();
    });
    form.addEventListener("input", (event) => {
      event.target.setAttribute("data-touched", "");
      if (!sealTries) seal().catch(() => {});
    });
    for (const retry of document.querySelectorAll("[data-retry]")) retry.onclick = load;
    for (const is of ["offline", "online"]) addEventListener(is, () => show("offline", is === "offline"));
    byId("latchkey-cancel").onclick = () => {
      form.querySelector("[type=submit]").focus();
      glue.cancel();
    };
    addEventListener("error", crash);
    addEventListener("unhandledrejection", crash);
    // Another person has done it, by a link that this page has shared.
    addEventListener("latchkey-elsewhere", ({ detail }) => say("success", detail));
    load();
    if (!framed) {
      focusFirst();
      const fragment = () => taken || accept(location.hash.slice(1));
      addEventListener("hashchange", fragment);
      fragment();
    }
  }

  if (framed) {
    addEventListener("message", function hear({ source, origin, data, ports }) {
      if (source !== parent || source === window || data?.type !== "latchkey-init") return;
      if (island && !allowed(origin)) return;
      removeEventListener("message", hear);
      port = ports[0];
      port.onmessage = heed;
      dress(data.theme);
      const main = document.querySelector("main");
      // At once as well, because a frame out of sight observes nothing.
      const size = () => say("size", main.offsetHeight);
      new ResizeObserver(size).observe(main);
      size();
      const { code } = page.dataset;
      say("language", page.lang);
      if (code) say("error", { code, field: null });
      if (!island) return;
      // In the page's flow the focus is the page's; a modal hands it over once the form can be seen.
      if (data.focus) {
        addEventListener("focus", focusFirst, { once: true });
        // WebKit lets a frame of another origin focus nothing before something is pressed in it: there the first letter does.
        let waiting = true;
        for (const is of ["keydown", "focusin", "pointerdown"])
          addEventListener(is, ({ key = "" }) => {
            if (waiting && key.length === 1) focusFirst();
            waiting &&= key.length > 1;
          });
      }
      accept(data.token);
    });
    parent.postMessage({ type: "latchkey-hello" }, "*");
    if (island) setTimeout(() => port || show("incomplete", true), parent === window ? 0 : 10000);
    // A little after the way up, so that the frame is not gone before its own key event has ended.
    let escape;
    addEventListener("keydown", ({ key, isComposing }) => (escape = key === "Escape" && !isComposing));
    addEventListener("keyup", () => {
      const checking = byId("latchkey-form")?.dataset.state === "checking";
      if (escape && !checking) setTimeout(say, 99, "close", { reason: "escape" });
      escape = false;
    });
  }

  // Links to another page of the same session take the token along: a browser sends no fragment to a server.
  const ways = document.querySelectorAll("[data-app]");
  for (const way of ways) way.hash = location.hash;
  if (byId("latchkey-search") && ways.length > 6) more((glue) => glue.search(ways));

  if (guide) {
    const wide = matchMedia("(min-width:760px)");
    const fold = () => (guide.open = wide.matches);
    wide.onchange = fold;
    fold();
  }

  addEventListener("click", async ({ target }) => {
    if (target.closest?.("[data-reload]")) location.reload();
    const button = target.closest?.("[data-copy]");
    if (!button) return;
    const { copy, copied } = button.dataset;
    const status = button.nextElementSibling;
    try {
      await navigator.clipboard.writeText(copy);
    } catch {
      getSelection().selectAllChildren(button.previousElementSibling);
      document.execCommand("copy");
    }
    button.setAttribute("data-done", (status.textContent = copied));
    setTimeout(() => {
      button.removeAttribute("data-done");
      status.textContent = "";
    }, 2000);
  });
})();
