// The console on the real runtime: signing in by a link, a key and Cloudflare Access with real signatures, cookies, and the live channel.

import assert from "node:assert/strict";
import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { after, before, test } from "node:test";

import { WebSocket } from "ws";

import { MAGIC_HOST, deploy, found, magicToken } from "../harness/deployment.mjs";

const TEAM = "example.cloudflareaccess.com";
const AUDIENCE = "4714c1358e65fe4b408ad6d432a5f878f08194bdb4752441fd56faefa9b2b6f2";
const code = ({ status, body }) => [status, body?.code];

const ours = generateKeyPairSync("rsa", { modulusLength: 2048 });
const other = generateKeyPairSync("rsa", { modulusLength: 2048 });
const jwk = { ...ours.publicKey.export({ format: "jwk" }), kid: "k1", alg: "RS256", use: "sig" };

let edge;
before(async () => {
  edge = await deploy({ settings: { ACCESS_TEAM_DOMAIN: TEAM, ACCESS_AUDIENCE: AUDIENCE } });
  edge.okta.answer(`GET https://${TEAM}/cdn-cgi/access/certs`, () => Response.json({ keys: [jwk] }));
});
after(() => edge.stop());

const owner = () => edge.secrets.ADMIN_TOKEN;
const link = async (more = {}) => {
  const answer = await edge.send("POST", `/api/v1/projects/${edge.project.id}/console-links`, { token: owner(), body: { mode: "test", ...more } });
  assert.equal(answer.status, 201, answer.text);
  return answer.body.consoleLink.url.split("#")[1];
};
const signIn = (body, headers = {}) => edge.send("POST", "/console/session", { body, headers: { origin: edge.url, ...headers } });
const enter = async (body) => {
  const answer = await signIn(body);
  assert.equal(answer.status, 200, answer.text);
  const { mode } = answer.body.console;
  const cookie = answer.headers.get("set-cookie").split(";")[0];
  const headers = { cookie, "latchkey-console": mode, origin: edge.url };
  return { cookie, mode, headers, console: answer.body.console, send: (method, path, body) => edge.send(method, path, { headers, body }) };
};
const as = async (role, mode = "test") => enter({ link: await link({ role, mode }) });

test("a link signs in once, and its cookie acts with the header of its mode alone", async () => {
  const token = await link({ role: "support", name: "Ada" });
  const person = await enter({ link: token });
  assert.deepEqual([person.console.role, person.console.signedInAs], ["support", "Ada"]);
  assert.deepEqual(code(await signIn({ link: token })), [409, "console_link_used"]);
  assert.equal((await person.send("GET", "/api/v1/app-connections")).status, 200);
  const { cookie } = person;
  assert.deepEqual(code(await edge.send("GET", "/api/v1/app-connections", { headers: { cookie } })), [401, "credentials_missing"]);
  const crossed = { cookie, "latchkey-console": "live" };
  assert.deepEqual(code(await edge.send("GET", "/api/v1/app-connections", { headers: crossed })), [401, "credentials_missing"]);
  const forged = { ...person.headers, origin: "https://evil.example" };
  assert.deepEqual(code(await edge.send("POST", "/api/v1/connect-sessions", { headers: forged, body: {} })), [403, "foreign_origin"]);
  const made = await person.send("POST", "/api/v1/connect-sessions", { providers: ["okta"], endUser: { id: "u" } });
  assert.equal(made.status, 201, made.text);
  assert.equal((await edge.send("DELETE", "/console/session", { headers: person.headers })).status, 204);
  assert.deepEqual(code(await person.send("GET", "/api/v1/app-connections")), [401, "console_session_ended"]);
});

test("no answer to any role has the secret of an account, and a viewer changes nothing", async () => {
  const secret = magicToken();
  assert.equal((await edge.attempt(await edge.session(), "attempt-1", MAGIC_HOST, secret)).status, 200);
  const [account] = await edge.listed();
  const path = `/api/v1/app-connections/okta/${account.id}`;
  for (const role of ["viewer", "support", "admin"]) {
    const person = await as(role);
    const read = await person.send("GET", path);
    assert.equal(read.status, 200);
    assert.deepEqual(found(secret, read.text), []);
    const opened = await person.send("GET", `${path}/credentials`);
    assert.deepEqual([code(opened), opened.body.detail], [[403, "insufficient_role"], `Your role, ${role}, may not do this.`]);
  }
  const viewer = await as("viewer");
  for (const [method, at, body] of [["PATCH", "", { description: "x" }], ["DELETE", ""], ["POST", "/verify"], ["POST", "/relink"], ["POST", "/suspend"]]) {
    assert.deepEqual(code(await viewer.send(method, path + at, body)), [403, "insufficient_role"], `${method} ${at}`);
  }
});

test("Cloudflare Access lets members in by a real signature of its team, and by no other", async () => {
  const members = [{ emailDomain: "example.com", role: "viewer", live: false }, { email: "ada@example.com", role: "admin", live: true }];
  const patched = await edge.send("PATCH", `/api/v1/projects/${edge.project.id}`, { token: owner(), body: { consoleMembers: members } });
  assert.equal(patched.status, 200, patched.text);
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const right = { aud: [AUDIENCE], iss: `https://${TEAM}`, email: "ada@example.com", iat: now, nbf: now, exp: now + 600 };
  const statement = ({ header = {}, claims = {}, by = ours.privateKey, make } = {}) => {
    const signed = `${part({ alg: "RS256", kid: "k1", typ: "JWT", ...header })}.${part({ ...right, ...claims })}`;
    const signature = make ? make(signed) : sign("RSA-SHA256", Buffer.from(signed), by).toString("base64url");
    return `${signed}.${signature}`;
  };
  const ask = (assertion, mode = "live") =>
    signIn({ access: { project: edge.project.id, mode } }, { "cf-access-jwt-assertion": assertion });
  const admitted = await ask(statement());
  assert.equal(admitted.status, 200, admitted.text);
  assert.deepEqual([admitted.body.console.role, admitted.body.console.signedInAs], ["admin", "ada@example.com"]);
  assert.equal((await ask(statement({ claims: { email: "eve@example.com" } }), "test")).body.console.role, "viewer");
  assert.deepEqual(code(await ask(statement({ claims: { email: "eve@example.com" } }))), [403, "not_a_member"]);
  const hmac = (signed) => createHmac("sha256", ours.publicKey.export({ format: "pem", type: "spki" })).update(signed).digest("base64url");
  const forged = {
    "another key": { by: other.privateKey },
    "an unknown key id": { header: { kid: "k9" } },
    "alg none": { header: { alg: "none" }, make: () => "" },
    "HS256 with the public key": { header: { alg: "HS256" }, make: hmac },
    "HS256 called RS256": { make: hmac },
    "no signature": { make: () => "" },
    "a wrong audience": { claims: { aud: ["x"] } },
    "another team": { claims: { iss: "https://evil.cloudflareaccess.com" } },
    expired: { claims: { exp: now - 1 } },
    "not yet": { claims: { nbf: now + 600 } },
  };
  for (const [what, change] of Object.entries(forged)) {
    assert.deepEqual(code(await ask(statement(change))), [401, "invalid_access_token"], what);
  }
  const [header, , signature] = statement().split(".");
  assert.deepEqual(code(await ask(`${header}.${part({ ...right, email: "eve@example.com" })}.${signature}`)), [401, "invalid_access_token"]);
});

/** Opens the live channel. Returns the status, and with a socket its texts. */
function listen(person, { origin = edge.url, mode = person.mode } = {}) {
  const address = `${edge.url.replace("http", "ws")}/api/v1/live?mode=${mode}`;
  const socket = new WebSocket(address, { headers: { cookie: person.cookie }, ...(origin && { origin }) });
  const texts = [];
  socket.on("message", (data) => texts.push(String(data)));
  // The frame of the server has come. workerd ends the connection itself only later.
  const closed = () => (socket.readyState === WebSocket.OPEN ? undefined : socket._closeCode);
  return new Promise((resolve) => {
    socket.on("open", () => resolve({ status: 101, socket, texts, closed }));
    socket.on("unexpected-response", (request, { statusCode }) => {
      request.destroy();
      resolve({ status: statusCode });
    });
    socket.on("error", () => {});
  });
}

async function until(holds, what) {
  for (const end = Date.now() + 8_000; Date.now() < end; ) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail(`not in time: ${what}`);
}

test("the live channel tells kinds and ids of its mode, at most once in a second, and never data", async () => {
  const [admin, viewer, live] = [await as("admin"), await as("viewer"), await as("admin", "live")];
  const channels = await Promise.all([admin, viewer, live].map((person) => listen(person)));
  assert.deepEqual(channels.map(({ status }) => status), [101, 101, 101]);
  const [forAdmin, forViewer, forLive] = channels;
  forAdmin.socket.send("ping");
  await until(() => forAdmin.texts.includes("pong"), "pong");
  const began = Date.now();
  const ids = [];
  for (let at = 0; at < 4; at++) {
    const session = await edge.session();
    assert.equal((await edge.attempt(session, "attempt-1", MAGIC_HOST, magicToken())).status, 200);
  }
  ids.push(...(await edge.listed()).map(({ id }) => id));
  const told = (texts) => texts.filter((text) => text !== "pong").map((text) => JSON.parse(text));
  await until(() => told(forViewer.texts).some(({ ids: seen }) => seen.some((id) => ids.includes(id))), "an account");
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const seconds = (Date.now() - began) / 1000;
  assert.ok(told(forViewer.texts).length <= seconds + 2, `${told(forViewer.texts).length} texts in ${seconds} s`);
  const kinds = (texts) => new Set(told(texts).flatMap(({ changed }) => changed));
  assert.ok(kinds(forAdmin.texts).has("audit-log") && kinds(forViewer.texts).has("app-connections"));
  assert.ok(!kinds(forViewer.texts).has("audit-log"), "a viewer is not told of what only admins see");
  for (const text of forAdmin.texts) {
    for (const data of ["Ada", "okta", "latchkey-demo", "user-1"]) assert.ok(!text.includes(data), text);
  }
  assert.ok(!kinds(forLive.texts).has("app-connections"), "the other mode");
  for (const { socket } of channels) socket.close();
});

test("the live channel needs our own page, the cookie of its mode, and ends with the session", async () => {
  const person = await as("admin");
  for (const [what, how, status] of [
    ["another site", { origin: "https://evil.example" }, 403],
    ["no origin", { origin: null }, 403],
    ["the other mode", { mode: "live" }, 401],
    ["no mode", { mode: "" }, 422],
  ]) {
    const refused = await listen(person, how);
    assert.deepEqual([refused.status, refused.socket ?? null], [status, null], what);
  }
  const plain = await edge.send("GET", "/api/v1/live?mode=test", { headers: person.headers });
  assert.deepEqual(code(plain), [422, "invalid_parameter"]);
  assert.equal(plain.headers.get("latchkey-live"), null);
  const channel = await listen(person);
  const chatty = await listen(person);
  chatty.socket.send("hello");
  await until(() => chatty.closed() === 1008, "a message is refused");
  assert.equal((await edge.send("DELETE", "/console/session", { headers: person.headers })).status, 204);
  await until(() => channel.closed() === 4401, "the end of the session");
  assert.equal((await listen(person)).status, 401);
});

test("a project has at most fifty browsers on the live channel", async () => {
  const person = await as("viewer");
  const open = [];
  for (let at = 0; at < 50; at++) open.push(await listen(person));
  assert.equal(open.filter(({ status }) => status === 101).length, 50);
  assert.equal((await listen(person)).status, 503);
  for (const { socket } of open) socket.close();
});
