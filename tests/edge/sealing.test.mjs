// Sealed values between two implementations: the form's, over WebCrypto, and the Worker's.

import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, webcrypto } from "node:crypto";
import { after, before, test } from "node:test";

import { MAGIC_HOST, deploy, magicToken } from "../harness/deployment.mjs";
import { sealAnswer, sealBytes } from "../harness/seal.mjs";

let edge;
before(async () => (edge = await deploy()));
after(() => edge.stop());

const form = (attemptId) => ({ attemptId, app: "okta", fields: { instanceUrl: { text: MAGIC_HOST } } });
const submit = (session, attemptId, apiToken) =>
  edge.send("POST", "/api/v1/connect", {
    token: session.token,
    body: { attemptId, app: "okta", fields: { instanceUrl: { text: MAGIC_HOST }, apiToken } },
  });

test("the form’s sender produces RFC 9180's test vectors for its suite", async () => {
  const hex = (text) => Buffer.from(text, "hex");
  const raw = hex("179d4b53b6365c45b600c4163b61d95cbc2f4d9e36f1695558dce265ab8bab11");
  const der = Buffer.concat([hex("302e020100300506032b656e04220420"), raw]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const point = Buffer.from(createPublicKey(key).export({ format: "jwk" }).x, "base64url");
  const ephemeral = {
    privateKey: await webcrypto.subtle.importKey("pkcs8", der, "X25519", false, ["deriveBits"]),
    publicKey: await webcrypto.subtle.importKey("raw", point, "X25519", true, []),
  };
  const recipient = hex("430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c");
  const plain = hex("4265617574792069732074727574682c20747275746820626561757479");
  const [enc, ct] = await sealBytes(recipient, hex("4f6465206f6e2061204772656369616e2055726e"), hex("436f756e742d30"), plain, ephemeral);
  assert.equal(Buffer.from(enc).toString("hex"), "6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256");
  assert.equal(
    Buffer.from(ct).toString("hex"),
    "e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a",
  );
});

test("the Worker opens a value that WebCrypto sealed, and refuses it in a second attempt", async () => {
  const session = await edge.session();
  const sealing = await edge.sealing(session);
  const revoked = await sealAnswer(sealing, session.token, form("attempt-1"), "apiToken", magicToken("revoked"));
  assert.equal((await submit(session, "attempt-1", revoked)).body.code, "key_rejected");
  assert.equal((await submit(session, "attempt-1", revoked)).body.code, "key_rejected");
  const reused = await submit(session, "attempt-2", revoked);
  assert.deepEqual([reused.status, reused.body.code], [409, "sealed_value_reused"]);
  const good = await sealAnswer(sealing, session.token, form("attempt-2"), "apiToken", magicToken());
  assert.equal((await submit(session, "attempt-2", good)).status, 200);
});

test("a value that was altered, moved or sent in clear is refused, and the log does not hold it", async () => {
  const session = await edge.session();
  const sealing = await edge.sealing(session);
  const token = magicToken();
  const sealed = await sealAnswer(sealing, session.token, form("attempt-1"), "apiToken", token);
  const flip = (text) => (text[0] === "A" ? "B" : "A") + text.slice(1);
  const other = await edge.session();
  for (const [attempt, value, code] of [
    ["attempt-1", { ...sealed, ct: flip(sealed.ct) }, "sealed_value_unreadable"],
    ["attempt-2", { ...sealed, enc: flip(sealed.enc) }, "sealed_value_unreadable"],
    ["attempt-3", { ...sealed, kid: "s0" }, "unknown_sealing_key"],
    ["attempt-4", await sealAnswer(sealing, other.token, form("attempt-4"), "apiToken", token), "sealed_value_unreadable"],
    ["attempt-5", await sealAnswer(sealing, session.token, form("attempt-5"), "eventHookName", token), "sealed_value_unreadable"],
    ["attempt-6", { text: token }, "sealing_required"],
    ["attempt-7", { ...(await sealAnswer(sealing, session.token, form("attempt-7"), "apiToken", token)), format: undefined }, "sealed_value_unreadable"],
    ["attempt-8", await sealAnswer(sealing, session.token, { ...form("attempt-8"), app: "gitlab" }, "apiToken", token), "sealed_value_unreadable"],
    [
      "attempt-9",
      await sealAnswer(sealing, session.token, { ...form("attempt-9"), fields: { instanceUrl: { text: "x" } } }, "apiToken", token),
      "sealed_value_unreadable",
    ],
  ]) {
    const answer = await submit(session, attempt, value);
    assert.deepEqual([answer.status, answer.body.code, answer.body.errors[0].field], [422, code, "apiToken"], attempt);
    assert.ok(!answer.text.includes(token));
  }
  assert.ok(!edge.logText().includes(token));
});

test("keys overlap while they are rotated, and a removed key is reported", async () => {
  const session = await edge.session();
  const before = await edge.sealing(session);
  const old = edge.secrets.SEALING_KEYS;
  const fresh = `s2:${Buffer.from(webcrypto.getRandomValues(new Uint8Array(32))).toString("base64url")}`;
  edge.secrets.SEALING_KEYS = `${fresh},${old}`;
  await edge.restart();
  assert.equal((await edge.sealing(session)).kid, "s2");
  const overlap = await sealAnswer(before, session.token, form("attempt-1"), "apiToken", magicToken("revoked"));
  assert.equal((await submit(session, "attempt-1", overlap)).body.code, "key_rejected");
  edge.secrets.SEALING_KEYS = fresh;
  await edge.restart();
  const late = await sealAnswer(before, session.token, form("attempt-2"), "apiToken", magicToken());
  assert.equal((await submit(session, "attempt-2", late)).body.code, "unknown_sealing_key");
  const again = await sealAnswer(await edge.sealing(session), session.token, form("attempt-2"), "apiToken", magicToken());
  assert.equal((await submit(session, "attempt-2", again)).status, 200);
});
