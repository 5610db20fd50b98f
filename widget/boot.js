// The script that runs before the form's WebAssembly. It stands inline in the page, and the page's policy names its hash.
//
// It owns the first seconds: it stops native submits and remembers an early press, takes the session's token out of the
// address bar, asks for the session while the form's program is still loading, and shows a notice when something does not arrive. It also owns the
// parts that need no WebAssembly: copying, folding the guide on narrow screens, the size of the frame, and its Escape key. The programs
// that parse what is typed and seal secrets are loaded once somebody types, and `extras/` once the form runs. The form waits for neither.
//
// It refuses to hold sentences (they are in the page, hidden), to read a value that was entered, and to send anything to
// another host.
(() => {
  /**
   * @typedef {import("./page").PageData} PageData
   * @typedef {import("./page").Reply} Reply
   * @typedef {import("./page").FormProgram} FormProgram
   * @typedef {import("./page").ParserProgram} ParserProgram
   * @typedef {import("./page").Seal} Seal
   */
  const page = document.documentElement;
  const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
  /** `null` on a page without a form. */
  const pageData = /** @type {PageData} */ (JSON.parse(byId("latchkey")?.textContent || "null"));
  const form = /** @type {HTMLFormElement} */ (document.querySelector("form"));
  const framed = page.dataset.place === "embed";
  const guide = /** @type {HTMLDetailsElement | null} */ (form && document.querySelector(".guide > details"));

  /** @type {MessagePort | undefined} */
  let port;
  /** @type {FormProgram["renew"] | undefined} */
  let renew;
  const setTheme = (/** @type {string} */ theme) => (page.dataset.theme = theme);
  // Messages of the host page, after it has handed the token over.
  const onHostMessage = (/** @type {MessageEvent} */ { data: { t, token, theme } }) => {
    if (t === "theme") setTheme(theme);
    else if (t === "token" && isOurToken(token)) renew?.(token, ask(token));
  };
  // A hosted link's token leaves the address bar, which people copy and browsers remember, for the storage of this tab, so that the
  // page can be loaded again. It is removed when the session ends. Where the browser refuses storage, it stays in the fragment.
  const KEPT = "latchkey " + location.pathname;
  const isEnd = (/** @type {string | undefined} */ code) =>
    /^(session_(expired|used|revoked)|connection_gone|invalid_session_token)$/.test(/** @type {string} */ (code));
  /** The token that the edge was asked about last. A refused one takes only itself out of the tab, and not an earlier one. */
  let asked = "";
  const forget = (/** @type {string | void} */ code) => {
    try {
      if (!framed && (code !== "invalid_session_token" || sessionStorage.getItem(KEPT) === asked)) sessionStorage.removeItem(KEPT);
    } catch {}
  };
  /** Replaces an earlier token, now that the edge has accepted this one. */
  const keep = (/** @type {string} */ token) => {
    try {
      if (!framed && sessionStorage.getItem(KEPT)) sessionStorage.setItem(KEPT, token);
    } catch {}
  };
  const linkToken = () => {
    const given = location.hash.slice(1);
    const [, id] = /^cs_[a-z]+_([\w.]+)\.\w+$/.exec(given) || [];
    try {
      if (!id || !location.pathname.endsWith("/" + id)) return given || sessionStorage.getItem(KEPT) || "";
      if (!isEnd(page.dataset.code) && !sessionStorage.getItem(KEPT)) sessionStorage.setItem(KEPT, given);
      history.replaceState(history.state, "", location.origin + location.pathname + location.search);
    } catch {}
    return given;
  };

  // Events go to the host page and to `extras/`, which starts later and reads the last detail of each here.
  /** @type {Record<string, any>} */
  const emitted = {};
  const emit = (/** @type {string} */ t, /** @type {any} */ d) => {
    if (t === "success" || (t === "error" && isEnd(d.code))) forget(d.code);
    port?.postMessage({ t, d });
    dispatchEvent(new CustomEvent("latchkey-" + t, { detail: (emitted[t] = d) }));
  };
  const show = (/** @type {string} */ id, /** @type {boolean} */ shown) => pageData && (byId("latchkey-" + id).hidden = !shown);
  const submitButton = () => /** @type {HTMLElement} */ (form.querySelector("[type=submit]"));

  // A press before the form is ready is remembered, and the page says so.
  let pressed = false;
  let taken = false;
  const remember = (/** @type {boolean} */ press) => {
    pressed = press;
    submitButton().setAttribute("aria-busy", /** @type {any} */ (press));
    show("waiting", press);
  };

  // The token. Only the edge can say whether it is genuine; the check here is that it belongs to this page.
  /** @type {(accepted: [string, Promise<Reply>]) => void} */
  let resolveToken;
  const acceptedToken = new Promise((/** @type {typeof resolveToken} */ resolve) => (resolveToken = resolve));
  const isOurToken = (/** @type {string} */ text, /** @type {string | void} */ session) => {
    const [, mode, id] = /^cs_(test|live)_([\w.]+)\.\w+$/.exec(text) || [];
    return mode === pageData?.mode && (!session || id === session);
  };
  const accept = (/** @type {string} */ token) => {
    const right = isOurToken(token, pageData.session);
    show("incomplete", !right);
    if (right) resolveToken([token, ask(token)]);
    else if (pressed) remember(false);
  };
  // A response may come in lines: one for each step that passed, and a last one with status and body.
  const read = async (/** @type {Response} */ response) => {
    if (!/ndjson/.test(/** @type {string} */ (response.headers.get("content-type"))))
      return { status: response.status, body: await response.json() };
    const decoder = /** @type {ReadableWritablePair<string, any>} */ (new TextDecoderStream());
    const reader = /** @type {ReadableStream} */ (response.body).pipeThrough(decoder).getReader();
    for (let text = ""; ; ) {
      const { value = "", done } = await reader.read();
      const lines = (text + value).split("\n");
      text = /** @type {string} */ (lines.pop());
      for (const line of lines.map((line) => JSON.parse(line))) {
        if (line.status) return line;
        dispatchEvent(new CustomEvent("latchkey-passed", { detail: line.passed }));
      }
      if (done) throw text;
    }
  };
  /** The form in the last reply. @type {object | undefined} */
  let definition;
  const ask = (/** @type {string} */ token) =>
    fetch("/api/v1/connect" + location.search, {
      headers: { authorization: "Bearer " + (asked = token), "accept-language": page.lang },
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
    })
      .then(read)
      .catch(() => null)
      .then((reply) => {
        const code = reply?.body?.code;
        if (reply?.status === 200) {
          definition = reply.body.definition;
          keep(token);
          dispatchEvent(new CustomEvent("latchkey-session", { detail: reply }));
        }
        if (isEnd(code)) forget(code);
        show("unreachable", !reply || reply.status > 499);
        return reply;
      });

  // A program is a script and a WebAssembly file, loaded side by side. A browser may remember that an address failed, so
  // another try uses another address.
  /** @type {(shown: boolean, cause?: unknown) => void} */
  const failures = (shown, cause) => {
    const refused = typeof WebAssembly !== "object" || cause instanceof WebAssembly.CompileError;
    show("refused", shown && refused);
    show("load-failed", shown && !refused);
  };
  const program = async (/** @type {string} */ js, /** @type {string} */ binary, /** @type {number} */ tries) => {
    const again = tries ? "?" + tries : "";
    const [glue, wasm] = await Promise.all([import(js + again), fetch(binary + again)]);
    if (!wasm.ok || wasm.headers.get("content-type") !== "application/wasm") throw wasm.status;
    await glue.default({ module_or_path: wasm });
    return glue;
  };

  // The program that parses what is typed, by the rules that the session's reply has. If it does not load, only a submit asks for it
  // again, and then the edge parses alone.
  /** @type {Promise<ParserProgram> | undefined} */
  let parsing;
  let parserTries = 0;
  let parserFailed = false;
  const parser = (/** @type {boolean | void} */ again) => {
    if (parserFailed && again) parsing = undefined;
    return (parsing ??= loadParser());
  };
  const loadParser = async () => {
    const [js, binary] = /** @type {string} */ (page.dataset.parser).split(" ");
    parserFailed = false;
    try {
      const [parser, [, session]] = await Promise.all([program(js, binary, parserTries++), acceptedToken]);
      const form = definition || (await session)?.body.definition;
      parser.start({ form, words: pageData.words });
      return parser;
    } catch (cause) {
      parserFailed = true;
      throw cause;
    }
  };

  // The program that seals. A failure while somebody types is reported only when sealing is needed, after another try.
  /** @type {Promise<Seal> | null} */
  let sealing;
  let sealTries = 0;
  const seal = () => (sealing ??= loadSealer().catch((cause) => {
    sealing = null;
    throw cause;
  }));
  const loadSealer = async () => {
    const [own, js, binary] = /** @type {string} */ (page.dataset.seal).split(" ");
    const tries = sealTries++;
    return (await import(own + (tries ? "?" + tries : ""))).sealer(() => program(js, binary, tries));
  };
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
  /** @type {FormProgram} */
  let glue;
  const load = async () => {
    if (taken) {
      const [token] = await acceptedToken;
      if (!byId("latchkey-unreachable").hidden) glue.renew(token, ask(token));
      return sealer().catch(() => {});
    }
    failures(false);
    const address = (/** @type {string} */ rel) =>
      /** @type {HTMLLinkElement} */ (document.querySelector(`link[rel=${rel}]`)).href;
    try {
      glue = await program(address("modulepreload"), address("preload"), tries++);
      const [token, session] = await acceptedToken;
      const press = pressed;
      remember(false);
      taken = true;
      glue.start(pageData, token, session, press, { emit, parser, sealer, read, offer, connected });
      page.dataset.ready = "";
      renew = glue.renew;
      withExtras((extras) => extras.start({ pageData, token, session, emitted, ask }));
    } catch (cause) {
      taken = false;
      remember(false);
      failures(true, cause);
    }
  };

  // The extras are not needed to submit: the form works without them.
  const withExtras = (/** @type {(extras: import("./page").Extras) => void} */ run) =>
    import(/** @type {string} */ (page.dataset.extras)).then(run, () => {});

  // An option of a list at an index. Those behind it are removed.
  const offer = (/** @type {HTMLSelectElement} */ list, /** @type {number} */ at, /** @type {string} */ value, /** @type {string} */ label) => {
    list[at] = new Option(label, value);
    list.length = at + 1;
  };

  const connected = (/** @type {import("./page").Report} */ report) => {
    const place = byId("latchkey-outcome");
    const show = () => {
      if (!place.hidden) return;
      place.hidden = false;
      byId("latchkey-connected").focus();
    };
    if (framed) byId("latchkey-done").onclick = () => emit("close", { reason: "done" });
    withExtras((extras) => extras.outcome(report)).then(show);
    // Success is shown even if the extras do not arrive.
    setTimeout(show, 2000);
  };

  // The program has trapped: nothing it shows can be relied on from here.
  const crash = (/** @type {{ error?: unknown, reason?: unknown }} */ { error, reason }) => {
    if (!taken || !((error || reason) instanceof WebAssembly.RuntimeError)) return;
    show("crashed", true);
    emit("error", { code: "internal", field: null });
  };

  const allowed = (/** @type {string} */ origin) =>
    pageData.origins.some((entry) =>
      entry.endsWith(":*") ? (origin + ":").startsWith(entry.slice(0, -1)) : origin === entry,
    );
  const focusFirst = () => {
    if (document.activeElement === document.body) /** @type {HTMLElement} */ (form?.querySelector("input,select"))?.focus({ preventScroll: true });
  };

  const held = framed ? "" : linkToken();
  // The page that offers several services asks for the session only to show which of them are connected.
  const choosing = byId("latchkey-search");
  const choose = (/** @type {string} */ token) => choosing && token && resolveToken([token, ask(token)]);
  choose(held);
  if (isEnd(page.dataset.code)) forget();
  if (pageData) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (taken || !byId("latchkey-incomplete").hidden) return;
      const failed = !byId("latchkey-load-failed").hidden || !byId("latchkey-refused").hidden;
      remember(true);
      if (failed) load();
    });
    form.addEventListener("input", (event) => {
      /** @type {Element} */ (event.target).setAttribute("data-touched", "");
      if (sealTries) return;
      parser().catch(() => {});
      seal().catch(() => {});
    });
    // An input would take the line ends out of several settings, and join them. A list cannot hold what is pasted, and some browsers
    // tell only the page: the form's program reads it.
    addEventListener("paste", (event) => {
      const text = event.clipboardData?.getData("text/plain").trim() || "";
      const list = /** @type {HTMLElement | null} */ (document.activeElement);
      if (text && list?.localName === "select") {
        list.dataset.pasted = text;
        if (event.target !== list) list.dispatchEvent(new Event("paste"));
      } else if (/[\r\n]/.test(text) && document.execCommand("insertText", false, text.replace(/[\r\n]+/g, " "))) event.preventDefault();
    });
    for (const retry of document.querySelectorAll("[data-retry]")) /** @type {HTMLElement} */ (retry).onclick = load;
    for (const is of ["offline", "online"]) addEventListener(is, () => show("offline", is === "offline"));
    byId("latchkey-cancel").onclick = () => {
      submitButton().focus();
      glue.cancel();
    };
    addEventListener("error", crash);
    addEventListener("unhandledrejection", crash);
    // Another person has connected the account, by a link that this page has shared.
    addEventListener("latchkey-elsewhere", ({ detail }) => emit("success", detail));
    load();
    if (!framed) {
      focusFirst();
      addEventListener("hashchange", () => taken || accept(linkToken()));
      accept(held);
    }
  }

  if (framed) {
    addEventListener("message", function hear({ source, origin, data, ports }) {
      if (source !== parent || source === window || data?.type !== "latchkey-init") return;
      if (pageData && !allowed(origin)) return;
      removeEventListener("message", hear);
      port = ports[0];
      port.onmessage = onHostMessage;
      setTheme(data.theme);
      const main = /** @type {HTMLElement} */ (document.querySelector("main"));
      // Also at once, because a frame out of sight observes nothing.
      const size = () => emit("size", main.offsetHeight);
      new ResizeObserver(size).observe(main);
      size();
      const { code } = page.dataset;
      emit("language", page.lang);
      if (code) emit("error", { code, field: null });
      choose(data.token);
      if (!pageData) return;
      // An element in the page's flow never takes the focus; a modal hands it over once the form can be seen.
      if (data.focus) {
        addEventListener("focus", focusFirst, { once: true });
        // WebKit lets a frame of another origin focus nothing before something is pressed in it: there the first letter does.
        let waiting = true;
        for (const is of ["keydown", "focusin", "pointerdown"])
          addEventListener(is, (event) => {
            const { key = "" } = /** @type {KeyboardEvent} */ (event);
            if (waiting && key.length === 1) focusFirst();
            waiting &&= key.length > 1;
          });
      }
      accept(data.token);
    });
    parent.postMessage({ type: "latchkey-hello" }, "*");
    if (pageData) setTimeout(() => port || show("incomplete", true), parent === window ? 0 : 10000);
    // A little after the key is released, so that the frame is not removed before its own key event has ended.
    /** @type {boolean} */
    let escape;
    addEventListener("keydown", ({ key, isComposing }) => (escape = key === "Escape" && !isComposing));
    addEventListener("keyup", () => {
      const checking = byId("latchkey-form")?.dataset.state === "checking";
      if (escape && !checking) setTimeout(emit, 99, "close", { reason: "escape" });
      escape = false;
    });
  }

  // Links to another page of the same session take the token along: a browser sends no fragment to a server.
  const links = /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("[data-app]"));
  for (const link of links) link.hash = held;
  if (choosing) withExtras((extras) => extras.choices(links, acceptedToken));

  // On narrow pages, each part of the guide stands under its field, and what is for all fields above them.
  if (guide) {
    const wide = matchMedia("(min-width:760px)");
    const parts = /** @type {HTMLElement[]} */ ([...guide.children]);
    const arrange = () => {
      guide.open = wide.matches;
      guide.append(...parts);
      for (const fold of document.querySelectorAll(".under")) fold.remove();
      if (wide.matches) return;
      for (const part of parts) {
        const { under } = part.dataset;
        const field = form.querySelector(`[data-field="${under}"]`);
        if (under === "") /** @type {Element} */ (document.querySelector(".left")).prepend(part);
        if (!field) continue;
        let fold = /** @type {HTMLDetailsElement | null} */ (field.querySelector(".under"));
        if (!fold) {
          field.append((fold = document.createElement("details")));
          fold.className = "under";
          fold.append(document.createElement("summary"));
          /** @type {Element} */ (fold.firstChild).textContent = /** @type {string} */ (guide.dataset.here);
        }
        fold.append(part);
      }
    };
    wide.onchange = arrange;
    arrange();
  }

  addEventListener("click", async (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.closest?.("[data-reload]")) location.reload();
    const button = /** @type {HTMLElement} */ (target.closest?.("[data-copy]"));
    if (!button) return;
    const { copy, copied } = /** @type {Record<string, string>} */ (button.dataset);
    const status = /** @type {Element} */ (button.nextElementSibling);
    try {
      await navigator.clipboard.writeText(copy);
    } catch {
      getSelection()?.selectAllChildren(/** @type {Element} */ (button.previousElementSibling));
      document.execCommand("copy");
    }
    button.setAttribute("data-done", (status.textContent = copied));
    setTimeout(() => {
      button.removeAttribute("data-done");
      status.textContent = "";
    }, 2000);
  });
})();
