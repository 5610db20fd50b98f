// What the modal and the element are made of. It refuses markup and inline style: no policy of a host page needs to allow them.

/** Where this program came from; the frame comes from there too. */
export const EDGE = new URL(import.meta.url).origin;

export const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

export const sheet = (text) => {
  const made = new CSSStyleSheet();
  made.replaceSync(text);
  return made;
};

/** A shadow root that the page cannot reach into, with one style sheet. */
export const shade = (host, look) => {
  const root = host.attachShadow({ mode: "closed" });
  root.adoptedStyleSheets = [look];
  return root;
};

/** How a form's frame and what stands in its place look, whatever the page's own style says. */
export const FORM_LOOK =
  "iframe{display:block;width:100%;height:520px;border:0;border-radius:inherit}" +
  ".status{position:absolute;inset-block-start:0;inset-inline-start:0;margin:24px;margin-inline-end:56px;font:16px/1.5 system-ui,sans-serif;color:CanvasText}" +
  "button{font:inherit;color:inherit}" +
  ".again{display:block;min-height:44px;margin-top:16px;padding:8px 16px;border:1px solid;border-radius:9px;background:none;font-weight:600}" +
  "[hidden]{display:none}" +
  ":focus-visible{outline:3px solid Highlight}";

/** `light` or `dark` where it is settled: by who embeds us, else by a page whose own style knows one of them only. */
export const scheme = (theme) => {
  const known = (text) => /^(light|dark)(?: only)?$/.exec(text)?.[1];
  return known(theme) ?? known(getComputedStyle(document.documentElement).colorScheme) ?? "light dark";
};

/**
 * Where a session's token comes from: a token, a function, the address of an endpoint, or a token and the endpoint to ask when
 * it has expired.
 */
export const source = (session, url) => {
  const asked = typeof session === "function";
  let first = session;
  return {
    renewable: asked || Boolean(url),
    async ask() {
      if (asked) return session();
      const given = first;
      if (url) first = undefined;
      if (given || !url) return given;
      const answer = await fetch(url, { method: "POST" });
      if (!answer.ok) throw new Error(`the session's endpoint answered ${answer.status}`);
      return (await answer.json()).session;
    },
  };
};
