// `<latchkey-connect>`: a form in the page's own flow.
//
// It owns the element's attributes and its life in the page: each entry begins anew, because a frame that is moved is loaded
// anew. It refuses to take the focus, to lock anything, and to change its own markup.

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
  #form;
  #ask;
  #due;

  constructor() {
    super();
    shade(this, look).append(this.#box);
  }

  /** A token, or a function that answers or promises one. */
  get session() {
    return this.#ask ?? this.getAttribute("session");
  }
  set session(given) {
    const asked = typeof given === "function" ? given : undefined;
    if (asked === this.#ask) return this.#reflect("session", asked ? null : given);
    this.#ask = asked;
    this.#reflect("session", asked ? null : given);
    this.#renew();
  }
  get sessionUrl() {
    return this.getAttribute("session-url");
  }
  set sessionUrl(url) {
    this.#reflect("session-url", url);
  }
  get theme() {
    return this.getAttribute("theme") ?? "auto";
  }
  set theme(theme) {
    this.#reflect("theme", theme);
  }
  #reflect(name, value) {
    if (value == null) this.removeAttribute(name);
    else this.setAttribute(name, value);
  }

  connectedCallback() {
    // What a page has set before the element was defined hides the accessor of the same name.
    for (const name of ["session", "sessionUrl", "theme"]) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
    this.#renew();
  }
  disconnectedCallback() {
    this.#end("removed");
  }
  /** Moved by `moveBefore`, the frame lives on. */
  connectedMoveCallback() {}
  attributeChangedCallback(name, before, after) {
    if (before === after) return;
    if (name !== "theme") return this.#renew();
    this.#box.style.colorScheme = scheme(after);
    this.#form?.dress(after);
  }

  /** Several attributes that change together make one beginning. */
  #renew() {
    if (this.#due) return;
    this.#due = true;
    queueMicrotask(() => {
      this.#due = false;
      this.#end("changed");
      const { session, sessionUrl: url, theme } = this;
      if (this.isConnected && (session || url)) this.#begin({ session, url, theme });
    });
  }
  #begin(options) {
    // In the page's flow there is nothing to escape from.
    const end = (reason) => reason !== "escape" && this.#end(reason);
    this.#form = makeForm({ ...options, emit: this.#emit, end });
    this.#box.style.colorScheme = scheme(options.theme);
    this.#box.append(...this.#form.nodes);
    this.#form.start();
    this.#emit("open", {});
  }
  #end(reason) {
    const form = this.#form;
    if (!form) return;
    this.#form = undefined;
    form.stop();
    this.#box.replaceChildren();
    this.#emit("close", { reason });
  }
  #emit = (type, detail) => {
    this.dispatchEvent(new CustomEvent("latchkey-" + type, { detail, bubbles: true, composed: true }));
  };
}
