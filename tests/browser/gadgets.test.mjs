// Content of strangers in a page that embeds the form: HTML that a sanitizer let through. No click, key or look at it asks an endpoint,
// opens a form or moves the script's own parts. Each case counts what the page sends.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { form, oktaForm } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { BUTTON, embedded, embedding, formIn, heard, hears, openHost, openModal, snapshot } from "../harness/host_pages.mjs";

let edge, chromium, host, stolen;
setUp({ host: true }, async (started) => {
  ({ edge, chromium, host } = started);
  stolen = (await edge.session()).token;
});
afterEach(async () => {
  for (const context of chromium.browser.contexts()) await context.close();
});

let pages = 0;
/** A page with this content, and a function that returns what it has sent since: methods and paths, frames, and events. */
async function withContent(content, options = {}) {
  const address = host.page(`/content-${(pages += 1)}`, embedding(content, options));
  const page = await openHost(chromium, address);
  await page.waitForFunction(() => customElements.get("latchkey-connect"));
  await page.waitForTimeout(100);
  const sent = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (request.method() !== "GET" || pathname.startsWith("/embed/") || pathname === "/evil") sent.push(`${request.method()} ${pathname}`);
  });
  const quiet = async () => {
    await page.waitForTimeout(150);
    return [...sent, ...embedded(page).map((frame) => frame.url()), ...(await heard(page))];
  };
  return { page, quiet };
}

/** Presses a part of the page in every way: by the mouse, by Enter and Space, and by a script. */
async function press(page, selector) {
  await page.evaluate(async (selector) => {
    const part = document.querySelector(selector);
    part.setAttribute?.("tabindex", "0");
    part.focus?.();
  }, selector);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Space");
  await page.locator(selector).dispatchEvent("click");
  await page.locator(selector).hover({ force: true, timeout: 200 }).catch(() => {});
  await page.locator(selector).click({ force: true, timeout: 200 }).catch(() => {});
}

/** In the short run, some of the cases of a table; with `LATCHKEY_MATRIX` all of them. */
const some = (cases, every) => cases.filter((_, at) => process.env.LATCHKEY_MATRIX || at % every === 0);

const ATTRIBUTES = [
  ["an endpoint", () => 'data-latchkey-session-url="/evil"'],
  ["a session", () => `data-latchkey-session="${stolen}"`],
  ["both", () => `data-latchkey-session="${stolen}" data-latchkey-session-url="/evil" data-latchkey-theme="dark"`],
  ["nothing but the name", () => "data-latchkey-session"],
  ["upper case", () => `DATA-LATCHKEY-SESSION="${stolen}" DATA-LATCHKEY-SESSION-URL="/evil"`],
];

const ELEMENTS = {
  a: (given) => `<a id="gadget" ${given}>Show more</a>`,
  "a with an address": (given) => `<a id="gadget" href="#more" ${given}>Show more</a>`,
  "a with the role of a button": (given) => `<a id="gadget" role="button" ${given}>Show more</a>`,
  span: (given) => `<span id="gadget" ${given}>Show more</span>`,
  div: (given) => `<div id="gadget" ${given}>Show more</div>`,
  "a part inside": (given) => `<div ${given}><p><b id="gadget">Show more</b></p></div>`,
  label: (given) => `<label id="gadget" ${given}>Show more <input></label>`,
  summary: (given) => `<details ${given}><summary id="gadget" ${given}>Show more</summary>More.</details>`,
  form: (given) => `<form id="gadget" ${given} onsubmit="return false"><input><p>Show more</p></form>`,
  fieldset: (given) => `<fieldset id="gadget" ${given}>Show more</fieldset>`,
  select: (given) => `<select id="gadget" ${given}><option ${given}>Show more</select>`,
  textarea: (given) => `<textarea id="gadget" ${given}>Show more</textarea>`,
  img: (given) => `<img id="gadget" width="30" height="30" alt="" ${given}>`,
  area: (given) =>
    `<img usemap="#map" width="30" height="30" alt=""><map name="map"><area id="gadget" shape="default" href="#more" ${given}></map>`,
  table: (given) => `<table><tr><td id="gadget" ${given}>Show more</table>`,
  svg: (given) => `<svg width="30" height="30" ${given}><rect id="gadget" width="30" height="30" ${given}/></svg>`,
  "a of SVG": (given) => `<svg width="30" height="30"><a id="gadget" href="#more" ${given}><rect width="30" height="30"/></a></svg>`,
  "button of SVG": (given) =>
    `<svg width="30" height="30"><button id="gadget" ${given}><rect width="30" height="30"/></button></svg>`,
  "button of MathML": (given) => `<math><button id="gadget" ${given}><mi>x</mi></button></math>`,
  "an unknown element": (given) => `<x-button id="gadget" ${given}>Show more</x-button>`,
  "the element's name in SVG": (given) => `<svg width="30" height="30"><latchkey-connect id="gadget" session="${stolen}" ${given}/></svg>`,
  "the modal's own element": (given) => `<latchkey-modal id="gadget" ${given}>Show more</latchkey-modal>`,
  ...Object.fromEntries(
    ["button", "submit", "image", "reset", "checkbox", "text", "file"].map((type) => [
      `input of type ${type}`,
      (given) => `<form onsubmit="return false"><input id="gadget" type="${type}" alt="Show more" value="" ${given}></form>`,
    ]),
  ),
  "a button of a form that names itself": (given) => `<form name="dataset" ${given} onsubmit="return false"><button id="gadget">Show</button></form>`,
};

for (const [what, attributes] of some(ATTRIBUTES, 2)) {
  test(`attributes with ${what} do nothing on anything that is not a button`, async () => {
    const { page, quiet } = await withContent('<div id="content"></div>');
    for (const [name, element] of Object.entries(ELEMENTS)) {
      await page.locator("#content").evaluate((place, html) => (place.innerHTML = html), element(attributes()));
      await press(page, "#gadget");
      assert.deepEqual(await quiet(), [], name);
    }
  });
}

for (const [name, content] of [
  ["an endpoint on a button", '<button id="gadget" data-latchkey-session-url="/evil">Show more</button>'],
  ["an endpoint on the element", '<latchkey-connect id="gadget" session-url="/evil" sessionurl="/evil">x</latchkey-connect>'],
  ["an element without a session", '<latchkey-connect id="gadget"></latchkey-connect>'],
  ["a named input in a form", '<form id="gadget" data-x onsubmit="return false"><input name="dataset"><input name="hasAttribute" value="/evil">Show</form>'],
  ["forms that stand for the document's own parts", '<form name="dataset"><input name="latchkeySessionUrl" value="/evil"></form><p id="gadget">Show</p>'],
  [
    "a frame that stands for the document's own parts",
    '<iframe name="dataset" srcdoc="<a id=latchkeySessionUrl href=/evil></a><a id=latchkeySession href=/evil></a>"></iframe><p id="gadget">Show</p>',
  ],
  ["a frame of that name inside a button", '<iframe name="getAttribute" srcdoc="<a id=x href=/evil>"></iframe><button id="gadget">Show</button>'],
]) {
  test(`${name}: nothing happens`, async () => {
    const { page, quiet } = await withContent(content);
    await press(page, "#gadget");
    await page.locator("h1").click();
    assert.deepEqual(await quiet(), []);
  });
}

/** What a page's own button does: it asks the page's own endpoint, and opens the form of the edge. */
async function genuine({ page, quiet }, before) {
  const asked = host.asked;
  assert.deepEqual(await quiet(), before ?? []);
  const frame = await openModal(page);
  assert.ok(await oktaForm(frame).host.isVisible());
  assert.equal(new URL(frame.url()).origin, edge.url);
  assert.equal(host.asked, asked + 1, "another endpoint was asked");
  assert.ok(!frame.url().includes(stolen.split("_")[2].split(".").slice(0, 3).join(".")), "the stranger's session was opened");
}

for (const [name, content] of [
  ["currentScript, an image", '<img name="currentScript" src="https://evil.example/connect.js" alt="">'],
  ["currentScript, a form", '<form name="currentScript" action="/evil"><input name="src" value="https://evil.example/x.js"></form>'],
  ["currentScript, a frame", '<iframe name="currentScript" srcdoc="<a id=src href=https://evil.example/x.js>"></iframe>'],
  ["currentScript, an object", '<object name="currentScript" data="https://evil.example/x.js"></object>'],
  ["Latchkey, a link", '<a id="Latchkey" href="https://evil.example">x</a>'],
  ["Latchkey, a frame", '<iframe name="Latchkey" srcdoc=""></iframe>'],
  ["Latchkey, two of them", '<form id="Latchkey"></form><form id="Latchkey"><input name="open"></form>'],
  ["addEventListener", '<img name="addEventListener" alt="">'],
  ["querySelector", '<img name="querySelector" alt="">'],
  ["fetch, location and URL", '<a id="fetch" href="/evil">x</a><img name="location" alt=""><a id="URL" href="/evil">x</a>'],
  ["getAttribute and dataset", '<img name="getAttribute" alt=""><img name="dataset" alt="">'],
  ["customElements", '<a id="customElements" href="/evil">x</a><a id="requestIdleCallback" href="/evil">x</a>'],
  ["another base address", '<base href="https://evil.example/evil/">'],
  ["a theme that is style", '<style>x{}</style><latchkey-connect theme="dark;background:url(/evil)"></latchkey-connect>'],
]) {
  test(`a part named ${name}: the page's own button opens the page's own form`, async () => {
    const address = host.page(`/named-${(pages += 1)}`, embedding(content + BUTTON));
    const page = await openHost(chromium, "about:blank", { wait: false });
    await page.route("https://evil.example/**", (route) => route.fulfill({ contentType: "text/javascript", body: "globalThis.evil = true" }));
    await page.goto(address);
    await page.waitForFunction(() => typeof globalThis.Latchkey?.preload === "function");
    const frame = await openModal(page);
    assert.ok(await oktaForm(frame).host.isVisible());
    assert.equal(await page.evaluate(() => globalThis.evil), undefined);
    const strangers = page.urls.filter((url) => /evil/.test(url) && !/connect\.js$|x\.js$/.test(url));
    assert.deepEqual(strangers, []);
  });
}

const PARTS = ["body", "head", "documentElement", "activeElement", "adoptedStyleSheets", "createElement", "dispatchEvent", "defaultView", "closest"];
const NAMED = {
  img: (name) => `<img name="${name}" alt="">`,
  embed: (name) => `<embed name="${name}">`,
  object: (name) => `<object name="${name}"></object>`,
  form: (name) => `<form name="${name}"></form>`,
  "a form with named inputs": (name) =>
    `<form name="${name}" tabindex="0">${["append", "closest", "filter", "call", "focus", "isConnected"].map((part) => `<input name="${part}">`)}</form>`,
  iframe: (name) => `<iframe name="${name}" srcdoc="<a id=append href=/evil></a>"></iframe>`,
};
for (const [tag, element] of some(Object.entries(NAMED), 3)) {
  test(`${tag} with the name of a part of the document: the modal opens and closes, by the button and by a script`, async () => {
    for (const part of PARTS) {
      const { page } = await withContent(element(part) + BUTTON);
      const overflow = () => page.evaluate(() => getComputedStyle(document.querySelector("html")).overflow);
      await page.evaluate(() => document.querySelector("form[tabindex]")?.setAttribute("role", "dialog"));
      await page.locator("#open").hover();
      for (const press of ["button", "script"]) {
        await page.evaluate((press) => {
          globalThis.heard = [];
          document.querySelector("form[tabindex]")?.setAttribute("tabindex", press === "script" ? "1" : "0");
          if (press === "script") HTMLElement.prototype.focus.call(document.querySelector("form") ?? document.querySelector("h1"));
          press === "button" ? document.querySelector("#open").click() : void globalThis.Latchkey.open();
        }, press);
        await hears(page, "ready").catch(() => assert.fail(`${part}, by the ${press}: the modal did not open`));
        assert.equal(await overflow(), "hidden");
        await page.evaluate(() => globalThis.Latchkey.close());
        await hears(page, "close");
        assert.equal(await overflow(), "visible");
      }
      assert.deepEqual(page.errors ?? [], [], part);
      await page.context().close();
    }
  });
}

test("a modal that cannot open leaves the page as it was, ends its promise, and the next one opens", async () => {
  const { page } = await withContent(BUTTON);
  const before = await snapshot(page);
  const outcome = await page.evaluate(() => {
    const { showModal } = HTMLDialogElement.prototype;
    HTMLDialogElement.prototype.showModal = () => {
      HTMLDialogElement.prototype.showModal = showModal;
      throw new Error("not now");
    };
    return globalThis.Latchkey.open();
  });
  assert.deepEqual(outcome, { status: "closed" });
  assert.deepEqual(await snapshot(page), before);
  await openModal(page);
});

test("names that a page's other scripts put on every object choose no session, no endpoint and no theme", async () => {
  const names = ["session", "sessionUrl", "url", "latchkeySession", "latchkeySessionUrl", "opener", "body", "src"];
  const head = `<script>for (const name of ${JSON.stringify(names)}) Object.prototype[name] = name === "opener" ? undefined : /rl$/i.test(name) ? "/evil" : "{{stolen}}";
    Object.prototype.theme = "dark"</script>`.replace("{{stolen}}", stolen);
  const content = `<button id="plain">Plain</button><latchkey-connect></latchkey-connect>${BUTTON}`;
  const { page, quiet } = await withContent(content, { head });
  await press(page, "#plain");
  await genuine({ page, quiet });
  assert.equal(await embedded(page)[0].evaluate(() => document.documentElement.dataset.theme), "light dark");
  await page.evaluate(() => globalThis.Latchkey.close());
  const asked = host.asked;
  await page.evaluate(() => void globalThis.Latchkey.open({}));
  await page.waitForTimeout(300);
  assert.equal(host.asked, asked + 1);
});

test("a frame of a stranger that speaks the form's language gets no token, and ends nothing", async () => {
  const frame = `<iframe id="stranger" srcdoc="<script>
    const heard = [];
    addEventListener('message', (event) => heard.push(JSON.stringify(event.data)));
    setInterval(() => { for (const data of [{ type: 'latchkey-hello' }, { t: 'close', d: { reason: 'done' } }, { t: 'success', d: {} }])
      { parent.postMessage(data, '*'); for (let at = 0; at < parent.length; at += 1) parent[at].postMessage({ type: 'latchkey-init', token: 'x' }, '*'); } }, 20);
    globalThis.heard = heard;
  </script>"></iframe>`;
  const { page, quiet } = await withContent(frame + BUTTON);
  await genuine({ page, quiet });
  await page.waitForTimeout(300);
  const stranger = page.frames().find((frame) => frame.url() === "about:srcdoc");
  const got = await stranger.evaluate(() => globalThis.heard.filter((text) => /cs_|init/.test(text) && !/"x"/.test(text)));
  assert.deepEqual(got, []);
  assert.deepEqual(await heard(page), ["open", "ready"]);
});

test("a button of strangers with a session opens it, and `data-latchkey-attributes=off` ends that", async () => {
  const content = `<button id="gadget" data-latchkey-session="${stolen}">Show more</button>`;
  const on = await withContent(content);
  await on.page.locator("#gadget").click();
  await formIn(on.page);

  const all = `${content}<button id="other" data-latchkey-session>x</button>
    <latchkey-connect session="${stolen}"></latchkey-connect><latchkey-connect session=""></latchkey-connect>`;
  const { page, quiet } = await withContent(all, { script: ' data-latchkey-attributes="off"' });
  await press(page, "#gadget");
  await press(page, "#other");
  assert.deepEqual(await quiet(), []);
  // Scripts of the page open it all the same, and set up an element.
  await page.evaluate(() => void globalThis.Latchkey.open());
  await formIn(page);
  await page.evaluate(() => globalThis.Latchkey.close());
  const { token } = await edge.session();
  await page.evaluate((token) => {
    globalThis.heard = [];
    document.querySelector("latchkey-connect").session = token;
  }, token);
  await formIn(page);
  await page.evaluate(() => {
    globalThis.heard = [];
    const element = document.createElement("latchkey-connect");
    element.sessionUrl = "/session";
    document.body.append(element);
  });
  await page.waitForFunction(() => globalThis.heard.some(([name]) => name === "ready"));
});

for (const [name, answer] of [
  ["an endpoint that answers", undefined],
  ["an endpoint that refuses", () => null],
]) {
  test(`60 elements in content ask ${name} a handful of times, and those that nobody sees do not ask`, async () => {
    const asked = host.asked;
    if (answer) host.answers.push(...Array(60).fill(answer));
    const unseen = '<div hidden><latchkey-connect session=""></latchkey-connect></div>'.repeat(60);
    const { page } = await withContent(unseen + '<div style="height:3000px">Text.</div>' + '<latchkey-connect session=""></latchkey-connect>'.repeat(60));
    await page.waitForTimeout(1000);
    assert.equal(host.asked, asked, "unseen ones have asked");
    await page.evaluate(() => document.querySelector("latchkey-connect:not([hidden] *)").scrollIntoView());
    await hears(page, answer ? "error" : "ready");
    await page.waitForTimeout(3000);
    const count = host.asked - asked;
    host.answers.length = 0;
    assert.ok(count > 0 && count < 8, `${count} requests`);
  });
}

test("the endpoint is the first script's: neither a second one nor a later change of the tag replaces it", async () => {
  const { page, quiet } = await withContent(BUTTON);
  await page.evaluate(() => {
    const [first] = document.querySelectorAll("script[src]");
    first.setAttribute("data-latchkey-session-url", "/evil");
    const second = Object.assign(document.createElement("script"), { src: first.src + "?again" });
    second.setAttribute("data-latchkey-session-url", "/evil");
    document.body.append(second);
    return new Promise((loaded) => (second.onload = loaded));
  });
  await genuine({ page, quiet });
});

for (const [name, german, policy] of [
  ["a page without a policy", false, ""],
  ["a page with the strictest policy, in German", true, "default-src 'none'; script-src {{edge}}; frame-src {{edge}}; connect-src 'self'"],
]) {
  test(`the pinned script opens the form and loads no other script: ${name}`, async () => {
    const { src, integrity } = await (await fetch(`${edge.url}/connect.json`)).json();
    const html = (integrity) =>
      `<!doctype html><html lang="en"><title>SaaS</title><h1>Accounts</h1>${BUTTON}<latchkey-connect id="flow"></latchkey-connect>
      <script src="{{edge}}${src}" integrity="${integrity}" crossorigin="anonymous" data-latchkey-session-url="/session" async></script>`;
    const options = { ...(german && { locale: "de-DE" }) };
    const page = await openHost(chromium, host.page(`/pinned-${german}`, html(integrity), { policy }), options);
    const frame = await openModal(page);
    assert.ok(await form(frame).connect.isVisible());
    assert.equal(await page.getByRole("button", { name: german ? "Schließen" : "Close" }).count(), 1);
    const scripts = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname).filter((path) => path.endsWith(".js")));
    assert.deepEqual(scripts, [src]);
    assert.deepEqual(await page.evaluate(() => globalThis.violations), []);
    const wrong = await openHost(chromium, host.page("/wrong", html(integrity.replace(/-(.)/, (_, first) => (first === "A" ? "-B" : "-A")))), { wait: false });
    await wrong.waitForTimeout(500);
    assert.equal(await wrong.evaluate(() => typeof globalThis.Latchkey), "undefined");
  });
}

test("`Latchkey.open` takes an endpoint, and the tag's is the default", async () => {
  const { page } = await withContent("<p>Nothing.</p>", { endpoint: null });
  const asked = host.asked;
  await page.evaluate(() => void globalThis.Latchkey.open({ sessionUrl: "/session" }));
  await formIn(page);
  assert.equal(host.asked, asked + 1);
});
