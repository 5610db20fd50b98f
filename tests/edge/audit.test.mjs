// The audit log on the real runtime: the chain, its signatures by Node's own cryptography, and an export that is longer than a piece.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash, createPublicKey, verify } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";

import { deploy } from "../harness/deployment.mjs";

/** More than two pieces of an export have. */
const SESSIONS = 4_100;

let edge, admin, folder;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "latchkey-audit-"));
  edge = await deploy({ settings: { REQUESTS_PER_MINUTE: "100000" } });
  admin = await edge.keyWith(["admin"]);
  let left = SESSIONS;
  const one = async () => {
    while (left-- > 0) {
      const body = { providers: ["okta"], endUser: { id: "user-1" } };
      const headers = { "cf-connecting-ip": "203.0.113.77" };
      const made = await edge.send("POST", "/api/v1/connect-sessions", { token: edge.testKey, body, headers });
      assert.equal(made.status, 201, made.text);
    }
  };
  await Promise.all(Array.from({ length: 16 }, one));
});
after(async () => {
  await edge.stop();
  rmSync(folder, { recursive: true });
});

const get = (path, token = admin) => edge.send("GET", path, { token });
const lines = (text) => text.trim().split("\n").map((line) => JSON.parse(line));

/** Whether a head or checkpoint is signed with the key that everybody can read. */
async function isSigned(project, { seq, hash, at, signature }) {
  const { body } = await edge.send("GET", "/.well-known/latchkey-audit-key");
  const key = createPublicKey({ key: body, format: "jwk" });
  const message = `latchkey audit-log v1\n${project}\n${seq}\n${hash}\n${at}\n`;
  return verify(null, Buffer.from(message), key, Buffer.from(signature, "base64url"));
}

/** What the example of the documentation says. */
async function example(text) {
  const file = join(folder, "audit-log.jsonl");
  writeFileSync(file, text);
  const script = new URL("../../edge/docs/examples/check-audit-log.mjs", import.meta.url).pathname;
  return promisify(execFile)(process.execPath, [script, file]).catch((failed) => failed);
}

test("the head is signed with the public key of the deployment", async () => {
  const { status, body } = await get("/api/v1/audit-log/head");
  assert.equal(status, 200);
  assert.ok(body.seq > SESSIONS && body.records === body.seq && body.oldestSeq === 1, JSON.stringify(body));
  assert.ok(await isSigned(edge.project.id, body));
  assert.ok(!(await isSigned(edge.project.id, { ...body, seq: body.seq + 1 })));
  assert.ok(!(await isSigned("6a1c3d5e-7f80-4912-a3b4-c5d6e7f80912", body)));
});

test("an export longer than a piece is whole, chained and signed", async () => {
  const before = (await get("/api/v1/audit-log/head")).body;
  const answer = await get("/api/v1/audit-log/export");
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("content-type"), "application/x-ndjson");
  assert.equal(answer.headers.get("latchkey-rest"), null);
  const all = lines(answer.text);
  const [{ export: begin }, { head }] = [all[0], all.at(-1)];
  assert.equal(begin.project, edge.project.id);
  assert.ok(await isSigned(begin.project, head));
  const records = all.slice(1, -1);
  assert.equal(records.length, before.seq + 1);
  let prev = "0".repeat(64);
  for (const [at, { hash, ...record }] of records.entries()) {
    assert.deepEqual([record.seq, record.prev], [at + 1, prev]);
    const canonical = JSON.stringify(Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))));
    if (!record.withheld) assert.equal(createHash("sha256").update(canonical).digest("hex"), hash, canonical);
    prev = hash;
  }
  assert.equal(records[before.seq - 1].hash, before.hash, "the head that was kept");
  assert.equal(head.hash, prev);
  const session = records.find(({ action }) => action === "session.create");
  assert.match(session.from, /^hash:[0-9a-f]{32}$/);
  assert.match(session.requestId, /^req_[0-9A-Za-z]+$/);
  const said = await example(answer.text);
  assert.equal(said.code, undefined, said.stdout);
  const changed = answer.text.replace(`"seq":${SESSIONS},`, `"seq":${SESSIONS},"more":1,`);
  assert.match((await example(changed)).stdout, new RegExp(`Record ${SESSIONS} was changed`));
});

test("an export whose client leaves early disturbs nobody", async () => {
  const response = await fetch(`${edge.url}/api/v1/audit-log/export`, { headers: { authorization: `Bearer ${admin}` } });
  const reader = response.body.getReader();
  assert.ok((await reader.read()).value.length > 0);
  await reader.cancel();
  assert.equal((await get("/api/v1/audit-log?limit=1")).body.entries[0].action, "audit-log.export");
});

test("HEAD of an export has no body, and CSV comes in pieces too", async () => {
  const headed = await edge.send("HEAD", "/api/v1/audit-log/export", { token: admin });
  assert.deepEqual([headed.status, headed.text, headed.headers.get("latchkey-rest")], [200, "", null]);
  const csv = await get("/api/v1/audit-log/export?format=csv&action=session.create");
  assert.equal(csv.headers.get("content-type"), "text/csv; charset=utf-8; header=present");
  const rows = csv.text.trim().split("\r\n");
  assert.equal(rows.length, SESSIONS + 1);
  assert.ok(rows.slice(1).every((row) => row.includes(",session.create,")));
});

test("the log is read by filters", async () => {
  const { body } = await get("/api/v1/audit-log?action=session.create&outcome=done&limit=5");
  assert.equal(body.entries.length, 5);
  assert.ok(body.nextCursor);
  assert.deepEqual((await get("/api/v1/audit-log?actor=owner&action=session.create")).body, { entries: [], nextCursor: null });
  const refused = await edge.send("GET", "/api/v1/app-connections", { token: edge.testKey.replace(/.$/, (end) => (end === "1" ? "2" : "1")) });
  assert.equal(refused.status, 401);
  const [entry] = (await get("/api/v1/audit-log?outcome=refused")).body.entries;
  assert.deepEqual([entry.action, entry.actor.type, entry.requestId], ["api-key.refuse", "unknown", refused.headers.get("x-request-id")]);
  for (const path of ["/api/v1/audit-log/head", "/api/v1/audit-log/export"]) {
    assert.equal((await get(path, edge.testKey)).status, 403, path);
    assert.equal((await edge.send("GET", path)).status, 401, path);
  }
});
