// The script of the pages that embed Latchkey. It is a classic script, because only such a script knows its own address.
//
// It owns the name `Latchkey`, the page's endpoint (once, from this script's own tag), the click on a button with our attribute,
// and when the rest is loaded: `embed/`, by its hashed name, once the page is idle; the files of the frame, once somebody points
// at such a button. `import()` needs neither a node nor another source in the page's policy, and passes the nonce of this script
// on. The pinned build (`/assets/connect-<hash>.js`) has `embed/` inside, so that one integrity covers all that runs in the page.
//
// It refuses to show anything, to load anything from another origin than its own, and to take an endpoint from the page's content:
// that may be a stranger's. So only a `<button>` is heard, and names that content can give to the document's parts, or a script to
// every object, are not read.
(() => {
  /** @typedef {import("./connect").LatchkeyOptions & { opener?: HTMLElement | Document }} Options */
  /** @typedef {import("./connect").LatchkeyOutcome} Outcome */
  // An image named `currentScript` would stand in front of `document.currentScript`.
  const { get } = /** @type {any} */ (Object.getOwnPropertyDescriptor(Document.prototype, "currentScript"));
  const script = /** @type {HTMLScriptElement | null} */ (get.call(document));
  if (!script || Object.hasOwn(window, "Latchkey")) return;
  const edge = new URL(script.src).origin;
  const sessionUrl = script.getAttribute("data-latchkey-session-url");
  const attributes = script.getAttribute("data-latchkey-attributes") !== "off";
  /** @type {any} */
  let embed;
  /** @type {Promise<void> | undefined} */
  let loading;
  /** @type {Promise<Outcome> | undefined} */
  let waiting;
  /** @type {(() => void) | undefined} */
  let cancel;

  // The hashed name is gone if the edge was deployed since. Then the stable name is asked, under an address that the browser
  // cannot remember as failed.
  const load = () =>
    (loading ??= (PINNED ? import("./embed/index.js") : import(edge + EMBED).catch(() => import(edge + "/embed.js?" + Date.now())))
      .then(async (module) => {
        await module.start({ edge, sessionUrl, attributes });
        embed = module;
      })
      .catch(() => (loading = undefined)));
  const preload = () => load().then(() => embed?.preload());

  // Before `embed/` is there, an opening waits for it, and can be canceled.
  /** @type {(given?: Options) => Promise<Outcome>} */
  const open = (given) => {
    const options = /** @type {any} */ ({ __proto__: null, ...given });
    return embed
      ? embed.open(options)
      : (waiting ??= new Promise((resolve) => {
          const settle = (/** @type {Outcome | Promise<Outcome>} */ outcome) => {
            waiting = cancel = undefined;
            resolve(outcome);
          };
          const mine = (cancel = () => settle({ status: "closed" }));
          load().then(() => {
            if (cancel !== mine) return;
            if (embed) return settle(new Promise((done) => done(embed.open(options))));
            mine();
            const { onEvent, opener = document } = options;
            for (const [type, detail] of /** @type {[string, object][]} */ ([
              ["error", { code: "embed_unavailable", field: null }],
              ["close", { reason: "unavailable" }],
            ])) {
              onEvent?.(/** @type {any} */ ({ type, ...detail }));
              EventTarget.prototype.dispatchEvent.call(opener, new CustomEvent("latchkey-" + type, { detail, bubbles: true, composed: true }));
            }
          });
        }));
  };

  const ATTRIBUTE = "data-latchkey-session";
  /** @type {(event: Event) => HTMLElement | undefined} */
  const find = (event) =>
    /** @type {any} */ (event.composedPath().find((part) => part instanceof HTMLButtonElement && part.hasAttribute(ATTRIBUTE)));
  const hint = (/** @type {Event} */ event) => find(event) && preload();
  if (attributes) {
    for (const type of ["pointerover", "pointerdown", "focusin"]) addEventListener(type, hint);
    addEventListener("click", (event) => {
      const opener = find(event);
      if (!opener) return;
      event.preventDefault();
      const read = (/** @type {string} */ name) => /** @type {any} */ (opener.getAttribute(name));
      open({ session: read(ATTRIBUTE), theme: read("data-latchkey-theme"), opener });
    });
  }

  window.Latchkey = Object.freeze({ open, preload, close: () => (embed ? embed.close() : cancel?.()) });
  if (Document.prototype.querySelector.call(document, "latchkey-connect")) load();
  else (window.requestIdleCallback || setTimeout)(load);
})();
