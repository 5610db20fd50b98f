// Test mode on the real runtime: every test value ends as documented, and simulated keys keep their state.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { MAGIC_HOST, deploy, magicToken } from "../harness/deployment.mjs";

let edge;
before(async () => (edge = await deploy()));
after(() => edge.stop());

for (const app of ["okta", "harness", "launchdarkly", "gitlab"]) {
  test(`every listed test value of ${app} ends as documented`, async () => {
    const { body } = await edge.send("GET", `/api/v1/providers/${app}`, { token: edge.testKey });
    const status = { accepted: 200, rejected: 422, unavailable: 503, unexpected: 502 };
    assert.ok(body.testValues.length >= 6);
    for (const value of body.testValues) {
      const answer = await edge.link(app, value.fields, { key: edge.testKey });
      assert.equal(answer.status, status[value.ending], `${value.name}: ${answer.text}`);
      const told = value.ending === "accepted" ? answer.body.report.warnings[0] : answer.body.errors[0];
      assert.deepEqual([told?.code ?? null, told?.field ?? null], [value.code ?? null, value.field ?? null], value.name);
    }
  });
}

test("a simulated key keeps its state, also over a restart", async () => {
  const token = magicToken("dies");
  const link = async () => (await edge.link("okta", { instanceUrl: MAGIC_HOST, apiToken: token }, { key: edge.testKey })).status;
  assert.equal(await link(), 200);
  await edge.restart();
  assert.equal(await link(), 422);
  const recovering = magicToken("busy-once");
  const again = async () => (await edge.link("okta", { instanceUrl: MAGIC_HOST, apiToken: recovering }, { key: edge.testKey })).status;
  assert.deepEqual([await again(), await again()], [503, 200]);
});
