// The modal: a form in a dialog above everything else in the page.
//
// It owns the dialog, the scroll lock, and that there is one at a time. It refuses to leave anything behind when it
// closes or cannot open, and to read a name of `document` or of a form: content can give it to its own parts.

import { makeForm } from "./form.js";
import { messages } from "./messages.js";
import { FORM_LOOK, make, part, scheme, settings, shade, sheet } from "./parts.js";
import { cool } from "./preload.js";

const look = sheet(
  // `!important` in a shadow tree wins over the page's.
  ":host{all:initial!important}" +
    FORM_LOOK +
    "dialog{width:min(960px,100vw - 32px);max-width:none;max-height:none;padding:0;border:0;border-radius:14px;" +
    "overflow:hidden;box-shadow:0 16px 56px #0006;font:16px/1.5 system-ui,sans-serif}" +
    "::backdrop{background:#0008}" +
    "iframe{max-height:calc(100dvh - 32px)}" +
    ".close{position:absolute;top:2px;inset-inline-end:6px;width:44px;height:44px;border:0;border-radius:10px;background:none;font-size:24px}" +
    "@media(max-width:600px){dialog{width:100vw;height:100%;margin:0;border-radius:0}iframe{height:100%!important;max-height:none}}",
);

/**
 * @typedef {import("../connect").LatchkeyOptions & { opener?: HTMLElement }} Options
 * @typedef {import("../connect").LatchkeyOutcome} Outcome
 */

/** @type {{ closed: Promise<Outcome>, end(reason: string): void } | undefined} */
let current;

/** Opens the modal; resolves when it has closed. While one is open, this returns that one's promise. */
export const open = (options = /** @type {Options} */ ({})) => (current ? current.closed : show(options));

/** Closes the modal, if one is open. */
export const close = () => current?.end("api");

const show = (/** @type {Options} */ { session, sessionUrl: url = settings.sessionUrl ?? undefined, theme, onEvent, opener }) => {
  /** @type {(outcome: Outcome) => void} */
  let settle;
  const closed = new Promise((/** @type {typeof settle} */ resolve) => (settle = resolve));

  const emit = (/** @type {string} */ type, /** @type {any} */ detail) => {
    if (type === "ready") cool();
    try {
      onEvent?.({ type, ...detail });
    } catch (error) {
      reportError(error);
    }
    const event = new CustomEvent("latchkey-" + type, { detail, bubbles: true, composed: true });
    EventTarget.prototype.dispatchEvent.call(opener?.isConnected ? opener : document, event);
  };
  const end = (/** @type {string} */ reason) => {
    if (current !== mine) return;
    current = undefined;
    form.stop();
    cool();
    shown.disconnect();
    for (const type of GUARDED) removeEventListener(type, guard, true);
    dialog.close();
    host.remove();
    setSheets((sheet) => sheet !== lock);
    opener?.focus();
    settle(form.outcome());
    emit("close", { reason });
  };

  const mine = (current = { closed, end });
  const label = (/** @type {typeof messages} */ { title, close, lang, dir }) => {
    Object.assign(dialog, { ariaLabel: title, lang, dir });
    x.ariaLabel = close;
  };
  const form = makeForm({ session, url, theme, emit, end, focus: true, relabel: label });
  const dialog = make("dialog", { onclose: () => end("escape") });
  dialog.style.colorScheme = scheme(theme);
  const x = make("button", { type: "button", className: "close", textContent: "×" });
  label(messages);
  x.onclick = () => end("button");
  dialog.append(...form.nodes, x);
  const host = make("latchkey-modal", { end });
  shade(host, look).append(dialog);

  // A focus trap of the page would take the focus back, or treat a press in here as one outside its own dialog. While the modal
  // is open, an event whose target is the body is on its way from the browser's own parts to the modal.
  const guard = (/** @type {Event} */ event) => {
    if (event.target === host || event.target === part("body")) event.stopImmediatePropagation();
  };
  for (const type of GUARDED) addEventListener(type, guard, true);
  const focused = opener ?? part("activeElement");
  const around = focused && Element.prototype.closest.call(focused, "[aria-modal=true]:not(dialog),[role=dialog]:not(dialog)");
  // A page that hides the element around the modal would stay blocked by a modal that nobody sees.
  const shown = new ResizeObserver(() => dialog.checkVisibility() || end("removed"));

  // Keeps the space of a scroll bar that disappears.
  const bar = innerWidth > part("documentElement").clientWidth ? ";scrollbar-gutter:stable!important" : "";
  const lock = sheet(`html{overflow:hidden!important${bar}}`);
  // A page that cannot show the modal is left as it was.
  try {
    Element.prototype.append.call(around ?? part("body"), host);
    dialog.showModal();
    setSheets(() => true, lock);
    shown.observe(dialog);
    form.start();
    emit("open", {});
  } catch (error) {
    reportError(error);
    end("unavailable");
  }
  return closed;
};

/** Keeps those of the page's style sheets, and adds these. */
const setSheets = (/** @type {(sheet: CSSStyleSheet) => boolean} */ keep, /** @type {CSSStyleSheet[]} */ ...more) =>
  Reflect.set(Document.prototype, "adoptedStyleSheets", [...part("adoptedStyleSheets").filter(keep), ...more], document);

const GUARDED = ["focusin", "keydown"];

/** Notices when the page removes the modal. */
export class LatchkeyModal extends HTMLElement {
  /** @type {(reason: string) => void} */
  end = () => {};
  disconnectedCallback() {
    this.end("removed");
  }
}
