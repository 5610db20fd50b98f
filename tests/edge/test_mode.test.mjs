// Test mode on the real runtime: every test value ends as documented, and simulated keys keep their state. The host's tests run the
// values of all providers; here `LATCHKEY_MATRIX` does, and the short run takes one provider for each way to ask.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { MAGIC_HOST, deploy, magicToken } from "../harness/deployment.mjs";
import { providers } from "../harness/providers.mjs";

/** One provider for each: several requests, a path and a body, a narrow right, an own host, Basic, an exchange and a choice. */
const SHORT = ["okta", "harness", "launchdarkly", "gitlab", "twilio", "crowdstrike", "netlify"];
const apps = process.env.LATCHKEY_MATRIX ? providers() : SHORT;

let edge;
before(async () => (edge = await deploy({ settings: { REQUESTS_PER_MINUTE: "100000" } })));
after(() => edge.stop());

for (const app of apps) {
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
