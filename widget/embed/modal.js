// The modal: a form in a dialog above everything else in the page.
//
// It owns the dialog, the scroll lock, and that there is one at a time. It refuses to leave anything behind when it closes.

import { makeForm } from "./form.js";
import { FORM_LOOK, make, scheme, shade, sheet } from "./parts.js";
import { cool } from "./preload.js";
import { words } from "./messages.js";

const look = sheet(
  // `!important` in a shadow tree outdoes the page's.
  ":host{all:initial!important}" +
    FORM_LOOK +
    "dialog{width:min(960px,100vw - 32px);max-width:none;max-height:none;padding:0;border:0;border-radius:14px;" +
    "overflow:hidden;box-shadow:0 16px 56px #0006;font:16px/1.5 system-ui,sans-serif}" +
    "::backdrop{background:#0008}" +
    "iframe{max-height:calc(100dvh - 32px)}" +
    ".close{position:absolute;top:10px;inset-inline-end:10px;width:44px;height:44px;border:0;border-radius:10px;background:none;font-size:24px}" +
    "@media(max-width:600px){dialog{width:100vw;height:100%;margin:0;border-radius:0}iframe{height:100%!important;max-height:none}}",
);

let current;

/** Opens the modal; resolves when it has closed. Opening another meanwhile gives the one that is open. */
export const open = (options = {}) => (current ? current.closed : show(options));

/** Closes the modal, if one is open. */
export const close = () => current?.end("api");

const show = ({ session, url, theme, onEvent, opener }) => {
  let settle;
  const closed = new Promise((resolve) => (settle = resolve));

  const emit = (type, detail) => {
    if (type === "ready") cool();
    try {
      onEvent?.({ type, ...detail });
    } catch (error) {
      reportError(error);
    }
    const event = new CustomEvent("latchkey-" + type, { detail, bubbles: true, composed: true });
    (opener?.isConnected ? opener : document).dispatchEvent(event);
  };
  const end = (reason) => {
    if (current !== mine) return;
    current = undefined;
    form.stop();
    cool();
    shown.disconnect();
    for (const type of GUARDED) removeEventListener(type, guard, true);
    dialog.close();
    host.remove();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== lock);
    opener?.focus();
    settle(form.outcome());
    emit("close", { reason });
  };

  const mine = (current = { closed, end });
  const label = ({ title, close, lang, dir }) => {
    Object.assign(dialog, { ariaLabel: title, lang, dir });
    x.ariaLabel = close;
  };
  const form = makeForm({ session, url, theme, emit, end, focus: true, say: label });
  const dialog = make("dialog", { onclose: () => end("escape") });
  dialog.style.colorScheme = scheme(theme);
  const x = make("button", { type: "button", className: "close", textContent: "×" });
  label(words);
  x.onclick = () => end("button");
  dialog.append(...form.nodes, x);
  const host = make("latchkey-modal", { end });
  shade(host, look).append(dialog);

  // A focus trap of the page would fetch the focus back, or take a press in here for one outside of its own dialog.
  // While we are open, what has the body for its target is on its way from the browser's own parts to ours.
  const ours = ({ target }) => target === host || target === document.body;
  const guard = (event) => ours(event) && event.stopImmediatePropagation();
  for (const type of GUARDED) addEventListener(type, guard, true);
  const around = (opener ?? document.activeElement)?.closest("[aria-modal=true]:not(dialog),[role=dialog]:not(dialog)");
  // A page that hides what is around us would stay blocked by a modal that nobody sees.
  const shown = new ResizeObserver(() => dialog.checkVisibility() || end("removed"));

  // Space for the scroll bar, where one goes away.
  const bar = innerWidth > document.documentElement.clientWidth ? ";scrollbar-gutter:stable!important" : "";
  const lock = sheet(`html{overflow:hidden!important${bar}}`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, lock];
  (around ?? document.body).append(host);
  dialog.showModal();
  shown.observe(dialog);
  form.start();
  emit("open", {});
  return closed;
};

const GUARDED = ["focusin", "keydown"];

/** Tells when somebody else takes the modal out of the page. */
export class LatchkeyModal extends HTMLElement {
  disconnectedCallback() {
    this.end("removed");
  }
}
