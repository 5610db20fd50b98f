// Quotas on the real runtime, which counts in the project's object. `tests/core/rate_limits.rs` tests the rules of counting.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { deploy } from "../harness/deployment.mjs";

let edge;
before(async () => (edge = await deploy({ settings: { REQUESTS_PER_MINUTE: "20" } })));
after(() => edge.stop());

const list = (token) => edge.send("GET", "/api/v1/app-connections", { token });

test("a key past its quota gets the time to wait, and other keys go on", async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, () => list(edge.testKey)));
  const limited = answers.filter(({ status }) => status === 429);
  // A new minute may begin between them, which renews the quota once.
  assert.ok(limited.length >= 10 && limited.length <= 30, `${limited.length} of 50 were refused`);
  const [{ body, headers }] = limited;
  assert.equal(body.code, "rate_limited");
  assert.match(headers.get("ratelimit"), /^"minute";r=0;t=\d+$/);
  assert.equal(headers.get("ratelimit-policy"), '"minute";q=20;w=60');
  assert.ok(Number(headers.get("retry-after")) >= 1 && Number(headers.get("retry-after")) <= 60);
  assert.equal((await list(edge.liveKey)).status, 200);
});
