// Measures how soon a form can be typed into: ours and another product's, in turns, in one run of a headless Chromium.
//
// It owns the pages, the timing, and the printed table. It does not judge, and it does not compare runs: on a machine that does other
// work too, only ratios within one run mean something. `floor` is a form of bare HTML with the same fields and no program: no form can
// be faster here.
//
//   node widget.mjs [--runs 5]
//
// Typeable: the first painted frame with an enabled text field. The page itself records it, because a request of the driver waits for
// the page's own work. Afterwards the field must show a typed text. Bytes are those on the wire when the driver is notified; "all" are
// those once the network has been quiet for a second and a half after it.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { parseArgs } from "node:util";
import { brotliCompressSync, constants } from "node:zlib";

import { openBrowser } from "../harness/browser.mjs";
import { createProject, createSession } from "../runtime/api.mjs";
import { makeSecrets } from "../runtime/state.mjs";
import { startWorker } from "../runtime/worker.mjs";

const { values } = parseArgs({ options: { runs: { type: "string", default: "5" } } });
const FIELD = "input:not([type=hidden], [type=radio], [type=checkbox], [type=search], [type=submit])";
const PEER = "StackOne Hub 1.11.4";
const QUIET_MS = 1_500;

/** The other product's element with the responses that its program requests, and the floor. */
async function peers() {
  const script = createRequire(new URL("peer/package.json", import.meta.url)).resolve("@stackone/hub/webcomponent");
  const packed = brotliCompressSync(readFileSync(script), { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  const field = (key, label, secret, required) => ({ key, label, required, secret, type: secret ? "password" : "text", readOnly: false, placeholder: "", description: label });
  const okta = { provider: "okta", name: "Okta", logo_url: "/logo.svg" };
  const answers = {
    "/api/hub/settings": { enabled_features: [] },
    "/api/hub/connectors": {
      integrations: [{ ...okta, integration_id: "int_1", type: "iam", version: "1.0.0", active: true, authentication_config_key: "custom", environment: "production" }],
    },
    "/api/hub/connectors/int_1": {
      config: {
        key: "okta",
        name: "Okta",
        type: "custom",
        assets: { icon: "/logo.svg" },
        support: { link: "https://example.com/guide", description: "Needs an administrator." },
        configNotices: [],
        configFields: [field("domain", "Okta Domain URL", false, true), field("apiToken", "API Token", true, true), field("hook", "Event Hook Name", false, false)],
      },
      hub_settings: { configured_webhook_events: {}, project_settings: {} },
    },
  };
  const page = (body) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title>${body}`;
  const inputs = ["Okta Domain URL", "API Token", "Event Hook Name"].map((label) => `<p><label>${label}<input></label>`);
  const files = {
    "/peer": ["text/html", page('<stackone-hub token="tok" base-url="/api" height="620px"></stackone-hub><script src="/peer.js"></script>')],
    "/floor": ["text/html", page(`<form>${inputs.join("")}<p><button>Connect</button></form>`)],
    "/logo.svg": ["image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg"/>'],
  };
  const server = createServer(({ url }, response) => {
    const path = url.split("?")[0];
    if (path === "/peer.js") return response.writeHead(200, { "content-type": "text/javascript", "content-encoding": "br" }).end(packed);
    if (files[path]) return response.writeHead(200, { "content-type": files[path][0] }).end(files[path][1]);
    if (answers[path]) return response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answers[path]));
    response.writeHead(404).end();
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { address: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

/** Records, in the page, when the first field is painted. The other product's field may be in an open shadow root. */
function watch(selector) {
  const find = (root) => root.querySelector(selector) ?? [...root.querySelectorAll("*")].map(({ shadowRoot }) => shadowRoot && find(shadowRoot)).find(Boolean);
  const look = () => {
    const field = find(document);
    if (field && !field.disabled && field.checkVisibility()) globalThis.typeable = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** One opening of a page in a context of its own. */
async function opening(chromium, url, slow) {
  const page = await chromium.page({ width: 1000, height: 760 });
  const cdp = await page.context().newCDPSession(page);
  let bytes = 0;
  let requests = 0;
  let last = Date.now();
  await cdp.send("Network.enable");
  cdp.on("Network.requestWillBeSent", () => (last = Date.now()));
  cdp.on("Network.dataReceived", () => (last = Date.now()));
  cdp.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
    requests += 1;
    last = Date.now();
  });
  if (slow) {
    await cdp.send("Network.emulateNetworkConditions", { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 });
    await cdp.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  }
  await page.addInitScript(watch, FIELD);
  await page.goto(url, { waitUntil: "commit" });
  const input = page.locator(FIELD).first();
  await input.waitFor({ state: "visible", timeout: 60_000 });
  const early = bytes;
  const ms = await (await page.waitForFunction(() => globalThis.typeable)).jsonValue();
  await input.fill("x");
  if ((await input.inputValue()) !== "x") throw new Error(`${url}: the field does not show the typed text`);
  for (const end = Date.now() + 30_000; Date.now() < end && Date.now() - last < QUIET_MS; ) await page.waitForTimeout(100);
  await page.context().close();
  return { ms, early, bytes, requests };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const number = (value) => Math.round(value).toLocaleString("en-US");

async function table(chromium, pages, slow, runs) {
  const seen = Object.fromEntries(pages.map(([name]) => [name, []]));
  // The first opening of each is not counted.
  for (const [, url] of pages) await opening(chromium, url, slow);
  for (let run = 0; run < runs; run++) for (const [name, url] of pages) seen[name].push(await opening(chromium, url, slow));
  const of = (name, what) => seen[name].map((one) => one[what]);
  const peer = median(of(PEER, "ms"));
  return pages.map(([name]) => {
    const ms = of(name, "ms");
    const range = `${number(Math.min(...ms))}–${number(Math.max(...ms))}`;
    const cells = [name, slow ? "slow" : "loopback", number(median(ms)), range, (median(ms) / peer).toFixed(2)];
    return `| ${[...cells, ...["early", "bytes", "requests"].map((what) => number(median(of(name, what))))].join(" | ")} |`;
  });
}

const secrets = makeSecrets();
const [worker, other, chromium] = await Promise.all([startWorker({ secrets }), peers(), openBrowser()]);
try {
  const { apiKeys } = await createProject(worker.url, secrets.ADMIN_TOKEN, []);
  const session = await createSession(worker.url, apiKeys.test);
  const pages = [[PEER, `${other.address}/peer`], ["Latchkey", session.url], ["floor: bare HTML", `${other.address}/floor`]];
  const runs = Number(values.runs);
  const rows = [...(await table(chromium, pages, true, runs)), ...(await table(chromium, pages, false, runs))];
  console.log("| form | profile | typeable, ms | range | ratio | bytes by then | all bytes | requests |\n|---|---|--:|--:|--:|--:|--:|--:|");
  console.log(rows.join("\n"));
  console.log(`\nMedians of ${runs} runs in turns. Slow: 1.6 Mbit/s, 150 ms, processor at a quarter. Bytes are on the wire, headers too.`);
} finally {
  await Promise.all([chromium.close(), worker.stop()]);
  other.stop();
}
