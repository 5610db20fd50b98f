// Wrapping keys on the real runtime: their sources, and the timer that moves credentials to a new key.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, test } from "node:test";

import { MAGIC_HOST, deploy, magicToken } from "../harness/deployment.mjs";

const running = [];
after(() => Promise.all(running.map((edge) => edge.stop())));
async function started(options) {
  const edge = await deploy(options);
  running.push(edge);
  return edge;
}

const create = (edge, name, apiToken) =>
  edge.send("POST", "/api/v1/app-connections/okta", {
    token: edge.testKey,
    body: { name, method: "api-token", credentials: { instanceUrl: MAGIC_HOST, apiToken } },
  });

test("the timer moves every credential to the new key, after which the old one is not needed", async () => {
  const edge = await started();
  const made = await create(edge, "one", magicToken());
  assert.equal(made.status, 201, made.text);
  const fresh = `k2:${randomBytes(32).toString("base64url")}`;
  edge.secrets.VAULT_KEYS = `${fresh},${edge.secrets.VAULT_KEYS}`;
  await edge.restart();
  const vault = async () => (await edge.send("GET", "/api/v1/vault", { token: edge.secrets.ADMIN_TOKEN })).body;
  assert.equal((await vault()).remaining, 1);
  const worker = await edge.mf.getWorker();
  assert.equal((await worker.scheduled({ cron: "*/5 * * * *" })).outcome, "ok");
  const after = await vault();
  assert.equal(after.remaining, 0);
  assert.deepEqual(after.keys.map(({ id, removable }) => [id, removable]), [["k2", false], ["k1", true]]);
  edge.secrets.VAULT_KEYS = fresh;
  await edge.restart();
  const token = await edge.keyWith(["credentials:read"]);
  const opened = await edge.send("GET", `/api/v1/app-connections/okta/${made.body.appConnection.id}/credentials`, { token });
  assert.equal(opened.status, 200, opened.text);
  assert.equal(edge.logText().trim(), "");
});

test("secrets may come from a Secrets Store, one by one", async () => {
  const edge = await started({ stored: ["VAULT_KEYS", "ADMIN_TOKEN", "ROUTE_KEY"] });
  const made = await create(edge, "one", magicToken());
  assert.equal(made.status, 201, made.text);
  const vault = await edge.send("GET", "/api/v1/vault", { token: edge.secrets.ADMIN_TOKEN });
  assert.equal(vault.body.keys[0].credentials, 1);
});
