// Host pages: pages of a SaaS product, on another origin, that embed the form.
//
// It owns serving them, the endpoint that makes sessions, and recording the events that a page gets. It does not judge: tests do.

import http from "node:http";

import { ready } from "./browser.mjs";

const EVENTS = ["open", "ready", "success", "error", "close"];

/**
 * Serves pages at `http://<name>:<port>`. Set `edge` once it has started. `answers` holds functions for the next requests to the endpoint
 * `/session`; each gets the function that makes a session. `{{edge}}` in a page stands for the edge's origin.
 */
export async function serveHost(name = "127.0.0.1") {
  const pages = new Map();
  const host = { edge: undefined, answers: [], asked: 0 };
  const server = http.createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://host");
    if (pathname === "/session" && request.method === "POST") {
      host.asked += 1;
      const session = await (host.answers.shift() ?? (() => host.edge.session()))();
      response.writeHead(session ? 200 : 500, { "content-type": "application/json" });
      return response.end(JSON.stringify(session ? { session: session.token } : { error: "no session" }));
    }
    const page = pages.get(pathname);
    if (!page) return response.writeHead(404).end();
    const fill = (text) => text.replaceAll("{{edge}}", host.edge.url);
    const { type = "text/html; charset=utf-8", policy } = page;
    response.writeHead(200, { "content-type": type, ...(policy && { "content-security-policy": fill(policy) }) });
    response.end(fill(await page.text()));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const origin = `http://${name}:${server.address().port}`;
  return Object.assign(host, {
    origin,
    /** Adds a page, or a file with a `type`; `text` may be a function. Returns its address. */
    page(path, text, more = {}) {
      pages.set(path, { text: typeof text === "function" ? text : () => text, ...more });
      return origin + path;
    },
    close: () => new Promise((closed) => (server.closeAllConnections(), server.close(closed))),
  });
}

/** A page that embeds the form with two lines of HTML. Its endpoint is `/session`, unless it names none (`null`). */
export const embedding = (body, { head = "", script = "", endpoint = "/session" } = {}) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>SaaS</title>${head}
  </head><body><main><h1>Accounts</h1>${body}</main>
  <script src="{{edge}}/connect.js" async${endpoint === null ? "" : ` data-latchkey-session-url="${endpoint}"`}${script}></script></body></html>`;

export const BUTTON = '<button id="open" data-latchkey-session>Connect Okta</button>';

/** Opens a page that records its events, and waits for `connect.js`. */
export const openHost = async (chromium, url, { wait = true, ...options } = {}) => visitHost(await chromium.page(options), url, wait);

/** Does the same in an existing page. */
export async function visitHost(page, url, wait = true) {
  // Injected from outside, so that no policy of the page blocks it.
  await page.addInitScript((events) => {
    // The driver reaches into open shadow trees only, and ours are closed.
    const { attachShadow } = Element.prototype;
    Element.prototype.attachShadow = function (options) {
      globalThis.modes.push(options.mode);
      return attachShadow.call(this, { ...options, mode: "open" });
    };
    globalThis.modes = [];
    globalThis.heard = [];
    globalThis.violations = [];
    for (const name of events) addEventListener(`latchkey-${name}`, (event) => globalThis.heard.push([name, event.detail, event.target.id ?? ""]));
    addEventListener("securitypolicyviolation", (event) => globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
  }, EVENTS);
  await page.goto(url);
  if (wait) await page.waitForFunction(() => globalThis.Latchkey);
  return page;
}

/** The events that the page got: their names, or the details of those with the given name. */
export const heard = (page, name) =>
  page.evaluate((name) => globalThis.heard.filter(([heard]) => !name || heard === name).map(([heard, detail]) => (name ? detail : heard)), name);

/** Waits until the page has got an event so many times. */
export const hears = (page, name, times = 1) =>
  page.waitForFunction(([name, times]) => globalThis.heard.filter(([heard]) => heard === name).length >= times, [name, times]);

/** The frames with a form or a dead end. */
export const embedded = (page) => page.frames().filter((frame) => frame.url().includes("/embed/"));

/** The only frame with a form, once the form can be used. */
export async function formIn(page) {
  await hears(page, "ready");
  const [frame] = embedded(page);
  await ready(frame);
  return frame;
}

/** Presses the button and waits for the form. */
export async function openModal(page) {
  await page.locator("#open").click();
  return formIn(page);
}

/** The parts of a page that must be the same before and after. */
export const snapshot = (page) =>
  page.evaluate(() => ({
    html: document.documentElement.outerHTML,
    nodes: document.getRootNode().childNodes.length,
    sheets: document.adoptedStyleSheets.length,
    names: Object.keys(globalThis).sort().join(),
    overflow: getComputedStyle(document.documentElement).overflow,
    inline: document.documentElement.style.cssText + document.body.style.cssText,
    frames: globalThis.length,
  }));
