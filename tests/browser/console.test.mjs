// The console in a browser: signing in, finding accounts, acting on them, linking one, and seeing changes without a reload. By pointer and
// by keyboard, with axe on every page, in light and dark, wide and narrow.
//
// `SCREENSHOTS=<folder>` keeps a picture of each page. `LATCHKEY_MATRIX` adds every width and color scheme.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { axe, form, oktaForm } from "../harness/browser.mjs";
import { setUp } from "../harness/browser_tests.mjs";
import { MAGIC_HOST, magicToken } from "../harness/deployment.mjs";

const { LATCHKEY_MATRIX: matrix, SCREENSHOTS: pictures } = process.env;
const SCOPES = ["admin", "console", "connections:read", "connections:write", "sessions:read", "sessions:write"];

let edge, chromium, key, viewer;
setUp({}, async (started) => {
  ({ edge, chromium } = started);
  key = await edge.keyWith(SCOPES);
  viewer = await edge.keyWith(["console", "connections:read", "sessions:read"]);
  for (const [name, company] of [["ada", "Acorn Robotics"], ["björn", "Birchwood Bank"], ["chloé", "Cedar & Sons"]]) {
    const answer = await edge.link("okta", { instanceUrl: MAGIC_HOST, apiToken: magicToken() }, {
      key: edge.testKey,
      endUser: { id: `user-${name}`, name, email: `${name.normalize("NFKD").replace(/\W/g, "")}@example.com` },
      organization: { id: company, name: company },
    });
    assert.equal(answer.status, 200, answer.text);
  }
});

/** A page of the console, after a sign-in with a key. */
async function signedIn(path = "/console/test/accounts", { with: own = key, ...look } = {}) {
  const page = await chromium.page(look);
  await page.goto(`${edge.url}/console/sign-in?next=${encodeURIComponent(path)}`);
  await page.getByLabel("API key").fill(own);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname + url.search === path);
  await taken(page);
  return page;
}
const taken = (page) => page.waitForSelector("html[data-ready]");
const rows = (page) => page.locator("tbody tr");

test("a key that may sign in opens the accounts, and the browser keeps no key", async () => {
  const page = await signedIn();
  assert.equal(await rows(page).count(), 3);
  await page.getByText("Acorn Robotics").waitFor();
  assert.ok(!(await page.content()).includes(key.split(".").at(-1)), "the page holds the key");
  assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]), [0, 0, ""]);
  assert.deepEqual([page.errors, page.printed.filter((line) => /^error/.test(line))], [[], []]);
  await page.context().close();
});

test("a key without the scope is refused by name, and a wrong one says so", async () => {
  const page = await chromium.page();
  await page.goto(`${edge.url}/console/accounts`);
  await page.goto(`${edge.url}/console/test/accounts`);
  await page.waitForURL(/sign-in\?next=/);
  for (const [typed, said] of [["", /Enter a key/], [edge.testKey, /console/], ["lk_test_nothing", /key/]]) {
    await page.getByLabel("API key").fill(typed);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.locator("#sign-in-error").filter({ hasText: said }).waitFor();
  }
  await page.context().close();
});

test("the first rows are painted before any program has come", async () => {
  const page = await chromium.page();
  const own = await signedIn();
  await page.context().addCookies(await own.context().cookies());
  await page.route("**/assets/console-*.wasm", () => {});
  await page.goto(`${edge.url}/console/test/accounts`);
  await page.getByText("Birchwood Bank").waitFor();
  assert.equal(await page.locator("html[data-ready]").count(), 0);
  await page.context().close();
  await own.context().close();
});

test("searching while typing narrows the list, keeps the caret, and is in the address", async () => {
  const page = await signedIn();
  await page.keyboard.press("/");
  await page.keyboard.type("birch", { delay: 20 });
  await page.waitForURL(/q=birch/);
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 1);
  assert.deepEqual(await page.evaluate(() => [document.activeElement.id, document.activeElement.selectionStart]), ["search", 5]);
  await page.reload();
  await taken(page);
  assert.equal(await rows(page).count(), 1);
  await page.getByRole("link", { name: "Clear" }).click();
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 3);
  await page.context().close();
});

test("a column sorts both ways, and back goes back", async () => {
  const page = await signedIn();
  const order = () => page.locator("td.cell-organization").allTextContents();
  await page.getByRole("link", { name: "Organization" }).click();
  await page.waitForURL(/sort=organization/);
  assert.deepEqual(await order(), ["Acorn Robotics", "Birchwood Bank", "Cedar & Sons"]);
  await page.getByRole("link", { name: "Organization" }).click();
  await page.waitForURL(/sort=-organization/);
  await page.locator('th[aria-sort="descending"]').waitFor();
  assert.deepEqual(await order(), ["Cedar & Sons", "Birchwood Bank", "Acorn Robotics"]);
  await page.goBack();
  await page.locator('th[aria-sort="ascending"]').waitFor();
  await page.context().close();
});

test("the palette finds pages and accounts by the keyboard alone", async () => {
  const page = await signedIn();
  await page.keyboard.press("Control+k");
  await page.locator("#palette-input").waitFor();
  await page.keyboard.type("cedar");
  await page.locator('#palette-list [role="option"]').filter({ hasText: "Cedar" }).waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/accounts\/okta\//);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("audit");
  await page.locator('#palette-list [role="option"]').filter({ hasText: "Audit log" }).waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/audit-log/);
  assert.equal(await page.evaluate(() => document.activeElement.id), "title");
  await page.keyboard.press("Control+k");
  await page.locator("#palette-input").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("#palette").waitFor({ state: "detached" });
  await page.context().close();
});

test("an account is checked, renamed, suspended and resumed, and each says what it will do first", async () => {
  const page = await signedIn();
  await page.getByRole("link", { name: /okta/ }).first().click();
  await page.waitForURL(/accounts\/okta\//);
  const dialog = page.locator("#dialog");
  await page.getByRole("button", { name: "Check now" }).click();
  await dialog.getByText("Nothing is replaced or deleted").waitFor();
  await dialog.getByRole("button", { name: "Check now" }).click();
  await page.getByText("The account was checked.").waitFor();
  await page.getByRole("button", { name: "Rename" }).click();
  await dialog.getByLabel("Name").fill("Not a slug");
  await page.keyboard.press("Enter");
  await dialog.locator(".note.bad").waitFor();
  assert.equal(await dialog.getByLabel("Name").inputValue(), "Not a slug");
  await dialog.getByLabel("Name").fill("renamed");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "renamed" }).waitFor();
  await page.getByRole("button", { name: "Suspend" }).click();
  await dialog.getByLabel("Reason").fill("They have not paid.");
  await dialog.getByRole("button", { name: "Suspend" }).click();
  await page.getByText("They have not paid.").waitFor();
  await page.getByRole("button", { name: "Resume" }).click();
  await dialog.getByRole("button", { name: "Resume" }).click();
  await page.getByText("The account is in use again.").waitFor();
  await page.context().close();
});

test("what cannot be undone asks for the name, and a wrong name ends nothing", async () => {
  const page = await signedIn();
  await page.getByRole("link", { name: "renamed" }).click();
  await page.waitForURL(/accounts\/okta\//);
  await page.getByRole("button", { name: "Disconnect" }).click();
  const dialog = page.locator("#dialog");
  await dialog.getByLabel(/^Type/).fill("rename");
  await page.keyboard.press("Enter");
  await dialog.getByText("This is not the name").waitFor();
  await dialog.getByLabel(/^Type/).fill("renamed");
  await page.keyboard.press("Enter");
  await page.waitForURL(/console\/test\/accounts$/);
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 2);
  await page.context().close();
});

test("an account that is linked through the hosted page appears without a reload", async () => {
  const page = await signedIn();
  const before = await rows(page).count();
  await page.evaluate(() => (globalThis.same = true));
  const person = await chromium.page();
  await person.goto((await edge.session(edge.testKey, { endUser: { id: "user-new", name: "Dora" }, organization: { id: "new", name: "Delta Freight" } })).url);
  const fields = oktaForm(person);
  await fields.host.fill(MAGIC_HOST);
  await fields.token.fill(magicToken());
  await person.keyboard.press("Enter");
  await page.getByText("Delta Freight").waitFor({ timeout: 40_000 });
  assert.equal(await rows(page).count(), before + 1);
  assert.equal(await page.evaluate(() => globalThis.same), true, "the page was loaded again");
  await person.context().close();
  await page.context().close();
});

test("a link for somebody is made, shown once, and stands under the sessions", async () => {
  const page = await signedIn("/console/test/providers/okta");
  await page.getByRole("link", { name: "Request authentication" }).click();
  await page.waitForURL(/way=request&provider=okta/);
  await page.getByLabel("End user").fill("user-7");
  await page.getByLabel("Name", { exact: false }).first().fill("Grace");
  await page.getByLabel("Email").fill("grace@example.com");
  await page.getByLabel("Language of the form").selectOption("de");
  await page.locator('[data-name="prefill.instanceUrl"]').fill(MAGIC_HOST);
  await page.getByRole("button", { name: "Make the link" }).click();
  const shown = await page.locator("#dialog pre").textContent();
  assert.match(shown, /\/link\/[^#]+#cs_test_/);
  // The QR code is drawn, and the mail has the link.
  assert.deepEqual(await page.locator("#dialog img.qr").evaluate((image) => image.complete && image.naturalWidth > 0), true);
  const mail = new URL(await page.locator("#dialog").getByRole("link", { name: "Write a mail" }).getAttribute("href"));
  assert.deepEqual([mail.protocol, mail.pathname], ["mailto:", "grace%40example.com"]);
  assert.ok(mail.searchParams.get("body").includes(shown), mail.href);
  assert.match(mail.searchParams.get("subject"), /^Verbinden Sie/);
  assert.deepEqual(await axe(page), []);
  await page.locator("#dialog").getByRole("button", { name: "Done" }).click();
  await page.getByRole("link", { name: "Sessions" }).click();
  await page.getByText("Grace").waitFor();
  await page.context().close();
});

test("a session is extended and gets a new link, and says why it was refused", async () => {
  const made = await edge.session(edge.testKey, { endUser: { id: "user-8", name: "Hedy" } });
  const refused = await edge.attempt(made, "attempt-1", "10.1.2.3", "x");
  assert.equal(refused.status, 422, refused.text);
  const page = await signedIn("/console/test/sessions");
  await page.getByText("host_is_address").waitFor();
  await page.getByRole("link", { name: "Hedy" }).click();
  const dialog = page.locator("#dialog");
  await page.getByRole("button", { name: "Extend" }).click();
  await dialog.getByLabel("The link works for").selectOption("604800");
  await dialog.getByRole("button", { name: "Extend" }).click();
  await page.getByText("The session is extended.").waitFor();
  await page.getByText(/in [67] days/).first().waitFor();
  await page.getByRole("button", { name: "New link" }).click();
  await dialog.getByRole("button", { name: "Make a new link" }).click();
  const link = await dialog.locator("pre").textContent();
  assert.ok(link.includes(made.id) && !link.includes(made.token), "it is another link");
  const old = await edge.send("GET", "/api/v1/connect", { token: made.token });
  assert.equal(old.body.code, "invalid_session_token");
  await page.context().close();
});

test("a hidden column stays hidden when the page is loaded again", async () => {
  const page = await signedIn();
  await page.getByText("Columns", { exact: true }).click();
  await page.getByRole("checkbox", { name: "Role" }).click();
  await page.waitForURL(/hide=role/);
  await page.locator("th.cell-role").waitFor({ state: "detached" });
  await page.reload();
  await taken(page);
  assert.equal(await page.locator("th.cell-role").count(), 0);
  assert.equal(await page.locator("th.cell-organization").count(), 1);
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test("new keys are asked for several accounts at once, each with its link", async () => {
  const page = await signedIn();
  await page.getByRole("checkbox", { name: "Select all rows shown" }).click();
  await page.locator(".selection").getByRole("button", { name: "Relink" }).click();
  const dialog = page.locator("#dialog");
  await dialog.getByRole("button", { name: "Make the links" }).click();
  const lines = (await dialog.locator("pre").textContent()).trim().split("\n");
  assert.equal(lines.length, await rows(page).count());
  for (const line of lines) assert.match(line, /^[\w-]+,https?:.*\/link\/[^#]+#cs_test_/);
  const file = await dialog.getByRole("link", { name: "CSV" }).getAttribute("href");
  assert.equal(decodeURIComponent(file.split(",").slice(1).join(",")), lines.join("\n"));
  await page.context().close();
});

test("the form is seen while its look is chosen, in every state, with the contrast before it is saved", async () => {
  const page = await signedIn("/console/test/look");
  const frame = page.frameLocator("#preview");
  await frame.getByRole("button", { name: "Connect", exact: true, includeHidden: true }).waitFor();
  await page.getByText("Light: 5.59:1, enough.", { exact: false }).waitFor();
  await page.getByRole("textbox", { name: /^Heading/ }).fill("Welcome to {provider}");
  await frame.getByText("Welcome to", { exact: false }).waitFor();
  await page.getByLabel("Accent, light").fill("#ffff00");
  await page.locator("#contrast.bad").filter({ hasText: "too low" }).waitFor();
  const accent = () => frame.locator("html").evaluate((root) => getComputedStyle(root).getPropertyValue("--accent"));
  await page.waitForFunction(() => document.getElementById("preview").src.includes("ffff00"));
  while (!(await accent()).includes("ffff00")) await page.waitForTimeout(50);
  for (const [name, said] of [["Error", "The service refused the key"], ["Success", "connected"], ["Expired", "expired"]]) {
    await page.getByRole("group", { name: "State" }).getByRole("button", { name }).click();
    await frame.getByText(said, { exact: false }).filter({ visible: true }).first().waitFor();
  }
  await page.getByRole("button", { name: "Dark", exact: true }).click();
  await frame.locator('html[data-theme="dark"]').waitFor();
  // What was typed is still there, and nothing was saved.
  assert.equal(await page.getByRole("textbox", { name: /^Heading/ }).inputValue(), "Welcome to {provider}");
  const saved = await edge.send("GET", "/api/v1/project", { token: key });
  assert.deepEqual(saved.body.project.branding, {});
  assert.deepEqual([page.errors, page.printed.filter((line) => /^error/.test(line))], [[], []]);
  await page.context().close();
});

test("the operator links an account here, in the form itself", async () => {
  const page = await signedIn("/console/test/link?provider=okta");
  await page.getByRole("button", { name: "Open the form" }).click();
  const embedded = () => page.frames().find((one) => /\/embed\//.test(one.url()));
  while (!embedded()) await page.waitForTimeout(50);
  const frame = embedded();
  const fields = oktaForm(frame);
  await fields.host.fill(MAGIC_HOST);
  await fields.token.fill(magicToken());
  await frame.getByRole("button", { name: "Connect", exact: true }).click();
  await form(frame).connected.waitFor();
  await page.context().close();
});

test("a viewer sees everything and is offered nothing that changes", async () => {
  const page = await signedIn("/console/test/accounts", { with: viewer });
  assert.equal(await page.getByRole("checkbox").count(), 0);
  for (const name of ["Link an account", "Webhooks", "API keys", "Audit log"]) assert.equal(await page.getByRole("link", { name }).count(), 0, name);
  await page.goto(`${edge.url}/console/test/api-keys`);
  await page.getByText("You may not see this.").waitFor();
  await page.context().close();
});

test("signing out ends the session: its cookie opens nothing any more", async () => {
  const page = await signedIn();
  const cookies = await page.context().cookies();
  assert.ok(cookies.every((cookie) => cookie.httpOnly && cookie.secure && cookie.sameSite === "Strict" && cookie.path === "/"), JSON.stringify(cookies));
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(/sign-in/);
  const other = await chromium.page();
  await other.context().addCookies(cookies);
  await other.goto(`${edge.url}/console/test/accounts`);
  await other.waitForURL(/sign-in/);
  await other.context().close();
  await page.context().close();
});

test("a text of a customer is a text, whatever is in it", async () => {
  const hostile = "<img src=x onerror=alert(1)>\u202e</script>";
  const made = await edge.link("okta", { instanceUrl: MAGIC_HOST, apiToken: magicToken() }, { key: edge.testKey, endUser: { id: "evil", name: "<b>Eve</b>" }, organization: { id: "evil", name: "<script>alert(1)</script>" } });
  assert.equal(made.status, 200, made.text);
  const page = await signedIn();
  page.on("dialog", () => assert.fail("a script ran"));
  await page.getByText("<script>alert(1)</script>").first().waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type(hostile.slice(0, 20));
  await page.waitForURL(/q=/);
  assert.equal(await page.locator("main img, main b").count(), 0);
  await page.context().close();
});

test("a project is deleted by typing its name, says so on every page, and is restored with everything in it", async () => {
  const made = await edge.send("POST", "/api/v1/projects", { token: edge.secrets.ADMIN_TOKEN, body: { name: "Short-lived" } });
  const own = await edge.keyWith(SCOPES, made.body.project.id);
  const page = await signedIn("/console/test/status", { with: own });
  await page.getByRole("button", { name: "Delete the project" }).click();
  const dialog = page.locator("#dialog");
  await dialog.getByLabel(/^Type/).fill("Short-lived");
  await dialog.getByRole("button", { name: "Delete the project" }).click();
  await page.getByText("Short-lived was deleted").waitFor();
  assert.equal((await edge.send("GET", "/api/v1/app-connections", { token: own })).body.code, "project_deleted");
  await page.goto(`${edge.url}/console/test/accounts`);
  await taken(page);
  await page.getByText("Short-lived was deleted").waitFor();
  assert.deepEqual(await axe(page), []);
  if (pictures) {
    mkdirSync(join(pictures, "console-states"), { recursive: true });
    await page.screenshot({ path: join(pictures, "console-states", "deleted.png"), fullPage: true });
  }
  await page.getByRole("button", { name: "Restore" }).click();
  await dialog.getByRole("button", { name: "Restore" }).click();
  await page.getByText("Three steps to your first account").waitFor();
  assert.equal((await edge.send("GET", "/api/v1/app-connections", { token: own })).status, 200);
  await page.context().close();
});

const PAGES = ["accounts", "accounts?q=nobody", "link", "link?way=request", "link?way=embed", "sessions", "events", "webhooks", "audit-log", "api-keys", "people", "vault", "look", "providers", "providers/okta", "status"];
const LOOKS = matrix || pictures ? [[360, false], [360, true], [768, false], [1280, false], [1280, true], [1920, false]] : [[360, true], [1280, false]];
for (const [width, dark] of LOOKS) {
  test(`every page is whole at ${width} px in ${dark ? "dark" : "light"}: axe finds nothing, nothing overflows, nothing is printed`, async () => {
    const page = await signedIn("/console/test/accounts", { width, dark, height: 900 });
    const account = await page.locator("a.name").first().getAttribute("href");
    for (const path of [...PAGES, account.replace("/console/test/", "")]) {
      await page.goto(`${edge.url}/console/test/${path}`);
      await taken(page);
      assert.deepEqual(await axe(page), [], path);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${path} is ${wide} px too wide`);
      if (pictures) {
        const folder = join(pictures, `console-${width}-${dark ? "dark" : "light"}`);
        mkdirSync(folder, { recursive: true });
        await page.screenshot({ path: join(folder, `${path.replace(/\W+/g, "-").slice(0, 24)}.png`), fullPage: true });
      }
    }
    assert.deepEqual([page.errors, page.printed.filter((line) => /^error/.test(line))], [[], []]);
    await page.context().close();
  });
}
