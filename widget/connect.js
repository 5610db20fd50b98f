// The script tag of the pages that embed Latchkey. Classic, so that it can ask where it came from.
//
// It owns the name `Latchkey`, the click on a button with our attributes, and when the rest is loaded: `embed/`, by its
// hashed name, once the page is idle; what the frame needs, once somebody points at such a button. `import()` needs
// neither a node nor another source in the page's policy, and hands on the nonce of this script.
// It refuses to show anything, and to load anything from elsewhere than where it came from itself.
(() => {
  const script = document.currentScript;
  if (!script || window.Latchkey) return;
  const edge = new URL(script.src).origin;
  let embed, loading, waiting, cancel;

  // The hashed name is gone where the edge was deployed since; the stable one answers then, under an address that the browser
  // cannot remember as failed.
  const load = () =>
    (loading ??= import(edge + EMBED)
      .catch(() => import(edge + "/embed.js?" + Date.now()))
      .then(
        (module) => (embed = module),
        () => (loading = undefined),
      ));
  const preload = () => load().then(() => embed?.preload());

  // Before `embed/` is there, an opening waits for it, and can be taken back.
  const open = (options) =>
    embed
      ? embed.open(options)
      : (waiting ??= new Promise((resolve) => {
          const settle = (answer) => {
            waiting = cancel = undefined;
            resolve(answer);
          };
          const mine = (cancel = () => settle({ status: "closed" }));
          load().then(() => {
            if (cancel !== mine) return;
            if (embed) return settle(embed.open(options));
            mine();
            const { onEvent, opener = document } = options;
            for (const [type, detail] of [
              ["error", { code: "embed_unavailable", field: null }],
              ["close", { reason: "unavailable" }],
            ]) {
              onEvent?.({ type, ...detail });
              opener.dispatchEvent(new CustomEvent("latchkey-" + type, { detail, bubbles: true, composed: true }));
            }
          });
        }));

  const find = (event) => event.composedPath().find(({ dataset: d }) => d?.latchkeySession || d?.latchkeySessionUrl);
  const hint = (event) => find(event) && preload();
  for (const type of ["pointerover", "pointerdown", "focusin"]) document.addEventListener(type, hint);
  document.addEventListener("click", (event) => {
    const opener = find(event);
    if (!opener) return;
    event.preventDefault();
    const { latchkeySession: session, latchkeySessionUrl: url, latchkeyTheme: theme } = opener.dataset;
    open({ session, url, theme, opener });
  });

  window.Latchkey = Object.freeze({ open, preload, close: () => (embed ? embed.close() : cancel?.()) });
  if (document.querySelector("latchkey-connect")) load();
  else (window.requestIdleCallback || setTimeout)(load);
})();
