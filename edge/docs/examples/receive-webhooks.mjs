// A backend that links accounts and learns what becomes of them. Node 20 or newer, and one package: npm install standardwebhooks
//
//   LATCHKEY_URL=https://connect.example.com LATCHKEY_KEY=lk_test_… WEBHOOK_SECRET=whsec_… node receive-webhooks.mjs
//
// It keeps each event as a file before it answers and works on it afterwards, so neither a repeat nor a crash of it does harm. It
// believes no body before the signature is checked.
import { createPublicKey, verify } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const { LATCHKEY_URL, LATCHKEY_KEY, WEBHOOK_SECRET, PORT = "3000", INBOX = "inbox" } = process.env;
const LARGEST_BODY = 1_000_000;

/** Makes one call of the API. Returns nothing for what is not there. */
async function api(method, path, body) {
  const headers = { authorization: `Bearer ${LATCHKEY_KEY}`, "content-type": "application/json" };
  const response = await fetch(LATCHKEY_URL + path, { method, headers, body: JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok && response.status !== 404) throw new Error(`${method} ${path}: ${response.status} ${answer.detail}`);
  return response.ok ? answer : undefined;
}

/** Checks a webhook: with the library and the secret, or with the public key (`whpk_…`), which the library does not know. */
function check(body, headers) {
  if (!WEBHOOK_SECRET.startsWith("whpk_")) return new Webhook(WEBHOOK_SECRET).verify(body, headers);
  const { "webhook-id": id, "webhook-timestamp": time, "webhook-signature": signatures = "" } = headers;
  const x = Buffer.from(WEBHOOK_SECRET.slice("whpk_".length), "base64").toString("base64url");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  const fits = (signature) => verify(null, Buffer.from(`${id}.${time}.${body}`), key, Buffer.from(signature, "base64"));
  const signed = signatures.split(" ").some((word) => word.startsWith("v1a,") && fits(word.slice("v1a,".length)));
  // Also false for a time that is no number.
  if (!signed || !(Math.abs(Date.now() / 1000 - Number(time)) < 300)) throw new Error("not signed, or too old");
}

/** What your product does with an event. An event tells the account as it was then, the API as it is now. */
async function learn({ type, data: { appConnection: account } }) {
  const now = account && (await api("GET", `/api/v1/app-connections/${account.app}/${account.id}`));
  if (!now) return console.log(`learned ${type}${account ? `: ${account.name} is gone` : ""}`);
  const { name, details } = now.appConnection;
  console.log(`learned ${type}: ${name} of ${details.endUser?.id ?? "nobody"} is ${details.health.state}`);
}

/** Works on what is kept, the earliest first: the number at the end of an id grows. */
async function work() {
  const number = (name) => Number(/(\d+)t?\.json$/.exec(name)?.[1]);
  const waiting = readdirSync(INBOX).filter((name) => name.endsWith(".json"));
  for (const name of waiting.sort((a, b) => number(a) - number(b))) {
    await learn(JSON.parse(readFileSync(`${INBOX}/${name}`, "utf8")));
    renameSync(`${INBOX}/${name}`, `${INBOX}/${name}`.replace(/json$/, "done"));
  }
}
let working = Promise.resolve();
const wake = () => (working = working.then(work).catch((error) => console.error(`tried again in a minute: ${error.message}`)));

async function receive(request) {
  const parts = [];
  let length = 0;
  for await (const part of request) if ((length += part.length) <= LARGEST_BODY) parts.push(part);
  const body = Buffer.concat(parts).toString();
  try {
    check(body, request.headers);
  } catch {
    return 400;
  }
  const file = `${INBOX}/${request.headers["webhook-id"]}`;
  if (existsSync(`${file}.json`) || existsSync(`${file}.done`)) return 204;
  writeFileSync(`${file}.new`, body);
  renameSync(`${file}.new`, `${file}.json`);
  return 204;
}

mkdirSync(INBOX, { recursive: true });
setInterval(wake, 60_000);
wake();
const server = createServer((request, response) => {
  if (request.method !== "POST" || request.url !== "/webhooks") return response.writeHead(404).end();
  receive(request).then(
    (status) => response.writeHead(status).end(wake),
    (error) => response.writeHead(500).end(() => console.error(error.message)),
  );
});
server.listen(Number(PORT), "127.0.0.1", async () => {
  console.log(`webhooks: http://localhost:${server.address().port}/webhooks`);
  const session = await api("POST", "/api/v1/connect-sessions", { providers: ["okta"], endUser: { id: "user-1" } });
  console.log(`link an account: ${session.url}`);
});
