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
//   console     a link that signs in to the console of a project with many accounts, once
//   consoleOwn  the same for the demo project, which is empty at first
//   consoleKey  an API key that signs in to the first of the two, as often as wanted
//   demo        the demo product's page
//   link        a session of the demo's user, as a link
//   webhooks    the endpoint to which the demo's webhooks go: `id`, `url`, `secret`
//
// After it, each webhook that the demo product gets is a line that begins with `webhook`: type, account, status of the answer.

import { parseArgs } from "node:util";

import { consoleLink, createAdminKey, createConsoleKey, createProject, createSession, webhookEndpoint } from "./api.mjs";
import { startDemo } from "./demo.mjs";
import { makeAccounts } from "./demo_accounts.mjs";
import { openState, secretsOf } from "./state.mjs";
import { startWorker } from "./worker.mjs";

const { values: options } = parseArgs({
  options: {
    port: { type: "string", default: "8787" },
    state: { type: "string", default: ".latchkey" },
    accounts: { type: "string", default: "200" },
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
  if (!stopping) await fill(ready);
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
  const shown = await consoleProject(worker.url, secrets.ADMIN_TOKEN, state);
  const consoles = {
    console: await consoleLink(worker.url, secrets.ADMIN_TOKEN, shown.projectId),
    consoleOwn: await consoleLink(worker.url, secrets.ADMIN_TOKEN, projectId),
    consoleKey: shown.consoleKey,
  };
  const ready = { url: worker.url, projectId, ...keys, ...consoles, demo: demo.url, link, webhooks };
  return { ready, state };
}

/** The project whose console has many accounts: made once. */
async function consoleProject(url, adminToken, state) {
  const known = state.read("console.json");
  if (known) return known;
  const { project } = await createProject(url, adminToken, [], "Northwind");
  const made = { projectId: project.id, consoleKey: await createConsoleKey(url, adminToken, project.id), filled: false };
  state.write("console.json", made);
  return made;
}

/** Links its accounts while everything runs already. What a stop cuts short is not made again: the accounts that are there are enough. */
async function fill({ ready, state }) {
  const known = state.read("console.json");
  const count = Number(options.accounts);
  if (known.filled || !count) return;
  state.write("console.json", { ...known, filled: true });
  try {
    await makeAccounts(ready.url, ready.consoleKey, count);
    process.stdout.write(`The console's project has its ${count} accounts.\n`);
  } catch (error) {
    if (!stopping) process.stderr.write(`The console's accounts are not complete: ${error.message}\n`);
  }
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
    `  console        ${ready.console} (signs in once)`,
    `  console key    ${ready.consoleKey} (for ${ready.url}/console/sign-in)`,
    `  its own        ${ready.consoleOwn} (the console of the demo's project)`,
    `  edge           ${ready.url}`,
    `  test key       ${ready.testKey}`,
    `  webhooks       ${ready.webhooks.url} (the demo's; a line for each appears below)`,
    `  project        ${ready.projectId}`,
    `  admin token    ${ready.adminToken}`,
    `  state          ${state.directory} (delete it to start afresh)`,
    "",
    `READY ${JSON.stringify(ready)}`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}
