// Sharing by "I'm not the admin": another person connects the account through a second link, while the first person waits and sees it done.

import assert from "node:assert/strict";
import { test } from "node:test";

import { clipboard, oktaForm, ready, submit } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { MAGIC_HOST, found, magicToken } from "../harness/deployment.mjs";

let edge, chromium;
setUp({ faults: true }, (started) => ({ edge, chromium } = started));

const shareButton = (page) => page.getByRole("button", { name: "I’m not the admin" });
const link = (page) => page.locator("#latchkey-shared code");

test("an admin finishes a connection that another person began, and that person sees it", async () => {
  const session = await edge.session(edge.testKey, { returnUrl: "https://app.example.com/done" });
  const page = await chromium.page();
  await page.goto(session.url);
  await ready(page);
  await oktaForm(page).host.fill(MAGIC_HOST);
  const secret = magicToken("revoked");
  await oktaForm(page).token.fill(secret);
  await shareButton(page).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Waiting for your admin" }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "latchkey-shared-title");

  const url = await link(page).innerText();
  assert.notEqual(url, session.url, "the person's own link was shared");
  await page.locator("#latchkey-shared [data-copy]").click();
  assert.equal(await clipboard(page), url);
  const mail = new URL(await page.getByRole("link", { name: "Write an email" }).getAttribute("href"));
  assert.equal(mail.protocol, "mailto:");
  assert.equal(mail.searchParams.get("subject"), "Example needs access to Okta");
  assert.ok(mail.searchParams.get("body").includes(url));
  assert.deepEqual(found(secret, mail.href), []);

  const admin = await chromium.page();
  await admin.goto(url);
  await ready(admin);
  await admin.waitForFunction((host) => document.getElementById("field-instanceUrl").value.includes(host), MAGIC_HOST);
  assert.equal(await oktaForm(admin).token.inputValue(), "");
  assert.equal(await shareButton(admin).isVisible(), false, "a shared link offers sharing again");
  await oktaForm(admin).token.fill(magicToken());
  await oktaForm(admin).connect.click();
  await oktaForm(admin).connected.waitFor();

  await page.getByRole("heading", { name: "Okta is connected" }).waitFor({ timeout: 20_000 });
  assert.equal(await page.evaluate(() => document.activeElement.id), "latchkey-shared-done-title");
  const { id } = (await edge.listed()).at(-1);
  assert.equal(await page.getByRole("link", { name: "Back to Example" }).getAttribute("href"), `https://app.example.com/done?connectionId=${id}`);
  await page.context().close();
  await admin.context().close();
});

test("a reopened page still waits, and a new link replaces the one before", async () => {
  const session = await edge.session();
  const page = await chromium.page();
  await page.goto(session.url);
  await ready(page);
  await shareButton(page).click();
  await link(page).waitFor();
  const first = await link(page).innerText();
  await page.reload();
  await page.getByText("You created a link before.").waitFor();
  assert.equal(await link(page).isVisible(), false, "the shared link can be read again");
  await page.getByRole("button", { name: "Create a new link" }).click();
  await link(page).waitFor();
  const second = await link(page).innerText();
  assert.notEqual(first, second);
  const token = (url) => url.split("#")[1];
  assert.equal((await edge.send("GET", "/api/v1/connect", { token: token(first) })).status, 401);
  assert.equal((await edge.send("GET", "/api/v1/connect", { token: token(second) })).status, 200);
  await page.context().close();
});

test("the person can withdraw the shared link and connect the account themselves, by the keyboard", async () => {
  const page = await chromium.page();
  await page.goto((await edge.session()).url);
  await ready(page);
  const token = magicToken();
  await oktaForm(page).token.fill(token);
  await shareButton(page).click();
  await link(page).waitFor();
  const url = await link(page).innerText();
  await page.getByRole("button", { name: "Withdraw the link and continue myself" }).focus();
  await page.keyboard.press("Enter");
  await oktaForm(page).token.waitFor();
  assert.equal(await oktaForm(page).token.inputValue(), token);
  assert.equal((await edge.send("GET", "/api/v1/connect", { token: url.split("#")[1] })).status, 401);
  await submit(page, { instanceUrl: MAGIC_HOST });
  await oktaForm(page).connected.waitFor();
  await page.context().close();
});

test("no file and no log holds the shared token or the typed secret", async () => {
  const page = await chromium.page();
  await page.goto((await edge.session()).url);
  await ready(page);
  const secret = magicToken();
  await oktaForm(page).token.fill(secret);
  await shareButton(page).click();
  await link(page).waitFor();
  const shared = (await link(page).innerText()).split(".").pop();
  await page.context().close();
  await edge.restart();
  for (const text of [shared, secret]) {
    assert.deepEqual(found(text, edge.logText()), []);
    for (const { path, bytes } of edge.files()) assert.deepEqual(found(text, bytes), [], path);
  }
});
