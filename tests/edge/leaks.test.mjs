// Secrets on the server: none is in a file that workerd stores, in a line that it logs, in a URL, or in a response.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";

import { MAGIC_HOST, deploy, found, magicToken, oktaToken } from "../harness/deployment.mjs";

let edge, signingKey;
const tokens = [];
const answers = [];
const events = [];
const webhooks = [];
before(async () => {
  edge = await deploy({ faults: true });
  // Every event of the run goes to an endpoint.
  edge.okta.answer("POST https://app.example.com/webhooks", async (request) => {
    webhooks.push(JSON.stringify([...request.headers]) + (await request.text()));
    return new Response("thanks");
  });
  const admin = await edge.keyWith(["admin", "connections:read", "sessions:read"]);
  const made = await edge.send("POST", "/api/v1/webhook-endpoints", { token: admin, body: { url: "https://app.example.com/webhooks" } });
  signingKey = made.body.webhookEndpoint.secret.replace("whsec_", "");
  const run = async (key, host, token, faults = {}) => {
    tokens.push(token);
    const session = await edge.session(key);
    await edge.faults(faults);
    answers.push(await edge.attempt(session, "attempt-1", host, token));
    await edge.faults({});
  };
  await run(edge.testKey, MAGIC_HOST, magicToken());
  await run(edge.testKey, MAGIC_HOST, magicToken("revoked"));
  await run(edge.testKey, MAGIC_HOST, magicToken("unexpected"));
  await run(edge.testKey, "acme.okta.com", oktaToken());
  await run(edge.liveKey, "acme.okta.com", oktaToken());
  await run(edge.testKey, MAGIC_HOST, magicToken(), { kvPut: "fail" });
  await run(edge.testKey, MAGIC_HOST, magicToken(), { object: { operation: "commit-attempt", how: "fail" } });
  await run(edge.testKey, MAGIC_HOST, magicToken(), { object: { operation: "commit-attempt", how: "lose-reply" } });
  // Every ending of every provider.
  for (const app of ["okta", "harness", "launchdarkly", "gitlab"]) {
    const { body } = await edge.send("GET", `/api/v1/providers/${app}`, { token: edge.testKey });
    for (const { fields } of body.testValues) {
      const [id] = Object.keys(fields).filter((id) => /apiToken|apiKey|accessToken/.test(id));
      // The listed values end in zeros; a random end makes each a different secret.
      const secret = fields[id].slice(0, -10) + randomBytes(5).toString("hex");
      tokens.push(secret);
      answers.push(await edge.link(app, { ...fields, [id]: secret }, { key: edge.testKey }));
    }
  }
  // Every stored account is checked, and shown with what is known about it.
  for (const key of [edge.testKey, edge.liveKey]) {
    for (const { app, id } of await edge.listed(key)) {
      answers.push(await edge.send("POST", `/api/v1/app-connections/${app}/${id}/verify`, { token: key }));
      answers.push(await edge.send("GET", `/api/v1/app-connections/${app}/${id}`, { token: key }));
    }
  }
  // Lists, searches, counts and exports of accounts.
  for (const key of [edge.testKey, edge.liveKey]) {
    for (const path of ["?limit=100&sort=-checkedAt", "?q=okta&sort=keyName", "/counts?q=o&freshness=green", "/export?sort=endUser"]) {
      const answer = await edge.send("GET", `/api/v1/app-connections${path}`, { token: key });
      if (answer.status !== 200) throw new Error(`${path}: ${answer.text}`);
      answers.push(answer);
    }
  }
  // The audit log has all of it, in every form.
  const auditor = await edge.keyWith(["admin"]);
  for (const path of ["/api/v1/audit-log?limit=100", "/api/v1/audit-log/head", "/api/v1/audit-log/export", "/api/v1/audit-log/export?format=csv"]) {
    const answer = await edge.send("GET", path, { token: auditor });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.text}`);
    answers.push(answer);
  }
  // Every event, those of the sessions and their refused attempts among them.
  for (const key of [edge.testKey, edge.liveKey]) {
    let after = "";
    do {
      const page = await edge.send("GET", `/api/v1/events?after=${after}`, { token: key });
      answers.push(page);
      events.push(...page.body.events);
      after = page.body.nextCursor;
    } while (after);
  }
  const session = await edge.session();
  tokens.push(session.token);
  await edge.send("GET", "/api/v1/connect", { token: session.token });
  // A session gets another link, with an invitation, and is extended: neither token is kept anywhere.
  const renewed = await edge.send("POST", `/api/v1/connect-sessions/${session.id}/link?invitation=true`, { token: edge.testKey });
  tokens.push(renewed.body.token.split(".").at(-1));
  answers.push(await edge.send("PATCH", `/api/v1/connect-sessions/${session.id}`, { token: edge.testKey, body: { expiresIn: 3600 } }));
  session.token = renewed.body.token;
  const token = magicToken();
  tokens.push(token);
  // A secret in a wrong place: as a member's name, in place of a number, in a body that breaks off.
  for (const raw of [`{"${token}":1}`, `{"attemptId":"${token}"}`, `{"fields":{"apiToken":"${token}"}}`, `{"fields":"${token}`]) {
    answers.push(await edge.send("POST", "/api/v1/connect", { token: session.token, raw }));
  }
  for (const tries = Date.now() + 10_000; webhooks.length < 10 && Date.now() < tries; ) await new Promise((resolve) => setTimeout(resolve, 50));
  for (const path of ["events", "audit-log", "webhook-endpoints", `webhook-endpoints/${made.body.webhookEndpoint.id}/deliveries`, "status"]) {
    answers.push(await edge.send("GET", `/api/v1/${path}`, { token: admin }));
  }
  // People sign in to the console, use it, and sign out: neither link nor cookie is kept anywhere.
  for (const role of ["viewer", "admin"]) {
    const link = await edge.send("POST", `/api/v1/projects/${edge.project.id}/console-links`, { token: edge.secrets.ADMIN_TOKEN, body: { mode: "test", role } });
    const linkToken = link.body.consoleLink.url.split("#")[1];
    const signIn = () => edge.send("POST", "/console/session", { body: { link: linkToken }, headers: { origin: edge.url } });
    const signedIn = await signIn();
    const cookie = signedIn.headers.get("set-cookie").split(";")[0];
    for (const secret of [linkToken, cookie.split("=")[1]]) tokens.push(secret.split(".").at(-1));
    answers.push(signedIn, await signIn());
    const headers = { cookie, "latchkey-console": "test", origin: edge.url };
    for (const path of ["console", "console-sessions", "app-connections", "audit-log", "events"]) {
      answers.push(await edge.send("GET", `/api/v1/${path}`, { headers }));
    }
    if (role === "admin") answers.push(await edge.send("DELETE", "/console/session", { headers }));
  }
  await edge.restart();
});
after(() => edge.stop());

test("the run stored sealed values in KV and in a Durable Object", async () => {
  assert.deepEqual(answers.slice(0, 8).map((answer) => answer.status), [200, 422, 502, 422, 200, 503, 503, 200]);
  const sealed = edge.files().filter(({ bytes }) => bytes.includes("lk1.k1."));
  assert.ok(sealed.some(({ path }) => path.includes("/kv/")), "nothing sealed is in KV");
  assert.ok(sealed.some(({ path }) => path.includes("/objects/")), "nothing sealed is in a Durable Object");
});

test("the run told of sessions that were refused and completed", () => {
  const types = new Set(events.map(({ type }) => type));
  for (const type of ["session.rejected", "session.completed"]) assert.ok(types.has(type), type);
});

test("no persisted file holds a secret, in any disguise", () => {
  for (const { path, bytes } of edge.files()) {
    for (const token of tokens) assert.deepEqual(found(token, bytes), [], path);
  }
});

test("the search finds a secret that is there", () => {
  const token = oktaToken();
  const wrapped = Buffer.from(JSON.stringify({ apiToken: token })).toString("base64");
  for (const text of [token, encodeURIComponent(`x${token}`), Buffer.from(token).toString("hex"), wrapped]) {
    assert.notDeepEqual(found(token, `noise ${text} noise`), [], text);
  }
});

test("no log line holds a secret, and the log is not empty", () => {
  const log = edge.logText();
  assert.match(log, /requestId/);
  for (const token of tokens) assert.deepEqual(found(token, log), []);
});

test("no requested URL holds a secret, and no response repeats one", () => {
  const urls = edge.okta.seen.map(({ line }) => line).join("\n");
  assert.match(urls, /users\/me/);
  for (const token of tokens) {
    assert.deepEqual(found(token, urls), []);
    for (const answer of answers) assert.deepEqual(found(token, answer.text), [], answer.text);
  }
});

test("no webhook holds a secret of a customer, and nothing holds the key that signs webhooks", () => {
  assert.ok(webhooks.length >= 10, `${webhooks.length} webhooks`);
  for (const webhook of webhooks) for (const token of tokens) assert.deepEqual(found(token, webhook), [], webhook);
  const places = [...edge.files().map(({ bytes }) => bytes), edge.logText(), ...webhooks, ...answers.map(({ text }) => text)];
  for (const place of places) assert.deepEqual(found(signingKey, place), []);
});
