// Firefox for tests, controlled by WebDriver BiDi, which Firefox supports without a separate driver.
//
// It owns starting Firefox and the few commands that tests need. It waits only for the load of a page; `engines.mjs` owns all other
// waiting.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import WebSocket from "ws";

import { ended, line } from "./processes.mjs";

// Firefox must request only the pages of a test.
const PREFERENCES = {
  "app.normandy.enabled": false,
  "app.update.disabledForTesting": true,
  "browser.region.network.url": "",
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "browser.startup.page": 0,
  "datareporting.policy.dataSubmissionEnabled": false,
  "extensions.getAddons.cache.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "remote.active-protocols": 1,
  "services.settings.server": "data:,",
  "toolkit.telemetry.reportingpolicy.firstRun": false,
};

/** Starts Firefox: `{version, open, close}`. `open` makes a page that shares nothing with others. */
export async function startFirefox() {
  const profile = mkdtempSync(join(tmpdir(), "latchkey-firefox-"));
  const preference = ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`;
  writeFileSync(join(profile, "user.js"), Object.entries(PREFERENCES).map(preference).join(""));
  const program = process.env.FIREFOX ?? "/usr/bin/firefox-esr";
  const args = ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port=0"];
  const browser = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, HOME: profile } });
  const stop = async () => {
    browser.kill();
    await ended(browser);
    rmSync(profile, { recursive: true, force: true });
  };
  const began = async () => {
    const [, address] = await line(browser, browser.stderr, /WebDriver BiDi listening on (ws:\S+)/);
    const { send, listeners } = await connect(`${address}/session`);
    const { capabilities } = await send("session.new", { capabilities: {} });
    await send("session.subscribe", { events: ["browsingContext.contextCreated", "log.entryAdded"] });
    return { send, listeners, version: `Firefox ${capabilities.browserVersion}` };
  };
  const { send, listeners, version } = await began().catch(async (error) => {
    await stop();
    throw error;
  });

  async function open({ width, height, watch }) {
    const { userContext } = await send("browser.createUserContext", {});
    // An error names the context in which it happened: the page's or a frame's.
    const contexts = new Set();
    const errors = [];
    const hear = ({ method, params }) => {
      if (method === "browsingContext.contextCreated" && params.userContext === userContext) contexts.add(params.context);
      if (method !== "log.entryAdded" || params.level !== "error" || !contexts.has(params.source.context)) return;
      // Firefox requests an icon by itself if a page names none, and the strictest policies refuse it.
      if (!params.text.includes("/favicon.ico")) errors.push(params.text);
    };
    listeners.add(hear);
    // This runs in every document before its own scripts.
    const { script } = await send("script.addPreloadScript", { functionDeclaration: watch, userContexts: [userContext] });
    const { context: tab } = await send("browsingContext.create", { type: "tab", userContext });
    await send("browsingContext.setViewport", { context: tab, viewport: { width, height } });
    let here = tab;
    async function act(actions) {
      try {
        await send("input.performActions", { context: here, actions });
      } catch (error) {
        // A press may close its own frame before the key is released.
        if (here === tab || !/no such frame/.test(error.message)) throw error;
      }
    }
    return {
      errors: () => errors,
      go: (url) => send("browsingContext.navigate", { context: tab, url, wait: "complete" }),
      async evaluate(declaration, text) {
        const call = { functionDeclaration: declaration, arguments: [{ type: "string", value: text }], awaitPromise: true, target: { context: here } };
        const answer = await send("script.callFunction", call);
        if (answer.type === "exception") throw new Error(answer.exceptionDetails.text);
        return answer.result.value;
      },
      keys: (keys) => act([{ type: "key", id: "keyboard", actions: keys }]),
      press: (_selector, [x, y]) =>
        act([{ type: "pointer", id: "mouse", actions: [{ type: "pointerMove", x, y }, { type: "pointerDown", button: 0 }, { type: "pointerUp", button: 0 }] }]),
      /** Enters the page's first frame whose address has this part. Returns `false` while there is none. */
      async into(part) {
        const { contexts } = await send("browsingContext.getTree", { root: tab });
        const found = contexts[0].children.find(({ url }) => url.includes(part));
        if (found) here = found.context;
        return Boolean(found);
      },
      out: async () => (here = tab),
      async close() {
        listeners.delete(hear);
        await send("script.removePreloadScript", { script });
        await send("browser.removeUserContext", { userContext });
      },
    };
  }

  async function close() {
    await send("browser.close", {});
    await ended(browser);
    await stop();
  }
  return { version, open, close };
}

/** Opens the socket. Returns a function that sends a command and returns its result, and the listeners of events. */
async function connect(address) {
  const socket = new WebSocket(address);
  const waiting = new Map();
  const listeners = new Set();
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  socket.on("message", (text) => {
    const message = JSON.parse(text);
    if (message.type === "event") return listeners.forEach((hear) => hear(message));
    const { resolve, reject, method } = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.type === "error") reject(new Error(`${method}: ${message.error}: ${message.message}`));
    else resolve(message.result);
  });
  socket.on("close", () => waiting.forEach(({ reject, method }) => reject(new Error(`${method}: Firefox is gone`))));
  let last = 0;
  const send = (method, params) =>
    new Promise((resolve, reject) => {
      waiting.set((last += 1), { resolve, reject, method });
      socket.send(JSON.stringify({ id: last, method, params }));
    });
  return { send, listeners };
}
