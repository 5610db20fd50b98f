// WebKitGTK's own browser for tests, controlled by its driver over W3C WebDriver, on a screen that exists only in memory.
//
// It owns starting all three and the few commands that tests need. It waits only for the load of a page; `engines.mjs` owns all other
// waiting. The driver does not report what a page prints, and neither does the browser.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ended, line } from "./processes.mjs";

/** The key of an element reference, fixed by the standard. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** Finds a frame in the document or in its open shadow trees; the driver cannot reach into closed ones. */
const FIND_FRAME = `
  const trees = [document, ...[...document.querySelectorAll("*")].map((element) => element.shadowRoot).filter(Boolean)];
  return trees.flatMap((tree) => [...tree.querySelectorAll("iframe")]).find((frame) => frame.src.includes(arguments[0])) ?? null`;

/** Starts the screen and the driver: `{version, open, close}`. `open` starts a browser that keeps nothing. */
export async function startWebkit() {
  const home = mkdtempSync(join(tmpdir(), "latchkey-webkit-"));
  const started = [];
  const start = (program, args, env, stdout) => {
    started.push(spawn(program, args, { stdio: ["ignore", stdout, "ignore"], env: { ...process.env, ...env } }));
    return started.at(-1);
  };
  async function close() {
    for (const child of started.reverse()) {
      child.kill();
      await ended(child);
    }
    rmSync(home, { recursive: true, force: true });
  }

  let send;
  try {
    const screen = start(process.env.XVFB ?? "/usr/bin/Xvfb", ["-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"], {}, "pipe");
    const [display] = await line(screen, screen.stdout, /^\d+$/);
    const port = await freePort();
    const settings = { HOME: home, XDG_RUNTIME_DIR: home, DISPLAY: `:${display}`, GDK_BACKEND: "x11", LIBGL_ALWAYS_SOFTWARE: "1", NO_AT_BRIDGE: "1" };
    start(process.env.WEBKIT_DRIVER ?? "/usr/bin/WebKitWebDriver", ["--host=127.0.0.1", `--port=${port}`], settings, "ignore");
    send = await connect(`http://127.0.0.1:${port}`);
  } catch (error) {
    await close();
    throw error;
  }

  const engine = { version: undefined, open, close };
  async function open({ width, height, watch }) {
    const { sessionId, capabilities } = await send("POST", "/session", { capabilities: { alwaysMatch: { browserName: "MiniBrowser" } } });
    engine.version = `WebKitGTK ${capabilities.browserVersion}`;
    const ask = (path, body = {}) => send("POST", `/session/${sessionId}/${path}`, body);
    await ask("timeouts", { script: 30_000, pageLoad: 30_000 });
    await ask("window/rect", { width, height });
    async function evaluate(declaration, text) {
      const script = `const done = arguments[1]; (${declaration})(arguments[0]).then((value) => done({ value }), (error) => done({ error: String(error) }))`;
      const { value, error } = await ask("execute/async", { script, args: [text] });
      if (error) throw new Error(error);
      return value;
    }
    return {
      errors: () => [],
      async go(url) {
        await ask("url", { url });
        await evaluate(watch, "[]");
      },
      evaluate,
      keys: (keys) => ask("actions", { actions: [{ type: "key", id: "keyboard", actions: keys }] }),
      async press(selector) {
        const { [ELEMENT]: element } = await ask("element", { using: "css selector", value: selector });
        await ask(`element/${element}/click`);
      },
      /** Enters the page's first frame whose address has this part. Returns `false` while there is none. */
      async into(part) {
        await ask("frame", { id: null });
        const id = await ask("execute/sync", { script: FIND_FRAME, args: [part] });
        if (!id) return false;
        await ask("frame", { id });
        await evaluate(watch, "[]");
        return true;
      },
      out: () => ask("frame", { id: null }),
      close: () => send("DELETE", `/session/${sessionId}`),
    };
  }
  return engine;
}

/** Waits for the driver. Returns a function that sends a command and returns its result. */
async function connect(address) {
  async function send(method, path, body) {
    const response = await fetch(address + path, { method, body: body && JSON.stringify(body), headers: { connection: "close" } });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  }
  for (let tries = 0; ; tries += 1) {
    try {
      await send("GET", "/status");
      return send;
    } catch (error) {
      if (tries > 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
