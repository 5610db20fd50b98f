// "I’m not the admin": a link for somebody else, and waiting until they have connected the account.
//
// It owns the button, the link and the waiting. It refuses to store the link: only the page that made it shows it.

import { byId, fill, find, moment } from "./page.js";

/** Seconds until the session is asked for again; after the last one, once a minute. */
const PAUSES = [5, 5, 10, 10, 15, 15, 30];

/**
 * @param {{
 *   call: import("../page").Call,
 *   ask: () => Promise<import("../page").Reply>,
 *   save: () => Promise<void>,
 *   next: (connectionId: string | undefined) => void,
 *   version: () => number,
 * }} options `ask` asks for the session, `save` saves progress before the link is created, `next` shows what happens after success, `version` is
 * the version of the account after that.
 */
export function offerSharing({ call, ask, save, next, version }) {
  const root = byId("root");
  const offered = byId("share");
  const shared = byId("shared");
  const button = find(offered, "button");
  /** @type {number} */
  let watch;

  /** Shows that somebody else does it; `link` is absent when it was created before. */
  const wait = (/** @type {{ url: string, expiresAt: string } | undefined} */ link = undefined) => {
    root.hidden = offered.hidden = true;
    shared.hidden = false;
    find(shared, "[data-made]").hidden = !link;
    find(shared, "[data-before]").hidden = !!link;
    if (link) showLink(link);
    find(shared, "h2").focus();
    clearTimeout(watch);
    look(0);
  };
  const showLink = (/** @type {{ url: string, expiresAt: string }} */ { url, expiresAt }) => {
    const values = { link: url, date: moment(expiresAt) };
    find(shared, "code").textContent = find(shared, "[data-copy]").dataset.copy = url;
    const until = find(shared, "[data-until]");
    until.textContent = fill(until.dataset.until, values);
    const mail = /** @type {HTMLAnchorElement} */ (find(shared, "a"));
    const { subject, text } = /** @type {Record<string, string>} */ (mail.dataset);
    mail.href = `mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(fill(text, values))}`;
  };
  const look = (/** @type {number} */ turn) => {
    watch = setTimeout(async () => {
      if (document.visibilityState === "visible") {
        const reply = await ask();
        if (reply?.body?.state === "done") return finish(reply.body);
        // The link has ended, and the reloaded page says how. After any other failure, waiting goes on.
        if ([401, 404, 410].includes(/** @type {any} */ (reply?.status))) return location.reload();
      }
      look(turn + 1);
    }, 1000 * (PAUSES[turn] ?? 60));
  };
  /** @param {{ connection?: { id: string, app: string, name: string } }} reply */
  const finish = ({ connection }) => {
    shared.hidden = true;
    const done = byId("shared-done");
    done.hidden = false;
    done.append(byId("next"));
    find(done, "h2").focus();
    next(connection?.id);
    // The account is named only for a while after it was linked.
    if (!connection) return;
    const { id: connectionId, app, name } = connection;
    dispatchEvent(new CustomEvent("latchkey-elsewhere", { detail: { connectionId, app, name, version: version() } }));
  };
  const share = async () => {
    const status = find(offered, "[role=status]");
    status.textContent = "";
    try {
      await save();
      wait(await call("POST", "connect/share"));
    } catch {
      status.textContent = /** @type {string} */ (status.dataset.failed);
    }
  };
  button.onclick = find(shared, "[data-again]").onclick = share;
  find(shared, "[data-back]").onclick = async () => {
    await call("DELETE", "connect/share").catch(() => {});
    clearTimeout(watch);
    shared.hidden = true;
    root.hidden = offered.hidden = false;
    button.focus();
  };

  return {
    /** Shows the button. */
    offer: () => {
      offered.hidden = false;
    },
    /** Hides the button, once the account is connected. */
    hide: () => {
      offered.hidden = true;
    },
    wait,
  };
}
