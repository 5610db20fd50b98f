// Runs the built Worker on workerd, as Cloudflare does, with bindings on this machine.
//
// It owns the local bindings, and keeps everything that the Worker prints, so that a test can search it for secrets. It does not know
// the edge's API, and reads the settings of the runtime from `edge/wrangler.toml`.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { Log, LogLevel, Miniflare } from "miniflare";

import { childrenOf } from "./state.mjs";

const edge = fileURLToPath(new URL("../../edge/", import.meta.url));

/**
 * Starts the built Worker.
 *
 * - `port`: where it listens on 127.0.0.1; 0 takes a free one.
 * - `state`: a directory for KV and the Durable Objects; without it a temporary one, removed on `stop()`.
 * - `secrets`: the values of the secret bindings, by name.
 * - `stored`: the names among them that come from the account's Secrets Store instead.
 * - `outbound`: a function that responds to the Worker's own requests, `async (request) => Response`, or the address of a server that
 *   gets all of them over HTTP; without it they go to the Internet.
 * - `faults`: puts `faulty.mjs` in front; `POST /__faults` sets the faults.
 * - `queue`: binds the queues; without them, the objects make the checks and deliver the webhooks themselves.
 * - `console`: runs the Worker that renders the console beside it.
 * - `log`: also writes what the Worker prints to standard error.
 */
export async function startWorker({ port = 0, state, secrets = {}, stored = [], outbound, faults = false, queue = true, console = true, log = false } = {}) {
  const directory = state ?? mkdtempSync(join(tmpdir(), "latchkey-"));
  const lines = [];
  const keep = (level, message) => {
    lines.push({ level, message });
    if (log) process.stderr.write(`${message}\n`);
  };
  const others = childrenOf(process.pid);
  const mf = new Miniflare({
    host: "127.0.0.1",
    port,
    cf: false,
    telemetry: { enabled: false },
    log: new Log(LogLevel.ERROR),
    ...logCapture(keep),
    // Where state is kept is said for all Workers together: inside of one it would be ignored.
    secretsStorePersist: join(directory, "secrets-store"),
    kvPersist: join(directory, "kv"),
    durableObjectsPersist: join(directory, "objects"),
    workers: [
      {
        ...runtimeSettings(),
        name: "latchkey",
        modulesRoot: join(edge, "build/worker"),
        modules: modules(faults),
        assets: {
          directory: join(edge, "build/assets"),
          binding: "ASSETS",
          routerConfig: { invoke_user_worker_ahead_of_assets: true, has_user_worker: true },
        },
        bindings: Object.fromEntries(Object.entries(secrets).filter(([name]) => !stored.includes(name))),
        secretsStoreSecrets: Object.fromEntries(stored.map((name) => [name, { store_id: "latchkey", secret_name: name }])),
        kvNamespaces: ["CREDENTIALS"],
        durableObjects: {
          PROJECTS: { className: "ProjectObject", useSQLite: true },
          REGISTRY: { className: "RegistryObject", useSQLite: true },
        },
        ...(queue && {
          queueProducers: { CHECKS: { queueName: "latchkey-checks" }, WEBHOOKS: { queueName: "latchkey-webhooks" } },
          queueConsumers: Object.fromEntries(
            ["latchkey-checks", "latchkey-webhooks"].map((name) => [
              name,
              { maxBatchSize: 1, maxBatchTimeout: 0, maxRetries: 3, deadLetterQueue: `${name}-dead` },
            ]),
          ),
        }),
        ...(outbound && { outboundService: typeof outbound === "string" ? { external: { address: outbound, http: {} } } : outbound }),
        ...(console && { serviceBindings: { CONSOLE: "latchkey-console" } }),
      },
      ...(console ? [consoleWorker()] : []),
    ],
  });
  const stop = async () => {
    await mf.dispose();
    if (!state) rmSync(directory, { recursive: true, force: true });
  };
  try {
    const url = (await mf.ready).origin;
    for (const name of stored) {
      const store = (await mf.getSecretsStoreSecretAPI(name))();
      await store.create(secrets[name]);
    }
    const runtime = childrenOf(process.pid).filter((pid) => !others.includes(pid));
    // A kill without a notice or a clean stop, as when a machine fails.
    const kill = () => runtime.forEach((pid) => process.kill(pid, "SIGKILL"));
    return { url, mf, stop, kill, logs: () => lines.slice(), logText: () => lines.map((line) => line.message).join("\n") };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The Worker that renders the console: without any binding, as it is deployed. */
function consoleWorker() {
  const root = join(edge, "build/console");
  return {
    name: "latchkey-console",
    ...runtimeSettings(),
    modulesRoot: root,
    modules: [
      { type: "ESModule", path: join(root, "index.js") },
      { type: "CompiledWasm", path: join(root, "index_bg.wasm") },
    ],
  };
}

/** The runtime's settings in `wrangler.toml`, so that local runs and the deployed Worker cannot differ. */
function runtimeSettings() {
  const text = readFileSync(join(edge, "wrangler.toml"), "utf8");
  const date = /^compatibility_date = "(.+)"$/m.exec(text)?.[1];
  const flags = /^compatibility_flags = (\[.*\])$/m.exec(text)?.[1];
  if (!date || !flags) throw new Error("edge/wrangler.toml must hold compatibility_date and compatibility_flags, one line each");
  return { compatibilityDate: date, compatibilityFlags: JSON.parse(flags) };
}

function modules(faults) {
  const worker = [
    { type: "ESModule", path: join(edge, "build/worker/index.js") },
    { type: "CompiledWasm", path: join(edge, "build/worker/index_bg.wasm") },
  ];
  if (!faults) return worker;
  const wrapper = readFileSync(new URL("faulty.mjs", import.meta.url), "utf8");
  return [{ type: "ESModule", path: join(edge, "build/worker/faulty.js"), contents: wrapper }, ...worker];
}

/** Keeps all lines that workerd prints: those of the Worker's console, and those of the runtime itself. */
function logCapture(keep) {
  const read = (stream) =>
    createInterface({ input: stream }).on("line", (line) => {
      const { level, message } = parseLine(line);
      keep(level, message);
    });
  return { structuredWorkerdLogs: true, handleRuntimeStdio: (...streams) => streams.forEach(read) };
}

function parseLine(line) {
  try {
    const parsed = JSON.parse(line);
    if (typeof parsed?.message === "string") return parsed;
  } catch {
    // Not all lines are JSON.
  }
  return { level: "runtime", message: line };
}
