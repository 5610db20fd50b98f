// The sender of sealed answers once more, over WebCrypto alone (RFC 9180, base mode, single-shot).
//
// It owns nothing the product uses: tests submit with it, so that two implementations must agree in every one of them. It
// refuses any other suite than the product's.

import { webcrypto } from "node:crypto";

const { subtle } = webcrypto;
const utf8 = new TextEncoder();
const empty = new Uint8Array();

/** The suite's name on the wire. */
export const SUITE = "DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM";

const join = (...parts) => new Uint8Array(parts.flatMap((part) => [...(typeof part === "string" ? utf8.encode(part) : part)]));
const i2osp = (number, length) => Uint8Array.from({ length }, (_, at) => Math.floor(number / 256 ** (length - 1 - at)) % 256);
const base64url = (bytes) => Buffer.from(bytes).toString("base64url");
const KEM = join("KEM", i2osp(0x20, 2));
const HPKE = join("HPKE", i2osp(0x20, 2), i2osp(1, 2), i2osp(2, 2));

async function hmac(key, data) {
  // WebCrypto takes no empty key; HMAC pads one with zeros anyway.
  const bytes = key.length > 0 ? key : new Uint8Array(32);
  const imported = await subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await subtle.sign("HMAC", imported, data));
}

/** `LabeledExtract` and `LabeledExpand`, section 4. No output is longer than one hash. */
const extract = (suite, salt, label, ikm) => hmac(salt, join("HPKE-v1", suite, label, ikm));
const expand = async (suite, key, label, info, length) =>
  (await hmac(key, join(i2osp(length, 2), "HPKE-v1", suite, label, info, [1]))).slice(0, length);

/** What a sealed answer is bound to, as `shared/src/sealing.rs` says it. */
const bind = (...texts) => join(...texts.flatMap((text) => [i2osp(utf8.encode(text).length, 8), text]));

/** Seals bytes: `{enc, ct}`. `ephemeral` is a key pair of its own unless a vector needs a fixed one. */
export async function sealBytes(publicKey, info, data, bytes, ephemeral) {
  const { publicKey: own, privateKey } = ephemeral ?? (await subtle.generateKey("X25519", true, ["deriveBits"]));
  const enc = new Uint8Array(await subtle.exportKey("raw", own));
  const recipient = await subtle.importKey("raw", publicKey, "X25519", true, []);
  const dh = new Uint8Array(await subtle.deriveBits({ name: "X25519", public: recipient }, privateKey, 256));
  const shared = await expand(KEM, await extract(KEM, empty, "eae_prk", dh), "shared_secret", join(enc, publicKey), 32);
  const context = join([0], await extract(HPKE, empty, "psk_id_hash", empty), await extract(HPKE, empty, "info_hash", info));
  const secret = await extract(HPKE, shared, "secret", empty);
  const key = await subtle.importKey("raw", await expand(HPKE, secret, "key", context, 32), "AES-GCM", false, ["encrypt"]);
  const iv = await expand(HPKE, secret, "base_nonce", context, 12);
  const ct = await subtle.encrypt({ name: "AES-GCM", iv, additionalData: data }, key, bytes);
  return { enc, ct: new Uint8Array(ct) };
}

/** Seals one answer to the key of `GET connect`: `{kid, enc, ct}`. `token` is the session's. */
export async function sealAnswer(sealing, token, attemptId, field, text, ephemeral) {
  if (sealing.suite !== SUITE) throw new Error(`an unknown suite: ${sealing.suite}`);
  const [, mode, session, project] = /^cs_(test|live)_((\w+)\.\w+\.\w+)\.\w+$/.exec(token);
  const info = bind("ls1", SUITE, sealing.kid, mode, project, session);
  const publicKey = Buffer.from(sealing.publicKey, "base64url");
  const { enc, ct } = await sealBytes(publicKey, info, bind(attemptId, field), utf8.encode(text), ephemeral);
  return { kid: sealing.kid, enc: base64url(enc), ct: base64url(ct) };
}
