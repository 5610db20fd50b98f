// Sealing in Firefox and WebKitGTK: by the browser's own X25519, or by the program in Rust where a test removes X25519.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { MAGIC_HOST, magicToken } from "../harness/deployment.mjs";
import { ENGINES, ready, says, tabTo } from "../harness/engines.mjs";
import { setStage } from "../harness/engines_setup.mjs";

let stage;
before(async () => (stage = await setStage()));
afterEach(() => stage.clear());
after(() => stage.stop());

const CHANGES = {
  "as it comes": () => {},
  "without X25519": () => {
    SubtleCrypto.prototype.generateKey = () => Promise.reject(new DOMException("", "NotSupportedError"));
  },
  "without WebCrypto": () => {
    Object.defineProperty(Crypto.prototype, "subtle", { value: undefined });
  },
};

for (const engine of ENGINES) {
  for (const [how, change] of Object.entries(CHANGES)) {
    test(`${engine} ${how}: a secret is sealed, and the edge opens it`, async (t) => {
      const from = stage.seen.length;
      const page = await stage.open(engine);
      await page.goto((await stage.session()).url);
      await ready(page);
      const has = await page.evaluate(() => crypto.subtle.generateKey("X25519", false, ["deriveBits"]).then(Boolean, () => false));
      // The sealing program loads with the first character, so it sees the changed browser.
      await page.evaluate(change);
      await page.type(MAGIC_HOST);
      await tabTo(page, "#field-apiToken");
      await page.type(magicToken());
      await page.press("Enter");
      await says(page, "#latchkey-outcome", /Connected as Ada Lovelace/);
      const sent = stage.seen.slice(from);
      const rust = sent.filter(({ url }) => url.startsWith("/assets/seal-fallback-")).length;
      assert.equal(rust, how === "as it comes" && has ? 0 : 2);
      const [attempt] = sent.filter(({ method, url }) => method === "POST" && url === "/api/v1/connect");
      assert.deepEqual(Object.keys(JSON.parse(attempt.body).fields.apiToken).sort(), ["ct", "enc", "format", "kid"]);
      assert.deepEqual(await page.errors(), []);
      t.diagnostic(`${stage.engines[engine].version} ${how}: ${rust ? "the program in Rust" : "its own X25519"} seals`);
    });
  }
}
