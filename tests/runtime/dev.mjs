// Runs the edge and its demo on this machine; `cargo xtask dev` starts it after building.
//
// It owns the first start (secrets, demo project, the demo's webhook endpoint), the READY line, and the clean stop. It does not build
// anything, and writes secrets only to the state directory and its own standard output.
//
// When everything runs, it prints one line for programs: `READY ` and a JSON object.
//
//   url         the edge
//   projectId   the demo project
//   adminToken  the deployment's admin token
//   testKey     the project's first key of test mode, and `liveKey` that of live mode
//   adminKey    a key of test mode with the scope `admin`, for webhook endpoints and API keys
//   demo        the demo product's page
//   link        a session of the demo's user, as a link
//   webhooks    the endpoint to which the demo's webhooks go: `id`, `url`, `secret`
//
// After it, each webhook that the demo product gets is a line that begins with `webhook`: type, account, status of the answer.

import { parseArgs } from "node:util";

import { createAdminKey, createProject, createSession, webhookEndpoint } from "./api.mjs";
import { startDemo } from "./demo.mjs";
import { openState, secretsOf } from "./state.mjs";
import { startWorker } from "./worker.mjs";

const { values: options } = parseArgs({
  options: {
    port: { type: "string", default: "8787" },
    state: { type: "string", default: ".latchkey" },
    "until-input-ends": { type: "boolean", default: false },
  },
});

// The started parts, which are stopped in the opposite order.
const started = [];
let stopping = false;

async function stop(code) {
  if (stopping) return;
  stopping = true;
  for (const end of started.reverse()) await end();
  process.exit(code);
}

/** Replaces Miniflare's signal listeners, which would exit before anything is stopped. */
function listenForSignals() {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(signal).on(signal, () => stop(0));
}

listenForSignals();
// The parent process holds the other end, which closes even when the parent is killed.
if (options["until-input-ends"]) process.stdin.on("end", () => stop(0)).resume();

try {
  const ready = await start();
  if (!stopping) announce(ready);
} catch (error) {
  // A stop during the start is no error.
  if (!stopping) process.stderr.write(`error: ${error.message}\n`);
  await stop(1);
}

async function start() {
  const state = openState(options.state);
  started.push(state.release);
  const secrets = secretsOf(state);
  // No proxy stands in front, so no header is believed.
  const bindings = { ...secrets, CLIENT_ADDRESS_HEADER: "none", LOCAL_WEBHOOKS: "yes" };
  const worker = await startWorker({ port: Number(options.port), state: state.directory, secrets: bindings, log: true });
  started.push(worker.stop);
  state.noteChildren();
  listenForSignals();

  const known = state.read("dev.json");
  const demo = await startDemo(known?.demoPort ?? 0, (line) => process.stdout.write(`${line}\n`));
  started.push(demo.stop);
  const project = known ?? (await makeProject(worker.url, secrets.ADMIN_TOKEN, demo));
  if (!known) state.write("dev.json", project);
  // Also in a state that is older than webhooks.
  const adminKey = project.adminKey ?? (await createAdminKey(worker.url, secrets.ADMIN_TOKEN, project.projectId));
  const { id, secret } = await webhookEndpoint(worker.url, adminKey, demo.webhooks, project.webhooks);
  state.write("dev.json", { ...project, adminKey, webhooks: { id, secret } });
  demo.connect(worker.url, project.testKey, secret);

  const { url: link } = await createSession(worker.url, project.testKey);
  const { projectId, testKey, liveKey } = project;
  const webhooks = { id, url: demo.webhooks, secret };
  const keys = { adminToken: secrets.ADMIN_TOKEN, testKey, liveKey, adminKey };
  const ready = { url: worker.url, projectId, ...keys, demo: demo.url, link, webhooks };
  return { ready, state: state.directory };
}

async function makeProject(url, adminToken, demo) {
  const { project, apiKeys } = await createProject(url, adminToken, demo.origins);
  return { demoPort: demo.port, projectId: project.id, testKey: apiKeys.test, liveKey: apiKeys.live };
}

function announce({ ready, state }) {
  const lines = [
    "",
    "Latchkey runs on this machine. Ctrl-C stops it.",
    "",
    `  demo product   ${ready.demo}`,
    `  hosted page    ${ready.link}`,
    `  edge           ${ready.url}`,
    `  test key       ${ready.testKey}`,
    `  webhooks       ${ready.webhooks.url} (the demo's; a line for each appears below)`,
    `  project        ${ready.projectId}`,
    `  admin token    ${ready.adminToken}`,
    `  state          ${state} (delete it to start afresh)`,
    "",
    `READY ${JSON.stringify(ready)}`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}
