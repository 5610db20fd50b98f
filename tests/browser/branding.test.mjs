// A project's own look in a browser: the chosen settings are visible, in light and dark. The page's policy allows them, and no request goes
// to another host.

import assert from "node:assert/strict";
import { test } from "node:test";

import { BRANDING, change, picture } from "../harness/brand.mjs";
import { oktaForm, ready, submit } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { MAGIC_HOST, magicToken } from "../harness/deployment.mjs";
import { BUTTON, embedding, openHost, openModal } from "../harness/host_pages.mjs";

const NAME = "connect.acme.com";

let edge, chromium, host;
const named = (edge) => {
  const { port } = new URL(edge.url);
  return { args: [`--host-resolver-rules=MAP ${NAME} 127.0.0.1`, `--unsafely-treat-insecure-origin-as-secure=http://${NAME}:${port}`], whole: true };
};
setUp({ host: true, settings: { PUBLIC_URL: "http://127.0.0.1" }, browser: named }, async (started) => {
  ({ edge, chromium, host } = started);
  await change(edge, { name: "Acme", whiteLabel: true, branding: BRANDING });
});

const rgb = (hex) => `rgb(${[1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join(", ")})`;
/** The address of the session's page on this machine: links have host names that no resolver knows. */
const here = ({ url }, origin = edge.url) => origin + new URL(url).pathname + new URL(url).hash;
const style = (locator, property) => locator.evaluate((node, property) => getComputedStyle(node)[property], property);

/** Checks that the policy refused nothing, that nothing failed, and that no request went to another host. */
function quiet(page, origin = edge.url) {
  const foreign = page.urls.filter((url) => !url.startsWith(origin) && !url.startsWith("data:"));
  assert.deepEqual([foreign, page.errors, page.printed], [[], [], []]);
}

test("the form has the logo, colors, corners, font, texts and links of its project, and no name of ours", async () => {
  const page = await chromium.page();
  await page.goto(here(await edge.session()));
  await ready(page);
  const logo = page.getByRole("img", { name: "Acme" });
  assert.deepEqual(await logo.evaluate((img) => [img.complete, img.naturalWidth, img.src]), [true, 160, BRANDING.logo]);
  await page.getByRole("heading", { name: "Link Okta with Acme <i>" }).waitFor();
  assert.match(await page.title(), /^Link Okta with Acme <i> – Acme$/);
  await page.getByText("Acme reads your Okta users, and nothing else.").waitFor();
  const { connect } = oktaForm(page);
  for (const scheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    const { accent, accentText, background, text } = BRANDING.colors[scheme];
    assert.equal(await style(page.locator("html"), "backgroundColor"), rgb(background), scheme);
    assert.equal(await style(page.locator("h1"), "color"), rgb(text), scheme);
    assert.equal(await style(connect, "backgroundColor"), rgb(accent), scheme);
    assert.equal(await style(connect, "color"), rgb(accentText), scheme);
    assert.equal(await style(page.getByRole("link", { name: "Terms" }), "color"), rgb(accent), scheme);
  }
  assert.equal(await style(connect, "borderRadius"), "2px");
  assert.match(await style(connect, "fontFamily"), /^Georgia, "DejaVu Serif", serif$/);
  for (const [name, address] of [["Terms", BRANDING.termsUrl], ["Privacy", BRANDING.privacyUrl], ["Support", "mailto:help@acme.com"]]) {
    const link = page.getByRole("link", { name });
    assert.deepEqual([await link.getAttribute("href"), await link.getAttribute("target")], [address, "_blank"]);
  }
  assert.equal(await page.getByText("Latchkey").count(), 0);
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken("revoked") });
  await oktaForm(page).error("apiToken").or(oktaForm(page).alert).first().waitFor();
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await oktaForm(page).connected.waitFor();
  await page.getByText("Acme begins to read from Okta within the hour.").waitFor();
  const refused = page.printed.filter((line) => !/status of 4\d\d|status of 5\d\d/.test(line));
  assert.deepEqual([refused, page.errors], [[], []]);
  await page.context().close();
});

test("the list of services, a dead end and the guide have the project’s look too", async () => {
  const several = await edge.session(edge.testKey, { providers: ["okta", "harness"] });
  const gone = await edge.session(edge.testKey, { refreshUrl: "https://acme.example.com/again" });
  await edge.send("DELETE", `/api/v1/connect-sessions/${gone.id}`, { token: edge.testKey });
  for (const [state, url] of [
    ["branded-choice", here(several)],
    ["branded-dead-end", here(gone)],
    ["branded-guide", await edge.guide("okta")],
  ]) {
    const page = await chromium.page();
    await page.goto(url);
    assert.equal(await page.getByRole("img", { name: "Acme" }).count(), 1, state);
    assert.equal(await style(page.locator("html"), "backgroundColor"), rgb(BRANDING.colors.light.background), state);
    assert.equal(await page.getByRole("link", { name: "Privacy" }).count(), 1, state);
    assert.equal(await page.getByText("Latchkey").count(), 0, state);
    const refused = page.printed.filter((line) => !/status of 410/.test(line));
    assert.deepEqual([refused, page.errors, page.urls.filter((url) => !url.startsWith(edge.url) && !url.startsWith("data:"))], [[], [], []], state);
    await page.context().close();
  }
});

test("the page of an unknown link has the default look", async () => {
  const page = await chromium.page();
  await page.goto(`${edge.url}/link/nonsense`);
  assert.equal(await page.locator("img, footer").count(), 0);
  assert.equal(await style(page.locator("html"), "backgroundColor"), "rgb(245, 246, 248)");
  await page.context().close();
});

test("a printed guide stays legible when the project’s look is dark", async () => {
  const page = await chromium.page({ dark: true });
  await page.goto(await edge.guide("okta"));
  await page.emulateMedia({ media: "print" });
  assert.equal(await style(page.locator("h1"), "color"), "rgb(0, 0, 0)");
  await page.context().close();
});

test("an embedded form has its project’s look, also beside another project’s form on the same page", async () => {
  const made = await edge.send("POST", "/api/v1/projects", {
    token: edge.secrets.ADMIN_TOKEN,
    body: { name: "Other", allowedOrigins: [host.origin], branding: { logo: picture([122, 31, 162]), colors: { light: { accent: "#7a1fa2" } } } },
  });
  const second = await edge.session(made.body.apiKeys.test);
  const address = host.page("/two", embedding(BUTTON));
  for (const [answer, accent, product] of [
    [undefined, BRANDING.colors.light.accent, "Acme"],
    [second, "#7a1fa2", "Other"],
  ]) {
    if (answer) host.answers.push(() => answer);
    const page = await openHost(chromium, address);
    const frame = await openModal(page);
    assert.equal(await style(oktaForm(frame).connect, "backgroundColor"), rgb(accent));
    assert.equal(await frame.getByRole("img", { name: product }).count(), 1);
    assert.equal(await frame.getByText("Powered by Latchkey").count(), product === "Acme" ? 0 : 1);
    await page.context().close();
  }
});

test("the form connects at the project’s own host name, and `connect.js` embeds it from there", async () => {
  await change(edge, { domains: [NAME] });
  const own = `http://${NAME}:${new URL(edge.url).port}`;
  const session = await edge.session();
  const page = await chromium.page();
  await page.goto(here(session, own));
  await ready(page);
  await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
  await oktaForm(page).connected.waitFor();
  quiet(page, own);
  await page.context().close();
  host.edge = { ...edge, url: own, session: edge.session };
  const embedded = await openHost(chromium, host.page("/own", embedding(BUTTON)));
  const frame = await openModal(embedded);
  assert.equal(new URL(frame.url()).origin, own);
  await frame.getByRole("img", { name: "Acme" }).waitFor();
  await embedded.context().close();
  host.edge = edge;
  await change(edge, { domains: [] });
});
