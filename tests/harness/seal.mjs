// Seals field values in tests as the form does.
//
// It owns the step from a session's token to the context that a value is bound to. The sender is the form's own script; the Worker that
// opens is another implementation, and RFC 9180's vectors test both.

import { seal } from "../../widget/seal/seal.mjs";

export { sealBytes } from "../../widget/seal/seal.mjs";

/** Seals one value to the key of `GET connect`: `{kid, enc, ct}`. `token` is the session's. */
export async function sealAnswer(sealing, token, attemptId, field, text) {
  const [, mode, session] = /^cs_(test|live)_(\w+\.\w+\.\w+)\.\w+$/.exec(token);
  const sealed = await seal(sealing.suite, sealing.publicKey, sealing.kid, mode, session, attemptId, field, text);
  if (!sealed) throw new Error(`the key cannot be used: ${JSON.stringify(sealing)}`);
  return { kid: sealing.kid, enc: sealed[0], ct: sealed[1] };
}
