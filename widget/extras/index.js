// The features beyond submitting: a module that `boot.js` loads once the form runs.
//
// It owns the order in which the extras start, and passes each of them the functions of the others that it needs. Every extra is a file of its own.
// It refuses to hold sentences (they are in the page, hidden or in attributes), to keep a secret or any part of one, and to
// write to an input that was typed into, except when a test value is pressed.

import { makeCall } from "./api.js";
import { followChecks, hideChecks } from "./checks.js";
import { markEnglish } from "./english.js";
import { greet } from "./greeting.js";
import { followFocus } from "./guide.js";
import { linkErrorsToGuide } from "./guide_links.js";
import { showNext } from "./next.js";
import { keepProgress } from "./progress.js";
import { offerFile } from "./save.js";
import { offerSharing } from "./share.js";
import { showStoredKey } from "./stored_key.js";
import { offerTestValues } from "./test_values.js";

export { choices } from "./choices.js";
export { outcome } from "./outcome.js";

/**
 * Runs beside the form.
 * @param {import("../page").ExtrasOptions} options
 */
export function start({ pageData: { form, place }, token, session, emitted, ask }) {
  const call = makeCall(token);
  /** @type {typeof showNext} */
  const next = (connectionId, returnUrl) => showNext(connectionId, place === "link" ? returnUrl : undefined);
  /** @type {string | undefined} Where the page leads, as the session said while it could be used. */
  let back;
  /** The version that the account has once it is connected. */
  let version = 1;
  followChecks();
  markEnglish();
  linkErrorsToGuide(form.fields);
  offerTestValues(form, call);
  const progress = keepProgress(form, call);
  followFocus();
  const sharing = offerSharing({ call, ask: () => ask(token), save: progress.save, next: (connectionId) => next(connectionId, back), version: () => version });

  let begun = false;
  const begin = (/** @type {import("../page").Reply} */ reply) => {
    if (begun || reply?.status !== 200) return;
    begun = true;
    const { connection, progress: kept, returnUrl, share, state } = reply.body;
    back = returnUrl;
    const succeeded = (/** @type {{ connectionId: string, name: string }} */ account) => {
      sharing.hide();
      hideChecks();
      next(account.connectionId, share?.byShare ? undefined : returnUrl);
      offerFile(form.app, account);
    };
    if (emitted.success) succeeded(emitted.success);
    addEventListener("latchkey-success", ({ detail }) => succeeded(detail));
    // Done already: there is nothing else to show.
    if (state === "done") return;
    greet(reply.body.session);
    if (connection) {
      version = connection.version + 1;
      showStoredKey(connection);
    }
    if (kept?.app === form.app) progress.restore(kept.steps);
    if (share.byShare) return;
    if (share.sharedAt) sharing.wait();
    else sharing.offer();
  };
  session.then(begin);
  // A session that could not be read at first has come after all.
  addEventListener("latchkey-session", ({ detail }) => begin(detail));
}
