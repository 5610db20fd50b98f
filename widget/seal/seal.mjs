// Seals secrets with the browser's own cryptography (HPKE in base mode, single-shot: RFC 9180, sections 5.1.1 and 6.1).
//
// It owns the sender over WebCrypto, and the choice between it and the program in Rust beside it, which is loaded only where
// the browser has no X25519 or no WebCrypto at all. It refuses to choose a key or the context that a value is bound to, to
// use a suite of another name, and to export the private half of a key pair.

const SUITE = "DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM";
const utf8 = new TextEncoder();

/** @typedef {string | Iterable<number>} Bytes */

/** Bytes and texts, one after the other. */
const join = (/** @type {Bytes[]} */ ...parts) =>
  new Uint8Array(parts.flatMap((part) => [...(typeof part === "string" ? utf8.encode(part) : part)]));
const KEM = join("KEM", [0, 0x20]);
const HPKE = join("HPKE", [0, 0x20, 0, 1, 0, 2]);

/** Each text after its length in bytes, as `shared/src/sealing.rs` binds them. No text is longer than 65,535 bytes. */
const bind = (/** @type {string[]} */ ...texts) =>
  join(...texts.flatMap((text) => [[0, 0, 0, 0, 0, 0, utf8.encode(text).length >> 8, utf8.encode(text).length & 255], text]));

const hmac = async (/** @type {Uint8Array<ArrayBuffer> | ""} */ key, /** @type {Bytes[]} */ ...data) => {
  // WebCrypto takes no empty key; HMAC pads one with zeros anyway (RFC 2104, section 2).
  const bytes = key || new Uint8Array(32);
  const imported = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, join(...data)));
};

/** `LabeledExtract` and `LabeledExpand` (section 4). No output is longer than one hash. */
/** @type {(suite: Bytes, salt: Uint8Array<ArrayBuffer> | "", label: string, ikm: Bytes) => Promise<Uint8Array<ArrayBuffer>>} */
const extract = (suite, salt, label, ikm) => hmac(salt, "HPKE-v1", suite, label, ikm);
/** @type {(suite: Bytes, key: Uint8Array<ArrayBuffer>, label: string, info: Bytes, length: number) => Promise<Uint8Array<ArrayBuffer>>} */
const expand = async (suite, key, label, info, length) =>
  (await hmac(key, [0, length], "HPKE-v1", suite, label, info, [1])).slice(0, length);

const newPair = () => /** @type {Promise<CryptoKeyPair>} */ (crypto.subtle.generateKey("X25519", false, ["deriveBits"]));

/**
 * Seals bytes: `[enc, ct]`. Each has a fresh pair; only a test vector brings its own.
 * @type {(
 *   publicKey: Uint8Array<ArrayBuffer>,
 *   info: Uint8Array<ArrayBuffer>,
 *   data: Uint8Array<ArrayBuffer>,
 *   bytes: Uint8Array<ArrayBuffer>,
 *   pair?: CryptoKeyPair,
 * ) => Promise<Uint8Array<ArrayBuffer>[]>}
 */
export const sealBytes = async (publicKey, info, data, bytes, pair) => {
  const { subtle } = crypto;
  const own = pair || (await newPair());
  const enc = new Uint8Array(await subtle.exportKey("raw", own.publicKey));
  const recipient = await subtle.importKey("raw", publicKey, "X25519", true, []);
  // A key of low order gives no secret, and is refused here (RFC 9180, section 7.1.4).
  const dh = new Uint8Array(await subtle.deriveBits({ name: "X25519", public: recipient }, own.privateKey, 256));
  const shared = await expand(KEM, await extract(KEM, "", "eae_prk", dh), "shared_secret", join(enc, publicKey), 32);
  const context = join([0], await extract(HPKE, "", "psk_id_hash", ""), await extract(HPKE, "", "info_hash", info));
  const secret = await extract(HPKE, shared, "secret", "");
  const key = await subtle.importKey("raw", await expand(HPKE, secret, "key", context, 32), "AES-GCM", false, ["encrypt"]);
  const iv = await expand(HPKE, secret, "base_nonce", context, 12);
  return [enc, new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv, additionalData: data }, key, bytes))];
};

const base64url = (/** @type {Uint8Array} */ bytes) =>
  btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
const fromBase64url = (/** @type {string} */ text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

/**
 * Seals one value: `["<enc>", "<ct>"]`, or `undefined` when the key cannot be used.
 * @type {import("../page").Seal}
 */
export const seal = async (suite, publicKey, kid, mode, session, attempt, field, value, app, clear) => {
  if (suite !== SUITE) return;
  const info = bind("ls2", suite, kid, mode, session.split(".")[0], session);
  const data = bind(attempt, field, app, ...clear);
  try {
    return (await sealBytes(fromBase64url(publicKey), info, data, utf8.encode(value))).map(base64url);
  } catch {
    // The public key is malformed or of low order.
  }
};

/**
 * The function that seals in this browser. `load` loads the program in Rust.
 * @param {() => Promise<{ seal: import("../page").Seal }>} load
 */
export const sealer = async (load) => {
  try {
    await newPair();
    return seal;
  } catch {
    return (await load()).seal;
  }
};
