// The token of a hosted link: it leaves the address bar, the page can still be loaded again, and the tab forgets it at the end.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { oktaForm, ready, submit } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { MAGIC_HOST, magicToken } from "../harness/deployment.mjs";

let edge, chromium;
setUp({}, (started) => ({ edge, chromium } = started));
afterEach(async () => {
  for (const context of chromium.browser.contexts()) await context.close();
});

async function open(session, page) {
  page ??= await chromium.page();
  await page.goto(session.url);
  await ready(page);
  return page;
}
const greeted = (page) => page.locator("#latchkey-for").filter({ hasText: "Ada" }).waitFor();
/** What the tab keeps, in one text. */
const kept = (page) => page.evaluate(() => JSON.stringify({ ...sessionStorage }) + JSON.stringify({ ...localStorage }) + document.cookie);
const bare = (session) => session.url.split("#")[0];

test("the address has no token as soon as the page is there; reload, back and a tab made from this one work", async () => {
  const session = await edge.session();
  const page = await chromium.page();
  await page.route(/\/assets\//, (route) => route.abort());
  await page.goto(session.url);
  assert.equal(page.url(), bare(session), "it waits for a program");
  await page.unroute(/\/assets\//);
  await page.reload();
  await ready(page);
  await greeted(page);
  await page.goto(`${edge.url}/guides/okta`);
  await page.goBack();
  await ready(page);
  await greeted(page);
  assert.equal(page.url(), bare(session));
  const [copy] = await Promise.all([page.waitForEvent("popup"), page.evaluate(() => void open(location.href))]);
  await ready(copy);
  await greeted(copy);
  await submit(copy, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await oktaForm(copy).connected.waitFor();
  assert.ok(page.urls.every((url) => !url.split("#")[0].includes(session.token.split(".").pop())));
});

test("an address that was copied out of the bar opens nothing, and the page says to open the link again", async () => {
  const session = await edge.session();
  const page = await open(session);
  const other = await chromium.page();
  await other.goto(page.url());
  await other.getByText("Open the complete link again from the message you received.").waitFor();
  // The whole link, pasted into that very tab, is taken.
  await other.goto(session.url);
  await ready(other);
  await greeted(other);
  assert.equal(other.url(), bare(session));
});

test("two links in one tab keep to themselves, and a link of another session is not taken", async () => {
  const [one, two] = [await edge.session(), await edge.session()];
  const page = await open(one);
  await open(two, page);
  await page.goto(bare(one));
  await ready(page);
  await greeted(page);
  assert.equal(await page.evaluate(() => Object.keys(sessionStorage).length), 2);
  const mixed = await chromium.page();
  await mixed.goto(`${bare(one)}#${two.token}`);
  await mixed.getByText("Open the complete link again").waitFor();
  assert.equal(await mixed.evaluate(() => Object.keys(sessionStorage).length), 0);
});

for (const [name, refuse] of [
  ["refuses to write", () => (Storage.prototype.setItem = () => { throw new DOMException("", "QuotaExceededError"); })],
  ["refuses access", () => Object.defineProperty(globalThis, "sessionStorage", { get() { throw new DOMException("", "SecurityError"); } })],
]) {
  test(`a browser whose storage ${name}: the token stays in the fragment, and a reload works`, async () => {
    const session = await edge.session();
    const page = await chromium.page();
    await page.addInitScript(refuse);
    await open(session, page);
    assert.equal(page.url(), session.url);
    await page.reload();
    await ready(page);
    await greeted(page);
    assert.deepEqual(page.errors, []);
  });
}

test("the tab forgets the token when the account is linked, and when the session has ended otherwise", async () => {
  const linked = await edge.session();
  const page = await open(linked);
  assert.ok((await kept(page)).includes(linked.token));
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await oktaForm(page).connected.waitFor();
  assert.equal(await kept(page), "{}{}");

  const revoked = await edge.session();
  const dead = await open(revoked);
  assert.ok((await kept(dead)).includes(revoked.token));
  await edge.send("DELETE", `/api/v1/connect-sessions/${revoked.id}`, { token: edge.testKey });
  await dead.reload();
  await dead.locator("html[data-code=session_revoked]").waitFor({ state: "attached" });
  assert.equal(await kept(dead), "{}{}");
  // Opened by its link once more, nothing is kept, and the address is bare.
  await dead.goto("about:blank");
  await dead.goto(revoked.url);
  await dead.locator("html[data-code=session_revoked]").waitFor({ state: "attached" });
  assert.deepEqual([await kept(dead), dead.url()], ["{}{}", bare(revoked)]);
});

test("a link with the right id and a wrong secret does not replace a token that works", async () => {
  const session = await edge.session();
  const page = await open(session);
  const wrong = session.url.slice(0, -4) + (session.url.endsWith("0000") ? "1111" : "0000");
  for (const programs of ["arrive", "do not arrive"]) {
    if (programs !== "arrive") await page.route(/\/assets\//, (route) => route.abort());
    await page.goto("about:blank");
    const refused = page.waitForResponse((response) => response.url().includes("/api/v1/connect") && response.status() === 401);
    await page.goto(wrong);
    await refused;
    await page.waitForTimeout(300);
    assert.equal(page.url(), bare(session), programs);
    assert.ok((await kept(page)).includes(session.token), programs);
  }
  await page.unroute(/\/assets\//);
  await page.reload();
  await ready(page);
  await greeted(page);
  // A tab that had none keeps none.
  const other = await chromium.page();
  await other.route(/\/assets\//, (route) => route.abort());
  await other.goto(wrong);
  await other.waitForFunction(() => !sessionStorage.length);
});

test("another token of the same session replaces the earlier one once the edge has accepted it", async () => {
  const session = await edge.session();
  const page = await open(session);
  const { body } = await edge.send("POST", "/api/v1/connect/share", { token: session.token, body: {} });
  const shared = body.url.split("#")[1];
  await page.goto("about:blank");
  await page.goto(body.url);
  await ready(page);
  await page.waitForFunction((token) => JSON.stringify({ ...sessionStorage }).includes(token), shared);
  assert.ok(!(await kept(page)).includes(session.token));
});

test("a path that begins with two slashes keeps no token in the address either", async () => {
  const session = await edge.session();
  const address = session.url.replace("/link/", "//link/");
  const page = await chromium.page();
  await page.route(bare({ url: address }), async (route) => route.fulfill({ response: await route.fetch({ url: bare(session) }) }));
  await page.goto(address);
  assert.equal(page.url(), bare({ url: address }));
  assert.deepEqual(page.errors, []);
});
