// Ten thousand accounts of test mode in fifty projects, on the real runtime with a real queue, alarms and timer: each is checked within
// its interval.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { deploy, MAGIC_HOST, magicToken } from "../harness/deployment.mjs";

const PROJECTS = Number(process.env.LATCHKEY_PROJECTS ?? 50);
const ACCOUNTS = Number(process.env.LATCHKEY_ACCOUNTS ?? 200);
const PATH = "/api/v1/app-connections/okta";
const DAY = 24 * 3_600_000;
/** How many accounts are linked at once. */
const AT_ONCE = 8;

let edge;
after(() => edge?.stop());

test("ten thousand accounts in fifty projects are checked within their interval", { timeout: 1_500_000 }, async () => {
  edge = await deploy({ faults: true, settings: { REQUESTS_PER_MINUTE: "1000000" } });
  const keys = [];
  for (let number = 0; number < PROJECTS; number += 1) {
    const made = await edge.send("POST", "/api/v1/projects", { token: edge.secrets.ADMIN_TOKEN, body: { name: `Project ${number}` } });
    assert.equal(made.status, 201, made.text);
    keys.push(made.body.apiKeys.test);
  }
  // A day ago. Each account has had its turn since.
  await edge.faults({ clock: -DAY });
  const wanted = keys.flatMap((key) => Array.from({ length: ACCOUNTS }, (_, number) => [key, number]));
  const link = async () => {
    for (let next = wanted.pop(); next; next = wanted.pop()) {
      const [key, number] = next;
      const credentials = { instanceUrl: MAGIC_HOST, apiToken: magicToken() };
      const made = await edge.send("POST", PATH, { token: key, body: { name: `account-${number}`, method: "api-token", credentials } });
      assert.equal(made.status, 201, made.text);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, link));
  await edge.faults({});
  const began = Date.now();
  const waiting = async (key) => {
    let [count, cursor] = [0, ""];
    do {
      const page = await edge.send("GET", `/api/v1/app-connections?limit=100${cursor}`, { token: key });
      assert.equal(page.status, 200, page.text);
      for (const { details } of page.body.appConnections) {
        assert.equal(details.health.state, "healthy");
        if (Date.parse(details.health.checkedAt) < began - DAY / 2) count += 1;
      }
      cursor = page.body.nextCursor ? `&cursor=${page.body.nextCursor}` : "";
    } while (cursor);
    return count;
  };
  // A request wakes an object whose alarm the moved clock has put off; the timer would do it within five minutes.
  const left = new Set(keys);
  while (left.size > 0) {
    assert.ok(Date.now() - began < DAY / 24, "an hour has passed");
    for (const key of left) if ((await waiting(key)) === 0) left.delete(key);
    await sleep(500);
  }
  const seconds = (Date.now() - began) / 1000;
  console.log(`${PROJECTS * ACCOUNTS} accounts were checked in ${seconds.toFixed(0)} s`);
  assert.ok(!edge.logText().includes("failed"), edge.logText().slice(-2_000));
});
