// axe in every state of the hosted page, in both colour schemes, wide and narrow. With `SCREENSHOTS=<folder>` each state is
// also kept as a picture, to be looked at.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { fill, form, oktaForm, openBrowser, paste, ready, submit } from "../harness/browser.mjs";
import { MAGIC_HOST, deploy, magicToken } from "../harness/deployment.mjs";
import { look } from "../harness/looks.mjs";

let edge;
let chromium;
before(async () => ([edge, chromium] = await Promise.all([deploy({ faults: true }), openBrowser()])));
after(() => Promise.all([edge.stop(), chromium.close()]));

const open = async (page, provider = "okta", more = {}) => {
  const wanted = { providers: [provider], endUser: { id: "u", name: "Ada" }, organization: { id: "o", name: "Example Inc" }, ...more };
  await page.goto((await edge.session(edge.testKey, wanted)).url);
  await ready(page);
};

/** Opens a provider's form and submits the first of its test values that ends like this. */
async function submitTestValue(page, provider, fits, more) {
  const { body } = await edge.send("GET", `/api/v1/providers/${provider}`, { token: edge.testKey });
  await open(page, provider, more);
  await submit(page, body.testValues.find(fits).fields);
}

/** Every state, by name: how to get there on a fresh page. */
const states = {
  empty: open,
  typing: async (page) => {
    await open(page);
    await oktaForm(page).host.fill("https://acme-admin.okta.com/admin");
    await oktaForm(page).token.fill("00Tabcdefg1234567890");
    await oktaForm(page).hook.focus();
    await page.locator('[data-field="apiToken"] .warning .cause').waitFor();
  },
  missing: async (page) => {
    await open(page);
    await oktaForm(page).connect.click();
    await oktaForm(page).error("instanceUrl").waitFor();
  },
  checking: async (page) => {
    await open(page);
    await edge.faults({ delay: { path: "/api/v1/connect", ms: 9_000 } });
    await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
    await page.locator('#latchkey-form[data-state="checking"]').waitFor();
  },
  rejected: async (page) => {
    await open(page);
    await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken("revoked") });
    await oktaForm(page).error("apiToken").waitFor();
  },
  unavailable: async (page) => {
    await open(page);
    await submit(page, { instanceUrl: "latchkey-down.okta.com", apiToken: magicToken() });
    await oktaForm(page).alert.waitFor();
  },
  connected: async (page) => {
    await open(page);
    await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken() });
    await oktaForm(page).connected.waitFor();
  },
  warned: async (page) => {
    await open(page);
    await oktaForm(page).hook.fill("Our hook");
    await submit(page, { instanceUrl: MAGIC_HOST, apiToken: magicToken("read-only") });
    await oktaForm(page).connected.waitFor();
  },
  "harness-closed": (page) => open(page, "harness", { scopes: ["account.view", "pipelines.execute"] }),
  "harness-captured": async (page) => {
    await open(page, "harness");
    await paste(page, "apiKey", "https://app3.harness.io/ng/account/AbCdEfGhIjKlMnOpQrStUv/home/get-started");
    await form(page).note("instanceUrl").filter({ hasText: "Taken" }).waitFor();
    await form(page).warning("apiKey").waitFor();
  },
  "harness-mismatch": async (page) => {
    await open(page, "harness");
    const key = "pat.AbCdEfGhIjKlMnOpQrStUv.0123456789abcdef01234567.abcdefghijklmnopqrst";
    await submit(page, { accountIdentifier: "ZyXwVuTsRqPoNmLkJiHgFe", apiKey: key });
    await form(page).error("accountIdentifier").waitFor();
  },
  "harness-rejected": async (page) => {
    await submitTestValue(page, "harness", ({ field }) => field === "apiKey");
    await form(page).error("apiKey").waitFor();
  },
  "harness-connected": async (page) => {
    await submitTestValue(page, "harness", ({ ending }) => ending === "accepted");
    await form(page).connected.waitFor();
  },
  "launchdarkly-closed": (page) => open(page, "launchdarkly"),
  "launchdarkly-open": async (page) => {
    await open(page, "launchdarkly");
    await fill(page, { instanceUrl: "app.eu.launchdarkly.com" });
  },
  "launchdarkly-rejected": async (page) => {
    await submitTestValue(page, "launchdarkly", ({ field }) => field === "accessToken");
    await form(page).error("accessToken").waitFor();
  },
  "launchdarkly-warned": async (page) => {
    await submitTestValue(page, "launchdarkly", ({ ending, code }) => ending === "accepted" && code);
    await form(page).connected.waitFor();
  },
  ...Object.fromEntries(
    ["okta", "harness", "launchdarkly"].flatMap((provider) => [
      [`guide-${provider}`, (page) => page.goto(`${edge.url}/guides/${provider}`)],
      [`guide-${provider}-project`, (page) => page.goto(`${edge.url}/guides/${provider}?project=${edge.project.id}`)],
    ]),
  ),
  "guide-open": async (page) => {
    await page.goto(`${edge.url}/guides/harness`);
    for (const summary of await page.locator(".background > summary").all()) await summary.click();
  },
  used: async (page) => {
    const session = await edge.session();
    await edge.attempt(session, "attempt-1", MAGIC_HOST, magicToken());
    await page.goto(session.url);
  },
  unknown: (page) => page.goto(`${edge.url}/link/nonsense#cs_test_nonsense`),
  incomplete: async (page) => {
    await page.goto((await edge.session()).url.split("#")[0]);
    await page.waitForTimeout(500);
  },
  unloaded: async (page) => {
    await page.route("**/*.wasm", (route) => route.abort());
    await page.goto((await edge.session()).url);
    await page.getByRole("alert").getByRole("button").waitFor();
  },
};

for (const [state, reach] of Object.entries(states)) {
  test(`axe finds nothing, and nothing is cut off: ${state}`, async () => {
    const page = await chromium.page();
    await reach(page);
    await look(page, state);
    assert.deepEqual(page.errors, []);
    await edge.faults({});
    await page.context().close();
  });
}
