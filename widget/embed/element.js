// `<latchkey-connect>`: a form in the page's own flow.
//
// It owns the element's attributes and its life in the page: it starts again each time it enters the page, because the browser
// loads a frame again that was moved. It refuses to take the focus, to lock anything, and to change its own markup. It takes an
// endpoint from a script or from the tag of `connect.js`, never from an attribute: the element may be a stranger's. For the same
// reason elements that only their attribute asks for begin one after the other, and only once they can be seen.

import { makeForm } from "./form.js";
import { FORM_LOOK, make, scheme, settings, shade, sheet } from "./parts.js";

const look = sheet(
  ":host{display:block}:host([hidden]){display:none}" +
    ".box{all:initial;display:block;position:relative;overflow:hidden;border-radius:inherit}.box:empty{display:none}" +
    FORM_LOOK,
);

/** The elements that wait, and how each begins. @type {Map<Element, () => void>} */
const waiting = new Map();
/** The one that has begun and is not there yet. @type {Element | undefined} */
let beginning;
/** @type {IntersectionObserver | undefined} */
let watch;
/** Looks afresh, because the last one that began has moved the others. */
const next = () => {
  watch?.disconnect();
  if (beginning) return;
  watch = new IntersectionObserver((entries) => {
    const seen = entries.find(({ isIntersecting, target }) => isIntersecting && waiting.has(target))?.target;
    if (!seen || beginning) return;
    const begin = waiting.get(seen);
    waiting.delete((beginning = seen));
    watch?.disconnect();
    begin?.();
  });
  for (const element of waiting.keys()) watch.observe(element);
};

export class LatchkeyConnect extends HTMLElement {
  static observedAttributes = ["session", "theme"];
  #box = make("div", { className: "box" });
  /** @type {ReturnType<typeof makeForm> | undefined} */
  #form;
  /** @type {import("../connect").LatchkeySession | null | undefined} */
  #session;
  /** @type {string | null | undefined} */
  #url;
  /** @type {boolean | undefined} */
  #due;

  constructor() {
    super();
    shade(this, look).append(this.#box);
  }

  /**
   * A token, or a function that returns one or a promise of one. An empty text asks the endpoint. Without one, the attribute counts.
   * @type {import("../connect").LatchkeySession | null}
   */
  get session() {
    return this.#session ?? (settings.attributes ? this.getAttribute("session") : null);
  }
  set session(given) {
    if (given === this.#session) return;
    this.#session = given;
    this.#renew();
  }
  /** The endpoint of this element. Without one, that of the tag of `connect.js` counts. */
  get sessionUrl() {
    return this.#url ?? null;
  }
  set sessionUrl(url) {
    if (url === this.#url) return;
    this.#url = url;
    this.#renew();
  }
  /** @type {string | null} */
  get theme() {
    return this.getAttribute("theme") ?? "auto";
  }
  set theme(theme) {
    if (theme == null) this.removeAttribute("theme");
    else this.setAttribute("theme", theme);
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
    if (name !== "theme") return this.#session == null && settings.attributes && this.#renew();
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
      const { session } = this;
      if (this.isConnected && (session || this.#url || (session === "" && settings.sessionUrl))) {
        if (this.#session != null || this.#url) return this.#begin();
        waiting.set(this, () => this.#begin());
        next();
      }
    });
  }
  #begin() {
    const { session, theme } = this;
    const url = this.#url ?? settings.sessionUrl;
    // In the page's flow there is nothing to escape from.
    const end = (/** @type {string} */ reason) => reason !== "escape" && this.#end(reason);
    this.#form = makeForm({ session, url, theme, focus: false, emit: this.#emit, end });
    this.#box.style.colorScheme = scheme(theme);
    this.#box.append(...this.#form.nodes);
    this.#form.start();
    this.#emit("open", {});
  }
  #end(/** @type {string} */ reason) {
    waiting.delete(this);
    const form = this.#form;
    if (!form) return;
    this.#form = undefined;
    form.stop();
    this.#box.replaceChildren();
    this.#emit("close", { reason });
  }
  #emit = (/** @type {string} */ type, /** @type {any} */ detail) => {
    this.dispatchEvent(new CustomEvent("latchkey-" + type, { detail, bubbles: true, composed: true }));
    if (beginning !== this || type === "open") return;
    beginning = undefined;
    next();
  };
}
