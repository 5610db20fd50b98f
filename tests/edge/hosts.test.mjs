// Host names and client addresses on the real runtime, written byte by byte: what the runtime makes of a request's target and
// headers decides what the edge sees. The rules are in `tests/core/hosts.rs` and `tests/core/counting.rs`.

import assert from "node:assert/strict";
import net from "node:net";
import { after, before, test } from "node:test";

import { change } from "../harness/brand.mjs";
import { deploy } from "../harness/deployment.mjs";

let edge, session;
before(async () => {
  edge = await deploy({ settings: { PUBLIC_URL: "http://127.0.0.1" } });
  session = await edge.session();
  await change(edge, { domains: ["connect.acme.com"] });
});
after(() => edge?.stop());

/** Sends a request as it is written: a target and the lines of the headers. Returns the response's status and text. */
const raw = (target, lines, method = "GET") =>
  new Promise((answered, failed) => {
    const { port } = new URL(edge.url);
    const socket = net.connect(Number(port), "127.0.0.1");
    let text = "";
    socket.setEncoding("latin1").on("data", (part) => (text += part)).on("error", failed);
    socket.on("close", () => answered({ status: Number(text.split(" ")[1]), text }));
    socket.write([`${method} ${target} HTTP/1.1`, ...lines, "Connection: close", "Content-Length: 0", "", ""].join("\r\n"));
  });

const FILES = ["/connect.js", "/embed.js", "/openapi.json", "/docs", "/preload"];

test("an unknown host name has nothing but the health check", async () => {
  const bearer = (token) => `Authorization: Bearer ${token}`;
  const paths = ["/", `/link/${session.id}`, `/embed/${session.id}`, "/guides/okta", "/api/v1/connect", "/api/v1/providers", "/api/v1/projects", "/api/v1/vault", "/nothing", ...FILES];
  for (const host of ["foo.unknown.org", "127.0.0.1.evil.org", "localhost", "127.0.0.2", "[::1]:8787", "connect.acme.com..", "xn--80ak6aa92e.com"]) {
    assert.equal((await raw("/healthz", [`Host: ${host}`])).status, 200, host);
    for (const path of paths) {
      for (const method of ["GET", "POST", "OPTIONS"]) {
        for (const token of [edge.secrets.ADMIN_TOKEN, session.token]) {
          assert.equal((await raw(path, [`Host: ${host}`, bearer(token)], method)).status, 404, `${method} ${host}${path}`);
        }
      }
    }
  }
});

test("a known host name has its files, however it is spelled", async () => {
  for (const host of ["127.0.0.1", "127.0.0.1:8443", "127.0.0.1.", "Connect.ACME.com", "connect.acme.com:443"]) {
    for (const path of [...FILES, "/guides/okta"]) assert.equal((await raw(path, [`Host: ${host}`])).status, 200, `${host}${path}`);
  }
});

test("a request that names two host names reaches nothing of the deployment", async () => {
  const bearer = `Authorization: Bearer ${edge.secrets.ADMIN_TOKEN}`;
  for (const [target, lines] of [
    ["/api/v1/projects", ["Host: connect.acme.com", "Host: 127.0.0.1"]],
    ["/api/v1/projects", ["Host: 127.0.0.1", "Host: connect.acme.com"]],
    ["/api/v1/projects", ["Host: 127.0.0.1, connect.acme.com"]],
    ["/api/v1/projects", ["Host: connect.acme.com", "X-Forwarded-Host: 127.0.0.1"]],
    ["/api/v1/projects", ["Host: connect.acme.com", "Forwarded: host=127.0.0.1"]],
    ["/api/v1/projects", ["Host: 127.0.0.1@connect.acme.com"]],
    ["/api/v1/projects", ["Host: 127.0.0.1:x@evil.org"]],
    ["/api/v1/projects", ["Host: evil.org/127.0.0.1"]],
    ["/api/v1/projects", ["Host: "]],
    ["/api/v1/projects", []],
    ["//127.0.0.1/api/v1/projects", ["Host: connect.acme.com"]],
  ]) {
    const { status, text } = await raw(target, [...lines, bearer]);
    assert.ok(status === 404 || status === 400 || status === 500 || Number.isNaN(status), `${target} ${lines}: ${status}`);
    assert.ok(!text.includes(edge.project.id), `${target} ${lines}`);
  }
});

test("an absolute target counts as its own host name", async () => {
  const bearer = `Authorization: Bearer ${edge.secrets.ADMIN_TOKEN}`;
  for (const [target, host] of [
    ["http://connect.acme.com/api/v1/projects", "connect.acme.com"],
    ["http://evil.org/api/v1/projects", "evil.org"],
  ]) {
    const { text } = await raw(target, [`Host: ${host}`, bearer]);
    assert.ok(!text.includes(edge.project.id), `${target}: ${text}`);
  }
});

test("wrong secrets count for the address in the trusted header, and use up nothing of the right one", async () => {
  const forged = `${session.token.slice(0, -44)}${"1".repeat(44)}`;
  const read = (token, address) => edge.send("GET", "/api/v1/connect", { token, headers: { "cf-connecting-ip": address } });
  const wrong = [];
  for (let number = 0; number < 150; number += 1) wrong.push((await read(forged, "192.0.2.1")).status);
  assert.ok(wrong.includes(429) && wrong.every((status) => status === 401 || status === 429));
  assert.equal((await read(session.token, "192.0.2.1")).status, 200);
  assert.equal((await read(forged, "192.0.2.2")).status, 401);
});

test("a page past its limit is 429 as a page, and the next address is served", async () => {
  const open = await deploy();
  try {
    const own = await open.session();
    const page = (address) => open.send("GET", `/link/${own.id}`, { headers: { "cf-connecting-ip": address } });
    let limited;
    for (let number = 0; number < 700 && limited?.status !== 429; number += 1) limited = await page("192.0.2.1");
    assert.equal(limited.status, 429);
    assert.match(limited.headers.get("content-type"), /^text\/html/);
    assert.ok(Number(limited.headers.get("retry-after")) >= 1);
    assert.equal((await page("192.0.2.2")).status, 200);
    assert.equal((await page("192.0.2.2")).headers.get("cross-origin-opener-policy"), "same-origin");
  } finally {
    await open.stop();
  }
});
