// The script of the pages that embed Latchkey. It is a classic script, because only such a script knows its own address.
//
// It owns the name `Latchkey`, the click on a button with our attributes, and when the rest is loaded: `embed/`, by its
// hashed name, once the page is idle; the files of the frame, once somebody points at such a button. `import()` needs
// neither a node nor another source in the page's policy, and passes the nonce of this script on.
// It refuses to show anything, and to load anything from another origin than its own.
(() => {
  /** @typedef {import("./connect").LatchkeyOptions & { url?: string, opener?: HTMLElement | Document }} Options */
  /** @typedef {import("./connect").LatchkeyOutcome} Outcome */
  const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
  if (!script || window.Latchkey) return;
  const edge = new URL(script.src).origin;
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
    (loading ??= import(edge + EMBED)
      .catch(() => import(edge + "/embed.js?" + Date.now()))
      .then(
        (module) => (embed = module),
        () => (loading = undefined),
      ));
  const preload = () => load().then(() => embed?.preload());

  // Before `embed/` is there, an opening waits for it, and can be canceled.
  /** @type {(options: Options) => Promise<Outcome>} */
  const open = (options) =>
    embed
      ? embed.open(options)
      : (waiting ??= new Promise((resolve) => {
          const settle = (/** @type {Outcome | Promise<Outcome>} */ outcome) => {
            waiting = cancel = undefined;
            resolve(outcome);
          };
          const mine = (cancel = () => settle({ status: "closed" }));
          load().then(() => {
            if (cancel !== mine) return;
            if (embed) return settle(embed.open(options));
            mine();
            const { onEvent, opener = document } = options;
            for (const [type, detail] of /** @type {[string, object][]} */ ([
              ["error", { code: "embed_unavailable", field: null }],
              ["close", { reason: "unavailable" }],
            ])) {
              onEvent?.(/** @type {any} */ ({ type, ...detail }));
              opener.dispatchEvent(new CustomEvent("latchkey-" + type, { detail, bubbles: true, composed: true }));
            }
          });
        }));

  /** @type {(event: Event) => HTMLElement | undefined} */
  const find = (event) =>
    /** @type {HTMLElement[]} */ (event.composedPath()).find(({ dataset: d }) => d?.latchkeySession || d?.latchkeySessionUrl);
  const hint = (/** @type {Event} */ event) => find(event) && preload();
  for (const type of ["pointerover", "pointerdown", "focusin"]) document.addEventListener(type, hint);
  document.addEventListener("click", (event) => {
    const opener = find(event);
    if (!opener) return;
    event.preventDefault();
    const { latchkeySession: session, latchkeySessionUrl: url, latchkeyTheme: theme } = /** @type {any} */ (opener.dataset);
    open({ session, url, theme, opener });
  });

  window.Latchkey = Object.freeze({ open, preload, close: () => (embed ? embed.close() : cancel?.()) });
  if (document.querySelector("latchkey-connect")) load();
  else (window.requestIdleCallback || setTimeout)(load);
})();
