// Every state of the form, of the pages around it and of host pages that embed it: a function per name that brings a page into it.
//
// It owns the steps to each state. They work in every language, so they find elements by ids and never by texts. It does not judge:
// tests do.

import { BRANDING, change } from "./brand.mjs";
import { fill, form, paste, ready, submit } from "./browser.mjs";
import { MAGIC_HOST, magicToken } from "./deployment.mjs";
import { BUTTON, embedding, formIn, hears, openModal, visitHost } from "./host_pages.mjs";

const refreshUrl = "https://app.example.com/connect/again";
const returnUrl = "https://app.example.com/settings";

const session = ({ edge }, more = {}) =>
  edge.session(edge.testKey, { endUser: { id: "u", name: "Ada" }, organization: { id: "o", name: "Example Inc" }, ...more });

const open = async (page, world, more) => {
  await page.goto((await session(world, more)).url);
  await ready(page);
};
const of = (provider, more) => ({ providers: [provider], ...more });
const oktaFields = (page) => {
  const { field } = form(page);
  return { host: field("instanceUrl"), token: field("apiToken"), hook: field("eventHookName") };
};
const good = () => ({ instanceUrl: MAGIC_HOST, apiToken: magicToken() });

/** Opens a provider's form and submits the first of its test values that fits. */
async function submitTestValue(page, world, provider, fits) {
  const { body } = await world.edge.send("GET", `/api/v1/providers/${provider}`, { token: world.edge.testKey });
  await open(page, world, of(provider));
  await submit(page, body.testValues.find(fits).fields);
}

const connect = async (page) => {
  await submit(page, good());
  await form(page).connected.waitFor();
};
const share = async (page) => {
  await page.locator("#latchkey-share button").click();
  await page.locator("#latchkey-shared code").filter({ hasText: "/link/" }).waitFor();
};
const withdrawn = async ({ edge }, made) => {
  await edge.send("DELETE", `/api/v1/connect-sessions/${made.id}`, { token: edge.testKey });
  return made;
};
const branded = async ({ edge }) => void (await change(edge, { name: "Acme", whiteLabel: true, branding: BRANDING }));
const fromHost = (page, { host }, body, more) => visitHost(page, host.page("/state", embedding(body, more)));
const ELEMENT = '<p>Before.</p><latchkey-connect id="flow" session=""></latchkey-connect><p>After.</p>';

/** The form, from empty to connected. */
const asking = {
  empty: open,
  typing: async (page, world) => {
    await open(page, world);
    await oktaFields(page).host.fill("https://acme-admin.okta.com/admin");
    await oktaFields(page).token.fill("00Tabcdefg1234567890");
    await oktaFields(page).hook.focus();
    await form(page).warning("apiToken").filter({ hasText: /./ }).waitFor();
  },
  suggested: async (page, world) => {
    await open(page, world);
    await oktaFields(page).host.fill("acme.okta.con");
    await oktaFields(page).hook.focus();
    await page.locator(".accept").first().waitFor();
  },
  shown: async (page, world) => {
    await open(page, world);
    await fill(page, good());
    await page.locator(".reveal").click();
  },
  missing: async (page, world) => {
    await open(page, world);
    await form(page).connect.click();
    await form(page).error("instanceUrl").waitFor();
  },
  waiting: async (page, world) => {
    let letGo;
    await page.route("**/*.wasm", async (route) => (await new Promise((resolve) => (letGo = resolve)), route.continue().catch(() => {})));
    await page.goto((await session(world)).url);
    await submit(page, good());
    await page.locator("#latchkey-waiting").waitFor();
    page.once("close", () => letGo?.());
  },
  checking: async (page, world) => {
    await open(page, world);
    await world.edge.faults({ delay: { path: "/api/v1/connect", ms: 20_000 } });
    await submit(page, good());
    await page.locator('#latchkey-form[data-state="checking"]').waitFor();
    await page.locator("#latchkey-progress").waitFor();
  },
  rejected: async (page, world) => {
    await open(page, world);
    await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken("revoked") });
    await form(page).error("apiToken").waitFor();
    await page.locator("#latchkey-progress[data-ended]").waitFor();
  },
  "rejected-code": async (page, world) => {
    await asking.rejected(page, world);
    await page.locator('[data-field="apiToken"] .error summary').click();
  },
  unavailable: async (page, world) => {
    await open(page, world);
    await submit(page, { instanceUrl: "latchkey-down.okta.com", apiToken: magicToken() });
    await form(page).alert.waitFor();
  },
  lost: async (page, world) => {
    await open(page, world);
    await page.route("**/api/v1/connect", (route) => (route.request().method() === "POST" ? route.abort() : route.continue()));
    await submit(page, good());
    await form(page).alert.waitFor({ timeout: 40_000 });
  },
  withdrawn: async (page, world) => {
    const made = await session(world);
    await page.goto(made.url);
    await ready(page);
    await withdrawn(world, made);
    await submit(page, good());
    await form(page).alert.waitFor();
  },
  connected: async (page, world) => {
    await open(page, world);
    await connect(page);
  },
  "connected-return": async (page, world) => {
    await open(page, world, { returnUrl });
    await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken("read-only") });
    await page.locator("#latchkey-next a").waitFor();
  },
  warned: async (page, world) => {
    await open(page, world);
    await oktaFields(page).hook.fill("Our hook");
    await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken("read-only") });
    await form(page).connected.waitFor();
  },
  update: async (page, world) => {
    const linked = await world.edge.link("okta", good(), { key: world.edge.testKey });
    await open(page, world, { connectionId: linked.body.connection.id });
    await page.locator("#latchkey-stored").waitFor();
  },
  "update-open": async (page, world) => {
    await asking.update(page, world);
    await form(page).more.locator("summary").first().click();
  },
  "test-values": async (page, world) => {
    await open(page, world);
    await page.locator("#latchkey-tests summary").click();
    await page.locator("#latchkey-tests button").first().waitFor();
  },
  "guide-unfolded": async (page, world) => {
    await open(page, world);
    // A page folds the guide when it becomes narrow; this unfolds it again.
    await page.evaluate(() => {
      const guide = document.querySelector(".guide > details");
      new MutationObserver(() => guide.open || (guide.open = true)).observe(guide, { attributeFilter: ["open"] });
    });
    await page.locator(".tick").first().click();
    await page.locator('[data-step]:has([data-copy]) > details > summary').first().click();
    await page.locator(".guide [data-copy]").first().click();
  },
};

/** States that differ between services. */
const services = {
  "harness-closed": (page, world) => open(page, world, of("harness", { scopes: ["account.view", "pipelines.execute"] })),
  "harness-captured": async (page, world) => {
    await open(page, world, of("harness"));
    await paste(page, "apiKey", "https://app3.harness.io/ng/account/AbCdEfGhIjKlMnOpQrStUv/home/get-started");
    await form(page).note("instanceUrl").filter({ hasText: /./ }).waitFor();
    await form(page).warning("apiKey").waitFor();
  },
  "harness-mismatch": async (page, world) => {
    await open(page, world, of("harness"));
    const key = "pat.AbCdEfGhIjKlMnOpQrStUv.0123456789abcdef01234567.abcdefghijklmnopqrst";
    await submit(page, { accountIdentifier: "ZyXwVuTsRqPoNmLkJiHgFe", apiKey: key });
    await form(page).error("accountIdentifier").waitFor();
  },
  "harness-rejected": async (page, world) => {
    await submitTestValue(page, world, "harness", ({ field }) => field === "apiKey");
    await form(page).error("apiKey").waitFor();
  },
  "harness-connected": async (page, world) => {
    await submitTestValue(page, world, "harness", ({ ending }) => ending === "accepted");
    await form(page).connected.waitFor();
  },
  "launchdarkly-closed": (page, world) => open(page, world, of("launchdarkly")),
  "launchdarkly-open": async (page, world) => {
    await open(page, world, of("launchdarkly"));
    await fill(page, { instanceUrl: "app.eu.launchdarkly.com" });
  },
  "launchdarkly-rejected": async (page, world) => {
    await submitTestValue(page, world, "launchdarkly", ({ field }) => field === "accessToken");
    await form(page).error("accessToken").waitFor();
  },
  "launchdarkly-warned": async (page, world) => {
    await submitTestValue(page, world, "launchdarkly", ({ ending, code }) => ending === "accepted" && code);
    await form(page).connected.waitFor();
  },
  "datadog-closed": (page, world) => open(page, world, of("datadog")),
  "datadog-pasted": async (page, world) => {
    await open(page, world, of("datadog"));
    await paste(page, "instanceUrl", "https://app.datadoghq.eu/logs");
    await form(page).note("instanceUrl").filter({ hasText: /./ }).waitFor();
  },
  "asana-choice": async (page, world) => {
    await submitTestValue(page, world, "asana", ({ code }) => code === "choice_required");
    await form(page).error("workspace").waitFor();
  },
  "gitlab-closed": (page, world) => open(page, world, of("gitlab")),
};

/** Pages beside the form. */
const around = {
  picker: async (page, world) => page.goto((await session(world, { providers: ["okta", "harness", "launchdarkly", "gitlab"] })).url),
  picked: async (page, world) => {
    const { url } = await session(world, { providers: ["okta", "launchdarkly"] });
    await page.goto(url.replace("#", "?app=launchdarkly#"));
    await ready(page);
  },
  shared: async (page, world) => {
    await open(page, world);
    await share(page);
  },
  "shared-again": async (page, world) => {
    await open(page, world);
    await share(page);
    await page.reload();
    await page.locator("#latchkey-shared [data-before]").waitFor();
  },
  "shared-done": async (page, world) => {
    await open(page, world, { returnUrl });
    await share(page);
    const admin = await page.context().newPage();
    await admin.goto(await page.locator("#latchkey-shared code").innerText());
    await ready(admin);
    await connect(admin);
    await admin.close();
    await page.locator("#latchkey-shared-done").waitFor({ timeout: 20_000 });
  },
  ...Object.fromEntries(
    ["okta", "harness", "launchdarkly", "gitlab"].flatMap((provider) => [
      [`guide-${provider}`, (page, { edge }) => page.goto(`${edge.url}/guides/${provider}`)],
      [`guide-${provider}-project`, async (page, { edge }) => page.goto(await edge.guide(provider))],
    ]),
  ),
  "guide-open": async (page, { edge }) => {
    await page.goto(`${edge.url}/guides/harness`);
    for (const summary of await page.locator(".background > summary").all()) await summary.click();
  },
};

/** States in which nothing can be connected, for now or for good. */
const stuck = {
  expired: async (page, world) => {
    const { url } = await session(world, { refreshUrl });
    await world.edge.faults({ clock: 40 * 24 * 3_600_000 });
    await page.goto(url);
  },
  used: async (page, world) => {
    const made = await session(world, { refreshUrl, returnUrl });
    await world.edge.attempt(made, "attempt-1", MAGIC_HOST, magicToken());
    await page.goto(made.url);
  },
  revoked: async (page, world) => page.goto((await withdrawn(world, await session(world, { refreshUrl, returnUrl }))).url),
  gone: async (page, world) => {
    const { edge } = world;
    const { body } = await edge.link("okta", good(), { key: edge.testKey });
    const made = await session(world, { connectionId: body.connection.id });
    await edge.send("DELETE", `/api/v1/app-connections/okta/${body.connection.id}`, { token: edge.testKey });
    await page.goto(made.url);
  },
  unknown: (page, { edge }) => page.goto(`${edge.url}/link/nonsense#cs_test_nonsense`),
  incomplete: async (page, world) => {
    await page.goto((await session(world)).url.split("#")[0]);
    await page.locator("#latchkey-incomplete").waitFor();
  },
  offline: async (page, world) => {
    await open(page, world);
    await page.context().setOffline(true);
    await page.locator("#latchkey-offline").waitFor();
  },
  "edge-down": async (page, world) => {
    const { url } = await session(world);
    await world.edge.faults({ object: { operation: "session-by-id", how: "fail" } });
    await page.goto(url);
  },
  unreachable: async (page, world) => {
    await page.route("**/api/v1/connect", (route) => route.abort());
    await page.goto((await session(world)).url);
    await page.locator("#latchkey-unreachable").waitFor();
    await ready(page);
  },
  unloaded: async (page, world) => {
    await page.route("**/*.wasm", (route) => route.abort());
    await page.goto((await session(world)).url);
    await page.locator("#latchkey-load-failed").waitFor();
  },
  refused: async (page, world) => {
    await page.addInitScript(() => delete globalThis.WebAssembly);
    await page.goto((await session(world)).url);
    await page.locator("#latchkey-refused").waitFor();
  },
  crashed: async (page, world) => {
    await open(page, world);
    await fill(page, good());
    await page.evaluate(() => dispatchEvent(new ErrorEvent("error", { error: new WebAssembly.RuntimeError("unreachable") })));
    await page.locator("#latchkey-crashed").waitFor();
  },
  "no-script": async (page, world) => {
    // The page of a browser without scripts. It is simulated, because axe needs scripts.
    await page.route("**/link/**", async (route) => {
      const answer = await route.fetch();
      const html = await answer.text();
      await route.fulfill({ response: answer, body: html.replace(/<script[^]*?<\/script>|<\/?noscript>/g, "") });
    });
    await page.goto((await session(world)).url);
    await page.locator("#latchkey-no-script").waitFor();
  },
};

/** States on a product's page. These functions return the frame that is to be checked too. */
const embedded = {
  modal: async (page, world) => {
    await fromHost(page, world, BUTTON);
    return openModal(page);
  },
  "modal-rejected": async (page, world) => {
    const frame = await embedded.modal(page, world);
    await submit(frame, { instanceUrl: MAGIC_HOST, apiToken: magicToken("revoked") });
    await form(frame).error("apiToken").waitFor();
    return frame;
  },
  "modal-connected": async (page, world) => {
    const frame = await embedded.modal(page, world);
    await connect(frame);
    return frame;
  },
  "modal-revoked": async (page, world) => {
    const { token } = await withdrawn(world, await session(world, { refreshUrl }));
    await fromHost(page, world, `<button id="open" data-latchkey-session="${token}">Connect Okta</button>`);
    await page.locator("#open").click();
    await hears(page, "error");
    return page.frames().find((frame) => frame.url().includes("/embed/"));
  },
  "modal-without-session": async (page, world) => {
    world.host.answers.push(() => undefined);
    await fromHost(page, world, BUTTON);
    await page.locator("#open").click();
    await hears(page, "error");
  },
  element: async (page, world) => {
    await fromHost(page, world, ELEMENT);
    return formIn(page);
  },
  "element-dark": async (page, world) => {
    await fromHost(page, world, ELEMENT.replace("session=", 'theme="dark" session='));
    return formIn(page);
  },
};

/** States in a product's look. They come last, because the deployment keeps the look. */
const inALook = {
  "branded-form": async (page, world) => (await branded(world), open(page, world)),
  "branded-error": async (page, world) => (await branded(world), asking.rejected(page, world)),
  "branded-connected": async (page, world) => (await branded(world), asking.connected(page, world)),
  "branded-choice": async (page, world) => (await branded(world), around.picker(page, world)),
  "branded-dead-end": async (page, world) => (await branded(world), stuck.revoked(page, world)),
  "branded-guide": async (page, world) => (await branded(world), around["guide-okta-project"](page, world)),
};

/** States whose words are all ours or Okta's, so that they are translated. */
export const ours = Object.keys({ ...asking, ...around, ...stuck }).filter((name) => !name.startsWith("guide-"));

/** States that differ little from another one: only the matrix checks them. */
export const seldom = [
  ...Object.keys(services).filter((name) => !["harness-connected", "datadog-pasted", "asana-choice"].includes(name)),
  ...Object.keys(inALook).filter((name) => name !== "branded-form"),
  ...Object.keys(around).filter((name) => /^guide-.*-project$|^guide-(launchdarkly|gitlab)$/.test(name)),
  ...["lost", "rejected-code", "shared-again", "shared-done", "update-open", "withdrawn", "unreachable", "revoked"],
  ...["modal-rejected", "modal-connected", "modal-revoked", "element-dark"],
];

/** Every state, by name. */
export const states = { ...asking, ...services, ...around, ...stuck, ...embedded, ...inALook };
