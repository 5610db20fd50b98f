// Seals secrets with the browser's own cryptography (HPKE in base mode, single-shot: RFC 9180, sections 5.1.1 and 6.1).
//
// It owns the sender over WebCrypto, and the choice between it and the program in Rust beside it, which is loaded only where
// the browser has no X25519 or offers no WebCrypto at all. It refuses to choose a key or what an answer is bound to, to
// use a suite of another name, and to let a key pair out of the browser's hands.

const SUITE = "DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM";
const utf8 = new TextEncoder();

/** Bytes and texts, one after the other. */
const join = (...parts) => new Uint8Array(parts.flatMap((part) => [...(part.trim ? utf8.encode(part) : part)]));
const KEM = join("KEM", [0, 0x20]);
const HPKE = join("HPKE", [0, 0x20, 0, 1, 0, 2]);

/** Each text behind its length in bytes, as `shared/src/sealing.rs` binds them; none is longer than 65,535 bytes. */
const bind = (...texts) =>
  join(...texts.flatMap((text) => [[0, 0, 0, 0, 0, 0, utf8.encode(text).length >> 8, utf8.encode(text).length & 255], text]));

const hmac = async (key, ...data) => {
  // WebCrypto takes no empty key; HMAC pads one with zeros anyway (RFC 2104, section 2).
  const bytes = key.length ? key : new Uint8Array(32);
  const imported = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, join(...data)));
};

/** `LabeledExtract` and `LabeledExpand` (section 4). No output is longer than one hash. */
const extract = (suite, salt, label, ikm) => hmac(salt, "HPKE-v1", suite, label, ikm);
const expand = async (suite, key, label, info, length) =>
  (await hmac(key, [0, length], "HPKE-v1", suite, label, info, [1])).slice(0, length);

const newPair = () => crypto.subtle.generateKey("X25519", false, ["deriveBits"]);

/** Seals bytes: `[enc, ct]`. The pair is fresh for each, but for a test vector's. */
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

const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
const fromBase64url = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

/** Seals one answer; `["<enc>", "<ct>"]`, or `undefined` when the key cannot be used. */
export const seal = async (suite, publicKey, kid, mode, session, attempt, field, answer) => {
  if (suite !== SUITE) return;
  const info = bind("ls1", suite, kid, mode, session.split(".")[0], session);
  try {
    return (await sealBytes(fromBase64url(publicKey), info, bind(attempt, field), utf8.encode(answer))).map(base64url);
  } catch {
    // Not a key, or not one that may be used.
  }
};

/** The function that seals in this browser. `load` brings the program in Rust. */
export const sealer = async (load) => {
  try {
    await newPair();
    return seal;
  } catch {
    return (await load()).seal;
  }
};
