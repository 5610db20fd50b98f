// Checks a signature of RS256 with the runtime's own cryptography. An implementation of RSA in the WebAssembly would be as large as
// all other cryptography together.

const RS256 = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };

/**
 * Whether the signature over the text is right. A key or a signature that cannot be read is wrong.
 * @param {string} n The modulus, in base64url.
 * @param {string} e The exponent, in base64url.
 * @param {string} signed
 * @param {string} signature In base64url.
 */
export async function isRs256(n, e, signed, signature) {
  try {
    const key = await crypto.subtle.importKey("jwk", { kty: "RSA", alg: "RS256", n, e }, RS256, false, ["verify"]);
    const bytes = Uint8Array.from(atob(signature.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    return await crypto.subtle.verify(RS256, key, bytes, new TextEncoder().encode(signed));
  } catch {
    return false;
  }
}
