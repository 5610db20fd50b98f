// `<latchkey-connect>`: a form in the page's own flow.
//
// It owns the element's attributes and its life in the page: it starts again each time it enters the page, because the browser
// loads a frame again that was moved. It refuses to take the focus, to lock anything, and to change its own markup.

import { makeForm } from "./form.js";
import { FORM_LOOK, make, scheme, shade, sheet } from "./parts.js";

const look = sheet(
  ":host{display:block}:host([hidden]){display:none}" +
    ".box{all:initial;display:block;position:relative;overflow:hidden;border-radius:inherit}.box:empty{display:none}" +
    FORM_LOOK,
);

export class LatchkeyConnect extends HTMLElement {
  static observedAttributes = ["session", "session-url", "theme"];
  #box = make("div", { className: "box" });
  /** @type {ReturnType<typeof makeForm> | undefined} */
  #form;
  /** @type {(() => string | Promise<string>) | undefined} */
  #ask;
  /** @type {boolean | undefined} */
  #due;

  constructor() {
    super();
    shade(this, look).append(this.#box);
  }

  /**
   * A token, or a function that returns one or a promise of one.
   * @type {import("../connect").LatchkeySession | null}
   */
  get session() {
    return this.#ask ?? this.getAttribute("session");
  }
  set session(given) {
    const asked = typeof given === "function" ? given : undefined;
    const renew = asked !== this.#ask;
    this.#ask = asked;
    this.#reflect("session", typeof given === "function" ? null : given);
    if (renew) this.#renew();
  }
  get sessionUrl() {
    return this.getAttribute("session-url");
  }
  set sessionUrl(url) {
    this.#reflect("session-url", url);
  }
  /** @type {string | null} */
  get theme() {
    return this.getAttribute("theme") ?? "auto";
  }
  set theme(theme) {
    this.#reflect("theme", theme);
  }
  #reflect(/** @type {string} */ name, /** @type {string | null | undefined} */ value) {
    if (value == null) this.removeAttribute(name);
    else this.setAttribute(name, value);
  }

  connectedCallback() {
    // A property that the page set before the element was defined hides the accessor of the same name.
    const own = /** @type {Record<string, any>} */ (this);
    for (const name of ["session", "sessionUrl", "theme"]) {
      if (!Object.hasOwn(own, name)) continue;
      const value = own[name];
      delete own[name];
      own[name] = value;
    }
    this.#renew();
  }
  disconnectedCallback() {
    this.#end("removed");
  }
  /** Moved by `moveBefore`, the frame lives on. */
  connectedMoveCallback() {}
  attributeChangedCallback(/** @type {string} */ name, /** @type {string | null} */ before, /** @type {string | null} */ after) {
    if (before === after) return;
    if (name !== "theme") return this.#renew();
    this.#box.style.colorScheme = scheme(after);
    this.#form?.setTheme(after);
  }

  /** Several attributes that change together start the form once. */
  #renew() {
    if (this.#due) return;
    this.#due = true;
    queueMicrotask(() => {
      this.#due = false;
      this.#end("changed");
      if (this.isConnected && (this.session || this.sessionUrl)) this.#begin();
    });
  }
  #begin() {
    const { session, sessionUrl: url, theme } = this;
    // In the page's flow there is nothing to escape from.
    const end = (/** @type {string} */ reason) => reason !== "escape" && this.#end(reason);
    this.#form = makeForm({ session, url, theme, emit: this.#emit, end });
    this.#box.style.colorScheme = scheme(theme);
    this.#box.append(...this.#form.nodes);
    this.#form.start();
    this.#emit("open", {});
  }
  #end(/** @type {string} */ reason) {
    const form = this.#form;
    if (!form) return;
    this.#form = undefined;
    form.stop();
    this.#box.replaceChildren();
    this.#emit("close", { reason });
  }
  #emit = (/** @type {string} */ type, /** @type {any} */ detail) => {
    this.dispatchEvent(new CustomEvent("latchkey-" + type, { detail, bubbles: true, composed: true }));
  };
}
