// `cargo xtask bench webhooks`: from the commit of a change to the arrival of its webhook, on the built Worker with real alarms and
// queues, and what a delivery costs beside bare JavaScript that signs and sends the same.
//
// Changes are made at a steady pace, in turns at many accounts. The receivers answer at once, but for a dead one, which never does.
// Latency is the time of arrival less the event's own `createdAt`, on the same clock. The processor time is that of workerd and
// of Miniflare's queues in it, less what the same changes cost without endpoints.

import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { loadavg } from "node:os";
import { Miniflare } from "miniflare";

import { magicToken, MAGIC_HOST } from "../harness/deployment.mjs";
import { childrenOf, makeSecrets } from "../runtime/state.mjs";
import { startWorker } from "../runtime/worker.mjs";

const EVENTS = Number(process.env.EVENTS ?? 10_000);
const PER_SECOND = Number(process.env.PER_SECOND ?? 40);
const ACCOUNTS = 100;

/** A receiver that answers every host at once, but `dead.example.com` never. */
async function receiver() {
  const arrived = [];
  const server = createServer(async (request, response) => {
    const at = Date.now();
    if (request.headers.host === "dead.example.com") return;
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    response.writeHead(204).end();
    arrived.push([at, Buffer.concat(chunks)]);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: `127.0.0.1:${server.address().port}`, arrived, stop: () => (server.closeAllConnections(), new Promise((resolve) => server.close(resolve))) };
}

/** The processor time of workerd so far, in microseconds. */
const cpu = () =>
  childrenOf(process.pid)
    .map((pid) => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" "))
    .reduce((sum, fields) => sum + (Number(fields[11]) + Number(fields[12])) * 10_000, 0);

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

async function run(hosts) {
  const target = await receiver();
  const secrets = { ...makeSecrets(), REQUESTS_PER_MINUTE: "1000000" };
  const worker = await startWorker({ secrets, outbound: target.address });
  try {
    const send = async (method, path, token, body) => {
      const response = await fetch(worker.url + path, { method, headers: { authorization: `Bearer ${token}`, "content-type": "application/json" }, body: JSON.stringify(body) });
      const json = await response.json();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(json)}`);
      return json;
    };
    const { project, apiKeys } = await send("POST", "/api/v1/projects", secrets.ADMIN_TOKEN, { name: "Bench" });
    const { key } = await send("POST", `/api/v1/projects/${project.id}/api-keys`, secrets.ADMIN_TOKEN, { name: "Bench", mode: "test", scopes: ["admin", "connections:read", "sessions:read"] });
    const ids = [];
    for (let number = 0; number < ACCOUNTS; number += 1) {
      const body = { name: `account-${number}`, method: "api-token", credentials: { instanceUrl: `https://${MAGIC_HOST}`, apiToken: magicToken() } };
      ids.push((await send("POST", "/api/v1/app-connections/okta", apiKeys.test, body)).appConnection.id);
    }
    for (const host of hosts) await send("POST", "/api/v1/webhook-endpoints", key, { url: `https://${host}/webhooks`, types: ["connection.updated"] });
    const [before, began] = [cpu(), Date.now()];
    const pending = new Set();
    for (let number = 0; number < EVENTS; number += 1) {
      const due = began + (number * 1000) / PER_SECOND;
      if (due > Date.now()) await new Promise((resolve) => setTimeout(resolve, due - Date.now()));
      while (pending.size >= 8) await Promise.race(pending);
      const change = send("PATCH", `/api/v1/app-connections/okta/${ids[number % ACCOUNTS]}`, apiKeys.test, { description: `change ${number}` });
      pending.add(change);
      change.finally(() => pending.delete(change));
    }
    await Promise.all(pending);
    const live = hosts.filter((host) => host !== "dead.example.com").length;
    for (const end = Date.now() + 300_000; target.arrived.length < live * EVENTS && Date.now() < end; ) await new Promise((resolve) => setTimeout(resolve, 50));
    const used = cpu() - before;
    const latencies = target.arrived.map(([arrived, body]) => arrived - Date.parse(JSON.parse(body).createdAt)).sort((a, b) => a - b);
    return { deliveries: latencies.length, lost: live * EVENTS - latencies.length, p50: at(latencies, 0.5), p99: at(latencies, 0.99), cpu: used, body: target.arrived[0]?.[1].toString() };
  } finally {
    await worker.stop();
    await target.stop();
  }
}

/** Bare JavaScript on workerd that signs a body and sends it, as often. */
async function floor(body, count) {
  const target = await receiver();
  const script = `export default { async fetch(request, env) {
    const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(env.KEY), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    let left = Number(await request.text());
    const one = async () => {
      while (left-- > 0) {
        const timestamp = String(Math.floor(Date.now() / 1000));
        const signature = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode("evt_" + left + "." + timestamp + "." + env.BODY));
        const headers = { "content-type": "application/json", "webhook-id": "evt_" + left, "webhook-timestamp": timestamp,
          "webhook-signature": "v1," + btoa(String.fromCharCode(...new Uint8Array(signature))) };
        await fetch("https://a.example.com/webhooks", { method: "POST", headers, body: env.BODY });
      }
    };
    await Promise.all(Array.from({ length: 6 }, one));
    return new Response("done");
  } }`;
  const mf = new Miniflare({ modules: true, script, compatibilityDate: "2026-11-01", bindings: { KEY: createHmac("sha256", "k").digest("hex"), BODY: body },
    outboundService: { external: { address: target.address, http: {} } } });
  try {
    await mf.ready;
    const before = cpu();
    for (let left = count; left > 0; left -= 900) await (await mf.dispatchFetch("http://floor/", { method: "POST", body: String(Math.min(900, left)) })).text();
    return (cpu() - before) / count;
  } finally {
    await mf.dispose();
    await target.stop();
  }
}

const load = loadavg()[0].toFixed(2);
const names = Array.from({ length: 9 }, (_, number) => `live-${number}.example.com`);
const alone = await run([]);
const alive = await run([...names, "live-9.example.com"]);
const dead = await run([...names, "dead.example.com"]);
const bare = await floor(alive.body, 5_000);
const each = ({ cpu, deliveries }) => (cpu - alone.cpu) / deliveries;
const line = (name, run) =>
  `| ${name} | ${run.deliveries} | ${run.lost} | ${run.p50} | ${run.p99} | ${each(run).toFixed(0)} | ${(each(run) / bare).toFixed(2)} |`;
console.log(`| ${EVENTS} events at ${PER_SECOND} a second, to | deliveries | missing | p50 ms | p99 ms | CPU µs/delivery | CPU ÷ floor |
|---|--:|--:|--:|--:|--:|--:|
${line("ten endpoints that answer", alive)}
${line("nine that answer, and one that never does", dead)}
| floor: sign (v1 alone) and send, in bare JavaScript |  |  |  |  | ${bare.toFixed(0)} |  |

2 cores, shared: load average ${load} before and ${loadavg()[0].toFixed(2)} after. The changes alone cost ${(alone.cpu / EVENTS).toFixed(0)} µs each.`);
