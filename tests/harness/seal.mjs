// Seals field values in tests as the form does.
//
// It owns the step from a session's token and an attempt's body to the context that a value is bound to. The sender is the form's own
// script; the Worker that opens is another implementation, and RFC 9180's vectors test both.

import { seal } from "../../widget/seal/seal.mjs";

export { sealBytes } from "../../widget/seal/seal.mjs";

/**
 * Seals one answer to the key of `GET connect`: `{format, kid, enc, ct}`. `token` is the session's. The attempt's body names the provider
 * and holds the answers in clear.
 */
export async function sealAnswer(sealing, token, { attemptId, app, fields }, field, text) {
  const [, mode, session] = /^cs_(test|live)_(\w+\.\w+\.\w+)\.\w+$/.exec(token);
  const clear = Object.keys(fields).filter((id) => "text" in fields[id]).sort().flatMap((id) => [id, fields[id].text]);
  const { suite, publicKey, kid, format } = sealing;
  const sealed = await seal(suite, publicKey, kid, mode, session, attemptId, field, text, app, clear);
  if (!sealed) throw new Error(`the key cannot be used: ${JSON.stringify(sealing)}`);
  return { format, kid, enc: sealed[0], ct: sealed[1] };
}
