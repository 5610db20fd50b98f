// The parts that the modal and the element share. This file refuses markup and inline style, so that no host page has to allow
// them in its policy.

/**
 * What the tag of `connect.js` says: the origin that it was loaded from, which the frame comes from too; the page's endpoint; and
 * whether attributes in the page's content count.
 * @typedef {{ edge: string, sessionUrl: string | null, attributes: boolean }} Settings
 */

/** @type {Settings} */
export let settings;
export const configure = (/** @type {Settings} */ given) => (settings = given);

/**
 * A part of the document, by its name. A stranger's element with that name stands in front of it in `document`, so that it is read here.
 * @template {"body" | "documentElement" | "activeElement" | "adoptedStyleSheets"} Name
 * @param {Name} name
 * @returns {Document[Name]}
 */
export const part = (name) => Reflect.get(Document.prototype, name, document);

/**
 * An element with these properties.
 * @template {string} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} properties
 * @returns {Tag extends keyof HTMLElementTagNameMap ? HTMLElementTagNameMap[Tag] : HTMLElement}
 */
export const make = (tag, properties = {}) => /** @type {any} */ (Object.assign(Document.prototype.createElement.call(document, tag), properties));

/** A style sheet with this text. */
export const sheet = (/** @type {string} */ text) => {
  const made = new CSSStyleSheet();
  made.replaceSync(text);
  return made;
};

/** A shadow root that the page cannot reach into, with one style sheet. */
export const shade = (/** @type {HTMLElement} */ host, /** @type {CSSStyleSheet} */ look) => {
  const root = host.attachShadow({ mode: "closed" });
  root.adoptedStyleSheets = [look];
  return root;
};

/** The style of a form's frame and of the message in its place, whatever the page's own style says. */
export const FORM_LOOK =
  "iframe{display:block;width:100%;height:520px;border:0;border-radius:inherit}" +
  ".status{position:absolute;inset-block-start:0;inset-inline-start:0;margin:24px;margin-inline-end:56px;font:16px/1.5 system-ui,sans-serif;color:CanvasText}" +
  "button{font:inherit;color:inherit}" +
  ".again{display:block;min-height:44px;margin-top:16px;padding:8px 16px;border:1px solid;border-radius:9px;background:none;font-weight:600}" +
  "[hidden]{display:none}" +
  ":focus-visible{outline:3px solid Highlight}";

/** `light` or `dark` where one is chosen: by the embedding page's option, else by a page whose own style has only one of them. */
export const scheme = (/** @type {string | null | undefined} */ theme) => {
  const known = (/** @type {string} */ text) => /^(light|dark)(?: only)?$/.exec(text)?.[1];
  return known(/** @type {string} */ (theme)) ?? known(getComputedStyle(part("documentElement")).colorScheme) ?? "light dark";
};

/**
 * Where a session's token comes from: a token, a function, the URL of an endpoint, or a token and the endpoint to ask when
 * the token has expired.
 * @param {import("../connect").LatchkeySession | null | undefined} session
 * @param {string | null | undefined} url
 */
export const source = (session, url) => {
  let first = session;
  return {
    renewable: typeof session === "function" || Boolean(url),
    /** @returns {Promise<string | null | undefined>} */
    async ask() {
      if (typeof first === "function") return first();
      const given = first;
      if (url) first = undefined;
      if (given || !url) return given;
      // A `<base>` in the page's content does not move the endpoint.
      const response = await fetch(new URL(url, location.href), /** @type {any} */ ({ __proto__: null, method: "POST" }));
      if (!response.ok) throw new Error(`The session endpoint responded with status ${response.status}.`);
      return { __proto__: null, ...(await response.json()) }.session;
    },
  };
};
